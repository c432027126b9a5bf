"""URLs as browsers read them, as far as fetching needs it.

Source: WHATWG URL, "URL parsing", for the special schemes; other schemes are recognised and kept as
an opaque path, because fetching them fails anyway. Hosts are read by :mod:`crossguard.browser.hosts`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

from crossguard.browser.hosts import parse_url_host
from crossguard.core.hosts import OriginSyntaxError
from crossguard.core.origins import DEFAULT_PORTS, Origin, parse_origin

#: Longer than what any browser carries to a server (Chromium: 2 MB); bounds the work on hostile text.
MAX_URL_LENGTH: Final = 2_097_152

_SPECIAL_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_MAX_PORT: Final = 65535
_C0_AND_SPACE: Final = "".join(map(chr, range(0x21)))
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):", re.ASCII)
_NEWLINES: Final = str.maketrans("", "", "\t\n\r")
_DOT: Final = frozenset({".", "%2e"})
_DOT_DOT: Final = frozenset({"..", ".%2e", "%2e.", "%2e%2e"})

# The characters that WHATWG URL's percent-encode sets leave alone, beyond letters, digits and "_.-~".
_PATH_SAFE: Final = "!$%&'()*+,/:;=@[\\]|"
_QUERY_SAFE: Final = "!$%&()*+,/:;=?@[\\]^`{|}"
_FRAGMENT_SAFE: Final = "!#$%&'()*+,/:;=?@[\\]^{|}"
_OPAQUE_SAFE: Final = " !\"#$%&'()*+,/:;<=>?@[\\]^`{|}"


T = TypeVar("T")


class _Once(Generic[T]):
    """``functools.cached_property`` without the lock that it takes before Python 3.12."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type) -> T:
        value = instance.__dict__[self._name] = self._work(instance)
        return value


class UrlSyntaxError(ValueError):
    """Text that no browser takes for a URL."""


@dataclass(frozen=True)
class Url:
    """A parsed URL; *port* is None for the scheme's default, *query* and *fragment* if there is none."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str | None = None
    fragment: str | None = None
    username: str = ""
    password: str = ""

    @_Once
    def origin(self) -> Origin | None:
        """The origin; None stands for an opaque one (WHATWG URL, "origin")."""
        if self.scheme in _SPECIAL_PORTS or self.host:
            return Origin(self.scheme, self.host, self.port)
        return None

    @property
    def is_http(self) -> bool:
        """Whether the scheme is an HTTP(S) scheme (Fetch)."""
        return self.scheme in DEFAULT_PORTS

    @property
    def includes_credentials(self) -> bool:
        """Whether it carries a user name or password (WHATWG URL, "include credentials")."""
        return bool(self.username or self.password)

    @property
    def effective_port(self) -> int:
        """The port that a connection would use."""
        return _SPECIAL_PORTS.get(self.scheme, 0) if self.port is None else self.port

    @property
    def authority(self) -> str:
        """Host and port as in the ``Host`` header (RFC 9110 section 7.2)."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def path_and_query(self) -> str:
        """The request target in origin form (RFC 9112 section 3.2.1)."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    @_Once
    def without_fragment(self) -> str:
        """The serialization with the fragment excluded (WHATWG URL, "URL serializer")."""
        if self.scheme not in _SPECIAL_PORTS and not self.host:
            return f"{self.scheme}:{self.path_and_query}"
        userinfo = self.username + (f":{self.password}" if self.password else "")
        userinfo = f"{userinfo}@" if userinfo else ""
        return f"{self.scheme}://{userinfo}{self.authority}{self.path_and_query}"

    @_Once
    def href(self) -> str:
        """The serialization, fragment included."""
        return self.without_fragment if self.fragment is None else f"{self.without_fragment}#{self.fragment}"

    def __str__(self) -> str:
        return self.href


def origin_of(url: Url) -> str:
    """Return the serialized origin of *url*, ``null`` for an opaque one."""
    return "null" if url.origin is None else str(url.origin)


@lru_cache(maxsize=4096)
def parse_url(text: str, base: Url | None = None) -> Url:
    """Parse *text*, relative to *base* if it is given.

    Raises:
        UrlSyntaxError: a browser would fail to parse it.
    """
    if len(text) > MAX_URL_LENGTH:
        raise UrlSyntaxError("it is longer than any browser sends")
    text = text.strip(_C0_AND_SPACE).translate(_NEWLINES)
    before, hash_sign, fragment_text = text.partition("#")
    fragment = _encode(fragment_text, _FRAGMENT_SAFE) if hash_sign else None
    match = _SCHEME.match(before)
    if match is None:
        return _parse_relative(before, base, fragment)
    scheme, rest = match[1].lower(), before[match.end() :]
    if scheme not in _SPECIAL_PORTS:
        path, question, query = rest.partition("?")
        return Url(
            scheme,
            "",
            None,
            _encode(path, _OPAQUE_SAFE),
            _encode(query, _OPAQUE_SAFE) if question else None,
            fragment,
        )
    if base is not None and base.scheme == scheme and not rest.startswith("//"):
        return _parse_relative(rest, base, fragment)
    return _parse_authority(scheme, rest.lstrip("/\\"), fragment)


def parse_page_url(text: str) -> Url:
    """Parse the address of a page: http and https, ``about:``, and the schemes of apps and extensions.

    Those that register a scheme for their pages, as Tauri, Capacitor and browser extensions do, give them the
    origin of scheme, host and port, although to WHATWG URL such a URL has an opaque one.

    Raises:
        UrlSyntaxError: no browser opens a page there.
    """
    url = parse_url(text)
    if url.is_http or url.scheme == "about":
        return url
    if not url.path.startswith("//"):
        raise UrlSyntaxError("write http:// or https://")
    authority, _, path = url.path[2:].partition("/")
    try:
        origin = parse_origin(f"{url.scheme}://{authority}")
    except OriginSyntaxError as error:
        raise UrlSyntaxError(f"{error.reason} write http:// or https://") from error
    return Url(origin.scheme, origin.host, origin.port, f"/{path}", url.query, url.fragment)


def _parse_relative(text: str, base: Url | None, fragment: str | None) -> Url:
    if base is None or base.scheme not in _SPECIAL_PORTS:
        raise UrlSyntaxError("it has no scheme, and there is no page to which it could be relative")
    path_text, question, query_text = text.partition("?")
    path_text = path_text.replace("\\", "/")
    if path_text.startswith("//"):
        return _parse_authority(base.scheme, text.lstrip("/\\"), fragment)
    query = _encode(query_text, _QUERY_SAFE) if question else None
    if not path_text:
        path, query = base.path, query if question else base.query
    elif path_text.startswith("/"):
        path = _normalize_path(path_text)
    else:
        path = _normalize_path(base.path.rpartition("/")[0] + "/" + path_text)
    return Url(base.scheme, base.host, base.port, path, query, fragment, base.username, base.password)


def _parse_authority(scheme: str, text: str, fragment: str | None) -> Url:
    match = re.search(r"[/\\?]", text)
    end = len(text) if match is None else match.start()
    userinfo, _, host_and_port = text[:end].rpartition("@")
    username, _, password = userinfo.partition(":")
    path_text, question, query_text = text[end:].partition("?")
    host_text, port = _split_port(host_and_port, scheme)
    try:
        host = parse_url_host(host_text)
    except ValueError as error:
        raise UrlSyntaxError(str(error)) from error
    return Url(
        scheme,
        host,
        port,
        _normalize_path(path_text.replace("\\", "/")),
        _encode(query_text, _QUERY_SAFE) if question else None,
        fragment,
        quote(username, safe="!$%&'()*+,-._~"),
        quote(password, safe="!$%&'()*+,-._~"),
    )


def _split_port(text: str, scheme: str) -> tuple[str, int | None]:
    host, colon, port_text = text.rpartition(":")
    if not colon or "]" in port_text:
        return text, None
    if not port_text:
        return host, None
    if not (port_text.isascii() and port_text.isdigit()) or int(port_text[-16:]) > _MAX_PORT:
        raise UrlSyntaxError("its port is not a whole number up to 65535")
    port = int(port_text)
    return host, None if port == _SPECIAL_PORTS[scheme] else port


def _normalize_path(path: str) -> str:
    """Remove dot segments and percent-encode (WHATWG URL, "path state")."""
    segments: list[str] = []
    parts = path.split("/")[1:] if path.startswith("/") else path.split("/")
    for index, part in enumerate(parts):
        is_last = index == len(parts) - 1
        lower = part.lower()
        if lower in _DOT_DOT:
            if segments:
                segments.pop()
            if is_last:
                segments.append("")
        elif lower in _DOT:
            if is_last:
                segments.append("")
        else:
            segments.append(part)
    return _encode("/" + "/".join(segments), _PATH_SAFE)


def _encode(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="replace")
