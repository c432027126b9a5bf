"""The front end: the built files, served from an origin of their own."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import urlsplit

import msgspec
from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.utils import send_from_directory

from crossguard.console.settings import Settings
from crossguard.wsgi import Environ, StartResponse

STATIC: Final = Path(__file__).parents[1] / "static"

_INDEX: Final = "index.html"
_STRANGER: Final = "stranger.html"
_YEAR: Final = 31_536_000

_NOT_BUILT: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The front end is not built</title>
<h1>The front end is not built</h1>
<p>Stop the application and start it by <code>make run</code>, which builds the front end first.
The API is running at <a href="{api}">{api}</a>.</p>
</html>
"""


class FrontEnd:
    """A WSGI application that serves a built single-page application.

    Args:
        settings: where the API is.
        folder: the built files: `index.html` and what it refers to.
    """

    def __init__(self, settings: Settings, folder: Path = STATIC) -> None:
        self._folder = folder
        self._api = settings.api_origin
        self._own_host = urlsplit(settings.web_origin).netloc
        self._headers = {
            "Content-Security-Policy": _content_security_policy(settings.api_origin),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        }

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        try:
            response = self._answer(request)
        except HTTPException as error:
            # The page of the exception is HTML that repeats nothing of the request.
            response = Response.force_type(error.get_response(environ))
        response.headers.update(self._headers)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            raise MethodNotAllowed(["GET", "HEAD"])
        path = request.path.lstrip("/")
        if path == "config.json":
            response = Response(msgspec.json.encode({"api": self._api}), mimetype="application/json")
            response.cache_control.no_store = True
            return response
        # A path without an extension is a page of the application, whose router is in the browser.
        if not PurePosixPath(path).suffix or path == _INDEX:
            return self._page(request)
        # Joins safely: what is not below the folder is not found.
        response = send_from_directory(self._folder, path, request.environ)
        if path == _STRANGER and request.host == self._own_host:
            # On the front end's own origin it would be no stranger, and would sign its user out.
            raise NotFound
        if path.startswith("assets/"):
            # Their names carry a hash of their content.
            response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return response

    def _page(self, request: Request) -> Response:
        if not (self._folder / _INDEX).is_file():
            response = Response(_NOT_BUILT.format(api=self._api), status=503, mimetype="text/html")
            response.cache_control.no_store = True
            return response
        return send_from_directory(self._folder, _INDEX, request.environ)


def _content_security_policy(api_origin: str) -> str:
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": f"'self' {api_origin}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())
