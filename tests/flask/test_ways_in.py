"""Every way into an application leads through its guard: what is kept, mounted, rewritten, or added late."""

import functools
import gc
import sys
import threading

import pytest
from flask import Blueprint, Flask, Request
from flask.views import MethodView
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, Rule

from crossguard import ConfigError, IssueCode
from crossguard.flask import CORS, cross_origin, policy_rows
from crossguard.flask.audit import audit
from tests.flask.wire import environ_of, preflight, send

APP = "https://app.example.com"
VIEW = "https://view.example.com"
EVIL = "https://evil.example"
API = "http://localhost"
OPTIONS = {"origins": [APP], "supports_credentials": True, "public_origins": [API]}
STRANGER = [("Cookie", "session=1"), ("Sec-Fetch-Site", "cross-site")]


def make_app(name="ways"):
    app = Flask(name)
    app.ran = []
    app.add_url_rule("/pay", "pay", lambda: app.ran.append("pay") or "pay", methods=["GET", "POST", "DELETE"])
    return app


def marked_app():
    """An application that uses the decorator and nothing else."""
    app = make_app()
    app.view_functions["pay"] = cross_origin(**OPTIONS)(app.view_functions["pay"])
    return app


def post(app, path="/pay", origin=EVIL, method="POST", headers=STRANGER, **more):
    return send(app, method, path, headers, origin=origin, **more)


class TestKept:
    def test_what_was_kept_before_the_policy_is_guarded(self):
        app = make_app()
        kept = app.wsgi_app
        CORS(app, **OPTIONS)

        assert post(kept).status == 403
        assert app.ran == []
        assert post(kept, origin=APP)["Access-Control-Allow-Origin"] == APP
        assert preflight(kept, "/pay", origin=APP)["Access-Control-Allow-Origin"] == APP
        assert send(kept, "GET", "/nothing", origin=APP)["Access-Control-Allow-Origin"] == APP

    @pytest.mark.parametrize("mount", ["/m", "/m/n"])
    def test_what_a_dispatcher_mounts_is_guarded_with_marks_alone(self, mount):
        app = marked_app()
        outer = DispatcherMiddleware(Flask("root").wsgi_app, {mount: app.wsgi_app})

        assert post(outer, f"{mount}/pay").status == 403
        assert app.ran == []
        assert preflight(outer, f"{mount}/pay", origin=APP)["Access-Control-Allow-Origin"] == APP
        assert post(outer, f"{mount}/pay", origin=APP)["Access-Control-Allow-Origin"] == APP
        assert app.ran == ["pay"]

    def test_what_is_called_through_the_class_is_guarded(self):
        app = make_app()
        CORS(app, **OPTIONS)

        assert post(functools.partial(Flask.wsgi_app, app)).status == 403
        assert app.ran == []

    def test_a_subclass_with_a_wsgi_app_of_its_own_is_guarded_by_the_net(self, log):
        class Own(Flask):
            def wsgi_app(self, environ, start_response):
                with self.request_context(environ):
                    return self.full_dispatch_request()(environ, start_response)

        app = Own("own")
        ran = []
        app.post("/pay")(lambda: ran.append(1) or "")
        kept = app.wsgi_app
        CORS(app, on_missing="deny", **OPTIONS)

        answer = post(kept)
        assert (answer.status, ran) == (403, [])
        assert answer["Content-Type"] == "application/problem+json"
        assert "cross-site" in log.text
        log.clear()
        # Nothing of a browser: refused just so, and nobody is told.
        assert post(kept, origin=None, headers=[]).status == 403
        assert log.text == ""
        assert post(kept, origin=APP).status == 200

    def test_connexion_keeps_it_and_is_guarded(self):
        connexion = pytest.importorskip("connexion", reason="connexion is not installed")
        from starlette.testclient import TestClient

        ran = []

        def order():
            ran.append(1)
            return "done"

        made = connexion.FlaskApp("shop")
        made.add_url_rule("/orders", "orders", order, methods=["POST"])
        CORS(made.app, **OPTIONS)
        client = TestClient(made, base_url=API)

        assert client.post("/orders", headers=dict([("Origin", EVIL), *STRANGER])).status_code == 403
        assert ran == []
        answer = client.post("/orders", headers={"Origin": APP, "Sec-Fetch-Site": "cross-site"})
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, APP)
        asked = {"Origin": APP, "Access-Control-Request-Method": "POST"}
        assert client.options("/orders", headers=asked).status_code == 204


def override(inner):
    def middleware(environ, start_response):
        method = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE")
        return inner({**environ, "REQUEST_METHOD": method} if method else environ, start_response)

    return middleware


def prefixed(inner):
    def middleware(environ, start_response):
        if environ["PATH_INFO"].startswith("/app/"):
            environ["SCRIPT_NAME"], environ["PATH_INFO"] = "/app", environ["PATH_INFO"][4:]
        return inner(environ, start_response)

    return middleware


class TestRewritten:
    @pytest.mark.parametrize("method", ["POST", "DELETE", "delete"])
    def test_a_method_override_inside_is_judged_again(self, method):
        app = make_app()
        app.wsgi_app = override(app.wsgi_app)
        CORS(app, **OPTIONS)
        headers = [*STRANGER, ("X-HTTP-Method-Override", method)]

        assert post(app, method="GET", headers=headers).status == 403
        assert app.ran == []
        answer = post(app, method="GET", headers=headers, origin=APP)
        assert (answer.status, answer["Access-Control-Allow-Origin"]) == (200, APP)

    def test_a_request_class_that_overrides_the_method_is_judged_again(self):
        class Overriding(Request):
            def __init__(self, environ, *arguments, **keywords):
                environ["REQUEST_METHOD"] = environ.get("HTTP_X_METHOD", environ["REQUEST_METHOD"])
                super().__init__(environ, *arguments, **keywords)

        app = make_app()
        app.request_class = Overriding
        CORS(app, **OPTIONS)
        headers = [*STRANGER, ("X-Method", "POST")]

        answer = post(app, method="GET", headers=headers)
        assert (answer.status, app.ran) == (403, [])
        assert "Access-Control-Allow-Origin" not in answer.cors
        assert post(app, method="GET", headers=headers, origin=APP).status == 200

    def test_a_prefix_stripped_inside_is_judged_again(self):
        app = make_app()
        app.view_functions["pay"] = cross_origin(
            origins=[VIEW], supports_credentials=True, public_origins=[API]
        )(app.view_functions["pay"])
        app.wsgi_app = prefixed(app.wsgi_app)
        CORS(app, **OPTIONS)

        assert post(app, "/app/pay").status == 403
        # Those of the application pass the gate of what was asked for, and not the view's.
        assert post(app, "/app/pay", origin=APP).status == 403
        assert app.ran == []
        # The view that has run says who may read.
        assert "Access-Control-Allow-Origin" not in post(app, "/app/pay", method="GET", origin=APP).cors
        assert post(app, "/pay", origin=VIEW)["Access-Control-Allow-Origin"] == VIEW

    def test_a_rewritten_request_has_the_headers_that_both_policies_give(self, log):
        app = make_app()
        app.wsgi_app = prefixed(app.wsgi_app)
        CORS(app, **OPTIONS)

        answer = post(app, "/app/pay", origin=APP)
        assert answer.cors == {
            "Access-Control-Allow-Origin": APP,
            "Access-Control-Allow-Credentials": "true",
            "Vary": "Origin",
        }
        assert "set " not in log.text
        assert app.ran == ["pay"]

    def test_what_proxy_fix_inside_makes_of_the_host_is_judged_again(self):
        app = make_app()
        app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1, x_proto=1)
        CORS(app, origins=[APP], supports_credentials=True)
        # Its own page, as the proxy's name says; from what the guard outside sees it is a stranger.
        headers = [("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https")]

        assert post(app, origin="http://localhost", headers=headers).status == 403
        assert app.ran == []

    def test_another_application_inside_is_judged_by_its_own_policy(self):
        inner, outer = make_app("inner"), make_app("outer")
        CORS(inner, origins=[VIEW], supports_credentials=True, public_origins=[API])
        outer.wsgi_app = DispatcherMiddleware(outer.wsgi_app, {"/sub": inner.wsgi_app})
        CORS(outer, **OPTIONS)

        assert post(outer, "/sub/pay", origin=APP).status == 403
        assert post(outer, "/sub/pay", origin=VIEW).status == 403
        assert inner.ran == []


class TestLate:
    def late(self, app, view=lambda: "late", path="/late"):
        app.url_map.add(Rule(path, endpoint="late", methods=["POST"]))
        app.view_functions["late"] = view

    @pytest.mark.parametrize("policy", [True, False], ids=["with CORS", "marks alone"])
    def test_a_marked_view_that_comes_after_the_first_request_is_guarded(self, policy):
        app = make_app()
        if policy:
            CORS(app, **OPTIONS)
        assert send(app, "GET", "/pay").status == 200
        ran = []
        self.late(app, cross_origin(origins=[VIEW], supports_credentials=True)(lambda: ran.append(1) or ""))

        assert post(app, "/late").status == 403
        assert post(app, "/late", origin=APP).status == 403
        assert ran == []
        assert preflight(app, "/late", origin=VIEW)["Access-Control-Allow-Origin"] == VIEW
        assert post(app, "/late", origin=VIEW)["Access-Control-Allow-Origin"] == VIEW

    def test_a_plain_view_that_comes_after_the_first_request_is_guarded(self):
        app = make_app()
        CORS(app, **OPTIONS)
        send(app, "GET", "/pay")
        ran = []
        self.late(app, lambda: ran.append(1) or "")

        assert (post(app, "/late").status, ran) == (403, [])

    def test_a_view_that_is_replaced_by_a_marked_one_is_guarded(self):
        app = make_app()
        CORS(app, **OPTIONS)
        send(app, "GET", "/pay")
        ran = []
        app.view_functions["pay"] = cross_origin(origins=[VIEW], supports_credentials=True)(
            lambda: ran.append(1) or ""
        )

        assert post(app, origin=APP).status == 403
        assert ran == []
        assert post(app, origin=VIEW)["Access-Control-Allow-Origin"] == VIEW


class TestThreads:
    def test_first_requests_of_many_threads_find_one_guard_and_no_way_around(self):
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            for _ in range(60):
                app = marked_app()
                barrier = threading.Barrier(16)
                statuses = []

                def ask(app=app, barrier=barrier, statuses=statuses):
                    barrier.wait()
                    statuses.append(post(app).status)

                threads = [threading.Thread(target=ask) for _ in range(16)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                assert statuses == [403] * 16
                assert app.ran == []
                state = app.extensions["crossguard"]
                assert app.wsgi_app is state.guard
        finally:
            sys.setswitchinterval(interval)


@pytest.mark.filterwarnings("ignore::wsgiref.validate.WSGIWarning")
class TestMethods:
    def class_app(self, **class_attributes):
        class Pay(MethodView):
            def get(self):
                return "get"

            def post(self):
                return "post"

            @cross_origin(origins=[VIEW], supports_credentials=True)
            def patch(self):
                return "patch"

        for name, value in class_attributes.items():
            setattr(Pay, name, value)
        app = make_app()
        CORS(app, **OPTIONS)
        app.add_url_rule("/class", view_func=Pay.as_view("class"), methods=["GET", "POST", "PATCH"])
        return app

    @pytest.mark.parametrize("attributes", [{}, {"methods": {"GET"}}], ids=["derived", "listed"])
    @pytest.mark.parametrize("method", ["PATCH", "patch", "Patch", "pAtCh"])
    def test_every_spelling_of_a_method_is_governed_by_its_own_policy(self, method, attributes):
        app = self.class_app(**attributes)

        assert post(app, "/class", method=method, origin=APP).status == 403
        answer = post(app, "/class", method=method, origin=VIEW)
        assert (answer.status, answer.body, answer["Access-Control-Allow-Origin"]) == (200, b"patch", VIEW)
        assert post(app, "/class", method="post", origin=APP).status == 200

    def test_what_a_class_dispatches_by_may_be_marked(self):
        from flask.views import View

        class All(View):
            methods = ("POST",)

            @cross_origin(origins=[VIEW], supports_credentials=True)
            def dispatch_request(self):
                return "all"

        app = make_app()
        CORS(app, **OPTIONS)
        app.add_url_rule("/all", view_func=All.as_view("all"))

        assert post(app, "/all", origin=APP).status == 403
        assert post(app, "/all", origin=VIEW).status == 200


def bare(view):
    def inner(*arguments):
        return view(*arguments)

    return inner


class Called:
    @cross_origin(origins=[APP], supports_credentials=True)
    def __call__(self):
        return ""


class Keeps:
    def __init__(self, view):
        self.view = view

    def __call__(self):
        return self.view()


def marked():
    return cross_origin(origins=[APP], supports_credentials=True)(lambda: "")


def marked_above(app):
    cross_origin(origins=[APP], supports_credentials=True)(bare(app.view_functions["pay"]))
    # The wrapper that has the mark has to live, as it does in a module.
    app.wrapper = cross_origin(origins=[VIEW])(bare(app.view_functions["pay"]))


LOST = {
    "no wraps": lambda app: app.add_url_rule("/lost", "lost", bare(marked())),
    "partial": lambda app: app.add_url_rule("/lost", "lost", functools.partial(marked())),
    "__call__": lambda app: app.add_url_rule("/lost", "lost", Called()),
    "kept by an object": lambda app: app.add_url_rule("/lost", "lost", Keeps(marked())),
    "twice wrapped": lambda app: app.add_url_rule("/lost", "lost", bare(functools.partial(bare(marked())))),
    "above the route": marked_above,
}


class TestLost:
    @pytest.mark.parametrize("guarded", [True, False])
    @pytest.mark.parametrize("lose", LOST.values(), ids=LOST)
    def test_a_declaration_that_governs_no_route_is_reported(self, lose, guarded, log):
        app = make_app()
        if guarded:
            CORS(app, **OPTIONS)
        lose(app)

        assert "declaration-lost" in {found.code for found in audit(app)}
        send(app, "GET", "/pay")
        assert log.text.count("governs no route") == 1
        assert "test_ways_in.py" in log.text
        send(app, "GET", "/pay")
        assert log.text.count("governs no route") == 1

    def test_one_that_no_view_leads_to_is_reported_where_its_module_is_the_application_s(self, log):
        app = Flask(__name__)
        app.get("/")(lambda: "")

        @cross_origin(origins=[APP])
        def forgotten():
            return ""

        send(app, "GET", "/")
        assert "forgotten" in log.text
        assert forgotten() == ""

    def test_a_view_that_outlives_its_application_is_not(self, log):
        view = marked()
        view.__module__ = "outlived"
        first = Flask("outlived")
        first.get("/pay")(view)
        audit(first)
        del first
        gc.collect()

        second = Flask("outlived")
        second.get("/")(lambda: "")
        send(second, "GET", "/")
        assert "governs no route" not in log.text

    def test_marks_that_reach_their_route_are_not(self, log):
        app = make_app()
        CORS(app, **OPTIONS)
        blueprint = Blueprint("b", __name__)
        blueprint.get("/b")(functools.wraps(marked())(marked()))
        app.register_blueprint(blueprint)
        app.get("/wrapped")(functools.wraps(view := marked())(lambda: view() + ""))

        send(app, "GET", "/pay")
        assert "governs no route" not in log.text
        assert "declaration-lost" not in {found.code for found in audit(app)}


class TestTwice:
    def test_two_declarations_on_one_view_do_not_build(self):
        with pytest.raises(ConfigError) as caught:
            cross_origin(origins=[VIEW])(marked())
        assert caught.value.issues[0].code is IssueCode.DUPLICATE_POLICY

    def test_neither_do_they_with_another_decorator_between(self):
        between = functools.wraps(view := marked())(lambda: view() + "")

        with pytest.raises(ConfigError):
            cross_origin(origins=[VIEW])(between)

    def test_nor_on_a_class_and_its_view(self):
        @cross_origin(origins=[APP])
        class Items(MethodView):
            decorators = (cross_origin(origins=[VIEW]),)

            def get(self):
                return ""

        app = make_app()
        app.add_url_rule("/items", view_func=Items.as_view("items"))

        with pytest.raises(ConfigError) as caught:
            policy_rows(app)
        assert caught.value.issues[0].code is IssueCode.DUPLICATE_POLICY

    def test_a_factory_that_runs_again_says_the_same(self):
        view = lambda: ""  # noqa: E731 - one object, marked again

        for _ in range(2):
            cross_origin(origins=[VIEW])(view)


class TestRouting:
    def test_flask_is_given_the_route_that_the_guard_has_found(self):
        asked = []

        class Counting(BaseConverter):
            def to_python(self, value):
                asked.append(value)
                return value

        app = make_app()
        app.url_map.converters["counting"] = Counting
        views = [cross_origin(origins=[VIEW], supports_credentials=True)(lambda item: item), lambda: ""]
        app.add_url_rule("/<counting:item>", "item", views[0], methods=["POST"])
        CORS(app, **OPTIONS)

        assert post(app, "/tea", origin=VIEW).body == b"tea"
        assert asked == ["tea"]

    @pytest.mark.parametrize("host", ["api.example.com:5000", "localhost", "a..b", "x" * 64 + ".test", "a b"])
    def test_what_was_found_changes_nothing_else(self, host):
        from flask import request, url_for

        def view(number):
            return f"{url_for('item', number=number + 1, _external=True)} {request.host} {request.url_rule}"

        answers = []
        for guarded in (True, False):
            app = make_app()
            marks = cross_origin(origins=[VIEW], supports_credentials=True) if guarded else lambda view: view
            app.add_url_rule("/item/<int:number>", "item", marks(view), methods=["POST"])
            if guarded:
                CORS(app, **OPTIONS)
            headers = [("Host", host), ("Sec-Fetch-Site", "cross-site")]
            answers.append(post(app, "/item/7", origin=VIEW, headers=headers))
        assert answers[0].body == answers[1].body
        assert answers[0].status == answers[1].status

    def test_a_converter_that_fails_outside_of_the_application_opens_nothing(self):
        from flask import current_app

        class Needing(BaseConverter):
            def to_python(self, value):
                return current_app.name and value

        app = make_app()
        app.url_map.converters["needing"] = Needing
        view = cross_origin(origins=[VIEW], supports_credentials=True)(lambda item: item)
        app.add_url_rule("/needing/<needing:item>", "item", view, methods=["POST"])
        CORS(app, **OPTIONS)

        assert post(app, "/needing/x").status == 403
        assert post(app, "/needing/x", origin=APP).status == 403


def test_an_environ_that_is_used_again_is_judged_again():
    app = make_app()
    app.wsgi_app = prefixed(app.wsgi_app)
    kept = app.wsgi_app
    CORS(app, **OPTIONS)
    environ = environ_of("POST", "/pay", [("Origin", APP), ("Sec-Fetch-Site", "cross-site")])
    statuses = []

    list(app(environ, lambda status, headers, exc_info=None: statuses.append(status)))
    environ["HTTP_ORIGIN"] = EVIL
    list(kept(environ, lambda status, headers, exc_info=None: statuses.append(status)))
    assert [status[:3] for status in statuses] == ["200", "403"]
