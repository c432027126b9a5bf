"""A sign-in proxy redirects the preflight to its login page; the fix is to call the login page.

Seen in: actualbudget/actual PR #3286, microsoft/vscode #130921
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
    target = "https://team.cloudflareaccess.com/cdn-cgi/access/login"
    port = serve(lambda _: (302, [("Location", target), ("Server", "cloudflare"), ("CF-Ray", "1-FRA")], b""))
    said = check(
        f"http://localhost:{port}/sync", "--origin", "http://localhost:3000", "-H", "Authorization: Bearer x"
    )
    expect(
        f"call {target} in the front" not in said,
        f"the front end is told to call the login page: {said[:240]}",
    )
    expect("in front" in said or "proxy" in said, "that it was a proxy and not the API is not said")


run(main)
