"""What a preflight asks for that a policy does not list: all of it, not the first that a browser stops on."""

from typing import Final, NamedTuple

from crossguard.core.config import CorsConfig
from crossguard.core.names import SAFELISTED_METHODS, SAFELISTED_REQUEST_HEADERS, parse_requested_headers
from crossguard.core.request import RequestFacts
from crossguard.explain.families import complete

_NAME_WIDTH: Final = 64
_OF_ANSWERS: Final = frozenset(
    {
        "allow", "clear-site-data", "content-disposition", "content-security-policy",
        "content-security-policy-report-only", "cross-origin-embedder-policy", "cross-origin-opener-policy",
        "cross-origin-resource-policy", "etag", "location", "origin-agent-cluster", "permissions-policy",
        "referrer-policy", "retry-after", "server", "set-cookie", "strict-transport-security",
        "timing-allow-origin", "vary", "www-authenticate", "x-content-type-options", "x-frame-options",
        "x-xss-protection",
    }
)  # fmt: skip


class Missing(NamedTuple):
    """What is missing in a list.

    Attributes:
        names: what is to be added to it.
        asides: what is to be changed in the front end instead, in words.
        sent: what the page then asks for.
    """

    names: tuple[str, ...]
    asides: tuple[str, ...]
    sent: str | None


def missing_method(config: CorsConfig, facts: RequestFacts) -> Missing:
    """Return what is missing for the method of a preflight."""
    method = (facts.requested_method or "")[: _NAME_WIDTH * 4]
    if method in config.methods or method in SAFELISTED_METHODS or config.methods == ("*",):
        return Missing((), (), facts.requested_method)
    upper = method.upper()
    if method != upper and upper in config.methods:
        return Missing((), (f"write the method in upper case in the front end: method: {upper!r}",), upper)
    return Missing((method,), (), facts.requested_method)


def missing_headers(config: CorsConfig, facts: RequestFacts) -> Missing:
    """Return what is missing for all request headers of a preflight that are not listed."""
    if config.allow_headers == ("*",):
        return Missing((), (), facts.requested_headers)
    names = parse_requested_headers(facts.requested_headers or "") or ()
    # As the decision: these two are named only where their values are not simple, and then must be listed.
    listed = {name.lower() for name in config.allow_headers}
    listed |= SAFELISTED_REQUEST_HEADERS - {"content-type", "range"}
    missing = [name for name in names if name not in listed]
    answers = [name for name in missing if is_of_answers(name)]
    asides: tuple[str, ...] = ()
    if answers:
        kind = "it is a response header" if len(answers) == 1 else "they are response headers"
        text = ", ".join(answers)[:_NAME_WIDTH]
        asides = (f"take {text} out of the request in the front end: {kind}.",)
    wanted = complete(name for name in missing if name not in answers)
    return Missing(
        tuple(name for name in wanted if name.lower() not in listed),
        asides,
        ", ".join(name for name in names if name not in answers),
    )


def is_of_answers(name: str) -> bool:
    """Tell whether *name* is a response header, which no request needs."""
    return name.lower().startswith("access-control-") or name.lower() in _OF_ANSWERS
