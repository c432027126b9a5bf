"""What caches see: rows of docs/coming-from-flask-cors.md, run on both libraries."""

import warnings

import pytest
from flask import Flask

from crossguard.declare import declaration
from tests.docs.both import (
    ADMIN,
    ALLOW_CREDENTIALS,
    ALLOW_ORIGIN,
    APP,
    EVIL,
    NEW,
    OLD,
    CrossguardWarning,
    ask,
    both_apps,
    new_app,
    old_app,
    row,
)


@row('`origins="https://app.example"`')
def test_one_origin_varies_too():
    old, new = both_apps(origins=APP)
    assert ask(old, origin=APP).headers == ask(old).headers == {ALLOW_ORIGIN: APP}
    assert ask(old, origin=EVIL).headers == {}
    assert ask(new, origin=APP).headers == {ALLOW_ORIGIN: APP, "vary": "Origin"}
    assert ask(new, origin=EVIL).headers == ask(new).headers == {"vary": "Origin"}


@row("two origins and credentials, no `Origin` in the request")
def test_nobody_is_named_to_a_request_without_origin():
    old, new = both_apps(origins=[APP, ADMIN], supports_credentials=True)
    assert ask(old).headers == {ALLOW_ORIGIN: ADMIN, ALLOW_CREDENTIALS: "true", "vary": "Origin"}
    assert ask(new).headers == {"vary": "Origin"}


@row("two origins, a request from a third")
def test_a_refusal_varies_too():
    old, new = both_apps(origins=[APP, ADMIN])
    assert ask(old, origin=EVIL).headers == {}
    assert ask(new, origin=EVIL).headers == {"vary": "Origin"}


@row("`always_send=False`")
def test_always_send_does_nothing():
    old = old_app(origins=[APP, ADMIN], always_send=False)
    assert ask(old).headers == {}
    assert ask(quiet(origins=[APP, ADMIN], always_send=False)).headers == {"vary": "Origin"}


@row("`send_wildcard=True`")
def test_send_wildcard_does_nothing():
    old = old_app(send_wildcard=True)
    assert ask(old, origin=EVIL).headers == {ALLOW_ORIGIN: "*"}
    assert ask(quiet(send_wildcard=True), origin=EVIL).headers == {ALLOW_ORIGIN: "*"}
    listed = {"origins": [APP], "send_wildcard": True}
    assert ask(old_app(**listed), origin=APP).headers == {ALLOW_ORIGIN: APP}
    assert ask(quiet(**listed), origin=APP).headers == {ALLOW_ORIGIN: APP, "vary": "Origin"}


@row("`vary_header=False`")
def test_vary_cannot_be_switched_off():
    listed = {"origins": [APP, ADMIN], "vary_header": False}
    assert ask(old_app(**listed), origin=APP).headers == {ALLOW_ORIGIN: APP}
    assert ask(quiet(**listed), origin=APP).headers == {ALLOW_ORIGIN: APP, "vary": "Origin"}


@row("a view that sets `Vary: Origin, Accept-Encoding`")
@pytest.mark.parametrize("library", [OLD, NEW])
def test_vary_is_merged(library):
    app = Flask("shop")
    app.add_url_rule("/", view_func=lambda: ("ok", 200, {"Vary": "Origin, Accept-Encoding"}))
    library.CORS(app, origins=[APP, ADMIN])
    expected = "Origin, Accept-Encoding + Origin" if library is OLD else "Origin, Accept-Encoding"
    assert ask(app, origin=APP).headers["vary"] == expected


def test_each_option_without_meaning_warns_with_the_reason(monkeypatch):
    monkeypatch.setattr(declaration, "_warned", set())
    for name, reason in declaration.IGNORED_OPTIONS.items():
        with pytest.warns(CrossguardWarning, match=name) as caught:
            new_app(**{name: False})
        assert reason in str(caught[0].message)
        # Once is enough.
        new_app(**{name: False})


def quiet(**options):
    """Build with crossguard; options without meaning warn, once in a process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CrossguardWarning)
        return new_app(**options)
