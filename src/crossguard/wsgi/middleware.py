"""The middleware: answers preflights, judges writes, puts the policy on what leaves."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Unpack

from crossguard.adapters.answer import Answer
from crossguard.adapters.on_refused import Refusal
from crossguard.adapters.protection import Dialect, Protection, Settings
from crossguard.adapters.refusals import SHORT, answer_to, tell
from crossguard.adapters.reporter import OnDecision
from crossguard.core.disputed import settle
from crossguard.core.edits import HeaderEdits
from crossguard.core.names import SAFE_METHODS
from crossguard.core.paths import Several
from crossguard.core.policy import Policy
from crossguard.core.request import RouteMarks, TokenState, wants_page
from crossguard.declare.option_types import Options
from crossguard.declare.place import place_of_caller
from crossguard.declare.targets import require_wsgi
from crossguard.lists.origin_check import FOUND, Once, asking_once
from crossguard.logs import logger
from crossguard.wsgi.environ import (
    Environ,
    StartResponse,
    WSGIApp,
    answer_preflight,
    asks_private_network,
    brings_body,
    decoded,
    encoded,
    send_answer,
)
from crossguard.wsgi.environfacts import facts_of, write_facts_of
from crossguard.wsgi.response import Outgoing, answer_of_wsgi, begin_late, may_fail_late

# In debug only: 14 ms.
if TYPE_CHECKING:
    from crossguard.wsgi.watching import Watching


class Crossguard:
    """Decides which origins may use a WSGI application from a browser.

    Put it outside of everything else: it answers preflights, refuses writes before the application
    runs, and puts exactly one policy on every response that leaves.

    Args:
        app: the application.
        policy: a policy that is ready, in place of options.
        debug: whether a developer is looking: refusals are warnings and say more, and credentials
            without ``origins`` are for the loopback development origins. Below ``/_crossguard/`` it is told
            why, to callers who have the token of the process.
        on_decision: called with the decision, the facts and the policy of every cross-origin request.
        check_token: gets the environ of a write and returns a
            :class:`~crossguard.core.request.TokenState`; needed by ``token="always"`` and
            ``on_missing="token"``.
        on_refused: a WSGI application that answers refused writes in place of the problem document. What it
            finds at ``environ["crossguard.refusal"]`` is a :class:`~crossguard.wsgi.Refusal`. Its answer gets
            the policy's headers, is not stored, sets no cookie, and runs no script.
        mounts: the paths under which a router takes the application for mounted, besides what the server and
            the application's object say.
        ignore_case: whether the router takes letter cases of a path for the same.
        options: those of :class:`crossguard.flask.CORS`, with ``resources``. ``exempt``, ``public`` and
            ``strict_get`` name paths, exactly.

    Raises:
        TypeError: an option does not exist, or the application is no WSGI one; the message names the
            nearest option, or the right call.
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
        on_refused: WSGIApp | None = None,
        mounts: str | Iterable[str] = (),
        ignore_case: bool = False,
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
                on_refused=on_refused,
                place=place_of_caller(),
                mounts=mounts,
                ignore_case=ignore_case,
            ),
            wrap=_unchanged,
            dialect=Dialect(encode=encoded, fold=_folded),
            application=app,
        )
        self._watching = self._watch() if self._protection.debug else None

    def _watch(self) -> "Watching | None":
        # In debug only.
        from crossguard.devtools.middleware import devtools_of  # noqa: PLC0415 - 14 ms
        from crossguard.wsgi.watching import Watching  # noqa: PLC0415 - 14 ms with it

        marks_of = self._protection.policies.marks_of
        devtools = devtools_of(
            self._protection, self.policy_for, lambda path: marks_of(encoded(path), encoded(path), "")
        )
        return None if devtools is None else Watching(devtools)

    @property
    def policies(self) -> Mapping[str, Policy]:
        """Every policy by its path; ``""`` is the one for every path."""
        return MappingProxyType(self._protection.all)

    def policy_for(self, path: str) -> Policy | None:
        """Return the policy that governs *path*, below the application and percent-decoded; None if none."""
        policies = self._protection.policies
        found = policies.constant or policies.find(encoded(path))
        return found.values[0] if isinstance(found, Several) else found

    # Written out: every request comes through here, and a call costs more than most of what is called.
    def __call__(  # noqa: C901, PLR0911, PLR0912
        self, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a preflight or a refused write, or let the application answer and edit the headers."""
        protection = self._protection
        if self._watching is not None and self._watching.is_new(environ):
            return self._watching.inside(self, environ, start_response)
        if protection.idle:
            protection.begin()
        policies = protection.policies
        policy = policies.constant
        rivals: tuple[Policy, ...] = ()
        if policy is None:
            found = policies.find(environ.get("PATH_INFO", ""), environ.get("SCRIPT_NAME") or "")
            if found is None:
                return self._app(environ, start_response)
            rivals = found.values if isinstance(found, Several) else ()
            policy = found if isinstance(found, Policy) else rivals[0]
        asks = any(one.compiled.callables for one in rivals) if rivals else policy.compiled.callables
        if asks and not isinstance(FOUND.get(), Once):
            return asking_once(self, environ, start_response)
        if rivals:
            policy = settle(rivals, environ.get("HTTP_ORIGIN"))
        gated = policies.gated
        if environ["REQUEST_METHOD"] in SAFE_METHODS:
            edits = self._preflight(policy, environ)
            if edits is not None:
                return answer_preflight(edits, start_response)
            gated = gated and (policies.gates_gets or "HTTP_UPGRADE" in environ)
        elif not rivals and (gate := policy.compiled.gate) is not None:
            denial = gate.denies(environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN"))
            if (
                denial is not None
                and protection.answers_shortly
                and "HTTP_AUTHORIZATION" not in environ
                and "text/html" not in environ.get("HTTP_ACCEPT", "")
                and not protection.reporter.wants_writes()
            ):
                # The shortest way for most of what is refused: a stranger decides how often it is taken.
                line, headers, document = SHORT[denial.reason]
                start_response(line, headers.copy())
                return (document,)
        if gated and (refusal := self._check_write(policy, rivals, environ)) is not None:
            return send_answer(refusal, environ, start_response)
        strict = policies.gates_gets and protection.is_strict(
            policy, self._marks_of(environ), environ["REQUEST_METHOD"]
        )
        response = Outgoing(policy, protection.reporter, environ, start_response, strict=strict)
        try:
            body = self._app(environ, response.start)
        except Exception as error:  # noqa: BLE001 - every exception is answered, or raised again
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
        return policy.compiled.preflight_edits(
            origin,
            environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"),
            private_network=asks_private_network(environ),
        )

    def _check_write(self, policy: Policy, rivals: tuple[Policy, ...], environ: Environ) -> Answer | None:
        """Return the answer to a write that may not go on; None if it may."""
        origin = environ.get("HTTP_ORIGIN")
        if not rivals:
            gate = policy.compiled.gate
            # Most writes need no more facts than these two.
            if gate is None or gate.passes(environ.get("HTTP_SEC_FETCH_SITE"), origin):
                return None
        protection = self._protection
        facts, marks = write_facts_of(environ), self._marks_of(environ)
        judged = protection.judge(policy, rivals, facts, marks, environ, partial(brings_body, environ))
        if judged.allowed:
            return None
        made = partial(facts_of, environ, route=decoded(environ.get("PATH_INFO") or "/"))
        refusal = tell(judged, protection.reporter, made, origin)
        if refusal is None:
            return None
        own = None
        if protection.on_refused is not None:
            own = _answered(protection.on_refused, environ, refusal)
        return answer_to(
            judged,
            refusal,
            origin,
            own=own,
            page=wants_page(environ.get("HTTP_SEC_FETCH_MODE"), environ.get("HTTP_ACCEPT")),
            strict=facts.method in SAFE_METHODS and not facts.websocket,
        )

    def _marks_of(self, environ: Environ) -> RouteMarks:
        path = environ.get("PATH_INFO", "")
        return self._protection.policies.marks_of(path or "/", path, environ.get("SCRIPT_NAME") or "")


def _folded(path: str) -> str:
    return encoded(decoded(path).casefold())


def _answered(on_refused: WSGIApp, environ: Environ, refusal: Refusal) -> Answer | None:
    try:
        return answer_of_wsgi(on_refused, environ, refusal)
    except Exception:
        logger.exception("on_refused failed; the refusal is answered as without it")
        return None


def _unchanged(policy: Policy) -> Policy:
    return policy
