"""Every code has a case that it is the cause of, and a passing neighbour."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from crossguard.browser import Code, FailedAt, HttpRequest, HttpResponse, PromiseState, TransportError
from tests.browser.support import API, PAGE, PERMISSIVE, Pairs, Server, open_page


@dataclass(frozen=True)
class Cause:
    """A fetch that fails with *code*, and what to change to make it pass."""

    code: Code
    url: str = f"{API}/"
    options: dict[str, Any] = field(default_factory=dict)
    headers: Pairs = PERMISSIVE
    status: int = 200
    preflight: Pairs | None = None
    preflight_status: int = 204
    profile: str = "chromium"
    page: str = PAGE
    where: FailedAt = FailedAt.RESPONSE
    passes: dict[str, Any] = field(default_factory=dict)

    def run(self, **changes: Any) -> Any:
        values = {**self.__dict__, **changes}

        def answer(request: HttpRequest) -> HttpResponse:
            if request.header("Access-Control-Request-Method"):
                headers = values["headers"] if values["preflight"] is None else values["preflight"]
                return HttpResponse(values["preflight_status"], headers)
            if values["status"] == 0:
                raise TransportError("refused")
            return HttpResponse(values["status"], values["headers"])

        _, page = open_page(Server(answer=answer), values["profile"], values["page"])
        return page.verdict(values["url"], **values["options"])


def allow(origin: str | None = PAGE, credentials: str | None = None, **lists: str) -> Pairs:
    headers = [] if origin is None else [("Access-Control-Allow-Origin", origin)]
    headers += [] if credentials is None else [("Access-Control-Allow-Credentials", credentials)]
    return (*headers, *((f"Access-Control-Allow-{name.title()}", value) for name, value in lists.items()))


INCLUDE = {"credentials": "include"}
PUT = {"method": "PUT"}
REQUEST, PREFLIGHT, REDIRECT = FailedAt.REQUEST, FailedAt.PREFLIGHT, FailedAt.REDIRECT

CAUSES = [
    Cause(Code.INVALID_URL, url="http://[", where=REQUEST, passes={"url": f"{API}/"}),
    Cause(
        Code.URL_WITH_CREDENTIALS, url="http://u:p@localhost:5000/", where=REQUEST, passes={"url": f"{API}/"}
    ),
    Cause(
        Code.INVALID_MODE, options={"mode": "navigate"}, where=REQUEST, passes={"options": {"mode": "cors"}}
    ),
    Cause(Code.INVALID_OPTION, options={"credentials": "yes"}, where=REQUEST, passes={"options": INCLUDE}),
    Cause(
        Code.INVALID_OPTION,
        options={"cache": "only-if-cached"},
        where=REQUEST,
        passes={"options": {"cache": "force-cache"}},
    ),
    Cause(
        Code.INVALID_OPTION,
        options={"referrer_policy": "never"},
        where=REQUEST,
        passes={"options": {"referrer_policy": "no-referrer"}},
    ),
    Cause(Code.INVALID_METHOD, options={"method": "G ET"}, where=REQUEST, passes={"options": {}}),
    Cause(Code.FORBIDDEN_METHOD, options={"method": "connect"}, where=REQUEST, passes={"options": {}}),
    Cause(
        Code.METHOD_NEEDS_CORS,
        options={"method": "PUT", "mode": "no-cors"},
        where=REQUEST,
        passes={"options": {"method": "POST", "mode": "no-cors"}},
    ),
    Cause(Code.INVALID_HEADER, options={"headers": {"x a": "1"}}, where=REQUEST, passes={"options": {}}),
    Cause(Code.INVALID_HEADER, options={"headers": {"x-a": "1\n2"}}, where=REQUEST, passes={"options": {}}),
    Cause(
        Code.BODY_NOT_ALLOWED,
        options={"body": "x"},
        where=REQUEST,
        passes={"options": {"body": "x", "method": "POST"}},
    ),
    Cause(Code.UNSUPPORTED_SCHEME, url="blob:http://x/y", where=REQUEST, passes={"url": "data:,x"}),
    Cause(Code.BAD_PORT, url="http://localhost:25/", where=REQUEST, passes={"url": "http://localhost:26/"}),
    Cause(
        Code.MIXED_CONTENT,
        page="https://app.test",
        url="http://api.test/",
        headers=allow("https://app.test"),
        where=REQUEST,
        passes={"url": "http://localhost/"},
    ),
    Cause(Code.NOT_SAME_ORIGIN, options={"mode": "same-origin"}, where=REQUEST, passes={"url": f"{PAGE}/"}),
    Cause(
        Code.NO_CORS_REDIRECT_MODE,
        options={"mode": "no-cors", "redirect": "manual"},
        where=REQUEST,
        passes={"options": {"mode": "no-cors"}},
    ),
    Cause(
        Code.RESERVED_HEADER,
        options={"headers": {"Available-Dictionary": "x"}},
        preflight=allow(headers="*"),
        where=REQUEST,
        passes={"profile": "firefox"},
    ),
    Cause(
        Code.KEEPALIVE_TOO_LARGE,
        options={"method": "POST", "keepalive": True, "body": "x" * 65537},
        where=REQUEST,
        passes={"options": {"method": "POST", "body": "x" * 65537}},
    ),
    Cause(
        Code.NOT_CACHED,
        url=f"{PAGE}/",
        options={"mode": "same-origin", "cache": "only-if-cached"},
        where=REQUEST,
        passes={"options": {"mode": "same-origin"}},
    ),
    Cause(Code.ALLOW_ORIGIN_MISSING, headers=(), passes={"headers": allow()}),
    Cause(
        Code.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        options=INCLUDE,
        headers=allow("*", "true"),
        passes={"options": {}},
    ),
    Cause(Code.ALLOW_ORIGIN_MULTIPLE, headers=allow() + allow(), passes={"headers": allow()}),
    Cause(Code.ALLOW_ORIGIN_MISMATCH, headers=allow(PAGE + "/"), passes={"headers": allow()}),
    Cause(
        Code.ALLOW_CREDENTIALS_MISSING,
        options=INCLUDE,
        headers=allow(),
        passes={"headers": allow(credentials="true")},
    ),
    Cause(
        Code.ALLOW_CREDENTIALS_INVALID,
        options=INCLUDE,
        headers=allow(credentials="True"),
        passes={"headers": allow(credentials="true")},
    ),
    Cause(
        Code.ALLOW_ORIGIN_MISSING,
        options=PUT,
        preflight=(),
        where=PREFLIGHT,
        passes={"preflight": allow(methods="PUT")},
    ),
    Cause(
        Code.PREFLIGHT_REDIRECTED,
        options=PUT,
        preflight_status=308,
        where=PREFLIGHT,
        passes={"preflight_status": 200},
    ),
    Cause(
        Code.PREFLIGHT_STATUS,
        options=PUT,
        preflight_status=401,
        where=PREFLIGHT,
        passes={"preflight_status": 299},
    ),
    Cause(
        Code.ALLOW_METHODS_INVALID,
        options=PUT,
        preflight=allow(methods="PUT, (GET)"),
        where=PREFLIGHT,
        passes={"preflight": allow(methods="PUT, GET")},
    ),
    Cause(
        Code.ALLOW_HEADERS_INVALID,
        options=PUT,
        preflight=allow(methods="PUT", headers="x-a x-b"),
        where=PREFLIGHT,
        passes={"preflight": allow(methods="PUT", headers="x-a,x-b")},
    ),
    Cause(
        Code.METHOD_NOT_ALLOWED,
        options=PUT,
        preflight=allow(methods="put"),
        where=PREFLIGHT,
        passes={"preflight": allow(methods="*")},
    ),
    Cause(
        Code.HEADER_NOT_ALLOWED,
        options={"headers": {"X-A": "1"}},
        preflight=allow(headers="x-b"),
        where=PREFLIGHT,
        passes={"preflight": allow(headers="X-a")},
    ),
    Cause(
        Code.REDIRECT_REFUSED,
        options={"redirect": "error"},
        status=302,
        headers=(*PERMISSIVE, ("Location", "/x")),
        where=REDIRECT,
        passes={"status": 200},
    ),
    Cause(
        Code.LOCATION_INVALID,
        status=302,
        headers=(*PERMISSIVE, ("Location", "http://[")),
        where=REDIRECT,
        passes={"status": 200},
    ),
    Cause(
        Code.LOCATION_INVALID,
        status=302,
        headers=(*PERMISSIVE, ("Location", "")),
        profile="firefox",
        where=REDIRECT,
        passes={"profile": "chromium"},
    ),
    Cause(
        Code.LOCATION_INVALID,
        options={"redirect": "manual"},
        status=302,
        headers=(*PERMISSIVE, ("Location", "http://[")),
        where=REDIRECT,
        passes={"profile": "firefox"},
    ),
    Cause(
        Code.REDIRECT_REFUSED,
        options={"redirect": "error"},
        status=302,
        profile="firefox",
        where=REDIRECT,
        passes={"profile": "chromium"},
    ),
    Cause(
        Code.LOCATION_SCHEME,
        status=302,
        headers=(*PERMISSIVE, ("Location", "data:,x")),
        where=REDIRECT,
        passes={"status": 200},
    ),
    Cause(
        Code.LOCATION_WITH_CREDENTIALS,
        status=302,
        headers=(*PERMISSIVE, ("Location", "http://u:p@localhost:5000/")),
        where=REDIRECT,
        passes={"status": 200},
    ),
    Cause(
        Code.TOO_MANY_REDIRECTS,
        status=302,
        headers=(*PERMISSIVE, ("Location", "/again")),
        where=REDIRECT,
        passes={"status": 200},
    ),
    Cause(
        Code.RESOURCE_POLICY,
        options={"mode": "no-cors"},
        headers=(("Cross-Origin-Resource-Policy", "same-origin"),),
        passes={"headers": (("Cross-Origin-Resource-Policy", "same-site"),)},
    ),
    Cause(Code.INTEGRITY_MISMATCH, options={"integrity": "sha256-AAAA"}, passes={"options": {}}),
    Cause(Code.INTEGRITY_MISMATCH, options={"integrity": "sha256-nonsense"}, passes={"options": {}}),
    Cause(
        Code.MALFORMED_RESPONSE,
        headers=(*PERMISSIVE, ("Location", "/a"), ("Location", "/b")),
        passes={"headers": PERMISSIVE},
    ),
    Cause(Code.MALFORMED_RESPONSE, status=101, passes={"status": 200}),
    Cause(Code.CONNECTION_FAILED, status=0, passes={"status": 500}),
    Cause(Code.PROXY_CHALLENGE, status=407, passes={"profile": "firefox"}),
]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.code.value)
def test_the_cause_is_named(cause: Cause):
    failure = cause.run().failure
    assert failure is not None
    assert (failure.code, failure.where) == (cause.code, cause.where)
    assert failure.step


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.code.value)
def test_its_neighbour_passes(cause: Cause):
    assert cause.run(**cause.passes).outcome is PromiseState.RESOLVED


def test_every_code_has_a_case():
    elsewhere = {Code.LOGIN_DIALOG, Code.HANDSHAKE_REFUSED, Code.NOT_AN_EVENT_STREAM}
    assert {cause.code for cause in CAUSES} | elsewhere == set(Code)
