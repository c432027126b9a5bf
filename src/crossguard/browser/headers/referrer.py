"""What ``Referer`` says under each referrer policy.

Source: Referrer Policy, section 8.4 "determine request's referrer".
"""

from typing import Final

from crossguard.browser.site import is_same_origin
from crossguard.browser.urls import Url

#: Referrer Policy section 3.9: what the empty string stands for.
DEFAULT_POLICY: Final = "strict-origin-when-cross-origin"

#: The values of the option; the empty string is the page's own policy.
POLICIES: Final = frozenset(
    {
        "",
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    }
)

_HIDDEN_BY_DOWNGRADE: Final = frozenset(
    {"no-referrer-when-downgrade", "strict-origin", "strict-origin-when-cross-origin"}
)


def referrer(policy: str, page: Url, target: Url) -> str | None:
    """Return the value of ``Referer`` for a request of *page* to *target*; None if it is left out."""
    if policy == "no-referrer" or (policy in _HIDDEN_BY_DOWNGRADE and is_downgrade(page, target)):
        return None
    same = is_same_origin(page.origin, target.origin)
    if policy == "same-origin" and not same:
        return None
    if policy in _WHOLE or (same and policy not in _ORIGIN_ONLY):
        return Url(page.scheme, page.host, page.port, page.path, page.query).without_fragment
    return f"{page.origin}/"


_WHOLE: Final = frozenset({"unsafe-url", "no-referrer-when-downgrade"})
_ORIGIN_ONLY: Final = frozenset({"origin", "strict-origin"})

#: What says more than the default to another site.
RELAXED: Final = frozenset({"no-referrer-when-downgrade", "origin-when-cross-origin", "unsafe-url"})


def policy_of(value: str | None) -> str:
    """Return the policy of a ``Referrer-Policy`` header, empty if none (Referrer Policy section 8.1)."""
    known = [
        token
        for token in (part.strip(" \t").lower() for part in (value or "").split(","))
        if token in POLICIES
    ]
    return known[-1] if known else ""


def is_downgrade(page: Url, target: Url) -> bool:
    """Tell whether an https page asks http; this machine is no exception in any browser (recorded)."""
    return page.scheme == "https" and target.scheme != "https"


def hides_origin(policy: str, page: Url, target: Url) -> bool:
    """Tell whether the policy turns ``Origin`` into ``null``.

    Fetch, "append a request Origin header" step 4: only for requests that are not CORS requests.
    """
    if policy == "no-referrer":
        return True
    if policy in _HIDDEN_BY_DOWNGRADE:
        return is_downgrade(page, target)
    return policy == "same-origin" and not is_same_origin(page.origin, target.origin)
