"""The smallest WSGI application, and what is around it; beside it a guard is seen best."""

from typing import Any

import crossguard.wsgi
from bench.contenders import GUARDED, installed
from bench.contenders.flask_apps import Maker, wsgicors
from bench.floor import WSGIFloor
from bench.requests import BODY


def trivial(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    assert environ["PATH_INFO"]
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]


APPS: dict[str, Maker] = {
    "WSGI": lambda _origins: trivial,
    "crossguard.wsgi": lambda origins: crossguard.wsgi.Crossguard(trivial, origins=origins, **GUARDED),
}
if installed("wsgicors"):
    APPS["wsgicors"] = lambda origins: wsgicors(trivial, origins)
APPS["floor"] = lambda origins: WSGIFloor(trivial, origins)
