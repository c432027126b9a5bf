"""Every test of this folder is one of the recipes, and runs in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.recipes.pages import need
from tools.recipes import RECIPES

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


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Run a provider of OpenID Connect; the variable that the recipe reads names it."""
    need(RECIPES / "oidc.md")
    from tests.recipes.provider import serving

    with serving() as (app, port):
        monkeypatch.setenv("OIDC_ISSUER", f"http://127.0.0.1:{port}")
        # requests asks the machine's proxy otherwise.
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield app.test_client()
