"""The way to production that docs/production.md describes, as far as one machine allows.

PostgreSQL, two instances of gunicorn, and nginx with TLS in front, by the files in deploy/.
"""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.console.processes import command, environment, free_ports
from tests.console.support import within
from tests.postgresql import postgresql_server

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
STATIC = ROOT / "src/crossguard/console/static"
PASSWORD = "correct horse battery"
API, WEB = "api.example.com", "app.example.com"

pytestmark = [
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
    pytest.mark.skipif(not (STATIC / "index.html").is_file(), reason="the front end is not built"),
]
pytest.importorskip("gunicorn")


def variables_of(name):
    """Read an environment file as systemd does."""
    lines = (DEPLOY / name).read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


class Production:
    """All of it, until the end of the block."""

    def __init__(self, folder, server):
        self.folder = folder
        self.server = server
        self.database = server.new_database()
        self.ports = free_ports(3)
        self.instances = {}
        self.password = PASSWORD
        settings = variables_of("environment.example") | {
            "DATABASE_URL": server.url(self.database),
            "CROSSGUARD_SECRET_KEY": "k" * 64,
            "CROSSGUARD_INSTANCE": str(folder / "instance"),
            "CROSSGUARD_ADMIN_PASSWORD": PASSWORD,
            "CROSSGUARD_THREADS": "4",
            "CROSSGUARD_FEEDS": "8",
        }
        self.environment = environment(folder, **settings)

    def run(self, *arguments):
        """Run a command of the console; return what it said."""
        done = subprocess.run(
            command(*arguments),
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, port):
        """Start an instance as the unit does."""
        [line] = [
            line
            for line in (DEPLOY / "crossguard-api@.service").read_text("utf-8").splitlines()
            if line.startswith("ExecStart=")
        ]
        program, *arguments = line.removeprefix("ExecStart=").split()
        assert program.endswith("/gunicorn")
        log = (self.folder / f"log{port}").open("a")
        self.instances[port] = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *arguments],
            env=self.environment | {"API_PORT": str(port)},
            cwd=self.folder,
            stdout=log,
            stderr=log,
        )
        log.close()
        within(lambda: self.status(port, "/readyz") == 200, 60)

    def status(self, port, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def start_nginx(self):
        certificate, key = self.folder / "fullchain.pem", self.folder / "privkey.pem"
        names = f"subjectAltName=DNS:{API},DNS:{WEB}"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]  # noqa: RUF005
            + [
                "-days",
                "2",
                "-subj",
                "/CN=example.com",
                "-addext",
                names,
                "-keyout",
                key,
                "-out",
                certificate,
            ],
            check=True,
            capture_output=True,
        )
        self.tls = ssl.create_default_context(cafile=certificate)
        site = (DEPLOY / "nginx.conf").read_text("utf-8")
        for written, here in (
            ("listen 443 ssl", f"listen 127.0.0.1:{self.ports[2]} ssl"),
            ("127.0.0.1:5001", f"127.0.0.1:{self.ports[0]}"),
            ("127.0.0.1:5002", f"127.0.0.1:{self.ports[1]}"),
            ("/etc/ssl/crossguard", str(self.folder)),
            ("/opt/crossguard/static", str(STATIC)),
        ):
            assert written in site
            site = site.replace(written, here)
        types = "text/html html; text/css css; application/javascript js; image/svg+xml svg;"
        temporary = "".join(
            f"{name}_temp_path {self.folder}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        conf = self.folder / "nginx.conf"
        conf.write_text(
            f"{user} daemon off; pid {self.folder}/pid; error_log {self.folder}/error;"
            f"events {{}} http {{ types {{ {types} }} access_log off; {temporary}\n{site}\n}}"
        )
        self.nginx = subprocess.Popen(
            ["nginx", "-p", self.folder, "-c", conf], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        within(lambda: self.ask(WEB, "/config.json")[0] == 200, 30)

    def open(self, host, path, method="GET", headers=None, body=None):
        connection = http.client.HTTPSConnection(host, self.ports[2], timeout=60, context=self.tls)
        connection._create_connection = lambda address, *rest: socket.create_connection(
            ("127.0.0.1", address[1]), 20
        )
        connection.request(method, path, body, {"Host": host} | (headers or {}))
        return connection, connection.getresponse()

    def ask(self, host, path, method="GET", headers=None, body=None):
        try:
            connection, response = self.open(host, path, method, headers, body)
        except OSError:
            return None, {}, b""
        try:
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def sign_in(self):
        body = json.dumps({"username": "admin", "password": self.password})
        sent = {"Origin": f"https://{WEB}", "Content-Type": "application/json"}
        status, headers, text = self.ask(API, "/auth/sign-in", "POST", sent, body)
        assert status == 200, text
        assert "Secure" in headers["Set-Cookie"]
        return {"Origin": f"https://{WEB}", "Cookie": headers["Set-Cookie"].partition(";")[0]}

    def close(self):
        for process in (*self.instances.values(), getattr(self, "nginx", None)):
            if process is not None and process.poll() is None:
                process.terminate()
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


@pytest.fixture(scope="module")
def production():
    # Not pytest's own folder, which the workers of nginx may not enter.
    folder = Path(tempfile.mkdtemp(prefix="production"))
    with postgresql_server() as server:
        made = Production(folder, server)
        try:
            assert "The database is up to date" in made.run("migrate")
            for port in made.ports[:2]:
                made.start(port)
            made.start_nginx()
            yield made
        finally:
            made.close()
            shutil.rmtree(folder, ignore_errors=True)


def test_the_front_end_is_served_with_its_policy_and_finds_the_api(production):
    status, headers, text = production.ask(WEB, "/admin/users")
    assert status == 200
    assert b"<div id=" in text
    assert f"connect-src 'self' https://{API}" in headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"]
    assert headers["Cache-Control"] == "no-cache"
    status, headers, text = production.ask(WEB, "/config.json")
    assert json.loads(text) == {"api": f"https://{API}"}
    assert headers["Cache-Control"] == "no-store"
    script = re.search(rb'src="(/assets/[^"]+)"', production.ask(WEB, "/")[2])[1].decode()
    assert "immutable" in production.ask(WEB, script)[1]["Cache-Control"]


def test_a_page_of_the_front_end_signs_in_and_reads(production):
    cookie = production.sign_in()
    status, headers, text = production.ask(API, "/api/me", headers=cookie)
    assert (status, json.loads(text)["username"]) == (200, "admin")
    assert headers["Access-Control-Allow-Origin"] == f"https://{WEB}"
    assert headers["Strict-Transport-Security"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    stranger = cookie | {"Origin": "https://stranger.example"}
    assert "Access-Control-Allow-Origin" not in production.ask(API, "/api/me", headers=stranger)[1]


def test_what_is_for_the_machine_stays_there(production):
    assert production.ask(API, "/metrics")[0] == 404
    assert production.ask(API, "/readyz")[0] == 404
    assert production.ask(API, "/livez")[0] == 200
    assert production.status(production.ports[0], "/metrics") == 200


def test_the_live_feed_passes_the_proxy_whichever_instance_decides(production):
    cookie = production.sign_in()
    connection, response = production.open(API, "/api/events", headers=cookie)
    assert response.status == 200
    for _ in range(4):
        production.ask(API, "/api/me", headers={"Origin": "https://feed.example"})
    text = b""
    while b"https://feed.example" not in text:
        more = response.read1(65536)
        assert more
        text += more
    response.close()
    connection.close()


def test_an_instance_can_be_stopped_and_started_without_an_error_for_anybody(production):
    cookie = production.sign_in()
    for port in production.ports[:2]:
        production.instances[port].send_signal(signal.SIGTERM)
        statuses = [production.ask(API, "/api/me", headers=cookie)[0] for _ in range(20)]
        assert production.instances[port].wait(60) == 0
        statuses += [production.ask(API, "/api/me", headers=cookie)[0] for _ in range(5)]
        assert set(statuses) == {200}
        production.start(port)


def test_a_backup_is_restored(production):
    cookie = production.sign_in()
    added = {"Content-Type": "application/json"} | cookie
    body = json.dumps({"origin": "https://shop.example.com"})
    assert production.ask(API, "/admin/front-ends", "POST", added, body)[0] == 201
    programs = Path(shutil.which("pg_dump") or next(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))).parent
    where = ["-h", production.server.home, "-U", "tester"]
    backup = production.folder / "backup"
    subprocess.run(
        [programs / "pg_dump", *where, "-Fc", "-f", backup, production.database], check=True, timeout=60
    )
    restored = production.server.new_database()
    subprocess.run([programs / "pg_restore", *where, "-d", restored, backup], check=True, timeout=60)
    settings = production.environment | {"DATABASE_URL": production.server.url(restored)}
    done = subprocess.run(
        command("migrate"), env=settings, cwd=production.folder, check=True, capture_output=True
    )
    # No user is created: the users are those of the backup.
    assert b"First user" not in done.stdout
    query = "SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM front_ends)"
    found = subprocess.run(
        [programs / "psql", *where, "-At", "-d", restored, "-c", query],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert found.stdout.strip() == "1|1"


def test_a_password_is_reset_by_command_and_ends_the_sessions(production):
    cookie = production.sign_in()
    said = production.run("reset-password", "admin", "--generate-password")
    assert production.ask(API, "/api/me", headers=cookie)[0] == 401
    production.password = said.rpartition(" ")[2].strip()
    production.sign_in()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("*.service")), ids=lambda unit: unit.name)
def test_a_unit_is_one_that_systemd_understands(unit, tmp_path):
    # With a program that is there: what it checks is the unit.
    for each in DEPLOY.glob("*.service"):
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", each.read_text("utf-8"), flags=re.MULTILINE)
        (tmp_path / each.name.replace("@.", "@5001.")).write_text(text)
    name = unit.name.replace("@.", "@5001.")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / name],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    own = [line for line in done.stderr.splitlines() if "crossguard" in line and "/lib/systemd" not in line]
    assert own == []
