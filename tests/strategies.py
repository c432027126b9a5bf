"""Strategies: origins, patterns, configurations and requests, right and wrong ones."""

import re
from string import ascii_lowercase, ascii_uppercase, digits

from hypothesis import strategies as st

from crossguard import RequestFacts

# Two top-level names, so that origins of a configuration and of a request meet often.
TOP_LEVEL = st.sampled_from(["example", "test", "com", "co.uk"])
LABELS = st.from_regex(r"[a-z0-9_][a-z0-9_\-]{0,5}", fullmatch=True) | st.sampled_from(
    ["a", "b", "app", "www"]
)


@st.composite
def names(draw) -> str:
    labels = draw(st.lists(LABELS, min_size=0, max_size=3))
    return ".".join([*labels, draw(TOP_LEVEL)]) + draw(st.sampled_from(["", "", "", "."]))


LOOPBACK = st.sampled_from(["localhost", "app.localhost", "127.0.0.1", "127.8.9.1", "[::1]"])
ADDRESSES = st.ip_addresses(v=4).map(str) | st.sampled_from(["[2001:db8::1]", "[::ffff:c000:201]"])
PORTS = st.none() | st.sampled_from([80, 443, 8080, 8443]) | st.integers(1, 65535)
OPAQUE = st.sampled_from(
    ["capacitor://localhost", "tauri://localhost", "capacitor://LocalHost:80", "app://.x-y"]
)


@st.composite
def web_origins(draw, schemes=("http", "https"), hosts=None) -> str:
    """Serialized http and https origins."""
    scheme = draw(st.sampled_from(schemes))
    host = draw(hosts if hosts is not None else names() | LOOPBACK | ADDRESSES)
    port = draw(PORTS)
    default = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{host}" + ("" if port in {None, default} else f":{port}")


def origins() -> st.SearchStrategy[str]:
    """Serialized origins, as browsers send them."""
    return web_origins() | OPAQUE


@st.composite
def patterns(draw, schemes=("http", "https"), hosts=None) -> str:
    """Patterns over subdomains, over ports, or over both."""
    scheme = draw(st.sampled_from(schemes))
    kind = draw(st.sampled_from(["subdomains", "ports", "both"]))
    if kind == "ports":
        return f"{scheme}://{draw(hosts if hosts is not None else names() | LOOPBACK)}:*"
    host = draw(hosts if hosts is not None else names())
    port = ":*" if kind == "both" else draw(st.sampled_from(["", ":8443"]))
    return f"{scheme}://*.{host}{port}"


EXPRESSIONS = st.sampled_from(
    [
        re.compile(r"https://[a-z]+\.example"),
        re.compile(r"https?://(app|www)\.test(:\d+)?"),
        re.compile(r"http://localhost:[0-9]{4}"),
    ]
)

METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "put", "eGg", "REPORT"])
HEADER_NAMES = st.sampled_from(["X-Token", "x-token", "Content-Type", "Authorization", "X-A", "Range"])


@st.composite
def options(draw) -> dict[str, object]:
    """Options that build."""
    credentials = draw(st.booleans())
    if credentials:
        # What credentials may be given to without a dangerous option.
        mine = st.builds(lambda label: f"{label}.mine.com", LABELS)
        entries = (
            web_origins(schemes=("https",))
            | web_origins(schemes=("http",), hosts=LOOPBACK)
            | patterns(schemes=("https",), hosts=mine)
            | OPAQUE
            | st.sampled_from([re.compile(r"https://[a-z]+\.mine\.com")])
        )
        listed = draw(st.lists(entries, max_size=4))
    else:
        listed = draw(st.just("*") | st.lists(origins() | patterns() | EXPRESSIONS, max_size=4))
    star = st.nothing() if credentials else st.just("*")
    return {
        "origins": listed,
        "readers": draw(st.just([]) | st.just("*") | st.lists(origins() | patterns(), max_size=2)),
        "supports_credentials": credentials,
        "methods": draw(star | st.lists(METHODS, max_size=4)),
        "allow_headers": draw(st.just("*") | st.lists(HEADER_NAMES, max_size=4)),
        "expose_headers": draw(star | st.lists(HEADER_NAMES, max_size=3)),
        "max_age": draw(st.integers(0, 86_400)),
        "allow_private_network": draw(st.booleans()),
    }


#: Text of a header field as a WSGI server may pass it on, and then some.
FIELD_TEXT = st.text(st.characters(max_codepoint=0xFF), max_size=60)
ANY_TEXT = st.text(max_size=60)


@st.composite
def near_origins(draw) -> str:
    """An origin with one thing wrong: a character put in, taken out, exchanged, or in upper case."""
    text = draw(web_origins())
    at = draw(st.integers(0, len(text) - 1))
    change = draw(st.sampled_from(["insert", "delete", "exchange", "upper"]))
    char = draw(
        st.sampled_from([*":/.@*?#,;\\%_- \t\r\n\x00", *digits, *ascii_lowercase, *ascii_uppercase, "\xfc"])
    )
    if change == "insert":
        return text[:at] + char + text[at:]
    if change == "delete":
        return text[:at] + text[at + 1 :]
    if change == "exchange":
        return text[:at] + char + text[at + 1 :]
    return text.upper()


def sent_origins() -> st.SearchStrategy[str | None]:
    """Whatever may stand in ``Origin``."""
    return st.none() | st.sampled_from(["", "null", "*"]) | origins() | near_origins() | FIELD_TEXT


HEADER_LISTS = st.lists(HEADER_NAMES | FIELD_TEXT, max_size=6).map(",".join)


@st.composite
def facts(draw, text=FIELD_TEXT) -> RequestFacts:
    """Requests with anything in the headers that decide."""
    return RequestFacts(
        method=draw(st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "OPTIONS", "OPTIONS"]) | text),
        url=draw(text),
        origin=draw(sent_origins() | text),
        requested_method=draw(st.none() | METHODS | text),
        requested_headers=draw(st.none() | HEADER_LISTS | text),
        requests_private_network=draw(st.booleans()),
        fetch_mode=draw(st.none() | st.sampled_from(["cors", "navigate", ""]) | text),
        accept=draw(st.none() | text),
        own_origin=draw(st.none() | origins()),
    )
