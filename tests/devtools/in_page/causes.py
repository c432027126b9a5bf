"""Broken set-ups: an API with a fault, a page that meets it, what the overlay has to say, and the repair."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.broken import repairs
from tests.broken.lab import Told
from tests.broken.repairs import Bench
from tests.broken.sources import HEAD, ITEMS, PUT, READ, READ_WITH_COOKIES, SIGN_IN, SIGNED_IN


@dataclass(frozen=True)
class Cause:
    """A broken set-up.

    ``<PAGE>`` and its like stand for addresses, as in :mod:`tests.broken`. The script returns whether all is as
    it should be.

    Attributes:
        name: what is wrong, in words.
        code: the code that the overlay has to name.
        fix: what its fix has to contain.
        source: the API.
        script: the page's own code.
        repair: does what the fix says.
        page: where the page is.
        moved: where it is opened to repair it; empty for the same place.
        api: where the page gets the script, and asks.
    """

    name: str
    code: str
    fix: str
    source: str
    script: str
    repair: Callable[[Bench, Told], None]
    page: str = "<PAGE>"
    moved: str = ""
    api: str = "<API>"


LISTED = 'CORS(app, origins=["<PAGE>"], supports_credentials=True{more})'
NO_ROUTE = HEAD + LISTED.format(more="") + ITEMS


def listed(more: str = "", views: str = ITEMS) -> str:
    """Return an API that lists the page with credentials, and more options."""
    return HEAD + LISTED.format(more=more and f", {more}") + views


def rewritten(old: str, new: str) -> Callable[[Bench, Told], None]:
    """Return a repair in the source, for a fix that is for a person to carry out."""

    def repair(bench: Bench, _: Told) -> None:
        text = bench.path.read_text()
        old_text, new_text = bench.lab.filled(old), bench.lab.filled(new)
        assert text.count(old_text) == 1, old_text
        bench.path.write_text(text.replace(old_text, new_text))

    return repair


def in_the_page(old: str, new: str) -> Callable[[Bench, Told], None]:
    """Return a repair in the code of the page."""

    def repair(bench: Bench, _: Told) -> None:
        assert bench.script.count(old) == 1, bench.script
        bench.script = bench.script.replace(old, bench.lab.filled(new))

    return repair


def public_without_cookies(bench: Bench, told: Told) -> None:
    """Name the endpoint as public, and send no cookies there."""
    rewritten("public=[]", "public=['items']")(bench, told)
    in_the_page("credentials: 'include'", "credentials: 'omit'")(bench, told)


OWN_SESSION = """

@app.post("/sign-in")
def sign_in():
    answer = jsonify({})
    answer.set_cookie("sid", "1", httponly=True, ATTRIBUTES)
    return answer

@app.get("/me")
def me():
    return ({}, 200) if "sid" in request.cookies else ({}, 401)
"""
OUTERMOST = """
inner = app.wsgi_app

def outer(environ, start_response):
    if environ["PATH_INFO"].startswith("/items"):
        OUTER
    return inner(environ, start_response)

app.wsgi_app = outer
"""
SOCKET = """
from flask_sock import Sock

@Sock(app).route("/socket")
def socket(connection):
    connection.send("hello")
    connection.receive()
"""
OPEN_SOCKET = """
document.cookie = 'session=1; domain=example.test'
return await new Promise(done => {
  const socket = new WebSocket('<API>/socket'.replace('http', 'ws'))
  socket.onmessage = () => { socket.close(); done(true) }; socket.onerror = () => done(false)
})
"""
EVENTS = """
@app.get("/events")
def events():
    return "data: 1\\n\\n", 200, {"Content-Type": "text/event-stream"}
"""
OPEN_EVENTS = """
return await new Promise(done => {
  const events = new EventSource('<API>/events', {withCredentials: true})
  events.onmessage = () => { events.close(); done(true) }; events.onerror = () => { events.close(); done(false) }
})
"""
POST = "return (await fetch('<API>/items', {method: 'POST', credentials: 'include', body: 'a=1'})).ok"
XHR = """
return await new Promise(done => {
  const asked = new XMLHttpRequest()
  asked.open('GET', '<API>/items'); asked.onload = () => done(asked.status === 200); asked.onerror = () => done(false); asked.send()
})
"""
TOKEN = """
from crossguard.flask import csrf_token_view
app.add_url_rule("/csrf", view_func=csrf_token_view)
"""

CAUSES = [
    Cause(
        name="the origin is not listed",
        code="origin-not-listed",
        fix="<PAGE>",
        source=HEAD + 'CORS(app, origins=["https://shop.example.com"], supports_credentials=True)' + ITEMS,
        script=READ_WITH_COOKIES,
        repair=repairs.options,
    ),
    Cause(
        name="the origin is not listed, and XMLHttpRequest asks",
        code="origin-not-listed",
        fix="<PAGE>",
        source=HEAD + 'CORS(app, origins=["https://shop.example.com"])' + ITEMS,
        script=XHR,
        repair=repairs.options,
    ),
    Cause(
        name="the page has another port than the list",
        code="origin-not-listed",
        fix="<PAGE>",
        source=HEAD + 'CORS(app, origins=["<OTHER>"], supports_credentials=True)' + ITEMS,
        script=PUT,
        repair=repairs.options,
    ),
    Cause(
        name="the list has https, and the page is http",
        code="origin-not-listed",
        fix="<PAGE>",
        source=HEAD + 'CORS(app, origins=["https://localhost:<PORT>"], supports_credentials=True)' + ITEMS,
        script=READ,
        repair=repairs.options,
    ),
    Cause(
        name="the list has localhost, and the page is at 127.0.0.1",
        code="origin-not-listed",
        fix="open the page at <PAGE>",
        source=listed(),
        script=READ_WITH_COOKIES,
        page="<NUMERIC>",
        moved="<PAGE>",
        repair=lambda _, __: None,
    ),
    Cause(
        name="the policies do not build",
        code="config-error",
        fix="http://",
        source=HEAD
        + 'CORS(app, supports_credentials=True)\napp.config["CORS_ORIGINS"] = ["<PAGE>".removeprefix("http://")]'
        + ITEMS,
        script=READ_WITH_COOKIES,
        repair=rewritten('.removeprefix("http://")', ""),
    ),
    Cause(
        name="nobody is listed",
        code="nobody-listed",
        fix="<PAGE>",
        source=HEAD + "CORS(app, origins=[], supports_credentials=True)" + ITEMS,
        script=READ,
        repair=repairs.options,
    ),
    Cause(
        name="the policy has no credentials, and the page sends them",
        code="credentials-not-supported",
        fix="supports_credentials=True",
        source=HEAD + 'CORS(app, origins=["<PAGE>"])' + ITEMS,
        script=READ_WITH_COOKIES,
        repair=repairs.options,
    ),
    Cause(
        name="everybody may read, and the page sends its cookies",
        code="credentials-not-supported",
        fix="leave credentials: 'include' out",
        source=HEAD + "CORS(app)" + ITEMS,
        script=READ_WITH_COOKIES,
        repair=repairs.fetch_option,
    ),
    Cause(
        name="the page leaves its cookies at home",
        code="no-credentials",
        fix="credentials: 'include'",
        source=listed(views=SIGN_IN),
        script="""
            await fetch('<API>/sign-in', {method: 'POST', credentials: 'include'});
            return (await fetch('<API>/me')).ok
        """,
        repair=repairs.fetch_option,
    ),
    Cause(
        name="the method is not listed",
        code="method-not-listed",
        fix="'PUT'",
        source=listed('methods=["GET"]'),
        script=PUT,
        repair=repairs.options,
    ),
    Cause(
        name="the request header is not listed",
        code="header-not-listed",
        fix="x-trace",
        source=listed('allow_headers=["Content-Type"]'),
        script="return (await fetch('<API>/items', {headers: {'X-Trace': '1'}})).ok",
        repair=repairs.options,
    ),
    Cause(
        name="the response header is not exposed",
        code="header-not-exposed",
        fix="expose_headers",
        source=listed(views='\n@app.get("/items")\ndef items():\n    return {}, 200, {"X-Total": "3"}\n'),
        script="return (await fetch('<API>/items')).headers.get('X-Total') === '3'",
        repair=repairs.options,
    ),
    Cause(
        name="a middleware outside answers everybody, with credentials",
        code="changed-outside",
        fix="one place",
        source=listed()
        + OUTERMOST.replace(
            "OUTER",
            "answer = start_response\n"
            "        start_response = lambda status, headers, *more: answer(\n"
            '            status, [f for f in headers if f[0] != "Access-Control-Allow-Origin"] + [("Access-Control-Allow-Origin", "*")], *more)',
        ),
        script=READ_WITH_COOKIES,
        repair=rewritten("app.wsgi_app = outer", ""),
    ),
    Cause(
        name="a middleware outside sets the header a second time",
        code="changed-outside",
        fix="one place",
        source=listed()
        + OUTERMOST.replace(
            "OUTER",
            "answer = start_response\n"
            "        start_response = lambda status, headers, *more: answer(\n"
            '            status, [*headers, ("Access-Control-Allow-Origin", "*")], *more)',
        ),
        script=READ,
        repair=rewritten("app.wsgi_app = outer", ""),
    ),
    Cause(
        name="the view crashes",
        code="application-raised",
        fix="correct the view",
        source=listed(views='\n@app.get("/items")\ndef items():\n    return {"items": [][1]}\n'),
        script=READ,
        repair=rewritten("[][1]", "[]"),
    ),
    Cause(
        name="the API has no such address",
        code="not-found",
        fix="compare the path",
        source=NO_ROUTE,
        script="return (await fetch('<API>/item')).ok",
        repair=in_the_page("/item'", "/items'"),
    ),
    Cause(
        name="the address has no such method",
        code="method-not-allowed",
        fix="a method that the route has",
        source=listed(),
        script="return (await fetch('<API>/items', {method: 'DELETE'})).ok",
        repair=in_the_page("DELETE", "PUT"),
    ),
    Cause(
        name="a Lax cookie, and a page of another site",
        code="samesite-lax",
        fix="one host name for both",
        source=HEAD
        + 'app.config["SESSION_COOKIE_SAMESITE"] = "Lax"\n'
        + 'CORS(app, origins=["<NUMERIC>"], supports_credentials=True)'
        + SIGN_IN,
        script=SIGNED_IN,
        page="<NUMERIC>",
        repair=repairs.one_host_name,
    ),
    Cause(
        name="SameSite=None without Secure",
        code="none-requires-secure",
        fix="Secure",
        source=listed(views=OWN_SESSION.replace("ATTRIBUTES", 'samesite="None"')),
        script=SIGNED_IN,
        repair=rewritten('samesite="None"', 'samesite="None", secure=True'),
    ),
    Cause(
        name="a Secure cookie, and an API over http",
        code="secure-requires-https",
        fix="leave Secure out",
        source=HEAD
        + 'CORS(app, origins=["<NAMED>"], supports_credentials=True, dangerously_allow_insecure_origins=True)'
        + OWN_SESSION.replace("ATTRIBUTES", 'samesite="Lax", secure=True'),
        script=SIGNED_IN.replace("<API>", "<NAMED-API>"),
        page="<NAMED>",
        api="<NAMED-API>",
        repair=rewritten(", secure=True", ""),
    ),
    Cause(
        name="a reader writes",
        code="same-site",
        fix="credentials: 'omit'",
        source=HEAD
        + 'CORS(app, origins=["<OTHER>"], readers=["<PAGE>"], supports_credentials=True, public=[])'
        + ITEMS,
        script=POST,
        repair=public_without_cookies,
    ),
    Cause(
        name="the token is missing",
        code="token-missing",
        fix="X-CSRF-Token",
        source=listed('token="always"') + TOKEN,
        script=POST,
        repair=in_the_page(
            "body: 'a=1'",
            "body: 'a=1', headers: {'X-CSRF-Token': (await (await fetch('<API>/csrf', {credentials: 'include'})).json()).csrfToken}",
        ),
    ),
    Cause(
        name="the API takes JSON only",
        code="unsupported-media-type",
        fix="Content-Type: application/json",
        source=listed("json_only=True"),
        script=POST,
        repair=in_the_page("body: 'a=1'", "body: '{}', headers: {'Content-Type': 'application/json'}"),
    ),
    Cause(
        name="a fetch ends at the sign-in page",
        code="redirected-to-page",
        fix="install_unauthorized_handler",
        source=listed(
            views="""
@app.get("/sign-in")
def sign_in():
    return "<form></form>"

@app.get("/me")
def me():
    return redirect("/sign-in")
"""
        ),
        script="return (await fetch('<API>/me', {credentials: 'include'})).status === 401",
        repair=rewritten('redirect("/sign-in")', "({}, 401)"),
    ),
    Cause(
        name="a redirect leads to another server",
        code="redirects-elsewhere",
        fix="401",
        source=listed(views='\n@app.get("/me")\ndef me():\n    return redirect("<OTHER>/sign-in")\n'),
        script="return (await fetch('<API>/me', {credentials: 'include'})).status === 401",
        repair=rewritten('redirect("<OTHER>/sign-in")', "({}, 401)"),
    ),
    Cause(
        name="what stands outside answers the preflight, and refuses it",
        code="never-sent",
        fix="a server in front",
        source=listed()
        + """
inside = app

def app(environ, start_response):
    if environ["PATH_INFO"] == "/items" and environ["REQUEST_METHOD"] == "OPTIONS":
        start_response("401 Unauthorized", [])
        return []
    return inside(environ, start_response)
""",
        script=PUT,
        repair=rewritten('== "OPTIONS"', '== "NONE"'),
    ),
    Cause(
        name="the WebSocket is refused",
        code="origin-not-trusted",
        fix="add it to origins",
        source=HEAD
        + 'CORS(app, origins=["<OTHER>"], supports_credentials=True, dangerously_allow_insecure_origins=True)'
        + SOCKET,
        script=OPEN_SOCKET.replace("<API>", "<NAMED-API>"),
        page="<NAMED>",
        api="<NAMED-API>",
        repair=rewritten('origins=["<OTHER>"]', 'origins=["<OTHER>", "<NAMED>"]'),
    ),
    Cause(
        name="the event stream is refused",
        code="origin-not-listed",
        fix="<PAGE>",
        source=HEAD + 'CORS(app, origins=["<OTHER>"], supports_credentials=True)' + EVENTS,
        script=OPEN_EVENTS,
        repair=repairs.options,
    ),
    Cause(
        name="the event stream is none",
        code="not-an-event-stream",
        fix="text/event-stream",
        source=listed(views=EVENTS.replace("text/event-stream", "text/plain")),
        script=OPEN_EVENTS,
        repair=rewritten("text/plain", "text/event-stream"),
    ),
    Cause(
        name="nothing listens on the port",
        code="connection-failed",
        fix="<API>/items",
        source=listed(),
        script=READ.replace("<API>", "<NOTHING>"),
        repair=lambda bench, told: in_the_page(f"{bench.lab.filled('<NOTHING>')}/items", told.fix)(
            bench, told
        ),
    ),
    Cause(
        name="the API is http, and the page asks with https",
        code="connection-failed",
        fix="<API>/items",
        source=listed(),
        script=READ.replace("<API>", "<API-AS-HTTPS>"),
        repair=lambda bench, told: in_the_page(f"{bench.lab.filled('<API-AS-HTTPS>')}/items", told.fix)(
            bench, told
        ),
    ),
]
