"""The files that the package serves as they are: the script of the page, and the page of decisions."""

from functools import cache
from importlib import resources
from typing import Final

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
#: Stands in the page for the token that opened it, for the addresses of its script and style.
TOKEN_MARK: Final = b"__CROSSGUARD_TOKEN__"


@cache
def shipped() -> dict[str, tuple[str, bytes]]:
    """Return by its name every file that the package serves: its type and its bytes. Read once."""
    found: dict[str, tuple[str, bytes]] = {}
    folder = resources.files("crossguard.devtools") / "static"
    for part in (folder, folder / "assets"):
        if not part.is_dir():
            continue
        before = "assets/" if part.name == "assets" else ""
        for entry in part.iterdir():
            kind = _TYPES.get(entry.name.rpartition(".")[2])
            if kind is not None and entry.is_file():
                found[before + entry.name] = (kind, entry.read_bytes())
    return found
