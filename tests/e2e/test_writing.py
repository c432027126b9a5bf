"""Who can change what, in a real Chromium."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import MEMBER, PASSWORD
from tests.e2e.servers import blank_page, serve


def test_a_preflighted_patch_works_and_its_preflight_is_seen(enter, page: Page, web):
    enter().goto(f"{web}/admin/users")
    seen: list[tuple[str, str]] = []
    devtools = page.context.new_cdp_session(page)
    devtools.on(
        "Network.requestWillBeSent",
        lambda event: seen.append((event["request"]["method"], event["initiator"]["type"])),
    )
    devtools.send("Network.enable")
    page.get_by_label(f"Role of {MEMBER}").select_option("admin")
    expect(page.get_by_text(f"{MEMBER} is an administrator now.").first).to_be_attached()
    assert ("OPTIONS", "preflight") in seen
    assert "PATCH" in [method for method, _ in seen]
    page.get_by_label(f"Role of {MEMBER}").select_option("member")
    expect(page.get_by_text(f"{MEMBER} is a member now.").first).to_be_attached()


def test_an_administrator_creates_disables_and_deletes_a_user(enter, page: Page, web):
    enter().goto(f"{web}/admin/users")
    page.get_by_role("button", name="New user").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Username").fill("temporary")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Create").click()
    row = page.get_by_role("row").filter(has_text="temporary")
    expect(row).to_be_visible()
    row.get_by_role("button", name="Disable").click()
    expect(row).to_contain_text("Disabled")
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)


def test_a_strangers_form_and_fetch_change_nothing(sign_in, page: Page, api, console):
    sign_in()
    with serve(blank_page) as port:
        stranger = page.context.new_page()
        stranger.goto(f"http://localhost:{port}/")
        outcome = stranger.evaluate(
            """async url => { try { return (await fetch(url, {method: 'POST', credentials: 'include',
                 body: '{"username":"intruder","password":"intruder-intruder","role":"admin"}'})).status }
               catch (error) { return error.name } }""",
            f"{api}/admin/users",
        )
        assert outcome == "TypeError"
        stranger.evaluate(
            """url => { const form = document.createElement('form'); form.method = 'post'; form.action = url;
               document.body.append(form); form.submit() }""",
            f"{api}/auth/sign-out",
        )
        stranger.wait_for_url(f"{api}/auth/sign-out")
        expect(stranger.get_by_role("heading")).to_have_text("Write refused")
        expect(stranger.get_by_role("code")).to_have_text("same-site")
    console.wait_for("[same-site]")
    page.get_by_role("link", name="Users").click()
    expect(page.get_by_role("row").filter(has_text="admin").first).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="intruder")).to_have_count(0)
