"""Broken applications that use crossguard: cookies, sign-in, writes."""

from tests.broken import repairs
from tests.broken.case import Broken
from tests.broken.sources import HEAD, ITEMS, PUT, SIGN_IN, SIGNED_IN

CASES = [
    Broken(
        name="the page does not include its cookies",
        pains=(3,),
        source=HEAD + 'CORS(app, origins=["<PAGE>"], supports_credentials=True)' + SIGN_IN,
        script="""
            await fetch('<API>/sign-in', {method: 'POST', credentials: 'include'});
            return (await fetch('<API>/me')).ok
        """,
        explain=("<API>/me", "--origin", "<PAGE>", "--credentials", "same-origin"),
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
        repair=repairs.one_host_name,
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
        repair=repairs.one_host_name,
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
