"""Properties of the gate, in the core and through a real application."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossguard import Policy, Reason, compile_policy, load_config
from crossguard.core.content import decide_content
from crossguard.core.gate import Verdict
from crossguard.core.names import SAFE_METHODS
from crossguard.core.request import NO_MARKS, RouteMarks, TokenState, WriteFacts
from crossguard.suffixes import is_public_suffix
from crossguard.wsgi.environfacts import write_facts_of
from tests.core.counting import work_of
from tests.gate import strategies
from tests.gate.wsgi import API, APP, EVIL, Answer, Shop, environ, send, shop


def policy_of(options: dict[str, object]) -> Policy:
    return compile_policy(load_config(options, is_public_suffix=is_public_suffix))


@st.composite
def facts(draw: st.DrawFn, methods: st.SearchStrategy[str] = strategies.METHODS) -> WriteFacts:
    headers = draw(strategies.headers())
    host = headers.pop("Host", None)
    wsgi = environ(draw(methods), headers=headers, scheme=draw(strategies.SCHEMES), host=host)
    return write_facts_of(wsgi)


MARKS = st.builds(RouteMarks, exempt=st.booleans(), public=st.booleans(), strict_get=st.booleans())


@given(
    strategies.gate_options(),
    facts(strategies.METHODS | strategies.SAFE_METHODS),
    MARKS,
    st.sampled_from(TokenState),
)
def test_every_request_gets_a_decision(options, asked, marks, state):
    gate = policy_of(options).gate
    verdict = gate.decide(asked, marks, lambda: state)
    assert isinstance(verdict, Verdict)
    assert isinstance(verdict.reason, Reason)
    assert isinstance(decide_content(asked), Verdict)
    assert gate.decide(asked, marks, lambda: state) == verdict


def is_trusted(policy: Policy, asked: WriteFacts) -> bool:
    """Tell whether anything a browser says speaks for the request; what scripts can forge counts not."""
    origin = asked.origin
    return (
        asked.fetch_site == "same-origin"
        or (asked.fetch_site == "none" and not origin)
        or bool(origin and policy.may_write(origin))
        or origin in policy.config.public_origins
        or not (asked.fetch_site or origin)
    )


@given(strategies.gate_options(), facts())
def test_a_write_with_the_cookie_from_whoever_is_not_trusted_is_refused(options, asked):
    policy = policy_of(options)
    asked = asked._replace(cookie=strategies.COOKIE, host="api.shop.example")
    own = {API, "http://api.shop.example"} if not options["public_origins"] else set()
    verdict = policy.gate.decide(asked, NO_MARKS, lambda: TokenState.VALID)
    if verdict.allowed:
        assert is_trusted(policy, asked) or asked.origin in own


@given(strategies.gate_options(), facts(), MARKS)
def test_adding_a_reader_never_lets_anyone_write(options, asked, marks):
    without = policy_of(options | {"readers": []})
    for readers in ([asked.origin] if is_origin(asked.origin) else [], [EVIL], "*", ["https://*.evil.test"]):
        added = policy_of(options | {"readers": readers})
        assert added.gate.decide(asked, marks, lambda: TokenState.VALID) == without.gate.decide(
            asked, marks, lambda: TokenState.VALID
        )
        assert added.allows(asked.origin) == without.allows(asked.origin)


def is_origin(text: str | None) -> bool:
    try:
        load_config({"origins": [text]}, is_public_suffix=is_public_suffix)
    except ValueError:
        return False
    return True


@given(strategies.gate_options(), facts(), MARKS, st.sampled_from(TokenState))
def test_a_token_never_lets_in_what_is_refused_without_it(options, asked, marks, state):
    plain = policy_of(options | {"token": "off", "on_missing": "allow"}).gate
    layered = policy_of(options | {"token": "always"}).gate
    if layered.decide(asked, marks, lambda: state).allowed:
        assert plain.decide(asked, marks).allowed


@given(strategies.gate_options(), facts())
def test_what_needs_a_token_is_refused_where_nobody_can_check_one(options, asked):
    """The core fails closed for an adapter that has no sessions."""
    gate = policy_of(options | {"token": "always"}).gate
    assert gate.decide(asked, NO_MARKS) == gate.decide(asked, NO_MARKS, lambda: TokenState.MISSING)
    gate = policy_of(options | {"on_missing": "token"}).gate
    assert gate.decide(asked, NO_MARKS) == gate.decide(asked, NO_MARKS, lambda: TokenState.MISSING)


@given(strategies.gate_options(), facts(strategies.METHODS | strategies.SAFE_METHODS))
def test_the_strict_preset_only_refuses_more(options, asked):
    plain = policy_of(options | {"public_origins": [API], "wildcard_writes": False})
    kept = ("origins", "readers", "supports_credentials", "auth_cookies", "token")
    strict = policy_of({name: options[name] for name in kept} | {"public_origins": [API], "strict": True})
    if strict.gate.decide(asked, NO_MARKS, lambda: TokenState.VALID).allowed:
        plain_verdict = plain.gate.decide(asked, NO_MARKS, lambda: TokenState.VALID)
        assert plain_verdict.allowed or options["on_missing"] == "deny"


def gated_shop(options: dict[str, object]) -> Shop:
    return shop(
        "/hooks",
        "/search",
        "/export",
        exempt={"hooks": "signed"},
        public=["search"],
        strict_get=["export"],
        **options,
    )


SHOPS: dict[str, Shop] = {}


def shop_of(options: dict[str, object]) -> Shop:
    """Return an application under *options*; applications are kept, as Flask has no quick start."""
    key = repr(sorted(options.items(), key=lambda item: item[0]))
    app = SHOPS.get(key)
    if app is None:
        app = SHOPS[key] = gated_shop(options)
    app.ran.clear()
    app.sessions.opened = app.sessions.saved = 0
    return app


PATHS = st.sampled_from(
    ["/orders", "/orders/", "//orders", "/hooks/", "/missing", "/export", "/search", "/ws", "/%00", "/\xff"]
)


def send_one(
    app: Shop, draw: st.DataObject, method: str, **fixed: str | None
) -> tuple[Answer, dict[str, Any]]:
    headers = draw.draw(strategies.headers(**fixed))
    host = headers.pop("Host", None)
    wsgi = environ(method, draw.draw(PATHS), headers, scheme=draw.draw(strategies.SCHEMES), host=host)
    kept = dict(wsgi)
    return send(app, wsgi), kept


@given(strategies.gate_options(), strategies.METHODS | strategies.SAFE_METHODS, st.data())
def test_any_combination_of_headers_gets_an_answer(options, method, data):
    app = shop_of(options)
    answer, _ = send_one(app, data, method)
    assert answer.status in {200, 204, 308, 400, 403, 404, 405, 415}
    if answer.status in {403, 415}:
        assert answer.refused
        assert method == "HEAD" or answer.code in set(Reason)
        assert not app.ran
        assert not app.sessions.saved
        assert not answer.all("Set-Cookie")


@given(strategies.gate_options(), strategies.METHODS, st.data())
def test_a_write_of_a_stranger_does_not_reach_the_application(options, method, data):
    """Whatever else it carries, and whatever the answer would be."""
    app = shop_of(options)
    site = data.draw(st.sampled_from(["cross-site", "same-site", "Same-Origin", "foo", None]))
    origin = data.draw(
        st.sampled_from([EVIL, "null", "https://app.shop.example.evil.test", "http://app.shop.example"])
    )
    fixed = {
        "Origin": origin,
        "Sec-Fetch-Site": site,
        "Cookie": strategies.COOKIE,
        "Host": "api.shop.example",
    }
    answer, _ = send_one(app, data, method, **fixed)
    assert answer.status == 403
    assert app.untouched
    assert not answer.all("Set-Cookie")
    assert answer.get("Access-Control-Allow-Credentials") is None


@given(strategies.gate_options(), st.data())
def test_a_listed_front_end_that_brings_json_and_a_token_is_never_locked_out(options, data):
    app = shop_of(options | {"origins": [APP], "token": "off"})
    fixed = {
        "Origin": APP,
        "Sec-Fetch-Site": data.draw(st.sampled_from(["same-site", "cross-site", None, ""])),
        "Content-Type": "application/json",
        "Upgrade": None,
        "Host": None,
    }
    answer = send(app, environ("POST", headers=data.draw(strategies.headers(**fixed))))
    assert answer.status == 200
    assert app.ran == ["POST orders"]
    assert answer.get("Access-Control-Allow-Origin") == APP


@pytest.mark.parametrize(
    "name", ["Origin", "Referer", "Sec-Fetch-Site", "Host", "Authorization", "Content-Type", "Cookie"]
)
def test_the_work_grows_with_a_header_no_faster_than_its_length(name):
    """Cookies are read one by one, as by every server; the others cost the same at any length."""
    policy = policy_of({"origins": [APP, "https://*.shop.example"], "supports_credentials": True})
    unit = {"Cookie": "a=b; ", "Referer": "https://a/", "Host": "a.", "Authorization": "Bearer "}.get(
        name, "https://a"
    )

    def cost(size: int) -> int:
        text = (unit * size)[:size]
        headers = {name: text, "Authorization": "Bearer x"} if name == "Cookie" else {name: text}
        host = headers.pop("Host", "api.shop.example")
        asked = write_facts_of(environ(headers=headers, host=host))
        return work_of(lambda: (policy.gate.decide(asked), decide_content(asked))).lines

    small, huge = cost(1024), cost(strategies.HUGE)
    assert huge <= (64 * small if name == "Cookie" else small + 5)


def test_safe_methods_are_three():
    assert {"GET", "HEAD", "OPTIONS"} == SAFE_METHODS
