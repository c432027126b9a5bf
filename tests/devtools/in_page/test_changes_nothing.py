"""The script changes no outcome: a table of calls, with and without it, in the same browser."""

import base64
import hashlib
import json
import socket
import time

import pytest

from tests.cli.servers import answering, serving
from tests.devtools.in_page.stage import Pages

#: What a page does, and what it is told. `log` notes an order; `wait` gives the browser time for its events.
CALLS = {
    "fetch-reads": "const r = await fetch(API + '/ok'); return [r.status, r.type, r.url, r.redirected, await r.text()]",
    "fetch-is-refused": "try { await fetch(API + '/closed') } catch (e) { return [e.name, e.message, e instanceof TypeError] }",
    "fetch-finds-nothing": "try { await fetch(NOTHING) } catch (e) { return [e.name, e.message] }",
    "fetch-of-an-error": "const r = await fetch(API + '/fails'); return [r.status, await r.text()]",
    "fetch-without-cors": "const r = await fetch(API + '/closed', {mode: 'no-cors'}); return [r.status, r.type]",
    "fetch-of-no-url": "try { await fetch('http://a b/') } catch (e) { return [e.name, e.message] }",
    "fetch-with-a-bad-header": "try { await fetch(API + '/ok', {headers: {'a b': '1'}}) } catch (e) { return [e.name, e.message] }",
    "fetch-without-arguments": "try { await fetch() } catch (e) { return [e.name, e.message] }",
    "fetch-follows": "const r = await fetch(API + '/moved'); return [r.redirected, r.status]",
    "fetch-refuses-to-follow": "try { await fetch(API + '/moved', {redirect: 'error'}) } catch (e) { return e.name }",
    "fetch-of-a-request": "const q = new Request(API + '/ok', {method: 'POST', body: 'a'}); const r = await fetch(q); return [r.status, q.bodyUsed]",
    "a-body-once": "const r = await fetch(API + '/ok'); const c = r.clone(); return [await r.text(), await c.text(), r.bodyUsed]",
    "arguments-are-read-once": """
        let reads = 0, texts = 0
        const init = {get method() { reads++; return 'PUT' }}
        const input = {toString() { texts++; return API + '/ok' }}
        const r = await fetch(input, init); return [r.status, reads, texts]""",
    "order-of-early-errors": """
        fetch('http://a b/').catch(() => log('fetch')); Promise.resolve().then(() => log('next'))
        await wait(50)""",
    "order-of-awaits": """
        (async () => { try { await fetch('http://a b/') } catch { log('awaited') } })()
        Promise.resolve().then(() => log('one')).then(() => log('two'))
        await wait(50)""",
    "order-of-an-abort": """
        const c = new AbortController()
        const other = new Promise(done => c.signal.addEventListener('abort', () => done('event')))
        const race = Promise.race([fetch(API + '/slow', {signal: c.signal}).catch(e => e.name), other])
        await wait(50); c.abort(); return race""",
    "order-after-an-abort": """
        const c = new AbortController(); c.abort()
        fetch(API + '/ok', {signal: c.signal}).catch(e => log(e.name)); Promise.resolve().then(() => log('next'))
        await wait(50)""",
    "an-abort-with-a-reason": "const c = new AbortController(); c.abort('enough'); return fetch(API + '/ok', {signal: c.signal}).catch(e => e)",
    "a-time-limit": "return fetch(API + '/slow', {signal: AbortSignal.timeout(20)}).catch(e => e.name)",
    "order-of-two": """
        fetch(API + '/ok').then(() => log('first')); await fetch(API + '/slow'); log('second')""",
    "nobody-listens": "fetch(API + '/closed'); await wait(400)",
    "nobody-listens-to-an-early-error": "fetch('http://a b/'); await wait(100)",
    "somebody-listens": "fetch(API + '/closed').catch(() => log('caught')); await wait(300)",
    "somebody-listens-to-success-only": "fetch(API + '/closed').then(() => log('never')); await wait(300)",
    "somebody-listens-late": "const p = fetch(API + '/closed'); await wait(300); p.catch(() => log('late')); await wait(100)",
    "somebody-listens-in-the-same-turn": "const p = fetch('http://a b/'); await null; p.catch(() => log('caught')); await wait(100)",
    "an-async-function-fails": "(async () => { await fetch(API + '/closed') })(); await wait(300)",
    "an-async-function-hands-on": "const f = async () => fetch(API + '/closed'); return f().catch(e => e.name)",
    "finally": "return fetch(API + '/closed').finally(() => log('finally')).catch(e => e.name)",
    "all-settled": "return (await Promise.allSettled([fetch(API + '/ok'), fetch(API + '/closed')])).map(r => r.status)",
    "all": "return Promise.all([fetch(API + '/closed'), fetch(API + '/ok')]).catch(e => e.name)",
    "race": "return Promise.race([fetch(API + '/closed'), wait(2000)]).catch(e => e.name)",
    "resolve-keeps-the-promise": "const p = fetch(API + '/ok'); return [Promise.resolve(p) === p, p.constructor === Promise, p instanceof Promise, Object.keys(p)]",
    "names-of-fetch": "return [fetch.name, fetch.length, typeof fetch, 'prototype' in fetch, /native code/.test(fetch)]",
    "fetch-is-no-constructor": "try { new fetch(API) } catch (e) { return e.name }",
    "fetch-of-something-else": "return fetch.call({}, API + '/ok').catch(e => e.name)",
    "descriptors": """
        return ['fetch', 'XMLHttpRequest', 'EventSource', 'WebSocket', 'Headers'].map(name => {
          const d = Object.getOwnPropertyDescriptor(window, name); return [name, d.writable, d.enumerable, d.configurable] })""",
    "headers": "const r = await fetch(API + '/ok'); return [r.headers.get('X-Hidden'), r.headers.has('x-hidden'), r.headers.get('content-type'), [...r.headers]]",
    "headers-of-ones-own": "const h = new Headers({a: '1'}); h.append('a', '2'); return [h.get('A'), h.get('b'), h.has('a'), h.has('b'), Headers.prototype.get.name, Headers.prototype.get.length]",
    "headers-of-no-name": "try { new Headers().get('a b') } catch (e) { return e.name }",
    "xhr-reads": "return xhr('GET', '/ok')",
    "xhr-is-refused": "return xhr('GET', '/closed')",
    "xhr-of-an-error": "return xhr('GET', '/fails')",
    "xhr-asks-first": "return xhr('PUT', '/ok', x => x.setRequestHeader('X-One', '1'))",
    "xhr-is-aborted": "return xhr('GET', '/slow', x => setTimeout(() => x.abort(), 30))",
    "xhr-times-out": "return xhr('GET', '/slow', x => { x.timeout = 30 })",
    "xhr-waits": "const x = new XMLHttpRequest(); x.open('GET', API + '/ok', false); x.send(); return [x.status, x.responseText]",
    "xhr-waits-and-is-refused": "const x = new XMLHttpRequest(); x.open('GET', API + '/closed', false); try { x.send() } catch (e) { return [e.name, e.message, e instanceof DOMException] }",
    "xhr-sends-unopened": "try { new XMLHttpRequest().send() } catch (e) { return [e.name, e.message] }",
    "xhr-asks-for-no-preflight": "const before = await (await fetch(API + '/preflights')).json(); await xhr('POST', '/ok'); return await (await fetch(API + '/preflights')).json() - before",
    "names-of-xhr": """
        const x = new XMLHttpRequest(), P = XMLHttpRequest.prototype
        return [x.constructor === XMLHttpRequest, x instanceof XMLHttpRequest, Object.keys(x), P.open.length, P.open.name, P.send.length,
          Object.getOwnPropertyDescriptor(P, 'open').enumerable, /native code/.test(P.send), XMLHttpRequest.DONE]""",
    "xhr-subclass": "class X extends XMLHttpRequest { get own() { return 1 } }; const x = new X(); x.open('GET', API + '/ok'); return [x.own, x instanceof X, new.target === undefined]",
    "events-come": """
        const s = new EventSource(API + '/events'); const seen = []
        await new Promise(done => { for (const t of ['open', 'message', 'error']) s.addEventListener(t, e => { seen.push([t, e.data, s.readyState]); if (t === 'error') done() }) })
        s.close(); return [seen, s.url, s.withCredentials]""",
    "events-are-refused": """
        const s = new EventSource(API + '/closed'); const seen = []
        await new Promise(done => s.onerror = e => { seen.push([e.type, e.isTrusted, s.readyState]); done() }); return seen""",
    "names-of-events": """
        const s = new EventSource(API + '/events'); s.close(); class X extends EventSource {}; const x = new X(API + '/events'); x.close()
        return [s.constructor === EventSource, s instanceof EventSource, x instanceof X, x instanceof EventSource, x.constructor === X,
          EventSource.CLOSED, EventSource.name, EventSource.length, Object.keys(s), /native code/.test(Function.prototype.toString.call(EventSource))]""",
    "events-without-new": "try { EventSource(API) } catch (e) { return e.name }",
    "events-of-no-url": "try { new EventSource('http://[/') } catch (e) { return e.name }",
    "socket-opens": """
        const s = new WebSocket(SOCKET + '/echo'); const seen = []
        await new Promise(done => { for (const t of ['open', 'message', 'error', 'close']) s.addEventListener(t, e => { seen.push([t, e.data, e.code, e.wasClean, s.readyState]); if (t === 'close') done() }) })
        return seen""",
    "socket-is-refused": """
        const s = new WebSocket(API.replace('http', 'ws') + '/closed'); const seen = []
        await new Promise(done => { s.onerror = e => seen.push(e.type); s.onclose = e => { seen.push(e.code, e.wasClean); done() } }); return seen""",
    "socket-of-no-url": "try { new WebSocket('ftp://a/') } catch (e) { return [e.name, e.message] }",
    "socket-of-a-bad-protocol": "try { new WebSocket(SOCKET, 'a b') } catch (e) { return [e.name] }",
    "names-of-sockets": """
        const s = new WebSocket(SOCKET + '/echo'); class X extends WebSocket {}; const x = new X(SOCKET + '/echo')
        const said = [s.constructor === WebSocket, s instanceof WebSocket, x instanceof X, x instanceof WebSocket, WebSocket.OPEN, s.CLOSED,
          WebSocket.name, WebSocket.length, Object.keys(s), Object.getPrototypeOf(x) === X.prototype, WebSocket.prototype === Object.getPrototypeOf(s)]
        s.close(); x.close(); return said""",
    "a-socket-made-by-reflection": "function X() {}; X.prototype = WebSocket.prototype; const s = Reflect.construct(WebSocket, [SOCKET + '/echo'], X); s.close(); return s instanceof WebSocket",
    "a-page-that-wraps-itself": """
        const native = fetch; window.fetch = async (...words) => { log('mine'); return native(...words) }
        const r = await fetch(API + '/ok'); window.fetch = native; return r.status""",
}  # fmt: skip

RUN = """
async ([code, API, NOTHING, SOCKET]) => {
  const noted = [], log = word => noted.push(word), wait = ms => new Promise(done => setTimeout(done, ms))
  const unhandled = []
  const onUnhandled = e => { unhandled.push(['unhandled', e.reason?.name ?? e.reason]); e.preventDefault() }
  const onError = e => unhandled.push(['error', e.message])
  addEventListener('unhandledrejection', onUnhandled); addEventListener('error', onError)
  const xhr = (method, path, before = () => {}) => new Promise(done => {
    const x = new XMLHttpRequest(), seen = []
    for (const t of ['readystatechange', 'loadstart', 'load', 'error', 'abort', 'timeout', 'loadend'])
      x.addEventListener(t, () => { seen.push([t, x.readyState, x.status]); if (t === 'loadend') done([seen, x.responseText, x.responseURL]) })
    x.open(method, API + path); before(x); x.send()
  })
  const AsyncFunction = (async () => {}).constructor
  const result = await new AsyncFunction('API', 'NOTHING', 'SOCKET', 'log', 'wait', 'xhr', code)(API, NOTHING, SOCKET, log, wait, xhr)
  removeEventListener('unhandledrejection', onUnhandled); removeEventListener('error', onError)
  return JSON.stringify([result ?? null, noted, unhandled])
}
"""


class Api:
    """An API with and without headers of CORS; nothing of crossguard is in it."""

    def __init__(self):
        self.preflights = 0

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        cors = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Headers", "x-one")]
        cors += [("Access-Control-Allow-Methods", "PUT"), ("Cache-Control", "no-store")]
        kind = ("Content-Type", "text/plain")
        if environ["REQUEST_METHOD"] == "OPTIONS":
            self.preflights += 1
            start_response("204 No Content", cors)
            return []
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if path == "/slow":
            time.sleep(0.3)
        if path == "/moved":
            start_response("302 Found", [*cors, ("Location", "/ok")])
            return [b""]
        if path == "/events":
            start_response("200 OK", [*cors, ("Content-Type", "text/event-stream")])
            return [b"data: one\n\n"]
        if path == "/preflights":
            start_response("200 OK", [*cors, kind])
            return [str(self.preflights).encode()]
        status = "500 Internal Server Error" if path == "/fails" else "200 OK"
        start_response(status, [kind, ("X-Hidden", "1"), *([] if path == "/closed" else cors)])
        return [b"words"]


def echo(connection: socket.socket) -> None:
    """Accept a WebSocket, send one text, and close as the protocol says (RFC 6455)."""
    request = b""
    while not request.endswith(b"\r\n\r\n") and (part := connection.recv(4096)):
        request += part
    fields = dict(line.split(": ", 1) for line in request.decode().split("\r\n")[1:] if ": " in line)
    if "Sec-WebSocket-Key" not in fields:  # a connection that the browser has opened in advance
        return
    key = fields["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(key.encode(), usedforsecurity=False).digest()).decode()
    connection.sendall(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
    )
    connection.sendall(b"\x81\x05hello\x88\x02\x03\xe8")
    connection.recv(64)


@pytest.fixture(scope="module")
def outcomes(chromium):
    """Make every call on a page without the script and on one with it."""
    pages, found = Pages(), {}
    with serving(Api()) as api, serving(pages) as web, answering(echo) as sockets:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            nothing = taken.getsockname()[1]
        address = f"http://localhost:{api}"
        words = [address, f"http://127.0.0.1:{nothing}/", f"ws://127.0.0.1:{sockets}"]
        for name, tag in {
            "without": "",
            "with": f'<script src="/page.js" data-api="{address}" data-token="none"></script>',
        }.items():
            pages.tag = tag
            page = chromium.new_page()
            page.goto(f"http://localhost:{web}/")
            assert page.evaluate("Symbol.for('crossguard.page') in window") is (name == "with")
            found[name] = {call: page.evaluate(RUN, [code, *words]) for call, code in CALLS.items()}
            page.close()
    return found


@pytest.mark.parametrize("call", CALLS)
def test_a_call_has_the_same_outcome_with_the_script(call, outcomes):
    without, with_script = (json.loads(outcomes[name][call]) for name in ("without", "with"))
    assert with_script == without
    assert without != [None, [], []], "the call tells nothing"
