"""The public suffix list, loaded when the first policy needs it: it costs milliseconds and memory."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


@cache
def _list() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - few policies need it

    return PublicSuffixList()


def is_public_suffix(host: str) -> bool:
    """Tell whether *host* is a public suffix: ICANN or private section, ``*`` by default, as browsers do.

    The caller tests for IP addresses first: the list takes ``127.0.0.1`` for a domain.
    """
    return bool(_list().is_public(host))


def registrable_domain(host: str) -> str | None:
    """Return the registrable domain of *host*; None if it is a public suffix itself."""
    domain = _list().privatesuffix(host)
    return None if domain is None else str(domain)
