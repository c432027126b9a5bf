"""The recipes as data: what each page says, and a folder with its files."""

import importlib.metadata
import shutil
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, blocks
from tests.docs.running import Page
from tools.recipes import INDEX, NPM, RECIPES, SYSTEM, read

PAGES = sorted(page for page in RECIPES.glob("*.md") if page != INDEX)
NODE_MODULES = ROOT / "tests" / "recipes" / "npm" / "node_modules"


def need(page: Path) -> None:
    """Skip the test where a package that *page* is tested with is not installed."""
    npm = NPM.read_text("utf-8")
    for name in read(page).packages:
        if name in SYSTEM:
            if not (shutil.which(name) or shutil.which(name, path="/usr/sbin")):
                pytest.skip(f"no {name} on this machine (apt install {name})")
        elif f'"{name}"' in npm:
            if not (NODE_MODULES / name).exists():
                pytest.skip(f"{name} is not installed: make test-all")
        else:
            try:
                importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                pytest.skip(f"{name} is not installed: make test-all")


def run(name: str) -> Page:
    """Run the blocks of the recipe *name* in order; return what they have made."""
    page = RECIPES / f"{name}.md"
    need(page)
    state = Page()
    for block in blocks(page):
        state.run(block)
    return state


def files(name: str) -> dict[str, str]:
    """Return the files of the recipe *name*, by their names."""
    page = RECIPES / f"{name}.md"
    need(page)
    return {block.value("file"): block.text for block in blocks(page) if block.value("file")}


def save(name: str, folder: Path) -> Path:
    """Write the files of the recipe *name* into *folder*, and return it."""
    for file, text in files(name).items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder
