"""Both middlewares behind one interface, for what they have in common."""

from dataclasses import dataclass
from typing import Any

from crossguard import asgi, wsgi
from tests.adapters.inner import Called, asgi_app, wsgi_app
from tests.adapters.wire import Answer, Request, via_asgi, via_wsgi


@dataclass(frozen=True)
class Kind:
    """One of the two protocols."""

    name: str

    def __str__(self) -> str:
        return self.name

    def wrap(self, app: Any, **options: Any) -> Any:
        return {"wsgi": wsgi, "asgi": asgi}[self.name].Crossguard(app, **options)

    def inner(self, called: Called) -> Any:
        return {"wsgi": wsgi_app, "asgi": asgi_app}[self.name](called)

    def make(self, **options: Any) -> Any:
        return self.wrap(self.inner([]), **options)

    def ask(self, app: Any, request: Request) -> Answer:
        return {"wsgi": via_wsgi, "asgi": via_asgi}[self.name](app, request)


KINDS = (Kind("wsgi"), Kind("asgi"))
