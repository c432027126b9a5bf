"""The site of the documentation: complete, whole, and content with one host."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tools import site as tool


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "site"
    tool.build(folder)
    return folder


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.targets, self.anchors, self.loaded = [], set(), []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "id" in found:
            self.anchors.add(found["id"])
        if tag == "a" and found.get("href"):
            self.targets.append(found["href"])
        if tag in {"img", "script", "source"}:
            self.loaded += [found[name] for name in ("src", "srcset") if found.get(name)]
        if tag == "link" and found.get("rel") in {"stylesheet", "icon", "preload", "preconnect"}:
            self.loaded.append(found["href"])


def read(path):
    found = Links()
    found.feed(path.read_text("utf-8"))
    return found


def test_every_page_of_the_documentation_is_on_the_site_and_in_the_navigation(built):
    settings = tool.SETTINGS.read_text("utf-8")

    for place in tool.sources():
        folder = place.removesuffix(".md").removesuffix("index")
        assert (built / folder / "index.html").is_file(), place
        if place.startswith(("examples/", "deploy/")) and place != "examples/index.md":
            continue
        assert f'"{place}"' in settings or place in {"project/web.md", "project/license.md"}, place


def test_every_link_and_every_picture_of_the_site_leads_somewhere(built):
    pages = {path: read(path) for path in built.rglob("*.html") if path.name != "404.html"}
    assert len(pages) > 10

    lost = []
    for path, found in pages.items():
        here = f"http://site/{path.relative_to(built).as_posix().removesuffix('index.html')}"
        for target in found.targets + found.loaded:
            url = urlsplit(urljoin(here, target))
            if url.netloc != "site":
                continue
            file = built / unquote(url.path).lstrip("/")
            if url.path.endswith("/"):
                file /= "index.html"
            known = pages[file].anchors if file in pages else set()
            if not file.exists() or (
                url.fragment and not url.fragment.startswith("__") and url.fragment not in known
            ):
                lost.append((path.relative_to(built).as_posix(), target))
    assert lost == []


def test_nothing_is_loaded_from_another_host(built):
    loaded = {target for path in built.rglob("*.html") for target in read(path).loaded}

    assert {target for target in loaded if "://" in target or target.startswith("//")} == set()


def test_each_page_stands_beside_it_as_text_and_the_index_names_it(built):
    index = (built / "llms.txt").read_text("utf-8")

    named = re.findall(r"\]\((\S+)\)", index)
    assert {"index.md", "agents.md", "start.md", "reference.md", "examples/index.md"} <= set(named)
    assert named.index("should-i-use-cors.md") < named.index("concepts.md") < named.index("codes.md")
    for place in named:
        assert (built / place).read_text("utf-8").lstrip().startswith("#"), place
    for place in tool.sources():
        assert (built / place).is_file(), place


def test_what_tests_read_behind_a_fence_is_not_shown(built):
    for place in tool.sources():
        for fence in re.findall(r"^ *```\w+(.*)$", (built / place).read_text("utf-8"), re.MULTILINE):
            assert re.fullmatch(r'( title="[^"]+")?', fence), (place, fence)
