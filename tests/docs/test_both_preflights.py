"""What preflights get: rows of docs/coming-from-flask-cors.md, run on both libraries."""

from datetime import timedelta

import pytest
from flask import Flask, abort, redirect, request

from crossguard import ConfigError
from tests.docs.both import (
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    APP,
    EXPOSE_HEADERS,
    MAX_AGE,
    NEW,
    OLD,
    ask,
    both_apps,
    new_app,
    old_app,
    plain_app,
    preflight,
    row,
)

PRIVATE = {"access_control_request_private_network": "true"}
ALLOW_PRIVATE = "access-control-allow-private-network"


@row('`methods=["GET"]`, a preflight for `DELETE`')
def test_the_whole_list_is_sent_whatever_is_asked(caplog):
    old, new = both_apps(methods=["GET"])
    caplog.set_level("INFO", "crossguard")
    assert preflight(old, "DELETE").status == 200
    assert preflight(old, "DELETE").headers == {ALLOW_ORIGIN: APP, "vary": "Origin"}
    answer = preflight(new, "DELETE")
    assert (answer.status, answer.headers[ALLOW_METHODS]) == (204, "GET")
    assert "does not list the method DELETE" in caplog.text


@row('`methods=["GET", "PUT"]`, a preflight for `PU`')
def test_methods_are_names_not_parts_of_a_text(caplog):
    old, new = both_apps(methods=["GET", "PUT"])
    caplog.set_level("INFO", "crossguard")
    assert preflight(old, "PU", headers="x-a").headers[ALLOW_HEADERS] == "x-a"
    assert preflight(new, "PU").headers[ALLOW_METHODS] == "GET, PUT"
    assert "does not list the method PU" in caplog.text


@row('`methods=["eGg"]`')
def test_methods_keep_their_letters():
    old, new = both_apps(methods=["eGg"])
    assert preflight(old, "eGg").headers[ALLOW_METHODS] == "EGG"
    assert preflight(new, "eGg").headers[ALLOW_METHODS] == "eGg"
    with pytest.raises(ConfigError, match="method-case"):
        new_app(methods=["patch"])


@row('`methods="*"`')
def test_every_method():
    old, new = both_apps(methods="*")
    assert ALLOW_METHODS not in preflight(old).headers
    assert preflight(new).headers[ALLOW_METHODS] == "*"
    with pytest.raises(ConfigError, match="wildcard-with-credentials"):
        new_app(methods="*", origins=APP, supports_credentials=True)


@row("`allow_headers` is not given")
def test_request_headers_are_not_echoed():
    old, new = both_apps()
    asked = "x-b,authorization,bad name"
    assert preflight(old, headers=asked).headers[ALLOW_HEADERS] == "authorization, bad name, x-b"
    assert (
        preflight(new, headers=asked).headers[ALLOW_HEADERS]
        == "Authorization, Content-Type, X-Requested-With"
    )


@row('`allow_headers="*"`')
def test_every_request_header():
    old, new = both_apps(allow_headers="*", origins=APP, supports_credentials=True)
    asked = "x-b,authorization,bad name"
    assert preflight(old, headers=asked).headers[ALLOW_HEADERS] == "authorization, bad name, x-b"
    assert preflight(new, headers=asked).headers[ALLOW_HEADERS] == "authorization, x-b"
    too_many = ",".join(f"x-{number}" for number in range(65))
    assert ALLOW_ORIGIN not in preflight(new, headers=too_many).headers
    assert preflight(new_app(allow_headers="*")).headers[ALLOW_HEADERS] == "*, Authorization"


@row(r'`allow_headers=[r"X-Company-\w+"]`')
def test_request_headers_are_names():
    old = old_app(allow_headers=[r"X-Company-\w+"])
    assert preflight(old, headers="x-company-a!!").headers[ALLOW_HEADERS] == "x-company-a!!"
    with pytest.raises(ConfigError, match="not-a-token"):
        new_app(allow_headers=[r"X-Company-\w+"])


@row('`allow_headers="Content-Type, X-Token"`')
def test_a_text_is_the_list_of_its_names():
    old = old_app(allow_headers="Content-Type, X-Token")
    assert ALLOW_HEADERS not in preflight(old, headers="content-type,x-token").headers
    new = new_app(allow_headers="Content-Type, X-Token")
    assert preflight(new, headers="content-type,x-token").headers[ALLOW_HEADERS] == "Content-Type, X-Token"


@row("`allow_headers=None`")
def test_none_is_no_list_of_headers():
    assert preflight(old_app(allow_headers=None), headers="none").headers[ALLOW_HEADERS] == "none"
    with pytest.raises(ConfigError, match="not-set"):
        new_app(allow_headers=None)
    old, new = both_apps(allow_headers=[])
    assert ALLOW_HEADERS not in preflight(old, headers="x-a").headers
    assert ALLOW_HEADERS not in preflight(new, headers="x-a").headers


@row('`expose_headers=["X-B", "X-A"]`')
def test_exposed_headers_are_for_actual_requests():
    old, new = both_apps(origins=APP, expose_headers=["X-B", "X-A"])
    assert (
        ask(old, origin=APP).headers[EXPOSE_HEADERS] == preflight(old).headers[EXPOSE_HEADERS] == "X-A, X-B"
    )
    assert ask(new, origin=APP).headers[EXPOSE_HEADERS] == "X-B, X-A"
    assert EXPOSE_HEADERS not in preflight(new).headers


@row('`expose_headers="*"` with credentials')
def test_every_response_header_with_credentials_does_not_build():
    listed = {"origins": APP, "supports_credentials": True, "expose_headers": "*"}
    assert ask(old_app(**listed), origin=APP).headers[EXPOSE_HEADERS] == "*"
    with pytest.raises(ConfigError, match="wildcard-with-credentials"):
        new_app(**listed)


@row("`max_age` is not given")
def test_preflights_are_kept_for_ten_minutes():
    old, new = both_apps()
    assert MAX_AGE not in preflight(old).headers
    assert preflight(new).headers[MAX_AGE] == "600"


@row("`max_age=0`")
def test_no_time_is_a_time():
    old, new = both_apps(max_age=0)
    assert MAX_AGE not in preflight(old).headers
    assert preflight(new).headers[MAX_AGE] == "0"


@row("`max_age=timedelta(minutes=10)`")
def test_a_timedelta_is_seconds():
    old, new = both_apps(max_age=timedelta(minutes=10))
    assert preflight(old).headers[MAX_AGE] == preflight(new).headers[MAX_AGE] == "600"


@row('`max_age="ten minutes"`, `-5`, `1.5`, `True`')
@pytest.mark.parametrize("value", ["ten minutes", -5, 1.5, True])
def test_only_seconds_build(value):
    assert preflight(old_app(max_age=value)).headers[MAX_AGE] == str(value)
    with pytest.raises(ConfigError):
        new_app(max_age=value)


@row("`Access-Control-Request-Private-Network: true`")
def test_private_networks_are_not_mentioned():
    old, new = both_apps()
    assert preflight(old, **PRIVATE).headers[ALLOW_PRIVATE] == "false"
    assert ALLOW_PRIVATE not in preflight(new, **PRIVATE).headers
    old, new = both_apps(allow_private_network=True)
    assert preflight(old, **PRIVATE).headers[ALLOW_PRIVATE] == "true"
    assert preflight(new, **PRIVATE).headers[ALLOW_PRIVATE] == "true"
    assert ask(old, origin=APP, **PRIVATE).headers[ALLOW_PRIVATE] == "true"
    assert ALLOW_PRIVATE not in ask(new, origin=APP, **PRIVATE).headers


@row("`@cross_origin(automatic_options=False)`")
@pytest.mark.parametrize("library", [OLD, NEW])
@pytest.mark.filterwarnings("ignore::crossguard.declare.declaration.CrossguardWarning")
def test_preflights_do_not_need_automatic_options(library):
    app = Flask("shop")
    NEW.CORS(app, resources={})

    @app.get("/")
    @library.cross_origin(origins=APP, automatic_options=False)
    def view() -> str:
        return "ok"

    headers = preflight(app, "GET").headers
    assert headers == {} if library is OLD else headers[ALLOW_ORIGIN] == APP


@row("a view with its own `OPTIONS`")
@pytest.mark.parametrize("library", [OLD, NEW])
def test_a_views_own_options_runs(library):
    app = Flask("shop")
    NEW.CORS(app, resources={})

    @app.route("/", methods=["GET", "OPTIONS"])
    @library.cross_origin(origins=APP)
    def view() -> str:
        return f"the view's own {request.method}"

    own = ask(app, method="OPTIONS", origin=APP).text
    assert own == ("" if library is OLD else "the view's own OPTIONS")
    assert preflight(app, "GET").text == ""


@row("a `before_request` that answers 401, and a preflight")
@pytest.mark.parametrize("library", [OLD, NEW])
def test_hooks_do_not_see_preflights(library):
    app = plain_app()
    app.before_request(lambda: abort(401))
    library.CORS(app, origins=[APP], supports_credentials=True)
    assert preflight(app).status == (401 if library is OLD else 204)
    # An OPTIONS request that is no preflight gets no privilege.
    assert ask(app, method="OPTIONS", origin=APP).status == 401


@row("a `before_request` that redirects to the sign-in page, and a preflight")
@pytest.mark.parametrize("library", [OLD, NEW])
def test_redirects_do_not_see_preflights(library):
    app = plain_app()
    app.before_request(lambda: redirect("/sign-in"))
    library.CORS(app, origins=[APP], supports_credentials=True)
    assert preflight(app).status == (302 if library is OLD else 204)


@row("`/items` where the route is `/items/`, and a preflight")
@pytest.mark.parametrize("library", [OLD, NEW])
def test_a_missing_slash_does_not_see_preflights(library):
    app = Flask("shop")
    app.add_url_rule("/items/", view_func=lambda: "items", endpoint="items")
    library.CORS(app, origins=[APP])
    assert preflight(app, "GET", "/items").status == (308 if library is OLD else 204)
    followed = ask(app, "/items", origin=APP)
    assert (followed.status, followed.allow_origin) == (308, APP)


@row("an unknown URL, and a preflight")
@pytest.mark.parametrize("library", [OLD, NEW])
def test_the_page_sees_the_404(library):
    app = Flask("shop")
    library.CORS(app, origins=[APP])
    assert preflight(app, "PUT", "/nowhere").status == (404 if library is OLD else 204)
    assert ask(app, "/nowhere", origin=APP, method="PUT").allow_origin == APP
