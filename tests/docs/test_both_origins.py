"""Who may read: rows of docs/coming-from-flask-cors.md, run on both libraries."""

import re

import pytest

from crossguard import ConfigError
from tests.docs.both import (
    ADMIN,
    ALLOW_CREDENTIALS,
    ALLOW_ORIGIN,
    APP,
    EVIL,
    NEW,
    OLD,
    ask,
    both_apps,
    new_app,
    old_app,
    plain_app,
    row,
)


@row("`CORS(app)`, asked by any site or by `null`")
@pytest.mark.parametrize("origin", [EVIL, "null"])
def test_everybody_reads_without_credentials(origin):
    old, new = both_apps()
    assert ask(old, origin=origin).headers == {ALLOW_ORIGIN: origin, "vary": "Origin"}
    assert ask(new, origin=origin).headers == {ALLOW_ORIGIN: "*"}
    assert ask(old).headers == ask(new).headers == {ALLOW_ORIGIN: "*"}


@row("`origins=is_customer`, a function")
def test_a_function_is_asked_about_each_origin():
    asked = {"old": [], "new": []}

    def is_customer_of(name):
        def is_customer(origin):
            asked[name].append(origin)
            return origin == APP

        return is_customer

    old = old_app(origins=is_customer_of("old"))
    new = new_app(origins=is_customer_of("new"))

    assert ask(old, origin=APP).headers == {}
    assert ask(new, origin=APP).headers == {ALLOW_ORIGIN: APP, "vary": "Origin"}
    assert ask(new, origin=EVIL).headers == {"vary": "Origin"}
    assert asked == {"old": [], "new": [APP, EVIL]}


@row("`CORS(app, supports_credentials=True)`")
@pytest.mark.parametrize("origin", [EVIL, "null"])
def test_credentials_without_origins_are_for_nobody(origin, caplog):
    old, new = both_apps(supports_credentials=True)
    reflected = {ALLOW_ORIGIN: origin, ALLOW_CREDENTIALS: "true", "vary": "Origin"}
    assert ask(old, origin=origin).headers == reflected
    assert ask(new, origin=origin).headers == {"vary": "Origin"}
    (line,) = [
        record for record in caplog.records if (record.name, record.levelname) == ("crossguard", "ERROR")
    ]
    assert 'origins=["https://app.example.com"]' in line.getMessage()


@row("the same in debug, asked by `http://localhost:8080`")
def test_credentials_without_origins_are_for_this_machine_in_debug():
    old, new = plain_app(), plain_app()
    for app, library in ((old, OLD), (new, NEW)):
        app.debug = True
        library.CORS(app, supports_credentials=True)
    assert ask(old, origin=EVIL).headers[ALLOW_CREDENTIALS] == "true"
    for origin in ("http://localhost:8080", "http://127.0.0.1:3000", "http://[::1]:5173"):
        assert ask(new, origin=origin).headers[ALLOW_CREDENTIALS] == "true"
    assert ask(new, origin=EVIL).headers == {"vary": "Origin"}


@row('`origins="*"` with `supports_credentials=True`')
def test_everybody_with_credentials_does_not_build():
    old = old_app(origins="*", supports_credentials=True)
    assert ask(old, origin=EVIL).headers[ALLOW_CREDENTIALS] == "true"
    with pytest.raises(ValueError, match="Cannot use supports_credentials"):
        old_app(supports_credentials=True, send_wildcard=True)
    with pytest.raises(ConfigError, match="wildcard-with-credentials"):
        new_app(origins="*", supports_credentials=True)


@row(r'`origins=r"https://.*\.example\.com"`')
def test_an_expression_is_compiled_and_matches_the_whole_origin():
    lookalike = "https://a.example.com.evil.net"
    old = old_app(origins=r"https://.*\.example\.com")
    assert ask(old, origin=lookalike).allow_origin == lookalike
    with pytest.raises(ConfigError):
        new_app(origins=r"https://.*\.example\.com")
    new = new_app(origins=re.compile(r"https://.*\.example\.com"))
    assert ask(new, origin="https://a.example.com").allow_origin == "https://a.example.com"
    assert ask(new, origin=lookalike).headers == {"vary": "Origin"}


@row('`origins="https?://example.com"`')
def test_a_string_with_punctuation_is_no_expression():
    old = old_app(origins="https?://example.com")
    for lookalike in ("https://exampleXcom", "https://example.com.evil.net"):
        assert ask(old, origin=lookalike).allow_origin == lookalike
    with pytest.raises(ConfigError, match="invalid"):
        new_app(origins="https?://example.com")


@row('`origins=["https://*.example.com"]`')
def test_a_wildcard_is_for_subdomains():
    old, new = both_apps(origins=["https://*.example.com"])
    assert ask(old, origin="https://a.example.com").headers == {}
    assert ask(old, origin="https://xexample.com").allow_origin == "https://xexample.com"
    for subdomain in ("https://a.example.com", "https://b.a.example.com"):
        assert ask(new, origin=subdomain).allow_origin == subdomain
    for stranger in ("https://xexample.com", "https://example.com", "https://a.example.com.evil.net"):
        assert ask(new, origin=stranger).headers == {"vary": "Origin"}


@row(r'`origins=["https://.+", "https://a.example\|https://b.example"]`')
def test_expressions_without_the_guessed_characters():
    entries = ["https://.+", "https://a.example|https://b.example"]
    assert ask(old_app(origins=entries), origin="https://a.example").headers == {}
    with pytest.raises(ConfigError) as caught:
        new_app(origins=entries)
    assert [issue.where for issue in caught.value.issues] == ["origins[0]", "origins[1]"]


@row('`origins=["http://[::1]:3000"]`')
def test_an_ipv6_origin_is_an_origin():
    old, new = both_apps(origins=["http://[::1]:3000"])
    assert ask(old, origin="http://[::1]:3000").headers == {}
    assert ask(old, origin="http://1:3000").allow_origin == "http://1:3000"
    assert ask(new, origin="http://[::1]:3000").allow_origin == "http://[::1]:3000"
    assert ask(new, origin="http://1:3000").headers == {"vary": "Origin"}


@row("`Origin: HTTPS://APP.EXAMPLE`, which no browser sends")
def test_a_request_is_compared_byte_for_byte_and_the_list_is_normalised():
    old = old_app(origins=[APP])
    assert ask(old, origin="HTTPS://APP.EXAMPLE").allow_origin == "HTTPS://APP.EXAMPLE"
    new = new_app(origins=["HTTPS://APP.EXAMPLE"])
    assert ask(new, origin="HTTPS://APP.EXAMPLE").headers == {"vary": "Origin"}
    assert ask(new, origin=APP).allow_origin == APP


@row('`origins="https://app.example,https://admin.example"`')
def test_a_text_is_the_list_of_its_parts():
    listed = f"{APP},{ADMIN}"
    old = old_app(origins=listed)
    assert ask(old, origin=APP).headers == {}
    assert ask(old).allow_origin == listed
    new = new_app(origins=listed)
    assert [ask(new, origin=origin).allow_origin for origin in (APP, ADMIN, EVIL)] == [APP, ADMIN, None]


@row('`origins=["https://app.example/"]`')
def test_a_trailing_slash_is_named():
    assert ask(old_app(origins=[f"{APP}/"]), origin=APP).headers == {}
    with pytest.raises(ConfigError) as caught:
        new_app(origins=[f"{APP}/"])
    assert caught.value.issues[0].fix == f"write '{APP}'."


@row('`origins=["https://app.example:443"]`')
def test_a_default_port_is_dropped():
    old, new = both_apps(origins=[f"{APP}:443"])
    assert ask(old, origin=APP).headers == {}
    assert ask(new, origin=APP).allow_origin == APP


@row("`CORS(app, origins=A)` and then `CORS(app, origins=B)`")
def test_one_policy_governs():
    old = old_app(origins=[APP])
    OLD.CORS(old, origins=[ADMIN])
    assert ask(old, origin=APP).allow_origin == APP
    assert ask(old, origin=ADMIN).allow_origin == ADMIN
    new = new_app(origins=[APP])
    with pytest.raises(ConfigError, match="duplicate-policy"):
        NEW.CORS(new, origins=[ADMIN])
    assert ask(new, origin=ADMIN).headers == {"vary": "Origin"}


@row("an empty `Origin` header")
def test_an_empty_origin_is_none():
    old, new = both_apps(origins=[APP, ADMIN])
    assert ask(old, origin="").allow_origin == ADMIN
    assert ask(new, origin="").headers == {"vary": "Origin"}
