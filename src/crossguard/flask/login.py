"""Signed-out requests: an answer that a script can read, the sign-in page for a person."""

from collections.abc import Callable
from copy import copy
from typing import Any, Protocol

from flask import Response, request

from crossguard.core.request import is_navigation
from crossguard.flask.problems import problem_response


class LoginManager(Protocol):
    """The parts of ``flask_login.LoginManager`` that are used."""

    unauthorized_callback: Any

    def unauthorized(self) -> Any:
        """Answer a signed-out request."""

    def unauthorized_handler(self, callback: Callable[[], Any]) -> Callable[[], Any]:
        """Set what answers."""


def install_unauthorized_handler(login_manager: LoginManager) -> None:
    """Let signed-out scripts get 401 ``application/problem+json`` instead of a redirect to a login page.

    A fetch follows a redirect silently and hands the page a login form with status 200. Navigations are
    answered as before: by the handler that was installed, or by Flask-Login's redirect.

    Args:
        login_manager: the application's ``flask_login.LoginManager``.
    """
    previous = login_manager.unauthorized_callback

    def unauthorized() -> Any:
        if not request_is_navigation():
            return sign_in_required()
        if previous is not None:
            return previous()
        # Flask-Login gives its own answer only while no handler is set. A copy has none, and has the
        # login view as it is now.
        plain = copy(login_manager)
        plain.unauthorized_callback = None
        return plain.unauthorized()

    login_manager.unauthorized_handler(unauthorized)


def request_is_navigation() -> bool:
    """Tell whether the current request is a page load (see :func:`crossguard.core.request.is_navigation`)."""
    headers = request.headers
    return is_navigation(headers.get("Sec-Fetch-Mode"), headers.get("Accept"), headers.get("Origin"))


def sign_in_required() -> Response:
    """Return the 401 that a signed-out script gets."""
    return problem_response(
        401, "sign-in-required", "Sign-in required", "This address answers signed-in users only."
    )
