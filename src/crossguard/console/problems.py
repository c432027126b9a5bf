"""Errors as problem documents (RFC 9457), from every source of errors."""

import logging
import re
from typing import Final, NoReturn

import msgspec
from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from limits.errors import StorageError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from crossguard.console.decisions.observation import printable
from crossguard.console.schemas import ProblemError
from crossguard.flask import problem_response

# Status to code, title and detail. The details say nothing of the request: the request itself is on
# the client's side already.
_KNOWN: Final[dict[int, tuple[str, str, str]]] = {
    400: ("bad-request", "Bad request", "The request cannot be understood."),
    401: ("sign-in-required", "Sign-in required", "Sign in to use this."),
    403: ("forbidden", "Forbidden", "You may not use this."),
    404: ("not-found", "Not found", "There is nothing at this address."),
    405: ("method-not-allowed", "Method not allowed", "This address does not take this method."),
    413: ("body-too-large", "Body too large", "The body of a request may have 64 KB at most."),
    415: ("unsupported-media-type", "Unsupported media type", "Send the body as application/json."),
    500: ("internal-error", "Internal error", "The server failed. Its log says why."),
}

# What passes by itself: the database is away, locked, full, or has no connection to spare; or Redis is away.
# What else SQLAlchemy raises is a mistake of this program.
_PASSING: Final = (OperationalError, InterfaceError, PoolTimeoutError, StorageError)
# Seconds. The front end counts them down.
_RETRY_AFTER: Final = 5

logger: Final = logging.getLogger("crossguard.console")

# Those that the exception knows and the document does not carry.
_KEPT_HEADERS: Final = ("Allow", "Retry-After")


def init_problems(app: Flask) -> None:
    """Answer every error of *app* with a problem document."""
    app.register_error_handler(HTTPException, _answer_http_error)
    for trouble in _PASSING:
        app.register_error_handler(trouble, _answer_unavailable)


def fail(status: int, code: str, title: str, detail: str) -> NoReturn:
    """End the request with a problem."""
    abort(problem_response(status, code, title, detail))


def fail_invalid(code: str, title: str, errors: list[ProblemError]) -> NoReturn:
    """End the request with status 400 and everything that is wrong with it."""
    detail = "; ".join(map(_said, errors)) + "."
    abort(problem_response(400, code, title, detail, errors=msgspec.to_builtins(errors)))


def fail_too_many(where: str, seconds: int) -> NoReturn:
    """End the request with status 429 and the time to wait."""
    response = problem_response(
        429,
        "too-many-attempts",
        "Too many attempts",
        f"Too many sign-in attempts {where}. Try again in {seconds} seconds.",
    )
    response.headers["Retry-After"] = str(seconds)
    abort(response)


def fail_not_found() -> NoReturn:
    """End the request with status 404."""
    abort(404)


def _said(error: ProblemError) -> str:
    text = f"{error.where}: {error.reason}"
    return (f"{text} Fix: {error.fix}" if error.fix else text).removesuffix(".")


def _answer_http_error(error: HTTPException) -> ResponseReturnValue:
    # A redirect is an HTTPException, too, and so is abort() with a response; both are answers already.
    if error.code is None or error.code < 400 or error.response is not None:  # noqa: PLR2004 - RFC 9110, 15
        return error
    code, title, detail = _KNOWN.get(error.code) or (
        re.sub(r"[^a-z]+", "-", error.name.lower()),
        error.name,
        "The request cannot be answered.",
    )
    response = problem_response(error.code, code, title, detail)
    for name, value in error.get_headers():
        if name in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def _answer_unavailable(error: Exception) -> ResponseReturnValue:
    """Answer for a database that is away, locked or full: nothing is wrong with the request, nor was it done.

    One line in the log, because a traceback of each request would bury the first one.
    """
    said = str(error).partition("\n")[0]
    logger.error("503 %s %s: %s", request.method, request.path, printable(said, 400))
    response = problem_response(
        503,
        "database-unavailable",
        "Database unavailable",
        f"The server cannot reach its database or cannot write to it. Try again in {_RETRY_AFTER} seconds.",
    )
    response.headers["Retry-After"] = str(_RETRY_AFTER)
    return response
