"""Why a fetch failed, and why a cookie did not travel: identifiers, unique and never reused."""

from enum import StrEnum


class Code(StrEnum):
    """Why a browser refused a fetch. The comment names what a developer would call it."""

    # --- the Request constructor threw ---------------------------------------------------------
    #: The URL does not parse.
    INVALID_URL = "invalid-url"
    #: The URL carries a user name or password.
    URL_WITH_CREDENTIALS = "url-with-credentials"
    #: The mode is none that a script may choose.
    INVALID_MODE = "invalid-mode"
    #: Another option has a value that does not exist.
    INVALID_OPTION = "invalid-option"
    #: The method is not a token.
    INVALID_METHOD = "invalid-method"
    #: CONNECT, TRACE or TRACK.
    FORBIDDEN_METHOD = "forbidden-method"
    #: A mode of no-cors permits GET, HEAD and POST only.
    METHOD_NEEDS_CORS = "method-needs-cors"
    #: A header's name or value is malformed.
    INVALID_HEADER = "invalid-header"
    #: GET and HEAD carry no body.
    BODY_NOT_ALLOWED = "body-not-allowed"

    # --- before anything is sent ---------------------------------------------------------------
    #: Neither http nor https, nor a readable data: URL.
    UNSUPPORTED_SCHEME = "unsupported-scheme"
    #: A port of another protocol, such as 25.
    BAD_PORT = "bad-port"
    #: An https page asks an http server that is not on this machine.
    MIXED_CONTENT = "mixed-content"
    #: A mode of same-origin, and the URL is of another origin.
    NOT_SAME_ORIGIN = "not-same-origin"
    #: A cross-origin no-cors fetch follows redirects or does not start.
    NO_CORS_REDIRECT_MODE = "no-cors-redirect-mode"
    #: A header that this browser keeps for itself.
    RESERVED_HEADER = "reserved-header"
    #: A keepalive request carries at most 64 KiB.
    KEEPALIVE_TOO_LARGE = "keepalive-too-large"
    #: A cache mode of only-if-cached, and nothing is cached.
    NOT_CACHED = "not-cached"

    # --- the CORS check, of a preflight's or the actual response ----------------------------------
    #: No Access-Control-Allow-Origin.
    ALLOW_ORIGIN_MISSING = "allow-origin-missing"
    #: ``*`` does not serve requests with credentials.
    ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS = "allow-origin-wildcard-with-credentials"
    #: Several origins, or several lines.
    ALLOW_ORIGIN_MULTIPLE = "allow-origin-multiple"
    #: Another origin, or the same one spelled differently.
    ALLOW_ORIGIN_MISMATCH = "allow-origin-mismatch"
    #: No Access-Control-Allow-Credentials, and the request has credentials.
    ALLOW_CREDENTIALS_MISSING = "allow-credentials-missing"
    #: Access-Control-Allow-Credentials is anything but ``true``.
    ALLOW_CREDENTIALS_INVALID = "allow-credentials-invalid"

    # --- the preflight -------------------------------------------------------------------------
    #: The preflight was redirected.
    PREFLIGHT_REDIRECTED = "preflight-redirected"
    #: The preflight's status is not 200 to 299.
    PREFLIGHT_STATUS = "preflight-status"
    #: Access-Control-Allow-Methods is not a list of methods.
    ALLOW_METHODS_INVALID = "allow-methods-invalid"
    #: Access-Control-Allow-Headers is not a list of names.
    ALLOW_HEADERS_INVALID = "allow-headers-invalid"
    #: The method is not listed.
    METHOD_NOT_ALLOWED = "method-not-allowed"
    #: A request header is not listed.
    HEADER_NOT_ALLOWED = "header-not-allowed"

    # --- redirects -----------------------------------------------------------------------------
    #: A redirect mode of error.
    REDIRECT_REFUSED = "redirect-refused"
    #: Location does not parse.
    LOCATION_INVALID = "location-invalid"
    #: Location is neither http nor https.
    LOCATION_SCHEME = "location-scheme"
    #: Location carries a user name or password.
    LOCATION_WITH_CREDENTIALS = "location-with-credentials"
    #: More than 20.
    TOO_MANY_REDIRECTS = "too-many-redirects"

    # --- the response ----------------------------------------------------------------------------
    #: Cross-Origin-Resource-Policy forbids it.
    RESOURCE_POLICY = "resource-policy"
    #: The body is not the one of the integrity option, or cannot be checked.
    INTEGRITY_MISMATCH = "integrity-mismatch"
    #: No browser reads this as HTTP.
    MALFORMED_RESPONSE = "malformed-response"
    #: No response: refused, timed out, closed.
    CONNECTION_FAILED = "connection-failed"
    #: A WebSocket handshake that was answered with anything but 101.
    HANDSHAKE_REFUSED = "handshake-refused"
    #: What an EventSource got is no 200 with text/event-stream.
    NOT_AN_EVENT_STREAM = "not-an-event-stream"
    #: 407 from what is not a proxy.
    PROXY_CHALLENGE = "proxy-challenge"
    #: 401 with Basic, Digest or NTLM: a login dialog opens and the promise stays pending.
    LOGIN_DIALOG = "login-dialog"


class WarningCode(StrEnum):
    """What a browser would not refuse here, but may elsewhere."""

    #: A page of a public address calls this machine or a private network: needs a permission.
    LOCAL_NETWORK_ACCESS = "local-network-access"
    #: Chromium drops a User-Agent that script sets.
    USER_AGENT_DROPPED = "user-agent-dropped"


class CookieCode(StrEnum):
    """Why a cookie was not stored, or not sent."""

    # --- not stored ------------------------------------------------------------------------------
    #: Name and value together are empty, too long, or contain control characters.
    MALFORMED = "malformed"
    #: Domain is not the host's own or above it.
    DOMAIN_MISMATCH = "domain-mismatch"
    #: Domain is a public suffix.
    PUBLIC_SUFFIX_DOMAIN = "public-suffix-domain"
    #: Secure, from an http host that is not this machine.
    SECURE_REQUIRES_HTTPS = "secure-requires-https"
    #: Would replace a Secure cookie from plain http.
    OVERWRITES_SECURE = "overwrites-secure"
    #: SameSite=None without Secure.
    NONE_REQUIRES_SECURE = "none-requires-secure"
    #: Partitioned without Secure.
    PARTITIONED_REQUIRES_SECURE = "partitioned-requires-secure"
    #: A name of ``__Secure-…`` without Secure.
    SECURE_PREFIX_REQUIRES_SECURE = "secure-prefix-requires-secure"
    #: A name of ``__Host-…`` with Domain.
    HOST_PREFIX_FORBIDS_DOMAIN = "host-prefix-forbids-domain"
    #: A name of ``__Host-…`` without Secure.
    HOST_PREFIX_REQUIRES_SECURE = "host-prefix-requires-secure"
    #: A name of ``__Host-…`` with a Path other than /.
    HOST_PREFIX_REQUIRES_ROOT = "host-prefix-requires-root"
    #: A name of ``__Http-…`` or ``__Host-Http-…`` without HttpOnly or without Secure.
    HTTP_PREFIX = "http-prefix"
    #: The fetch had no credentials, so its response sets no cookies.
    CREDENTIALS_OMITTED = "credentials-omitted"

    # --- not stored or not sent ------------------------------------------------------------------
    #: SameSite=Strict across sites.
    SAMESITE_STRICT = "samesite-strict"
    #: SameSite=Lax across sites.
    SAMESITE_LAX = "samesite-lax"
    #: No SameSite, which counts as Lax, across sites.
    SAMESITE_DEFAULT = "samesite-default"
    #: The profile blocks third-party cookies.
    THIRD_PARTY_BLOCKED = "third-party-blocked"

    # --- not sent --------------------------------------------------------------------------------
    #: Secure, and the request goes to an http host that is not this machine.
    SECURE_OVER_HTTP = "secure-over-http"
    #: Its Path does not cover the URL's.
    PATH_MISMATCH = "path-mismatch"
    #: Set below another top-level site.
    OTHER_PARTITION = "other-partition"
