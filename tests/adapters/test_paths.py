"""Paths of both middlewares: policies of their own, and the write gate's exceptions."""

import pytest

from tests.adapters.mistakes import CREDENTIALED, mistakes, ready
from tests.adapters.wire import Request
from tests.cases.cors import APP, EVIL

FROM_APP = (("Origin", APP), ("Sec-Fetch-Site", "same-site"))


class TestPaths:
    def test_paths_have_policies_of_their_own(self, kind):
        app = kind.make(max_age=5, resources={"/api/*": {"origins": [APP]}, "/public/*": {}})

        assert set(app.policies) == {"/api/*", "/public/*"}
        assert app.policy_for("/api/x").config.origins == (APP,)
        assert app.policy_for("/public").config.origins == ("*",)
        assert app.policy_for("/other") is None
        assert {policy.config.max_age for policy in app.policies.values()} == {5}
        assert app.policies["/api/*"].name == "path /api/*"

    @pytest.mark.parametrize("resources", ["/api/*", ["/api/*"], ("/api/*",), {"/api/*"}])
    def test_paths_alone_have_the_shared_options(self, kind, resources):
        app = kind.make(origins=[APP], resources=resources)

        assert app.policy_for("/api/x").config.origins == (APP,)
        assert app.policy_for("/other") is None

    @pytest.mark.parametrize("resources", [5, {"/api/*": [APP]}, {"/api/*": None}])
    def test_what_is_no_table_of_paths_is_refused(self, kind, resources):
        found, _ = mistakes(kind, resources=resources)

        assert {code for _, code in found} == {"wrong-type"}

    def test_letters_outside_ascii_are_written_as_they_are(self, kind):
        app = kind.make(resources={"/caf\xe9/*": {"origins": [APP]}})

        assert app.policy_for("/caf\xe9/x") is not None
        assert (
            kind.ask(app, Request("GET", "/caf%C3%A9/menu", FROM_APP))["access-control-allow-origin"] == APP
        )

    def test_the_policies_cannot_be_changed_from_outside(self, kind):
        app = kind.make()

        with pytest.raises(TypeError):
            app.policies[""] = ready()


class TestNamedPaths:
    @pytest.mark.parametrize("name", ["hook", "hooks.stripe", "/api/*", "/*"])
    @pytest.mark.parametrize("option", ["exempt", "public", "strict_get"])
    def test_only_whole_paths_name_a_route(self, kind, option, name):
        value = {name: "a reason"} if option == "exempt" else [name]

        found, error = mistakes(kind, **CREDENTIALED, **{option: value})

        assert found == {(option, "bad-path")}
        assert "'/hooks/stripe'" in error.issues[0].fix

    @pytest.mark.parametrize("path", ["/hook/", "//hook", "/Hook", "/hook;x", "/hook/more", "/hoo"])
    def test_an_exemption_is_for_one_spelling(self, kind, path):
        app = kind.make(**CREDENTIALED, exempt={"/hook": "signed"})
        sent = (("Origin", EVIL), ("Sec-Fetch-Site", "cross-site"))

        assert kind.ask(app, Request("POST", path, sent)).status == 403
        assert kind.ask(app, Request("POST", "/hook", sent)).status == 200

    @pytest.mark.parametrize("path", ["/export", "/export/", "//export", "/export//", "///export///"])
    def test_strictness_is_for_every_spelling_in_slashes(self, kind, path):
        app = kind.make(**CREDENTIALED, strict_get=["/export"])

        assert kind.ask(app, Request("GET", path, (("Sec-Fetch-Site", "cross-site"),))).status == 403

    @pytest.mark.parametrize("path", ["/export/more", "/exp", "/", "/EXPORT"])
    def test_and_for_no_other_path(self, kind, path):
        app = kind.make(**CREDENTIALED, strict_get=["/export"])

        assert kind.ask(app, Request("GET", path, (("Sec-Fetch-Site", "cross-site"),))).status in {200, 404}

    def test_the_marks_of_every_path_hold_together(self, kind):
        app = kind.make(
            **CREDENTIALED,
            resources={"/hook": {"exempt": {"/hook": "signed"}}, "/export": {"strict_get": ["/export"]}},
        )
        cross_site = (("Origin", EVIL), ("Sec-Fetch-Site", "cross-site"))

        assert kind.ask(app, Request("POST", "/hook", cross_site)).status == 200
        assert kind.ask(app, Request("GET", "/export", cross_site)).status == 403
