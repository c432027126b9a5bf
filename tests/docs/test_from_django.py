"""The rows of docs/coming-from-django-cors-headers.md: Django with django-cors-headers and with crossguard."""

import json
import subprocess
import sys

import pytest

from tests.docs.both import ALLOW_HEADERS, ALLOW_ORIGIN, APP, EVIL, MAX_AGE, row
from tests.docs.markdown import ROOT

API = "https://api.example"
LIBRARIES = ["old", "new"]
BOTH = pytest.mark.parametrize("library", LIBRARIES, ids=["django-cors-headers", "crossguard"])


def ask(library: str, *, origin: str = APP, fields: dict[str, str] | None = None, **given):
    environ = {"HTTP_ORIGIN": origin, "HTTP_COOKIE": "sessionid=a", **(fields or {})}
    asked = json.dumps({"library": library, "environ": environ, **given})
    command = [sys.executable, "-m", "tests.docs.django_answers", asked]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def preflight(library: str, *, origin: str = APP, **given):
    fields = {"HTTP_ACCESS_CONTROL_REQUEST_METHOD": "POST", "HTTP_COOKIE": ""}
    return ask(library, origin=origin, method="OPTIONS", fields=fields, **given)


@row("everybody with credentials")
@BOTH
def test_everybody_with_credentials(library):
    answer = ask(library, origin=EVIL, origins="*")
    if library == "old":
        assert answer["headers"][ALLOW_ORIGIN] == EVIL
        assert answer["headers"]["access-control-allow-credentials"] == "true"
    else:
        assert "every web site" in answer["error"]


@row("`https://app.example/` in the list")
@BOTH
def test_a_slash(library):
    answer = ask(library, origins=[f"{APP}/"])
    if library == "old":
        assert answer["headers"][ALLOW_ORIGIN] == APP
    else:
        assert f"'{APP}'" in answer["error"]


@row(r"the expression `https://.*\.example\.com` with credentials")
@BOTH
def test_an_expression(library):
    expression = r"https://.*\.example\.com"
    assert ask(library, origin="https://a.example.com", expression=expression)["headers"][ALLOW_ORIGIN]
    headers = ask(library, origin="https://a.example.com.evil.net", expression=expression)["headers"]
    assert (ALLOW_ORIGIN in headers) is (library == "old")


@row("a `fetch` of a listed page that writes, without a token")
@BOTH
def test_a_listed_page_writes(library):
    if library == "old":
        refused = ask(library, method="POST")
        assert (refused["status"], refused["ran"]) == (403, [])
        still = ask(library, method="POST", trusted=[APP])
        assert (still["status"], still["ran"]) == (403, [])
    else:
        # The views of the API are marked csrf_exempt, as the page says.
        answer = ask(library, method="POST", path="/exempt")
        assert (answer["status"], answer["ran"]) == (200, ["POST"])


@row("a form of a stranger's page to a view that is marked `csrf_exempt`")
@BOTH
def test_a_form(library):
    fields = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "HTTP_SEC_FETCH_SITE": "cross-site"}
    answer = ask(library, origin=EVIL, method="POST", path="/exempt", fields=fields)
    assert (answer["status"], answer["ran"]) == ((200, ["POST"]) if library == "old" else (403, []))


@row("the answer to a listed page that is refused")
@BOTH
def test_a_refusal(library):
    fields = {"CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "1"}
    answer = ask(library, method="POST", json_only=True, fields=fields)
    assert answer["headers"][ALLOW_ORIGIN] == APP
    if library == "old":
        assert (answer["status"], answer["headers"]["content-type"].partition(";")[0]) == (403, "text/html")
    else:
        assert (answer["status"], json.loads(answer["text"])["code"]) == (415, "unsupported-media-type")


@row("a preflight of an origin that is not listed")
@BOTH
def test_a_preflight_of_a_stranger(library):
    answer = preflight(library, origin=EVIL)
    assert answer["status"] == (200 if library == "old" else 204)
    assert not [name for name in answer["headers"] if name.startswith("access-control-")]


@row("a preflight, and a middleware before it that asks for a sign-in")
@BOTH
def test_a_preflight_comes_first(library):
    assert preflight(library, sign_in_first=True)["status"] == (401 if library == "old" else 204)


@row("`CORS_ALLOW_HEADERS` is not given")
@BOTH
def test_headers(library):
    names = preflight(library)["headers"][ALLOW_HEADERS]
    theirs = "accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with"
    assert names == (theirs if library == "old" else "Authorization, Content-Type, X-Requested-With")


@row("`CORS_PREFLIGHT_MAX_AGE` is not given")
@BOTH
def test_max_age(library):
    assert preflight(library)["headers"][MAX_AGE] == ("86400" if library == "old" else "600")


@row("a `GET` of an origin that is not listed")
@BOTH
def test_an_unlisted_origin_varies(library):
    headers = ask(library, origin=EVIL)["headers"]
    assert headers["vary"] == ("origin" if library == "old" else "Origin")
    assert ALLOW_ORIGIN not in headers


@row("an exception in a view")
@BOTH
def test_an_exception(library):
    answer = ask(library, path="/broken")
    assert (answer["status"], answer["headers"][ALLOW_ORIGIN]) == (500, APP)
