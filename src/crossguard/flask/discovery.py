"""Applications that use the decorator and nothing else.

``@cross_origin`` marks a function; it does not know the application, which may not exist yet, and an
application without ``CORS(app)`` would serve the view without its policy and without a word. Flask has no
hook before the first request that an extension can reach without the application. So the first use of the
decorator wraps ``Flask.__call__``, once for the process: it looks at the views of an application when its
first request comes, and guards the application if one is marked.
"""

from collections.abc import Iterable
from typing import Final

from flask import Flask

from crossguard.environ import Environ, StartResponse
from crossguard.flask.extension import EXTENSION_KEY, state_of
from crossguard.flask.marked import is_marked

_ATTRIBUTE: Final = "__crossguard_discovers__"


def guard_marked_applications() -> None:
    """Let every application with a marked view be guarded from its first request on; once for the process."""
    if getattr(Flask.__call__, _ATTRIBUTE, False):
        return
    call = Flask.__call__

    def discovering(self: Flask, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if EXTENSION_KEY not in self.extensions:
            _look_at(self)
        return call(self, environ, start_response)

    setattr(discovering, _ATTRIBUTE, True)
    Flask.__call__ = discovering  # type: ignore[method-assign]


def _look_at(app: Flask) -> None:
    if any(is_marked(view) for view in app.view_functions.values()):
        state_of(app)
    else:
        # Flask takes no routes after the first request, so that one look is enough.
        app.extensions[EXTENSION_KEY] = None
