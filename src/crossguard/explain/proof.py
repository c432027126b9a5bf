"""Proofs of fixes: an edit is applied to a copy of the policy, and what happened is decided again.

No view, hook or session runs for it, and no callable that decides about origins is asked: the copy has none.
Of a long list the copy has the first entries only, because a list grants what its entries grant, each by
itself: what one more entry grants does not depend on how many others there are.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from crossguard.core.config import CorsConfig, load_config
from crossguard.core.decide import decide
from crossguard.core.edits import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
)
from crossguard.core.issues import ConfigError
from crossguard.core.names import SAFE_METHODS
from crossguard.core.origins import Origin, parse_serialized
from crossguard.core.patterns import ANY_ORIGIN, OriginEntry, is_callable_entry
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts, RouteMarks, TokenState, WriteFacts
from crossguard.explain.fixes import Edit, options_of

#: Of a longer list only so many entries are copied, and so many are compared.
_COPIED: Final = 16
_COMPARED: Final = 4
_STRANGERS: Final = ("null", "https://stranger.example", "http://stranger.example", "capacitor://localhost")
_TWIN: Final = {"http": "https", "https": "http"}
_DOORS: Final = frozenset({"exempt", "public"})
_COOKIE: Final = "session=1"
_JSON: Final = "application/json"
_READS: Final = "reads"
# What is told of all origins of a list.
_METHOD, _HEADER, _ANSWER = _TOLD = ("sends ", "sets ", "sees ")


class Wanted(NamedTuple):
    """What a page wants that was refused.

    Attributes:
        facts: its request, or the preflight of it, as the page will send it.
        write: whether the write gate refused it.
        credentials: whether it comes with the user's cookies; None where that is unknown.
    """

    facts: RequestFacts
    write: bool = False
    credentials: bool | None = None


class Gained(NamedTuple):
    """What an edit changes for others than the page that it is for.

    Attributes:
        listed: what all origins may send that the policy lets read: ``PUT``, ``X-Token``.
        everybody: whether the policy lets every origin read, so that these are all there are.
    """

    listed: tuple[str, ...]
    everybody: bool


def prove(policy: Policy, edit: Edit, wanted: Wanted) -> Gained | None:
    """Return what others gain by *edit*; None if it is not to be printed.

    It is printed if it gives the page what it wants, and if null, strangers, the same host over http and the
    other front ends can read, write and use credentials as before. What all of a list may send is told.

    Args:
        policy: the policy that refused the request.
        edit: a change of its options.
        wanted: what the page wants.
    """
    config = policy.config
    try:
        before, after = (Policy(_copied(config, made)) for made in ({}, edit))
    except ConfigError:
        return None
    if not _succeeds(after, edit, wanted):
        return None
    listed: set[str] = set()
    for origin in _others(wanted.facts.origin or "", config):
        had, has = (_powers(asked, origin, wanted.facts) for asked in (before, after))
        gained, lost = has - had, had - has
        # Where the gate is on from now on, strangers lose the writes that no policy meant them to have.
        if (lost and _READS in had) or any(not power.startswith(_TOLD) for power in gained):
            return None
        if gained and _READS not in had:
            return None
        listed |= gained
    names = sorted(power.partition(" ")[2] for power in listed)
    return Gained(tuple(names), everybody=config.origins == (ANY_ORIGIN,))


def _copied(config: CorsConfig, edit: Edit) -> CorsConfig:
    """Return a small copy of *config* with *edit* in it, which asks no code of the application.

    Raises:
        ConfigError: it does not build.
    """
    small = replace(
        config,
        origins=_kept(config.origins),
        readers=_kept(config.readers),
        public_origins=config.public_origins[:_COPIED],
    )
    return load_config(
        {**small.to_options(), **options_of(small, edit)},
        is_public_suffix=config.is_public_suffix,
        surroundings=config.surroundings,
    )


def _kept(entries: tuple[OriginEntry, ...]) -> tuple[OriginEntry, ...]:
    return tuple(entry for entry in entries[:_COPIED] if not is_callable_entry(entry))


def _succeeds(after: Policy, edit: Edit, wanted: Wanted) -> bool:
    """Tell whether the page gets what it wants, from the preflight to the answer."""
    facts, origin = wanted.facts, wanted.facts.origin or ""
    if wanted.write:
        return _may_write(after, facts, facts.method, marks=_marks(edit)) and (
            bool(_DOORS & edit.keys()) or "public_origins" in edit or _is_read(after, wanted)
        )
    if not decide(after, facts).allowed or not _is_read(after, wanted):
        return False
    if not facts.is_preflight or facts.requested_method in SAFE_METHODS:
        return True
    cookie = None if wanted.credentials is False else _COOKIE
    asked = WriteFacts(
        facts.requested_method or "", *_asked(facts), origin, "cross-site", cookie=cookie, content_type=_JSON
    )
    gate = after.compiled.gate
    return gate is None or gate.decide(asked, token=_valid).allowed


def _is_read(after: Policy, wanted: Wanted) -> bool:
    origin = wanted.facts.origin
    return after.compiled.actual(origin).allowed and (not wanted.credentials or after.trusts(origin))


def _may_write(after: Policy, facts: RequestFacts, method: str, *, marks: RouteMarks) -> bool:
    # What a refused request with a safe method was gated for is a mark that is not known here.
    marks = marks._replace(strict_get=method in SAFE_METHODS)
    asked = WriteFacts(method, *_asked(facts), facts.origin, facts.fetch_site, cookie=_cookie(marks))
    gate = after.compiled.gate
    return gate is None or gate.decide(asked, marks, _valid).allowed


def _cookie(marks: RouteMarks) -> str | None:
    """Return what the request carries: what a route for requests without credentials takes has none."""
    return None if marks.public else _COOKIE


def _marks(edit: Edit) -> RouteMarks:
    return RouteMarks(exempt="exempt" in edit, public="public" in edit)


def _powers(policy: Policy, origin: str, facts: RequestFacts) -> frozenset[str]:
    """Return what pages of *origin* may do: read, use credentials, write, and what they may send."""
    compiled = policy.compiled
    found = set()
    fields = dict(compiled.actual_edits(origin).fields)
    if ALLOW_ORIGIN in fields:
        found.add(_READS)
    if ALLOW_CREDENTIALS in fields:
        found.add("uses credentials")
    found |= {f"{_ANSWER}{name}" for name in fields.get(EXPOSE_HEADERS, "").split(", ") if name}
    answer = dict(compiled.preflight_edits(origin).fields)
    if ALLOW_ORIGIN in answer:
        found |= {f"{_METHOD}{name}" for name in answer.get(ALLOW_METHODS, "").split(", ") if name}
        found |= {f"{_HEADER}{name}" for name in answer.get(ALLOW_HEADERS, "").split(", ") if name}
    gate = compiled.gate
    for cookie in (None, _COOKIE):
        for fetch_site in ("cross-site", None):
            asked = WriteFacts("POST", *_asked(facts), origin, fetch_site, cookie=cookie, content_type=_JSON)
            if gate is None or gate.decide(asked, token=_valid).allowed:
                found.add(f"writes with {cookie} as {fetch_site}")
    return frozenset(found)


def _others(asked: str, config: CorsConfig) -> Iterator[str]:
    """Yield other origins than *asked*: strangers, its neighbours, and the front ends that are listed."""
    found = dict.fromkeys(_STRANGERS)
    for text in (asked, *_examples(config.origins), *_examples(config.readers)):
        found[text] = None
        origin = parse_serialized(text)
        if origin is not None and origin.scheme in _TWIN:
            found |= dict.fromkeys(map(str, _neighbours(origin)))
    found |= dict.fromkeys(_examples(config.public_origins))
    found.pop(asked, None)
    yield from found


def _neighbours(origin: Origin) -> Iterator[Origin]:
    yield origin._replace(scheme=_TWIN[origin.scheme])
    yield origin._replace(port=4444)
    if not origin.is_ip:
        yield origin._replace(host=f"x.{origin.host}")
        yield origin._replace(host=f"{origin.host}.stranger.example")


def _examples(entries: tuple[OriginEntry, ...]) -> Iterator[str]:
    """Yield the first of *entries*; of a pattern, an origin that it covers."""
    for entry in entries[:_COMPARED]:
        if isinstance(entry, str) and entry != ANY_ORIGIN:
            yield entry.replace("://*.", "://app.").replace(":*", ":8080").replace("*", "app")


def _asked(facts: RequestFacts) -> tuple[str, str]:
    """Return the scheme and the host that were asked."""
    own = facts.own_origin or "/".join(facts.url.split("/", 3)[:3])
    scheme, _, host = own.partition("://")
    return scheme, host


def _valid() -> TokenState:
    return TokenState.VALID
