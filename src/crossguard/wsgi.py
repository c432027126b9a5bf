"""Middleware for every WSGI application (PEP 3333): Django, Falcon, Bottle, Pyramid and the rest.

from crossguard.wsgi import Crossguard

app = Crossguard(app, origins=["https://app.example.com"], supports_credentials=True)
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from crossguard.core.edits import HeaderList, apply_edits
from crossguard.core.gate import SAFE_METHODS
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
    facts_of,
    is_websocket,
    routed_path,
    send_answer,
    write_facts_of,
)
from crossguard.logs import logger, one_line
from crossguard.protection import Protection, Settings
from crossguard.refusals import Answer, crashed
from crossguard.reports import OnDecision

__all__ = [
    "Crossguard",
    "Environ",
    "StartResponse",
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
        check_token: gets the environ of a write and returns the
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

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a preflight or a refused write, or let the application answer and edit the headers."""
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
            refusal = self._check_write(policy, environ)
            if refusal is not None:
                return send_answer(refusal, environ, start_response)
        response = _Response(self._protection, policy, environ, start_response)
        try:
            body = self._app(environ, response.start)
        except Exception as error:  # noqa: BLE001 - whatever was raised is answered, or raised again
            return response.crash(error)
        return _Body(body, response.crash) if _may_fail_late(body, environ) else body

    def _preflight(
        self, policy: Policy, origin: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        # Whether a browser goes on can depend on the method and the headers, which the answer does
        # not; only who listens pays for finding out.
        reporter = self._protection.reporter
        if reporter.wanted(allowed=False):
            reporter.report(policy, facts_of(environ))
        edits = policy.preflight_edits(
            origin,
            environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"),
            private_network=asks_private_network(environ),
        )
        return answer_preflight(edits, start_response)

    def _check_write(self, policy: Policy, environ: Environ) -> Answer | None:
        path = environ.get("PATH_INFO", "") or "/"
        verdict = self._protection.judge(policy, path, write_facts_of(environ), environ)
        if verdict is None or verdict.allowed or policy.gate is None:
            return None
        return self._protection.refuse(
            policy, verdict, facts_of(environ), report_only=policy.gate.report_only
        )


class _Response:
    """One response on its way out: gets the policy, also where the application fails."""

    __slots__ = ("_begun", "_environ", "_policy", "_protection", "_start_response")

    def __init__(
        self,
        protection: Protection[Policy, Environ],
        policy: Policy,
        environ: Environ,
        start_response: StartResponse,
    ) -> None:
        self._protection = protection
        self._policy = policy
        self._environ = environ
        self._start_response = start_response
        self._begun = False

    def start(self, status: str, headers: HeaderList, exc_info: Any = None) -> Any:
        """Put the policy on the headers; what applications are given as ``start_response``."""
        policy, environ = self._policy, self._environ
        origin = environ.get("HTTP_ORIGIN")
        edits = policy.actual_edits(origin)
        edited, replaced = apply_edits(edits, headers)
        reporter = self._protection.reporter
        if replaced:
            reporter.report_replaced(policy, replaced, lambda: facts_of(environ).url)
        if origin and not self._begun and reporter.wanted(allowed=edits is not policy.refused_edits):
            reporter.report(policy, facts_of(environ))
        self._begun = True
        # Whoever begins for the first time has no third argument to hand on.
        if exc_info is None:
            return self._start_response(status, edited)
        return self._start_response(status, edited, exc_info)

    def crash(self, error: Exception) -> Iterable[bytes]:
        """Answer for an application that failed before anything was sent, and log what it raised.

        In debug a navigation is left to the debugger outside, or to the server. Where the headers have
        left already, the server raises the exception again (PEP 3333, "Error Handling").
        """
        facts = facts_of(self._environ)
        if self._protection.debug and facts.is_navigation:
            raise error
        logger.error("%s", one_line(f"Exception on {facts.path} [{facts.method}]"), exc_info=error)
        return send_answer(
            crashed(error, debug=self._protection.debug),
            self._environ,
            self.start,
            sys.exc_info() if self._begun else None,
        )


class _Body:
    """A body that is made while it is sent: what fails before the first byte is answered like a crash."""

    __slots__ = ("_body", "_crash")

    def __init__(self, body: Iterable[bytes], crash: Callable[[Exception], Iterable[bytes]]) -> None:
        self._body = body
        self._crash = crash

    def __iter__(self) -> Iterator[bytes]:
        try:
            chunks = iter(self._body)
            # An empty chunk sends nothing, and is passed on all the same: the application may be
            # waiting for something else (PEP 3333, "Middleware Handling of Block Boundaries").
            while not (chunk := next(chunks)):
                yield chunk
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - whatever was raised is answered, or raised again
            yield from self._crash(error)
            return
        yield chunk
        yield from chunks

    def close(self) -> None:
        """Tell the application that the response has ended."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()


def _may_fail_late(body: Iterable[bytes], environ: Environ) -> bool:
    """Tell whether *body* runs code of the application while it is sent.

    Lists do not, and servers send files by themselves if they recognise their own wrapper (PEP 3333,
    "Optional Platform-Specific File Handling").
    """
    if isinstance(body, list | tuple):
        return False
    wrapper = environ.get("wsgi.file_wrapper")
    return not (hasattr(body, "read") or (isinstance(wrapper, type) and isinstance(body, wrapper)))


def _unchanged(policy: Policy) -> Policy:
    return policy
