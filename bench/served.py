"""The contenders as gunicorn loads them: gunicorn "bench.served:app('crossguard.flask')"."""

import logging
from typing import Any

from bench.contenders import origins
from bench.contenders.flask_apps import APPS


def app(name: str) -> Any:
    """Return the application of a contender, which lists one origin."""
    logging.getLogger("crossguard").addHandler(logging.NullHandler())
    return APPS[name](origins(1))
