"""Broken applications that use crossguard."""

from tests.broken import repairs
from tests.broken.case import Broken

HEAD = """\
import re
from flask import Blueprint, Flask, jsonify, redirect, request, session
from crossguard.flask import CORS, cross_origin

app = Flask(__name__)
app.secret_key = "secret"
"""
ITEMS = """

@app.route("/items", methods=["GET", "POST", "PUT"])
def items():
    return {"items": []}
"""
SIGN_IN = """

@app.post("/sign-in")
def sign_in():
    session["user"] = "ada"
    return ""

@app.get("/me")
def me():
    return ({"user": session["user"]}, 200) if "user" in session else ({}, 401)
"""
READ = "return (await fetch('<API>/items')).ok"
READ_WITH_COOKIES = "return (await fetch('<API>/items', {credentials: 'include'})).ok"
PUT = "return (await fetch('<API>/items', {method: 'PUT'})).ok"
SIGNED_IN = """
await fetch('<API>/sign-in', {method: 'POST', credentials: 'include'});
return (await fetch('<API>/me', {credentials: 'include'})).ok
"""
PUT_TWICE = """
await fetch('<API>/items', {method: 'PUT'});
await fetch('<API>/items', {method: 'PUT'});
return await (await fetch('<API>/__preflights')).json() === 1
"""

CASES = [
    Broken(
        name="the page does not include its cookies",
        pains=(3,),
        source=HEAD + 'CORS(app, origins=["<PAGE>"], supports_credentials=True)' + SIGN_IN,
        script="""
            await fetch('<API>/sign-in', {method: 'POST', credentials: 'include'});
            return (await fetch('<API>/me')).ok
        """,
        explain=("<API>/me", "--origin", "<PAGE>"),
        explained="no-credentials",
        repair=repairs.fetch_option,
    ),
    Broken(
        name="a Lax cookie, and a page of another site",
        pains=(3,),
        source=HEAD
        + 'app.config["SESSION_COOKIE_SAMESITE"] = "Lax"\n'
        + 'CORS(app, origins=["<NUMERIC>"], supports_credentials=True)'
        + SIGN_IN,
        script=SIGNED_IN,
        page="<NUMERIC>",
        explain=("<API>/me", "--origin", "<NUMERIC>", "--credentials", "include", "--cookie", "session=1"),
        explained="cookie-not-sent",
        repair=repairs.cookie_attributes,
    ),
    Broken(
        name="a Lax cookie, and where the API is known",
        pains=(3,),
        source=HEAD
        + 'app.config["SESSION_COOKIE_SAMESITE"] = "Lax"\n'
        + 'CORS(app, origins=["<NUMERIC>"], supports_credentials=True, public_origins=["<API>"])'
        + SIGN_IN,
        script=SIGNED_IN,
        page="<NUMERIC>",
        audited="cookie-cannot-work",
        fixed_by="audit",
        repair=repairs.cookie_attributes,
    ),
    Broken(
        name="SameSite=None without Secure",
        pains=(3,),
        source=HEAD
        + 'app.config["SESSION_COOKIE_SAMESITE"] = "None"\n'
        + 'CORS(app, origins=["<PAGE>"], supports_credentials=True)'
        + SIGN_IN,
        script=SIGNED_IN,
        audited="cookie-cannot-work",
        fixed_by="audit",
        repair=repairs.cookie_attributes,
    ),
    Broken(
        name="everybody with credentials",
        pains=(4,),
        source=HEAD + 'CORS(app, origins="*", supports_credentials=True)' + ITEMS,
        script=READ_WITH_COOKIES,
        audited="does-not-build",
        fixed_by="audit",
        repair=repairs.options,
    ),
    Broken(
        name="everybody without credentials, and a page that includes them",
        pains=(4,),
        source=HEAD + "CORS(app)" + ITEMS,
        script=READ_WITH_COOKIES,
        explain=("<API>/items", "--origin", "<PAGE>", "--credentials", "include"),
        explained="credentials-not-supported",
        audited="everybody-reads",
        repair=repairs.options,
    ),
    Broken(
        name="credentials for nobody",
        pains=(4,),
        source=HEAD + "CORS(app, supports_credentials=True)" + ITEMS,
        script=READ_WITH_COOKIES,
        explain=("<API>/items", "--origin", "<PAGE>", "--credentials", "include"),
        explained="nobody-listed",
        audited="origins-not-named",
        fixed_by="audit",
        repair=repairs.options,
    ),
    Broken(
        name="a pattern over subdomains, and the bare domain",
        pains=(5,),
        source=HEAD + 'CORS(app, origins=["http://*.localhost:<PORT>"])' + ITEMS,
        script=READ,
        explain=("<API>/items", "--origin", "<PAGE>"),
        explained="origin-not-listed",
        repair=repairs.options,
    ),
    Broken(
        name="a dot that is any character",
        pains=(5,),
        source=HEAD + r'CORS(app, origins=[re.compile(r"http://app.shop\.test:\d+")])' + ITEMS,
        script="return await fetch('<API>/items').then(() => false, () => true)",
        page="<LOOKALIKE>",
        audited="expression-dot",
        fixed_by="audit",
        repair=repairs.expression,
    ),
    Broken(
        name="a trailing slash",
        pains=(8,),
        source=HEAD + 'CORS(app, origins="<PAGE>/")' + ITEMS,
        script=READ,
        audited="does-not-build",
        fixed_by="audit",
        repair=repairs.written_value,
    ),
    Broken(
        name="no scheme",
        pains=(8,),
        source=HEAD + 'CORS(app, origins="localhost:<PORT>/")' + ITEMS,
        script=READ,
        audited="does-not-build",
        fixed_by="audit",
        repair=repairs.written_value,
    ),
    Broken(
        name="a misspelt option",
        pains=(8,),
        source=HEAD + 'CORS(app, origin="<PAGE>")' + ITEMS,
        script=READ,
        audited="does-not-build",
        fixed_by="audit",
        repair=repairs.renamed_option,
    ),
    Broken(
        name="another port",
        pains=(8, 25),
        source=HEAD + 'CORS(app, origins=["http://localhost:3000"])' + ITEMS,
        script=READ,
        explain=("<API>/items", "--origin", "<PAGE>"),
        explained="origin-not-listed",
        repair=repairs.options,
    ),
    Broken(
        name="a blueprint with a policy of its own",
        pains=(9,),
        source=HEAD
        + 'CORS(app, origins=["<PAGE>"])\n'
        + 'api = Blueprint("api", __name__)\n'
        + 'CORS(api, origins=["https://partner.example"])\n'
        + ITEMS.replace("app.route", "api.route")
        + "\napp.register_blueprint(api)",
        script=READ,
        explain=("<API>/items", "--origin", "<PAGE>"),
        explained="origin-not-listed",
        audited="policy-widens",
        repair=repairs.options,
    ),
    Broken(
        name="third-party cookies are blocked",
        pains=(13,),
        source=HEAD
        + 'app.config.update(SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_SECURE=True)\n'
        + 'CORS(app, origins=["<NUMERIC>"], supports_credentials=True, public_origins=["<API>"])'
        + SIGN_IN,
        script=SIGNED_IN,
        page="<NUMERIC>",
        explain=(
            *("<API>/me", "--origin", "<NUMERIC>", "--credentials", "include", "--cookie", "session=1"),
            *("--browser", "chromium-block-third-party"),
        ),
        explained="cookie-not-sent",
        audited="cookie-some-browsers",
        repair=repairs.cookie_attributes,
    ),
    Broken(
        name="the write gate is off, and a stranger writes",
        pains=(14, 32),
        source=HEAD
        + 'CORS(app, origins=["<PAGE>"], supports_credentials=True, readers="*", write_gate=False)\n'
        + "written = []\n"
        + ITEMS.replace('return {"items": []}', 'written.append(1)\n    return ""')
        + '\n@app.get("/written")\ndef count():\n    return jsonify(len(written))',
        script="""
            await fetch('<API>/items', {method: 'POST', mode: 'no-cors', body: '{}'});
            return await (await fetch('<API>/written')).json() === 0
        """,
        page="<EVIL>",
        audited="write-gate-off",
        fixed_by="audit",
        repair=repairs.without_option,
    ),
    Broken(
        name="something in front adds the header again",
        pains=(15,),
        source=HEAD
        + 'CORS(app, origins=["<PAGE>"])'
        + ITEMS
        + """

class Proxy:
    def __init__(self, inner):
        self.app = inner

    def __call__(self, environ, start_response):
        def start(status, headers, *more):
            return start_response(status, [*headers, ("Access-Control-Allow-Origin", "<PAGE>")], *more)

        return self.app(environ, start)

app.wsgi_app = Proxy(app.wsgi_app)
""",
        script=READ,
        explain=("<API>/items", "--origin", "<PAGE>"),
        explained="allow-origin-multiple",
        audited="middleware-outside",
        fixed_by="audit",
        repair=repairs.wrapped_before,
    ),
    Broken(
        name="a fetch that ends at the sign-in page",
        pains=(17,),
        source=HEAD
        + """
from flask_login import LoginManager, login_required

CORS(app, origins=["<PAGE>"], supports_credentials=True)
app.login_manager = LoginManager(app)
app.login_manager.login_view = "sign_in"
app.login_manager.user_loader(lambda _: None)

@app.get("/sign-in")
def sign_in():
    return "<form></form>"

@app.get("/me")
@login_required
def me():
    return {}
""",
        script="return (await fetch('<API>/me', {credentials: 'include'})).status === 401",
        explain=("<API>/me", "--origin", "<PAGE>", "--credentials", "include"),
        explained="redirected-to-page",
        audited="login-redirects",
        fixed_by="audit",
        repair=repairs.statement,
    ),
    Broken(
        name="a header that script cannot read",
        pains=(18,),
        source=HEAD
        + 'CORS(app, origins=["<PAGE>"])\n\n@app.get("/items")\ndef items():\n'
        + '    return {}, 200, {"X-Total-Count": "3"}',
        script="return (await fetch('<API>/items')).headers.get('x-total-count') === '3'",
        explain=("<API>/items", "--origin", "<PAGE>"),
        explained="header-not-exposed",
        audited="response-header-not-exposed",
        repair=repairs.options,
    ),
    Broken(
        name="every call is two",
        pains=(19,),
        source=HEAD + 'CORS(app, origins=["<PAGE>"], max_age=0)' + ITEMS,
        script=PUT_TWICE,
        audited="preflight-not-kept",
        fixed_by="audit",
        repair=repairs.options,
    ),
    Broken(
        name="a method that is not listed",
        pains=(20,),
        source=HEAD + 'CORS(app, origins=["<PAGE>"], methods=["GET", "POST"])' + ITEMS,
        script=PUT,
        explain=("<API>/items", "--origin", "<PAGE>", "-X", "PUT"),
        explained="method-not-listed",
        audited="method-not-listed",
        repair=repairs.options,
    ),
    Broken(
        name="two views of one URL with two policies",
        pains=(9, 21),
        source=HEAD
        + 'CORS(app, origins=["<PAGE>"])\n\n@app.get("/items")\ndef items():\n    return {}\n\n'
        + '@app.put("/items")\n@cross_origin(origins=["https://partner.example"])\ndef change():\n    return {}',
        script=PUT,
        explain=("<API>/items", "--origin", "<PAGE>", "-X", "PUT"),
        explained="origin-not-listed",
        audited="split-url",
        repair=repairs.options,
    ),
    Broken(
        name="a path that covers itself only",
        pains=(23,),
        source=HEAD
        + 'CORS(app, resources={"/api": {"origins": ["<PAGE>"]}})'
        + ITEMS.replace("/items", "/api/items"),
        script=READ.replace("/items", "/api/items"),
        explain=("<API>/api/items", "--origin", "<PAGE>"),
        explained="allow-origin-missing",
        audited="exact-path",
        fixed_by="audit",
        repair=repairs.path_of_resources,
    ),
    Broken(
        name="a request header that is not listed",
        pains=(26,),
        source=HEAD + 'CORS(app, origins=["<PAGE>"], allow_headers=["Content-Type"])' + ITEMS,
        script="return (await fetch('<API>/items', {headers: {Authorization: 'Bearer 1'}})).ok",
        explain=("<API>/items", "--origin", "<PAGE>", "-H", "Authorization: Bearer 1"),
        explained="header-not-listed",
        repair=repairs.options,
    ),
    Broken(
        name="form tokens in front of the views",
        pains=(7,),
        source=HEAD
        + "from tests.commands.strangers import CSRFProtect\n"
        + 'CORS(app, origins=["<PAGE>"], supports_credentials=True)'
        + ITEMS
        + "\ncsrf = CSRFProtect(app)",
        script=PUT,
        audited="form-tokens",
        fixed_by="audit",
        repair=repairs.statement,
    ),
]
