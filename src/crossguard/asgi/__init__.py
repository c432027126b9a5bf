"""Middleware for every ASGI application: Starlette, FastAPI, Quart, Litestar, Django and the rest.

from crossguard.asgi import Crossguard

app = Crossguard(app, origins=["https://app.example.com"], supports_credentials=True)

Imports adapters, declare, lists, logs and core.
"""

from crossguard.adapters.on_refused import Refusal
from crossguard.asgi.middleware import Crossguard
from crossguard.asgi.scope import ASGIApp, Message, Receive, Scope, Send
from crossguard.core.request import TokenState

__all__ = ["ASGIApp", "Crossguard", "Message", "Receive", "Refusal", "Scope", "Send", "TokenState"]
