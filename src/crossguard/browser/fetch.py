"""Fetching: from a request to what script sees, or to a network error.

Source: Fetch, "main fetch", "HTTP fetch".
"""

from typing import Final

from crossguard.browser import preflight
from crossguard.browser.caches.lookup import cache_key
from crossguard.browser.codes import Code
from crossguard.browser.cors_check import cors_check
from crossguard.browser.data_urls import data_response
from crossguard.browser.filtered import filtered, opaque_redirect
from crossguard.browser.headers.metadata import request_origin
from crossguard.browser.headers.received import ReceivedHeaders
from crossguard.browser.headers.referrer import policy_of
from crossguard.browser.headers.request_headers import unsafe_names
from crossguard.browser.network import SWITCHING_PROTOCOLS, network_or_cache_fetch
from crossguard.browser.network_error import NetworkError
from crossguard.browser.never_sent import note_address_space, refuse_mixed_content, refuse_unsendable
from crossguard.browser.redirects import follow, is_redirect, location_url
from crossguard.browser.request import Credentials, Mode, Redirect, Request, Tainting
from crossguard.browser.resource_policy import integrity_check, resource_policy_check
from crossguard.browser.session import Session
from crossguard.browser.site import is_same_origin
from crossguard.browser.values import HttpResponse
from crossguard.browser.verdict import FailedAt, Failure, Hop, ScriptResponse

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
        request.keeps_credentials = (
            session.profile.no_cors_keeps_credentials
            and request.mode is Mode.NO_CORS
            and is_same_origin(request.url.origin, request.origin)
        )

    def run(self) -> ScriptResponse:
        """Fetch, follow redirects, and filter the response (Fetch, "main fetch").

        Raises:
            NetworkError: the promise does not resolve; the hops tell how far it went.
        """
        if self.request.url.scheme == "data" and self.request.mode not in _UNFILTERED_MODES:
            return self._fetch_data()
        while True:
            refuse_unsendable(self.session.profile, self.request)
            if not (self.session.profile.checks_redirects_late and len(self.request.urls) > 1):
                refuse_mixed_content(self.session.profile, self.request)
            note_address_space(self.request)
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
            return filtered(self.request, response, headers, self._body(response))

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

    def _body(self, response: HttpResponse) -> bytes:
        """Return the body that script reads, empty where there can be none (Fetch, "main fetch" step 21)."""
        is_null = self.request.method == "HEAD" or response.status in _NULL_BODY_STATUS
        return b"" if is_null else response.body

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
        """Refuse a redirect for what WebKit finds once the next hop's preflight is answered (recorded)."""
        if self.late_failure is not None:
            raise NetworkError(self.late_failure)
        refuse_mixed_content(self.session.profile, self.request)

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
            preflight.ask(self.session, request, names, hop)
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
            self.session.preflights.forget(preflight.key_of(self.request, profile))
        if profile.cors_failure_uncaches and hop.cached is None and self.request.method == "GET":
            self.session.cache.forget(cache_key(self.request))

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
