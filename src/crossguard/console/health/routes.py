"""What a load balancer, a service manager and Prometheus ask: `/livez`, `/readyz`, `/metrics`."""

import secrets
from ipaddress import ip_address
from typing import Final

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from crossguard.console.bodies import answer
from crossguard.console.problems import fail
from crossguard.console.schemas import Health
from crossguard.console.services import services

health: Final = Blueprint("health", __name__)


@health.get("/livez")
def livez() -> Response:
    """Say that the process answers; asks nothing else."""
    return answer(Health(status="alive", troubles={}))


@health.get("/readyz")
def readyz() -> Response:
    """Say whether requests should be sent here."""
    troubles = services().readiness.troubles()
    if not troubles:
        return answer(Health(status="ready", troubles={}))
    response = answer(Health(status="not-ready", troubles=troubles), 503)
    response.headers["Retry-After"] = "5"
    return response


@health.get("/metrics")
def metrics() -> Response:
    """Show what was counted, to this machine or to the bearer of the token."""
    token = services().settings.metrics_token
    if not (_is_this_machine() if token is None else _bears(token)):
        fail(
            403,
            "metrics-not-shown",
            "Metrics are not shown",
            "They are for this machine, or for the bearer of the token in CROSSGUARD_METRICS_TOKEN.",
        )
    response = Response(services().counters.text(), content_type=CONTENT_TYPE_LATEST)
    response.cache_control.no_store = True
    return response


def _is_this_machine() -> bool:
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        # A Unix socket knows no address; a proxy may be at its other end.
        return False


def _bears(token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and secrets.compare_digest(given.strip().encode(), token.encode())
