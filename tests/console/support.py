"""What the tests of the reference application share: settings, an application, a page that uses it."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from argon2.profiles import CHEAPEST
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crossguard.console import Settings, create_app
from crossguard.console.accounts.directory import create_account
from crossguard.console.database import db, migrate
from crossguard.console.run.first_start import create_first_user
from crossguard.console.services import services_of

WEB = "http://localhost:8080"
STRANGER = "https://stranger.example"
PASSWORD = "correct horse battery"


def make_settings(folder: Path, **changes: Any) -> Settings:
    """Return settings for a test: cheap passwords, a folder of its own, a limit nobody reaches."""
    defaults = {
        "instance_path": folder / "instance",
        "admin_password": PASSWORD,
        "password_profile": CHEAPEST,
        "sign_in_limit": "1000 per minute",
    }
    return Settings(**(defaults | changes))


class FirstStart:
    """What a first start leaves behind, kept to be copied: no test but those of it has to wait for it."""

    folder: Path | None = None

    @classmethod
    def keep(cls, folder: Path) -> None:
        """Start an application for the first time, in *folder*, and keep what is there then."""
        close_app(make_app(make_settings(folder)))
        cls.folder = folder / "instance"

    @classmethod
    def is_like(cls, settings: Settings) -> bool:
        """Tell whether a first start with *settings* would leave the same."""
        return (
            cls.folder is not None
            and settings.database_url is None
            and settings.admin_password == PASSWORD
            and not settings.instance_path.exists()
        )


def make_app(settings: Settings) -> Flask:
    """Return an application that has been started for the first time."""
    if FirstStart.is_like(settings):
        shutil.copytree(FirstStart.folder, settings.instance_path)
        return create_app(settings)
    app = create_app(settings)
    migrate(app)
    create_first_user(app)
    return app


def close_app(app: Flask) -> None:
    """Stop the threads of *app* and close its connections."""
    services_of(app).close()


def engine_of(app: Flask) -> sa.Engine:
    with app.app_context():
        return db.engine


def add_user(app: Flask, username: str, role: str = "member", password: str = PASSWORD) -> int:
    with app.app_context():
        return create_account(
            db.session, services_of(app).passwords, username=username, password=password, role=role
        ).id


class Page:
    """A page in a browser: keeps cookies, sends its origin with every request."""

    def __init__(self, app: Flask, origin: str | None = WEB) -> None:
        self.client: FlaskClient = app.test_client()
        self.origin = origin

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if self.origin is not None:
            headers.setdefault("Origin", self.origin)
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, body: object = None, **options: Any) -> TestResponse:
        return (
            self.send("POST", path, json=body, **options)
            if body is not None
            else self.send("POST", path, **options)
        )

    def patch(self, path: str, body: object) -> TestResponse:
        return self.send("PATCH", path, json=body)

    def preflight(self, path: str, method: str) -> TestResponse:
        return self.send("OPTIONS", path, headers={"Access-Control-Request-Method": method})

    def sign_in(self, username: str = "admin", password: str = PASSWORD) -> TestResponse:
        return self.post("/auth/sign-in", {"username": username, "password": password})


def problem_of(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Assert that *response* is this problem, whole, and return it."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    assert response.cache_control.no_store
    body = response.get_json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["title"]
    assert body["detail"]
    assert body["type"]
    return body


def is_readable(response: TestResponse, origin: str = WEB) -> bool:
    """Tell whether a page of *origin* gets to see *response* with its cookies sent."""
    return (
        response.headers.get("Access-Control-Allow-Origin") == origin
        and response.headers.get("Access-Control-Allow-Credentials") == "true"
    )


def within(is_so: Callable[[], object], seconds: float = 60) -> None:
    """Wait until *is_so*, and fail if that takes longer than *seconds*."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so within {seconds} seconds"
        time.sleep(0.02)
