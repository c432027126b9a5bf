"""What this process has counted, for Prometheus."""

import os
from collections.abc import Callable, Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from crossguard.console.decisions.feed import Feed
from crossguard.console.decisions.recorder import Recorder
from crossguard.metrics import PrometheusMetrics

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT"})


class Counters:
    """The metrics of one application.

    Args:
        feed: how many pages are open.
        recorder: how many decisions were dropped.
        connections: returns how many connections to the database are in use.
    """

    def __init__(self, feed: Feed, recorder: Recorder, connections: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self.decisions = PrometheusMetrics(self._registry)
        self._requests = Counter(
            "crossguard_console_requests",
            "Answered requests",
            ("method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "crossguard_console_request_seconds",
            "How long an answer took; of a live feed, how long it was open",
            registry=self._registry,
        )
        self._registry.register(_Present(feed, recorder, connections))

    def observe(self, method: str, status: int, seconds: float) -> None:
        """Count an answered request. A method that the API does not know has no label of its own."""
        self._requests.labels(method if method in _METHODS else "other", str(status)).inc()
        self._seconds.observe(seconds)

    def text(self) -> bytes:
        """Return everything in the text format of Prometheus."""
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            # Several workers count into one folder, as the documentation of prometheus-client describes.
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        return generate_latest(self._registry)


class _Present(Collector):
    """What is true at the moment of asking."""

    def __init__(self, feed: Feed, recorder: Recorder, connections: Callable[[], int]) -> None:
        self._questions: tuple[tuple[str, str, Callable[[], int]], ...] = (
            ("crossguard_console_feeds", "Open live feeds", lambda: feed.open_pages),
            ("crossguard_console_dropped", "Decisions that were not stored", lambda: recorder.dropped),
            ("crossguard_console_connections", "Connections to the database in use", connections),
        )

    def collect(self) -> Iterable[Metric]:
        """Ask."""
        for name, meaning, question in self._questions:
            yield GaugeMetricFamily(name, meaning, value=question())
