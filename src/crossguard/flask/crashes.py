"""Exceptions that leave the application in debug, where the Werkzeug debugger waits outside."""

import logging

from flask import Flask

from crossguard.core.problem import PROBLEM_JSON, problem, problem_body
from crossguard.flask.reports import one_line
from crossguard.wsgi import Environ, StartResponse, WSGIApp, facts_of


def answer_crash(app: Flask, environ: Environ, error: Exception) -> WSGIApp | None:
    """Return a JSON 500 for a script in debug, with the traceback in the log; None to let it pass.

    A fetch cannot show the debugger, and without CORS headers, which the debugger's page lacks, the
    front end would see a CORS error in place of the crash. A navigation gets the debugger. Outside of
    debug Flask has made a 500 of it, unless it was told to propagate, as it is by tests.
    """
    facts = facts_of(environ)
    if not app.debug or app.config["PROPAGATE_EXCEPTIONS"] or facts.is_navigation:
        return None
    if not facts.fetch_mode and not facts.origin:
        return None
    app.logger.log(
        logging.ERROR, "%s", one_line(f"Exception on {facts.path} [{facts.method}]"), exc_info=error
    )
    body = problem_body(
        problem(
            status=500,
            code="internal-error",
            title="Internal Server Error",
            detail=one_line(f"{type(error).__name__}: {error}")[:500] + " (the traceback is in the log)",
        )
    )

    def answer(_environ: Environ, start_response: StartResponse) -> list[bytes]:
        headers = [
            ("Content-Type", PROBLEM_JSON),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ]
        start_response("500 INTERNAL SERVER ERROR", headers)
        return [] if facts.method == "HEAD" else [body]

    return answer
