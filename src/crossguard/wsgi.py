"""Middleware for every WSGI application (PEP 3333): Django, Falcon, Bottle, Pyramid and the rest.

from crossguard.wsgi import Crossguard

app = Crossguard(app, origins=["https://app.example.com"], supports_credentials=True)
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from crossguard.answer import Answer
from crossguard.core.disputed import settle
from crossguard.core.names import SAFE_METHODS
from crossguard.core.paths import Several
from crossguard.core.policy import Policy
from crossguard.core.write_facts import RouteMarks, TokenState
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
from crossguard.protection import Dialect, Protection, Settings
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
        mounts: the paths under which a router takes the application for mounted, besides what the server and
            the application's object say.
        ignore_case: whether the router takes letter cases of a path for the same.
        options: those of :class:`crossguard.flask.CORS`, with ``resources``. ``exempt``, ``public`` and
            ``strict_get`` name paths, exactly.

    Raises:
        TypeError: an option does not exist; the message names the nearest that does.
        ConfigError: the options do not build; every mistake is listed.
    """

    def __init__(  # noqa: PLR0913 - each is given by name
        self,
        app: WSGIApp,
        /,
        *,
        policy: Policy | None = None,
        debug: bool = False,
        on_decision: OnDecision | None = None,
        check_token: Callable[[Environ], TokenState] | None = None,
        mounts: str | Iterable[str] = (),
        ignore_case: bool = False,
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
                mounts=mounts,
                ignore_case=ignore_case,
            ),
            wrap=_unchanged,
            dialect=Dialect(encode=encoded, fold=_folded),
            application=app,
        )

    @property
    def policies(self) -> Mapping[str, Policy]:
        """Every policy by its path; ``""`` is the one for every path."""
        return MappingProxyType(self._protection.all)

    def policy_for(self, path: str) -> Policy | None:
        """Return the policy that governs *path*, below the application and percent-decoded; None if none."""
        policies = self._protection.policies
        found = policies.constant or policies.find(encoded(path))
        return found.values[0] if isinstance(found, Several) else found

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a preflight or a refused write, or let the application answer and edit the headers."""
        if self._protection.idle:
            self._protection.begin()
        policies = self._protection.policies
        policy = policies.constant or policies.find(
            environ.get("PATH_INFO", ""), environ.get("SCRIPT_NAME") or ""
        )
        if policy is None:
            return self._app(environ, start_response)
        several: tuple[Policy, ...] | None = None
        if isinstance(policy, Several):
            several = policy.values
            policy = settle(several, environ.get("HTTP_ORIGIN"))
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS" and environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD"):
            origin = environ.get("HTTP_ORIGIN")
            if origin:
                return self._preflight(policy, origin, environ, start_response)
        if policies.gated and (
            method not in SAFE_METHODS or policies.gates_gets or "HTTP_UPGRADE" in environ
        ):
            refusal = (
                self._check_write(policy, environ) if several is None else self._check_all(several, environ)
            )
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

    def _check_write(self, policy: Policy, environ: Environ) -> Answer | None:
        """Return the answer to a write that may not go on; None if it may."""
        gate = policy.now.gate
        # Most writes need no more facts than these two.
        if gate is None or gate.passes(environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN")):
            return None
        verdict = self._protection.judge(gate, self._marks_of(environ), write_facts_of(environ), environ)
        if verdict.allowed:
            return None
        return self._protection.refuse(
            policy, verdict.reason, facts_of(environ), report_only=gate.report_only
        )

    def _check_all(self, policies: tuple[Policy, ...], environ: Environ) -> Answer | None:
        """Return the answer to a write that not every policy of an ambiguous path lets through."""
        refused, enforced = self._protection.judge_all(
            policies, self._marks_of(environ), write_facts_of(environ), environ
        )
        if not refused:
            return None
        return self._protection.refuse_ambiguous(policies, facts_of(environ), report_only=not enforced)

    def _marks_of(self, environ: Environ) -> RouteMarks:
        path = environ.get("PATH_INFO", "")
        return self._protection.policies.marks_of(path or "/", path, environ.get("SCRIPT_NAME") or "")


def _folded(path: str) -> str:
    return encoded(decoded(path).casefold())


def _unchanged(policy: Policy) -> Policy:
    return policy
