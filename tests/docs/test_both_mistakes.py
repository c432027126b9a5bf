"""Mistakes and the log: rows of docs/coming-from-flask-cors.md, run on both libraries."""

import logging

import pytest

from crossguard import ConfigError
from tests.docs.both import (
    ALLOW_CREDENTIALS,
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


@row('`CORS(app, origin="https://app.example")`')
def test_a_misspelt_option_names_the_nearest(capsys):
    assert ask(old_app(origin=APP), origin=EVIL).allow_origin == EVIL
    assert capsys.readouterr() == ("", "")
    with pytest.raises(TypeError, match="did you mean 'origins'"):
        new_app(origin=APP)


@row('`app.config["CORS_HEADERS"] = "Content-Type"`')
def test_a_key_that_never_existed_is_named():
    old = plain_app(CORS_HEADERS="Content-Type")
    OLD.CORS(old)
    with pytest.raises(ConfigError, match="did you mean 'allow_headers'"):
        NEW.CORS(plain_app(CORS_HEADERS="Content-Type"))


@row('`app.config["CORS_ORIGINS"] = os.environ.get("NOT_SET")`')
def test_an_unset_variable_does_not_build():
    old = plain_app(CORS_ORIGINS=None)
    OLD.CORS(old)
    assert ask(old, origin=EVIL).allow_origin == EVIL
    with pytest.raises(ConfigError, match="not-set"):
        NEW.CORS(plain_app(CORS_ORIGINS=None))


@row("`CORS(app, origins=None)`")
def test_none_is_neither_everybody_nor_nobody():
    assert ask(old_app(origins=None), origin=EVIL).headers == {}
    with pytest.raises(ConfigError, match="not-set"):
        new_app(origins=None)


@row("`CORS(app, origins=[])`")
def test_an_empty_list_is_nobody():
    old, new = both_apps(origins=[])
    assert ask(old, origin=EVIL).headers == {}
    assert ask(new, origin=EVIL).headers == {"vary": "Origin"}


@row('`app.config["CORS_SUPPORTS_CREDENTIALS"] = "False"`')
def test_false_in_quotes_is_not_true():
    config = {"CORS_ORIGINS": APP, "CORS_SUPPORTS_CREDENTIALS": "False"}
    old = plain_app(**config)
    OLD.CORS(old)
    assert ask(old, origin=APP).headers[ALLOW_CREDENTIALS] == "true"
    with pytest.raises(ConfigError, match="misleading-string"):
        NEW.CORS(plain_app(**config))


@row("a refused request, and what the log says of it")
def test_a_refusal_is_one_line_with_the_reason(caplog):
    for library in (OLD, NEW):
        app = plain_app()
        app.debug = True
        library.CORS(app, origins=[APP])
        caplog.clear()
        ask(app, origin=EVIL)
        messages = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
        if library is OLD:
            assert messages == []
        else:
            (message,) = messages
            assert "does not list the origin" in message
            assert "Fix: If this is one of your front ends, add it to origins at " in message


@row("an `Origin` with an escape sequence for the terminal")
def test_control_characters_are_escaped_in_the_log(caplog):
    hostile = "https://evil.example\x1b[2J"
    caplog.set_level("DEBUG", "flask_cors")
    caplog.set_level("DEBUG", "crossguard")
    ask(old_app(origins=[APP]), origin=hostile)
    assert "\x1b" in caplog.text
    caplog.clear()
    ask(new_app(origins=[APP]), origin=hostile)
    assert "malformed-origin" in caplog.text
    assert "\x1b" not in caplog.text
