"""Build the site of the documentation.

The pages are written for a repository: links lead to files, some pages stand outside of docs/, and the words
behind a fence tell the tests what to do with a block. This writes each page as a site needs it into a folder
of its own, lets the builder make the site of them, and adds each page as text, and the index that programs
read (llmstxt.org). The builder sees plain Markdown and can be exchanged.

python tools/site.py [FOLDER]      # FOLDER gets the site; build/site without
"""

import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
SETTINGS = ROOT / "site.toml"
#: Where pages stand on the site that have another place in the repository.
OUTSIDE = {
    "README.md": "index.md",
    "docs/recipes/README.md": "recipes/index.md",
    "examples/README.md": "examples/index.md",
    "AGENTS.md": "agents.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md",
    "CHANGELOG.md": "project/changes.md",
    "web/README.md": "project/web.md",
    "LICENSE": "project/license.md",
}
_FENCE = re.compile(r"^( *)```(\w+)(.*)$", re.MULTILINE)
_LINK = re.compile(r"(\]\(|(?:href|src|srcset)=\")([^)\"#\s]+)(#[^)\"]*)?")
#: Languages that the highlighter knows by another name.
_LANGUAGES = {"vue": "html"}


def slug(text: str, separator: str) -> str:
    """Return the anchor of a heading as repositories make it."""
    kept = re.sub(r"[^\w\- ]", "", text.replace("`", "").strip().lower())
    return kept.replace(" ", separator)


def sources() -> dict[str, str]:
    """Return the pages of the site by their place on it, each with the text of its source."""
    found = {}
    for path in sorted((ROOT / "docs").rglob("*.md")):
        if path.name != "README.md":
            found[path.relative_to(ROOT / "docs").as_posix()] = path.read_text("utf-8")
    for source, target in OUTSIDE.items():
        path = ROOT / source
        text = path.read_text("utf-8")
        found[target] = text if path.suffix == ".md" else f"# {path.name.title()}\n\n```text\n{text}```\n"
    for path in examples():
        language = {".py": "python", ".yaml": "yaml", ".conf": "nginx"}.get(path.suffix, "text")
        text = path.read_text("utf-8")
        found[_place_of_example(path)] = f"# {path.name}\n\n```{language}\n{text}```\n"
    found["deploy/index.md"] = "\n".join(
        [
            "# Files for production",
            "",
            *(f"- [{path.name}]({path.name}.md)" for path in examples() if "deploy" in path.parts),
            "",
        ]
    )
    return found


def examples() -> list[Path]:
    """Return the example applications and the files for production, each of which is a page."""
    applications = (path for path in (ROOT / "examples").rglob("*.py") if "__pycache__" not in path.parts)
    return [*sorted(applications), *sorted(path for path in (ROOT / "deploy").iterdir() if path.is_file())]


def page(place: str, text: str) -> str:
    """Return the text of the page at *place* as the site has it."""
    return _FENCE.sub(_fence, _LINK.sub(lambda match: _link(match, place), text))


def build(site: Path) -> None:
    """Build the site into *site*, which is replaced.

    Raises:
        subprocess.CalledProcessError: the builder has found a mistake; it has said which.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        pages = {place: page(place, text) for place, text in sources().items()}
        for place, text in pages.items():
            _write(work / "docs" / place, text)
        shutil.copytree(ROOT / "docs" / "images", work / "docs" / "images")
        shutil.copytree(ROOT / "docs" / "assets", work / "docs" / "assets")
        shutil.copy(SETTINGS, work / "zensical.toml")
        subprocess.run(
            [sys.executable, "-m", "zensical", "build", "--clean", "--strict"], cwd=work, check=True
        )
        for place, text in pages.items():
            _write(work / "site" / place, text)
        _write(work / "site" / "llms.txt", index(pages))
        shutil.rmtree(site, ignore_errors=True)
        site.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(work / "site", site)


def index(pages: dict[str, str]) -> str:
    """Return llms.txt: every page that is prose, by the sections of the navigation."""
    lines = ["# Crossguard", "", "> One list of origins decides who may use a cookie-authenticated API.", ""]
    for entry in tomllib.loads(SETTINGS.read_text("utf-8"))["project"]["nav"]:
        for section, places in entry.items():
            lines += [f"## {section}", ""]
            for place in [places] if isinstance(places, str) else places:
                title = re.search(r"^# (.+)$", pages[place], re.MULTILINE)
                lines.append(f"- [{title[1] if title else place}]({place})")
            lines.append("")
    return "\n".join(lines)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _place_of_example(path: Path) -> str:
    place = path.relative_to(ROOT)
    return (
        place.with_suffix(".md") if place.suffix == ".py" else place.with_name(f"{place.name}.md")
    ).as_posix()


def _source_of(place: str) -> str:
    return next((source for source, target in OUTSIDE.items() if target == place), f"docs/{place}")


def _target_of(source: str) -> str | None:
    """Return the place on the site of a file of the repository; None if it is not there."""
    if source in OUTSIDE:
        return OUTSIDE[source]
    if source == "docs/README.md":
        return "index.md"
    if source == "deploy":
        return "deploy/index.md"
    if ROOT / source in examples():
        return _place_of_example(ROOT / source)
    return source.removeprefix("docs/") if source.startswith("docs/") else None


def _link(match: re.Match[str], place: str) -> str:
    before, target, anchor = match[1], match[2], match[3] or ""
    source = _source_of(place)
    found = _target_of(posixpath.normpath(posixpath.join(posixpath.dirname(source), target)))
    if "://" in target or target.startswith("mailto:") or found is None:
        return match[0]
    up = posixpath.dirname(place) or "."
    if not before.startswith("]("):
        # HTML passes the builder as it is, and a page is a folder on the site.
        up = place.removesuffix(".md").removesuffix("index") or "."
        found = found.removesuffix(".md") + "/" if found.endswith(".md") else found
    return f"{before}{posixpath.relpath(found, up)}{anchor}"


def _fence(match: re.Match[str]) -> str:
    indent, language, words = match.groups()
    named = re.search(r"file=(\S+)", words)
    title = f' title="{named[1]}"' if named else ""
    return f"{indent}```{_LANGUAGES.get(language, language)}{title}"


if __name__ == "__main__":
    build(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "build" / "site")
