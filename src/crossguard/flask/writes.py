"""The write gate of an application: asks the policy's gate before anything of Flask runs."""

from functools import partial
from typing import TYPE_CHECKING

from flask import Flask

from crossguard.answer import Answer
from crossguard.environ import Environ
from crossguard.environfacts import facts_of, write_facts_of
from crossguard.flask.tokens import check_token
from crossguard.refusals import decide_write, refuse

if TYPE_CHECKING:
    from crossguard.flask.table import Table


def check_write(app: Flask, table: "Table", environ: Environ) -> Answer | None:
    """Return the answer to a request that may not go on; None if it may."""
    policy, marks = table.for_gate(environ)
    if policy is None:
        return None
    gate = policy.gate
    if gate is None:
        return None
    verdict = decide_write(gate, write_facts_of(environ), marks, lambda: check_token(app, environ))
    if verdict.allowed:
        return None
    facts = partial(facts_of, environ)
    return refuse(policy, table.reporter, verdict.reason, facts, environ.get("HTTP_ORIGIN"))
