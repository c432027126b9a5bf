"""Fixtures of the reference application's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from crossguard.console.services import Services, services_of
from tests.console.support import FirstStart, Page, add_user, close_app, make_app, make_settings


@pytest.fixture(scope="session", autouse=True)
def first_start(tmp_path_factory: pytest.TempPathFactory) -> None:
    FirstStart.keep(tmp_path_factory.mktemp("first-start"))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An application on an SQLite file, started for the first time."""
    app = make_app(make_settings(tmp_path))
    yield app
    close_app(app)


@pytest.fixture(scope="session")
def standing_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application for every test that leaves its accounts and settings as they were."""
    app = make_app(make_settings(tmp_path_factory.mktemp("standing")))
    add_user(app, "mia")
    yield app
    close_app(app)


@pytest.fixture
def services(app: Flask) -> Services:
    return services_of(app)


@pytest.fixture
def page(app: Flask) -> Page:
    """A page of the front end, signed out."""
    return Page(app)


@pytest.fixture
def admin(app: Flask) -> Page:
    """A page of the front end, signed in as the first user."""
    page = Page(app)
    assert page.sign_in().status_code == 200
    return page


@pytest.fixture
def member(app: Flask) -> Page:
    """A page of the front end, signed in as a member."""
    add_user(app, "mia")
    page = Page(app)
    assert page.sign_in("mia").status_code == 200
    return page


@pytest.fixture
def standing_page(standing_app: Flask) -> Page:
    """As `page`, of the application that tests share."""
    return Page(standing_app)


@pytest.fixture
def standing_admin(standing_page: Page) -> Page:
    """As `admin`, of the application that tests share."""
    assert standing_page.sign_in().status_code == 200
    return standing_page


@pytest.fixture
def standing_member(standing_page: Page) -> Page:
    """As `member`, of the application that tests share."""
    assert standing_page.sign_in("mia").status_code == 200
    return standing_page
