"""The table of options: names, defaults, what each means. Validation, errors and docs read it."""

import difflib
from collections.abc import Iterable
from typing import Final, NamedTuple

from crossguard.core.issues import shown


class Option(NamedTuple):
    """One option of a policy.

    Attributes:
        name: as a person writes it; the names are Flask-CORS's where it has one.
        default: what holds if it is not given, as Python writes it.
        accepts: the accepted values, in words.
        meaning: what it does.
        replaceable: whether ``Policy.replace`` takes it; the others are read once, while an application
            is put together.
    """

    name: str
    default: str
    accepts: str
    meaning: str
    replaceable: bool = True


#: Flask-CORS's default, without which its users' POST and DELETE would stop working.
DEFAULT_METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")

#: What API clients send: JSON bodies, bearer tokens, the marker that axios and jQuery users add.
DEFAULT_ALLOW_HEADERS: Final = ("Authorization", "Content-Type", "X-Requested-With")

#: Request headers in which a token is accepted: this library's, Django's and Flask-WTF's, axios's and
#: Angular's. Preflights allow them where the layer is on.
TOKEN_HEADERS: Final = ("X-CSRF-Token", "X-CSRFToken", "X-XSRF-Token")

#: Ten minutes. Without the header browsers keep a preflight for 5 seconds, so every call is two.
DEFAULT_MAX_AGE: Final = 600

#: Firefox caps at a day, Chromium at two hours; a larger number is a mistake in the unit.
LONGEST_MAX_AGE: Final = 86_400

#: Who is allowed in debug when credentials are on and no origin is named (DESIGN: the tutorial's line).
DEVELOPMENT_ORIGINS: Final = ("http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*")

OPTIONS: Final = (
    Option(
        "origins",
        '"*"',
        "an origin, a pattern, a compiled expression, a callable, a source, or a list of those; `[]` is "
        "no origin",
        "Who may read. A string is an exact origin (`https://app.example.com`), all subdomains "
        "(`https://*.example.com`: any depth, not the apex, same scheme and port), the labels that fit "
        "(`https://shop-*-team.example.com`: `*` is one or more letters, digits and hyphens) or all ports "
        "(`http://localhost:*`); a text with commas or blanks, or of a list in JSON, is the list of them. "
        "A compiled expression must match the whole origin, and with credentials be narrow by its "
        "structure. A callable is asked about an origin that nothing else covers, and `True` lets it in. "
        "`*` is every origin, without credentials.",
    ),
    Option(
        "readers",
        "[]",
        "like `origins`",
        "Who may read without credentials, beside the origins that may use cookies.",
    ),
    Option(
        "supports_credentials",
        "False",
        "`True` or `False`",
        "Whether the listed origins may use cookies and other credentials. Without `origins`: in debug the "
        "loopback development origins, otherwise none.",
        replaceable=False,
    ),
    Option(
        "methods",
        "GET, HEAD, POST, OPTIONS, PUT, PATCH, DELETE",
        "a method or a list of methods; `*` only without credentials",
        "What preflights allow. The list is sent as it is, for every method that is asked for.",
    ),
    Option(
        "allow_headers",
        "Authorization, Content-Type, X-Requested-With",
        "a header name or a list of names; `*` for every name",
        "Which request headers preflights allow. With credentials `*` answers with the names that were asked "
        "for, if they are valid and at most 64.",
    ),
    Option(
        "expose_headers",
        "[]",
        "a header name or a list of names; `*` only without credentials",
        "Which response headers the page's script may read beyond the safelisted ones.",
    ),
    Option(
        "max_age",
        "600",
        "seconds as an `int`, or a `timedelta`, from 0 to 86400",
        "How long browsers may remember a preflight's answer; 0 is not at all.",
    ),
    Option(
        "allow_private_network",
        "False",
        "`True` or `False`",
        "Whether to answer the private-network preflights of old Chromium versions.",
    ),
    Option(
        "dangerously_allow_insecure_origins",
        "False",
        "`True` or `False`",
        "Lets http origins other than loopback use credentials: anyone on the network in between can "
        "then act as the signed-in user. In debug a private address needs no such option.",
    ),
    Option(
        "dangerously_allow_public_suffixes",
        "False",
        "`True` or `False`",
        "Lets a pattern or an expression over a public suffix (`https://*.github.io`), or over the parent of "
        "one, use credentials: strangers can register names there.",
    ),
)

#: The options of the write gate, which is on as soon as credentials are.
GATE_OPTIONS: Final = (
    Option(
        "write_gate",
        "as `supports_credentials`",
        "`True` or `False`",
        "Whether requests that change something are refused unless they come from the API's own pages or "
        "from an origin that is listed with credentials.",
        replaceable=False,
    ),
    Option("report_only", "False", "`True` or `False`", "Only logs what the gate would refuse."),
    Option(
        "on_missing",
        '"allow"',
        '`"allow"`, `"deny"` or `"token"`',
        "What happens to a write that carries no sign of a browser, as from curl and servers: it passes, it "
        "is refused, or it needs a valid token.",
        replaceable=False,
    ),
    Option(
        "ws_on_missing",
        '"deny"',
        '`"deny"` or `"allow"`',
        "What happens to a WebSocket handshake with a cookie that signs in but without Origin.",
    ),
    Option(
        "json_only",
        "False",
        "`True` or `False`",
        "Refuses writes whose body is not JSON with 415, so that no form and no text/plain reaches a view.",
    ),
    Option(
        "wildcard_writes",
        "False",
        "`True` or `False`",
        "Whether origins that only a subdomain pattern or an expression covers may write.",
    ),
    Option(
        "public_origins",
        "[]",
        "an origin, a pattern, a source, or a list of those",
        "The API's own origins as browsers see them: those and no others. A pattern or a source is for "
        "tenants. Without, they are derived from the Host header; in debug only where no other party can "
        "own its name.",
    ),
    Option(
        "token",
        '"off"',
        '`"off"` or `"always"`',
        "A second layer: writes need a token of the session besides a trusted origin.",
        replaceable=False,
    ),
    Option(
        "auth_cookies",
        "the session and remember-me cookies",
        "a cookie name or a list of names",
        "The cookies that sign a user in, in every policy of the application. Where none is known every "
        "cookie counts as one.",
        replaceable=False,
    ),
    Option(
        "exempt",
        "{}",
        "a table from endpoint to the reason",
        "Routes to which the gate does not apply, each with a written reason.",
        replaceable=False,
    ),
    Option(
        "public",
        "[]",
        "an endpoint or a list of endpoints",
        "Routes, WebSockets too, for every caller that brings no cookie that signs in. Never sign-in, "
        "sign-out or registration.",
        replaceable=False,
    ),
    Option(
        "strict_get",
        "[]",
        "an endpoint or a list of endpoints",
        "Routes whose GET is gated like a write, such as exports and the start of an OAuth flow. Links from "
        "a front end are refused too, because a navigation carries no Origin.",
        replaceable=False,
    ),
    Option(
        "cookies",
        "as Flask is configured",
        '`"as-configured"`, `"same-site"`, `"cross-site"` or `"auto"`',
        "Sets name prefix, Secure, SameSite and Partitioned of the session's and the remember-me cookie, for "
        "front ends on the API's site, on other sites, or whichever the listed origins are.",
        replaceable=False,
    ),
    Option(
        "strict",
        "False",
        "`True` or `False`",
        'The preset for production: `write_gate=True`, `on_missing="deny"`, `json_only=True`, and '
        "`public_origins` must be given.",
        replaceable=False,
    ),
)

OPTION_NAMES: Final = tuple(option.name for option in (*OPTIONS, *GATE_OPTIONS))
_FIXED: Final = frozenset(option.name for option in (*OPTIONS, *GATE_OPTIONS) if not option.replaceable)


def check_replaceable(names: Iterable[str]) -> None:
    """Refuse options that do not exist or cannot be replaced while an application runs.

    Raises:
        TypeError: naming each of them.
    """
    unknown = [unknown_option_text(name) for name in names if name not in OPTION_NAMES]
    fixed = [
        f"{name} is read once, while the application is put together: change it where the policy is declared."
        for name in names
        if name in _FIXED
    ]
    if unknown or fixed:
        raise TypeError("Policy.replace: " + " ".join([*unknown, *fixed]))


def unknown_option_text(name: str, known: tuple[str, ...] = OPTION_NAMES) -> str:
    """Return the sentence about an option that does not exist, naming the nearest that does."""
    nearest = nearest_option(name, known)
    return f"unknown option {shown(name)}; " + (
        f"did you mean {nearest!r}?" if nearest else f"the options are {', '.join(known)}."
    )


def nearest_option(name: str, known: tuple[str, ...] = OPTION_NAMES) -> str | None:
    """Return the known option that *name* most resembles; None if none does."""
    aliases = {
        "allowed_origins": "origins",
        "allow_origins": "origins",
        "allow_methods": "methods",
        "allowed_methods": "methods",
        "allow_credentials": "supports_credentials",
        "credentials": "supports_credentials",
        "headers": "allow_headers",
        "allowed_headers": "allow_headers",
        "expose": "expose_headers",
        "exposed_headers": "expose_headers",
    }
    if aliases.get(name.lower()) in known:
        return aliases[name.lower()]
    found = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return found[0] if found else None


def option_meanings() -> dict[str, str]:
    """Return what each option means, by its name, in the words of the reference."""
    return {option.name: option.meaning for option in (*OPTIONS, *GATE_OPTIONS)}
