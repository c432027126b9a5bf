"""Other libraries: what is not migrated, and the page that helps."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

_PAGE: Final = "docs/other-frameworks.md"


class Other(NamedTuple):
    """One library: its name, what tells it in a source, and the page that helps."""

    name: str
    mark: re.Pattern[bytes]
    page: str


def _imports(*modules: str) -> re.Pattern[bytes]:
    names = "|".join(re.escape(name) for name in modules)
    return re.compile(rb"^[ \t]*(?:from|import)[ \t]+(?:" + names.encode() + rb")\b", re.MULTILINE)


OTHERS: Final = (
    Other("django-cors-headers", re.compile(rb"""["']corsheaders(?:\.[\w.]+)?["']"""), f"{_PAGE}#django"),
    Other("Flask-Talisman", _imports("flask_talisman"), "docs/concepts.md"),
    Other(
        "flask-cors-hook and other forks",
        _imports("flask_cors_hook", "flask_crossdomain"),
        "docs/tutorial.md",
    ),
    Other("Flask-RESTful's cors.crossdomain", re.compile(rb"\bcors\.crossdomain\("), "docs/tutorial.md"),
    Other("aiohttp-cors", _imports("aiohttp_cors"), f"{_PAGE}#what-they-take"),
    Other("falcon-cors", _imports("falcon_cors"), f"{_PAGE}#falcon"),
    Other(
        "Falcon's CORSMiddleware",
        re.compile(rb"\bfalcon\.CORSMiddleware\b|\bcors_enable\s*=\s*True"),
        f"{_PAGE}#falcon",
    ),
    Other("Litestar's CORSConfig", re.compile(rb"\bCORSConfig\("), f"{_PAGE}#litestar"),
    Other("bottle-cors", _imports("bottle_cors", "bottle_cors_plugin"), f"{_PAGE}#bottle"),
    Other("wsgicors", _imports("wsgicors"), f"{_PAGE}#what-they-take"),
    Other("wsgi-cors-middleware", _imports("cors_middleware", "wsgi_cors"), f"{_PAGE}#what-they-take"),
    Other("asgi-cors", _imports("asgi_cors", "asgi_cors_middleware"), f"{_PAGE}#what-they-take"),
    Other("sanic-cors", _imports("sanic_cors", "sanic_ext"), f"{_PAGE}#what-they-take"),
    Other(
        "pyramid-cors",
        _imports("pyramid_cors", "cornice.cors", "pyramid_crossdomain"),
        f"{_PAGE}#what-they-take",
    ),
    Other("Socket.IO's own list", re.compile(rb"\bcors_allowed_origins\s*="), f"{_PAGE}#websockets"),
    Other(
        "Tornado's handlers with headers of their own",
        re.compile(rb"\bset_header\(\s*[\"']Access-Control-", re.IGNORECASE),
        f"{_PAGE}#what-they-take",
    ),
    Other(
        "headers that are written by hand",
        re.compile(rb"""\[?\s*["']Access-Control-Allow-Origin["']""", re.IGNORECASE),
        "docs/concepts.md",
    ),
)


def others_in(raws: Mapping[Path, bytes]) -> list[str]:
    """Return a sentence for each library that is found, with the places.

    Args:
        raws: the content of each Python file.
    """
    found: dict[Other, list[str]] = {}
    for path, raw in raws.items():
        if (
            b"ors" not in raw
            and b"ORS" not in raw
            and b"Access-Control" not in raw
            and b"talisman" not in raw
        ):
            continue
        for other in OTHERS:
            match = other.mark.search(raw)
            if match is not None:
                line = raw.count(b"\n", 0, match.start(0)) + 1
                found.setdefault(other, []).append(f"{path}:{line}")
    return [
        f"{other.name}, at {', '.join(places[:3])}{_more(places[3:])}, is not migrated; see {other.page}."
        for other, places in found.items()
    ]


def _more(places: list[str]) -> str:
    return f" and {len(places)} more" if places else ""
