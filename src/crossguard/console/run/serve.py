"""Two servers in one process: the API and the front end, each on its own origin, each with its own sockets.

Waitress, because it needs no compiler, runs on every system, and reads requests in one loop: a client that is
slow to send occupies no thread. What it lacks for a server that strangers may reach is added here: a request
has to arrive within seconds, connections on which nothing happens make room for others, and a stop lets
requests in flight end.
"""

import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from flask import Flask
from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import BaseWSGIServer, create_server  # type: ignore[import-untyped]

from crossguard.console.services import services_of
from crossguard.wsgi import WSGIApp

_WEB_THREADS: Final = 4

# Seconds. A thread that works is asked to let another one on so often. With the usual 0.005 the loop that
# reads and writes waits that long for its turn, several times a request, and the slowest answers suffer.
SWITCH_INTERVAL: Final = 0.0005

# Waitress stores a body before the application sees it, a gigabyte of it by default.
_LARGEST_BODY: Final = 1024 * 1024

# Of each server. Together they stay below the 1,024 files that a process may usually open.
_MOST_CONNECTIONS: Final = 400
# From here on the connections on which nothing happens are closed, the longest silent first.
_CROWDED: Final = 300

# No request of a browser takes longer to arrive: bodies have 64 KB at most.
_SECONDS_TO_ARRIVE: Final = 15
_SECONDS_OF_SILENCE: Final = 60
# A service manager kills after a while; systemd after 90 seconds, Docker after 10.
_SECONDS_TO_DRAIN: Final = 8.0


class _Server:
    """A waitress server with a loop of its own."""

    def __init__(
        self,
        application: WSGIApp,
        sockets: list[socket.socket],
        threads: int,
        *,
        behind_proxy: bool = False,
    ) -> None:
        self._map: dict[int, Any] = {}
        server = create_server(
            application,
            map=self._map,
            sockets=sockets,
            threads=threads,
            ident=None,
            max_request_body_size=_LARGEST_BODY,
            connection_limit=_MOST_CONNECTIONS,
            channel_timeout=_SECONDS_OF_SILENCE,
            cleanup_interval=1,
            # select() takes no file above 1,023.
            asyncore_use_poll=True,
            # Lets a view ask whether its client has left; see crossguard.console.decisions.routes.events.
            channel_request_lookahead=1,
            # The application believes as many proxies as it is told to, and needs the headers for that.
            clear_untrusted_proxy_headers=not behind_proxy,
        )
        self._tasks = server.task_dispatcher
        self._listeners = [each for each in self._map.values() if isinstance(each, BaseWSGIServer)]
        self._arriving: dict[Any, float] = {}
        for listener in self._listeners:
            listener.maintenance = self._keep_house
        self._is_stopping = threading.Event()

    def run(self, when_stopping: Callable[[], object] = lambda: None) -> None:
        """Serve until :meth:`stop`, then until what was asked is answered.

        Args:
            when_stopping: called between the two.
        """
        while not self._is_stopping.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)
        when_stopping()
        self._drain()
        self._tasks.shutdown(timeout=1)
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """Let :meth:`run` end. For signal handlers, too: it takes no lock."""
        self._is_stopping.set()
        for listener in self._listeners:
            listener.pull_trigger()

    def _drain(self) -> None:
        deadline = time.monotonic() + _SECONDS_TO_DRAIN
        # Who has connected before the stop, and is not accepted yet, is answered, too.
        wasyncore.loop(timeout=0, use_poll=True, map=self._map, count=_MOST_CONNECTIONS // 4)
        for listener in self._listeners:
            listener.accepting = False
            listener.socket.close()
            listener.del_channel()
        while self._is_busy() and time.monotonic() < deadline:
            wasyncore.loop(timeout=0.05, use_poll=True, map=self._map, count=1)

    def _is_busy(self) -> bool:
        return any(channel.requests or channel.total_outbufs_len for channel in self._channels())

    def _channels(self) -> list[Any]:
        return [channel for listener in self._listeners for channel in listener.active_channels.values()]

    def _keep_house(self, _now: float) -> None:
        """Close what does not arrive, what is silent, and what is in the way; about once a second."""
        now = time.time()
        idle = [each for each in self._channels() if not each.requests and not each.total_outbufs_len]
        # A request that is being received is one object until it is whole. Counted from its first byte, so
        # that a byte now and then does not help; a connection without any counts from its beginning.
        arriving = {each.request: each for each in idle if each.request is not None}
        self._arriving = {request: self._arriving.get(request, now) for request in arriving}
        late = [arriving[each] for each, since in self._arriving.items() if now - since > _SECONDS_TO_ARRIVE]
        silent = [each for each in idle if now - each.last_activity > _SECONDS_OF_SILENCE]
        crowding: list[Any] = []
        if len(self._map) > _CROWDED:
            idle.sort(key=lambda each: self._arriving.get(each.request, each.last_activity))
            crowding = [each for each in idle if now - each.creation_time > 1][: len(self._map) - _CROWDED]
        for channel in (*late, *silent, *crowding):
            channel.will_close = True


def serve(
    api: Flask,
    front_end: WSGIApp,
    *,
    api_sockets: list[socket.socket],
    web_sockets: list[socket.socket],
    when_ready: Callable[[], object],
) -> None:
    """Serve until Ctrl-C or SIGTERM; then close the feeds, answer what was asked, and return."""
    services = services_of(api)
    settings = services.settings
    servers = (
        _Server(api, api_sockets, settings.server_threads, behind_proxy=settings.trusted_proxies > 0),
        _Server(front_end, web_sockets, _WEB_THREADS),
    )

    def stop(_number: int, _frame: FrameType | None) -> None:
        # A second signal does not wait for anything.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        for server in servers:
            server.stop()

    sys.setswitchinterval(SWITCH_INTERVAL)
    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    web = threading.Thread(target=servers[1].run, name="crossguard-web", daemon=True)
    try:
        web.start()
        when_ready()
        # The feeds first, which would not end by themselves. Not in the handler: closing takes locks.
        servers[0].run(when_stopping=services.feed.close)
        web.join(_SECONDS_TO_DRAIN + 2)
    finally:
        services.close()
        for number, handler in previous.items():
            signal.signal(number, handler)
