"""What is shipped: complete, typed, and writable by its owner only."""

import ast
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_string
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from tests.docs.markdown import anchors
from tools import release, site

ROOT = Path(__file__).parents[1]
# What the build reads; the rest of the checkout, with its environments and caches, stays out of the copy.
TAKEN = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "src")
#: What is built from web/, and belongs into the wheel.
FRONT_END = (
    "crossguard/console/static/index.html",
    "crossguard/devtools/static/index.html",
    "crossguard/devtools/static/page.js",
)


def copied(folder):
    """Copy what the build reads."""
    for name in TAKEN:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy(source, folder / name)
    return folder


def build(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build wheel and sdist from a copy of the sources, in a umask that would let everybody write."""
    copy = copied(tmp_path_factory.mktemp("build"))
    for path in copy.rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    done = build(copy)
    assert done.returncode == 0, done.stderr
    (wheel,) = (copy / "dist").glob("*.whl")
    (sdist,) = (copy / "dist").glob("*.tar.gz")
    return wheel, sdist


# CVE-2024-27456: rack-cors was shipped with files that everybody could write.
def test_cve_2024_27456_no_file_of_the_wheel_can_be_written_by_others(built):
    with zipfile.ZipFile(built[0]) as wheel:
        modes = {entry.filename: entry.external_attr >> 16 for entry in wheel.infolist()}

    assert modes
    assert {name for name, mode in modes.items() if mode & (stat.S_IWOTH | stat.S_IWGRP)} == set()


def test_cve_2024_27456_no_file_of_the_sdist_can_be_written_by_others(built):
    with tarfile.open(built[1]) as sdist:
        modes = {entry.name: entry.mode for entry in sdist.getmembers()}

    assert modes
    assert {name for name, mode in modes.items() if mode & (stat.S_IWOTH | stat.S_IWGRP)} == set()


def test_the_wheel_holds_the_package_its_types_and_its_licence(built):
    with zipfile.ZipFile(built[0]) as wheel:
        names = set(wheel.namelist())

    source = built[0].parents[1] / "src"
    modules = {str(path.relative_to(source)) for path in source.rglob("*.py")}
    assert modules <= names
    assert "crossguard/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    outside = {name for name in names if not name.startswith("crossguard")}
    assert outside == set()


def test_the_sdist_can_be_built_from(built):
    with tarfile.open(built[1]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}

    assert {"pyproject.toml", "README.md", "LICENSE", "src/crossguard/py.typed"} <= names


def metadata_of(wheel):
    with zipfile.ZipFile(wheel) as files:
        (name,) = [name for name in files.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_string(files.read(name).decode())


def test_the_metadata_names_what_is_needed_and_the_extras(built):
    metadata = metadata_of(built[0])

    assert metadata["Name"] == "crossguard"
    assert metadata["Version"] == version("crossguard")
    assert metadata["Requires-Python"] == ">=3.11"
    required = [line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line]
    assert sorted(line.partition(">")[0] for line in required) == ["idna", "publicsuffixlist"]
    assert {"flask", "console"} <= set(metadata.get_all("Provides-Extra"))
    assert "Typing :: Typed" in metadata.get_all("Classifier")


@pytest.mark.parametrize("target", ["wheel", "sdist"])
@pytest.mark.parametrize("missing", FRONT_END)
def test_nothing_is_built_without_the_front_end_and_the_reason_is_said(missing, target, tmp_path):
    copy = copied(tmp_path)
    (copy / "src" / missing).unlink()

    done = build(copy, "-t", target)

    assert done.returncode != 0
    assert f"src/{missing} is missing" in done.stderr
    assert not list(copy.glob("dist/*"))


def test_a_wheel_from_the_sdist_needs_no_node_and_has_the_front_end(built, tmp_path):
    with tarfile.open(built[1]) as sdist:
        sdist.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    shutil.rmtree(unpacked / "web", ignore_errors=True)

    done = build(unpacked, "-t", "wheel")

    assert done.returncode == 0, done.stderr
    (wheel,) = (unpacked / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as whole:
        assert set(FRONT_END) <= set(whole.namelist())


def urls(metadata):
    return dict(line.split(", ", 1) for line in metadata.get_all("Project-URL"))


def test_the_metadata_says_where_the_project_is(built):
    found = urls(metadata_of(built[0]))

    assert found.keys() == {"Documentation", "Source", "Changelog", "Issues"}
    assert found["Changelog"].startswith(f"{found['Documentation']}/")
    assert found["Issues"].startswith(f"{found['Source']}/")
    changes = found["Changelog"].removeprefix(f"{found['Documentation']}/")
    assert f"{changes.strip('/')}.md" in site.sources()


def test_every_link_and_picture_of_the_description_is_whole_and_leads_somewhere(built):
    metadata = metadata_of(built[0])
    found = urls(metadata)
    links = re.findall(r'(?:\]\(|(?:href|src|srcset)=")([^)"\s]+)', metadata.get_payload())
    pages = site.sources()

    assert len(links) > 10
    for link in links:
        address, _, anchor = link.partition("#")
        if address.startswith(f"{found['Documentation']}/"):
            place = address.removeprefix(f"{found['Documentation']}/")
            if place.startswith(("images/", "assets/")):
                assert (ROOT / "docs" / place).is_file(), link
                continue
            page = next(name for name in (f"{place.strip('/')}.md", f"{place}index.md") if name in pages)
            source = next((file for file, target in site.OUTSIDE.items() if target == page), f"docs/{page}")
            assert not anchor or anchor in anchors(ROOT / source), link
        elif address.startswith(f"{found['Source']}/blob/main/"):
            assert (ROOT / address.removeprefix(f"{found['Source']}/blob/main/")).is_file(), link
        else:
            assert address.startswith(("https://", "http://localhost")), link


def test_a_release_proves_every_extra():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert release.PROOFS.keys() - {""} == project["optional-dependencies"].keys()


def test_the_workflow_uploads_what_the_checks_have_passed_and_has_no_password():
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    workflow = yaml.safe_load(text)
    build, publish = workflow["jobs"]["build"], workflow["jobs"]["publish"]

    commands = [step["run"] for step in build["steps"] if "run" in step]
    assert commands[:2] == ["bash .ci/run", "make release"]
    assert publish["needs"] == "build"
    assert (workflow["permissions"], build["permissions"]) == ({}, {"contents": "read"})
    assert publish["permissions"] == {"id-token": "write"}
    assert "secrets." not in text


#: Folders that only POSIX has, and where one may stand in the code, with the reason.
FOLDERS = re.compile(r"/(?:dev|etc|home|opt|proc|run|sys|tmp|usr|var)\b")
ELSEWHERE = {"cli/export.py": "/etc/ of the machine with the proxy; --folder names another"}


def test_no_path_of_one_system_is_in_the_source():
    """`make types` looks for functions and signals in the same way: mypy as for Windows."""
    package = ROOT / "src" / "crossguard"
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and FOLDERS.match(node.value)
    }
    assert found == ELSEWHERE.keys()
