"""Counters of decisions, for Prometheus and for OpenTelemetry, fed by any of the adapters.

    from crossguard.metrics import PrometheusMetrics

    metrics = PrometheusMetrics()
    Crossguard(app, origins=[...], on_decision=metrics)            # WSGI and ASGI
    decision_made.connect(metrics.receive, sender=app)              # Flask

One counter, ``crossguard_decisions_total``, with three labels. What they can say is bounded by the
configuration and by this library: no label repeats anything of a request, such as its Origin, with which a
stranger could make as many time series as he likes.

Importing this loads neither library.
"""

import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from crossguard.core.decision import Decision
from crossguard.core.policy import Policy
from crossguard.core.request import RequestFacts

# Either may be missing, and they take 31 ms and 7 ms to import.
if TYPE_CHECKING:
    from opentelemetry.metrics import Meter
    from prometheus_client import CollectorRegistry

__all__ = ["OpenTelemetryMetrics", "PrometheusMetrics"]

_DESCRIPTION: Final = "Decisions about cross-origin requests, preflights and gated writes"

# A registry takes each name once, and a process may have several applications.
_counters: Final["WeakKeyDictionary[CollectorRegistry, Any]"] = WeakKeyDictionary()
_lock: Final = threading.Lock()


class _Metrics(ABC):
    """What both kinds have: they are called by a middleware, or connected to a signal."""

    def __call__(self, decision: Decision, facts: RequestFacts, policy: Policy) -> None:  # noqa: ARG002
        """Count *decision*; what ``on_decision`` calls."""
        self._count(policy.name, decision.outcome.value, decision.reason.value)

    def receive(self, _sender: object, *, decision: Decision, policy: Policy, **_: object) -> None:
        """Count *decision*; a receiver for :data:`crossguard.flask.decision_made`.

        Signals hold their receivers weakly: keep the object as long as the application.
        """
        self._count(policy.name, decision.outcome.value, decision.reason.value)

    @abstractmethod
    def _count(self, policy: str, outcome: str, reason: str) -> None:
        """Count one decision."""


class PrometheusMetrics(_Metrics):
    """Counts in ``crossguard_decisions_total`` of `prometheus-client`, by policy, outcome and reason.

    Args:
        registry: where the counter is; None means the registry that `prometheus-client` exposes by itself.
            Several objects with one registry share the counter.

    Raises:
        ImportError: `prometheus-client` is not installed.
        ValueError: the registry has another metric of this name.
    """

    def __init__(self, registry: "CollectorRegistry | None" = None) -> None:
        try:
            # It may be missing, and takes 31 ms.
            from prometheus_client import REGISTRY, Counter  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise ImportError(_missing("prometheus-client", "prometheus")) from error
        chosen = REGISTRY if registry is None else registry
        with _lock:
            counter = _counters.get(chosen)
            if counter is None:
                labels = ("policy", "outcome", "reason")
                counter = Counter("crossguard_decisions", _DESCRIPTION, labels, registry=chosen)
                _counters[chosen] = counter
        self._counter = counter

    def _count(self, policy: str, outcome: str, reason: str) -> None:
        self._counter.labels(policy, outcome, reason).inc()


class OpenTelemetryMetrics(_Metrics):
    """Counts in ``crossguard.decisions`` of OpenTelemetry, with policy, outcome and reason as attributes.

    Args:
        meter: what makes the counter; None means that of the global provider.

    Raises:
        ImportError: `opentelemetry-api` is not installed.
    """

    def __init__(self, meter: "Meter | None" = None) -> None:
        try:
            # It may be missing, and takes 7 ms.
            from opentelemetry.metrics import get_meter  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise ImportError(_missing("opentelemetry-api", "opentelemetry")) from error
        chosen = get_meter("crossguard") if meter is None else meter
        self._counter = chosen.create_counter(
            "crossguard.decisions", unit="{decision}", description=_DESCRIPTION
        )

    def _count(self, policy: str, outcome: str, reason: str) -> None:
        self._counter.add(
            1,
            {"crossguard.policy": policy, "crossguard.outcome": outcome, "crossguard.reason": reason},
        )


def _missing(package: str, extra: str) -> str:
    return f"these metrics need {package}. Run: pip install 'crossguard[{extra}]'"
