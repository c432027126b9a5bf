"""The page at /_crossguard/: what all pages asked, the policies, the cookies, and a fetch to try."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.devtools.in_page.causes import CAUSES
from tests.devtools.in_page.lab import PageLab, overlay, run
from tests.devtools.in_page.stage import AXE
from tests.devtools.in_page.test_overlay import AXE_RUN

SETTLED_COLOURS = (
    "() => Promise.all(document.getAnimations().filter(running => running instanceof CSSTransition)"
    ".map(running => running.finished.catch(() => null)))"
)
LAX = next(cause for cause in CAUSES if cause.code == "samesite-lax")


@pytest.fixture
def lab(page_lab: PageLab, tmp_path) -> PageLab:
    path = tmp_path / "app.py"
    path.write_text(page_lab.filled(LAX.source))
    page_lab.start(path)
    return page_lab


def test_it_shows_what_pages_ask_while_they_ask(lab: PageLab):
    with lab.visit("<API>/_crossguard/?token=" + lab.token) as page:
        expect(page.get_by_text("No page has asked yet")).to_be_visible()
        assert "token" not in page.url
        with lab.visit("<OTHER>") as other:
            assert not run(other, lab.filled("return (await fetch('<API>/me')).ok"))
        requests = page.get_by_role("region", name="Requests of pages")
        expect(requests).to_contain_text("origin-not-listed")
        expect(requests).to_contain_text(lab.filled("<OTHER>"))
        assert page.raised == []


def test_it_shows_the_tag_the_policies_and_the_cookies(lab: PageLab):
    with lab.visit("<API>/_crossguard/?token=" + lab.token) as page:
        expect(page.get_by_role("region", name="On your page itself")).to_contain_text(lab.tag())
        policy = page.get_by_role("region", name="Policy of the application")
        expect(policy).to_contain_text(lab.filled("<NUMERIC>"))
        with lab.visit(LAX.page) as other:
            assert not run(other, lab.filled(LAX.script))
        page.goto(lab.filled("<API>/_crossguard/?token=" + lab.token))
        expect(page.get_by_role("region", name="session").first).to_contain_text("does not")


def test_it_says_whether_the_browser_would_allow_it(lab: PageLab):
    with lab.visit("<API>/_crossguard/?token=" + lab.token) as page:
        form = page.get_by_role("form", name="The fetch")
        form.get_by_label("Origin").fill(lab.filled("<PAGE>"))
        form.get_by_label("URL").fill(lab.filled("<API>/me"))
        form.get_by_role("button", name="Explain").click()
        expect(page.get_by_role("heading", name=re.compile("^No, it stops"))).to_be_visible()
        form.get_by_label("Origin").fill("nonsense")
        form.get_by_role("button", name="Explain").click()
        expect(form).to_contain_text("whole addresses")


def test_it_has_no_violation_and_fits(lab: PageLab):
    with lab.visit(LAX.page) as page:
        run(page, lab.filled(LAX.script))
    with lab.visit("<API>/_crossguard/?token=" + lab.token) as page:
        expect(page.get_by_role("region", name="session").first).to_be_visible()
        expect(page.get_by_role("region", name="Requests of pages")).to_contain_text("/me")
        page.evaluate(AXE.read_text())
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            # Colours fade over; axe would measure them half-way.
            page.evaluate(SETTLED_COLOURS)
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate(AXE_RUN) == [], (scheme, width)
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
        assert page.raised == []


@pytest.mark.parametrize("query", ["", "?token=" + "x" * 43])
def test_without_the_token_there_is_nothing(query: str, lab: PageLab):
    with lab.visit("<PAGE>") as page:
        for name in ("", "page.js", "app.js", "exchanges", "policies", "why"):
            answer = page.context.request.get(lab.filled(f"<API>/_crossguard/{name}{query}"))
            assert answer.status == 404
            assert "crossguard" not in answer.text().lower()


def test_outside_debug_there_is_nothing(lab: PageLab):
    path = Path(lab.api_server.app.root_path) / "app.py"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLASK_DEBUG", "0")
        lab.start(path, LAX.api)
        with lab.visit(LAX.page) as page:
            assert not run(page, lab.filled(LAX.script))
            page.wait_for_timeout(500)
            assert overlay(page).count() == 0
            answer = page.context.request.get(lab.filled(f"<API>/_crossguard/page.js?token={lab.token}"))
            assert answer.status == 404
            assert page.raised == []


ASK = """
async ([api, token, url]) => {
  const answer = await fetch(api + '/_crossguard/why', {method: 'POST', credentials: 'omit',
    headers: {'Content-Type': 'application/json', 'X-Crossguard-Token': token}, body: JSON.stringify({method: 'GET', url, kind: 'fetch'})})
  return await answer.json()
}
"""


def test_one_origin_never_learns_of_anothers_requests(lab: PageLab):
    words = [lab.filled("<API>"), lab.token, lab.filled("<API>/secret-path")]
    with lab.visit("<OTHER>") as other, lab.visit("<PAGE>") as page:
        run(other, lab.filled("return (await fetch('<API>/secret-path')).ok"))
        assert other.evaluate(ASK, words)["seen"] == "request"
        assert page.evaluate(ASK, words) == {
            **page.evaluate(ASK, words),
            "seen": "nothing",
            "exchange": None,
            "decision": None,
            "diagnosis": None,
        }


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"{}",
        b"[",
        b'{"version": 2, "seen": "request"}',
        b'{"version": 1, "seen": "request", "diagnosis": [1]}',
    ],
)
def test_an_api_that_answers_otherwise_is_met_with_silence_or_one_line(body: bytes, lab: PageLab):
    def other(environ, start_response):
        cors = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Headers", "*")]
        status = (
            "200 OK" if environ["REQUEST_METHOD"] == "OPTIONS" or "why" in environ["PATH_INFO"] else "500 No"
        )
        start_response(status, [*cors, ("Content-Type", "application/json")])
        return [body]

    lab.api_server.app = other
    lab.pages.tag = lab.served_tag()
    with lab.visit("<PAGE>") as page:
        for path in ("a", "b", "c"):
            assert not run(page, lab.filled(f"return (await fetch('<API>/{path}')).ok"))
        page.wait_for_timeout(700)
        assert overlay(page).count() == 0
        assert len([said for said in page.said if said.startswith("crossguard:")]) <= 1
        assert page.raised == []
    lab.pages.clear()
