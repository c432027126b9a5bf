"""An administrator decides in a real Chromium which origins may use the API, while it runs."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import AXE, MEMBER
from tests.e2e.servers import blank_page, serve
from tests.e2e.test_accessibility import RUN, SETTLED

READ = """async url => {
    try { return (await (await fetch(url, {credentials: 'include'})).json()).username }
    catch (error) { return error.name }
}"""
WRITE = """async url => {
    try { return (await fetch(url, {method: 'POST', credentials: 'include', body: '{}',
        headers: {'Content-Type': 'application/json'}})).status }
    catch (error) { return error.name }
}"""


@pytest.fixture
def stranger(page: Page):
    """A page of an origin that is not listed, in the browser of whoever is signed in."""
    with serve(blank_page) as port:
        other = page.context.new_page()
        other.goto(f"http://localhost:{port}/")
        yield other
        other.close()


def origin_of(page: Page) -> str:
    return page.evaluate("location.origin")


def become(page: Page, script: str, url: str, value: object, seconds: float = 1) -> None:
    """Ask until the answer is *value*."""
    deadline = time.monotonic() + seconds
    while (found := page.evaluate(script, url)) != value:
        assert time.monotonic() < deadline, found


def fill_in(page: Page, origin: str, label: str = "") -> None:
    page.get_by_role("button", name="Add a front end").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Origin", exact=True).fill(origin)
    dialog.get_by_label("Label").fill(label)
    dialog.get_by_role("button", name="Add front end").click()


def test_an_origin_may_use_the_api_from_when_it_is_added_until_it_is_removed(
    enter, page: Page, stranger: Page, web, api
):
    enter().goto(f"{web}/admin/front-ends")
    origin = origin_of(stranger)
    assert stranger.evaluate(READ, f"{api}/api/me") == "TypeError"
    assert stranger.evaluate(WRITE, f"{api}/admin/users") == "TypeError"

    fill_in(page, origin, "A shop")
    row = page.get_by_role("row").filter(has_text=origin)
    expect(row).to_contain_text("A shop")
    become(stranger, READ, f"{api}/api/me", "admin")
    # Not refused any more: an administrator's request, with nothing in it.
    assert stranger.evaluate(WRITE, f"{api}/admin/users") == 400
    expect(row).to_contain_text("In force")
    expect(page.get_by_text(f"{origin} is on the list, and in force.")).to_be_visible()

    row.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove front end").click()
    expect(row).to_have_count(0)
    expect(page.get_by_role("heading", name="Front ends", level=1)).to_be_focused()
    become(stranger, READ, f"{api}/api/me", "TypeError")
    assert stranger.evaluate(WRITE, f"{api}/admin/users") == "TypeError"
    # Whoever is listed in the configuration is not affected.
    page.reload()
    expect(page.get_by_role("row").filter(has_text=web)).to_contain_text("written in the configuration")


def test_a_refusal_leads_to_the_form_with_its_origin(enter, page: Page, stranger: Page, web, api):
    enter()
    origin = origin_of(stranger)
    stranger.evaluate(READ, f"{api}/api/me")
    page.goto(web)
    row = page.get_by_role("row").filter(has_text=origin).filter(has_text="Refused").first
    row.get_by_role("button", name="Why").click()
    page.get_by_role("link", name="Add it to the front ends").click()
    field = page.get_by_role("dialog").get_by_label("Origin", exact=True)
    expect(field).to_have_value(origin)
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(f"{web}/admin/front-ends")
    expect(page.get_by_role("heading", name="Front ends", level=1)).to_be_focused()
    assert stranger.evaluate(READ, f"{api}/api/me") == "TypeError"


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ("https://shop.example/", r"trailing slash.*Fix: write 'https://shop\.example'"),
        ("http://shop.example", r"on the network in between.*Fix: serve the front end over https"),
        ("https://*.co.uk", r"strangers can register a name under co\.uk"),
    ],
)
def test_what_cannot_be_listed_is_said_at_the_field(enter, page: Page, web, origin, words):
    enter().goto(f"{web}/admin/front-ends")
    fill_in(page, origin)
    field = page.get_by_role("dialog").get_by_label("Origin", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(words))
    expect(field).to_be_focused()


def test_what_is_listed_already_is_said(enter, page: Page, web):
    enter().goto(f"{web}/admin/front-ends")
    fill_in(page, web)
    expect(page.get_by_role("alert")).to_contain_text("is written in the configuration")


def test_a_member_sees_what_the_api_answered_and_no_link(enter, page: Page, web):
    enter(MEMBER).goto(f"{web}/admin/front-ends?origin=https://shop.example")
    expect(page.get_by_role("heading", name="Administrators only")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Front ends")).to_have_count(0)


def test_the_dialogs_and_every_state_of_a_row_have_no_violation(enter, page: Page, web):
    states = [
        ("in-force", True, "", ""),
        ("pending", True, "no browser sends the cookie along.", "serve both from one domain."),
        ("passed-over", False, "it has a trailing slash.", "write 'https://a.example'."),
    ]
    items = [
        {
            "id": number,
            "origin": f"https://{'a-long-name-' * 5}{number}.example",
            "label": "Customer",
            "created_at": "2026-11-24T10:00:05Z",
            "state": state,
            "writes": writes,
            "reason": reason,
            "fix": fix,
        }
        for number, (state, writes, reason, fix) in enumerate(states)
    ]
    body = {"configured": [{"origin": web, "writes": True}], "items": items, "total": 10_000, "next": 1}
    enter()
    page.route(
        "**/admin/front-ends?*",
        lambda route: route.fulfill(
            json=body,
            headers={"Access-Control-Allow-Origin": web, "Access-Control-Allow-Credentials": "true"},
        ),
    )
    page.goto(f"{web}/admin/front-ends")
    expect(page.get_by_role("button", name="Load more")).to_be_visible()
    page.evaluate(AXE.read_text())
    check(page)
    page.get_by_role("button", name="Remove").first.click()
    check(page)
    page.get_by_role("button", name="Cancel").click()
    fill_in(page, "https://a.example/")
    expect(page.get_by_label("Origin", exact=True)).to_have_attribute("aria-invalid", "true")
    check(page)


def check(page: Page) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(SETTLED)
            assert page.evaluate(RUN) == [], (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
