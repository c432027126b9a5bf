"""Who answered: every row has an answer that it knows, and no answer of an application is taken for one."""

import pytest
from flask import Flask, Response
from hypothesis import given, settings
from hypothesis import strategies as st

from crossguard.browser import Browser, HttpRequest, HttpResponse, Verdict, parse_url
from crossguard.browser.transports import wsgi
from crossguard.explain import explain_verdict
from crossguard.explain.answered import ROWS, answered_elsewhere, who_answered
from crossguard.flask import CORS
from tests.cases.answers import ANSWERS, ITS_OWN, ITS_OWN_ON_TUNNELS, PASSED, Told

PAGE, API = "https://app.example.com", "https://api.example.com"


def name(case: Told) -> str:
    return f"{case.by} {case.raw.partition(chr(10))[0].split()[1]}"


@pytest.mark.parametrize("case", ANSWERS, ids=name)
def test_an_answer_tells_who_sent_it(case):
    found = who_answered(case.request, case.response)
    assert found is not None
    assert (found.name, found.certain) == (case.by, True)
    assert found.text.startswith(
        (
            f"{case.by} answered, not the API. ",
            f"{case.by} stands in front of the API, and answered in its place. ",
        )
    )


def test_every_row_has_an_answer():
    told = {
        row
        for case in ANSWERS
        for row in ROWS
        if (found := who_answered(case.request, case.response))
        and (found.name, found.fix) == (row.name, row.fix)
    }
    assert [row.name for row in ROWS if row not in told] == []


@pytest.mark.parametrize("case", PASSED, ids=name)
def test_what_an_answer_came_through_is_no_more_than_likely(case):
    found = who_answered(case.request, case.response)
    assert found is not None
    assert (found.name, found.certain) == (case.by, False)


@pytest.mark.parametrize(
    "case", [*ITS_OWN, *ITS_OWN_ON_TUNNELS], ids=lambda case: case.raw.partition("\n")[0]
)
def test_an_answer_of_the_application_is_attributed_to_none(case):
    assert who_answered(case.request, case.response) is None


def fetched(case: Told) -> Verdict:
    """Return what a browser makes of a page whose request is answered so, the preflight first."""
    page = Browser("chromium", send=lambda _request: case.response).open(PAGE)
    return page.verdict(case.url, method="PUT" if case.method == "OPTIONS" else "GET")


@pytest.mark.parametrize("case", [*ANSWERS, *PASSED], ids=name)
def test_an_explanation_says_who_answered_and_what_to_do_there(case):
    verdict = fetched(case)
    found = answered_elsewhere(verdict)
    if found is None:
        # What follows a redirect of a fetch stands behind it.
        assert verdict.failure is None or case.response.status in range(300, 400)
        return
    diagnosis = explain_verdict(verdict)
    assert found.text in diagnosis.summary
    assert diagnosis.fix == found.fix
    if case.method == "OPTIONS" and case.response.status not in range(200, 300):
        assert str(case.response.status) in diagnosis.summary


def test_a_dev_server_that_lets_every_page_read_is_told_from_the_api():
    case = next(case for case in ANSWERS if "/@vite/client" in case.raw)
    headers = (*case.response.headers, ("Access-Control-Allow-Origin", PAGE), ("Vary", "Origin"))
    answer = HttpResponse(200, headers, case.response.body)
    diagnosis = explain_verdict(Browser("chromium", send=lambda _: answer).open(PAGE).verdict(f"{API}/items"))
    assert diagnosis.readable
    assert "Vite's dev server answered, not the API" in diagnosis.summary
    assert "server.proxy" in diagnosis.fix


def test_the_application_in_this_process_is_never_another():
    app = Flask("api")
    app.get("/items")(lambda: Response("<center>nginx</center>", 502, {"Server": "AirTunes/1"}))
    CORS(app, origins=["https://other.example.com"])
    verdict = Browser("chromium", send=wsgi(app)).open(PAGE).verdict(f"{API}/items")
    known = explain_verdict(verdict, lambda _request: app.extensions["crossguard"].freeze(app).policies[0])
    assert "AirPlay" not in known.summary


TEXT = st.text(st.characters(codec="latin-1"), max_size=40)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "Server",
                "Via",
                "Location",
                "Set-Cookie",
                "Vary",
                "CF-Ray",
                "Content-Type",
                "X-Powered-By",
                "\xff",
            ]
        ),
        TEXT
        | st.sampled_from(["//[", "http://[::1", "https://\ud800", "nginx", "/login", "https://x/login"]),
    ),
    max_size=8,
)


@settings(max_examples=300)
@given(status=st.integers(100, 999), headers=HEADERS, body=st.binary(max_size=200), preflight=st.booleans())
def test_any_answer_is_looked_at_without_an_exception(status, headers, body, preflight):
    asked = (("Access-Control-Request-Method", "PUT"),) if preflight else ()
    request = HttpRequest("OPTIONS" if preflight else "GET", parse_url(API), asked)
    found = who_answered(request, HttpResponse(status, tuple(headers), body))
    assert found is None or (found.text and found.fix)


@settings(max_examples=100, deadline=None)
@given(status=st.sampled_from([200, 302, 401, 403, 404, 405, 413, 500, 503]), body=st.binary(max_size=50))
def test_what_a_guarded_application_answers_to_anyone_is_its_own(status, body):
    app = Flask("api")
    app.route("/items", methods=["GET", "POST"])(
        lambda: Response(
            body, status, {"Location": "https://accounts.google.com/login"} if status == 302 else {}
        )
    )
    CORS(app, origins=[PAGE], supports_credentials=True, public_origins=[API])

    def behind(request: HttpRequest) -> HttpResponse:
        answer = wsgi(app)(request)
        return HttpResponse(
            answer.status, (*answer.headers, ("Server", "nginx"), ("CF-Ray", "1")), answer.body
        )

    for origin in (PAGE, "https://stranger.example"):
        for method in ("GET", "POST", "PUT"):
            verdict = (
                Browser("chromium", send=behind)
                .open(origin)
                .verdict(f"{API}/items", method=method, credentials="include")
            )
            for hop in verdict.hops[:1]:
                for exchange in (hop.preflight, hop.actual):
                    if exchange is not None and exchange.response is not None:
                        assert who_answered(exchange.request, exchange.response) is None
