"""The codes of an audit: identifiers, unique and never reused. Their words are in :mod:`.texts`."""

from enum import StrEnum


class FindingCode(StrEnum):
    """What an audit can find without a request."""

    # --- the configuration ------------------------------------------------------------------------
    DOES_NOT_BUILD = "does-not-build"
    NOT_INSTALLED = "not-installed"
    IGNORED_OPTION = "ignored-option"

    # --- what other code opens --------------------------------------------------------------------
    OPEN_WITH_COOKIES = "open-with-cookies"
    OPEN_TO_LOOK_ALIKES = "open-to-look-alikes"
    OPEN_TO_EVERYBODY = "open-to-everybody"
    OPEN_TO_LISTED = "open-to-listed"
    OPENING_UNKNOWN = "opening-unknown"

    # --- who is listed ----------------------------------------------------------------------------
    ORIGINS_NOT_NAMED = "origins-not-named"
    DEVELOPMENT_ORIGIN = "development-origin"
    EVERYBODY_READS = "everybody-reads"
    SUBDOMAINS_TRUSTED = "subdomains-trusted"
    EXPRESSION_DOT = "expression-dot"
    DANGEROUS_OPTION = "dangerous-option"
    PRIVATE_ADDRESS = "private-address"
    APP_NOT_NAMED = "app-not-named"
    EXTENSION_ID_VARIES = "extension-id-varies"

    # --- front ends and the API -------------------------------------------------------------------
    INSECURE_FRONT_END = "insecure-front-end"
    MIXED_CONTENT = "mixed-content"
    FRONT_END_CROSS_SITE = "front-end-cross-site"
    LOOPBACK_NAMES_DIFFER = "loopback-names-differ"
    LOCAL_NETWORK = "local-network"
    PRIVATE_NETWORK = "private-network"

    # --- preflights -------------------------------------------------------------------------------
    PREFLIGHT_NOT_KEPT = "preflight-not-kept"
    METHOD_NOT_LISTED = "method-not-listed"
    CONTENT_TYPE_NOT_LISTED = "content-type-not-listed"
    REQUEST_HEADER_NOT_LISTED = "request-header-not-listed"
    RESPONSE_HEADER_NOT_EXPOSED = "response-header-not-exposed"

    # --- which policy governs ---------------------------------------------------------------------
    POLICY_GOVERNS_NOTHING = "policy-governs-nothing"
    DECLARATION_LOST = "declaration-lost"
    EXACT_PATH = "exact-path"
    POLICY_SHADOWED = "policy-shadowed"
    POLICY_WIDENS = "policy-widens"
    SPLIT_URL = "split-url"
    ROUTE_WITHOUT_POLICY = "route-without-policy"

    # --- writes -----------------------------------------------------------------------------------
    WRITE_WITHOUT_POLICY = "write-without-policy"
    WRITE_GATE_OFF = "write-gate-off"
    REPORT_ONLY = "report-only"
    WILDCARD_WRITES = "wildcard-writes"
    OWN_ORIGIN_DERIVED = "own-origin-derived"
    JSON_ONLY_OFF = "json-only-off"
    ROUTE_EXEMPT = "route-exempt"
    ROUTE_PUBLIC = "route-public"
    FORCED_JSON = "forced-json"
    UNSAFE_GET = "unsafe-get"
    AUTH_COOKIE_UNKNOWN = "auth-cookie-unknown"

    # --- cookies ----------------------------------------------------------------------------------
    COOKIE_CANNOT_WORK = "cookie-cannot-work"
    COOKIE_SOME_BROWSERS = "cookie-some-browsers"
    COOKIE_SAMESITE_UNSET = "cookie-samesite-unset"
    COOKIE_DOMAIN = "cookie-domain"
    COOKIE_NOT_SECURE = "cookie-not-secure"
    COOKIE_SCRIPT_READABLE = "cookie-script-readable"
    COOKIE_ATTRIBUTE_IGNORED = "cookie-attribute-ignored"

    # --- views, hooks, middleware -----------------------------------------------------------------
    OWN_CORS_HEADERS = "own-cors-headers"
    VIEW_ANSWERS_OPTIONS = "view-answers-options"
    HOOK_ANSWERS_PREFLIGHT = "hook-answers-preflight"
    SLASH_REDIRECT = "slash-redirect"
    HTTPS_REDIRECT = "https-redirect"
    PROXY_NOT_TRUSTED = "proxy-not-trusted"
    MIDDLEWARE_OUTSIDE = "middleware-outside"

    # --- other extensions -------------------------------------------------------------------------
    FLASK_CORS_INSTALLED = "flask-cors-installed"
    LOGIN_REDIRECTS = "login-redirects"
    SECURITY_REDIRECTS = "security-redirects"
    REDIRECT_SIGN_IN = "redirect-sign-in"
    LIMITER_DEFAULTS = "limiter-defaults"
    FORM_TOKENS = "form-tokens"
    TOKEN_OUT_OF_REACH = "token-out-of-reach"  # noqa: S105 - a code
    SOCKET_ORIGINS = "socket-origins"
    SOCKET_OUTSIDE = "socket-outside"
