"""Would the browser allow it? A model browser whose whole network is this API, in process."""

from contextvars import Context, ContextVar
from dataclasses import replace
from typing import Final

import msgspec
from flask import Flask

from crossguard.browser import Browser, HttpRequest, HttpResponse, Url, UrlSyntaxError, parse_url
from crossguard.browser.transports import wsgi
from crossguard.console.explain.schemas import Diagnosis, Probe
from crossguard.explain import explain_verdict
from crossguard.flask import endpoint_for, policy_of

_probing: Final[ContextVar[bool]] = ContextVar("crossguard-probing", default=False)

# By endpoint. Signing in could be tried until it works, and a stream would be read until it ends.
_NOT_TRIED: Final = {
    "auth.sign_in": "is where people sign in, which is not tried out",
    "auth.sign_out": "is where people sign out, which is not tried out",
    "decisions.events": "is a stream, which does not end; /api/me is answered under the same policy",
}


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
    """

    def __init__(self, app: Flask, api_origin: str) -> None:
        self._app = app
        self._api = parse_url(api_origin)
        self._carry = wsgi(app)

    def diagnose(self, probe: Probe) -> Diagnosis:
        """Fetch as *probe* says, signed out, and explain what became of it.

        Raises:
            ProbeRefusedError: it is not tried out.
        """
        # An empty context: a nested request would share the application context of the one that is
        # being answered, and with it whoever is signed in there.
        return Context().run(self._diagnose, probe)

    def _diagnose(self, probe: Probe) -> Diagnosis:
        _probing.set(True)
        page = Browser(probe.browser, send=self._send).open(_page_of(probe.origin))
        verdict = page.verdict(
            self._target(probe.url).href,
            method=probe.method,
            headers=[(header.name, header.value) for header in probe.headers],
            credentials=probe.credentials,
        )
        found = explain_verdict(verdict, lambda request: policy_of(self._app, request))
        return msgspec.convert(found, Diagnosis, from_attributes=True)

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


def _page_of(origin: str) -> str:
    """Return the address of a page of *origin*; the address of any page will do."""
    if origin == "null":
        return origin
    if not origin.strip().lower().startswith(("http://", "https://")):
        raise ProbeRefusedError("origin", "must begin with http:// or https://, or be null")
    try:
        return str(parse_url(origin).origin)
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
