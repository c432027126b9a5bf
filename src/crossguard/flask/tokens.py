"""The token layer: a secret of the session, delivered masked, demanded back in a header.

Off by default. It adds to the evidence of a browser and never replaces it: a right token does not make
an unlisted origin welcome.
"""

import secrets
import sys
from collections.abc import Iterable
from hmac import compare_digest
from typing import Any, Final

from flask import Flask, Response, current_app, jsonify, session
from itsdangerous import BadSignature, URLSafeSerializer

from crossguard.core.issues import ConfigIssue, IssueCode
from crossguard.core.options import TOKEN_HEADERS
from crossguard.core.policy import Policy
from crossguard.core.request import TokenState
from crossguard.wsgi.environ import Environ

SESSION_KEY: Final = "_crossguard_token"
_SECRET_BYTES: Final = 32
#: Longer ones are not read; a token has about 150 characters.
_MAX_LENGTH: Final = 512
_SALT: Final = "crossguard-csrf-token"
_ENVIRON_KEYS: Final = tuple(f"HTTP_{name.upper().replace('-', '_')}" for name in TOKEN_HEADERS)


def csrf_token() -> str:
    """Return a token of the current session; each call gives another text, and all are valid.

    The secret is masked by a fresh random pad, so that compression beside it tells nothing about it
    (BREACH), and signed, so that garbage is refused without looking at the session.
    """
    secret = session.get(SESSION_KEY)
    if not isinstance(secret, str) or len(secret) != 2 * _SECRET_BYTES:
        secret = session[SESSION_KEY] = secrets.token_hex(_SECRET_BYTES)
    pad = secrets.token_bytes(_SECRET_BYTES)
    return str(_serializer(current_app).dumps([pad.hex(), _xor(pad, bytes.fromhex(secret)).hex()]))


def rotate_csrf_token() -> str:
    """Forget the session's secret and return a token of a new one; tokens given before are refused.

    Call it where the user changes: at sign-in and sign-out. With Flask-Login this happens by itself.
    """
    session.pop(SESSION_KEY, None)
    return csrf_token()


def csrf_token_view() -> Response:
    """Answer ``{"csrfToken": "…"}``: ``app.add_url_rule("/csrf", view_func=csrf_token_view)``.

    No cache may store the answer, and only listed front ends can read it, as with every URL.
    """
    response = jsonify(csrfToken=csrf_token())
    response.cache_control.no_store = True
    return response


def check_token(app: Flask, environ: Environ) -> TokenState:
    """Check the token of a request against its session, without opening the request in Flask."""
    text = next((environ[key] for key in _ENVIRON_KEYS if environ.get(key)), None)
    if text is None:
        return TokenState.MISSING
    if len(text) > _MAX_LENGTH:
        return TokenState.INVALID
    try:
        pad, masked = (bytes.fromhex(part) for part in _serializer(app).loads(text))
    except (BadSignature, ValueError, TypeError):
        return TokenState.INVALID
    secret = _session_of(app, environ).get(SESSION_KEY)
    if not isinstance(secret, str) or len(pad) != len(masked):
        return TokenState.INVALID
    return TokenState.VALID if compare_digest(_xor(pad, masked).hex(), secret) else TokenState.INVALID


def given_token(environ: Environ) -> TokenState:
    """Tell whether a request brings a token, for a dry run: it opens no session, and takes any for valid."""
    return TokenState.VALID if any(environ.get(key) for key in _ENVIRON_KEYS) else TokenState.MISSING


def check_tokens(app: Flask, policies: Iterable[Policy], issues: list[ConfigIssue]) -> None:
    """Append what keeps the token layer from working, where a policy uses it."""
    if not app.secret_key and any(policy.gate and policy.gate.may_need_token for policy in policies):
        issues.append(
            ConfigIssue(
                IssueCode.NOT_SET,
                "SECRET_KEY",
                "None",
                "tokens are signed, and kept in the session.",
                "set app.secret_key to a long random text that stays the same.",
            )
        )


def forget_on_sign_in_and_out(app: Flask) -> None:
    """Forget the session's secret whenever Flask-Login signs a user in or out of *app*."""
    login = sys.modules.get("flask_login")
    if login is not None:
        for signal in (login.user_logged_in, login.user_logged_out):
            signal.connect(_forget, sender=app)


def _forget(_app: Flask, **_: object) -> None:
    session.pop(SESSION_KEY, None)


def _session_of(app: Flask, environ: Environ) -> Any:
    # populate_request=False: Flask makes the request of its own later. Sessions on a database of the
    # application ask for the application's context, as Flask has it when it opens them.
    request = app.request_class(environ, populate_request=False)
    with app.app_context():
        return app.session_interface.open_session(app, request) or {}


def _serializer(app: Flask) -> URLSafeSerializer:
    # As Flask's sessions: what an earlier key has signed is still read. itsdangerous signs with the last.
    earlier = app.config.get("SECRET_KEY_FALLBACKS") or ()
    return URLSafeSerializer([*earlier, app.secret_key or ""], salt=_SALT)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
