"""Would the browser allow it? A model browser whose whole network is this API, in process."""

from collections.abc import Iterable
from contextvars import Context, ContextVar
from dataclasses import replace
from typing import Final, NamedTuple

import msgspec
from flask import Flask

from crossguard.browser import (
    Browser,
    HttpRequest,
    HttpResponse,
    Url,
    UrlSyntaxError,
    parse_page_url,
    parse_url,
)
from crossguard.browser.transports import wsgi
from crossguard.console.explain.schemas import Diagnosis, Probe
from crossguard.explain import explain_verdict
from crossguard.flask import endpoint_for, questions_about
from crossguard.wsgi import Environ, StartResponse, WSGIApp

_probing: Final[ContextVar[bool]] = ContextVar("crossguard-probing", default=False)

# By endpoint. Signing in could be tried until it works, and a stream would be read until it ends.
_NOT_TRIED: Final = {
    "auth.sign_in": "is where people sign in, which is not tried out",
    "auth.sign_out": "is where people sign out, which is not tried out",
    "decisions.events": "is a stream, which does not end; /api/me is answered under the same policy",
}


# Methods that change nothing (RFC 9110 section 9.2.1), and that pages send.
_HARMLESS: Final = ("GET", "HEAD")


class Caller(NamedTuple):
    """Who asks, for a fetch that is tried as this user.

    Attributes:
        cookie: the value of the session cookie.
        address: where the request came from, to which the session is bound.
        user_agent: the browser that sent it, in the same way.
    """

    cookie: str
    address: str
    user_agent: str


_caller: Final[ContextVar[Caller | None]] = ContextVar("crossguard-caller", default=None)


def is_probing() -> bool:
    """Tell whether the request at hand comes from the model browser, and so is no traffic."""
    return _probing.get()


class ProbeRefusedError(ValueError):
    """Something that is not tried out.

    Attributes:
        where: the member of the probe.
        reason: what is wrong with it.
    """

    def __init__(self, where: str, reason: str) -> None:
        self.where = where
        self.reason = reason
        super().__init__(f"{where}: {reason}")


class Prober:
    """Tries fetches in the model browser.

    Args:
        app: the API.
        api_origin: its own origin as browsers see it.
        front_end: the origin of its front end.
    """

    def __init__(self, app: Flask, api_origin: str, front_end: str) -> None:
        self._app = app
        self._front_end = front_end
        self._api = parse_url(api_origin)
        self._carry = wsgi(_as_caller(app))

    def diagnose(self, probe: Probe, caller: Caller) -> Diagnosis:
        """Fetch as *probe* says, signed out or as *caller*, and explain what became of it.

        Raises:
            ProbeRefusedError: it is not tried out.
        """
        if probe.signed_in and probe.method not in _HARMLESS:
            raise ProbeRefusedError(
                "signed_in", f"is for {' and '.join(_HARMLESS)}: another method would change something"
            )
        # An empty context: a nested request would share the application context of the one that is
        # being answered, and with it the user who is signed in there.
        return Context().run(self._diagnose, probe, caller)

    def _diagnose(self, probe: Probe, caller: Caller) -> Diagnosis:
        _probing.set(True)
        origin = _page_of(probe.origin)
        if probe.signed_in:
            _caller.set(caller)
            browser = self._signed_in_browser(probe.browser, caller)
        else:
            browser = Browser(probe.browser, send=self._send)
        page = browser.open(origin)
        verdict = page.verdict(
            self._target(probe.url).href,
            method=probe.method,
            headers=[(header.name, header.value) for header in probe.headers],
            credentials=probe.credentials,
        )
        found = explain_verdict(verdict, **questions_about(self._app))
        return msgspec.convert(found, Diagnosis, from_attributes=True)

    def _signed_in_browser(self, profile: str, caller: Caller) -> Browser:
        """Return a browser that has the caller's cookie, as from an answer to the application's front end."""
        config = self._app.config
        parts = [f"{config['SESSION_COOKIE_NAME']}={caller.cookie}", "Path=/", "HttpOnly"]
        parts += [f"SameSite={config['SESSION_COOKIE_SAMESITE']}"]
        parts += ["Secure"] if config["SESSION_COOKIE_SECURE"] else []
        headers = (
            ("Access-Control-Allow-Origin", self._front_end),
            ("Access-Control-Allow-Credentials", "true"),
            ("Set-Cookie", "; ".join(parts)),
        )
        signing_in = [HttpResponse(204, headers)]
        browser = Browser(
            profile, send=lambda request: signing_in.pop() if signing_in else self._send(request)
        )
        browser.open(self._front_end).fetch(self._api.href, credentials="include")
        return browser

    def _target(self, text: str) -> Url:
        try:
            url = parse_url(text, self._api)
        except UrlSyntaxError as error:
            raise ProbeRefusedError("url", f"is not a URL: {error}") from error
        if url.origin != self._api.origin:
            raise ProbeRefusedError("url", f"must be a path or begin with {self._api.origin}/")
        return url

    def _send(self, request: HttpRequest) -> HttpResponse:
        # Looked at hop by hop, because a redirect may lead anywhere.
        if request.target.origin != self._api.origin:
            raise ProbeRefusedError("url", "redirects to another server, which is not asked")
        endpoint = endpoint_for(self._app, request)
        if endpoint in _NOT_TRIED:
            raise ProbeRefusedError("url", _NOT_TRIED[endpoint])
        return self._carry(replace(request, headers=_received(request.headers)))


def _as_caller(app: Flask) -> WSGIApp:
    """Return *app*, to which a fetch as the caller comes from the caller's address and browser."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        caller = _caller.get()
        if caller is not None:
            environ |= {"REMOTE_ADDR": caller.address, "HTTP_USER_AGENT": caller.user_agent}
        return app(environ, start_response)

    return application


def _page_of(origin: str) -> str:
    """Return the address of a page of *origin*; the address of any page will do."""
    if origin == "null":
        return origin
    try:
        page = parse_page_url(origin)
        if page.origin is None:
            raise ProbeRefusedError("origin", "must begin with http:// or https://, or be null")
        return str(page.origin)
    except UrlSyntaxError as error:
        raise ProbeRefusedError("origin", f"is not an origin: {error}") from error


def _received(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return what of *headers* would reach the application.

    A proxy in front replaces what would say who it speaks for, and servers drop names with an
    underscore, which an environ cannot tell from a hyphen.
    """
    return tuple(
        (name, value)
        for name, value in headers
        if "_" not in name and not name.lower().startswith("x-forwarded-")
    )
