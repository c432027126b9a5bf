"""Which rule a URL and a method would reach, asked of the application's own map, without running anything."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from crossguard.wsgi.environ import Environ, decoded

#: Hosts of which every map can make an adapter; others are left to Flask, which refuses some.
PLAIN_HOST: Final = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*(:[0-9]{1,5})?")

# A map can redirect a path that redirects; more than this is a loop.
_MAX_REDIRECTS = 4


class Route(NamedTuple):
    """Where a request goes.

    Attributes:
        rule: the rule.
        method: the method under which it was found.
        exact: whether the request reaches it as it is, without a redirect and with this method.
        arguments: what the path gives the view.
    """

    rule: Rule
    method: str
    exact: bool
    arguments: Mapping[str, Any] = MappingProxyType({})


class Router:
    """Asks the URL map of one application."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        # Without host or subdomain matching the map looks at nothing but the path and the method, and
        # one adapter serves every request.
        self._shared: MapAdapter | None = None
        if not app.url_map.host_matching and not app.subdomain_matching:
            self._shared = app.url_map.bind(
                app.config["SERVER_NAME"] or "localhost", subdomain=app.url_map.default_subdomain or ""
            )

    def find(self, environ: Environ, method: str) -> Route | None:
        """Return the route of a request, if it used *method*; None for an unknown URL.

        A URL that redirects, to add a slash for instance, is as its target. A method that the URL does
        not have is as one that it has: ``GET`` if it does, else the first by name.
        """
        try:
            adapter = self._shared or self._bind(environ)
        except HTTPException:
            return None
        path = decoded(environ.get("PATH_INFO", "")) or "/"
        websocket = "HTTP_UPGRADE" in environ and _is_upgrade(environ)
        exact = True
        for _ in range(_MAX_REDIRECTS):
            try:
                rule, arguments = adapter.match(path, method, return_rule=True, websocket=websocket)
            except RequestRedirect as redirect:
                target = _path_of(redirect.new_url, adapter)
                if target is None or target == path:
                    return None
                path, exact = target, False
            except MethodNotAllowed as error:
                valid = set(error.valid_methods or ())
                methods = sorted(valid - {"OPTIONS"}) or sorted(valid)
                if not methods or method in methods:
                    return None
                method, exact = ("GET" if "GET" in methods else methods[0]), False
            except Exception:  # noqa: BLE001 - a converter may raise anything, and will again inside of Flask
                return None
            else:
                return Route(rule, method, exact, arguments)
        return None

    def _bind(self, environ: Environ) -> MapAdapter:
        app = self._app
        server_name = None if app.url_map.host_matching else app.config["SERVER_NAME"]
        subdomain = None if app.subdomain_matching else (app.url_map.default_subdomain or "")
        return app.url_map.bind_to_environ(
            environ, server_name=server_name, subdomain=None if app.url_map.host_matching else subdomain
        )


class FoundAdapter(MapAdapter):
    """An adapter that has matched its request; what else an adapter knows is found out if it is needed.

    Args:
        found: the route of the request.
        make: makes the adapter that Flask would have.
    """

    def __init__(self, found: Route, make: Callable[[], MapAdapter]) -> None:
        self.found = found
        self._make = make

    def __getattr__(self, name: str) -> Any:
        # Asked for what is missing only, such as the map, by which URLs are built.
        if "map" in self.__dict__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.__dict__.update(vars(self._make()))
        return getattr(self, name)

    def match(
        self,
        path_info: str | None = None,
        method: str | None = None,
        return_rule: bool = False,
        query_args: Mapping[str, Any] | str | None = None,
        websocket: bool | None = None,
    ) -> Any:
        """Match a path and a method; those of the request are known."""
        if path_info is None and method is None and websocket is None:
            arguments = dict(self.found.arguments)
            return (self.found.rule if return_rule else self.found.rule.endpoint), arguments
        match: Callable[..., Any] = super().match
        return match(path_info, method, return_rule, query_args, websocket)


def _is_upgrade(environ: Environ) -> bool:
    """Tell whether Werkzeug routes a request as a WebSocket: it asks for both headers, of any method."""
    connection = str(environ.get("HTTP_CONNECTION", "")).lower()
    return str(environ["HTTP_UPGRADE"]).lower() == "websocket" and any(
        item.strip(" \t") == "upgrade" for item in connection.split(",")
    )


def _path_of(url: str, adapter: MapAdapter) -> str | None:
    """Return the path of a redirect of the map, which is absolute, below the application's root.

    None if it leads to another host, where this application's views and policies say nothing.
    """
    target = urlsplit(url)
    path = unquote(target.path)
    root = adapter.script_name.rstrip("/")
    if target.netloc != adapter.get_host(None) or not path.startswith(root):
        return None
    return path.removeprefix(root)
