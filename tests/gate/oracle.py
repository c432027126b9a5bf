"""W0 to W12 and S1 to S2 once more, sentence by sentence and on purpose unlike the gate: what must not pass.

It is given what a policy says as plain values, and answers with the rule that forbids a request, or with None.
It knows no class of the library but the facts themselves.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address

from crossguard.core.request import RouteMarks, WriteFacts


@dataclass(frozen=True)
class Says:
    """What a policy says, as a person would write it down; patterns are of whole labels, as ``*.shop.example``."""

    trusted: frozenset[str] = frozenset()
    trusted_parents: tuple[str, ...] = ()
    credentials: bool = True
    own: frozenset[str] = frozenset()
    own_parents: tuple[str, ...] = ()
    debug: bool = False
    known_hosts: frozenset[str] = frozenset()
    cookies: frozenset[str] = frozenset()
    on_missing: str = "allow"
    ws_on_missing: str = "deny"
    json_only: bool = False
    token: str = "off"
    token_is_valid: bool = False


def forbids(says: Says, asked: WriteFacts, marks: RouteMarks) -> str | None:
    """Return which rule forbids a request; None if none does."""
    if marks.exempt:
        return None
    safe = asked.method in ("GET", "HEAD", "OPTIONS")
    if safe and not asked.websocket and not marks.strict_get:
        return None
    if says.json_only and not asked.websocket and not safe and not _is_json_or_nothing(asked):
        return "W12"
    if _needs_no_evidence(says, asked, marks):
        return None
    rule = _evidence(says, asked)
    if (
        rule is None
        and not safe
        and not asked.websocket
        and _needs_token(says, asked)
        and not says.token_is_valid
    ):
        return "T1"
    return rule


def _needs_no_evidence(says: Says, asked: WriteFacts, marks: RouteMarks) -> bool:
    signed_in = _brings_known_cookie(says, asked)
    if asked.authorization and not asked.websocket and not signed_in:  # W2
        scheme = re.match(r"[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?=[ ]|$)", asked.authorization)
        if scheme and scheme[1].lower() not in ("basic", "digest", "negotiate", "ntlm"):
            return True
    if asked.authorization:  # W3
        return False
    return not signed_in if marks.public else (not says.credentials and not asked.cookie)


def _brings_known_cookie(says: Says, asked: WriteFacts) -> bool:
    if not asked.cookie:
        return False
    if not says.cookies:
        return True
    return any(pair.split("=")[0].strip(" \t") in says.cookies for pair in asked.cookie.split(";"))


def _evidence(says: Says, asked: WriteFacts) -> str | None:  # noqa: PLR0911 - one for each rule
    site, origin = asked.fetch_site, asked.origin
    if site == "same-origin":
        return None if _is_not_rebound(says, asked) else "W4"
    if site == "none":
        return None if not origin or _is_own(says, origin, asked) or _is_trusted(says, origin) else "W5"
    if site:
        return None if origin and _is_trusted(says, origin) else "W6"
    if origin:
        return None if _is_trusted(says, origin) or _is_own(says, origin, asked) else "W7"
    if asked.websocket:
        return "S2" if says.ws_on_missing == "deny" and _brings_known_cookie(says, asked) else None
    if asked.referer:
        page = re.match(r"(https?://[^/?#]*)", asked.referer)
        allowed = page and (_is_trusted(says, page[1]) or _is_own(says, page[1], asked))
        return None if allowed else "W8"
    if asked.method in ("GET", "HEAD", "OPTIONS"):
        return "W10" if _brings_known_cookie(says, asked) else None
    return "W9" if says.on_missing == "deny" else None


def _needs_token(says: Says, asked: WriteFacts) -> bool:
    nothing = not (asked.fetch_site or asked.origin or asked.referer)
    return says.token == "always" or (nothing and says.on_missing == "token")


def _is_trusted(says: Says, origin: str) -> bool:
    return says.credentials and (origin in says.trusted or _is_below(origin, says.trusted_parents))


def _is_below(origin: str, parents: tuple[str, ...]) -> bool:
    host = re.fullmatch(r"https://([a-z0-9_.-]+)", origin)
    return bool(host) and any(host[1].endswith(f".{parent}") for parent in parents if host)


def _host(text: str) -> str:
    return re.sub(r":[0-9]+$", "", text.lower())


def _nobody_else_can_own(says: Says, host: str) -> bool:
    name = _host(host)
    if not re.fullmatch(r"\[[0-9a-f:]+\]|[a-z0-9_.-]+", name):
        return False
    bare = name.rstrip(".") if name.count(".") else name
    if "." not in bare or bare.endswith((".local", ".internal", ".localhost")):
        return True
    try:
        ip_address(bare.strip("[]"))
    except ValueError:
        return says.debug and bare in says.known_hosts
    return True


def _is_this_machine(origin: str) -> bool:
    name = re.fullmatch(r"https?://(\[::1\]|[a-z0-9_.-]+)(:[0-9]+)?", origin)
    return bool(name) and re.fullmatch(r"\[::1\]|(.*\.)?localhost\.?|127\.[0-9.]+", name[1]) is not None


def _asked(asked: WriteFacts) -> set[str]:
    """Return the origins that scheme and Host stand for: over http also https, behind a proxy."""
    scheme = {"ws": "http", "wss": "https"}.get(asked.scheme, asked.scheme)
    host = asked.host.lower()
    found = {f"{scheme}://{host.removesuffix(':80' if scheme == 'http' else ':443')}"}
    if scheme == "http":
        found.add(f"https://{host.removesuffix(':80').removesuffix(':443')}")
    return found


def _is_own(says: Says, origin: str, asked: WriteFacts) -> bool:
    if says.debug and _is_this_machine(origin):
        return True
    if says.own or says.own_parents:
        if origin in says.own:
            return True
        return _is_below(origin, says.own_parents) and (
            origin in _asked(asked) or _nobody_else_can_own(says, asked.host)
        )
    if origin not in _asked(asked):
        return False
    return not says.debug or _nobody_else_can_own(says, asked.host)


def _is_not_rebound(says: Says, asked: WriteFacts) -> bool:
    named = says.own or says.own_parents
    if not named and not says.debug:
        return True
    origin = asked.origin
    if origin and origin != "null":
        return (
            _is_trusted(says, origin)
            or _is_own(says, origin, asked)
            or (origin in says.own or _is_below(origin, says.own_parents))
        )
    if _nobody_else_can_own(says, asked.host):
        return True
    hosts = {re.sub(r":(80|443)$", "", asked.host.lower())}
    return any(
        f"https://{host}" in says.own or _is_below(f"https://{host}", says.own_parents) for host in hosts
    )


def _is_json_or_nothing(asked: WriteFacts) -> bool:
    if not asked.content_type:
        return not asked.transfer_encoding and (asked.content_length or "0").strip() == "0"
    essence = asked.content_type.split(";")[0].strip(" \t").lower()
    return re.fullmatch(r"application/(json|[!#$%&'*+\-.^_`|~0-9a-z]+\+json)", essence, re.ASCII) is not None
