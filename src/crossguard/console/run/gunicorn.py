"""Settings of gunicorn: `gunicorn -c python:crossguard.console.run.gunicorn`, with the environment of `run`.

It serves the API alone; the front end is files, which the server in front serves. Reads the environment once,
in the process that starts the workers, so that a mistake is said once.
"""

import os
import signal
import sys
import threading as _threading
from types import FrameType
from typing import Any

from crossguard.console.environment import read_settings
from crossguard.console.logs import log_to_terminal
from crossguard.console.run.serve import SWITCH_INTERVAL
from crossguard.console.services import services_of
from crossguard.console.stops import CannotStart

try:
    _settings = read_settings(os.environ)
except CannotStart as stop:
    stop.show()
    sys.exit(stop.exit_code)

wsgi_app = "crossguard.console:create_app()"
bind = f"{_settings.bind or '127.0.0.1'}:{_settings.api_port}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = _settings.server_threads
# Requests in flight are answered within this time after SIGTERM.
graceful_timeout = 30
timeout = 60
keepalive = 65
# The application counts the proxies itself, for which it needs what they say.
forwarded_allow_ips = "*" if _settings.trusted_proxies else "127.0.0.1"
accesslog = None
loglevel = _settings.log_level.lower()


def on_starting(server: Any) -> None:
    """Refuse fewer threads than open pages may keep; a sync worker that has threads is one of threads."""
    if server.cfg.threads < _settings.server_threads:
        sys.exit(
            f"Cannot start: --threads {server.cfg.threads} are fewer than CROSSGUARD_THREADS and "
            f"CROSSGUARD_FEEDS together, {_settings.server_threads}. Leave out --threads and set those."
        )


def post_fork(_server: Any, _worker: Any) -> None:
    """Log and take turns as `run` does."""
    log_to_terminal(_settings)
    sys.setswitchinterval(SWITCH_INTERVAL)


def post_worker_init(worker: Any) -> None:
    """End the feeds when a worker is told to stop: it waits for every connection, and they do not end."""
    previous = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: FrameType | None) -> None:
        if callable(previous):
            previous(number, frame)
        # Not here: closing takes locks, and what was interrupted may hold one.
        _threading.Thread(target=services_of(worker.wsgi).feed.close, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)


def worker_exit(_server: Any, worker: Any) -> None:
    """Write what is still queued, and close the connections."""
    application = getattr(worker, "wsgi", None)
    if application is not None:
        services_of(application).close()
