"""What is printed to paste works, and lets no other origin in: the text is pasted as a person would.

Generated policies are served by the middleware, and the browser model asks. What an explanation prints is
parsed out of its text; the values that the library keeps beside the text are not used. Afterwards the page has
what it wanted, and strangers, ``null``, the host over http and the other front ends have what they had before.
"""

import ast
import logging
import re
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from crossguard import ConfigError
from crossguard.browser import Browser, Verdict
from crossguard.browser.transports import wsgi
from crossguard.core.origins import parse_serialized
from crossguard.explain import Diagnosis, explain_verdict
from crossguard.wsgi import Crossguard
from tests.explain.test_advice import ORIGINS

PATH, OTHER_PATH = "/orders", "/others"
STRANGERS = ("null", "https://stranger.example", "http://evil.example:8080", "https://evil.vercel.app")
NAMES = ("origins", "readers", "methods", "allow_headers", "expose_headers", "supports_credentials")
OPTION = re.compile(rf"\b({'|'.join(NAMES)}|public_origins|exempt|public)=(?=[\[{{TF])")

ENTRIES = st.lists(
    ORIGINS
    | st.sampled_from(
        ["https://*.example.com", "http://localhost:*", "https://pr-*.example.com", "https://app.example.com"]
    ),
    max_size=7,
    unique=True,
)
POLICIES = st.fixed_dictionaries(
    {"origins": ENTRIES, "supports_credentials": st.booleans()},
    optional={
        "readers": st.lists(ORIGINS, max_size=2, unique=True),
        "methods": st.sampled_from([["GET"], ["GET", "POST"], ["GET", "PUT"]]),
        "allow_headers": st.sampled_from([[], ["X-A"], ["Content-Type", "X-B"]]),
        "expose_headers": st.sampled_from([[], ["X-Total"]]),
        "public_origins": st.sampled_from([["https://api.example.com"], ["https://crossguard-api.net"]]),
    },
)
HEADERS = st.dictionaries(
    st.sampled_from(["X-A", "X-B", "HX-Request", "traceparent", "Set-Cookie", "Vary", "Content-Type"]),
    st.just("application/json"),
    max_size=3,
)


@dataclass(frozen=True)
class Fetch:
    """What a page does."""

    origin: str
    method: str = "GET"
    credentials: str = "same-origin"
    headers: tuple[tuple[str, str], ...] = field(default=())
    form: bool = False


FETCHES = st.builds(
    Fetch,
    origin=ORIGINS,
    method=st.sampled_from(["GET", "GET", "POST", "PUT", "PATCH", "put", "patch", "DELETE"]),
    credentials=st.sampled_from(["same-origin", "include", "omit"]),
    headers=HEADERS.map(lambda headers: tuple(headers.items())),
    form=st.sampled_from([False, False, False, True]),
)
APIS = st.sampled_from(
    [
        "https://api.example.com",
        "https://crossguard-api.net",
        "http://localhost:5000",
        "https://app.example.com",
    ]
)


def application(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json"), ("X-Version", "1")])
    return [b"{}"]


@pytest.fixture(autouse=True)
def _silence():
    """Leave the log out, whose words cost more than all the rest."""
    logger = logging.getLogger("crossguard")
    logger.disabled = True
    yield
    logger.disabled = False


class World:
    """One API under one policy, and browsers."""

    def __init__(self, options: dict[str, Any], api: str, *, debug: bool) -> None:
        self.options, self.api, self.debug = options, api, debug
        self.app = Crossguard(application, debug=debug, dangerously_allow_insecure_origins=True, **options)

    def run(self, fetch: Fetch, path: str = PATH) -> Verdict:
        page = Browser("chromium", send=wsgi(self.app)).open(fetch.origin)
        if fetch.form:
            return page.submit_form(f"{self.api}{path}", [("a", "1")])
        return page.verdict(
            f"{self.api}{path}",
            method=fetch.method,
            headers=fetch.headers,
            credentials=fetch.credentials,
        )

    def explain(self, verdict: Verdict) -> Diagnosis:
        return explain_verdict(verdict, lambda _: self.app.policy_for(PATH), lambda _: PATH)

    def pasted(self, options: dict[str, Any]) -> "World":
        return World({**self.options, **options}, self.api, debug=self.debug)


def outcome(verdict: Verdict) -> tuple[bool, int]:
    """Return whether script sees the answer, and the status that the application answered with."""
    actual = verdict.hops[-1].actual if verdict.hops else None
    response = actual.response if actual is not None else None
    return verdict.failure is None, response.status if response is not None else 0


def paste(text: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that a person would have after writing what *text* says."""
    found = OPTION.search(text)
    pasted: dict[str, Any] = {}
    if found is not None:
        code = text[found.start() :]
        for end in range(len(code), 0, -1):
            try:
                call = ast.parse(f"f({code[:end]})", mode="eval").body
            except SyntaxError:
                continue
            assert isinstance(call, ast.Call)
            pasted = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
            break
        assert pasted, text
    if added := re.search(r"\badd ('[^']+') to origins\b", text):
        pasted["origins"] = [*options["origins"], ast.literal_eval(added[1])]
    return pasted


def follow(text: str, fetch: Fetch) -> Fetch:
    """Return what the page does after its author has followed what *text* says of the front end."""
    if "leave credentials: 'include' out" in text:
        fetch = replace(fetch, credentials="same-origin")
    if "in upper case" in text:
        fetch = replace(fetch, method=fetch.method.upper())
    if taken := re.search(r"take ([\w, -]+) out of the request", text):
        names = taken[1].split(", ")
        headers = tuple(header for header in fetch.headers if header[0].lower() not in names)
        fetch = replace(fetch, headers=headers)
    return fetch


def others(world: World, fetch: Fetch) -> list[str]:
    found = [*STRANGERS]
    for text in (fetch.origin, *world.options["origins"][:3]):
        origin = parse_serialized(text)
        if origin is not None:
            found += [text, str(origin._replace(scheme="http")), str(origin._replace(port=4444))]
            found += [] if origin.is_ip else [str(origin._replace(host=f"x.{origin.host}"))]
    return [origin for origin in dict.fromkeys(found) if origin != fetch.origin]


def powers(world: World, origin: str, path: str) -> list[tuple[bool, int]]:
    return [
        outcome(world.run(Fetch(origin, method, credentials), path))
        for method, credentials in (("GET", "omit"), ("GET", "include"), ("POST", "include"))
    ]


@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(options=POLICIES, fetch=FETCHES, api=APIS, debug=st.booleans())
def test_what_is_printed_works_and_nobody_else_gains(options, fetch, api, debug):
    try:
        world = World(options, api, debug=debug)
    except ConfigError:
        return
    verdict = world.run(fetch)
    told = world.explain(verdict)
    pasted = paste(told.fix, options)
    if outcome(verdict) == (True, 200) and "expose_headers" not in pasted:
        assert not pasted, told
        return
    if not pasted:
        assert not told.proof, told
        assert not told.line, told
        return
    event(" ".join(sorted(pasted)))
    assert told.proof
    assert told.line in told.fix
    mended = world.pasted(pasted)
    door = {"exempt", "public"} & pasted.keys()
    if door:
        assert_opens_one_door(world, mended, fetch, told)
        return
    wanted = follow(told.fix, fetch)
    assert outcome(mended.run(wanted)) == (True, 200), (told.fix, wanted)
    assert_least(world, pasted, fetch, told)
    for origin in others(world, fetch):
        before = powers(world, origin, PATH)
        if pasted.get("supports_credentials") and origin not in options.get("readers", ()):
            # With credentials the gate is on: a stranger no longer writes, which no policy meant it to do.
            before[-1] = (False, 403)
        assert powers(mended, origin, PATH) == before, (origin, told)


def assert_opens_one_door(world: World, mended: World, fetch: Fetch, told: Diagnosis) -> None:
    """A door lets its own endpoint's callers through, and changes nothing at any other."""
    omitted = fetch if fetch.form else replace(fetch, credentials="omit")
    assert outcome(mended.run(omitted))[1] == 200, told
    assert "every site" in told.fix
    for origin in (fetch.origin, *STRANGERS):
        for form in (True, False):
            posted = Fetch(origin, "POST", "include", form=form)
            assert outcome(mended.run(posted, OTHER_PATH)) == outcome(world.run(posted, OTHER_PATH))


def assert_least(world: World, pasted: dict[str, Any], fetch: Fetch, told: Diagnosis) -> None:
    """No line grants what was not asked for."""
    named = repr({name: pasted.get(name) for name in ("origins", "readers", "public_origins")})
    assert "null" not in named
    assert "'*'" not in named
    before = {repr(entry) for name in ("origins", "readers") for entry in world.options.get(name, ())}
    added = {repr(entry) for name in ("origins", "readers") for entry in pasted.get(name, ())} - before
    assert added <= {repr(fetch.origin)}, told
    if pasted.get("supports_credentials"):
        assert fetch.credentials == "include", told
    if fetch.credentials == "omit" and world.options["supports_credentials"]:
        assert pasted.get("origins", world.options["origins"]) == world.options["origins"], told


@pytest.mark.parametrize(
    ("origin", "debug", "line"),
    [
        ("http://localhost:3000", True, True),
        ("http://app.localhost:3000", True, True),
        ("https://www.app.example.com", False, True),
        ("http://app.example.com", False, False),
        ("https://app.exarnple.com", False, False),
        ("https://evil.example", True, False),
    ],
)
def test_for_whom_a_line_is_printed(origin, debug, line):
    world = World({"origins": ["https://app.example.com"]}, "http://localhost:5000", debug=debug)
    told = world.explain(world.run(Fetch(origin)))
    assert bool(told.line) is line
    if line:
        assert told.proof == f"with this line {origin} reads {PATH}; no other origin gains anything"
