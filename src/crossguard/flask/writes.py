"""The write gate of an application: asks the policy's gate before anything of Flask runs."""

from functools import partial
from typing import TYPE_CHECKING

from flask import Flask

from crossguard.answer import Answer
from crossguard.environ import Environ
from crossguard.environfacts import facts_of, write_facts_of
from crossguard.flask.tokens import check_token
from crossguard.refusals import judge, refuse
from crossguard.reports import Reporter

if TYPE_CHECKING:
    from crossguard.flask.table import ForGate


def check_write(app: Flask, found: "ForGate", environ: Environ, reporter: Reporter | None) -> Answer | None:
    """Return the answer to a request that may not go on; None if it may.

    Args:
        app: the application.
        found: whose gates are asked.
        environ: the request.
        reporter: tells of a refusal; None to tell nothing.
    """
    governing, rivals = found.governing.policy, found.governing.rivals
    if governing is None:
        return None
    facts = write_facts_of(environ)
    judged = judge(governing, rivals, facts, found.marks, lambda: check_token(app, environ))
    if judged.allowed:
        return None
    return refuse(judged, reporter, partial(facts_of, environ), facts.origin)
