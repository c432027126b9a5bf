"""The token layer T1 to T4, with real sessions and Flask-Login."""

from typing import Any

import pytest
from flask import Flask, current_app
from hypothesis import given
from hypothesis import strategies as st

from crossguard import ConfigError, IssueCode
from crossguard.core.options import TOKEN_HEADERS
from crossguard.flask import csrf_token, policy_rows, rotate_csrf_token
from tests.gate.people import Person, people_app
from tests.gate.wsgi import APP, EVIL, FROM_APP, FROM_EVIL, PARTNER, Shop, ask, shop


@pytest.fixture
def app() -> Shop:
    return people_app(token="always")


@pytest.fixture
def ann(app: Shop) -> Person:
    """Somebody who has a token and is signed in."""
    person = Person(app)
    assert person.sign_in(**{"X-CSRF-Token": person.token()}).status == 200
    return person


def test_two_fetches_give_two_texts_and_both_are_valid(ann: Person) -> None:
    tokens = [ann.token() for _ in range(5)]
    assert len(set(tokens)) == 5
    assert [ann.order(token) for token in tokens] == [None] * 5
    assert [ann.order(token) for token in tokens] == [None] * 5


def test_no_two_texts_have_anything_in_common_but_their_form(ann: Person) -> None:
    """Otherwise compression beside it would tell it letter by letter (BREACH)."""
    one, other = ann.token(), ann.token()
    same = sum(left == right for left, right in zip(one, other, strict=False))
    assert same < len(one) / 4


def test_the_secret_of_the_session_is_not_in_the_token(app: Shop) -> None:
    with app.test_request_context():
        from flask import session

        text = csrf_token()
        (secret,) = [value for value in session.values() if isinstance(value, str)]
        assert secret not in text
        assert len(bytes.fromhex(secret)) == 32


def test_a_token_of_one_session_fails_in_another(app: Shop, ann: Person) -> None:
    bob = Person(app)
    token = bob.token()
    assert bob.order(token) is None
    assert ann.order(token) == "token-invalid"
    assert ann.order(ann.token()) is None


def test_a_token_without_its_session_fails(app: Shop, ann: Person) -> None:
    assert Person(app).order(ann.token()) == "token-invalid"


def test_a_token_of_another_application_fails(ann: Person) -> None:
    other = people_app(token="always")
    other.secret_key = "another key"
    assert ann.order(Person(other).token()) == "token-invalid"


def test_a_token_from_before_sign_in_fails_and_the_answer_to_sign_in_has_one_that_works(app: Shop) -> None:
    person = Person(app)
    before = person.token()
    assert person.order(before) is None
    answer = person.sign_in(**{"X-CSRF-Token": before})
    assert answer.status == 200
    assert person.order(before) == "token-invalid"
    assert person.order(answer.json["csrfToken"]) is None


def test_the_session_of_before_sign_in_does_not_take_the_new_token(app: Shop) -> None:
    person = Person(app)
    answer = person.sign_in(**{"X-CSRF-Token": person.token()})
    fixed = Person(app)
    fixed.token()
    assert fixed.order(answer.json["csrfToken"]) == "token-invalid"


def test_a_token_does_not_survive_sign_out(ann: Person) -> None:
    token = ann.token()
    assert ann.ask("POST", "/auth/sign-out", **{"X-CSRF-Token": token}).status == 204
    assert ann.order(token) == "token-invalid"
    assert ann.order(ann.token()) is None


def test_a_token_does_not_survive_a_change_of_user_without_clearing_the_session() -> None:
    from flask_login import login_user

    from tests.gate.people import User

    app = people_app(token="always")

    @app.post("/become/<name>")
    def become(name: str) -> str:
        login_user(User(name))
        return "done"

    person = Person(app)
    token = person.token()
    assert person.ask("POST", "/become/ann", **{"X-CSRF-Token": token}).status == 200
    assert person.order(token) == "token-invalid"


def test_signing_in_and_out_needs_a_token_too(app: Shop, ann: Person) -> None:
    assert Person(app).sign_in().code == "token-missing"
    assert ann.ask("POST", "/auth/sign-out").code == "token-missing"
    assert ann.ask("GET", "/me").status == 200


def test_the_token_can_be_rotated_by_hand(app: Shop) -> None:
    @app.post("/rotate")
    def rotate() -> dict[str, str]:
        return {"csrfToken": rotate_csrf_token()}

    person = Person(app)
    before = person.token()
    after = person.ask("POST", "/rotate", **{"X-CSRF-Token": before}).json["csrfToken"]
    assert person.order(before) == "token-invalid"
    assert person.order(after) is None


@pytest.mark.parametrize("header", TOKEN_HEADERS)
def test_each_of_the_three_headers_carries_the_token(ann: Person, header: str) -> None:
    assert ann.order(ann.token(), header) is None
    assert ann.order("x", header) == "token-invalid"


@pytest.mark.parametrize("name", ["X-CSRF", "CSRF-Token", "X-CSRF-Token-2", "X-Csrf-Tokens"])
def test_no_other_header_does(ann: Person, name: str) -> None:
    assert ann.order(ann.token(), name) == "token-missing"


def test_a_token_in_the_url_the_body_or_a_cookie_is_none(ann: Person) -> None:
    token = ann.token()
    assert ann.ask("POST", f"/orders?csrf_token={token}").code == "token-missing"
    ann.cookies["csrf_token"] = ann.cookies["X-CSRF-Token"] = token
    assert ann.ask("POST", "/orders").code == "token-missing"


@pytest.mark.parametrize("token", ["always", "off"])
@pytest.mark.parametrize("header", TOKEN_HEADERS)
def test_preflights_allow_the_headers_where_the_layer_is_on(header: str, token: str) -> None:
    app = shop(token=token, on_missing="allow")
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": header.lower()}
    answer = ask(app, "OPTIONS", headers=FROM_APP | asked)
    allowed = {name.strip().lower() for name in (answer.get("Access-Control-Allow-Headers") or "").split(",")}
    assert (header.lower() in allowed) is (token == "always")


def test_a_token_never_rescues_an_origin(app: Shop, ann: Person) -> None:
    token = ann.token()
    for headers in (
        FROM_EVIL,
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": EVIL, "Sec-Fetch-Site": ""},
    ):
        assert ann.ask("POST", "/orders", **headers, **{"X-CSRF-Token": token}).status == 403
    assert not app.ran


@pytest.mark.parametrize(
    ("origin", "readers", "origin_allowed"),
    [(APP, [], APP), (EVIL, [], None), (PARTNER, [PARTNER], PARTNER), (EVIL, "*", "*"), ("null", "*", "*")],
    ids=["listed", "stranger", "reader", "everybody", "null"],
)
def test_only_listed_front_ends_can_read_the_token_with_cookies(
    origin: str, readers: Any, origin_allowed: str | None
) -> None:
    app = people_app(token="always", readers=readers)
    answer = ask(app, "GET", "/csrf", headers={"Origin": origin, "Sec-Fetch-Site": "cross-site"})
    assert answer.status == 200
    assert answer.get("Cache-Control") == "no-store"
    assert answer.get("Access-Control-Allow-Origin") == origin_allowed
    credentials = answer.get("Access-Control-Allow-Credentials")
    assert credentials == ("true" if origin == APP else None)


def test_the_token_is_in_no_cookie_and_no_header(ann: Person) -> None:
    answer = ann.ask("GET", "/csrf")
    token = answer.json["csrfToken"]
    assert set(answer.json) == {"csrfToken"}
    assert token not in str(answer.lines)
    assert token not in str(ann.cookies)


HOSTILE_TOKENS = [
    "",
    " ",
    ".",
    "..",
    "a.b",
    "x" * 511,
    "x" * 65536,
    "\xff",
    "\x00",
    ".eJw.x",
    "W10.x",
    "null",
    "W10",
    "é",
]


@pytest.mark.parametrize("token", HOSTILE_TOKENS, ids=lambda token: repr(token[:8]))
def test_what_is_no_token_is_refused(ann: Person, token: str) -> None:
    assert ann.order(token) == ("token-invalid" if token else "token-missing")


def test_a_token_with_one_letter_changed_is_refused(ann: Person) -> None:
    token = ann.token()
    for index in range(0, len(token), 3):
        changed = token[:index] + ("A" if token[index] != "A" else "B") + token[index + 1 :]
        # The last letter of base64 has bits that mean nothing.
        if index < len(token) - 1:
            assert ann.order(changed) == "token-invalid"


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=70) | st.integers(),
        lambda inner: st.lists(inner, max_size=3),
    )
)
def test_a_signed_text_of_another_form_is_refused(payload: Any) -> None:
    """Whoever signs with the same key by mistake makes no token."""
    from crossguard.flask.tokens import _serializer

    app = KEPT
    person = Person(app)
    person.cookies = dict(COOKIES)
    assert person.order(str(_serializer(app).dumps(payload))) == "token-invalid"


KEPT = people_app(token="always")
_somebody = Person(KEPT)
_somebody.token()
COOKIES = dict(_somebody.cookies)


@pytest.mark.parametrize(
    "cookie",
    ["session=", "session=x", "session=\x80\xff", "session=.e.x", "session=" + "x" * 65536, ";;;", "\xa0"],
)
def test_a_session_that_cannot_be_read_is_none(app: Shop, ann: Person, cookie: str) -> None:
    token = ann.token()
    assert ask(app, headers=FROM_APP | {"X-CSRF-Token": token, "Cookie": cookie}).code == "token-invalid"


def test_the_fallback_asks_for_a_token_only_where_there_is_no_other_evidence() -> None:
    app = people_app(on_missing="token")
    person = Person(app)
    token = person.token()
    assert person.ask("POST", "/orders").status == 200
    bare = {"Origin": "", "Sec-Fetch-Site": ""}
    assert person.ask("POST", "/orders", **bare).code == "token-missing"
    assert person.ask("POST", "/orders", **bare, **{"X-CSRF-Token": "x"}).code == "token-invalid"
    assert person.ask("POST", "/orders", **bare, **{"X-CSRF-Token": token}).status == 200


def test_a_program_with_a_bearer_token_needs_none(app: Shop) -> None:
    assert ask(app, headers={"Authorization": "Bearer x"}).status == 200


def test_the_layer_does_not_start_without_a_secret_key() -> None:
    for options in ({"token": "always"}, {"on_missing": "token"}):
        app = shop(**options)
        app.secret_key = None
        with pytest.raises(ConfigError) as caught:
            policy_rows(app)
        assert [(issue.code, issue.where) for issue in caught.value.issues] == [
            (IssueCode.NOT_SET, "SECRET_KEY")
        ]
    app = shop()
    app.secret_key = None
    policy_rows(app)


def test_a_token_outlives_a_change_of_the_secret_key_as_its_session_does(app: Shop, ann: Person) -> None:
    token = ann.token()
    app.config["SECRET_KEY_FALLBACKS"] = ["an older key", app.secret_key]
    app.secret_key = "the next key"
    assert ann.order(token) is None
    assert ann.order(ann.token()) is None
    app.config["SECRET_KEY_FALLBACKS"] = []
    assert ann.order(token) == "token-invalid"


def test_an_application_without_flask_login_has_tokens_too() -> None:
    app = shop("/csrf-of-mine", token="always")

    @app.get("/csrf")
    def csrf() -> dict[str, str]:
        return {"token": csrf_token()}

    answer = ask(app, "GET", "/csrf", headers=FROM_APP)
    cookie = answer.all("Set-Cookie")[0].partition(";")[0]
    sent = FROM_APP | {"Cookie": cookie, "X-CSRF-Token": answer.json["token"]}
    assert ask(app, headers=sent).status == 200


def test_a_token_costs_a_session_only_where_it_decides(app: Shop, ann: Person) -> None:
    token = ann.token()
    app.sessions.opened = 0
    ann.ask("POST", "/orders", **FROM_EVIL, **{"X-CSRF-Token": token})
    ann.order("garbage")
    assert app.sessions.opened == 0


def test_tokens_of_two_applications_in_one_process_rotate_apart() -> None:
    one, other = people_app(token="always"), people_app(token="always")
    left, right = Person(one), Person(other)
    kept = right.token()
    left.sign_in(**{"X-CSRF-Token": left.token()})
    assert right.order(kept) is None
    assert isinstance(one, Flask)


def test_sessions_that_live_in_a_database_of_the_application_are_opened_in_its_context(
    app: Shop, ann: Person
) -> None:
    contexts: list[bool] = []
    opened = app.session_interface.open_session

    def open_session(of: Flask, request: Any) -> Any:
        contexts.append(bool(current_app))
        return opened(of, request)

    app.session_interface.open_session = open_session  # type: ignore[method-assign]
    assert ann.order(ann.token()) is None
    assert contexts
    assert all(contexts)
