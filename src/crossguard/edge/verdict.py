"""What a page can do with the answers of an edge, by the rules of a browser."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from crossguard.browser import Browser, HttpRequest, HttpResponse, Page, UsageError, Verdict
from crossguard.core.config import CorsConfig
from crossguard.core.edits import apply_edits
from crossguard.core.names import SAFELISTED_METHODS, SAFELISTED_RESPONSE_HEADERS
from crossguard.core.policy import Policy

# Between pages of every origin and this one there is a site boundary, and no mixed content.
_TARGET: Final = "https://edge.crossguard.invalid/"
#: A method and a header that no policy lists by accident.
UNLISTED_HEADER: Final = "x-crossguard-unlisted"
_METHODS: Final = ("PUT", "PATCH", "DELETE")
# The headers that are exposed are looked for under these names.
_OK: Final = 200


class Ability(NamedTuple):
    """One thing that a page may do: read, or send a method or a header, with or without cookies.

    Attributes:
        what: ``read``, a method, or the name of a header.
        kind: ``read``, ``method`` or ``header``.
        cookies: whether with the user's cookies.
    """

    what: str
    kind: str
    cookies: bool


class Abilities(NamedTuple):
    """What a page may do, and why not.

    Attributes:
        allowed: what it may do.
        refused: what it may not, with the code of the first reason.
    """

    allowed: frozenset[Ability]
    refused: dict[Ability, str]


def page_of(origin: str) -> Page | None:
    """Return a page of *origin*; None if no page can have it."""
    try:
        page = Browser("chromium", send=_closed).open(origin)
    except UsageError:
        return None
    return page if page.origin == origin else None


def abilities(
    origin: str, preflight: HttpResponse, actual: HttpResponse, asked: Iterable[Ability]
) -> Abilities:
    """Return which of *asked* a page of *origin* may do, if it gets these answers.

    Args:
        origin: of the page; one that :func:`page_of` knows.
        preflight: the answer to its preflights.
        actual: the answer to everything else; its status is taken for 200, because only headers count.
        asked: what to try.
    """
    answered = HttpResponse(_OK, actual.headers, b"")

    def send(request: HttpRequest) -> HttpResponse:
        is_preflight = request.header("access-control-request-method") is not None
        return preflight if is_preflight else answered

    allowed, refused = set(), {}
    for ability in asked:
        verdict = _verdict(Browser("chromium", send=send).open(origin), ability)
        if verdict.response is not None:
            allowed.add(ability)
        elif verdict.failure is not None:
            refused[ability] = verdict.failure.code.value
    return Abilities(frozenset(allowed), refused)


def _verdict(page: Page, ability: Ability) -> Verdict:
    credentials = "include" if ability.cookies else "omit"
    match ability.kind:
        case "method":
            return page.verdict(_TARGET, method=ability.what, credentials=credentials)
        case "header":
            return page.verdict(_TARGET, headers=((ability.what, "1"),), credentials=credentials)
        case _:
            return page.verdict(_TARGET, credentials=credentials)


def to_try(config: CorsConfig | None) -> list[Ability]:
    """Return what is worth trying under a policy: what it allows, and a little more."""
    methods = dict.fromkeys((*(config.methods if config else ()), *_METHODS))
    names = dict.fromkeys(
        [name.lower() for name in (config.allow_headers if config else ()) if name != "*"] + [UNLISTED_HEADER]
    )
    found = []
    for cookies in (False, True):
        found.append(Ability("read", "read", cookies))
        found += [
            Ability(name, "method", cookies)
            for name in methods
            if name not in SAFELISTED_METHODS and name not in {"*", "OPTIONS"}
        ]
        found += [Ability(name, "header", cookies) for name in names]
    return found


def expected(policy: Policy | None, origin: str | None, seen: HttpResponse) -> HttpResponse:
    """Return *seen*, the answer to an ordinary request, as the policy would have it."""
    headers = [pair for pair in seen.headers if not pair[0].lower().startswith("access-control-")]
    if policy is None:
        return HttpResponse(seen.status, tuple(headers))
    edited, _ = apply_edits(policy.actual_edits(origin), headers)
    return HttpResponse(seen.status, tuple(edited))


def expected_preflight(policy: Policy | None, origin: str) -> HttpResponse:
    """Return the answer to a preflight as the policy would have it."""
    if policy is None:
        return HttpResponse(_OK)
    return HttpResponse(204, tuple(policy.preflight_edits(origin, UNLISTED_HEADER).fields))


def exposed(response: HttpResponse, *, cookies: bool) -> frozenset[str]:
    """Return the names that ``Access-Control-Expose-Headers`` lets script read, lower-case.

    With cookies ``*`` is a name like any other (Fetch, "CORS-exposed header-name list").
    """
    names = (response.header("access-control-expose-headers") or "").split(",")
    found = {name.strip().lower() for name in names} - {""} - SAFELISTED_RESPONSE_HEADERS
    return frozenset(found - {"*"} if cookies else found)


def _closed(_request: HttpRequest) -> HttpResponse:
    raise AssertionError("no request is sent")
