"""Where the documentation is read: the one place that knows its address."""

from typing import Final

#: The address of the documentation, as the package's metadata names it.
DOCUMENTATION: Final = "https://crossguard.readthedocs.io"


def address_of(code: str) -> str:
    """Return the address at which the page of codes explains *code*."""
    return f"{DOCUMENTATION}/codes/#{code}"
