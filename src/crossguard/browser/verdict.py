"""Everything that happened to one fetch: what script saw, each hop, each cookie, and why.

Explanations are written from this; nothing here decides.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from crossguard.browser.codes import Code, CookieCode, WarningCode
from crossguard.browser.values import HeaderList, HttpRequest, HttpResponse, combined


class PromiseState(StrEnum):
    """What became of the promise."""

    RESOLVED = "resolved"
    REJECTED = "rejected"
    #: A login dialog is open; script waits for as long as the person does.
    PENDING = "pending"


class RejectedIn(StrEnum):
    """Where a promise was rejected."""

    #: ``new Request(…)`` threw; nothing was sent.
    CONSTRUCT = "construct"
    #: Fetching ended in a network error.
    FETCH = "fetch"


class FailedAt(StrEnum):
    """Which message shows the cause."""

    REQUEST = "request"
    PREFLIGHT = "preflight"
    REDIRECT = "redirect"
    RESPONSE = "response"


class ResponseType(StrEnum):
    """Fetch, "response type"."""

    BASIC = "basic"
    CORS = "cors"
    OPAQUE = "opaque"
    OPAQUE_REDIRECT = "opaqueredirect"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a fetch failed.

    Attributes:
        code: the identifier.
        step: the step of the standard that failed.
        evidence: what was compared, by name.
        where: the message that shows the cause.
    """

    code: Code
    step: str
    evidence: Mapping[str, str] = field(default_factory=dict)
    where: FailedAt = FailedAt.RESPONSE


@dataclass(frozen=True, slots=True)
class Caution:
    """What works here but may not elsewhere."""

    code: WarningCode
    evidence: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CookieRefusal:
    """A cookie that was not stored, or not sent, and why."""

    name: str
    code: CookieCode
    step: str


@dataclass(slots=True)
class CookieReport:
    """What happened to the cookies of one request and its response."""

    sent: tuple[str, ...] = ()
    withheld: tuple[CookieRefusal, ...] = ()
    stored: tuple[str, ...] = ()
    refused: tuple[CookieRefusal, ...] = ()


@dataclass(slots=True)
class Exchange:
    """A request and what came back; no response if the connection failed."""

    request: HttpRequest
    response: HttpResponse | None = None


@dataclass(slots=True)
class Hop:
    """One URL of a fetch: the first one, or where a redirect led.

    Attributes:
        url: without its fragment.
        preflight: the preflight that was sent, if one was.
        preflight_cached: whether an earlier preflight's answer served instead.
        actual: the request itself, if it was sent.
        cached: the response of the HTTP cache that was used, instead of the server's or after its 304.
        cookies: of the request itself; a preflight carries and sets none.
    """

    url: str
    preflight: Exchange | None = None
    preflight_cached: bool = False
    actual: Exchange | None = None
    cached: HttpResponse | None = None
    cookies: CookieReport = field(default_factory=CookieReport)

    @property
    def response(self) -> HttpResponse | None:
        """The response that counted, None if there was none."""
        if self.cached is not None:
            return self.cached
        return None if self.actual is None else self.actual.response


@dataclass(frozen=True, slots=True)
class ScriptResponse:
    """What script sees of a response.

    Attributes:
        type: as ``response.type``.
        status: as ``response.status``; 0 for an opaque response.
        headers: what script can enumerate, lower-case names in order, combined values.
        body: empty for an opaque response.
        url: as ``response.url``; empty for an opaque response.
        redirected: as ``response.redirected``.
    """

    type: ResponseType
    status: int
    headers: HeaderList
    body: bytes
    url: str
    redirected: bool

    @property
    def ok(self) -> bool:
        """As ``response.ok``."""
        return 200 <= self.status <= 299  # noqa: PLR2004 - Fetch, "ok status"

    def header(self, name: str) -> str | None:
        """As ``response.headers.get(name)``."""
        return combined(self.headers, name.lower())

    def text(self) -> str:
        """As ``await response.text()``: always decoded as UTF-8."""
        return self.body.decode("utf-8-sig", errors="replace")

    def json(self) -> Any:
        """As ``await response.json()``.

        Raises:
            ValueError: the body is not JSON.
        """
        return json.loads(self.text())


@dataclass(frozen=True, slots=True)
class Verdict:
    """The record of one fetch.

    Attributes:
        profile: the browser's name.
        page_origin: the serialized origin of the page.
        url: as the script wrote it.
        method: of the Request object, normalised; empty if it was not constructed.
        request_headers: of the Request object, without what a script may not set.
        outcome: what became of the promise.
        stage: where it was rejected, None if it was not.
        response: what script sees, None unless the promise resolved.
        failure: why it did not resolve.
        hops: every URL that was reached for, in order.
        warnings: what may not work elsewhere.
        credentials: the credentials mode; empty if the Request was not constructed.
        mode: the request's mode, also ``navigate`` and ``websocket``; empty if it was not constructed.
    """

    profile: str
    page_origin: str
    url: str
    method: str
    request_headers: HeaderList
    outcome: PromiseState
    stage: RejectedIn | None
    response: ScriptResponse | None
    failure: Failure | None
    hops: tuple[Hop, ...] = ()
    warnings: tuple[Caution, ...] = ()
    credentials: str = ""
    mode: str = ""

    @property
    def same_origin(self) -> bool:
        """Whether the fetch began at the page's own origin."""
        return bool(self.hops) and self.hops[0].url.startswith(f"{self.page_origin}/")
