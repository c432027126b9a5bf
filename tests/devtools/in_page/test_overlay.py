"""The overlay as a person meets it: with a keyboard, a screen reader, in the dark, and when it is too much."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.devtools.in_page.causes import CAUSES
from tests.devtools.in_page.lab import SETTLED, PageLab, overlay, run, shown
from tests.devtools.in_page.stage import AXE

REFUSED = CAUSES[0]
WITH_HINTS = next(cause for cause in CAUSES if cause.code == "samesite-lax")
AXE_RUN = "async () => (await axe.run({resultTypes: ['violations']})).violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)"
ACTIVE = "() => document.activeElement.shadowRoot?.activeElement?.textContent ?? document.activeElement.id"


@pytest.fixture
def lab(page_lab: PageLab, tmp_path) -> PageLab:
    path = tmp_path / "app.py"
    path.write_text(page_lab.filled(REFUSED.source))
    page_lab.start(path)
    return page_lab


@pytest.fixture
def page(lab: PageLab) -> Iterator[Page]:
    """Open a page on which a fetch was refused, while its user was writing."""
    with lab.visit(REFUSED.page) as page:
        page.get_by_label("Name").focus()
        run(page, lab.filled(REFUSED.script))
        shown(page)
        yield page


def again(page: Page, lab: PageLab) -> None:
    run(page, lab.filled(REFUSED.script))


@pytest.mark.parametrize("cause", [REFUSED, WITH_HINTS], ids=["short", "with hints"])
def test_it_has_no_violation_light_and_dark_wide_and_narrow(cause, page_lab: PageLab, tmp_path):
    path = tmp_path / "app.py"
    path.write_text(page_lab.filled(cause.source))
    page_lab.start(path)
    with page_lab.visit(cause.page) as page:
        run(page, page_lab.filled(cause.script))
        shown(page)
        for summary in overlay(page).locator("summary").all():
            summary.click()
        page.evaluate(AXE.read_text())
        backgrounds = set()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            backgrounds.add(overlay(page).evaluate("e => getComputedStyle(e).backgroundColor"))
            for width in (1280, 640, 320):
                page.set_viewport_size({"width": width, "height": 700})
                assert page.evaluate(AXE_RUN) == [], (scheme, width)
                box = overlay(page).bounding_box()
                assert box is not None
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= width
        assert len(backgrounds) == 2


def test_it_takes_no_focus_and_says_itself_to_a_screen_reader(page: Page):
    assert page.evaluate("document.activeElement.id") == "name"
    page.keyboard.type("still here")
    assert page.get_by_label("Name").input_value() == "still here"
    expect(page.get_by_role("status")).to_contain_text("origin-not-listed")
    named = overlay(page).get_attribute("aria-labelledby")
    assert page.locator(f"crossguard-overlay #{named}").inner_text().startswith("GET http://localhost")


def test_the_keyboard_reaches_every_control_and_sees_where_it_is(page: Page):
    controls = overlay(page).locator("button, a, summary, pre").count()
    reached = []
    for _ in range(controls):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(ACTIVE))
        ring = "() => getComputedStyle(document.activeElement.shadowRoot.activeElement).outlineStyle"
        assert page.evaluate(ring) == "solid"
    assert reached[0] == "✕"
    assert "Copy" in reached
    assert "name" not in reached


def test_escape_closes_it_and_it_stays_closed(page: Page, lab: PageLab):
    page.keyboard.press("Escape")
    expect(overlay(page)).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "name"
    again(page, lab)
    page.wait_for_timeout(SETTLED)
    assert overlay(page).count() == 0
    # Also on the next page of this tab; another cause, or another address, is told.
    page.reload()
    again(page, lab)
    page.wait_for_timeout(SETTLED)
    assert overlay(page).count() == 0
    run(page, lab.filled("return (await fetch('<API>/other')).ok"))
    assert shown(page).code == "origin-not-listed"


def test_an_escape_that_the_page_has_used_is_not_for_it(page: Page):
    page.evaluate("() => document.addEventListener('keydown', event => event.preventDefault())")
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    expect(overlay(page)).to_have_count(1)


def test_the_button_dismisses_it_too(page: Page):
    overlay(page).get_by_role("button", name="Dismiss").click()
    expect(overlay(page)).to_have_count(0)


def test_the_line_to_paste_is_copied_and_nothing_else(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fix = shown(page).fix
    overlay(page).get_by_role("button", name="Copy the fix").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == fix
    assert "origins=[" in fix


def test_where_there_is_no_clipboard_the_line_is_selected(lab: PageLab):
    with lab.visit(REFUSED.page) as page:
        page.evaluate("() => Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        again(page, lab)
        shown(page)
        overlay(page).get_by_role("button", name="Copy the fix").click()
        expect(page.get_by_role("status")).to_contain_text("select the text")


def test_the_same_failure_is_counted_and_another_waits_its_turn(page: Page, lab: PageLab):
    for _ in range(3):
        again(page, lab)
    expect(overlay(page)).to_contain_text("4 times")
    run(page, lab.filled("return (await fetch('<API>/other')).ok"))
    following = overlay(page).get_by_role("button", name="Next (1 of 2)")
    following.click()
    expect(overlay(page).locator("#title")).to_contain_text("/other")
    # The button that was pressed is the one that has the focus.
    assert page.evaluate(ACTIVE) == "Next (2 of 2)"
    assert len([said for said in page.said if said.startswith("crossguard: GET")]) == 2


def test_its_links_lead_to_the_code_and_to_all_requests(page: Page, lab: PageLab):
    about = overlay(page).get_by_role("link", name="About origin-not-listed")
    assert about.get_attribute("href").endswith("#origin-not-listed")
    requests = overlay(page).get_by_role("link", name="All requests")
    assert requests.get_attribute("href") == lab.filled(f"<API>/_crossguard/?token={lab.token}")


def test_the_page_may_replace_its_body(page: Page, lab: PageLab):
    page.evaluate("() => { document.body.replaceWith(document.createElement('body')) }")
    expect(overlay(page)).to_have_count(1)


FLOOD = """
return await new Promise(async done => {
  for (let round = 0; round < 20; round++) {
    await Promise.allSettled(Array.from({length: 100}, (_, n) => fetch('<API>/flood/' + (round * 100 + n) + '?secret=' + n)))
  }
  done(false)
})
"""


def test_thousands_of_failures_are_few_questions_one_after_the_other(lab: PageLab):
    with lab.visit(REFUSED.page) as page:
        asked, open_now, most = [], set(), []
        page.on(
            "request",
            lambda request: (
                "/why" in request.url
                and (asked.append(request.post_data), open_now.add(request), most.append(len(open_now)))
            ),
        )

        # Playwright asks a listener for its signature, which a built-in method has not.
        def ended(request):
            open_now.discard(request)

        page.on("requestfinished", ended)
        page.on("requestfailed", ended)
        run(page, lab.filled(FLOOD))
        shown(page)
        page.wait_for_timeout(1500)
        # Of 2,000 failures.
        assert 1 <= len(asked) <= 150
        assert max(most) == 1
        # What a page keeps in its queries stays there.
        assert not any("secret" in body for body in asked)
        # What the API has forgotten meanwhile is no reason to claim that it never came.
        assert "never-sent" not in "".join(page.said)
        assert page.raised == []
