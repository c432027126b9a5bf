"""``crossguard check`` through real sockets."""

import json

import pytest
from flask import Flask, redirect

from crossguard.cli.main import main
from crossguard.cli.observations import CheckCode
from crossguard.flask import CORS
from tests.cli.servers import reply, serving

PAGE = "http://localhost:8080"
ALLOWED = ("Access-Control-Allow-Origin", PAGE)
VARY = ("Vary", "Origin")


def check(port: int, *arguments: str, path: str = "/items") -> int:
    return main(["check", f"http://localhost:{port}{path}", "--origin", PAGE, *arguments])


def checked(capsys, port: int, *arguments: str, path: str = "/items") -> dict:
    """Return the JSON document of a check."""
    code = check(port, "--json", *arguments, path=path)
    document = json.loads(capsys.readouterr().out)
    assert code == (0 if document["readable"] else 1)
    return document


def codes(document: dict) -> list[str]:
    return [finding["code"] for finding in document["findings"]]


def test_a_listed_page_can_read_and_nothing_is_found(capsys):
    app = Flask("api")
    CORS(app, origins=[PAGE], supports_credentials=True)
    app.add_url_rule("/items", "items", lambda: {"items": []})
    with serving(app) as port:
        document = checked(capsys, port, "--credentials", "include")
    assert document["readable"]
    assert document["code"] == "readable"
    assert document["response"]["status"] == 200
    assert document["findings"] == []


def test_people_see_the_steps_and_the_fix(capsys):
    with serving(reply()) as port:
        assert check(port) == 1
    out = capsys.readouterr().out
    assert "BLOCKED  [allow-origin-missing]" in out
    assert f"let the API answer Access-Control-Allow-Origin: {PAGE}" in out
    assert all(len(line) <= 80 for line in out.splitlines())
    assert "\x1b" not in out


OBSERVED = {
    CheckCode.ANY_ORIGIN_WITH_CREDENTIALS: reply(
        ("Access-Control-Allow-Origin", "{origin}"), ("Access-Control-Allow-Credentials", "true"), VARY
    ),
    CheckCode.ANY_ORIGIN_REFLECTED: reply(("Access-Control-Allow-Origin", "{origin}"), VARY),
    CheckCode.DUPLICATE_HEADER: reply(ALLOWED, ALLOWED, VARY),
    CheckCode.VARY_MISSING: reply(("Access-Control-Allow-Origin", "{origin}")),
    CheckCode.PREFLIGHT_REDIRECTED: reply(("Location", "/login"), VARY, status="302 Found"),
    CheckCode.PREFLIGHT_STATUS: reply(ALLOWED, VARY, status="401 Unauthorized"),
    CheckCode.OTHER_SERVER: reply(("Server", "AirTunes/775.3.1"), status="403 Forbidden"),
}


#: What an attempt of another kind, or on another address, observes; see test_check_senders.py.
ELSEWHERE = {CheckCode.ANY_ORIGIN_CONNECTS, CheckCode.TWO_SERVERS}


def test_every_observation_has_a_server():
    assert set(OBSERVED) == set(CheckCode) - ELSEWHERE


@pytest.mark.parametrize("code", OBSERVED)
def test_the_server_is_observed(code, capsys):
    with serving(OBSERVED[code]) as port:
        document = checked(capsys, port)
    assert code in codes(document)


@pytest.mark.parametrize("code", CheckCode)
def test_a_server_in_order_is_not(code, capsys):
    with serving(reply(ALLOWED, VARY)) as port:
        document = checked(capsys, port)
    assert code not in codes(document)


def test_a_duplicate_header_is_what_blocks_the_page(capsys):
    with serving(OBSERVED[CheckCode.DUPLICATE_HEADER]) as port:
        document = checked(capsys, port)
    assert document["code"] == "allow-origin-multiple"


def test_a_redirect_of_the_preflight_blocks_a_write(capsys):
    with serving(OBSERVED[CheckCode.PREFLIGHT_REDIRECTED]) as port:
        document = checked(capsys, port, "-X", "PUT")
    assert document["code"] == "preflight-redirected"
    assert "/login" in document["fix"]


def test_a_write_is_sent_once_and_never_as_a_stranger(capsys):
    seen = []

    def app(environ, start_response):
        seen.append((environ["REQUEST_METHOD"], environ.get("HTTP_ORIGIN")))
        return reply(ALLOWED, VARY)(environ, start_response)

    with serving(app) as port:
        checked(capsys, port, "-d", "a=1")
    assert seen == [("POST", PAGE), ("OPTIONS", PAGE)]


@pytest.fixture
def leaving():
    """Two servers: the first redirects to the second, under another name."""
    with serving(reply(("Access-Control-Allow-Origin", "*"))) as other:
        app = Flask("first")
        app.add_url_rule("/items", "items", lambda: redirect(f"http://127.0.0.1:{other}/"))
        CORS(app)
        with serving(app) as port:
            yield port


def test_another_host_is_not_followed(leaving, capsys):
    document = checked(capsys, leaving)
    assert document["code"] == "other-host"
    assert "--follow-hosts" in document["fix"]
    assert "127.0.0.1" in document["summary"]


def test_another_host_is_followed_when_told(leaving, capsys):
    assert checked(capsys, leaving, "--follow-hosts")["readable"]


def test_a_cookie_travels_as_its_attributes_say(capsys):
    headers = (ALLOWED, VARY, ("Access-Control-Allow-Credentials", "true"))

    def app(environ, start_response):
        status = "200 OK" if "session=" in environ.get("HTTP_COOKIE", "") else "401 Unauthorized"
        return reply(*headers, status=status)(environ, start_response)

    with serving(app) as port:
        same_site = ("--credentials", "include", "--cookie", "session=1; SameSite=Strict")
        assert checked(capsys, port, *same_site)["response"]["status"] == 200
        cross = main(["check", f"http://127.0.0.1:{port}/", "--origin", PAGE, *same_site, "--json"])
    document = json.loads(capsys.readouterr().out)
    assert cross == 0
    assert document["response"]["status"] == 401
    assert "cookie-not-sent" in [hint["code"] for hint in document["hints"]]


def test_a_cookie_that_no_browser_stores_is_named(capsys):
    with serving(reply(ALLOWED, VARY, ("Access-Control-Allow-Credentials", "true"))) as port:
        document = checked(capsys, port, "--credentials", "include", "--cookie", "s=1; SameSite=None")
    assert document["hints"][0]["code"] == "cookie-not-stored"
    assert document["hints"][0]["fix"] == "add Secure."


def test_no_cors_hides_the_answer(capsys):
    with serving(reply()) as port:
        document = checked(capsys, port, "--mode", "no-cors")
    assert (document["readable"], document["code"]) == (False, "opaque-response")


@pytest.mark.parametrize(
    ("location", "says", "never"),
    [
        ("https://login.example.net/start", "answer 401 where a script asks", "call "),
        ("https://bucket.example.net/key?signature=1", "hands out in JSON", "401"),
        ("https://www.example.net/items", "call the target", "401"),
    ],
)
def test_where_a_redirect_of_the_api_leads_decides_what_to_do(location, says, never, capsys):
    with serving(reply(ALLOWED, VARY, ("Location", location), status="302 Found")) as port:
        document = checked(capsys, port)
        asked = checked(capsys, port, "-X", "PUT")
    assert document["code"] == "other-host"
    assert says in document["fix"]
    assert never not in document["fix"]
    assert asked["code"] == "preflight-redirected"
    assert "answered with 302" in asked["summary"]


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("https://login.example.net/start", "answer 401 where a script asks"),
        ("https://team.cloudflareaccess.com/cdn-cgi/access/login/api", "the Access application"),
    ],
)
def test_a_sign_in_without_headers_is_not_told_to_name_the_page(location, says, capsys):
    with serving(reply(("Location", location), status="302 Found")) as port:
        document = checked(capsys, port)
    assert document["code"] == "allow-origin-missing"
    assert says in document["fix"]
    assert "Access-Control-Allow-Origin" not in document["fix"]
