"""Who can read what, with a signed-in user's cookies, in a real Chromium."""

import pytest
from flask import Flask, jsonify
from playwright.sync_api import Page, expect

from crossguard.flask import CORS
from tests.e2e.conftest import MEMBER
from tests.e2e.servers import blank_page, serve

ME = "async api => { const r = await fetch(api + '/api/me', {credentials: 'include'}); return [r.status, await r.json()] }"
TRY = "async url => { try { const r = await fetch(url, {credentials: 'include'}); return r.status } catch (e) { return e.name } }"


def test_protected_data_of_the_api_arrives_in_the_front_end(sign_in, api):
    page = sign_in()
    expect(page.get_by_role("heading", name="Decisions", level=1)).to_be_visible()
    expect(page.get_by_label("Your session")).to_contain_text("admin")
    status, user = page.evaluate(ME, api)
    assert status == 200
    assert (user["username"], user["role"]) == ("admin", "admin")


def test_the_session_outlives_a_reload_and_ends_with_sign_out(sign_in, api):
    page = sign_in()
    page.reload()
    expect(page.get_by_role("heading", name="Decisions", level=1)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate(TRY, f"{api}/api/me") == 401
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_signed_out_visitor_is_asked_to_sign_in_and_gets_where_they_wanted(sign_in):
    page = sign_in(path="/admin/policies")
    expect(page.get_by_role("heading", name="Policies", level=1)).to_be_visible()


def test_a_member_sees_what_the_api_answered_instead_of_the_users(sign_in):
    page = sign_in(MEMBER, "/admin/users")
    expect(page.get_by_role("heading", name="Administrators only")).to_be_visible()
    answer = page.get_by_role("region", name="answer")
    expect(answer).to_contain_text("403")
    expect(answer).to_contain_text("admin-required")


def test_a_page_of_a_third_origin_cannot_read_although_the_user_is_signed_in(
    sign_in, page: Page, api, console, web
):
    sign_in()
    with serve(blank_page) as port:
        stranger = page.context.new_page()
        stranger.goto(f"http://localhost:{port}/")
        assert stranger.evaluate(TRY, f"{api}/api/me") == "TypeError"
        console.wait_for(f"Fix: add 'http://localhost:{port}' to the front ends at {web}/admin/front-ends")
        # The refusal reaches the home page by itself, with what to write.
        row = page.get_by_role("row").filter(has_text=f"http://localhost:{port}").first
        expect(row).to_contain_text("Refused")


def test_a_page_on_127_0_0_1_is_refused_and_the_log_says_why(sign_in, page: Page, api, console):
    sign_in()
    other = page.context.new_page()
    other.goto(f"http://127.0.0.1:{console.web_port}/sign-in")
    assert other.evaluate(TRY, f"{api}/api/me") == "TypeError"
    console.wait_for("127.0.0.1 and localhost are different sites to a browser")


@pytest.mark.parametrize("debug", [True, False])
def test_a_500_is_readable_by_the_page(page: Page, debug):
    with serve(blank_page) as port:
        app = Flask("crashing")
        app.debug = debug
        CORS(app, origins=[f"http://localhost:{port}"], supports_credentials=True)

        @app.get("/boom")
        def boom():
            return jsonify(1 / 0)

        with serve(app) as api_port:
            page.goto(f"http://localhost:{port}/")
            assert page.evaluate(TRY, f"http://localhost:{api_port}/boom") == 500
