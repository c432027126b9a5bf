"""Paths as proxies see them: raw, before any decoding.

An application looks a policy up by the canonical path (one leading slash, slashes merged, dot segments
resolved, percent-decoded once). Proxies decode and resolve each in their own way, or not at all. So
only *plain* paths are decided at the edge, on which all readings agree. Every other path is left to the
application, which answers as it does without the edge.
"""

import re
from typing import Final
from urllib.parse import quote

# Escapes that browsers write by themselves (WHATWG URL, "path percent-encode set"), in their letter
# case. An escape of another character, such as %61 or %2f, has a second spelling and is not plain.
_ESCAPE: Final = "%(2[0235]|3[CEF]|5E|60|7[BD]|[89A-F][0-9A-F])"
# Quotes, the dollar and the caret are left out, because they mean something in configuration files.
_NO_DOT: Final = f"([A-Za-z0-9_~!*()+,;=:@&-]|{_ESCAPE})"
_CHAR: Final = f"([A-Za-z0-9._~!*()+,;=:@&-]|{_ESCAPE})"

#: A plain path, as an expression that PCRE, RE2, POSIX and JavaScript read alike: no empty segment, none
#: that is one dot or two, no escape with a second spelling. Not anchored.
PLAIN: Final = rf"(/({_NO_DOT}{_CHAR}*|[.]{_NO_DOT}{_CHAR}*|[.][.]{_CHAR}+))*/?"
#: One character of a plain path or a slash, as an expression: what is left where dots and empty segments
#: are looked for separately.
CHARS: Final = f"([A-Za-z0-9._~!*()+,;=:@&/-]|{_ESCAPE})"

_PLAIN: Final = re.compile(PLAIN, re.ASCII)
_SAFE: Final = "/._~!*()+,;=:@&-"


def is_plain(path: str) -> bool:
    """Tell whether all readings of a raw *path* agree."""
    return path.startswith("/") and _PLAIN.fullmatch(path) is not None


def raw_path(path: str) -> str:
    """Return *path*, which is decoded, as browsers write it; empty for the root.

    Raises:
        ValueError: it cannot be written as a plain path.
    """
    raw = quote(path, safe=_SAFE)
    if raw and not is_plain(raw):
        raise ValueError(f"{path!r} is not a plain path")
    return raw


def escaped(text: str) -> str:
    """Escape a raw path or an origin for an expression; PCRE, RE2, POSIX and JavaScript read it alike."""
    return re.sub(r"[.*+()]", r"[\g<0>]", re.sub(r"[\[\]]", r"\\\g<0>", text))


def path_expression(raw: str, *, below: bool, end: str = "$") -> str:
    """Return an anchored expression for a raw path, or for it and everything *below* it.

    Args:
        raw: the path; empty for the root.
        below: whether everything below it is meant as well; the expression then has no end.
        end: what the engine writes for the end of the text.
    """
    if not below:
        return f"^{escaped(raw)}{end}"
    return f"^{escaped(raw)}(/|{end})" if raw else "^/"
