"""What a request of anybody may look like to the gate: right, odd, doubled, malformed and huge headers."""

from hypothesis import strategies as st

from tests.gate.wsgi import API, APP, EVIL, PARTNER, SIBLING

HUGE = 64 * 1024
COOKIE = "__Host-session=abc"

#: A WSGI header value: Latin-1 without what a server would have refused.
ANYTHING = st.text(st.characters(max_codepoint=0xFF, exclude_characters="\r\n\0"), max_size=40)


def header(*values: str) -> st.SearchStrategy[str | None]:
    """A header that is absent, right, doubled as a server joins it, altered, huge, or anything."""
    known = st.sampled_from(values)
    altered = st.builds(
        lambda value, change: change(value),
        known,
        st.sampled_from(
            [
                str.upper,
                str.swapcase,
                lambda value: value + "/",
                lambda value: value + ".",
                lambda value: value + " ",
                lambda value: " " + value,
                lambda value: value + ":443",
                lambda value: value[:-1],
                lambda value: value + "\xa0",
                lambda value: value + "\x1c",
                lambda value: value + ".evil.test",
                lambda value: value.replace("https", "http"),
                lambda value: value.replace("//", "//user@"),
            ]
        ),
    )
    doubled = st.builds(lambda one, other: f"{one}, {other}", known, known)
    huge = st.builds(lambda value: (value * (HUGE // max(len(value), 1) + 1))[:HUGE], known | ANYTHING)
    return st.none() | st.just("") | known | doubled | altered | huge | ANYTHING


METHODS = st.sampled_from(
    ["POST", "PUT", "PATCH", "DELETE", "QUERY", "TRACE", "PROPFIND", "post", "get", "Get", "CONNECT", ""]
)
SAFE_METHODS = st.sampled_from(["GET", "HEAD", "OPTIONS"])
SCHEMES = st.sampled_from(["https", "http"])

HEADERS = {
    "Origin": header(APP, API, EVIL, PARTNER, SIBLING, "null", "http://api.shop.example", "https://"),
    "Sec-Fetch-Site": header("same-origin", "same-site", "cross-site", "none"),
    "Referer": header(f"{APP}/a", f"{API}/b?c", f"{EVIL}/", "about:blank"),
    "Host": header("api.shop.example", "api.shop.example:443", "evil.test", "10.0.0.5:8000", "[::1]:5000"),
    "Authorization": header("Bearer x", "Basic eDp5", "Digest username=x", "Negotiate", "Basic", "x"),
    "Content-Type": header("application/json", "text/plain", "application/vnd.api+json", "json"),
    "Content-Length": header("0", "5", "-1", "five"),
    "Transfer-Encoding": header("chunked"),
    "Cookie": header(COOKIE, "a=b", ";", "=", f"a=b; {COOKIE}", "__Host-session", "remember_token=1"),
    "Upgrade": header("websocket", "h2c"),
    "X-CSRF-Token": header("x", "WyJhIiwiYiJd.c2lnbmF0dXJl", "."),
    "X-Forwarded-Host": header("evil.test", "api.shop.example"),
    "X-Forwarded-Proto": header("http", "https"),
    "X-HTTP-Method-Override": header("GET", "DELETE"),
    "Access-Control-Request-Method": header("DELETE"),
}


@st.composite
def headers(draw: st.DrawFn, **fixed: str | None) -> dict[str, str]:
    """Return some of the headers, those of *fixed* as they are."""
    found = {name: draw(values) for name, values in HEADERS.items() if name not in fixed} | fixed
    return {name: value for name, value in found.items() if value is not None}


@st.composite
def gate_options(draw: st.DrawFn) -> dict[str, object]:
    """Options of the gate that build, with and without origins that are trusted or that read."""
    return {
        "origins": draw(st.sampled_from([[], [APP], [APP, "https://*.shop.example"]])),
        "readers": draw(st.sampled_from([[], [PARTNER], "*", ["https://*.partner.test"]])),
        "supports_credentials": True,
        "public_origins": draw(st.sampled_from([[], [API]])),
        "auth_cookies": ["__Host-session"],
        "on_missing": draw(st.sampled_from(["allow", "deny", "token"])),
        "ws_on_missing": draw(st.sampled_from(["deny", "allow"])),
        "token": draw(st.sampled_from(["off", "always"])),
        "json_only": draw(st.booleans()),
        "wildcard_writes": draw(st.booleans()),
    }
