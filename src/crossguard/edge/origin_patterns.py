"""Patterns of origins as expressions that match exactly what the library matches, anchored at both ends."""

import re
from typing import Final, NamedTuple

from crossguard.edge.paths import escaped

#: One label of a host name; the same language as :data:`crossguard.core.hosts.LABEL`, in a form that
#: POSIX reads too.
LABEL: Final = "[a-z0-9_-]{1,63}"
_LABEL: Final = "[a-z0-9_-]+"
_MAX_LABEL: Final = 63

_MORE_DIGITS: Final = "[1-9][0-9]{3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
#: Ports from 1 to 65535 without the scheme's own, which browsers leave out.
_PORTS: Final = {
    "https": f"[1-9][0-9]?|[1-35-9][0-9]{{2}}|4[0-35-9][0-9]|44[0-24-9]|{_MORE_DIGITS}",
    "http": f"[1-9]|[1-79][0-9]|8[1-9]|[1-9][0-9]{{2}}|{_MORE_DIGITS}",
}
_PATTERN: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9_.*-]+|\[[0-9a-f:]+\])(?::(?P<port>\*|[1-9][0-9]{0,4}))?", re.ASCII
)


class Shape(NamedTuple):
    """A pattern, taken apart.

    Attributes:
        scheme: http or https.
        host: an expression for the host, in which labels may be of any length.
        bounded: the same with labels of at most 63 characters.
        port: the port as it is written: empty, ``:8443``, or ``:*``.
    """

    scheme: str
    host: str
    bounded: str
    port: str


def shape_of(pattern: str) -> Shape:
    """Take apart a pattern as the configuration keeps it.

    Args:
        pattern: ``https://*.example.com``, ``http://localhost:*`` or ``https://shop-*.example.com``.

    Raises:
        ValueError: it is a pattern of another kind.
    """
    match = _PATTERN.fullmatch(pattern)
    if match is None:
        raise ValueError(f"{pattern!r} is a pattern of an unknown kind")
    host = match["host"]
    first, dot, rest = host.partition(".")
    if first == "*" and dot:
        behind = f"[.])+{escaped(rest)}"
        found = f"({_LABEL}{behind}", f"({LABEL}{behind}"
    elif "*" in first and dot:
        before, _, after = first.partition("*")
        behind = f"{escaped(after)}[.]{escaped(rest)}"
        most = _MAX_LABEL - len(before) - len(after)
        if "*" in after or most < 1:
            raise ValueError(f"{pattern!r} is a pattern of an unknown kind")
        # What the star stands for is in crossguard.core.patterns.INSIDE_LABEL.
        start = f"{escaped(before)}[a-z0-9-]"
        found = f"{start}+{behind}", f"{start}{{1,{most}}}{behind}"
    else:
        found, rest = (escaped(host),) * 2, host
    if "*" in rest:
        raise ValueError(f"{pattern!r} is a pattern of an unknown kind")
    return Shape(match["scheme"], *found, f":{match['port']}" if match["port"] else "")


def expression_of(pattern: str) -> str:
    """Return the expression for a pattern as the configuration keeps it, without anchors.

    Raises:
        ValueError: it is a pattern of another kind.
    """
    shape = shape_of(pattern)
    port = f"(:({_PORTS[shape.scheme]}))?" if shape.port == ":*" else shape.port
    return f"{shape.scheme}://{shape.bounded}{port}"


def example_of(pattern: str) -> str:
    """Return an origin that *pattern* covers."""
    return pattern.replace(":*", "").replace("*", "x")
