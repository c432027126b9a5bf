"""The applications under measurement: the same route, guarded by nobody, by us, by the others.

Each module has a table of makers by name; the first is the framework alone. A maker gets the origins to
list. What is not installed is not in the table.
"""

from importlib.util import find_spec
from typing import Any

from bench.requests import LISTED, OWN

#: What crossguard is told besides origins: with these it has nothing to derive, and nothing to warn of.
GUARDED: dict[str, Any] = {
    "supports_credentials": True,
    "public_origins": [OWN],
    "auth_cookies": ["session"],
}
#: What others call by these names.
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
HEADERS = ["Content-Type"]


def origins(count: int) -> list[str]:
    """Return *count* origins; the one that asks is the last, which a scan finds last."""
    return [*(f"https://customer-{number}.example.org" for number in range(count - 1)), LISTED]


def installed(module: str) -> bool:
    """Tell whether a peer is there to be measured."""
    return find_spec(module) is not None
