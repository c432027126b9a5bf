"""Would the browser allow it? The model browser against the running API."""

import logging
from typing import get_args

import msgspec
import pytest
from flask import redirect
from hypothesis import given
from hypothesis import strategies as st

from crossguard.browser import PROFILES
from crossguard.console.explain import probe as probing
from crossguard.console.explain.schemas import Credentials, Diagnosis, Stage
from crossguard.console.logs import log_to_terminal
from crossguard.console.services import services_of
from crossguard.explain.steps import Stage as KnownStage
from tests.console.support import (
    PASSWORD,
    STRANGER,
    WEB,
    Page,
    close_app,
    is_readable,
    make_app,
    make_settings,
    problem_of,
)

API = "http://localhost:5000"
JSON = [{"name": "Content-Type", "value": "application/json"}]


@pytest.fixture(scope="module")
def asking(standing_app):
    """A page that is signed in as an administrator."""
    page = Page(standing_app)
    assert page.sign_in().status_code == 200
    return page


def explain(page, **members):
    return page.post("/admin/explain", {"origin": WEB, "url": "/api/me"} | members)


def diagnosis_of(page, **members):
    """Assert that there is an answer, whole, and return it."""
    response = explain(page, **members)
    assert response.status_code == 200, response.text
    assert response.cache_control.no_store
    return msgspec.json.decode(response.data, type=Diagnosis)


def reason_of(page, where, **members):
    """Assert that it is refused for *where* alone, and return why."""
    [error] = problem_of(explain(page, **members), 400, "invalid-body")["errors"]
    assert error["where"] == where
    return error["reason"]


def test_a_listed_front_end_reads_the_answer_and_each_step_says_what_happened(asking):
    response = explain(asking)
    assert is_readable(response)
    body = response.get_json()
    told = {"readable", "code", "cause", "summary", "fix", "line", "proof", "address"}
    assert set(body) == told | {"step", "steps", "hints"}
    assert (body["readable"], body["code"], body["cause"], body["fix"]) == (True, "readable", "", "")
    assert [(step["stage"], step["ok"]) for step in body["steps"]] == [
        ("page", True),
        ("request", True),
        ("response", True),
    ]
    assert set(body["steps"][0]) == {"stage", "ok", "text", "details"}
    assert f"Origin: {WEB}" in body["steps"][1]["details"]


def test_a_stranger_is_stopped_with_the_reason_of_the_policy_and_the_line_to_write(asking):
    found = diagnosis_of(asking, origin=STRANGER)
    assert not found.readable
    assert (found.code, found.cause) == ("allow-origin-missing", "origin-not-listed")
    assert found.fix.startswith("If this is one of your front ends, add it to ")
    assert STRANGER not in found.fix
    assert WEB in found.fix
    assert found.step.startswith("Fetch")
    assert (found.steps[-1].stage, found.steps[-1].ok) == ("response", False)


def test_what_needs_a_preflight_stops_there(asking):
    found = diagnosis_of(asking, headers=[{"name": "X-Custom", "value": "1"}])
    assert (found.code, found.cause) == ("header-not-allowed", "header-not-listed")
    assert [(step.stage, step.ok) for step in found.steps] == [("page", True), ("preflight", False)]


def test_a_method_is_sent_as_a_browser_sends_it(asking):
    found = diagnosis_of(asking, method="delete", url="/admin/users/1")
    assert [step.stage for step in found.steps] == ["page", "preflight", "request", "response"]
    assert "DELETE" in found.steps[2].text
    assert "401" in found.steps[3].text


@pytest.mark.parametrize("browser", PROFILES)
@pytest.mark.parametrize("credentials", get_args(Credentials))
def test_every_browser_can_be_asked_with_and_without_credentials(asking, browser, credentials):
    found = diagnosis_of(asking, browser=browser, credentials=credentials)
    assert found.readable
    assert ("no-credentials" in {hint.code for hint in found.hints}) == (credentials != "include")


def test_the_api_can_be_named_by_a_path_or_by_its_url(asking):
    texts = {diagnosis_of(asking, url=url).summary for url in ("/api/me", f"{API}/api/me", "api/me#top")}
    assert texts == {f"{WEB} can read the answer (401)."}


def test_the_address_of_a_page_stands_for_its_origin(asking):
    assert diagnosis_of(asking, origin=f"{WEB}/items?page=2").readable
    assert diagnosis_of(asking, origin="HTTP://LOCALHOST:8080").readable
    assert diagnosis_of(asking, origin="null").cause == "null-origin"


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("origin", "", "is not an origin"),
        ("origin", "localhost:8080", "is not an origin: write http:// or https://"),
        ("origin", "about:blank", "must begin with http:// or https://"),
        ("origin", "http://", "is not an origin: "),
        ("origin", "http://a:99999", "is not an origin: "),
        ("origin", "x" * 2_049, "must be an origin of at most 2048 characters"),
        ("origin", None, "must be an origin of at most 2048 characters"),
        ("url", "http://127.0.0.1:5000/api/me", f"must be a path or begin with {API}/"),
        ("url", "https://localhost:5000/api/me", f"must be a path or begin with {API}/"),
        ("url", "//evil.example/", f"must be a path or begin with {API}/"),
        ("url", "javascript:alert(1)", f"must be a path or begin with {API}/"),
        ("url", "http://[::1", "is not a URL: "),
        ("url", "/" * 2_049, "must be a path or a URL of this API, of at most 2048 characters"),
        ("method", "X" * 65, "must be a method of at most 64 characters"),
        ("credentials", "always", "must be include, same-origin or omit"),
        ("browser", "netscape", "must be chromium or firefox, or one of them with -block-third-party"),
        ("headers", "X-Custom: 1", "must be at most 32 headers"),
        ("headers", [{"name": "X-Custom"}], "must be at most 32 headers"),
        ("headers", [{"name": "a", "value": "b", "c": "d"}], "must be at most 32 headers"),
        ("headers", [{"name": "a", "value": "b"}] * 33, "must be at most 32 headers"),
        ("headers", [{"name": "a" * 257, "value": "b"}], "must be at most 32 headers"),
        ("headers", [{"name": "a", "value": "b" * 4_097}], "must be at most 32 headers"),
        ("body", "{}", "is not known"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_is_wrong(asking, member, value, expected):
    assert reason_of(asking, member, **{member: value}).startswith(expected)


@pytest.mark.parametrize("headers", [[1], [["X-Custom", "1"]], [{"name": {"a": {}}}], [[[[]]]]])
def test_a_body_that_is_nested_too_deeply_is_refused(asking, headers):
    assert reason_of(asking, "body", headers=headers).startswith("must be a JSON object")


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        ("/auth/sign-in", "POST", "where people sign in"),
        ("/auth/sign-in", "post", "where people sign in"),
        ("//localhost:5000/auth/sign-in", "POST", "where people sign in"),
        (f"{API}//auth/sign-in", "POST", "where people sign in"),
        ("/api/../auth/sign-in", "POST", "where people sign in"),
        ("/%61uth/sign%2Din", "POST", "where people sign in"),
        ("/auth//sign-in", "POST", "where people sign in"),
        ("/auth/sign-out", "POST", "where people sign out"),
        ("/api/events", "GET", "a stream"),
        ("/api/events", "HEAD", "a stream"),
        ("/api//events", "GET", "a stream"),
    ],
)
@pytest.mark.parametrize("headers", [[], JSON])
def test_neither_signing_in_nor_a_stream_is_tried(asking, path, method, expected, headers):
    for origin in (WEB, STRANGER, API):
        assert expected in reason_of(asking, "url", url=path, method=method, headers=headers, origin=origin)


def test_what_the_address_of_sign_in_answers_to_other_methods_is_shown(asking):
    assert "405" in diagnosis_of(asking, url="/auth/sign-in").summary


def test_asking_is_gated_like_every_write(asking):
    json = {"origin": WEB, "url": "/api/me"}
    problem_of(asking.post("/admin/explain", json, headers={"Origin": STRANGER}), 403, "origin-not-trusted")
    problem_of(
        asking.post("/admin/explain", json, headers={"Sec-Fetch-Site": "cross-site", "Origin": STRANGER}),
        403,
        "cross-site",
    )
    response = asking.send("POST", "/admin/explain", data="{}", content_type="text/plain")
    problem_of(response, 415, "unsupported-media-type")


def test_nobody_is_signed_in_in_the_model_browser(asking):
    for origin in (WEB, API):
        for url in ("/api/me", "/admin/users", "/admin/explain"):
            found = diagnosis_of(asking, origin=origin, url=url)
            assert "405" in found.summary if url.endswith("explain") else "401" in found.summary
            assert all("Cookies: none" in step.details for step in found.steps if step.stage == "request")
    cookie = asking.client.get_cookie("crossguard_session")
    sent = [{"name": "Cookie", "value": f"crossguard_session={cookie.value}"}]
    assert "401" in diagnosis_of(asking, headers=sent).summary
    assert "401" in diagnosis_of(asking, headers=sent, origin=API).summary
    assert asking.get("/api/me").status_code == 200


def test_a_write_that_is_tried_changes_nothing(asking):
    before = asking.get("/admin/users").get_json()
    for origin in (WEB, STRANGER, API):
        for method, url in (
            ("POST", "/admin/users"),
            ("DELETE", "/admin/users/1"),
            ("PATCH", "/admin/users/1"),
        ):
            diagnosis_of(asking, origin=origin, method=method, url=url)
    assert asking.get("/admin/users").get_json() == before


def test_what_is_tried_is_no_traffic(app, admin):
    services = services_of(app)
    services.recorder.flush()
    before = services.store.kept()
    for method in ("GET", "POST", "DELETE"):
        diagnosis_of(admin, origin=STRANGER, method=method)
    services.recorder.flush()
    admin.origin = None
    items = admin.get("/api/decisions").get_json()["items"]
    assert len(items) - before == 3
    assert {(item["url"], item["origin"]) for item in items[:3]} == {("http://localhost/admin/explain", WEB)}


@pytest.fixture
def terminal_log(capsys):
    """What the commands write to the terminal."""
    logger = logging.getLogger("crossguard")
    before = (logger.handlers, logger.level, logger.propagate)
    log_to_terminal()
    yield lambda: capsys.readouterr().err
    logger.handlers, logger.propagate = before[0], before[2]
    logger.setLevel(before[1])


def test_the_terminal_shows_refusals_of_traffic_only(asking, standing_app, terminal_log):
    for method in ("GET", "POST", "DELETE"):
        diagnosis_of(asking, origin=STRANGER, method=method)
    assert terminal_log() == ""
    # Of another site, because one site gets one line in a second.
    Page(standing_app, "https://traffic.example").get("/api/me")
    assert "origin-not-listed" in terminal_log()


def test_attempts_that_are_tried_would_use_up_nobodys(tmp_path, monkeypatch):
    monkeypatch.setattr(probing, "_NOT_TRIED", {})
    app = make_app(make_settings(tmp_path, sign_in_limit="3 per minute", trusted_proxies=1))
    page = Page(app)
    assert page.sign_in().status_code == 200
    summaries = [
        diagnosis_of(
            page,
            url="/auth/sign-in",
            method="POST",
            origin=API,
            headers=[*JSON, {"name": name, "value": f"192.0.2.{number}"}],
        ).summary
        for number, name in enumerate(["X-Forwarded-For", "X_Forwarded_For", "x-forwarded-for", "X-Other"])
    ]
    assert ["429" in summary for summary in summaries] == [False, False, False, True]
    assert [page.sign_in().status_code for _ in range(3)] == [200, 200, 429]
    close_app(app)


def test_a_redirect_is_followed_within_the_api_only(tmp_path):
    app = make_app(make_settings(tmp_path))
    app.add_url_rule("/within", view_func=lambda: redirect("/api/me"), endpoint="within")
    app.add_url_rule("/stream", view_func=lambda: redirect("/api/events"), endpoint="stream")
    app.add_url_rule("/away", view_func=lambda: redirect("https://elsewhere.example/"), endpoint="away")
    page = Page(app)
    page.sign_in()
    assert "401" in diagnosis_of(page, url="/within").summary
    assert "a stream" in reason_of(page, "url", url="/stream")
    assert reason_of(page, "url", url="/away") == "redirects to another server, which is not asked"
    close_app(app)


def test_a_view_that_fails_is_a_500_and_the_terminal_alone_says_why(tmp_path, terminal_log):
    app = make_app(make_settings(tmp_path))

    def fails():
        raise RuntimeError("a secret of the server")

    app.add_url_rule("/fails", view_func=fails)
    page = Page(app)
    page.sign_in()
    response = explain(page, url="/fails")
    close_app(app)
    assert "(500)" in response.get_json()["summary"]
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert "RuntimeError: a secret of the server" in terminal_log()


def test_the_model_goes_by_the_origin_that_browsers_see_behind_a_proxy(tmp_path):
    web, api = "https://app.example.com", "https://api.example.com"
    app = make_app(make_settings(tmp_path, web_origin=web, api_origin=api, trusted_proxies=1))
    page = Page(app, web)
    body = {"username": "admin", "password": PASSWORD}
    secure = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "api.example.com"}
    page.client.post("/auth/sign-in", json=body, headers=secure | {"Origin": web}, base_url=api)
    response = page.client.post(
        "/admin/explain",
        json={"origin": web, "url": "/api/me", "method": "PATCH"},
        headers=secure | {"Origin": web},
        base_url=api,
    )
    close_app(app)
    body = response.get_json()
    assert body["readable"], body
    assert f"{api}/api/me" in body["steps"][0]["text"]


TEXTS = st.text(max_size=40) | st.text(st.characters(max_codepoint=0x7F), max_size=40)
PAGES = TEXTS | TEXTS.map("http://".__add__) | TEXTS.map(f"{WEB}/".__add__) | st.sampled_from([WEB, "null"])
URLS = TEXTS | TEXTS.map("/".__add__) | TEXTS.map(f"{API}/".__add__) | st.sampled_from(["/api/me"])
HEADERS = st.lists(
    st.fixed_dictionaries(
        {
            "name": TEXTS
            | st.sampled_from(["Content-Type", "content_length", "Upgrade", "X-Forwarded-Host"]),
            "value": TEXTS,
        }
    ),
    max_size=4,
)


@given(origin=PAGES, url=URLS, method=TEXTS | st.sampled_from(["GET", "POST"]), headers=HEADERS)
def test_any_text_has_a_diagnosis_or_is_refused_with_a_reason(asking, origin, url, method, headers):
    response = explain(asking, origin=origin, url=url, method=method, headers=headers)
    if response.status_code == 200:
        found = msgspec.json.decode(response.data, type=Diagnosis)
        assert found.summary
        assert found.steps
        assert found.readable == (found.code == "readable")
    else:
        for error in problem_of(response, 400, "invalid-body")["errors"]:
            assert error["where"] in {"origin", "url", "method"}
            assert error["reason"]


def test_the_longest_texts_are_answered(asking):
    headers = [{"name": f"X-{'n' * 250}{number}", "value": "v" * 1_500} for number in range(32)]
    found = diagnosis_of(asking, url=f"/{'a' * 2_047}", method="M" * 64, headers=headers)
    assert found.code == "method-not-allowed"
    assert len(msgspec.json.encode(found)) < 65_536


def test_the_schema_names_every_stage():
    assert set(get_args(Stage)) == {stage.value for stage in KnownStage}


def test_a_fetch_can_be_tried_as_the_one_who_asks(asking):
    found = diagnosis_of(asking, url="/api/me", signed_in=True)
    assert found.readable
    assert "(200)" in found.summary
    stranger = diagnosis_of(asking, url="/api/me", signed_in=True, origin=STRANGER)
    assert not stranger.readable
    assert stranger.cause == "origin-not-listed"
    # Lax: the page of another site sends no cookie.
    assert "Cookies: none" in str(stranger.steps)


def test_it_is_tried_in_the_callers_browser_only_for_this_fetch(asking):
    before = asking.get("/api/me/sessions").get_json()
    diagnosis_of(asking, url="/api/me", signed_in=True)
    assert "(401)" in diagnosis_of(asking, url="/api/me").summary
    assert asking.get("/api/me/sessions").get_json() == before


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "get", "OPTIONS"])
def test_what_would_change_something_is_not_tried_as_the_one_who_asks(asking, method):
    body = {"origin": WEB, "url": "/api/me/sessions", "method": method, "signed_in": True}
    problem = problem_of(asking.post("/admin/explain", body), 400, "invalid-body")
    assert problem["errors"][0]["where"] == "signed_in"
    assert asking.get("/api/me").status_code == 200
