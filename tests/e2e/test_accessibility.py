"""axe and the keyboard on every page: light and dark, on a phone, and at twice the size."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import AXE, MEMBER

PAGES = {
    "sign-in": (None, "/sign-in", "Sign in"),
    "home": ("admin", "/", "Decisions"),
    "account": (MEMBER, "/account", "Your account"),
    "users": ("admin", "/admin/users", "Users"),
    "front-ends": ("admin", "/admin/front-ends", "Front ends"),
    "policies": ("admin", "/admin/policies", "Policies"),
    "cookies": ("admin", "/admin/cookies", "Cookies"),
    "explain": ("admin", "/admin/explain", "Would the browser allow it?"),
    "decision": ("admin", "/decisions/1", "Decision 1"),
    "forbidden": (MEMBER, "/admin/users", "Administrators only"),
    "not-found": ("admin", "/no-such-page", "Page not found"),
}
# Transitions end; an animation may pulse for ever.
SETTLED = (
    "() => Promise.all(document.getAnimations().filter(running => running instanceof CSSTransition)"
    ".map(running => running.finished.catch(() => null)))"
)
RUN = "async () => (await axe.run({resultTypes: ['violations']})).violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)"

CONTROLS = "a[href], button, input, select, summary, [tabindex='0']"
IS_SEEN = "c => c.checkVisibility() && !c.disabled"
# What has the focus, by its place among the controls, and whether a person sees that: null past the last one.
FOCUSED = f"""() => {{
  const focused = document.activeElement
  if (focused === null || focused === document.body) return null
  const style = getComputedStyle(focused), box = focused.getBoundingClientRect()
  const ring = style.outlineStyle !== 'none' || style.boxShadow !== 'none'
  return {{
    index: [...document.querySelectorAll({CONTROLS!r})].indexOf(focused),
    visible: ring && box.width > 0 && box.height > 0,
    what: focused.outerHTML.slice(0, 200),
  }}
}}"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_violation_and_fits_its_width(name, page: Page, enter, web):
    who, path, heading = PAGES[name]
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    if who is not None:
        enter(who)
    page.goto(f"{web}{path}")
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.evaluate(AXE.read_text())
    # 640 is what a window of 1280 has room for at 200 % (WCAG 2.2, 1.4.4 and 1.4.10).
    for width in (1280, 640, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            # Colours fade over; axe would measure them half-way.
            page.evaluate(SETTLED)
            assert page.evaluate(RUN) == [], (width, scheme)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, width
    assert problems == []


@pytest.mark.parametrize("name", PAGES)
def test_every_control_of_a_page_is_reached_by_the_keyboard_and_seen(name, page: Page, enter, web):
    who, path, heading = PAGES[name]
    if who is not None:
        enter(who)
    page.goto(f"{web}{path}")
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.evaluate("document.activeElement?.blur()")
    wanted = page.evaluate(f"() => [...document.querySelectorAll({CONTROLS!r})].filter({IS_SEEN}).length")
    reached = set()
    for _ in range(2 * wanted + 20):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        # Past the last one, and on to the first: a page may begin with the focus in its middle.
        if found is None:
            continue
        assert found["visible"], found
        reached.add(found["index"])
    # Of a group of choices Tab reaches one; arrows lead to the others.
    groups = page.evaluate(
        "() => [...document.querySelectorAll('fieldset')].map(f => f.querySelectorAll('input[type=radio]').length)"
    )
    assert len(reached) >= wanted - sum(max(0, count - 1) for count in groups), (len(reached), wanted)


def test_a_page_of_another_origin_is_refused_before_ones_eyes(page: Page, enter, web, api):
    enter("admin")
    stranger = web.replace("localhost", "127.0.0.1")
    page.goto(f"{stranger}/stranger.html")
    expect(page.locator("#read-result")).to_contain_text("Refused")
    expect(page.locator("#write-result")).to_contain_text("refused by the API")
    page.evaluate(AXE.read_text())
    assert page.evaluate(RUN) == []
    page.goto(f"{web}/")
    refused = page.locator("[aria-labelledby=refusals-title] li")
    expect(refused.filter(has_text=stranger).filter(has_text="/api/me").first).to_contain_text(
        "origin-not-listed"
    )
    expect(refused.filter(has_text=stranger).filter(has_text="/auth/sign-out").first).to_be_visible()
    assert page.goto(f"{web}/stranger.html").status == 404
