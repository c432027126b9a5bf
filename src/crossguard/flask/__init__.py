"""The Flask extension: one policy for every URL, applied to every response that leaves.

from crossguard.flask import CORS, cross_origin

CORS(app, origins=["https://app.example.com"], supports_credentials=True)

Imports every room below it but asgi and sql.
"""

from importlib import import_module
from typing import TYPE_CHECKING

try:
    import flask as _flask  # noqa: F401 - the modules below need it; this one says how to get it
except ModuleNotFoundError as _error:
    if _error.name != "flask":
        raise
    raise ImportError("crossguard.flask needs Flask. Run: pip install 'crossguard[flask]'") from None

from crossguard.flask.decorator import cross_origin
from crossguard.flask.discovery import guard_marked_applications
from crossguard.flask.extension import CORS
from crossguard.flask.login import install_unauthorized_handler
from crossguard.flask.problems import problem_response
from crossguard.flask.signals import decision_made

# Importing these takes 30 ms in all, most of it for the engine behind them, which only serving needs.
if TYPE_CHECKING:
    from crossguard.flask.cookie_table import CookieFit, CookieReport, CookieRow, cookie_report
    from crossguard.flask.entries import Acceptance, check_options, would_accept
    from crossguard.flask.lookup import endpoint_for, policy_for, policy_of, policy_rows, questions_about
    from crossguard.flask.post_backs import post_back, post_back_state
    from crossguard.flask.refused import WriteRefused
    from crossguard.flask.rows import PolicyRow
    from crossguard.flask.tokens import csrf_token, csrf_token_view, rotate_csrf_token

__all__ = [
    "CORS",
    "Acceptance",
    "CookieFit",
    "CookieReport",
    "CookieRow",
    "PolicyRow",
    "WriteRefused",
    "check_options",
    "cookie_report",
    "cross_origin",
    "csrf_token",
    "csrf_token_view",
    "decision_made",
    "endpoint_for",
    "install_unauthorized_handler",
    "policy_for",
    "policy_of",
    "policy_rows",
    "post_back",
    "post_back_state",
    "problem_response",
    "questions_about",
    "rotate_csrf_token",
    "would_accept",
]

_MODULES = {
    "Acceptance": "entries",
    "CookieFit": "cookie_table",
    "CookieReport": "cookie_table",
    "CookieRow": "cookie_table",
    "PolicyRow": "rows",
    "WriteRefused": "refused",
    "check_options": "entries",
    "cookie_report": "cookie_table",
    "csrf_token": "tokens",
    "csrf_token_view": "tokens",
    "endpoint_for": "lookup",
    "policy_for": "lookup",
    "policy_of": "lookup",
    "policy_rows": "lookup",
    "post_back": "post_backs",
    "post_back_state": "post_backs",
    "questions_about": "lookup",
    "rotate_csrf_token": "tokens",
    "would_accept": "entries",
}


# From here on nothing reaches a view past the guard of its application.
guard_marked_applications()


def __getattr__(name: str) -> object:
    """Load what is used for the first time (PEP 562): an application that is served needs few of it."""
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(f"{__name__}.{module}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
