"""Preflights at the edge: the processor time of nginx for each, beside that of gunicorn, in one run."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.contenders import installed
from bench.figures import Measured, at_least, measured, skipped
from bench.measures.server import sent
from bench.requests import LISTED, check
from bench.servers import HOST, Server, free_port, serving
from bench.timing import Pace, Samples, medians, quotient
from crossguard import compile_policy, load_config
from crossguard.edge.application import application_of
from crossguard.edge.description import describe
from crossguard.edge.export import export
from crossguard.edge.part import Order

TITLE = "Preflights at the edge"
_GUNICORN = "gunicorn, crossguard.flask"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
#: Of which connections that are kept are the larger part.
LIMIT = 5.0
ROUNDS = 7
MANY = 10_000
_PATIENCE = 20.0

_CONFIGURATION = """
daemon off;
master_process off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  keepalive_timeout {kept};
  keepalive_requests 1000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/crossguard-http.conf;
  server {{ listen {host}:{port}; include {folder}/crossguard-server.conf; location / {{ return 404; }} }}
}}
"""


def measure(pace: Pace) -> Measured:
    """Return microseconds of processor time for each preflight, and how often nginx fits into gunicorn's."""
    if missing := _missing():
        return skipped(TITLE, missing)
    many = 100 if pace.quick else MANY
    # The number of origins, and the seconds for which a connection is kept.
    kinds = {
        "nginx": (3, 60),
        f"nginx, {MANY:,} origins": (many, 60),
        "nginx, a connection each": (3, 0),
    }
    samples: Samples = {name: [] for name in (_GUNICORN, *kinds)}
    with ExitStack() as stack:
        servers = {_GUNICORN: stack.enter_context(serving("crossguard.flask"))}
        for name, (count, kept) in kinds.items():
            servers[name] = stack.enter_context(_nginx(count, kept))
        for name, server in servers.items():
            check(server.preflight(), "preflight", name, guarded=True)
        for _ in range(1 if pace.quick else ROUNDS):
            for name, server in servers.items():
                samples[name].append(sent(server))
    found = medians(samples)
    rows = {
        name: {
            "µs": found[name],
            "times in gunicorn's": quotient(samples, "gunicorn, crossguard.flask", name),
        }
        for name in servers
    }
    value = rows["nginx"]["times in gunicorn's"]
    spread = samples["nginx"]
    return measured(
        TITLE,
        "microseconds of processor time, user and system; a sync worker of gunicorn keeps no connection",
        rows,
        targets=[at_least("a preflight at nginx", value, LIMIT, "times in gunicorn's")],
        notes=[f"Rounds of nginx took from {min(spread):.1f} to {max(spread):.1f} µs."],
    )


def _missing() -> str:
    for name, found in (("nginx", NGINX), ("wrk", shutil.which("wrk"))):
        if found is None:
            return f"{name} is not installed"
    if not installed("gunicorn"):
        return "gunicorn is not installed"
    return "" if Path("/proc/self/stat").exists() else "this system has no /proc"


@contextmanager
def _nginx(count: int, kept: int) -> Iterator[Server]:
    """Run nginx with the exported policy of *count* origins until the block ends."""
    origins = [LISTED, *(f"https://shop-{number}.example.com" for number in range(count - 1))]
    config = load_config({"origins": origins, "supports_credentials": True}, is_public_suffix=lambda _: False)
    policy = compile_policy(config)
    described = describe(application_of({"": policy}, find=lambda _: policy))
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        order = Order("preflight", name, "app", watched=False, platform="")
        for part in export(described, "nginx", order, command="bench").parts:
            (folder / part.name).write_text(part.text)
        user = "user root;" if os.geteuid() == 0 else ""
        text = _CONFIGURATION.format(folder=folder, host=HOST, port=port, user=user, kept=kept)
        (folder / "nginx.conf").write_text(text)
        command = [str(NGINX), "-p", name, "-e", f"{name}/error.log", "-c", f"{name}/nginx.conf"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server = Server(port, process.pid)
        try:
            _wait_for(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _wait_for(server: Server, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            server.preflight()
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return
