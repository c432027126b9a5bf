"""Signing in, reloading and signing out in a real Chromium: on one site, and between two with Partitioned cookies."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.gate import scripts
from tests.e2e.gate.world import AFAR, API, APP, CLOSED, EVIL, FRONT, OTHER_FRONT, SIBLING, Api, World, until

SITES = {"one site": (APP, API), "two sites": (FRONT, AFAR)}


def api_of(world: World, origin: str) -> Api:
    return {API: world.same_site, AFAR: world.cross_site}[origin]


def fetch(page: Page, url: str, method: str = "GET", **init: Any) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(scripts.FETCH, [url, {"method": method, **init}])
    return found


def cookies_of(person: BrowserContext) -> dict[str, dict[str, Any]]:
    return {str(cookie["name"]): dict(cookie) for cookie in person.cookies()}


@pytest.fixture
def open_at(person: BrowserContext):
    def open_at(origin: str) -> Page:
        page = person.new_page()
        page.goto(f"{origin}/")
        return page

    return open_at


@pytest.mark.parametrize(("frontend", "api"), SITES.values(), ids=SITES)
def test_sign_in_reload_and_sign_out(
    world: World, person: BrowserContext, open_at, frontend: str, api: str
) -> None:
    page = open_at(frontend)
    assert fetch(page, f"{api}/me")["status"] == 401
    assert fetch(page, f"{api}/auth/sign-in/ann", "POST")["status"] == 200
    assert '"ann"' in fetch(page, f"{api}/me")["text"]
    page.reload()
    assert '"ann"' in fetch(page, f"{api}/me")["text"]
    assert (
        fetch(page, f"{api}/change", "PUT", headers={"Content-Type": "application/json"}, body="{}")["status"]
        == 200
    )
    assert api_of(world, api).changes == ["put by ann"]
    assert fetch(page, f"{api}/auth/sign-out", "POST")["status"] == 204
    assert fetch(page, f"{api}/me")["status"] == 401
    page.reload()
    assert fetch(page, f"{api}/me")["status"] == 401
    assert not [name for name in cookies_of(person) if "remember" in name]
    assert world.log.lines == []


@pytest.mark.parametrize(("frontend", "api"), SITES.values(), ids=SITES)
def test_who_comes_back_is_remembered_and_can_still_sign_out(
    person: BrowserContext, open_at, frontend: str, api: str
) -> None:
    page = open_at(frontend)
    assert fetch(page, f"{api}/auth/sign-in/ann", "POST")["status"] == 200
    (session,) = [name for name in cookies_of(person) if "session" in name]
    person.clear_cookies(name=session)
    assert '"ann"' in fetch(page, f"{api}/me")["text"]
    person.clear_cookies(name=session)
    assert fetch(page, f"{api}/auth/sign-out", "POST")["status"] == 204
    assert fetch(page, f"{api}/me")["status"] == 401


def test_cookies_between_sites_are_partitioned(person: BrowserContext, open_at) -> None:
    page = open_at(FRONT)
    assert fetch(page, f"{AFAR}/auth/sign-in/ann", "POST")["status"] == 200
    cookies = cookies_of(person)
    assert set(cookies) == {"__Host-session", "__Host-remember_token"}
    for cookie in cookies.values():
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (
            True,
            True,
            "None",
            "/",
        )
        assert cookie["partitionKey"] == FRONT


def test_a_strangers_form_finds_no_partitioned_cookie_and_is_refused(world: World, open_at) -> None:
    assert fetch(open_at(FRONT), f"{AFAR}/auth/sign-in/ann", "POST")["status"] == 200
    stranger = open_at(EVIL)
    world.forget()
    stranger.evaluate(scripts.FORM, [f"{AFAR}/change", "", ""])
    seen = world.cross_site.wait_for("POST", "/change")
    assert (seen.site, seen.has_cookie) == ("cross-site", False)
    world.log.wait_for(f"POST {AFAR}/change", "[cross-site]")
    assert world.cross_site.changes == []


def test_cookies_on_one_site_have_the_prefix_and_lax(person: BrowserContext, open_at) -> None:
    """What cookies="same-site" sets, from an API of its own; the other one is left open on purpose."""
    page = open_at(APP)
    assert fetch(page, f"{API}/auth/sign-in/ann", "POST")["status"] == 200
    assert {cookie["sameSite"] for cookie in cookies_of(person).values()} == {"None"}
    person.clear_cookies()
    page = open_at(OTHER_FRONT)
    assert fetch(page, f"{CLOSED}/auth/sign-in/ann", "POST")["status"] == 200
    cookies = cookies_of(person)
    assert set(cookies) == {"__Host-session", "__Host-remember_token"}
    assert {(cookie["sameSite"], cookie["secure"]) for cookie in cookies.values()} == {("Lax", True)}
    assert fetch(page, f"{CLOSED}/auth/sign-out", "POST")["status"] == 204
    assert fetch(page, f"{CLOSED}/me")["status"] == 401


def test_the_token_layer_works_for_the_front_end_and_for_nobody_else(world: World, open_at) -> None:
    api = world.with_token.origin
    page = open_at(APP)
    token = page.evaluate(
        "async url => (await (await fetch(url, {credentials: 'include'})).json()).csrfToken", f"{api}/csrf"
    )
    with_token = {"X-CSRF-Token": token}
    assert '"token-missing"' in fetch(page, f"{api}/auth/sign-in/ann", "POST")["text"]
    signed_in = fetch(page, f"{api}/auth/sign-in/ann", "POST", headers=with_token)
    assert signed_in["status"] == 200
    assert '"token-invalid"' in fetch(page, f"{api}/change", "PUT", headers=with_token)["text"]
    fresh = page.evaluate("text => JSON.parse(text).csrfToken", signed_in["text"])
    for header in ("X-CSRF-Token", "X-CSRFToken", "X-XSRF-TOKEN"):
        assert fetch(page, f"{api}/change", "PUT", headers={header: fresh})["status"] == 200
    assert world.with_token.changes == ["put by ann"] * 3
    for stranger in (EVIL, SIBLING):
        assert fetch(open_at(stranger), f"{api}/csrf") == {"error": "TypeError"}


def test_an_event_source_with_cookies_reads_the_stream_of_its_user(world: World, open_at) -> None:
    page = open_at(APP)
    assert page.evaluate(scripts.EVENTS, f"{API}/events") == "failed"
    assert fetch(page, f"{API}/auth/sign-in/ann", "POST")["status"] == 200
    assert page.evaluate(scripts.EVENTS, f"{API}/events") == "ann"
    assert open_at(EVIL).evaluate(scripts.EVENTS, f"{API}/events") == "failed"
    assert open_at(SIBLING).evaluate(scripts.EVENTS, f"{API}/events") == "failed"


def test_the_front_end_can_read_why_a_write_was_refused(world: World, open_at) -> None:
    page = open_at(APP)
    answer = fetch(page, f"{world.with_token.origin}/change", "PUT")
    assert answer["status"] == 403
    assert answer["type"] == "cors"
    assert '"code": "token-missing"' in answer["text"]


def test_sockets_and_writes_between_two_sites_work_from_the_listed_one_only(world: World, open_at) -> None:
    socket = AFAR.replace("https", "wss") + "/socket"
    assert open_at(FRONT).evaluate(scripts.SOCKET, socket) == "hello"
    assert until(lambda: world.cross_site.changes, "no socket") == ["socket by nobody"]
    assert open_at(APP).evaluate(scripts.SOCKET, socket) == "failed"
    world.log.wait_for(f"GET {AFAR}/socket", "[origin-not-trusted]")
    assert world.cross_site.changes == ["socket by nobody"]
