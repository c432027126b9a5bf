"""Real proxies on loopback, as an ordinary user, in front of a real application."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crossguard.edge.part import Part
from tests.cli.servers import free_port

#: Under load a proxy needs a while to start.
PATIENCE = 60


def found(name: str) -> str | None:
    """Return the path of a program, also of one that a package has put into the virtual environment."""
    return shutil.which(name) or shutil.which(
        name, path=f"/usr/sbin:/usr/local/sbin:{Path(sys.executable).parent}"
    )


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/ready")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


@contextmanager
def running(command: Sequence[str], port: int, folder: Path, **environ: str) -> Iterator[int]:
    """Run a proxy until the block ends."""
    log = folder / "engine.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            stdout=stream,
            stderr=stream,
            cwd=folder,
            env={**os.environ, "HOME": str(folder), **environ},
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(port):
            assert process.poll() is None, log.read_text(errors="replace")[-3000:]
            assert time.monotonic() < deadline, log.read_text(errors="replace")[-3000:]
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def saved(parts: Sequence[Part], folder: Path) -> None:
    for part in parts:
        (folder / part.name).write_text(part.text)


NGINX_CONF = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {http}
  server {{
    listen 127.0.0.1:{port};
    {server}
    {locations}
  }}
}}
"""
NGINX_LOCATION = "location / {{ proxy_pass http://127.0.0.1:{upstream}; proxy_set_header Host $http_host; }}"


def nginx_command(folder: Path) -> list[str]:
    return [
        str(found("nginx")),
        "-p",
        str(folder),
        "-e",
        str(folder / "error.log"),
        "-c",
        str(folder / "nginx.conf"),
    ]


@contextmanager
def nginx(parts: Sequence[Part], upstream: int, folder: Path) -> Iterator[int]:
    saved(parts, folder)
    with nginx_by_hand(
        f"include {folder}/crossguard-http.conf;",
        f"include {folder}/crossguard-server.conf;",
        upstream,
        folder,
    ) as port:
        yield port


@contextmanager
def nginx_by_hand(
    maps: str, server: str, upstream: int, folder: Path, locations: str = NGINX_LOCATION
) -> Iterator[int]:
    port = free_port()
    (folder / "nginx.conf").write_text(
        NGINX_CONF.format(
            folder=folder,
            port=port,
            http=maps,
            server=server,
            locations=locations.format(upstream=upstream),
            user="user root;" if os.geteuid() == 0 else "",
        )
    )
    with running(nginx_command(folder), port, folder) as port:
        yield port


HAPROXY_CFG = """
global
    maxconn 500
defaults
    mode http
    retries 0
    timeout connect 10s
    timeout client 30s
    timeout server 30s
frontend edge
    bind 127.0.0.1:{port}
{frontend}
    default_backend app
backend app
    server app 127.0.0.1:{upstream}
"""


@contextmanager
def haproxy(parts: Sequence[Part], upstream: int, folder: Path) -> Iterator[int]:
    saved(parts, folder)
    with haproxy_by_hand((folder / "crossguard-frontend.cfg").read_text(), upstream, folder) as port:
        yield port


@contextmanager
def haproxy_by_hand(frontend: str, upstream: int, folder: Path) -> Iterator[int]:
    port = free_port()
    (folder / "haproxy.cfg").write_text(HAPROXY_CFG.format(port=port, upstream=upstream, frontend=frontend))
    with running([str(found("haproxy")), "-db", "-f", str(folder / "haproxy.cfg")], port, folder) as port:
        yield port


CADDYFILE = """
{{
	admin off
	auto_https off
}}
{snippet}
http://:{port} {{
	bind 127.0.0.1
	route {{
		{site}
		reverse_proxy 127.0.0.1:{upstream}
	}}
}}
"""


@contextmanager
def caddy(parts: Sequence[Part], upstream: int, folder: Path) -> Iterator[int]:
    saved(parts, folder)
    snippet = f"import {folder}/crossguard.caddy"
    with caddy_by_hand(snippet, "import crossguard", upstream, folder) as port:
        yield port


@contextmanager
def caddy_by_hand(snippet: str, site: str, upstream: int, folder: Path) -> Iterator[int]:
    port = free_port()
    (folder / "Caddyfile").write_text(
        CADDYFILE.format(port=port, upstream=upstream, snippet=snippet, site=site)
    )
    command = [str(found("caddy")), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with running(command, port, folder, XDG_DATA_HOME=str(folder), XDG_CONFIG_HOME=str(folder)) as port:
        yield port


TYPE = "type.googleapis.com/envoy.extensions"


def envoy_bootstrap(
    routes: list[object], filters: list[object], port: int, upstream: int
) -> dict[str, object]:
    manager = {
        "@type": f"{TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "edge",
        "route_config": {"name": "r", "virtual_hosts": [{"name": "v", "domains": ["*"], "routes": routes}]},
        "http_filters": [
            *filters,
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": f"{TYPE}.filters.http.router.v3.Router"},
            },
        ],
    }

    def at(number: int) -> dict[str, object]:
        return {"socket_address": {"address": "127.0.0.1", "port_value": number}}

    return {
        "static_resources": {
            "listeners": [
                {
                    "name": "edge",
                    "address": at(port),
                    "filter_chains": [
                        {
                            "filters": [
                                {
                                    "name": "envoy.filters.network.http_connection_manager",
                                    "typed_config": manager,
                                }
                            ]
                        }
                    ],
                }
            ],
            "clusters": [
                {
                    "name": "app",
                    "type": "STATIC",
                    "connect_timeout": "10s",
                    "load_assignment": {
                        "cluster_name": "app",
                        "endpoints": [{"lb_endpoints": [{"endpoint": {"address": at(upstream)}}]}],
                    },
                }
            ],
        }
    }


def uncommented(path: Path) -> Any:
    """Read YAML that is JSON behind comments."""
    return json.loads("\n".join(line for line in path.read_text().splitlines() if not line.startswith("#")))


@contextmanager
def envoy(parts: Sequence[Part], upstream: int, folder: Path) -> Iterator[int]:
    saved(parts, folder)
    routes = uncommented(folder / "crossguard-routes.yaml")
    settings = folder / "crossguard-filter.yaml"
    filters = [uncommented(settings)] if settings.exists() else []
    rest = {"match": {"prefix": "/"}, "route": {"cluster": "app"}}
    with envoy_by_hand([*routes, rest], filters, upstream, folder) as port:
        yield port


@contextmanager
def envoy_by_hand(routes: list[object], filters: list[object], upstream: int, folder: Path) -> Iterator[int]:
    port = free_port()
    (folder / "envoy.json").write_text(json.dumps(envoy_bootstrap(routes, filters, port, upstream)))
    command = [
        str(found("envoy")),
        "-c",
        str(folder / "envoy.json"),
        "--base-id",
        str(port),
        "--concurrency",
        "1",
    ]
    with running(command, port, folder) as port:
        yield port


@contextmanager
def edge_js(parts: Sequence[Part], upstream: int, folder: Path) -> Iterator[int]:
    """Run the function in Node, whose Request, Response and fetch are those of the standard."""
    saved(parts, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    port = free_port()
    command = [
        str(found("node")),
        str(Path(__file__).parent / "edge_host.mjs"),
        str(folder),
        str(port),
        str(upstream),
    ]
    with running(command, port, folder) as port:
        yield port


Engine = Callable[[Sequence[Part], int, Path], object]

ENGINES = {
    "nginx": nginx,
    "haproxy": haproxy,
    "caddy": caddy,
    "envoy": envoy,
    "worker": edge_js,
    "cloudfront": edge_js,
}
PROGRAMS = {
    "nginx": "nginx",
    "haproxy": "haproxy",
    "caddy": "caddy",
    "envoy": "envoy",
    "worker": "node",
    "cloudfront": "node",
}


def reachable(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0
