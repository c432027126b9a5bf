"""The table of codes: what each failure of a browser means and what to write; the one source of the text."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crossguard.browser.codes import Code, CookieCode
from crossguard.explain.fixes import FixKind


@dataclass(frozen=True, slots=True)
class CodeText:
    """The words for one code. ``{…}`` stand for the evidence and for what is known of the request.

    Attributes:
        meaning: what happened.
        fix: what to write.
        kind: where that belongs.
    """

    meaning: str
    fix: str
    kind: FixKind = FixKind.FRONT_END


class Hint(StrEnum):
    """What did not stop a fetch, and is likely to be what a developer is looking for."""

    WRITE_REFUSED = "write-refused"
    OTHER_TOKEN_REFUSED = "other-token-refused"  # noqa: S105 - a code
    NO_CREDENTIALS = "no-credentials"
    COOKIE_NOT_SENT = "cookie-not-sent"
    COOKIE_NOT_STORED = "cookie-not-stored"
    HEADER_NOT_EXPOSED = "header-not-exposed"
    OPAQUE_RESPONSE = "opaque-response"
    REDIRECTED_TO_PAGE = "redirected-to-page"
    SLASH_REDIRECT = "slash-redirect"
    VARY_MISSING = "vary-missing"
    OTHER_SERVER = "other-server"
    LOCAL_NETWORK_ACCESS = "local-network-access"
    USER_AGENT_DROPPED = "user-agent-dropped"


_NO_MODE: Final = "leave mode out; cors is what you want."
_PROXY: Final = "let one place set the header: take it out of the proxy or out of the application."

CODE_TEXTS: Final = {
    Code.INVALID_URL: CodeText(
        "the URL does not parse: {reason}.", "write the whole URL, as in 'http://localhost:5000/api'."
    ),
    Code.URL_WITH_CREDENTIALS: CodeText(
        "the URL carries a user name or a password.", "send them in the Authorization header."
    ),
    Code.INVALID_MODE: CodeText("{mode} is no mode that a script may choose.", _NO_MODE),
    Code.INVALID_OPTION: CodeText("the option {option} has no value {value}.", "correct it or leave it out."),
    Code.INVALID_METHOD: CodeText("{method} is not a method.", "write letters only, as in 'PATCH'."),
    Code.FORBIDDEN_METHOD: CodeText("no script may send {method}.", "use another method."),
    Code.METHOD_NEEDS_CORS: CodeText("mode: 'no-cors' permits GET, HEAD and POST only.", _NO_MODE),
    Code.INVALID_HEADER: CodeText(
        "a header's name or value is malformed: {reason}.", "names are tokens; values have no line breaks."
    ),
    Code.BODY_NOT_ALLOWED: CodeText("{method} carries no body.", "use POST, or put it into the query."),
    Code.UNSUPPORTED_SCHEME: CodeText("{url} is neither http nor https.", "write the scheme of the API."),
    Code.BAD_PORT: CodeText(
        "browsers do not connect to this port.", "let the API listen on another port.", FixKind.API
    ),
    Code.MIXED_CONTENT: CodeText(
        "an https page must not call an http server; nothing was sent.",
        "serve the API over https, or let the front end's server pass /api on.",
        FixKind.API,
    ),
    Code.NOT_SAME_ORIGIN: CodeText("mode: 'same-origin' refuses every other origin.", _NO_MODE),
    Code.NO_CORS_REDIRECT_MODE: CodeText(
        "mode: 'no-cors' to another origin must follow redirects.", "leave redirect out."
    ),
    Code.RESERVED_HEADER: CodeText("the browser keeps the header {header} for itself.", "remove it."),
    Code.KEEPALIVE_TOO_LARGE: CodeText("a keepalive request carries at most 64 KiB.", "send less."),
    Code.NOT_CACHED: CodeText("cache: 'only-if-cached', and nothing is cached.", "leave cache out."),
    Code.ALLOW_ORIGIN_MISSING: CodeText(
        "the answer names no origin that may read it.",
        "{if_yours}let the API answer Access-Control-Allow-Origin: {origin}",
        FixKind.API,
    ),
    Code.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: CodeText(
        "the answer is for everybody (*), and that does not include requests with cookies.",
        "{if_yours}let the API answer Access-Control-Allow-Origin: {origin} and "
        "Access-Control-Allow-Credentials: true, or leave credentials: 'include' out.",
        FixKind.API,
    ),
    Code.ALLOW_ORIGIN_MULTIPLE: CodeText(
        "the answer names several origins: {access-control-allow-origin}. Two places set the header.",
        _PROXY,
        FixKind.PROXY,
    ),
    Code.ALLOW_ORIGIN_MISMATCH: CodeText(
        "the answer is for {access-control-allow-origin}, and the page is {origin}.{miss}",
        "{if_yours}let the API answer Access-Control-Allow-Origin: {origin}",
        FixKind.API,
    ),
    Code.ALLOW_CREDENTIALS_MISSING: CodeText(
        "the answer does not permit credentials, and the request used them.",
        "supports_credentials=True, or leave credentials: 'include' out.",
        FixKind.API,
    ),
    Code.ALLOW_CREDENTIALS_INVALID: CodeText(
        "Access-Control-Allow-Credentials is {access-control-allow-credentials}, and must be true.",
        "let the API answer Access-Control-Allow-Credentials: true, once.",
        FixKind.API,
    ),
    Code.PREFLIGHT_REDIRECTED: CodeText(
        "the preflight was answered with {status}, a redirect to {location}, and preflights do not follow.",
        "call {location} in the front end, or answer preflights before anything redirects.",
        FixKind.API,
    ),
    Code.PREFLIGHT_STATUS: CodeText(
        "the preflight was answered with {status}, and only 200 to 299 lets the request go.",
        "answer preflights before sign-in checks, rate limits and routing; they never carry cookies.",
        FixKind.API,
    ),
    Code.ALLOW_METHODS_INVALID: CodeText(
        "Access-Control-Allow-Methods is not a list of methods: {allowed}.",
        "let the API answer the names with commas between them, as in GET, POST.",
        FixKind.API,
    ),
    Code.ALLOW_HEADERS_INVALID: CodeText(
        "Access-Control-Allow-Headers is not a list of names: {allowed}.",
        "let the API answer the names with commas between them, as in Content-Type, X-Token.",
        FixKind.API,
    ),
    Code.METHOD_NOT_ALLOWED: CodeText(
        "the preflight does not allow {method}.",
        "let the API answer Access-Control-Allow-Methods with {method} in it.",
        FixKind.API,
    ),
    Code.HEADER_NOT_ALLOWED: CodeText(
        "the preflight does not allow the request header {header}.",
        "let the API answer Access-Control-Allow-Headers with {header} in it.",
        FixKind.API,
    ),
    Code.REDIRECT_REFUSED: CodeText(
        "the answer is a redirect, and redirect: 'error' refuses it.",
        "call the target, or leave redirect out.",
    ),
    Code.LOCATION_INVALID: CodeText(
        "the redirect's Location does not parse: {reason}.", "correct it in the API.", FixKind.API
    ),
    Code.LOCATION_SCHEME: CodeText(
        "the redirect leaves the web: {location}.", "correct it in the API.", FixKind.API
    ),
    Code.LOCATION_WITH_CREDENTIALS: CodeText(
        "the redirect's Location carries a user name or a password.", "take them out.", FixKind.API
    ),
    Code.TOO_MANY_REDIRECTS: CodeText("more than 20 redirects: a loop.", "follow it with curl -vL."),
    Code.RESOURCE_POLICY: CodeText(
        "Cross-Origin-Resource-Policy forbids the page to use it.",
        "answer Cross-Origin-Resource-Policy: cross-origin",
        FixKind.API,
    ),
    Code.INTEGRITY_MISMATCH: CodeText(
        "the body is not the one of the integrity option.", "correct the hash, or leave integrity out."
    ),
    Code.MALFORMED_RESPONSE: CodeText(
        "what came back is not HTTP: {reason}.", "look at the server's log.", FixKind.API
    ),
    Code.CONNECTION_FAILED: CodeText(
        "no answer came: {reason}.", "start the API, and check the host name and the port.", FixKind.API
    ),
    Code.HANDSHAKE_REFUSED: CodeText(
        "the WebSocket handshake was answered with {status}, and only 101 opens it.",
        "at 403 list the page where Origin is checked; else check the path, and that proxies pass Upgrade.",
        FixKind.API,
    ),
    Code.NOT_AN_EVENT_STREAM: CodeText(
        "the answer is no event stream: an EventSource wants a 200 with Content-Type: text/event-stream.",
        "answer 200 with Content-Type: text/event-stream.",
        FixKind.API,
    ),
    Code.PROXY_CHALLENGE: CodeText(
        "407 came from what is not a proxy.", "answer 401 instead.", FixKind.PROXY
    ),
    Code.LOGIN_DIALOG: CodeText(
        "a 401 with a Basic challenge opens the browser's login dialog, and the promise stays pending.",
        "answer 401 without WWW-Authenticate: Basic.",
        FixKind.API,
    ),
}

_SAME_SITE_FIX: Final = "SameSite=None; Secure; Partitioned, or serve both from one registrable domain."

COOKIE_TEXTS: Final = {
    CookieCode.MALFORMED: CodeText(
        "it is malformed or too long.", "correct its name and value.", FixKind.API
    ),
    CookieCode.DOMAIN_MISMATCH: CodeText(
        "its Domain is not the host's own.", "leave Domain out.", FixKind.API
    ),
    CookieCode.PUBLIC_SUFFIX_DOMAIN: CodeText(
        "its Domain is a public suffix.", "leave Domain out.", FixKind.API
    ),
    CookieCode.NONE_REQUIRES_SECURE: CodeText("SameSite=None needs Secure.", "add Secure.", FixKind.API),
    CookieCode.PARTITIONED_REQUIRES_SECURE: CodeText("Partitioned needs Secure.", "add Secure.", FixKind.API),
    CookieCode.HOST_PREFIX_FORBIDS_DOMAIN: CodeText(
        "__Host- forbids Domain.", "leave Domain out.", FixKind.API
    ),
    CookieCode.HOST_PREFIX_REQUIRES_SECURE: CodeText("__Host- needs Secure.", "add Secure.", FixKind.API),
    CookieCode.HOST_PREFIX_REQUIRES_ROOT: CodeText("__Host- needs Path=/.", "set Path=/.", FixKind.API),
    CookieCode.HTTP_PREFIX: CodeText("__Http- needs Secure and HttpOnly.", "add both.", FixKind.API),
    CookieCode.SECURE_REQUIRES_HTTPS: CodeText(
        "it is Secure and the API is http.",
        "serve the API over https, or leave Secure out while developing.",
        FixKind.API,
    ),
    CookieCode.OVERWRITES_SECURE: CodeText(
        "it would replace a Secure cookie from http.",
        "set it over https, or under another name.",
        FixKind.API,
    ),
    CookieCode.SECURE_PREFIX_REQUIRES_SECURE: CodeText("__Secure- needs Secure.", "add Secure.", FixKind.API),
    CookieCode.CREDENTIALS_OMITTED: CodeText(
        "the fetch was without credentials.", "credentials: 'include' in the front end."
    ),
    CookieCode.SAMESITE_STRICT: CodeText(
        "it is SameSite=Strict, and the page is of another site.", _SAME_SITE_FIX, FixKind.API
    ),
    CookieCode.SAMESITE_LAX: CodeText(
        "it is SameSite=Lax, and the page is of another site.", _SAME_SITE_FIX, FixKind.API
    ),
    CookieCode.SAMESITE_DEFAULT: CodeText(
        "it has no SameSite, which counts as Lax, and the page is of another site.",
        _SAME_SITE_FIX,
        FixKind.API,
    ),
    CookieCode.THIRD_PARTY_BLOCKED: CodeText(
        "the browser blocks third-party cookies.",
        "serve both from one registrable domain, or add Partitioned.",
        FixKind.API,
    ),
    CookieCode.SECURE_OVER_HTTP: CodeText(
        "it is Secure and the request is http.", "call the API over https."
    ),
    CookieCode.PATH_MISMATCH: CodeText("its Path does not cover the URL.", "set Path=/.", FixKind.API),
    CookieCode.OTHER_PARTITION: CodeText(
        "it was set under another top-level site.",
        "sign in with a fetch from this page; a sign-in by redirect sets the cookie under another site.",
    ),
}

HINT_TEXTS: Final = {
    Hint.WRITE_REFUSED: CodeText("the write gate refused it: {reason}.", "{fix}", FixKind.API),
    Hint.OTHER_TOKEN_REFUSED: CodeText(
        "a CSRF check of the application's own answered {status}; crossguard let the write pass.",
        "send the token that this check asks for, or exempt this one view from it, where crossguard's gate "
        "guards it.",
        FixKind.API,
    ),
    Hint.NO_CREDENTIALS: CodeText(
        "the API answered {status}, and the fetch was without credentials, so that no cookie was sent.",
        "credentials: 'include' in the front end (axios: withCredentials: true).",
    ),
    Hint.COOKIE_NOT_SENT: CodeText("the cookie {name} was not sent: {reason}", "{fix}", FixKind.API),
    Hint.COOKIE_NOT_STORED: CodeText("the cookie {name} was not stored: {reason}", "{fix}", FixKind.API),
    Hint.HEADER_NOT_EXPOSED: CodeText(
        "script cannot read {names}.",
        "let the API answer Access-Control-Expose-Headers with {names} in it.",
        FixKind.API,
    ),
    Hint.OPAQUE_RESPONSE: CodeText("mode: 'no-cors' hides the answer: status 0, no body.", _NO_MODE),
    Hint.REDIRECTED_TO_PAGE: CodeText(
        "the redirect ended at an HTML page ({url}): a sign-in page, most likely.",
        "answer 401 to scripts: crossguard.flask.install_unauthorized_handler(login_manager).",
        FixKind.API,
    ),
    Hint.SLASH_REDIRECT: CodeText(
        "{url} redirects to {target}: every call is two.", "call {target} in the front end."
    ),
    Hint.VARY_MISSING: CodeText(
        "the answer names one origin and has no Vary: Origin, so that a cache may give it to another.",
        "answer Vary: Origin on every response of the URL.",
        FixKind.API,
    ),
    Hint.OTHER_SERVER: CodeText("{text}", "{fix}", FixKind.PROXY),
    Hint.LOCAL_NETWORK_ACCESS: CodeText(
        "a public page calls this machine or a private network; Chrome asks the user for a permission first, "
        "and no header can grant it.",
        "serve the page from http://localhost while developing.",
    ),
    Hint.USER_AGENT_DROPPED: CodeText(
        "Chromium drops a User-Agent that a script sets.", "use a header of your own."
    ),
}
