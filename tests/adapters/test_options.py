"""What both middlewares take, what they refuse, and what they say when they are made."""

import inspect
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from crossguard import asgi, load_config, wsgi
from crossguard.core.options import OPTION_NAMES
from crossguard.declare.declaration import CrossguardWarning
from crossguard.suffixes import is_public_suffix
from tests.adapters.mistakes import CREDENTIALED, mistakes, ready
from tests.adapters.wire import Request
from tests.cases.cors import ADMIN, APP


class TestOptions:
    def test_a_name_that_does_not_exist_is_refused_with_the_nearest(self, kind):
        with pytest.raises(TypeError, match=r"'orgins'; did you mean 'origins'\?"):
            kind.make(orgins=[APP])

    @pytest.mark.parametrize("name", ["on_decisions", "check_tokens", "debugg", "resource"])
    def test_what_only_a_middleware_takes_is_suggested_too(self, kind, name):
        with pytest.raises(TypeError, match="did you mean"):
            kind.make(**{name: None})

    def test_a_name_below_a_path_is_checked_too(self, kind):
        with pytest.raises(TypeError, match="orgins"):
            kind.make(resources={"/api/*": {"orgins": [APP]}})

    def test_every_mistake_is_reported_at_once_and_says_where(self, kind):
        found, error = mistakes(kind, origins=["app.example.com", "null"], max_age=-1)

        assert {where for where, _ in found} == {"origins[0]", "origins[1]", "max_age"}
        assert error.source.startswith(("tests/adapters/both.py:", "both.py:"))

    def test_every_mistake_of_every_path_is_reported_at_once(self, kind):
        found, _ = mistakes(kind, resources={"/a/*": {"origins": "x"}, "/b/*": {"max_age": "5"}, "c": {}})

        assert {where for where, _ in found} == {
            "resources['/a/*'].origins",
            "resources['/b/*'].max_age",
            "resources['c']",
        }

    def test_every_option_of_the_extension_is_taken(self, kind):
        config = load_config(CREDENTIALED, is_public_suffix=is_public_suffix)
        middleware = kind.make(**config.to_options())

        assert middleware.policies[""].config == config
        assert set(config.to_options()) == set(OPTION_NAMES)

    def test_an_option_that_does_nothing_warns_once_at_the_line_that_gives_it(self, kind):
        with pytest.warns(CrossguardWarning, match="vary_header") as caught:
            kind.make(vary_header=True, resources={"/a/*": {"vary_header": False}})
        kind.make(vary_header=True)

        (warning,) = caught
        assert warning.filename.endswith("both.py")

    def test_debug_is_a_yes_or_no(self, kind):
        found, _ = mistakes(kind, debug="False")

        assert found == {("debug", "misleading-string")}

    @pytest.mark.parametrize("name", ["on_decision", "check_token"])
    @pytest.mark.parametrize("value", ["print", 1, []])
    def test_what_is_called_has_to_be_callable(self, kind, name, value):
        with pytest.raises(TypeError, match=name):
            kind.make(**{name: value})

    @pytest.mark.parametrize("name", ["on_decision", "check_token"])
    def test_what_is_called_is_not_awaited(self, kind, name):
        async def later(*_arguments):
            """Never run."""

        with pytest.raises(TypeError, match=f"{name} is called, not awaited"):
            kind.make(**{name: later})

    def test_everything_but_the_application_is_given_by_name(self, kind):
        parameters = [*inspect.signature(type(kind.make())).parameters.values()]

        assert [parameter.name for parameter in parameters] == [
            "app",
            "policy",
            "debug",
            "on_decision",
            "check_token",
            "on_refused",
            "mounts",
            "ignore_case",
            "options",
        ]
        assert parameters[0].kind is inspect.Parameter.POSITIONAL_ONLY
        assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters[1:-1])

    def test_the_place_of_the_declaration_is_known(self, kind, monkeypatch):
        monkeypatch.chdir(Path(__file__).parent)
        module = {"wsgi": wsgi, "asgi": asgi}[kind.name]
        line = inspect.currentframe().f_lineno + 1
        middleware = module.Crossguard(print, origins=[APP])

        assert middleware.policies[""].place == f"test_options.py:{line}"

    @pytest.mark.parametrize("module", ["crossguard.wsgi", "crossguard.asgi"])
    def test_importing_it_loads_no_framework(self, module):
        code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
        )

        unwanted = {"asyncio", "blinker", "django", "flask", "starlette", "werkzeug"}
        assert not unwanted & set(done.stdout.split())


class TestReadyPolicy:
    def test_a_ready_policy_governs_every_path(self, kind):
        policy = ready(origins=[ADMIN])
        app = kind.make(policy=policy)

        assert app.policies == {"": policy}
        assert app.policy_for("/whatever") is policy
        answer = kind.ask(app, Request("GET", "/items", (("Origin", ADMIN),)))
        assert answer["access-control-allow-origin"] == ADMIN

    def test_options_beside_it_are_refused(self, kind):
        with pytest.raises(TypeError, match=r"leave out policy= or origins, max_age"):
            kind.make(policy=ready(), origins=[APP], max_age=5)

    def test_what_a_middleware_cannot_do_is_refused_in_it_too(self, kind):
        found, _ = mistakes(kind, policy=ready(**CREDENTIALED, token="always", public=["auth.guest"]))

        assert found == {("token", "not-set"), ("public", "bad-path")}


class TestCookies:
    @pytest.mark.parametrize("mode", ["same-site", "cross-site", "auto"])
    def test_setting_the_cookies_is_for_flask(self, kind, mode):
        found, error = mistakes(kind, **CREDENTIALED, cookies=mode)

        assert found == {("cookies", "unknown-choice")}
        assert "the framework's own settings" in error.issues[0].fix

    def test_leaving_them_as_they_are_is_not(self, kind):
        assert kind.make(**CREDENTIALED, cookies="as-configured")


class TestDefaults:
    def test_credentials_without_origins_are_for_development_in_debug(self, kind):
        app = kind.make(supports_credentials=True, debug=True)
        answer = kind.ask(app, Request("GET", "/items", (("Origin", "http://localhost:5173"),)))

        assert answer["access-control-allow-origin"] == "http://localhost:5173"
        assert answer["access-control-allow-credentials"] == "true"

    def test_and_for_nobody_otherwise_with_a_line_that_says_what_to_write(self, kind, log):
        app = kind.make(supports_credentials=True)
        answer = kind.ask(app, Request("GET", "/items", (("Origin", "http://localhost:5173"),)))

        assert answer.get("access-control-allow-origin") is None
        (error,) = [record for record in log.records if record.levelno == logging.ERROR]
        assert 'origins=["https://app.example.com"]' in error.getMessage()
        assert "both.py:" in error.getMessage()

    def test_the_line_is_there_once_for_each_path(self, kind, log):
        kind.make(resources={"/a/*": {"supports_credentials": True}, "/b/*": {"origins": "*"}})

        assert len([record for record in log.records if record.levelno == logging.ERROR]) == 1

    def test_what_makes_the_gate_guess_is_said_once(self, kind, log):
        kind.make(origins=[APP], supports_credentials=True)

        first, second = (record.getMessage() for record in log.records)
        assert 'public_origins=["https://api.example.com"]' in first
        assert 'auth_cookies=["sessionid"]' in second

    @pytest.mark.parametrize(
        "options", [{**CREDENTIALED}, {"origins": [APP]}, {"supports_credentials": True, "debug": True}]
    )
    def test_nothing_is_said_where_nothing_is_missing(self, kind, options, log):
        kind.make(**options)

        assert log.records == []
