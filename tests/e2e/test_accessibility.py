"""axe on every page, light and dark, wide and narrow."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import AXE, MEMBER

PAGES = {
    "sign-in": (None, "/sign-in", "Sign in"),
    "home": ("admin", "/", "Decisions"),
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
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            # Colours fade over; axe would measure them half-way.
            page.evaluate(SETTLED)
            assert page.evaluate(RUN) == [], (width, scheme)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, width
    assert problems == []
