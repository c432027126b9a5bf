"""Exceptions that leave an application: what becomes of them."""

import logging
from enum import Enum, auto

from flask import Flask

from crossguard.adapters.crashes import has_status
from crossguard.logs import one_line
from crossguard.wsgi.environ import Environ
from crossguard.wsgi.environfacts import facts_of


class Crash(Enum):
    """What becomes of an exception that leaves an application."""

    #: It leaves: a framework outside, the debugger or a test is waiting for it.
    LEFT = auto()
    #: The page gets an answer, and the log the traceback.
    ANSWERED = auto()
    #: The page gets an answer, and the server or the middleware outside the exception, behind it.
    RAISED = auto()


def crash_of(app: Flask, environ: Environ, error: Exception) -> Crash:
    """Return what becomes of *error*.

    Flask answers for what its views raise, unless it was told to propagate, or is debugged. A server
    outside would answer without CORS headers, and the debugger's page has none either, so the front
    end would see a CORS error in place of the failure. In debug a navigation gets the debugger, and so does
    a request that brings nothing of a browser.
    """
    if has_status(error) or app.testing:
        return Crash.LEFT
    in_test = _is_of_test_client(environ)
    if in_test and app.config["PROPAGATE_EXCEPTIONS"]:
        return Crash.LEFT
    facts = facts_of(environ)
    if app.debug and (facts.is_navigation or not (facts.fetch_mode or facts.origin)):
        return Crash.LEFT
    if not in_test:
        return Crash.RAISED
    # Nothing is outside that would log it.
    text = one_line(f"Exception on {facts.path} [{facts.method}]")
    app.logger.log(logging.ERROR, "%s", text, exc_info=error)
    return Crash.ANSWERED


def _is_of_test_client(environ: Environ) -> bool:
    """Tell whether a request is of the test client of Flask, which names itself, as servers do."""
    agent = environ.get("HTTP_USER_AGENT") or ""
    return agent.startswith("Werkzeug/") and "SERVER_SOFTWARE" not in environ
