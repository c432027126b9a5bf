"""Every example runs and does what it says."""

import runpy

import pytest
from flask import Flask

from crossguard import ConfigError
from tests.docs.both import ALLOW_CREDENTIALS, EXPOSE_HEADERS, ask, preflight
from tests.docs.markdown import ROOT, table_under
from tests.live.lists import until

EXAMPLES = ROOT / "examples"
SHOP = "https://app.example.com"
PARTNER = "https://partner.example"
STRANGER = "https://stranger.example"


def load(name: str) -> Flask:
    return runpy.run_path(str(EXAMPLES / name))["app"]


def reads(app: Flask, path: str, origin: str) -> str:
    """Tell how pages of *origin* read *path*: "with cookies", "without cookies" or "not"."""
    answer = ask(app, path, origin=origin)
    if answer.allow_origin not in {origin, "*"}:
        return "not"
    return "with cookies" if ALLOW_CREDENTIALS in answer.headers else "without cookies"


def test_every_example_is_listed_and_tested():
    files = {file.name for file in EXAMPLES.glob("*.py")}
    listed = {
        cells[0].partition("]")[0].strip("[") for cells in table_under(EXAMPLES / "README.md", "Examples")
    }
    tested = {name.removeprefix("test_the_example_") + ".py" for name in globals() if "_the_example_" in name}
    assert files == listed == tested


def test_the_example_one_policy():
    app = load("one_policy.py")
    assert reads(app, "/orders", SHOP) == "with cookies"
    assert reads(app, "/orders", "https://pr-7.preview.example.com") == "with cookies"
    assert reads(app, "/orders", PARTNER) == "without cookies"
    assert reads(app, "/orders", STRANGER) == "not"
    assert ask(app, "/orders", origin=SHOP).headers[EXPOSE_HEADERS] == "X-Total-Count"


def test_the_example_blueprints():
    app = load("blueprints.py")
    assert reads(app, "/me", SHOP) == "with cookies"
    assert reads(app, "/partners/stock", PARTNER) == "without cookies"
    assert reads(app, "/partners/stock", SHOP) == "not"
    assert reads(app, "/partners/reports/year", "https://reports.example.com") == "with cookies"
    assert reads(app, "/partners/reports/year", PARTNER) == "not"
    # What no route matches follows the blueprint whose prefix it has.
    assert reads(app, "/partners/nothing", PARTNER) == "without cookies"


def test_the_example_per_view():
    app = load("per_view.py")
    admin = "https://admin.example.com"
    assert reads(app, "/prices", STRANGER) == "without cookies"
    assert preflight(app, "PUT", "/prices", origin=STRANGER).allow_origin is None
    assert preflight(app, "PUT", "/prices", origin=admin).headers[ALLOW_CREDENTIALS] == "true"
    assert reads(app, "/orders", SHOP) == "with cookies"
    assert preflight(app, "DELETE", "/orders", origin=SHOP).allow_origin is None


def test_the_example_resources():
    app = load("resources.py")
    assert reads(app, "/api/orders", SHOP) == "with cookies"
    assert reads(app, "/api/orders", STRANGER) == "not"
    assert reads(app, "/api/public/prices", STRANGER) == "without cookies"
    assert reads(app, "/health", STRANGER) == "without cookies"
    assert reads(app, "/apiary", SHOP) == "not"


def test_the_example_login():
    app = load("login.py")
    client = app.test_client()
    page = {"Origin": "http://localhost:8080", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-site"}

    signed_out = client.get("/me", headers=page)
    assert signed_out.status_code == 401
    assert signed_out.content_type == "application/problem+json"
    assert signed_out.headers["Access-Control-Allow-Origin"] == page["Origin"]
    navigation = client.get("/me", headers={"Sec-Fetch-Mode": "navigate", "Accept": "text/html"})
    assert navigation.location.startswith("/sign-in")

    assert client.post("/sign-in", data={"name": "ben"}, headers=page).json == {"name": "ben"}
    assert client.get("/me", headers=page).json == {"name": "ben"}
    refused = client.get("/admin/users", headers=page)
    assert (refused.status_code, refused.json["code"]) == (403, "admin-required")
    assert refused.headers["Access-Control-Allow-Origin"] == page["Origin"]

    client.post("/sign-in", data={"name": "ada"}, headers=page)
    assert client.get("/admin/users", headers=page).json == {"users": ["ada", "ben"]}


def test_the_example_environment(monkeypatch):
    create_app = runpy.run_path(str(EXAMPLES / "environment.py"))["create_app"]
    assert reads(create_app(), "/me", SHOP) == "not"
    monkeypatch.setenv("FLASK_CORS_ORIGINS", f'["{SHOP}"]')
    assert reads(create_app(), "/me", SHOP) == "with cookies"
    assert reads(create_app(), "/me", STRANGER) == "not"
    monkeypatch.setenv("FLASK_CORS_ORIGNS", "[]")
    with pytest.raises(ConfigError, match="did you mean 'origins'"):
        create_app()


def test_the_example_customers(tmp_path, monkeypatch):
    """A list of the test's own, and a change from the command line while the application serves."""
    monkeypatch.setattr(Flask, "auto_find_instance_path", lambda _app: str(tmp_path / "instance"))
    app = load("customers.py")
    customer = "https://shop.customer.example"
    assert reads(app, "/orders", SHOP) == "with cookies"
    assert reads(app, "/orders", customer) == "not"

    command = app.test_cli_runner()
    assert command.invoke(args=["customer", f"{customer}/"]).exit_code == 2
    for arguments, expected in (([], "with cookies"), (["--remove"], "not")):
        assert command.invoke(args=["customer", *arguments, customer]).exit_code == 0
        until(lambda expected=expected: reads(app, "/orders", customer) == expected)
