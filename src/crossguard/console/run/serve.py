"""Two servers in one process: the API and the front end, each on its own origin."""

import signal
import socket
from collections.abc import Callable, Iterable
from types import FrameType
from typing import TYPE_CHECKING, Any

from flask import Flask
from waitress.server import create_server  # type: ignore[import-untyped]

from crossguard.console.services import services_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# More than the live feeds that may be open, each of which occupies one.
_API_THREADS = 16
_WEB_THREADS = 4

# Waitress stores a body before the application sees it, a gigabyte of it by default.
_LARGEST_BODY = 1024 * 1024


def serve(
    api: Flask,
    front_end: "WSGIApplication",
    *,
    api_sockets: list[socket.socket],
    web_sockets: list[socket.socket],
    when_ready: Callable[[], object],
) -> None:
    """Serve until Ctrl-C or SIGTERM; then close the feeds, finish what is being written, and return."""
    services = services_of(api)
    # One map of connections, so that one loop in the main thread, where signals arrive, serves both.
    connections: dict[int, Any] = {}
    servers = [
        create_server(
            application,
            map=connections,
            sockets=sockets,
            threads=threads,
            ident=None,
            max_request_body_size=_LARGEST_BODY,
            # Lets a view ask whether its client has left; see crossguard.console.api.events.
            channel_request_lookahead=1,
        )
        for application, sockets, threads in (
            (one_machine(api), api_sockets, _API_THREADS),
            (front_end, web_sockets, _WEB_THREADS),
        )
    ]

    def stop(_number: int, _frame: FrameType | None) -> None:
        # A second signal does not wait for anything.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        # Before the server waits for its threads: an open feed occupies one.
        services.feed.close()
        raise KeyboardInterrupt

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        when_ready()
        servers[0].run()
    except KeyboardInterrupt:
        pass
    finally:
        for server in servers:
            server.close()
        services.close()
        for number, handler in previous.items():
            signal.signal(number, handler)


def one_machine(application: "WSGIApplication") -> "WSGIApplication":
    """Make `::1` look like `127.0.0.1`.

    A browser may take either for `localhost`, one request to the next. Sessions are bound to an address
    and sign-in attempts counted by it, and both are about the machine.
    """

    def with_one_address(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("REMOTE_ADDR") == "::1":
            environ["REMOTE_ADDR"] = "127.0.0.1"
        return application(environ, start_response)

    return with_one_address
