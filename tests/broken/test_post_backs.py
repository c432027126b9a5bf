"""Forms of another site that come back with the user's session, in a real Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request, session
from playwright.sync_api import BrowserContext, Page

from crossguard.flask import CORS, post_back, post_back_state
from tests.broken.lab import Lab, load, run

#: Fields that a page has to hand on as they are.
AWKWARD = {"SAMLResponse": 'PD94+/=="><script>alert(1)</script>', "empty": "", "text": "ü € 'quoted'\ttab"}


def application(lab: Lab, *, exempt: bool = True, decorated: bool = True) -> Flask:
    app = Flask("shop")
    app.config.update(SECRET_KEY="of a test", SESSION_COOKIE_SAMESITE="Lax")
    seen: list[dict[str, str]] = []
    app.extensions["seen"] = seen

    @app.get("/start")
    def start() -> str:
        session["user"] = "ann"
        return post_back_state()

    @app.before_request
    def count() -> None:
        # What many hooks do: without care it sets a cookie in place of the one that was held back.
        session["visits"] = session.get("visits", 0) + 1

    def returned() -> str:
        seen.append(request.form.to_dict())
        return f"back, {session.get('user', 'without a session')}"

    app.add_url_rule(
        "/returned",
        "returned",
        post_back("RelayState")(returned) if decorated else returned,
        methods=["POST"],
    )
    app.add_url_rule("/me", "me", lambda: session.get("user", "nobody"))
    CORS(
        app,
        origins=[lab.names["PAGE"]],
        supports_credentials=True,
        public_origins=[lab.names["API"]],
        exempt={"returned": "RelayState is compared"} if exempt else {},
    )
    return app


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def context(request: pytest.FixtureRequest, lab: Lab) -> Iterator[BrowserContext]:
    context = lab.chromium.new_context(java_script_enabled=request.param)
    context.set_default_timeout(30_000)
    yield context
    context.close()


def begin(context: BrowserContext, lab: Lab) -> str:
    page = context.new_page()
    page.goto(f"{lab.names['API']}/start")
    return page.inner_text("body")


def come_back(context: BrowserContext, lab: Lab, fields: dict[str, str]) -> Page:
    """Let the page of another site post a form to the application, and press the button if there is one."""
    page = context.new_page()
    page.goto(lab.names["EVIL"])
    with page.expect_navigation():
        page.evaluate(
            """([action, fields]) => {
                const form = document.createElement('form')
                form.method = 'post'
                form.action = action
                form.acceptCharset = 'utf-8'
                for (const [name, value] of Object.entries(fields)) {
                    const input = document.createElement('input')
                    input.name = name
                    input.value = value
                    form.append(input)
                }
                document.body.append(form)
                form.submit()
            }""",
            [f"{lab.names['API']}/returned", fields],
        )
    if page.title() == "One moment":
        button = page.get_by_role("button")
        if button.count():
            with page.expect_navigation():
                button.click()
    return page


def said(page: Page, text: str) -> bool:
    page.get_by_text(text).first.wait_for()
    return True


def test_a_form_comes_back_with_the_session(lab: Lab, context: BrowserContext) -> None:
    lab.api_server.app = app = application(lab)
    state = begin(context, lab)
    page = come_back(context, lab, {"RelayState": state, **AWKWARD})
    assert said(page, "back, ann")
    (fields,) = app.extensions["seen"]
    assert {name: fields[name] for name in AWKWARD} == AWKWARD
    page.goto(f"{lab.names['API']}/me")
    assert page.inner_text("body") == "ann"


def test_without_the_helper_the_session_is_not_there(lab: Lab, context: BrowserContext) -> None:
    lab.api_server.app = application(lab, decorated=False)
    state = begin(context, lab)
    assert said(come_back(context, lab, {"RelayState": state}), "back, without a session")


def test_without_the_mark_the_gate_refuses(lab: Lab, context: BrowserContext) -> None:
    lab.api_server.app = app = application(lab, exempt=False)
    state = begin(context, lab)
    assert said(come_back(context, lab, {"RelayState": state}), "Nothing was changed")
    assert app.extensions["seen"] == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"RelayState": ""},
        {"RelayState": "guessed"},
        {"RelayState": "guessed", "crossguard_posted_again": "1"},
    ],
)
def test_a_strangers_form_is_refused_and_signs_nobody_out(
    fields: dict[str, str], lab: Lab, context: BrowserContext
) -> None:
    lab.api_server.app = app = application(lab)
    begin(context, lab)
    assert said(come_back(context, lab, fields), "does not belong to a step")
    assert app.extensions["seen"] == []
    page = context.new_page()
    page.goto(f"{lab.names['API']}/me")
    assert page.inner_text("body") == "ann"


SOURCE = """\
from flask import Flask, request, session
from crossguard.flask import CORS

app = Flask(__name__)
app.config.update(SECRET_KEY="of a test", SESSION_COOKIE_SAMESITE="Lax")


@app.post("/returned")
def returned():
    return "back with " + request.form["RelayState"]


CORS(app, origins=["<PAGE>"], supports_credentials=True, public_origins=["<API>"])
"""


def test_the_printed_door_lets_the_form_in(lab: Lab, context: BrowserContext, tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text(lab.filled(SOURCE))
    words = ("/returned", "--origin", lab.names["EVIL"], "--as", "form", "-d", "RelayState=1")
    told = run(path, "explain", *words)
    assert (told["code"], told["cause"]) == ("write-refused", "cross-site")
    assert "post-backs" in told["fix"]
    lab.api_server.app = load(path)
    assert said(come_back(context, lab, {"RelayState": "1"}), "Nothing was changed")
    path.write_text(path.read_text().replace("public_origins", f"{told['line']}, public_origins"))
    assert run(path, "explain", *words)["readable"]
    lab.api_server.app = load(path)
    assert said(come_back(context, lab, {"RelayState": "1"}), "back with 1")
