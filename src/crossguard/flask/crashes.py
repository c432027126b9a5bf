"""Exceptions that leave the application in debug, where the Werkzeug debugger waits outside."""

import logging

from flask import Flask

from crossguard.answer import Answer
from crossguard.environ import Environ
from crossguard.environfacts import facts_of
from crossguard.logs import one_line
from crossguard.refusals import crashed


def answer_crash(app: Flask, environ: Environ, error: Exception) -> Answer | None:
    """Return a JSON 500 for a script in debug, with the traceback in the log; None to let it pass.

    A fetch cannot show the debugger, and without CORS headers, which the debugger's page lacks, the
    front end would see a CORS error in place of the crash. A navigation gets the debugger. Outside of
    debug Flask has made a 500 of it, unless it was told to propagate, as it is by tests.
    """
    facts = facts_of(environ)
    if not app.debug or app.testing or app.config["PROPAGATE_EXCEPTIONS"] or facts.is_navigation:
        return None
    if not facts.fetch_mode and not facts.origin:
        return None
    app.logger.log(
        logging.ERROR, "%s", one_line(f"Exception on {facts.path} [{facts.method}]"), exc_info=error
    )
    return crashed(error, debug=True)
