"""The server of the front end's files."""

import pytest
from werkzeug.test import Client

from crossguard.console import Settings
from crossguard.console.run.static_files import STATIC, FrontEnd

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self' http://localhost:5000; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Visitor(Client):
    """A client that reads every answer to its end, which closes the file."""

    def open(self, *args, **options):
        return super().open(*args, buffered=True, **options)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secret.txt").write_text("outside")
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Crossguard</title>")
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "assets" / "index-abc123.js").write_text("run()")
    (folder / "assets" / "index-abc123.css").write_text("a{}")
    return folder


@pytest.fixture
def client(folder):
    return Visitor(FrontEnd(Settings(), folder))


@pytest.mark.parametrize("path", ["/", "/index.html", "/sign-in", "/admin/users", "/deep/er/page"])
def test_every_page_of_the_application_is_its_index_checked_at_every_visit(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert "<title>Crossguard" in response.text
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(("name", "kind"), [("js", "text/javascript"), ("css", "text/css")])
def test_assets_are_kept_for_a_year(client, name, kind):
    response = client.get(f"/assets/index-abc123.{name}")
    assert response.status_code == 200
    assert response.mimetype == kind
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_other_files_are_checked_at_every_visit(client):
    response = client.get("/favicon.svg")
    assert response.mimetype == "image/svg+xml"
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/missing.js",
        "/assets/missing-abc.js",
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/x//../../secret.txt",
        "/%2fetc/passwd.txt",
        "/..\\secret.txt",
        "/a\x00.txt",
        "/assets/.",
    ],
)
def test_a_file_that_is_not_there_or_not_below_the_folder_is_not_found(client, path):
    response = client.get(path)
    assert "outside" not in response.text
    if path != "/assets/.":
        assert response.status_code == 404
        assert "immutable" not in response.headers.get("Cache-Control", "")


@pytest.mark.parametrize("path", ["/", "/assets/index-abc123.js", "/missing.js", "/config.json"])
def test_every_answer_carries_the_policy_of_the_page(client, path):
    for response in (client.get(path), client.post(path)):
        assert response.headers["Content-Security-Policy"] == POLICY
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def test_the_page_is_told_where_the_api_is():
    response = Visitor(FrontEnd(Settings(api_origin="https://api.example.com"))).get("/config.json")
    assert response.get_json() == {"api": "https://api.example.com"}
    assert response.cache_control.no_store
    assert "connect-src 'self' https://api.example.com;" in response.headers["Content-Security-Policy"]


def test_files_can_be_asked_for_without_their_body(client):
    for path in ("/", "/assets/index-abc123.js", "/config.json"):
        response = client.head(path)
        assert response.status_code == 200
        assert response.data == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_files_can_only_be_read(client, method):
    response = client.open("/", method=method)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_a_front_end_that_is_not_built_says_so(tmp_path):
    client = Visitor(FrontEnd(Settings(), tmp_path / "nothing"))
    response = client.get("/")
    assert response.status_code == 503
    assert "make run" in response.text
    assert "http://localhost:5000" in response.text
    assert response.cache_control.no_store
    assert client.get("/assets/index.js").status_code == 404
    assert client.get("/config.json").status_code == 200


def test_the_built_files_are_part_of_the_package():
    assert STATIC.parent.name == "console"
