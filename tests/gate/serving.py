"""Real servers on loopback, for as long as a block runs."""

import logging
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    def log(self, *_given: Any) -> None:
        """Keep the requests of tests out of the log."""


@contextmanager
def served(app: Any, *, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve *app* with Werkzeug, a thread for each connection, and yield the port."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
