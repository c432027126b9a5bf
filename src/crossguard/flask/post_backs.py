"""Post-backs: a form of a sign-in provider or a bank that comes back with the user's session.

The provider's page posts the form, so that no cookie of SameSite=Lax or Strict comes along. A page of the
application's own posts it once more; for that the browser sends them.
"""

import hmac
import secrets
from collections.abc import Callable
from functools import wraps
from html import escape
from typing import Any, Final, ParamSpec

from flask import Response, abort, current_app, request, session

View = ParamSpec("View")

#: The field that tells a form that was posted once more. A stranger may send it, and then brings no session.
MARK: Final = "crossguard_posted_again"
_KEPT: Final = "crossguard.post_back"
#: Forms that a person may have open at providers at the same time, as in several tabs.
_MOST: Final = 8
_STATE_BYTES: Final = 24
#: Bytes of fields; a signed SAML response has some 10 to 50 KB.
_LARGEST: Final = 1_000_000
_FORM: Final = "application/x-www-form-urlencoded"

_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>One moment</title>
</head>
<body>
<form method="post">
{fields}<noscript><p>One more step:</p></noscript>
<button>Continue</button>
</form>
<script nonce="{nonce}">document.forms[0].submit()</script>
</body>
</html>
"""


def post_back_state() -> str:
    """Return what the provider has to send back, and keep it in the session: 32 characters, for one use.

    It goes where the provider takes a value of the application's: ``state`` of OAuth and OpenID Connect,
    ``RelayState`` of SAML, ``threeDSSessionData`` of 3-D Secure.
    """
    state = secrets.token_urlsafe(_STATE_BYTES)
    session[_KEPT] = [*_kept(), state][-_MOST:]
    return state


def post_back(
    field: str = "", *, checked_by: str = ""
) -> Callable[[Callable[View, Any]], Callable[View, Any]]:
    """Decorate a view that takes the form of another site's page, so that it runs with the user's session.

    Name the endpoint in ``exempt``: the first form comes from another site. The page that is answered to it
    posts the same fields to the same URL once more, by script or by a button, and every site can have that
    done: the second form is no proof that the user meant it. So a form must bring back what this session has
    given to the provider. The decorator compares that, or the view does. It stands below the route.

    Args:
        field: the field with what :func:`post_back_state` has returned; any other form is answered with 403.
        checked_by: in place of it, what compares such a value with the session, in words: "Authlib checks
            state".

    Raises:
        TypeError: neither or both are given.
    """
    if bool(field) == bool(checked_by):
        raise TypeError(
            "post_back() wants the field that brings the state back, as in @post_back('RelayState'), or what "
            "checks it, as in @post_back(checked_by='Authlib checks state')."
        )

    def decorate(view: Callable[View, Any]) -> Callable[View, Any]:
        @wraps(view)
        def guarded(*arguments: View.args, **named: View.kwargs) -> Any:
            if request.method == "POST":
                # Without its cookie there is no session that a form could belong to.
                if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
                    return _refused() if MARK in request.form else _once_more()
                if field and not _take(request.form.get(field, "")):
                    return _refused()
            return current_app.ensure_sync(view)(*arguments, **named)

        return guarded

    return decorate


def _kept() -> list[str]:
    kept = session.get(_KEPT)
    return [state for state in kept if isinstance(state, str)] if isinstance(kept, list) else []


def _take(state: str) -> bool:
    """Tell whether this session has given *state* out, which it then has no more."""
    given = state.encode()
    kept = _kept()
    found = [one for one in kept if hmac.compare_digest(one.encode(), given)]
    if found:
        session[_KEPT] = [one for one in kept if one not in found]
    return bool(found)


class _WithoutCookies(Response):
    """A page that sets no cookie: it would take the place of the one that the browser held back."""

    def set_cookie(self, *_arguments: Any, **_named: Any) -> None:
        """Set none; Flask would save the session that seems to be new."""


def _refused() -> Response:
    """Return the answer to a form that no step of this browser has led to, as that of a stranger's page."""
    text = "This form does not belong to a step that began in this browser. Go back, and begin again.\n"
    response = _WithoutCookies(text, 403, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response


def _once_more() -> Response:
    """Return the page that posts the form once more."""
    if request.mimetype != _FORM:
        abort(415, f"A post-back is a form of {_FORM}.")
    pairs = [*request.form.items(multi=True), (MARK, "1")]
    if sum(len(name) + len(value) for name, value in pairs) > _LARGEST:
        abort(413)
    nonce = secrets.token_urlsafe(16)
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">\n' for name, value in pairs
    )
    response = _WithoutCookies(_PAGE.format(fields=fields, nonce=nonce))
    response.headers["Cache-Control"] = "no-store"
    # No form-action: Chromium holds redirects behind the form to it. With no-referrer the form had no origin.
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; base-uri 'none'"
    )
    response.headers["Referrer-Policy"] = "same-origin"
    return response
