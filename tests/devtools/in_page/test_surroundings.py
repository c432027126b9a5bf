"""What never reaches the API: the page finds it out by itself, and says it."""

import contextlib
import ssl
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.engines.servers import make_certificate
from tests.cli.servers import reply, serving
from tests.devtools.in_page.causes import listed
from tests.devtools.in_page.lab import SETTLED, PageLab, overlay, run, shown
from tests.gate.serving import free_port

READ = "return (await fetch('<API>/items')).ok"


@pytest.fixture
def lab(page_lab: PageLab, tmp_path) -> Iterator[PageLab]:
    """Serve an API that lists the page, to a page that gets the script from its own server."""
    path = tmp_path / "app.py"
    path.write_text(page_lab.filled(listed()))
    page_lab.start(path)
    page_lab.pages.tag = page_lab.served_tag()
    yield page_lab
    page_lab.pages.clear()


def nothing_is_shown(lab: PageLab, *, origin: str = "<PAGE>", script: str = READ) -> None:
    with lab.visit(origin) as page:
        assert run(page, lab.filled(script))
        page.wait_for_timeout(SETTLED)
        assert overlay(page).count() == 0
        assert [said for said in page.said if "crossguard" in said] == []


def test_another_server_has_the_port(lab: PageLab):
    mine, lab.api_server.app = lab.api_server.app, reply(("Content-Type", "text/html"), body=b"AirTunes")
    with lab.visit("<PAGE>") as page:
        assert not run(page, lab.filled(READ))
        found = shown(page)
        assert found.code == "other-server"
        assert "another program has the port" in found.why
        assert "another port" in found.fix
    lab.api_server.app = mine
    nothing_is_shown(lab)


def test_preflights_end_before_they_reach_crossguard(lab: PageLab):
    inside = lab.api_server.app

    def outside(environ, start_response):
        if environ["REQUEST_METHOD"] == "OPTIONS":
            start_response("405 Method Not Allowed", [])
            return []
        return inside(environ, start_response)

    lab.api_server.app = outside
    script = "return (await fetch('<API>/items', {method: 'PUT'})).ok"
    with lab.visit("<PAGE>") as page:
        assert not run(page, lab.filled(script))
        found = shown(page)
        assert found.code == "preflight-status"
        assert "outermost" in found.fix
    lab.api_server.app = inside
    nothing_is_shown(lab, script=script)


def test_nothing_answers_where_the_api_was(lab: PageLab):
    port = free_port()
    address = f"http://localhost:{port}"
    lab.pages.tag = lab.served_tag(address)
    script = f"return (await fetch('{address}/items')).ok"
    with lab.visit("<PAGE>") as page:
        assert not run(page, script)
        found = shown(page)
        assert found.code == "connection-failed"
        assert address in found.why
        assert "start the API" in found.fix
        # The fix, on the page as it is: what was said goes with the next answer.
        with serving(lab.api_server, port=port):
            assert run(page, script)
            expect(overlay(page)).to_have_count(0)


def test_a_certificate_looks_like_nothing(lab: PageLab, tmp_path):
    secure = make_certificate(tmp_path)
    with serving(lab.api_server, ssl_context=secure) as port:
        address = f"https://localhost:{port}"
        lab.pages.tag = lab.served_tag(address)
        context = lab.chromium.new_context(ignore_https_errors=False)
        page = context.new_page()
        page.goto(lab.filled("<PAGE>"))
        assert not run(page, f"return (await fetch('{address}/items')).ok")
        found = shown(page)
        assert found.code == "connection-failed"
        assert "A certificate that the browser does not trust looks the same" in found.why
        assert f"open {address}/ in a tab" in found.fix
        context.close()


@contextlib.contextmanager
def secure_pages(lab: PageLab, certificate: ssl.SSLContext) -> Iterator[str]:
    with serving(lab.pages, ssl_context=certificate) as port:
        yield f"https://app.example.test:{port}"


def test_an_https_page_calls_http(lab: PageLab, tmp_path):
    lab.pages.tag = lab.served_tag("<NAMED-API>")
    script = "return (await fetch('<NAMED-API>/items')).ok"
    with secure_pages(lab, make_certificate(tmp_path)) as origin, lab.visit(origin) as page:
        assert not run(page, lab.filled(script))
        found = shown(page)
        assert found.code == "mixed-content"
        assert "serve the API over https" in found.fix
        assert lab.filled("<NAMED-API>") in found.why


def test_the_pages_own_policy_forbids_the_connection(lab: PageLab):
    policy = "default-src 'self'; connect-src 'self'"
    lab.pages.headers = [("Content-Security-Policy", policy)]
    with lab.visit("<PAGE>") as page:
        assert not run(page, lab.filled(READ))
        found = shown(page)
        assert found.code == "csp-connect-src"
        assert found.fix == lab.filled("connect-src 'self' <API>")
        # Its style stands although the policy has no 'unsafe-inline'.
        assert (
            page.locator("crossguard-overlay section").evaluate("e => getComputedStyle(e).position")
            == "fixed"
        )
    lab.pages.headers = [("Content-Security-Policy", policy.replace("connect-src 'self'", found.fix))]
    nothing_is_shown(lab)


def test_the_browser_is_offline(lab: PageLab):
    with lab.visit("<PAGE>") as page:
        page.context.set_offline(True)
        assert not run(page, lab.filled(READ))
        found = shown(page)
        assert found.code == "offline"
        assert "Network panel" in found.fix
        page.context.set_offline(False)
        assert run(page, lab.filled(READ))
        expect(overlay(page)).to_have_count(0)


WORKER = """
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', event => {
  FIX
  if (event.request.url.includes('/items')) event.respondWith(ANSWER)
})
"""
REGISTERED = """
await navigator.serviceWorker.register('/sw.js')
await new Promise(done => navigator.serviceWorker.controller ? done() : navigator.serviceWorker.addEventListener('controllerchange', done))
return (await fetch('<API>/items')).ok
"""


@pytest.mark.parametrize("answer", ["Promise.reject(new Error('no'))", "new Response('', {status: 503})"])
def test_a_service_worker_stands_between(answer: str, lab: PageLab):
    worker = WORKER.replace("ANSWER", answer)
    lab.pages.files["/sw.js"] = ("text/javascript", worker.replace("FIX", "").encode())
    with lab.visit("<PAGE>") as page:
        assert not run(page, lab.filled(REGISTERED))
        found = shown(page)
        assert found.code == "service-worker"
        assert "event.request.url" in found.fix
    lab.pages.files["/sw.js"] = ("text/javascript", worker.replace("FIX", found.fix).encode())
    nothing_is_shown(lab, script=REGISTERED)


@pytest.mark.parametrize("sandbox", ["allow-scripts"])
def test_a_sandboxed_frame_has_the_origin_null(sandbox: str, lab: PageLab):
    lab.pages.files["/frame"] = ("text/html", f"<title>frame</title>{lab.tag()}".encode())
    lab.pages.body = f'<iframe title="frame" sandbox="{sandbox}" src="/frame"></iframe>'
    with lab.visit("<PAGE>") as page:
        frame = next(frame for frame in page.frames if frame.url.endswith("/frame"))
        frame.wait_for_load_state()
        assert not run(frame, lab.filled(READ))
        found = shown(frame)
        assert found.code == "null-origin"
        assert "allow-same-origin" in found.fix
    lab.pages.body = lab.pages.body.replace(sandbox, "allow-scripts allow-same-origin")
    with lab.visit("<PAGE>") as page:
        frame = next(frame for frame in page.frames if frame.url.endswith("/frame"))
        assert run(frame, lab.filled(READ))
        page.wait_for_timeout(SETTLED)
        assert overlay(frame).count() == 0


@pytest.fixture
def public_page(playwright, lab: PageLab) -> Iterator[PageLab]:
    """Let Chromium take the server of the page for one on the internet, and the page for a secure context."""
    from tests.devtools.in_page.conftest import CHROMIUM

    arguments = [
        *("--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP *.test 127.0.0.1"),
        f"--ip-address-space-overrides=127.0.0.1:{lab.page_port}=public",
        f"--unsafely-treat-insecure-origin-as-secure={lab.filled('<NAMED>')}",
    ]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
    usual, lab.chromium = lab.chromium, browser
    yield lab
    lab.chromium = usual
    browser.close()


def test_the_user_has_denied_the_local_network(public_page: PageLab):
    with public_page.visit("<NAMED>") as page:
        session = page.context.new_cdp_session(page)
        for name in ("local-network-access", "loopback-network", "local-network"):
            with contextlib.suppress(Exception):
                session.send(
                    "Browser.setPermission",
                    {
                        "permission": {"name": name},
                        "setting": "denied",
                        "origin": public_page.filled("<NAMED>"),
                    },
                )
        assert not run(page, public_page.filled(READ))
        found = shown(page)
        assert found.code == "local-network-access"
        assert "site settings" in found.fix
