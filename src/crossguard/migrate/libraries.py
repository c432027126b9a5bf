"""The libraries that are migrated, and what stands for them: by module and name."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What declares a policy."""

    CORS = "CORS"
    INIT = "init_app"
    VIEW = "cross_origin"
    STARLETTE = "CORSMiddleware"
    QUART = "cors"


#: What is migrated: by module and name.
OLD: Final[Mapping[str, Mapping[str, Kind]]] = {
    "flask_cors": {"CORS": Kind.CORS, "cross_origin": Kind.VIEW},
    "flask_cors.extension": {"CORS": Kind.CORS},
    "flask_cors.decorator": {"cross_origin": Kind.VIEW},
    "flask.ext.cors": {"CORS": Kind.CORS, "cross_origin": Kind.VIEW},
    "flask_ext_cors": {"CORS": Kind.CORS, "cross_origin": Kind.VIEW},
    "starlette.middleware.cors": {"CORSMiddleware": Kind.STARLETTE},
    "fastapi.middleware.cors": {"CORSMiddleware": Kind.STARLETTE},
    "quart_cors": {"cors": Kind.QUART},
}
#: What stands for it afterwards.
NEW: Final[Mapping[str, Mapping[str, Kind]]] = {
    "crossguard.flask": {"CORS": Kind.CORS, "cross_origin": Kind.VIEW},
    "crossguard.asgi": {"Crossguard": Kind.STARLETTE},
}
