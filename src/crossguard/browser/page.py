"""A page and everything that makes it send a request."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypedDict, Unpack

from crossguard.browser import elements, senders
from crossguard.browser.bodies import Body
from crossguard.browser.codes import Code
from crossguard.browser.construct import (
    ConstructorError,
    FetchOptions,
    HeadersInit,
    check_options,
    construct,
)
from crossguard.browser.errors import FetchBlocked, InvalidRequest, UsageError
from crossguard.browser.fetch import Fetch
from crossguard.browser.headers.content_types import essence
from crossguard.browser.headers.referrer import DEFAULT_POLICY, POLICIES
from crossguard.browser.network_error import NetworkError
from crossguard.browser.request import Client, Request
from crossguard.browser.session import Session
from crossguard.browser.site import serialize
from crossguard.browser.urls import Url
from crossguard.browser.verdict import Failure, PromiseState, RejectedIn, ScriptResponse, Verdict

_OK = 200
_EVENT_STREAM = "text/event-stream"


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
    referrer: str


class XhrInit(TypedDict, total=False):
    """What is set on an ``XMLHttpRequest`` before it is sent."""

    method: str
    headers: HeadersInit
    body: Body | None
    with_credentials: bool


class Page:
    """A page in a browser: what its scripts, forms and elements send."""

    def __init__(self, session: Session, client: Client) -> None:
        self._session = session
        self._client = client

    @property
    def client(self) -> Client:
        """The page as requests know it."""
        return self._client

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
        """Await ``fetch(url, options)`` and return everything that happened.

        Raises:
            UsageError: an option that ``fetch()`` does not have, or of a type that it never sees.
        """
        return self._construct(url, check_options(options))

    def xhr(self, url: str, *, upload_listener: bool = False, **options: Unpack[XhrInit]) -> Verdict:
        """Send an ``XMLHttpRequest``.

        Args:
            url: where to.
            upload_listener: whether ``upload`` has a listener, which makes a preflight necessary.
            options: method, headers, body, and ``with_credentials``.

        Raises:
            UsageError: an option that there is not, or a header that is no pair of texts.
        """
        with_credentials = options.pop("with_credentials", False)
        fetched = check_options({**options, "credentials": "include" if with_credentials else "same-origin"})
        return self._construct(url, fetched, forces_preflight=upload_listener and fetched.body is not None)

    def _construct(self, url: str, options: FetchOptions, *, forces_preflight: bool = False) -> Verdict:
        try:
            request = construct(url, options, self._client, self._session.profile)
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
        request.forces_preflight = forces_preflight
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
        return self._run(elements.image(self._client, self._target(url), crossorigin), url)

    def load_script(self, url: str, *, crossorigin: str | None = None, module: bool = False) -> Verdict:
        """Load ``<script src=url>``; *crossorigin* is the attribute, None if there is none.

        Raises:
            UsageError: no URL.
        """
        request = elements.script(self._client, self._target(url), crossorigin, is_module=module)
        return self._run(request, url)

    def open_event_source(self, url: str, *, with_credentials: bool = False) -> Verdict:
        """Call ``new EventSource(url, {withCredentials})`` and wait for the answer to begin.

        Raises:
            UsageError: no URL.
        """
        request = elements.event_source(self._client, self._target(url), with_credentials=with_credentials)
        verdict = self._run(request, url)
        answer = verdict.response
        if answer is None:
            return verdict
        content_type = answer.header("content-type") or ""
        if answer.status == _OK and essence(content_type) == _EVENT_STREAM:
            return verdict
        evidence = {"status": str(answer.status), "content-type": content_type}
        failure = Failure(Code.NOT_AN_EVENT_STREAM, "HTML, server-sent events, EventSource step 15", evidence)
        return replace(
            verdict,
            outcome=PromiseState.REJECTED,
            stage=RejectedIn.FETCH,
            response=None,
            failure=failure,
        )

    def open_frame(
        self, url: str, *, sandbox: str | None = None, allow: str = "", referrer_policy: str = ""
    ) -> "Frame":
        """Show ``<iframe src=url>`` and return the page inside it.

        Args:
            url: of its document.
            sandbox: the attribute's words; None if it is absent.
            allow: the attribute's permissions, as ``local-network-access``.
            referrer_policy: of the document's ``Referrer-Policy`` header; empty for the default.

        Raises:
            UsageError: no URL, or no such policy.
        """
        if referrer_policy not in POLICIES:
            raise UsageError(f"{referrer_policy!r} is no referrer policy")
        loaded = self._run(elements.frame(self._client, self._target(url)), url)
        address = loaded.hops[-1].url if loaded.hops else url
        attributes = elements.FrameAttributes(sandbox, allow, referrer_policy or DEFAULT_POLICY)
        client = elements.frame_client(self._client, address, attributes, self._session.sites)
        return Frame(self._session, client, loaded)

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


class Frame(Page):
    """A page inside a page.

    Attributes:
        loaded: what happened when its document was fetched.
    """

    def __init__(self, session: Session, client: Client, loaded: Verdict) -> None:
        super().__init__(session, client)
        self.loaded = loaded


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
        request.mode.value,
    )
