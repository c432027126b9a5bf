"""Middleware for every WSGI application."""

from crossguard.environ import (
    Environ,
    StartResponse,
    WSGIApp,
    answer_preflight,
    asks_private_network,
    decoded,
    encoded,
    facts_of,
    is_websocket,
    routed_path,
    send_answer,
    write_facts_of,
)

__all__ = [
    "Environ",
    "StartResponse",
    "WSGIApp",
    "answer_preflight",
    "asks_private_network",
    "decoded",
    "encoded",
    "facts_of",
    "is_websocket",
    "routed_path",
    "send_answer",
    "write_facts_of",
]
