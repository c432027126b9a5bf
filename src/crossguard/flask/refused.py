"""Refused writes as an error of the application, for its own error handlers."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.ctx import RequestContext
from werkzeug.exceptions import HTTPException

from crossguard.adapters.answer import Answer
from crossguard.adapters.on_refused import Refusal
from crossguard.logs import logger
from crossguard.wsgi.environ import Environ
from crossguard.wsgi.response import answer_of_wsgi


class WriteRefused(HTTPException):
    """A write that the gate has refused; register an error handler for it to answer in its own way.

    The handler runs without hooks and with an empty session. Its answer gets the policy's headers, is not
    stored, sets no cookie, and runs no script. Handlers for 403 or for all exceptions are not asked:
    they were not written for refused writes.

    Attributes:
        code: the HTTP status: 403, or 415 where the body is not JSON.
        reason: the reason's identifier, as in the problem document.
        description: a sentence for the caller.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.code = refusal.status
        self.reason = refusal.code


def answer_of_handler(app: Flask, environ: Environ, refusal: Refusal) -> Answer | None:
    """Return the answer of the application's error handler to a refused write; None without one."""
    if not any(_handler_of(app, name) for name in app.error_handler_spec):
        return None
    try:
        # Nothing of the session is read, and nothing refreshes its cookie.
        empty = app.session_interface.make_null_session(app)
        with RequestContext(app, environ, session=empty) as context:
            levels = (*context.request.blueprints, None)
            handler = next(filter(None, (_handler_of(app, level) for level in levels)), None)
            if handler is None:
                return None
            response = app.make_response(app.ensure_sync(handler)(WriteRefused(refusal)))
            return answer_of_wsgi(response, environ, refusal)
    except Exception:
        logger.exception("The handler of refused writes failed; the refusal is answered as without it")
        return None


def _handler_of(app: Flask, blueprint: str | None) -> Callable[[Any], Any] | None:
    """Return the handler that is registered for one blueprint; for the whole application without one."""
    return app.error_handler_spec.get(blueprint, {}).get(None, {}).get(WriteRefused)
