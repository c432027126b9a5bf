"""bench/results.json: what was measured last, of which versions."""

import hashlib
import json
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.figures import Measured

RESULTS = Path(__file__).with_name("results.json")
#: Frameworks and peers, as they are called where they come from.
PACKAGES = (
    "flask",
    "flask-cors",
    "django",
    "django-cors-headers",
    "starlette",
    "quart",
    "quart-cors",
    "werkzeug",
    "wsgicors",
    "gunicorn",
    "modern-csrf",
    "asgi-cross-origin-protection",
    "flask-sec-fetch-csrf",
    "flask-wtf",
)


def write(measures: dict[str, Measured], order: Iterable[str]) -> None:
    """Write *measures* over those of the same names, all in *order*, which names every measure there is."""
    before = read() if RESULTS.exists() else {}
    merged = {**before.get("measures", {}), **measures}
    document = {
        "python": platform.python_version(),
        # Of what is not installed now, those that were measured before.
        "versions": {**before.get("versions", {}), **_versions()},
        "measures": {name: merged[name] for name in order if name in merged},
    }
    RESULTS.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")


def read() -> Any:
    """Return the document."""
    return json.loads(RESULTS.read_text("utf-8"))


def digest() -> str:
    """Return what tells one state of the file from another."""
    return hashlib.sha256(RESULTS.read_bytes()).hexdigest()


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
