"""What to write about a refusal: one edit for all that stands in its way, which is proved or dropped."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from crossguard.core.decision import Decision, Reason
from crossguard.core.issues import shown
from crossguard.core.names import SAFE_METHODS
from crossguard.core.origin_set import Match
from crossguard.core.origins import parse_serialized
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts
from crossguard.explain.doors import exempt_door, own_name, public_door
from crossguard.explain.fixes import Add, Edit, Fix, FixKind, joined, write_edit
from crossguard.explain.listing import Listing, list_origin
from crossguard.explain.proof import Gained, Wanted, prove
from crossguard.explain.reasons import REASON_TEXTS
from crossguard.explain.requested import missing_headers, missing_method

_FROM_A_PAGE: Final = "call the API from a page of a listed front end, without a redirect in between."
_OMIT: Final = "send no cookies (credentials: 'omit') in the front end."
_LEAVE_OUT: Final = "leave credentials: 'include' out"
#: More names are not written on a line.
_MOST_NAMES: Final = 20

_UNLISTED: Final = frozenset({Reason.ORIGIN_NOT_LISTED, Reason.NOBODY_LISTED})
_OF_PREFLIGHTS: Final = frozenset({Reason.METHOD_NOT_LISTED, Reason.HEADER_NOT_LISTED})
_OF_WRITES: Final = frozenset({Reason.SAME_SITE, Reason.CROSS_SITE, Reason.ORIGIN_NOT_TRUSTED})


def find_fix(
    policy: Policy, decision: Decision, facts: RequestFacts, *, credentials: bool | None = None
) -> Fix:
    """Return what to write about a refused request. Pure and total.

    Args:
        policy: what refused it.
        decision: the refusal.
        facts: the request.
        credentials: whether the page includes the user's cookies; None where that is unknown.
    """
    if decision.allowed:
        return Fix("", FixKind.NOTHING)
    if decision.reason in _OF_WRITES:
        return _of_write(policy, decision, facts, credentials=credentials)
    if decision.reason in _UNLISTED:
        listing = list_origin(policy, facts.origin or "", developing=is_developed(facts))
        if listing.edit is None:
            return Fix(listing.text, listing.kind)
        return _mend(policy, facts, listing, credentials=credentials)
    if decision.reason in _OF_PREFLIGHTS:
        return _mend(policy, facts, Listing(_UNLISTABLE, FixKind.FRONT_END), credentials=credentials)
    words = REASON_TEXTS[decision.reason]
    return Fix(words.fix, words.kind)


_UNLISTABLE: Final = "send a method and request headers that the policy lists, or that can be listed."


def is_developed(facts: RequestFacts) -> bool:
    """Tell whether the API itself is asked on this machine."""
    own = parse_serialized("/".join(facts.url.split("/", 3)[:3]))
    return own is not None and own.is_loopback


def allow_credentials(policy: Policy, facts: RequestFacts) -> Fix:
    """Return how a page that reads gets the user's cookies as well, if no other page does."""
    origin = facts.origin or ""
    config = policy.config
    if config.supports_credentials and policy.compiled.lists[1][0].match(origin) is Match.ANY:
        listing = list_origin(policy, origin, developing=is_developed(facts))
        if listing.edit is None:
            return Fix(listing.text, listing.kind)
        return _mend(policy, facts, listing, credentials=True)
    without = f"{_LEAVE_OUT} in the front end"
    if origin in policy.compiled.lists[0][0].exact:
        edit = {"supports_credentials": True}
        gained = prove(policy, edit, Wanted(facts, credentials=True))
        if gained is not None:
            return _written(policy, edit, facts, gained, asides=(f"otherwise {without}.",), credentials=True)
    return Fix(f"{without}, or give the front ends that sign in a policy of their own.", FixKind.FRONT_END)


def expose(policy: Policy, facts: RequestFacts, names: tuple[str, ...]) -> Fix | None:
    """Return how script reads response headers that it does not see; None if no line does it."""
    edit = {"expose_headers": Add(names)}
    gained = prove(policy, edit, Wanted(facts))
    if gained is None:
        return None
    words, line = write_edit(policy, edit)
    told = shown(", ".join(names), 200)[1:-1]
    who = "every origin" if gained.everybody else "every origin that the policy lists"
    proof = (
        f"with this line {shown(facts.origin, 100)[1:-1]} reads {told}; {who} may read it, too, and no other "
        "origin gains anything"
    )
    return Fix(words, FixKind.POLICY, edit, line, proof)


def _mend(policy: Policy, facts: RequestFacts, listing: Listing, *, credentials: bool | None) -> Fix:
    """Return one edit for all that stands in the way of a read or a preflight."""
    edit = dict(listing.edit or {})
    asides: list[str] = []
    if facts.is_preflight:
        method, headers = missing_method(policy.config, facts), missing_headers(policy.config, facts)
        asides += [*method.asides, *headers.asides]
        if method.names:
            edit["methods"] = Add(method.names)
        if headers.names:
            edit["allow_headers"] = Add(headers.names[: _MOST_NAMES + 1])
        facts = replace(facts, requested_method=method.sent, requested_headers=headers.sent)
        if not edit and asides:
            return Fix(joined(asides), FixKind.FRONT_END)
    for made, more, included in _with_credentials(policy, edit, credentials=credentials):
        gained = prove(policy, made, Wanted(facts, credentials=included))
        if gained is not None:
            told = (*asides, *more)
            return _written(
                policy, made, facts, gained, lead=listing.lead, asides=told, credentials=bool(included)
            )
    return Fix(joined([listing.text, *asides]), listing.kind)


def _with_credentials(
    policy: Policy, edit: Edit, *, credentials: bool | None
) -> Iterator[tuple[Edit, tuple[str, ...], bool | None]]:
    """Yield ways to deal with the page's credentials: the edit, what else is to be done, what it includes."""
    if policy.config.supports_credentials:
        if credentials is False and "origins" in edit:
            # The least: a page that says that it wants no cookies is given none.
            yield {"readers" if name == "origins" else name: edit[name] for name in edit}, (), False
        else:
            yield edit, (), credentials
    elif credentials:
        yield {**edit, "supports_credentials": True}, (), True
        yield edit, (f"{_LEAVE_OUT} in the front end",), False
    else:
        yield edit, (), credentials


def _of_write(  # noqa: PLR0911 - one for each way to write
    policy: Policy, decision: Decision, facts: RequestFacts, *, credentials: bool | None
) -> Fix:
    """Return what to write for a page that may not write; the door for a form is not the list."""
    origin = facts.origin
    if decision.reason is Reason.ORIGIN_NOT_TRUSTED and (own := own_name(policy, facts)) is not None:
        return own
    if facts.fetch_mode == "navigate":
        return exempt_door(policy, facts)
    if not origin or origin == "null":
        return Fix(
            "call the API from a page of a listed front end, without a redirect in between.",
            FixKind.FRONT_END,
        )
    if not policy.config.supports_credentials:
        # With the credentials it asks for it would be another policy, and "*" could not have them.
        return Fix("send no cookies (credentials: 'omit') in the front end.", FixKind.FRONT_END)
    reader = policy.compiled.lists[1][0].match(origin) not in {None, Match.ANY}
    if reader or credentials is False:
        # The least: a reader, or a page that wants no cookies, is given none.
        return public_door(policy, facts)
    listing = list_origin(policy, origin, developing=is_developed(facts))
    gained = None if listing.edit is None else prove(policy, listing.edit, Wanted(facts, write=True))
    if listing.edit is None or gained is None:
        return Fix(listing.text, listing.kind)
    asides = _of_gate(policy, facts)
    return _written(policy, listing.edit, facts, gained, lead=listing.lead, asides=asides, write=True)


def _of_gate(policy: Policy, facts: RequestFacts) -> tuple[str, ...]:
    """Return what a page has to send besides, once its origin may write."""
    config, asides = policy.config, []
    is_json = (facts.content_type or "").partition(";")[0].strip().lower() in {"", "application/json"}
    if config.json_only and not is_json:
        asides.append("send the header Content-Type: application/json in the front end")
    if config.token == "always":  # noqa: S105 - the name of a mode
        asides.append("send the session's token in the header X-CSRF-Token")
    return tuple(asides)


def _written(  # noqa: PLR0913 - by name
    policy: Policy,
    edit: Edit,
    facts: RequestFacts,
    gained: Gained,
    *,
    lead: str = "",
    asides: tuple[str, ...] = (),
    credentials: bool = False,
    write: bool = False,
) -> Fix:
    words, line = write_edit(policy, edit)
    proof = _proof_of(facts, gained, credentials=credentials, write=write)
    if not line:
        proof = proof.replace("with this line", "with this entry", 1)
    return Fix(f"{lead}{joined([words, *asides])}", FixKind.POLICY, edit, line, proof)


def _proof_of(facts: RequestFacts, gained: Gained, *, credentials: bool, write: bool) -> str:
    """Say what was proved of an edit."""
    path = shown("/" + facts.url.partition("://")[2].partition("/")[2], 200)[1:-1]
    method = shown((facts.requested_method if facts.is_preflight else facts.method) or "", 48)[1:-1]
    writes = write or (facts.is_preflight and method not in SAFE_METHODS)
    verb = f"may send {method} to" if writes else "reads"
    cookies = " with cookies" if credentials else ""
    text = f"with this line {shown(facts.origin, 100)[1:-1]} {verb} {path}{cookies}"
    if not gained.listed:
        return f"{text}; no other origin gains anything"
    who = "every origin" if gained.everybody else "every origin that the policy lists"
    sent = ", ".join(gained.listed)
    return f"{text}; {who} may send {sent}, too, and no other origin gains anything"
