"""Paths: rows of docs/coming-from-flask-cors.md, run on both libraries."""

import re

import pytest

from crossguard import ConfigError
from tests.docs.both import (
    APP,
    EVIL,
    ask,
    both_apps,
    new_app,
    old_app,
    row,
)


@row('`resources={r"/api/*": {…}}`, asked for `/apiary`')
def test_a_path_is_whole_segments():
    old, new = both_apps(resources={r"/api/*": {"origins": [APP]}})
    for path in ("/api", "/api/x"):
        assert ask(old, path, origin=APP).allow_origin == ask(new, path, origin=APP).allow_origin == APP
    assert ask(old, "/apiary", origin=APP).allow_origin == APP
    assert ask(new, "/apiary", origin=APP).headers == {}


@row('`resources={"/api": {…}}`, asked for `/api/x`')
def test_a_path_without_a_wildcard_is_that_path():
    old, new = both_apps(resources={"/api": {"origins": [APP]}})
    assert ask(old, "/api", origin=APP).allow_origin == ask(new, "/api", origin=APP).allow_origin == APP
    assert ask(old, "/api/x", origin=APP).headers == ask(new, "/api/x", origin=APP).headers == {}


@row("`/t/%2570ublic/x`, which Flask routes as `/t/%70ublic/x`")
def test_a_path_is_decoded_once():
    old = old_app(resources={r"/t/public/.*": {"origins": "*"}})
    new = new_app(resources={"/t/public/*": {"origins": "*"}})
    assert ask(old, "/t/%2570ublic/x", origin=EVIL).text == "/t/%70ublic/x"
    assert ask(old, "/t/%2570ublic/x", origin=EVIL).allow_origin == EVIL
    assert ask(new, "/t/%2570ublic/x", origin=EVIL).headers == {}
    assert ask(new, "/t/public/x", origin=EVIL).allow_origin == "*"


@row('`resources={re.compile("/.*"): {…}, r"/api/admin/.*": {…}}`')
def test_the_longest_path_governs():
    old = old_app(resources={re.compile("/.*"): {"origins": "*"}, r"/api/admin/.*": {"origins": [APP]}})
    assert ask(old, "/api/admin/x", origin=EVIL).allow_origin == EVIL
    with pytest.raises(ConfigError, match="bad-path"):
        new_app(resources={re.compile("/.*"): {"origins": "*"}})
    new = new_app(resources={"/*": {"origins": "*"}, "/api/admin/*": {"origins": [APP]}})
    assert ask(new, "/api/admin/x", origin=EVIL).headers == {"vary": "Origin"}
    assert ask(new, "/api/x", origin=EVIL).allow_origin == "*"


@row(r'`resources={r"/(a\|b\|/x/y/z)?.*": {…}, r"/api/admin.*": {…}}`')
def test_slashes_do_not_outweigh():
    paths = {r"/(a|b|/x/y/z)?.*": {"origins": "*"}, r"/api/admin.*": {"origins": [APP]}}
    assert ask(old_app(resources=paths), "/api/admin/x", origin=EVIL).allow_origin == EVIL
    with pytest.raises(ConfigError, match="bad-path"):
        new_app(resources=paths)


@row("`resources=5`, or a broken expression")
def test_mistakes_in_the_table_are_found_at_the_start():
    for wrong in (5, "/api/(("):
        with pytest.raises(ValueError, match=r"resources|regular expression"):
            old_app(resources=wrong)
        with pytest.raises(ConfigError):
            new_app(resources=wrong)
