"""Post-backs without a browser: what is answered to which form."""

import pytest
from flask import Flask, session

from crossguard.flask import CORS, post_back, post_back_state

API = "https://api.example.com"
CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Origin": "https://idp.example"}


@pytest.fixture
def app() -> Flask:
    app = Flask("shop")
    app.config.update(SECRET_KEY="of a test", SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=True)
    app.get("/start")(post_back_state)

    @app.route("/returned", methods=["GET", "POST"])
    @post_back("state")
    def returned():
        return {"user": session.get("user")}

    @app.post("/checked")
    @post_back(checked_by="the view compares")
    def checked():
        return "ran"

    CORS(app, public_origins=[API], exempt={"returned": "state is compared", "checked": "it compares"})
    return app


def post(client, data, path="/returned", **named):
    return client.post(path, data=data, base_url=API, headers=CROSS_SITE, **named)


def test_the_first_form_gets_a_page_that_posts_it_again_and_sets_no_cookie(app):
    app.before_request(lambda: session.update(seen=1))
    answer = post(app.test_client(), {"state": 'a"><b>', "twice": ["1", "2"]})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    policy = answer.headers["Content-Security-Policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert policy == f"default-src 'none'; script-src 'nonce-{nonce}'; base-uri 'none'"
    assert f'<script nonce="{nonce}">' in answer.text
    assert 'value="a&#34;&gt;&lt;b&gt;"' in answer.text.replace("&quot;", "&#34;")
    assert answer.text.count('name="twice"') == 2
    assert "<button>" in answer.text


def test_a_state_is_good_once_and_for_this_session(app):
    client = app.test_client()
    state = client.get("/start", base_url=API).text
    assert len(state) == 32
    again = {"state": state, "crossguard_posted_again": "1"}
    assert post(app.test_client(), again).status_code == 403
    assert post(client, again).status_code == 200
    assert post(client, again).status_code == 403


def test_several_tabs_have_a_state_each_up_to_a_bound(app):
    client = app.test_client()
    states = [client.get("/start", base_url=API).text for _ in range(9)]
    assert post(client, {"state": states[0]}).status_code == 403
    assert post(client, {"state": states[1]}).status_code == 200
    assert post(client, {"state": states[8]}).status_code == 200


def test_what_came_with_the_session_is_not_posted_again(app):
    client = app.test_client()
    client.get("/start", base_url=API)
    assert post(client, {"x": "1"}, "/checked").text == "ran"


def test_a_get_is_left_alone(app):
    assert app.test_client().get("/returned", base_url=API).json == {"user": None}


@pytest.mark.parametrize(
    "state", ["\u20ac", "x" * 100_000, "\x00", "\ud800".encode("utf-8", "surrogatepass")]
)
def test_any_state_is_refused_without_an_exception(state, app):
    client = app.test_client()
    client.get("/start", base_url=API)
    assert post(client, {"state": state}).status_code == 403


@pytest.mark.parametrize("kept", ["text", 1, {"a": 1}, [1, None]])
def test_a_session_that_holds_something_else_is_empty(kept, app):
    client = app.test_client()
    with client.session_transaction(base_url=API) as stored:
        stored["crossguard.post_back"] = kept
    assert post(client, {"state": "1"}).status_code == 403


def test_only_a_plain_form_is_posted_again(app):
    answer = post(app.test_client(), {"state": "1"}, content_type="multipart/form-data")
    assert answer.status_code == 415
    large = post(app.test_client(), {"state": "x" * 400_000, "more": "x" * 90_000})
    assert large.status_code in {200, 413}


@pytest.mark.parametrize("given", [{}, {"field": "state", "checked_by": "the view"}])
def test_a_post_back_says_what_checks_it(given):
    with pytest.raises(TypeError, match=r"@post_back\('RelayState'\)"):
        post_back(**given)
