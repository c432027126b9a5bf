"""The way of an option, from the call to the compiled set: few files, which the next person has to know."""

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from flask import Flask

import crossguard
from crossguard.core.origin_set import OriginSet
from crossguard.flask import CORS

ROOT = Path(crossguard.__file__).parent
ORIGIN = "https://walked.example.com"
#: In the order of the way.
WAY = [
    "flask/extension.py",
    "declare/declaration.py",
    "flask/state.py",
    "declare/live_policy.py",
    "core/config.py",
    "core/parse_origins.py",
    "core/origins.py",
    "core/origin_set.py",
]


def carries(value):
    """Tell whether *value* is the origin, or holds it at any depth."""
    if isinstance(value, Mapping):
        return any(map(carries, value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return any(map(carries, value))
    if is_dataclass(value) and not isinstance(value, type):
        return any(carries(getattr(value, field.name, None)) for field in fields(value))
    return value == ORIGIN


class Walk:
    """Notes in which files of the library a local variable carries the origin, until the set is compiled."""

    def __init__(self):
        self.files = []
        self.arrived = False

    def __call__(self, frame, event, _):
        if self.arrived or ROOT not in Path(frame.f_code.co_filename).parents:
            return None
        local = frame.f_locals
        if any(map(carries, local.values())):
            self.files.append(Path(frame.f_code.co_filename).relative_to(ROOT).as_posix())
        compiled = local.get("self")
        if event == "return" and isinstance(compiled, OriginSet):
            self.arrived = ORIGIN in getattr(compiled, "exact", ())
        return self


@pytest.mark.parametrize(
    "options", [{}, {"supports_credentials": True, "public_origins": ["https://api.example.com"]}]
)
def test_an_origin_goes_through_eight_files(options):
    walk, before = Walk(), sys.gettrace()
    app = Flask("shop")
    sys.settrace(walk)
    try:
        CORS(app, origins=["https://front.example.com", ORIGIN], **options)
    finally:
        sys.settrace(before)

    assert walk.arrived
    assert list(dict.fromkeys(walk.files)) == WAY
