"""Paths that routers read otherwise than they were asked for: spellings, mounts, and letter cases."""

import asyncio
import json
import logging

import pytest

from crossguard import ConfigError, IssueCode, asgi, wsgi
from tests.adapters.wire import Request, run_asgi, scope_of, via_asgi, via_wsgi
from tests.ways.routers import configured, django_app, falcon_app, fastapi_app, litestar_app, starlette_app

A = "https://a.example"
B = "https://b.example"
EVIL = "https://evil.example"
CREDENTIALS = {
    "supports_credentials": True,
    "public_origins": ["https://api.example.com"],
    "auth_cookies": ["session"],
}
TRANSFER = {"/api/*": {"origins": [A]}}
BESIDE = {**TRANSFER, "/*": {"origins": [B]}}


def sent(origin):
    return (("Origin", origin), ("Sec-Fetch-Site", "cross-site"), ("Cookie", "session=1"))


def code_of(answer):
    return json.loads(answer.body)["code"] if answer.status == 403 else None


def post(app, path, origin=EVIL, *, via=via_asgi, method="POST", **more):
    return via(app, Request(method, path, sent(origin)), **more)


class Wrapping:
    """A middleware that keeps what it wraps under a name of its own, and in a slot."""

    __slots__ = ("_kept",)

    def __init__(self, kept):
        self._kept = kept

    async def __call__(self, scope, receive, send):
        await self._kept(scope, receive, send)


def closed_over(app):
    async def middleware(scope, receive, send):
        await app(scope, receive, send)

    return middleware


WRAPPINGS = {
    "itself": lambda app: app,
    "object": Wrapping,
    "function": closed_over,
    "both": lambda app: closed_over(Wrapping(closed_over(app))),
    "bound": lambda app: Wrapping(app).__call__,
}


class TestOwnMount:
    @pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS)
    @pytest.mark.parametrize("path", ["/app/api/users", "/api/users", "//app/api/users", "/app//api/users/"])
    def test_a_mount_that_fastapi_writes_into_the_scope_is_known_before_it_does(self, wrap, path):
        app = asgi.Crossguard(wrap(fastapi_app("/app")), resources=TRANSFER, **CREDENTIALS)

        assert code_of(post(app, path)) == "cross-site"
        answer = post(app, "/app/api/users", A)
        assert (answer.status, answer["access-control-allow-origin"]) == (200, A)

    def test_both_readings_have_to_let_a_write_through(self, caplog):
        app = asgi.Crossguard(fastapi_app("/app"), resources=BESIDE, **CREDENTIALS)

        with caplog.at_level(logging.WARNING, "crossguard"):
            assert code_of(post(app, "/app/api/users", A)) == "ambiguous-path"
        assert "path /api/*" in caplog.text
        assert "path /*" in caplog.text
        assert code_of(post(app, "/app/api/users", B)) == "ambiguous-path"
        # Where they disagree about an origin, it may not read either.
        answer = post(app, "/app/api/users", A, method="GET")
        assert (answer.status, answer.get("access-control-allow-origin")) == (200, None)
        assert answer["vary"] == "Origin"
        asked = (*sent(A), ("Access-Control-Request-Method", "PUT"))
        assert (
            via_asgi(app, Request("OPTIONS", "/app/api/users", asked)).get("access-control-allow-origin")
            is None
        )

    def test_what_they_agree_to_goes_on(self):
        app = asgi.Crossguard(
            fastapi_app("/app"),
            resources={"/api/*": {"origins": [A, B]}, "/*": {"origins": [A]}},
            **CREDENTIALS,
        )

        answer = post(app, "/app/api/users", A)
        assert (answer.status, answer["access-control-allow-origin"]) == (200, A)
        assert code_of(post(app, "/app/api/users", B)) == "ambiguous-path"

    def test_a_mount_that_is_only_in_the_lifespan_is_learned_from_it(self):
        inner = starlette_app()

        class Opaque:
            __slots__ = ()

            async def __call__(self, scope, receive, send):
                scope["root_path"] = "/app"
                if scope["type"] == "lifespan":
                    await receive()
                    await send({"type": "lifespan.startup.complete"})
                    return
                await inner(scope, receive, send)

        app = asgi.Crossguard(Opaque(), resources=TRANSFER, **CREDENTIALS)
        asyncio.run(run_asgi(app, {"type": "lifespan"}, [{"type": "lifespan.startup"}]))

        assert code_of(post(app, "/app/api/users")) == "cross-site"
        assert post(app, "/app/api/users", A).status == 200

    @pytest.mark.parametrize("is_asgi", [True, False])
    def test_the_prefix_of_django_is_one(self, is_asgi):
        kind, via = (asgi, via_asgi) if is_asgi else (wsgi, via_wsgi)
        with configured(FORCE_SCRIPT_NAME="/app"):
            app = kind.Crossguard(django_app(is_asgi=is_asgi), resources=TRANSFER, **CREDENTIALS)
            assert code_of(post(app, "/app/api/users", via=via)) == "cross-site"
            assert code_of(post(app, "/api/users", via=via)) == "cross-site"

    @pytest.mark.parametrize("make", [litestar_app, starlette_app], ids=["litestar", "starlette"])
    @pytest.mark.parametrize("path", ["/app/pay", "//app/pay", "/app//pay", "/app/pay/", "//app///pay//"])
    def test_spellings_of_a_mount_that_the_server_tells_of(self, make, path):
        app = asgi.Crossguard(make(), resources={"/pay": {"origins": [A]}}, **CREDENTIALS)

        assert code_of(post(app, path, root_path="/app")) == "cross-site"

    def test_the_option_names_further_mounts(self):
        app = asgi.Crossguard(starlette_app(), mounts="/v9", resources=TRANSFER, **CREDENTIALS)
        assert code_of(post(app, "/v9/api/users")) == "cross-site"
        app = wsgi.Crossguard(
            falcon_app(is_asgi=False), mounts=["/v9/", "/w"], resources=TRANSFER, **CREDENTIALS
        )
        for path in ("/v9/api/users", "/w/api/users", "/w/v9/api/users", "/v9/w/v9/api/users"):
            assert code_of(post(app, path, via=via_wsgi)) == "cross-site"
        assert post(app, "/v99/api/users", via=via_wsgi).status == 404

    @pytest.mark.parametrize("mounts", ["app", ["/ok", 5], "/app/*", {"/app": 1}])
    def test_what_is_no_mount_does_not_build(self, mounts):
        with pytest.raises(ConfigError):
            asgi.Crossguard(starlette_app(), mounts=mounts, resources=TRANSFER, **CREDENTIALS)


class TestSpellings:
    @pytest.mark.parametrize("path", ["/api//admin/drop", "/api/admin//drop/", "//api/admin/drop"])
    def test_slashes_do_not_lead_to_a_wider_policy(self, path):
        app = asgi.Crossguard(
            litestar_app(),
            resources={"/api/*": {"origins": [A]}, "/api/admin/*": {"origins": [B]}},
            **CREDENTIALS,
        )

        assert code_of(post(app, path, A)) == "cross-site"
        assert post(app, path, B)["access-control-allow-origin"] == B

    @pytest.mark.parametrize("path", ["/files/../pay", "/files/./../pay", "/files//../pay"])
    def test_dot_segments_are_read_both_ways(self, path):
        app = asgi.Crossguard(
            starlette_app(), resources={"/files/*": {"origins": [A]}, "/pay": {"origins": [B]}}, **CREDENTIALS
        )

        assert {code_of(post(app, path, origin)) for origin in (A, B, EVIL)} == {"ambiguous-path"}

    def test_a_key_may_be_written_as_a_url_of_django(self):
        with configured():
            self.ask_django()

    def ask_django(self):
        app = wsgi.Crossguard(
            django_app(is_asgi=False),
            resources={"/items/": {"origins": [A]}, "/*": {"origins": [B]}},
            **CREDENTIALS,
        )

        assert post(app, "/items/", A, via=via_wsgi)["access-control-allow-origin"] == A
        assert code_of(post(app, "/items/", B, via=via_wsgi)) == "cross-site"
        assert app.policy_for("/items").name == "path /items/"
        assert app.policy_for("/items/x").name == "path /*"

    @pytest.mark.parametrize("twin", ["/x/", "//x", "/./x", "/y/../x"])
    def test_two_spellings_of_one_key_do_not_build(self, twin):
        with pytest.raises(ConfigError) as caught:
            asgi.Crossguard(starlette_app(), resources=["/x", twin])
        assert [issue.code for issue in caught.value.issues] == [IssueCode.DUPLICATE_POLICY]

    def test_too_many_readings_are_all_that_there_are(self):
        app = asgi.Crossguard(
            starlette_app(),
            mounts=["/app"],
            resources={"/a/*": {"origins": [A]}, "/b": {"origins": [B]}},
            **CREDENTIALS,
        )

        assert code_of(post(app, "/app" * 5000 + "/nothing", A)) == "ambiguous-path"
        assert post(app, "/app" * 3 + "/a/x", A).status == 404


class TestCase:
    def insensitive(self, **more):
        return asgi.Crossguard(starlette_app(), ignore_case=True, resources=BESIDE, **CREDENTIALS, **more)

    @pytest.mark.parametrize("path", ["/API/x", "/Api/X/", "//aPI"])
    def test_letter_case_can_be_ignored(self, path):
        assert post(self.insensitive(), path, A).status == 404
        assert code_of(post(self.insensitive(), path, B)) == "cross-site"

    def test_keys_that_are_the_same_then_do_not_build(self):
        with pytest.raises(ConfigError) as caught:
            wsgi.Crossguard(starlette_app, ignore_case=True, resources=["/Api/*", "/api/*"])
        assert [issue.code for issue in caught.value.issues] == [IssueCode.DUPLICATE_POLICY]

    def test_letters_outside_ascii_have_cases_too(self):
        app = wsgi.Crossguard(
            falcon_app(is_asgi=False), ignore_case=True, resources={"/É/*": {"origins": [A]}}, **CREDENTIALS
        )

        assert code_of(post(app, "/%C3%A9/x", via=via_wsgi)) == "cross-site"


class TestMarks:
    @pytest.mark.parametrize("path", ["/app/pay", "//pay", "/pay/", "/x/../pay", "/./pay"])
    def test_an_exemption_is_for_the_path_as_it_is_written(self, path):
        app = asgi.Crossguard(
            litestar_app(), origins=[A], mounts="/app", exempt={"/pay": "signed"}, **CREDENTIALS
        )

        assert code_of(post(app, path)) == "cross-site"
        assert post(app, "/pay").status == 200

    @pytest.mark.parametrize("path", ["/app/pay", "//pay", "/pay/", "/x/../pay", "/./pay", "/app//app/pay"])
    def test_strictness_is_for_every_reading(self, path):
        app = asgi.Crossguard(litestar_app(), origins=[A], mounts="/app", strict_get=["/pay"], **CREDENTIALS)

        assert code_of(post(app, path, method="GET")) == "cross-site"
        assert code_of(post(app, "/other", method="GET")) is None

    def test_strictness_holds_under_the_mount_of_the_application(self):
        app = asgi.Crossguard(fastapi_app("/app"), origins=[A], strict_get=["/pay"], **CREDENTIALS)

        assert code_of(post(app, "/app/pay", method="GET")) == "cross-site"

    def test_a_public_route_may_be_one_of_web_sockets(self):
        accepted = []

        async def application(scope, receive, send):
            accepted.append(scope["path"])
            await send({"type": "websocket.accept"})

        app = asgi.Crossguard(application, origins=[A], public=["/feed"], **CREDENTIALS)

        def shake(path, *headers):
            asked = Request("GET", path, (("Origin", EVIL), *headers))
            asyncio.run(run_asgi(app, scope_of(asked, "websocket"), [{"type": "websocket.connect"}]))

        shake("/feed")
        assert accepted == ["/feed"]
        for path, header in {
            "/feed": ("Cookie", "session=1"),
            "/feed/": ("X-A", "1"),
            "/other": ("X-A", "1"),
            "//feed": ("Authorization", "Bearer x"),
        }.items():
            shake(path, header)
        shake("/feed", ("Authorization", "Bearer x"))
        assert accepted == ["/feed"]


def test_report_only_lets_an_ambiguous_path_through(caplog):
    app = asgi.Crossguard(fastapi_app("/app"), resources=BESIDE, report_only=True, **CREDENTIALS)

    with caplog.at_level(logging.WARNING, "crossguard"):
        assert post(app, "/app/api/users", A).status == 200
    assert "report_only" in caplog.text
