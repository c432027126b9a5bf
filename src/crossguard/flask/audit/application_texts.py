"""The words of the findings about the application around the policies: cookies, views, extensions."""

from typing import Final

from crossguard.cli.findings import Severity
from crossguard.flask.audit.codes import FindingCode as Code
from crossguard.flask.audit.wording import FindingText

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

APPLICATION_TEXTS: Final = {
    Code.COOKIE_CANNOT_WORK: FindingText(
        _ERROR, "{value}: {reason} The user signs in and is signed out again at once.", "{fix}"
    ),
    Code.COOKIE_SOME_BROWSERS: FindingText(
        _WARNING,
        "the cookie {cookie} does not work for {frontend} with {api} in {browsers}.",
        "{fix}",
        each="frontend",
    ),
    Code.COOKIE_SAMESITE_UNSET: FindingText(
        _WARNING,
        "the cookie {cookie} has no SameSite: Firefox sends it with every cross-site form, Chromium for two "
        "minutes.",
        "app.config['{key}'] = 'Lax'",
    ),
    Code.COOKIE_DOMAIN: FindingText(
        _WARNING,
        "the cookie {cookie} has Domain={domain}: every host below it can read it and replace it.",
        "app.config['{key}'] = None",
    ),
    Code.COOKIE_NOT_SECURE: FindingText(
        _WARNING,
        "the cookie {cookie} is not Secure and the API is https: one request over http shows it to anyone "
        "on the network.",
        "app.config['{key}'] = True",
    ),
    Code.COOKIE_SCRIPT_READABLE: FindingText(
        _WARNING,
        "the cookie {cookie} is not HttpOnly: script that gets into the API's own pages can read it.",
        "app.config['{key}'] = True",
    ),
    Code.COOKIE_ATTRIBUTE_IGNORED: FindingText(
        _WARNING,
        "the session interface ({interface}) writes its cookie without {attributes}, although "
        "app.config asks for them.",
        "use Flask's own sessions, or an interface that writes {attributes}.",
    ),
    Code.OWN_CORS_HEADERS: FindingText(
        _WARNING,
        "it sets {headers} itself, which the policy replaces.",
        "remove it, and let CORS(app, origins=[…]) answer.",
    ),
    Code.VIEW_ANSWERS_OPTIONS: FindingText(
        _INFO,
        "the view answers OPTIONS itself ({rule}): preflights do not reach it, any other OPTIONS does.",
        "remove OPTIONS from methods, unless the view has something else to say.",
        each="rule",
    ),
    Code.HOOK_ANSWERS_PREFLIGHT: FindingText(
        _INFO,
        "this before_request hook can answer by itself. Here preflights are answered before it; in a set-up "
        "without crossguard, or on a URL without a policy, it would refuse them, as they carry no cookies.",
        "nothing, as long as every URL that a front end calls has a policy.",
    ),
    Code.SLASH_REDIRECT: FindingText(
        _INFO,
        "{rules} redirect callers that leave out the slash at the end: every such call is two.",
        "call them with the slash in the front end.",
    ),
    Code.HTTPS_REDIRECT: FindingText(
        _WARNING,
        "Flask-Talisman redirects http to https: behind a proxy that speaks http to the application every "
        "request is redirected for ever.",
        "app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)",
    ),
    Code.PROXY_NOT_TRUSTED: FindingText(
        _INFO,
        "public_origins is https, and nothing reads what a proxy says of the request: behind one, redirects "
        "of the application lead to http.",
        "app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1), if there is a proxy.",
    ),
    Code.MIDDLEWARE_OUTSIDE: FindingText(
        _WARNING,
        "{name} stands outside of crossguard: what it answers, adds or keeps goes out without the policy.",
        "wrap app.wsgi_app before CORS(app, …).",
    ),
    Code.FLASK_CORS_INSTALLED: FindingText(
        _ERROR,
        "Flask-CORS is still in use: two places decide, and its list is another one.",
        "flask cors migrate --write",
    ),
    Code.LOGIN_REDIRECTS: FindingText(
        _WARNING,
        "Flask-Login redirects signed-out requests to {view}: a fetch follows, and the page gets a sign-in "
        "form with status 200.",
        "crossguard.flask.install_unauthorized_handler({manager})",
    ),
    Code.SECURITY_REDIRECTS: FindingText(
        _WARNING,
        "Flask-Security redirects signed-out requests to its sign-in page, also those of scripts, unless "
        "they ask for JSON: a fetch follows, and the page gets a form with status 200. It does not ask "
        "Flask-Login's handler.",
        "{fix}",
    ),
    Code.REDIRECT_SIGN_IN: FindingText(
        _WARNING,
        "the cookie {cookie} is Partitioned, for {frontend}, which is another site than {api}. A sign-in by "
        "redirect (OpenID Connect, SAML) ends at the API as a page of its own: the cookie that it sets there "
        "is kept for the API's own pages, and pages of the front end do not send it.",
        "sign in with a fetch from the front end's page, such as one that hands in the code of the redirect; "
        "or serve both from one registrable domain.",
        each="frontend",
    ),
    Code.LIMITER_DEFAULTS: FindingText(
        _INFO,
        "Flask-Limiter has limits for every route. Preflights are answered before it and not counted; on a "
        "URL without a policy they are.",
        "nothing, as long as every URL that a front end calls has a policy.",
    ),
    Code.FORM_TOKENS: FindingText(
        _WARNING,
        "Flask-WTF's CSRFProtect wants a form token and a Referer of the API's own host: writes of a front "
        "end on another origin get 400.",
        "{fix}",
        each="fix",
    ),
    Code.TOKEN_OUT_OF_REACH: FindingText(
        _WARNING,
        "{library} wants a token with each write and puts it into the cookie {cookie}, which pages of "
        "another host ({frontend}) cannot read: their writes get {status}.",
        "hand the token out in the JSON of the sign-in, let the page send it as a header, and list that "
        "header in allow_headers.",
        each="frontend",
    ),
    Code.SOCKET_ORIGINS: FindingText(
        _WARNING,
        "Socket.IO has a list of its own ({origins}), which drifts from the policy's.",
        "SocketIO(app, cors_allowed_origins=[]) before CORS(app, …)",
    ),
    Code.SOCKET_OUTSIDE: FindingText(
        _ERROR,
        "Socket.IO stands outside of crossguard: it answers its own requests, so that no gate asks its "
        "handshakes and no answer of it varies by Origin.",
        "SocketIO(app, cors_allowed_origins=[]) before CORS(app, …)",
    ),
}
