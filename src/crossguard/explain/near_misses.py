"""Near misses: in what an origin differs from one that is listed.

Each is a look-up of what would have to be listed, so the length of a list costs nothing.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from crossguard.core.compiled import CompiledPolicy
from crossguard.core.origin_set import OriginSet
from crossguard.core.origins import Origin, parse_serialized
from crossguard.core.patterns import ANY_ORIGIN, OriginExpression, OriginPattern, parse_rule

_OTHER_SCHEME: Final = {"http": "https", "https": "http"}
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


def near_miss(origin: str, now: CompiledPolicy) -> str:
    """Return a sentence that names the entry which *origin* nearly matches; empty if there is none."""
    asked = parse_serialized(origin)
    if asked is None:
        return ""
    for listed, credentialed in now.lists:
        misses = (
            _of_origins(asked, listed),
            _of_patterns(asked, listed),
            _of_labels(asked, listed),
            _of_expressions(origin, listed),
        )
        text = _covered(asked, origin, listed, credentialed=credentialed)
        if text := text or next(chain.from_iterable(misses), ""):
            return text
    return ""


def origin_miss(asked: Origin, listed: Origin) -> str:
    """Return in what *asked* differs from *listed*, if that is little; empty otherwise."""
    return next(_of_origins(asked, OriginSet([listed])), "")


def _covered(asked: Origin, origin: str, listed: OriginSet, *, credentialed: bool) -> str:
    """Say of an entry that covers the origin why that was not enough to write."""
    entries = (origin if origin in listed.exact else "", *_patterns_of(asked, listed))
    entry = next((entry for entry in entries if entry), "")
    if not entry:
        matched, expression = listed.expressed(origin)
        if not matched or expression is None:
            return ""
        entry = str(OriginExpression(expression))
    if credentialed:
        return f"'{entry}' lets it read; wildcard_writes=True would let it write, too."
    return f"'{entry}' is listed for reading only."


def _patterns_of(asked: Origin, listed: OriginSet, *, other_ports: bool = False) -> Iterator[str]:
    """Yield the patterns for the scheme and the host of *asked*, which cover its port, or another one."""
    scheme, host, _ = asked
    port = "" if asked.port is None else f":{asked.port}"
    any_port = f"{scheme}://{host}:*"
    if any_port in listed.ports:
        yield any_port
    dot = host.find(".")
    while dot >= 0:
        bare = f"{scheme}://*{host[dot:]}"
        yield from (text for text in (bare + port, f"{bare}:*") if text in listed.subdomains)
        if other_ports:
            yield from (bare,) if bare in listed.subdomains else ()
            yield from (listed.ported[bare],) if bare in listed.ported else ()
        dot = host.find(".", dot + 1)
    entry = listed.label_pattern(scheme, host, None if asked.port is None else str(asked.port))
    if entry:
        yield entry


def _of_labels(asked: Origin, listed: OriginSet) -> Iterator[str]:
    """Yield in what an origin differs from the patterns inside a label that stand for its domain."""
    if not listed.labelled:
        return
    scheme, host, _ = asked
    port = "" if asked.port is None else f":{asked.port}"
    dot = host.find(".")
    while dot >= 0:
        for made in (scheme, _OTHER_SCHEME.get(scheme, scheme)):
            for end in (port, ":*", ""):
                text = listed.labelled.get(f"{made}://{host[dot:]}{end}")
                pattern = parse_rule(text) if text else None
                if isinstance(pattern, OriginPattern):
                    yield _label_miss(asked, pattern)
        dot = host.find(".", dot + 1)


def _label_miss(asked: Origin, pattern: OriginPattern) -> str:
    """Say in what an origin of the pattern's domain differs from it."""
    anywhere = pattern._replace(scheme=asked.scheme, port=asked.port)
    if not OriginSet([anywhere]).match(str(asked)):
        label = asked.host.removesuffix(f".{pattern.host}")
        if "." in label:
            return f"'{pattern}' covers one label before {pattern.host}, and '{label}' is more than one."
        like = pattern.label.replace(ANY_ORIGIN, "app")
        return f"'{pattern}' covers labels such as '{like}', and '{label}' is not like that."
    if asked.scheme != pattern.scheme:
        return f"'{pattern}' covers {pattern.scheme} only."
    return f"'{pattern}' covers another port."


def _of_origins(asked: Origin, listed: OriginSet) -> Iterator[str]:
    scheme, host, _ = asked
    port = "" if asked.port is None else f":{asked.port}"
    exact = listed.exact
    other = f"{_OTHER_SCHEME.get(scheme)}://{host}{port}"
    if other in exact:
        yield f"'{other}' is listed, and {scheme} makes another origin."
    bare = f"{scheme}://{host}"
    other = bare if port and bare in exact else listed.ported.get(bare, "")
    if other:
        yield f"'{other}' is listed, and another port makes another origin."
    if asked.is_loopback:
        for name in _LOOPBACK:
            for text in (f"{scheme}://{name}{port}", f"{scheme}://{name}:*"):
                if name != host and (text in exact or text in listed.ports):
                    yield f"'{text}' is listed; {host} and {name} are different sites to a browser."
    other = f"{scheme}://{host[4:] if host.startswith('www.') else f'www.{host}'}{port}"
    if other in exact:
        yield f"'{other}' is listed, and 'www.' makes another origin."
    other = f"{scheme}://{host[:-1] if host.endswith('.') else f'{host}.'}{port}"
    if other in exact:
        yield f"'{other}' is listed, and the dot behind the host makes another origin."


def _of_patterns(asked: Origin, listed: OriginSet) -> Iterator[str]:
    scheme, host, port = asked
    other = _OTHER_SCHEME.get(scheme, scheme)
    for made in (scheme, other):
        # A page on the host itself, as if it were one of its own subdomains.
        for pattern in _patterns_of(Origin(made, f"x.{host}", port), listed, other_ports=True):
            if pattern.startswith(f"{made}://*.{host}"):
                yield f"'{pattern}' covers subdomains, not the bare domain."
    for pattern in _patterns_of(Origin(other, host, port), listed, other_ports=True):
        yield f"'{pattern}' covers {other} only."
    for pattern in _patterns_of(asked, listed, other_ports=True):
        yield f"'{pattern}' covers another port."


def _of_expressions(origin: str, listed: OriginSet) -> Iterator[str]:
    matched, expression = listed.expressed(origin)
    if expression is not None and not matched:
        yield (
            f"{OriginExpression(expression)} matches only the beginning of it, and an expression must match "
            "the whole origin."
        )
