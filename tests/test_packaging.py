"""What is shipped: complete, typed, and writable by its owner only."""

import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_string
from importlib.metadata import version
from pathlib import Path

import pytest

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


def test_the_metadata_names_what_is_needed_and_the_extras(built):
    with zipfile.ZipFile(built[0]) as wheel:
        (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = message_from_string(wheel.read(name).decode())

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
