"""What is known of an application behind a middleware: its policies by path, and no routes."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from crossguard.adapters.protection import Protection
from crossguard.adapters.refusals import REFUSALS, answer_to, judge
from crossguard.core.edits import apply_edits
from crossguard.core.issues import ConfigError
from crossguard.core.policy import Policy
from crossguard.core.request import RouteMarks, WriteFacts, is_preflight
from crossguard.devtools.access import OWN_FOLDER, access, file_of, is_switched_off
from crossguard.devtools.devtools import Devtools
from crossguard.devtools.side import PolicyLine

# Recording does without the browser model, which takes 41 ms.
if TYPE_CHECKING:
    from crossguard.browser.posture import CookieAttributes
    from crossguard.browser.values import HttpRequest, HttpResponse, Send

_FILE: Final = Path(OWN_FOLDER) / "devtools.json"


def devtools_of(
    protection: Protection[Any, Any],
    policy_for: Callable[[str], Policy | None],
    marks_of: Callable[[str], RouteMarks],
) -> Devtools | None:
    """Return what is served for the application behind a middleware; None where it is switched off.

    Args:
        protection: the policies of the middleware.
        policy_for: returns the policy of a path.
        marks_of: returns how a path is marked.
    """
    if is_switched_off():
        return None
    path = file_of(_FILE)
    opened = access(path)
    opened.write(path)
    return Devtools(opened, Behind(protection.all, policy_for, marks_of))


class Behind:
    """An application behind a middleware."""

    def __init__(
        self,
        policies: Mapping[str, Policy],
        policy_for: Callable[[str], Policy | None],
        marks_of: Callable[[str], RouteMarks],
    ) -> None:
        self._policies = policies
        self._policy_for = policy_for
        self._marks_of = marks_of

    def broken(self) -> ConfigError | None:
        """Return None: a middleware whose policies do not build is not there."""
        return None

    def lines(self) -> Iterable[PolicyLine]:
        """Return what governs what."""
        return [
            PolicyLine("path" if path else "app", path or "/*", (), policy)
            for path, policy in self._policies.items()
        ]

    def cookies(self) -> "Iterable[CookieAttributes]":
        """Return nothing: a middleware does not know the settings of the framework."""
        return ()

    def policy_of(self, request: "HttpRequest") -> Policy | None:
        """Return the policy that governs a request."""
        return self._policy_for(unquote(request.target.path))

    def route_of(self, request: "HttpRequest") -> str | None:
        """Return the path, which is what marks are for."""
        return unquote(request.target.path)

    def dry_run(self) -> "Send":
        """Return what answers by the policies alone."""
        return self._answer

    def _answer(self, request: "HttpRequest") -> "HttpResponse":
        from crossguard.browser.values import HttpResponse  # noqa: PLC0415 - 24 ms

        policy = self.policy_of(request)
        plain = [("Content-Type", "text/plain; charset=utf-8")]
        if policy is None:
            return HttpResponse(200, tuple(plain))
        get = request.header
        origin, requested = get("origin"), get("access-control-request-method")
        if origin and is_preflight(request.method, origin, requested):
            edits = policy.preflight_edits(origin, get("access-control-request-headers"))
            return HttpResponse(204, tuple(edits.fields))
        marks = self._marks_of(unquote(request.target.path))
        judged = judge(policy, (), _write_facts(request), marks, None)
        if not judged.allowed and not judged.report_only:
            answer = answer_to(judged, REFUSALS[judged.reason], origin)
            return HttpResponse(answer.status, tuple(answer.headers), answer.body)
        headers, _ = apply_edits(policy.actual_edits(origin), plain)
        return HttpResponse(200, tuple(headers))


def _write_facts(request: "HttpRequest") -> WriteFacts:
    get = request.header
    return WriteFacts(
        request.method,
        request.target.scheme,
        request.target.authority,
        get("origin"),
        get("sec-fetch-site"),
        get("referer"),
        get("authorization"),
        get("cookie"),
        content_type=get("content-type"),
        content_length=get("content-length"),
    )
