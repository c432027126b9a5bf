"""A private forwarded port answers the preflight with 401: the API never saw it.

Seen in: gitpod-io/gitpod #14576, cleodora-forecasting/cleodora #27
"""

import http.server
import subprocess
import sys
import threading

from common import expect, run


def serve(answer, family=None, host="127.0.0.1"):
    class Handler(http.server.BaseHTTPRequestHandler):
        def every(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, fields, body = answer(self)
            self.send_response_only(status)
            for name, value in [*fields, ("Content-Length", str(len(body)))]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_OPTIONS = every  # noqa: N815 - the names that the server calls

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        pass

    if family is not None:
        Server.address_family = family
    server = Server((host, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def check(*words):
    done = subprocess.run(
        [sys.executable, "-m", "crossguard", "check", *words], capture_output=True, text=True, check=False
    )
    said = " ".join((done.stdout + done.stderr).split())
    return said[said.find("BLOCKED") :] if "BLOCKED" in said else said


def main():
    port = serve(lambda _: (401, [], b""))
    said = check(
        f"http://localhost:{port}/query", "--origin", "http://localhost:3000", "-H", "Authorization: Bearer x"
    )
    expect("401" in said, f"that the preflight got 401 is not said: {said[:220]}")
    expect(
        "let the API answer Access-Control-Allow-Origin" not in said,
        "a header alone does not help: 401 stops a preflight, and what answered stands in front of the API",
    )


run(main)
