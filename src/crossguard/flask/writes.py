"""The write gate of an application: asks the policy's gate before anything of Flask runs."""

from functools import partial

from flask import Flask

from crossguard.adapters.answer import Answer
from crossguard.adapters.refusals import Judgement, answer_to, judge, tell
from crossguard.adapters.reporter import Reporter
from crossguard.core.names import SAFE_METHODS
from crossguard.core.request import RequestFacts, WriteFacts, wants_page
from crossguard.flask.governing import ForGate
from crossguard.flask.refused import answer_of_handler
from crossguard.flask.routing import Router
from crossguard.flask.tokens import check_token, given_token
from crossguard.wsgi.environ import Environ, brings_body
from crossguard.wsgi.environfacts import facts_of, write_facts_of


def check_write(
    app: Flask, found: ForGate, environ: Environ, reporter: Reporter | None, *, dry: bool = False
) -> Answer | None:
    """Return the answer to a request that may not go on; None if it may.

    Args:
        app: the application.
        found: whose gates are asked.
        environ: the request.
        reporter: tells of a refusal; None to tell nothing, and to run no handler of the application.
        dry: whether nothing is at stake, so that no session is opened, and a token that came holds.
    """
    facts = write_facts_of(environ)
    judged = judge_write(app, found, environ, facts, dry=dry)
    if judged is None or judged.allowed:
        return None
    refusal = tell(judged, reporter, partial(_facts, app, found, environ), facts.origin)
    if refusal is None:
        return None
    return answer_to(
        judged,
        refusal,
        facts.origin,
        own=None if reporter is None else answer_of_handler(app, environ, refusal),
        page=wants_page(environ.get("HTTP_SEC_FETCH_MODE"), environ.get("HTTP_ACCEPT")),
        strict=facts.method in SAFE_METHODS and not facts.websocket,
    )


def judge_write(
    app: Flask, found: ForGate, environ: Environ, facts: WriteFacts, *, dry: bool = False
) -> Judgement | None:
    """Judge a request by the gates that it has to pass; None where no policy governs it.

    Args:
        app: the application.
        found: whose gates are asked.
        environ: the request.
        facts: what the gates need to know of it.
        dry: whether no session is opened, and a token that came holds.
    """
    governing, rivals = found.governing.policy, found.governing.rivals
    if governing is None:
        return None
    token = partial(given_token, environ) if dry else partial(check_token, app, environ)
    return judge(governing, rivals, facts, found.marks, token, partial(brings_body, environ))


def _facts(app: Flask, found: ForGate, environ: Environ) -> RequestFacts:
    """Return the facts of a refused request, with its endpoint where a mark of it may be what to write."""
    policy, route = found.governing.policy, found.route
    readers = policy is not None and policy.config.readers
    if route is None and (readers or environ.get("HTTP_SEC_FETCH_MODE") == "navigate"):
        route = Router(app).find(environ, environ["REQUEST_METHOD"])
    return facts_of(environ, route=str(route.rule.endpoint) if route is not None and route.exact else "")
