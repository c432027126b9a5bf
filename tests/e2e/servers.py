"""Small servers on loopback: pages of other origins, and applications of a test's own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from werkzeug.serving import make_server

WSGIApp = Callable[..., object]


def blank_page(_environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", "22")])
    return [b"<title>A page</title>\n"]


@contextmanager
def serve(app: WSGIApp) -> Iterator[int]:
    """Serve *app* on a free port of 127.0.0.1 until the block ends; yields the port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
