"""Every test of this folder is one of the recipes, and runs in a folder of its own."""

from pathlib import Path

import pytest

# What the packages of the recipes warn of themselves.
THEIRS = [
    # Connexion imports a part of Starlette that asks for another client.
    "ignore:Using `httpx` with `starlette.testclient`",
    "ignore::DeprecationWarning:(?!crossguard)",
    "ignore::PendingDeprecationWarning:(?!crossguard)",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.recipes)
            for rule in THEIRS:
                item.add_marker(pytest.mark.filterwarnings(rule))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path
