"""Near misses: in what an origin differs from one that is listed."""

from crossguard.core.config import CorsConfig
from crossguard.core.hosts import OriginSyntaxError
from crossguard.core.origins import Origin, parse_serialized
from crossguard.core.originset import OriginSet
from crossguard.core.patterns import (
    ANY_ORIGIN,
    AnyOrigin,
    OriginCallable,
    OriginEntry,
    OriginExpression,
    OriginPattern,
    OriginRule,
    parse_rule,
)

# A list of ten thousand origins is not read to word one line.
_MOST = 1000


def near_miss(origin: str, config: CorsConfig) -> str:
    """Return a sentence that names the entry which *origin* nearly matches; empty if there is none."""
    asked = parse_serialized(origin)
    if asked is None:
        return ""
    frontends = [(entry, config.supports_credentials) for entry in config.origins[:_MOST]]
    readers = [(entry, False) for entry in config.readers[:_MOST]]
    for entry, credentialed in frontends + readers:
        rule = _rule(entry)
        if rule is None:
            continue
        if _covers(rule, asked, origin):
            return _reads_only(rule, credentialed=credentialed)
        text = _expression_miss(origin, rule) if isinstance(rule, OriginExpression) else _miss(asked, rule)
        if text:
            return text
    return ""


def _covers(rule: OriginRule, asked: Origin, origin: str) -> bool:
    match rule:
        case AnyOrigin() | OriginCallable():
            return False  # the one names nobody, the other is not asked for the sake of words
        case Origin():
            return rule == asked
        case _:
            return OriginSet([rule]).match(origin) is not None


def _reads_only(rule: OriginRule, *, credentialed: bool) -> str:
    """Say of an entry that covers the origin why that was not enough to write."""
    if credentialed:
        return f"'{rule}' lets it read; wildcard_writes=True would let it write, too."
    return f"'{rule}' is listed for reading only."


def _rule(entry: OriginEntry) -> OriginRule | None:
    try:
        return parse_rule(entry)
    except OriginSyntaxError:
        return None


def _miss(asked: Origin, rule: OriginRule) -> str:
    match rule:
        case Origin():
            return origin_miss(asked, rule)
        case OriginPattern():
            return _pattern_miss(asked, rule)
        case _:
            return ""


def origin_miss(asked: Origin, listed: Origin) -> str:
    """Return in what *asked* differs from *listed*, if that is little; empty otherwise."""
    same_port = asked.port == listed.port
    if asked.host == listed.host:
        if asked.scheme != listed.scheme and same_port:
            return f"'{listed}' is listed, and {asked.scheme} makes another origin."
        if asked.scheme == listed.scheme:
            return f"'{listed}' is listed, and another port makes another origin."
    if asked.scheme == listed.scheme and same_port:
        if asked.is_loopback and listed.is_loopback:
            return _loopback_miss(asked, listed)
        if asked.host.removeprefix("www.") == listed.host.removeprefix("www."):
            return f"'{listed}' is listed, and 'www.' makes another origin."
        if asked.host.removesuffix(".") == listed.host.removesuffix("."):
            return f"'{listed}' is listed, and the dot behind the host makes another origin."
    return ""


def _pattern_miss(asked: Origin, pattern: OriginPattern) -> str:
    covered = asked.host.endswith(f".{pattern.host}") if pattern.subdomains else asked.host == pattern.host
    if pattern.subdomains and asked.host == pattern.host:
        return f"'{pattern}' covers subdomains, not the bare domain; list it as well."
    if covered:
        return _covered_miss(asked, pattern)
    if asked.is_loopback and pattern.is_loopback:
        return _loopback_miss(asked, pattern)
    return ""


def _covered_miss(asked: Origin, pattern: OriginPattern) -> str:
    """Say in what an origin of the pattern's domain differs from it."""
    anywhere = pattern._replace(scheme=asked.scheme, port=asked.port)
    if pattern.label != ANY_ORIGIN and not OriginSet([anywhere]).match(str(asked)):
        label = asked.host.removesuffix(f".{pattern.host}")
        if "." in label:
            return f"'{pattern}' covers one label before {pattern.host}, and '{label}' is more than one."
        like = pattern.label.replace(ANY_ORIGIN, "app")
        return f"'{pattern}' covers labels such as '{like}', and '{label}' is not like that."
    if asked.scheme != pattern.scheme:
        return f"'{pattern}' covers {pattern.scheme} only."
    return f"'{pattern}' covers another port."


def _loopback_miss(asked: Origin, listed: Origin | OriginPattern) -> str:
    return f"'{listed}' is listed; {asked.host} and {listed.host} are different sites to a browser."


def _expression_miss(origin: str, rule: OriginExpression) -> str:
    if rule.expression.match(origin) and not rule.expression.fullmatch(origin):
        return f"{rule} matches only the beginning of it, and an expression must match the whole origin."
    return ""
