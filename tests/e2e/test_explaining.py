"""What administrators are told about a fetch, about a decision, and about the cookies."""

import re

from playwright.sync_api import Page, expect

from crossguard.browser import PROFILES
from tests.e2e.conftest import AXE
from tests.e2e.test_accessibility import RUN, SETTLED

STRANGER = "http://127.0.0.1:8080"


def ask(page: Page, web: str, origin: str, url: str = "/api/me") -> None:
    """Fill in the form and send it."""
    page.goto(f"{web}/admin/explain")
    page.get_by_label("Origin", exact=True).fill(origin)
    page.get_by_label("URL", exact=True).fill(url)
    page.get_by_role("button", name="Explain").click()


def station(page: Page, name: str):
    return page.get_by_role("list", name="The way of the fetch").get_by_role("button", name=name)


def test_the_form_names_the_cause_for_127_0_0_1_and_shows_where_it_stopped(enter, page: Page, web):
    enter()
    ask(page, web, STRANGER)
    answer = page.get_by_role("region", name="The answer")
    expect(answer.get_by_role("heading", name="No, it stops at the response")).to_be_focused()
    expect(answer).to_contain_text("origin-not-listed")
    expect(answer).to_contain_text(f"Add '{STRANGER}' to the front ends at {web}/admin/front-ends")
    for name, state in (
        ("Page", "passed"),
        ("Preflight", "not needed"),
        ("Request", "passed"),
        ("Response", "stopped here"),
    ):
        expect(station(page, name)).to_contain_text(state)
    expect(station(page, "Response")).to_have_attribute("aria-expanded", "true")
    station(page, "Request").click()
    expect(answer).to_contain_text(f"Origin: {STRANGER}")
    assert re.search(r"/admin/explain\?origin=http://127\.0\.0\.1:8080&url=/api/me$", page.url)


def test_a_header_that_is_not_listed_stops_at_the_preflight(enter, page: Page, web):
    enter()
    page.goto(f"{web}/admin/explain?origin={web}&url=/api/me")
    page.get_by_role("button", name="Add a header").click()
    page.get_by_label("Name of header 1").fill("X-Custom")
    page.get_by_label("Value of header 1").fill("1")
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_role("heading", name="No, it stops at the preflight")).to_be_visible()
    expect(station(page, "Preflight")).to_contain_text("stopped here")
    expect(station(page, "Request")).to_contain_text("not reached")
    expect(page.get_by_role("region", name="The answer")).to_contain_text(
        "Access-Control-Request-Headers: x-custom"
    )


def test_an_answer_has_no_violation_and_fits_its_width(enter, page: Page, web):
    enter()
    ask(page, web, STRANGER)
    expect(page.get_by_role("heading", name="No, it stops")).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.evaluate(AXE.read_text())
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(SETTLED)
            assert page.evaluate(RUN) == [], (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width


def test_what_cannot_be_asked_is_said_at_its_field(enter, page: Page, web):
    enter()
    ask(page, web, "localhost:8080")
    expect(page.get_by_label("Origin", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Origin", exact=True)).to_be_focused()


def test_a_decision_leads_to_its_own_page_and_to_the_same_fetch(enter, page: Page, web, api):
    enter()
    stranger = page.context.new_page()
    stranger.goto(web.replace("localhost", "127.0.0.1") + "/sign-in")
    stranger.evaluate("url => fetch(url, {credentials: 'include'}).catch(() => null)", f"{api}/api/me")
    origin = stranger.evaluate("location.origin")
    stranger.close()

    page.goto(web)
    row = page.get_by_role("row").filter(has_text=origin).filter(has_text="Refused").first
    row.get_by_role("button", name="Why").click()
    page.get_by_role("link", name="Link to decision").click()
    expect(page.get_by_role("heading", name="Decision", level=1)).to_be_focused()
    decision = page.get_by_role("region", name="The decision")
    expect(decision).to_contain_text(origin)
    expect(decision).to_contain_text("127.0.0.1 and localhost are different sites to a browser")

    page.get_by_role("link", name="Would the browser allow it?").click()
    expect(page.get_by_role("heading", name="No, it stops at the response")).to_be_visible()
    expect(page.get_by_label("Origin", exact=True)).to_have_value(origin)
    expect(page.get_by_label("URL", exact=True)).to_have_value(f"{api}/api/me")


def test_the_cookies_are_shown_for_every_browser(enter, page: Page, web):
    enter()
    page.goto(f"{web}/admin/cookies")
    for name in ("crossguard_session", "remember_token"):
        card = page.get_by_role("region", name=name)
        expect(card).to_contain_text(f"{name}=…; Path=/; HttpOnly; SameSite=Lax")
        expect(card).to_contain_text("same site")
        row = card.get_by_role("row").filter(has_text=web)
        expect(row.get_by_text("works", exact=True)).to_have_count(len(PROFILES))
        for browser in ("Chromium", "Firefox"):
            for cookies in ("allowed", "blocked"):
                header = f"{browser} third-party cookies {cookies}"
                expect(card.get_by_role("columnheader", name=header)).to_be_visible()
