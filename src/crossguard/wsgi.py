"""Middleware for every WSGI application (PEP 3333): Django, Falcon, Bottle, Pyramid and the rest.

from crossguard.wsgi import Crossguard

app = Crossguard(app, origins=["https://app.example.com"], supports_credentials=True)
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from random import getrandbits
from types import MappingProxyType

from crossguard.answer import Answer
from crossguard.checks import FOUND, Once, asking_once
from crossguard.core.edits import HeaderEdits
from crossguard.core.gate import WriteGate
from crossguard.core.names import SAFE_METHODS
from crossguard.core.policy import Policy
from crossguard.core.write_facts import TokenState
from crossguard.declarations import caller
from crossguard.environ import (
    Environ,
    StartResponse,
    WSGIApp,
    answer_preflight,
    asks_private_network,
    decoded,
    encoded,
    routed_path,
    send_answer,
)
from crossguard.environfacts import facts_of, is_websocket, write_facts_of
from crossguard.protection import Protection, Settings
from crossguard.refusals import READY, refuse
from crossguard.reports import OnDecision
from crossguard.wsgi_response import Outgoing, begin_late, may_fail_late

__all__ = [
    "Crossguard",
    "Environ",
    "StartResponse",
    "TokenState",
    "WSGIApp",
    "answer_preflight",
    "asks_private_network",
    "decoded",
    "encoded",
    "facts_of",
    "is_websocket",
    "routed_path",
    "send_answer",
    "write_facts_of",
]


class Crossguard:
    """Decides which origins may use a WSGI application from a browser.

    Put it outside of everything else: it answers preflights, refuses writes before the application
    runs, and puts exactly one policy on every response that leaves.

    Args:
        app: the application.
        policy: a policy that is ready, in place of options.
        debug: whether a developer is looking: refusals are warnings and say more, and credentials
            without ``origins`` are for the loopback development origins.
        on_decision: called with the decision, the facts and the policy of every cross-origin request.
        check_token: gets the environ of a write and returns a
            :class:`~crossguard.core.write_facts.TokenState`; needed by ``token="always"`` and
            ``on_missing="token"``.
        options: those of :class:`crossguard.flask.CORS`, with ``resources``. ``exempt``, ``public`` and
            ``strict_get`` name paths, exactly.

    Raises:
        TypeError: an option does not exist; the message names the nearest that does.
        ConfigError: the options do not build; every mistake is listed.
    """

    def __init__(
        self,
        app: WSGIApp,
        /,
        *,
        policy: Policy | None = None,
        debug: bool = False,
        on_decision: OnDecision | None = None,
        check_token: Callable[[Environ], TokenState] | None = None,
        **options: object,
    ) -> None:
        self._app = app
        self._protection: Protection[Policy, Environ] = Protection(
            options,
            Settings(
                policy=policy,
                debug=debug,
                on_decision=on_decision,
                check_token=check_token,
                declared=caller(),
            ),
            wrap=_unchanged,
            encode=encoded,
        )

    @property
    def policies(self) -> Mapping[str, Policy]:
        """Every policy by its path; ``""`` is the one for every path."""
        return MappingProxyType(self._protection.all)

    def policy_for(self, path: str) -> Policy | None:
        """Return the policy that governs *path*, below the application and percent-decoded; None if none."""
        return self._protection.policies.find(encoded(path))

    # Written out: every request comes through here, and a call costs more than most of what is called.
    def __call__(  # noqa: C901, PLR0911
        self, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a preflight or a refused write, or let the application answer and edit the headers."""
        protection = self._protection
        if protection.idle:
            protection.begin()
        policies = protection.policies
        policy = policies.constant or policies.find(environ.get("PATH_INFO", ""))
        if policy is None:
            return self._app(environ, start_response)
        if policy.now.callables and not isinstance(FOUND.get(), Once):
            return asking_once(self, environ, start_response)
        gate = policy.now.gate
        if environ["REQUEST_METHOD"] in SAFE_METHODS:
            edits = self._preflight(policy, environ)
            if edits is not None:
                return answer_preflight(edits, start_response)
            if not (policies.gates_gets or "HTTP_UPGRADE" in environ):
                gate = None
        elif gate is not None:
            denial = gate.denies(environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN"))
            if (
                denial is not None
                and not policies.marked
                and "HTTP_AUTHORIZATION" not in environ
                and not protection.reporter.wants_writes()
            ):
                # The shortest way for most of what is refused: a stranger decides how often it is taken.
                _, line, headers, template = READY[denial.reason]
                start_response(line, headers.copy())
                return (template % getrandbits(64),)
        if gate is not None and (refusal := self._check_write(policy, gate, environ)) is not None:
            return send_answer(refusal, environ, start_response)
        response = Outgoing(policy, self._protection.reporter, environ, start_response)
        try:
            body = self._app(environ, response.start)
        except Exception as error:  # noqa: BLE001 - whatever was raised is answered, or raised again
            return response.crash(error)
        if may_fail_late(body, environ):
            return begin_late(body, response)
        response.begin()
        return body

    def _preflight(self, policy: Policy, environ: Environ) -> HeaderEdits | None:
        """Return the headers of the answer to a genuine preflight; None to anything else."""
        if environ["REQUEST_METHOD"] != "OPTIONS" or not environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD"):
            return None
        origin = environ.get("HTTP_ORIGIN")
        if not origin:
            return None
        # Whether a browser goes on can depend on the method and the headers, which the answer does
        # not; only who listens pays for finding out.
        reporter = self._protection.reporter
        if reporter.wanted(allowed=False):
            reporter.report(policy, facts_of(environ))
        return policy.now.preflight_edits(
            origin,
            environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"),
            private_network=asks_private_network(environ),
        )

    def _check_write(self, policy: Policy, gate: WriteGate, environ: Environ) -> Answer | None:
        """Return the answer to a write that may not go on; None if it may."""
        origin = environ.get("HTTP_ORIGIN")
        if gate.passes(environ.get("HTTP_SEC_FETCH_SITE"), origin):
            return None
        path = environ.get("PATH_INFO", "") or "/"
        protection = self._protection
        verdict = protection.judge(gate, path, write_facts_of(environ), environ)
        if verdict.allowed:
            return None
        return refuse(policy, protection.reporter, verdict.reason, partial(facts_of, environ), origin)


def _unchanged(policy: Policy) -> Policy:
    return policy
