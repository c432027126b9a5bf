"""Doors: marks of one endpoint that let strangers through, and the API's own names."""

from typing import Final

from crossguard.core.addresses import DOCUMENTATION
from crossguard.core.issues import shown
from crossguard.core.origins import parse_serialized
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts
from crossguard.explain.fixes import Add, Edit, Fix, FixKind, place_of, write_edit
from crossguard.explain.listing import Nearness, own_nearness
from crossguard.explain.proof import Wanted, prove

_ENDPOINT_WIDTH: Final = 200
_WHY: Final = "what it checks instead"
_KEEP_THE_SESSION: Final = (
    "Such a form brings no cookie that is SameSite=Lax; how to keep the session: "
    f"{DOCUMENTATION}/recipes/post-backs/"
)


def exempt_door(policy: Policy, facts: RequestFacts) -> Fix:
    """Return the door for a form of another site, as a sign-in provider's or a bank's is."""
    lead = "If a form of another site is meant to post here, as that of a sign-in provider or a bank is"
    edit = {"exempt": Add(((facts.route, _WHY),))}
    door = _door(policy, facts, edit, lead, "every site may post there with the user's cookies")
    return door._replace(text=f"{door.text} {_KEEP_THE_SESSION}")


def public_door(policy: Policy, facts: RequestFacts) -> Fix:
    """Return the door for pages that write without cookies."""
    lead = "send no cookies (credentials: 'omit'); and if every page may write here without them"
    edit = {"public": Add((facts.route,))}
    return _door(policy, facts, edit, lead, "every site may send it without cookies")


def _door(policy: Policy, facts: RequestFacts, edit: Edit, lead: str, gains: str) -> Fix:
    name = next(iter(edit))
    known = facts.route and len(facts.route) <= _ENDPOINT_WIDTH and facts.route.isprintable()
    if not known or prove(policy, edit, Wanted(facts, write=True)) is None:
        example = "{'endpoint': 'why'}" if name == "exempt" else "['endpoint']"
        text = f"{lead}, name this one endpoint in {name}={example}; otherwise there is nothing to do."
        return Fix(text, FixKind.DOOR)
    words, line = write_edit(policy, edit)
    text = f"{lead}: {words}; then {gains}. Otherwise there is nothing to do."
    where = shown(facts.route, _ENDPOINT_WIDTH)[1:-1]
    proof = f"with this line {gains}, at {where}; nothing changes at any other endpoint"
    return Fix(text, FixKind.DOOR, edit, line, proof)


def own_name(policy: Policy, facts: RequestFacts) -> Fix | None:
    """Return what to write where the API's own page may have asked; None where another page has.

    A stranger can point a name at the API, and then its page is of the origin that was asked: no line names
    that one.
    """
    own, origin = facts.own_origin or "", facts.origin or "null"
    asked = origin == "null" or origin.partition("://")[2] == own.partition("://")[2]
    if not asked and not _lost_its_port(own, origin):
        return None
    entry = own if origin == "null" else origin
    text = (
        f"If this is a name of the API's own, add it to public_origins{place_of(policy)}; otherwise there is "
        "nothing to do."
    )
    near = own_nearness(policy, entry)
    if near is Nearness.STRANGER:
        return Fix(text, FixKind.NOTHING)
    edit = {"public_origins": Add((entry,))}
    if prove(policy, edit, Wanted(facts, write=True)) is None:
        return Fix(text, FixKind.NOTHING)
    words, line = write_edit(policy, edit)
    proof = f"with this line pages of {entry} write as the API's own; no other origin gains anything"
    return Fix(f"If {entry} is a name of the API's own: {words}", FixKind.POLICY, edit, line, proof)


def _lost_its_port(own: str, origin: str) -> bool:
    """Tell whether a proxy may have dropped the port of ``Host``: of a host that is not a developer's."""
    api, page = parse_serialized(own), parse_serialized(origin)
    if api is None or page is None or page.is_loopback or page.is_private:
        return False
    return api.host == page.host and api.port is None and page.scheme in {"https", api.scheme}
