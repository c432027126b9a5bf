"""Ways of putting the middleware into Starlette and FastAPI, and what their own error handling makes of it."""

import pytest

from crossguard import asgi
from tests.adapters.wire import Request, via_asgi
from tests.cases.cors import APP, EVIL

pytest.importorskip("starlette", reason="starlette is not installed")

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route

FETCH = (("Origin", APP), ("Sec-Fetch-Mode", "cors"))
NAVIGATION = (("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html"))


async def items(_request):
    return JSONResponse([1])


async def boom(_request):
    raise RuntimeError("boom")


async def excuse(_request, _error):
    return PlainTextResponse("sorry", 500)


ROUTES = [Route("/items", items), Route("/boom", boom)]


def inside(**options):
    return Starlette(routes=ROUTES, middleware=[Middleware(asgi.Crossguard, origins=[APP])], **options)


def outside(**options):
    return asgi.Crossguard(Starlette(routes=ROUTES, **options), origins=[APP])


@pytest.mark.parametrize("make", [inside, outside])
@pytest.mark.parametrize(("path", "status"), [("/items", 200), ("/nowhere", 404), ("/boom", 500)])
def test_every_answer_carries_the_policy(make, path, status):
    answer = via_asgi(make(), Request("GET", path, FETCH))

    assert answer.status == status
    assert answer["access-control-allow-origin"] == APP
    assert answer["vary"] == "Origin"
    assert repr(answer.raised) == ("RuntimeError('boom')" if status == 500 else "None")


@pytest.mark.parametrize("make", [inside, outside])
def test_a_stranger_gets_no_answer_to_read(make):
    answer = via_asgi(make(), Request("GET", "/boom", (("Origin", EVIL),)))

    assert answer.status == 500
    assert answer.get("access-control-allow-origin") is None


def test_from_outside_the_application_s_own_handler_answers():
    answer = via_asgi(outside(exception_handlers={Exception: excuse}), Request("GET", "/boom", FETCH))

    assert answer.body == b"sorry"
    assert answer["access-control-allow-origin"] == APP


def test_from_inside_it_runs_but_the_middleware_has_answered():
    ran = []

    async def handler(request, error):
        ran.append(error)
        return await excuse(request, error)

    answer = via_asgi(inside(exception_handlers={Exception: handler}), Request("GET", "/boom", FETCH))

    assert repr(ran) == "[RuntimeError('boom')]"
    assert answer["content-type"] == "application/problem+json"
    assert answer["access-control-allow-origin"] == APP


def test_in_debug_a_navigation_gets_the_page_with_the_traceback():
    app = Starlette(
        debug=True, routes=ROUTES, middleware=[Middleware(asgi.Crossguard, origins=[APP], debug=True)]
    )

    assert b"Traceback" in via_asgi(app, Request("GET", "/boom", NAVIGATION)).body
    assert b"boom (the traceback" in via_asgi(app, Request("GET", "/boom", FETCH)).body


def test_a_mounted_application_has_a_policy_of_its_own():
    api = asgi.Crossguard(Starlette(routes=ROUTES), resources={"/items": {"origins": [APP]}})
    app = Starlette(routes=[Mount("/api", api), Route("/items", items)])

    assert via_asgi(app, Request("GET", "/api/items", FETCH))["access-control-allow-origin"] == APP
    assert via_asgi(app, Request("GET", "/items", FETCH)).get("access-control-allow-origin") is None


def test_a_declaration_that_starlette_makes_later_names_no_line_of_starlette(log):
    via_asgi(
        Starlette(routes=ROUTES, middleware=[Middleware(asgi.Crossguard, supports_credentials=True)]),
        Request(),
    )

    assert "starlette" not in log.text
    assert "applications.py" not in log.text


def test_fastapi_adds_it_like_any_middleware():
    fastapi = pytest.importorskip("fastapi", reason="fastapi is not installed")
    app = fastapi.FastAPI()
    app.add_middleware(asgi.Crossguard, origins=[APP])

    answer = via_asgi(app, Request("OPTIONS", "/nowhere", (*FETCH, ("Access-Control-Request-Method", "PUT"))))

    assert answer.status == 204
    assert answer["access-control-allow-origin"] == APP
