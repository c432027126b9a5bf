"""A stranger's page in a real Chromium, with the victim signed in: nothing changes, and each attempt is logged."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.gate import scripts
from tests.e2e.gate.world import API, APP, EVIL, SIBLING, World, until

OpenPage = Callable[[str], Page]

CHANGE = f"{API}/change"
EXPORT = f"{API}/export"
SOCKET = API.replace("https", "wss") + "/socket"
THROUGH_API = f"{API}/go?to=/change"
EXPORT_THROUGH_API = f"{API}/go?to=/export"
THROUGH_EVIL = f"{EVIL}/away?{CHANGE}"


def submit(page: Page, url: str, enctype: str = "") -> str:
    """Submit a form as the page's own navigation, and return what the person then sees."""
    with page.expect_navigation():
        page.evaluate(scripts.FORM, [url, "", enctype])
    return page.content()


def in_a_frame(page: Page, url: str) -> str:
    return str(page.evaluate(scripts.FORM, [url, "frame", ""]))


def image(page: Page, url: str, crossorigin: str = "") -> str:
    return str(page.evaluate(scripts.IMAGE, [url, crossorigin]))


def text_plain(page: Page, url: str) -> str:
    return str(page.evaluate(scripts.TEXT_PLAIN, url))


#: What a page does, and what reaches the API of it last.
ATTACKS: dict[str, tuple[Callable[[Page], str], str, str]] = {
    "a form": (lambda page: submit(page, CHANGE), "POST", "/change"),
    "a form of text/plain": (lambda page: submit(page, CHANGE, "text/plain"), "POST", "/change"),
    "a form of multipart/form-data": (
        lambda page: submit(page, CHANGE, "multipart/form-data"),
        "POST",
        "/change",
    ),
    "a form in a frame": (lambda page: in_a_frame(page, CHANGE), "POST", "/change"),
    "a fetch of text/plain": (lambda page: text_plain(page, CHANGE), "POST", "/change"),
    "a beacon": (lambda page: page.evaluate(scripts.BEACON, CHANGE), "POST", "/change"),
    "an image of a strict GET": (lambda page: image(page, EXPORT), "GET", "/export"),
    "a socket": (lambda page: page.evaluate(scripts.SOCKET, SOCKET), "GET", "/socket"),
    "the API's own redirect": (lambda page: submit(page, THROUGH_API), "POST", "/change"),
    "the API's own redirect, by fetch": (lambda page: text_plain(page, THROUGH_API), "POST", "/change"),
    "the API's own redirect to a strict GET": (
        lambda page: image(page, EXPORT_THROUGH_API),
        "GET",
        "/export",
    ),
    "a redirect of another site": (lambda page: submit(page, THROUGH_EVIL), "POST", "/change"),
}
#: A navigation and a request from the API's own site carry every cookie; the jar protects from none of them.
NAVIGATIONS = {
    "a form",
    "a form of text/plain",
    "a form of multipart/form-data",
    "the API's own redirect",
    "a redirect of another site",
}
#: The same from the front end. An image without crossorigin has no Origin, so that any page of the site
#: could have sent it.
USES = ATTACKS | {
    "an image of a strict GET": (lambda page: image(page, EXPORT, "use-credentials"), "GET", "/export"),
    "the API's own redirect to a strict GET": (
        lambda page: image(page, EXPORT_THROUGH_API, "use-credentials"),
        "GET",
        "/export",
    ),
}
del USES["a redirect of another site"]


def expected(stranger: str, name: str) -> tuple[str | None, str | None, str]:
    """Return the Origin and the Sec-Fetch-Site that reach the API, and the reason to refuse them."""
    if name == "a socket":
        # Chromium says nothing of the relation in a handshake; Origin is the only evidence.
        return stranger, None, "origin-not-trusted"
    if name == "a redirect of another site":
        # Chromium forgets where a form came from as soon as it is redirected to another site.
        return "null", "cross-site", "cross-site"
    relation = "cross-site" if stranger == EVIL else "same-site"
    return None if "strict GET" in name else stranger, relation, relation


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("stranger", [EVIL, SIBLING], ids=["afar", "sibling"])
def test_a_strangers_page_changes_nothing(
    world: World, open_page: OpenPage, stranger: str, name: str
) -> None:
    attack, method, path = ATTACKS[name]
    page = open_page(stranger)
    world.forget()
    attack(page)
    api = world.same_site
    seen = api.wait_for(method, path)
    origin, site, reason = expected(stranger, name)
    assert (seen.origin, seen.site) == (origin, site)
    assert seen.has_cookie or not (stranger == SIBLING or name in NAVIGATIONS)
    world.log.wait_for(f"{method} {API}{path}", f"[{reason}]")
    assert api.changes == []
    assert not api.app.ran


@pytest.mark.parametrize("name", USES)
def test_the_same_from_the_front_end_works(world: World, open_page: OpenPage, name: str) -> None:
    use, method, path = USES[name]
    page = open_page(APP)
    world.forget()
    use(page)
    api = world.same_site
    assert api.wait_for(method, path).origin == APP
    until(lambda: api.changes, f"nothing changed: {api.seen} {world.log.lines}")
    what = {"/export": "export", "/socket": "socket"}.get(path, "post")
    assert api.changes == [f"{what} by ann"]
    assert world.log.lines == []


def test_what_another_site_redirects_is_not_the_front_ends_any_more(
    world: World, open_page: OpenPage
) -> None:
    page = open_page(APP)
    world.forget()
    submit(page, THROUGH_EVIL)
    seen = world.same_site.wait_for("POST", "/change")
    assert (seen.origin, seen.site, seen.has_cookie) == ("null", "cross-site", True)
    world.log.wait_for("[cross-site]")
    assert world.same_site.changes == []


def test_a_strangers_fetch_cannot_even_read_why(world: World, open_page: OpenPage) -> None:
    page = open_page(EVIL)
    assert page.evaluate(scripts.FETCH, [CHANGE, {"method": "POST", "body": "x"}]) == {"error": "TypeError"}
    assert page.evaluate(scripts.FETCH, [f"{API}/me", {}]) == {"error": "TypeError"}
    # A request that needs a preflight does not leave at all.
    world.forget()
    assert page.evaluate(scripts.FETCH, [CHANGE, {"method": "PUT"}]) == {"error": "TypeError"}
    assert {seen.method for seen in world.same_site.seen} == {"OPTIONS"}
    assert world.same_site.changes == []


def test_reloading_the_refusal_is_refused_again(world: World, open_page: OpenPage) -> None:
    page = open_page(SIBLING)
    assert "same-site" in submit(page, CHANGE)
    world.forget()
    page.reload()
    assert world.same_site.wait_for("POST", "/change").site == "same-site"
    world.log.wait_for("[same-site]")
    assert world.same_site.changes == []


def test_the_refusal_runs_no_script(world: World, open_page: OpenPage) -> None:
    """A page of the API that reloads itself would make the browser say same-origin."""
    page = open_page(SIBLING)
    submit(page, f"{CHANGE}?<script>location.reload()</script>")
    assert "Nothing was changed." in page.inner_text("body")
    # It is nobody's page: what runs there by mistake is of no origin, and nothing does.
    assert page.evaluate("self.origin") == "null"
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    assert page.evaluate("window.ran") is None
    page.evaluate("document.querySelector('script').remove()")
    assert page.evaluate("document.scripts.length") == 0
    assert world.same_site.changes == []


def test_a_sandboxed_frame_of_the_front_end_changes_nothing(world: World, open_page: OpenPage) -> None:
    page = open_page(APP)
    world.forget()
    page.evaluate(scripts.SANDBOXED_FORM, CHANGE)
    seen = world.same_site.wait_for("POST", "/change")
    assert (seen.origin, seen.site) == ("null", "cross-site")
    world.log.wait_for("[cross-site]")
    assert world.same_site.changes == []


def test_a_stranger_signs_nobody_in_or_out(world: World, open_page: OpenPage) -> None:
    for stranger in (EVIL, SIBLING):
        for path in ("/auth/sign-in/mallory", "/auth/sign-out"):
            submit(open_page(stranger), f"{API}{path}")
            assert world.same_site.wait_for("POST", path).has_cookie
            world.forget()
    answer = open_page(APP).evaluate(scripts.FETCH, [f"{API}/me", {}])
    assert '"ann"' in answer["text"]


def test_a_page_of_the_api_itself_may_write(world: World, open_page: OpenPage) -> None:
    page = open_page(APP)
    page.goto(f"{API}/me")
    world.forget()
    answer = page.evaluate(scripts.FETCH, ["/change", {"method": "PUT"}])
    assert answer["status"] == 200
    assert world.same_site.changes == ["put by ann"]
    assert page.evaluate(scripts.SOCKET, SOCKET) == "hello"
    seen = [one for one in world.same_site.seen if one.path == "/socket"]
    assert [one.origin for one in seen] == [API]
