"""Fetching: from a request to what script sees, or to a network error.

Source: Fetch, "main fetch", "HTTP fetch".
"""

from typing import Final

from crossguard.browser import preflight
from crossguard.browser.caches.lookup import cache_key
from crossguard.browser.caches.preflights import PreflightKey
from crossguard.browser.codes import Code, WarningCode
from crossguard.browser.cors_check import cors_check
from crossguard.browser.data_urls import data_response
from crossguard.browser.filtered import filtered, opaque_redirect
from crossguard.browser.headers.metadata import has_tainted_origin, request_origin
from crossguard.browser.headers.received import ReceivedHeaders
from crossguard.browser.headers.referrer import policy_of
from crossguard.browser.headers.request_headers import unsafe_names
from crossguard.browser.network import SWITCHING_PROTOCOLS, network_or_cache_fetch, send
from crossguard.browser.network_error import NetworkError
from crossguard.browser.ports import BAD_PORTS
from crossguard.browser.redirects import follow, is_redirect, location_url
from crossguard.browser.request import Cache, Credentials, Mode, Redirect, Request, Tainting
from crossguard.browser.resource_policy import integrity_check, resource_policy_check
from crossguard.browser.session import Session
from crossguard.browser.site import AddressSpace, address_space, is_mixed_content, is_same_origin
from crossguard.browser.values import HttpResponse
from crossguard.browser.verdict import Caution, Exchange, FailedAt, Failure, Hop, ScriptResponse
from crossguard.core.hosts import is_ip_host

#: Fetch, "HTTP-network-or-cache fetch" step 8.10: bytes that keepalive requests may carry.
MAX_KEEPALIVE_BODY: Final = 65536

_UNFILTERED_MODES: Final = frozenset({Mode.NAVIGATE, Mode.WEBSOCKET})
#: Fetch, "null body status".
_NULL_BODY_STATUS: Final = frozenset({101, 103, 204, 205, 304})
_UNAUTHORIZED: Final = 401
_PROXY_AUTHENTICATION_REQUIRED: Final = 407
_DIALOG_SCHEMES: Final = frozenset({"basic", "digest", "ntlm"})


class Fetch:
    """One fetch with all its hops."""

    def __init__(self, session: Session, request: Request) -> None:
        self.session = session
        self.request = request
        self.hops: list[Hop] = []
        self.late_failure: Failure | None = None
        request.unsafe_names = unsafe_names(request.headers, session.profile)
        request.first_method = request.method

    def run(self) -> ScriptResponse:
        """Fetch, follow redirects, and filter the response (Fetch, "main fetch").

        Raises:
            NetworkError: the promise does not resolve; the hops tell how far it went.
        """
        if self.request.url.scheme == "data" and self.request.mode not in _UNFILTERED_MODES:
            return self._fetch_data()
        while True:
            self._check_request()
            self._choose_tainting()
            hop = Hop(self.request.url.without_fragment)
            self.hops.append(hop)
            response, headers = self._http_fetch(hop)
            if is_redirect(response.status, self.session.profile):
                if self.request.redirect is Redirect.MANUAL:
                    return self._keep_redirect(headers)
                if self._follow_redirect(response, headers):
                    continue
            failure = integrity_check(self.request, self._body(response), self.session.profile)
            if failure is not None:
                raise NetworkError(failure)
            return filtered(self.request, response, headers, self._body(response) or b"")

    def _fetch_data(self) -> ScriptResponse:
        """Read a ``data:`` URL; nothing is sent (Fetch, "scheme fetch")."""
        response = data_response(self.request.url)
        if response is None:
            raise self._refuse(Code.UNSUPPORTED_SCHEME, "scheme fetch", url=self.request.url.href)
        failure = integrity_check(self.request, response.body, self.session.profile)
        if failure is not None:
            raise NetworkError(failure)
        headers = ReceivedHeaders(response.headers, self.session.profile)
        return filtered(self.request, response, headers, response.body)

    def _body(self, response: HttpResponse) -> bytes | None:
        """Return the body that script reads; None where there can be none (Fetch, "main fetch" step 21)."""
        is_null = self.request.method == "HEAD" or response.status in _NULL_BODY_STATUS
        return None if is_null else response.body

    def _keep_redirect(self, headers: ReceivedHeaders) -> ScriptResponse:
        """Hand out a redirect unread (Fetch, "HTTP fetch" step 6.2)."""
        if self.session.profile.invalid_location_always_fails:
            location_url(self.request, headers, self.session.profile)
        return opaque_redirect(self.request)

    def _follow_redirect(self, response: HttpResponse, headers: ReceivedHeaders) -> bool:
        """Turn the request into the next one; False if the response redirects nowhere."""
        if self.request.redirect is Redirect.ERROR:
            if self.session.profile.error_mode_needs_location and not headers.get("location"):
                return False
            raise self._refuse(
                Code.REDIRECT_REFUSED, "HTTP fetch, step 6.2", FailedAt.REDIRECT, status=str(response.status)
            )
        location = location_url(self.request, headers, self.session.profile)
        if location is not None:
            self._check_foreign_redirect(headers)
            self.request.referrer_policy = (
                policy_of(headers.get("referrer-policy")) or self.request.referrer_policy
            )
            follow(self.request, response.status, location, self.session.profile)
        return location is not None

    def _check_foreign_redirect(self, headers: ReceivedHeaders) -> None:
        """Check a foreign redirect as if credentials were included, where the browser does."""
        request = self.request
        if (
            self.session.profile.foreign_redirect_needs_credentials
            and request.credentials is Credentials.SAME_ORIGIN
            and request.tainting is Tainting.CORS
            and is_same_origin(request.origin, request.urls[0].origin)
        ):
            self.late_failure = cors_check(headers, origin=request_origin(request), include=True)

    def _check_late(self) -> None:
        """Refuse a redirect for what WebKit finds only once the next hop's preflight is answered (recorded)."""
        if self.late_failure is not None:
            raise NetworkError(self.late_failure)
        self._check_mixed_content()

    def _check_request(self) -> None:
        """Refuse what is never sent (Fetch, "main fetch" step 7)."""
        request, url = self.request, self.request.url
        if not url.is_http:
            raise self._refuse(Code.UNSUPPORTED_SCHEME, "scheme fetch", url=url.href)
        if url.effective_port in BAD_PORTS:
            raise self._refuse(Code.BAD_PORT, "main fetch, step 7", url=url.href)
        if not (self.session.profile.checks_redirects_late and len(request.urls) > 1):
            self._check_mixed_content()
        for name, _ in request.headers:
            if name.lower() in self.session.profile.refused_request_headers:
                raise self._refuse(Code.RESERVED_HEADER, "no step; this browser", header=name)
        is_limited = request.keepalive and self.session.profile.limits_keepalive
        if is_limited and len(request.body or b"") > MAX_KEEPALIVE_BODY:
            raise self._refuse(
                Code.KEEPALIVE_TOO_LARGE,
                "HTTP-network-or-cache fetch, step 8.10",
                bytes=str(len(request.body or b"")),
            )
        self._note_address_space()

    def _check_mixed_content(self) -> None:
        """Refuse http for an https page (Mixed Content section 4.4)."""
        request, url = self.request, self.request.url
        loopback = self.session.profile.loopback_is_mixed_content and request.destination != "image"
        if request.mode is not Mode.NAVIGATE and is_mixed_content(request.client.url, url, loopback=loopback):
            raise self._refuse(
                Code.MIXED_CONTENT, "main fetch, step 7", page=request.client.url.href, url=url.href
            )

    def _note_address_space(self) -> None:
        """Warn, once a fetch, of what browsers ask the person about (Local Network Access)."""
        warnings = self.request.warnings
        if any(warning.code is WarningCode.LOCAL_NETWORK_ACCESS for warning in warnings):
            return
        page, url = self.request.client.url, self.request.url
        space = address_space(url)
        if address_space(page) is AddressSpace.PUBLIC and space is not AddressSpace.PUBLIC:
            evidence = {"page": page.href, "url": url.href, "space": space.value}
            warnings.append(Caution(WarningCode.LOCAL_NETWORK_ACCESS, evidence))

    def _choose_tainting(self) -> None:
        """Decide how the response will be filtered (Fetch, "main fetch" step 12)."""
        request = self.request
        same = is_same_origin(request.url.origin, request.origin)
        if (same and request.tainting is Tainting.BASIC) or request.mode in _UNFILTERED_MODES:
            return
        origin, url = request_origin(request), request.url.href
        if request.mode is Mode.SAME_ORIGIN:
            raise self._refuse(Code.NOT_SAME_ORIGIN, "main fetch, step 12", origin=origin, url=url)
        if request.mode is Mode.NO_CORS:
            if request.redirect is not Redirect.FOLLOW:
                raise self._refuse(Code.NO_CORS_REDIRECT_MODE, "main fetch, step 12", origin=origin, url=url)
            request.tainting = Tainting.OPAQUE
            return
        request.tainting = Tainting.CORS

    def _http_fetch(self, hop: Hop) -> tuple[HttpResponse, ReceivedHeaders]:
        """Preflight if need be, send, check (Fetch, "HTTP fetch")."""
        request, profile = self.request, self.session.profile
        names = preflight.names_to_ask(request, profile)
        if names is not None:
            request.was_preflighted = True
            self._preflight(hop, names)
        if profile.checks_redirects_late and len(request.urls) > 1:
            self._check_late()
        response, headers = network_or_cache_fetch(self.session, request, hop)
        if request.tainting is Tainting.CORS:
            include = request.credentials is Credentials.INCLUDE
            failure = cors_check(headers, origin=request_origin(request), include=include)
            if failure is not None:
                self._forget_failed(hop)
                evidence = {**failure.evidence, "status": str(response.status)}
                raise NetworkError(Failure(failure.code, failure.step, evidence, failure.where))
        failure = resource_policy_check(request, headers, profile, self.session.sites)
        if failure is not None:
            raise NetworkError(failure)
        self._check_challenge(response, headers)
        self._check_handshake(response)
        return response, headers

    def _forget_failed(self, hop: Hop) -> None:
        """Drop from the caches what a failed CORS check drops in this browser."""
        profile = self.session.profile
        if profile.cors_failure_evicts:
            self.session.preflights.forget(self._preflight_key())
        if profile.cors_failure_uncaches and hop.cached is None and self.request.method == "GET":
            self.session.cache.forget(cache_key(self.request))

    def _preflight_key(self) -> PreflightKey:
        origin = preflight.preflight_origin(self.request, self.session.profile)
        include = self.request.credentials is Credentials.INCLUDE
        return PreflightKey(origin, self.request.url.href, include)

    def _preflight(self, hop: Hop, names: tuple[str, ...]) -> None:
        """Ask first, unless an earlier answer still holds (Fetch, "CORS-preflight fetch")."""
        session, request, profile = self.session, self.request, self.session.profile
        key = self._preflight_key()
        is_kept = self._keeps_preflights()
        if (
            is_kept
            and request.cache not in profile.preflighting_cache_modes
            and session.preflights.covers(key, request.method, names, session.clock())
        ):
            hop.preflight_cached = True
            return
        hop.preflight = Exchange(preflight.build(request, names, profile, session.sites))
        try:
            response, headers = send(session, hop.preflight, FailedAt.PREFLIGHT)
            allowed = preflight.check(request, response.status, headers, profile)
        except NetworkError:
            if profile.failed_preflight_evicts:
                session.preflights.forget(key)
            raise
        refusal = preflight.refusal(request, names, allowed, profile)
        if refusal is not None and profile.failed_preflight_evicts:
            session.preflights.forget(key)
        # Conditional headers turn the cache mode to no-store, too, but are no reason (recorded).
        if (
            profile.no_store_keeps_no_preflight
            and request.cache is Cache.NO_STORE
            and not request.is_conditional
        ):
            is_kept = False
        if is_kept and (refusal is None or profile.refused_preflight_is_kept):
            session.preflights.store(key, allowed, session.clock())
        if refusal is not None:
            raise NetworkError(refusal)

    def _keeps_preflights(self) -> bool:
        """Tell whether the request's preflight may be answered from the cache, and left there."""
        request, profile = self.request, self.session.profile
        if request.origin is None:
            return not profile.sandboxed_page_caches_nothing
        if profile.ip_literals_keep_no_preflight and is_ip_host(request.url.host):
            return False
        return not (profile.tainted_origin_keeps_no_preflight and has_tainted_origin(request))

    def _check_challenge(self, response: HttpResponse, headers: ReceivedHeaders) -> None:
        """Stop where a browser asks the person (Fetch, "HTTP-network-or-cache fetch" steps 15 and 16)."""
        if response.status == _PROXY_AUTHENTICATION_REQUIRED and self.session.profile.proxy_challenge_fails:
            raise self._refuse(
                Code.PROXY_CHALLENGE, "HTTP-network-or-cache fetch, step 16", FailedAt.RESPONSE, status="407"
            )
        if response.status != _UNAUTHORIZED or not self.request.includes_credentials:
            return
        if self.request.tainting is Tainting.CORS and not self.session.profile.cross_origin_login_dialog:
            return
        challenges = headers.lines("www-authenticate")
        # Chromium reads one challenge a line (seen).
        if any(line.partition(" ")[0].lower() in _DIALOG_SCHEMES for line in challenges):
            raise self._refuse(
                Code.LOGIN_DIALOG,
                "HTTP-network-or-cache fetch, step 15",
                FailedAt.RESPONSE,
                **{"status": "401", "www-authenticate": ", ".join(challenges)},
            )

    def _check_handshake(self, response: HttpResponse) -> None:
        """Want 101 of a WebSocket's handshake, and of nothing else (WebSockets, "establish …" step 11)."""
        is_handshake = self.request.mode is Mode.WEBSOCKET
        if is_handshake == (response.status == SWITCHING_PROTOCOLS):
            return
        if not is_handshake:
            raise self._refuse(
                Code.MALFORMED_RESPONSE, "HTTP-network fetch, step 8.5", FailedAt.RESPONSE, status="101"
            )
        raise NetworkError(
            Failure(
                Code.HANDSHAKE_REFUSED,
                "WebSockets, establish a WebSocket connection, step 11",
                {"status": str(response.status)},
            )
        )

    def _refuse(
        self, code: Code, step: str, where: FailedAt = FailedAt.REQUEST, **evidence: str
    ) -> NetworkError:
        return NetworkError(Failure(code, f"Fetch, {step}", evidence, where))
