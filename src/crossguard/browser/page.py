"""A page and everything that makes it send a request."""

from collections.abc import Iterable
from typing import TypedDict, Unpack

from crossguard.browser import senders
from crossguard.browser.bodies import Body
from crossguard.browser.codes import Code
from crossguard.browser.construct import ConstructorError, FetchOptions, HeadersInit, construct
from crossguard.browser.errors import FetchBlocked, InvalidRequest
from crossguard.browser.fetch import Fetch
from crossguard.browser.network_error import NetworkError
from crossguard.browser.request import Client, Request
from crossguard.browser.session import Session
from crossguard.browser.site import serialize
from crossguard.browser.urls import Url
from crossguard.browser.verdict import Failure, PromiseState, RejectedIn, ScriptResponse, Verdict


class FetchInit(TypedDict, total=False):
    """The options of ``fetch()`` as keywords; see :class:`~crossguard.browser.construct.FetchOptions`."""

    method: str
    headers: HeadersInit
    mode: str
    credentials: str
    redirect: str
    body: Body | None
    cache: str
    keepalive: bool
    referrer_policy: str
    integrity: str


class Page:
    """A page in a browser: what its scripts, forms and elements send."""

    def __init__(self, session: Session, client: Client) -> None:
        self._session = session
        self._client = client

    @property
    def url(self) -> str:
        """The page's address."""
        return self._client.url.href

    @property
    def origin(self) -> str:
        """The page's serialized origin, ``null`` for an opaque one."""
        return serialize(self._client.origin)

    def fetch(self, url: str, **options: Unpack[FetchInit]) -> ScriptResponse:
        """Await ``fetch(url, options)`` and return what script sees.

        Raises:
            InvalidRequest: the options are none that a browser accepts.
            FetchBlocked: the browser refused, before sending or after the server answered.
        """
        verdict = self.verdict(url, **options)
        if verdict.response is not None:
            return verdict.response
        kind = InvalidRequest if verdict.stage is RejectedIn.CONSTRUCT else FetchBlocked
        failure = verdict.failure
        if failure is None:  # pragma: no cover - a verdict has a response or a failure
            raise AssertionError
        raise kind(failure, verdict)

    def verdict(self, url: str, **options: Unpack[FetchInit]) -> Verdict:
        """Await ``fetch(url, options)`` and return everything that happened."""
        try:
            request = construct(url, FetchOptions(**options), self._client, self._session.profile)
        except ConstructorError as error:
            return Verdict(
                self._session.profile.name,
                self.origin,
                url,
                "",
                (),
                PromiseState.REJECTED,
                RejectedIn.CONSTRUCT,
                None,
                error.failure,
            )
        return run(self._session, request, url)

    def follow_link(self, url: str) -> Verdict:
        """Follow a link: load *url* in place of the page.

        Raises:
            UsageError: no URL.
        """
        return self._run(senders.navigation(self._client, self._target(url)), url)

    def submit_form(
        self,
        url: str,
        fields: Iterable[tuple[str, str]] = (),
        *,
        method: str = "post",
        enctype: str = "application/x-www-form-urlencoded",
    ) -> Verdict:
        """Submit a form, whose answer replaces the page.

        Raises:
            UsageError: no URL, method or enctype.
        """
        return self._run(senders.form(self._client, self._target(url), method, enctype, fields), url)

    def send_beacon(self, url: str, data: Body | None = None) -> Verdict:
        """Call ``navigator.sendBeacon(url, data)``; script learns nothing of the answer.

        Raises:
            UsageError: no URL.
        """
        return self._run(senders.beacon(self._client, self._target(url), data), url)

    def load_image(self, url: str, *, crossorigin: str | None = None) -> Verdict:
        """Show ``<img src=url>``; *crossorigin* is the attribute, None if there is none.

        Raises:
            UsageError: no URL.
        """
        return self._run(senders.image(self._client, self._target(url), crossorigin), url)

    def open_websocket(self, url: str, *, protocols: tuple[str, ...] = ()) -> Verdict:
        """Call ``new WebSocket(url, protocols)`` and wait for the handshake's answer.

        Raises:
            UsageError: no URL of a WebSocket.
        """
        request = senders.websocket(self._client, self._target(url), protocols)
        return self._run(request, url)

    def _target(self, url: str) -> Url:
        return senders.parse_target(url, self._client.url)

    def _run(self, request: Request, url: str) -> Verdict:
        return run(self._session, request, url)


def run(session: Session, request: Request, url: str) -> Verdict:
    """Fetch *request* and return everything that happened."""
    method, headers = request.method, request.headers
    fetch = Fetch(session, request)
    response: ScriptResponse | None = None
    failure: Failure | None = None
    try:
        response = fetch.run()
    except NetworkError as error:
        failure = error.failure
    if response is not None:
        outcome, stage = PromiseState.RESOLVED, None
    elif failure is not None and failure.code is Code.LOGIN_DIALOG:
        outcome, stage = PromiseState.PENDING, RejectedIn.FETCH
    else:
        outcome, stage = PromiseState.REJECTED, RejectedIn.FETCH
    return Verdict(
        session.profile.name,
        serialize(request.origin),
        url,
        method,
        headers,
        outcome,
        stage,
        response,
        failure,
        tuple(fetch.hops),
        tuple(request.warnings),
        request.credentials.value,
    )
