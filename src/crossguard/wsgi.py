"""Middleware for every WSGI application (PEP 3333): Django, Falcon, Bottle, Pyramid and the rest.

from crossguard.wsgi import Crossguard

app = Crossguard(app, origins=["https://app.example.com"], supports_credentials=True)
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Unpack

from crossguard.answer import Answer
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
from crossguard.optiontypes import Options
from crossguard.protection import Protection, Settings
from crossguard.reports import OnDecision
from crossguard.targets import require_wsgi
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
        TypeError: an option does not exist, or the application is no WSGI one; the message names the
            nearest option, or the right call.
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
        **options: Unpack[Options],
    ) -> None:
        require_wsgi("crossguard.wsgi.Crossguard", app)
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

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a preflight or a refused write, or let the application answer and edit the headers."""
        if self._protection.idle:
            self._protection.begin()
        policies = self._protection.policies
        policy = policies.constant or policies.find(environ.get("PATH_INFO", ""))
        if policy is None:
            return self._app(environ, start_response)
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS" and environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD"):
            origin = environ.get("HTTP_ORIGIN")
            if origin:
                return self._preflight(policy, origin, environ, start_response)
        if policies.gated and (
            method not in SAFE_METHODS or policies.gates_gets or "HTTP_UPGRADE" in environ
        ):
            gate = policy.now.gate
            refusal = None
            if gate is not None and not gate.passes(
                environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN")
            ):
                refusal = self._check_write(policy, gate, environ)
            if refusal is not None:
                return send_answer(refusal, environ, start_response)
        reporter, debug = self._protection.reporter, self._protection.debug
        response = Outgoing(policy, reporter, environ, start_response, debug=debug)
        try:
            body = self._app(environ, response.start)
        except Exception as error:  # noqa: BLE001 - whatever was raised is answered, or raised again
            return response.crash(error)
        if may_fail_late(body, environ):
            return begin_late(body, response)
        response.begin()
        return body

    def _preflight(
        self, policy: Policy, origin: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        # Whether a browser goes on can depend on the method and the headers, which the answer does
        # not; only who listens pays for finding out.
        reporter = self._protection.reporter
        if reporter.wanted(allowed=False):
            reporter.report(policy, facts_of(environ))
        edits = policy.now.preflight_edits(
            origin,
            environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"),
            private_network=asks_private_network(environ),
        )
        return answer_preflight(edits, start_response)

    def _check_write(self, policy: Policy, gate: WriteGate, environ: Environ) -> Answer | None:
        path = environ.get("PATH_INFO", "") or "/"
        verdict = self._protection.judge(gate, path, write_facts_of(environ), environ)
        if verdict.allowed:
            return None
        return self._protection.refuse(
            policy, verdict.reason, facts_of(environ), report_only=gate.report_only
        )


def _unchanged(policy: Policy) -> Policy:
    return policy
