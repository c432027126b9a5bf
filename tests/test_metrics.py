"""Counters of decisions, for Prometheus and OpenTelemetry, in Flask, WSGI and ASGI alike."""

import asyncio
import subprocess
import sys

import pytest
from flask import Flask

from crossguard.asgi import Crossguard as AsgiCrossguard
from crossguard.browser import HttpRequest, parse_url
from crossguard.browser.transports import asgi, wsgi
from crossguard.flask import CORS, decision_made
from crossguard.metrics import OpenTelemetryMetrics, PrometheusMetrics
from crossguard.wsgi import Crossguard as WsgiCrossguard

LISTED = "https://app.example.com"
STRANGER = "https://stranger.example"
OPTIONS = {
    "origins": [LISTED],
    "supports_credentials": True,
    "public_origins": ["https://api.example.com"],
    "auth_cookies": ["session"],
}


def flask_application(metrics):
    app = Flask("counted")
    app.secret_key = "x" * 32
    app.config["SESSION_COOKIE_SECURE"] = True
    app.add_url_rule("/", view_func=lambda: "", methods=["GET", "POST"])
    CORS(app, **{name: value for name, value in OPTIONS.items() if name != "auth_cookies"})
    decision_made.connect(metrics.receive, sender=app)
    return wsgi(app)


def wsgi_application(metrics):
    def inner(_environ, start_response):
        start_response("200 OK", [])
        return []

    return wsgi(WsgiCrossguard(inner, on_decision=metrics, **OPTIONS))


def asgi_application(metrics):
    async def inner(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return asgi(AsgiCrossguard(inner, on_decision=metrics, **OPTIONS))


APPLICATIONS = {"flask": flask_application, "wsgi": wsgi_application, "asgi": asgi_application}


def ask_all(send):
    """Ask as a listed page, as a stranger, with a preflight, and with a write that is refused."""
    cookie = ("Cookie", "session=1")
    url = parse_url("https://api.example.com/")
    send(HttpRequest("GET", url, (("Origin", LISTED),)))
    send(HttpRequest("GET", url, (("Origin", STRANGER),)))
    send(HttpRequest("GET", url, (("Origin", "https://other.example"),)))
    send(HttpRequest("OPTIONS", url, (("Origin", STRANGER), ("Access-Control-Request-Method", "PUT"))))
    send(HttpRequest("POST", url, (("Origin", STRANGER), ("Sec-Fetch-Site", "cross-site"), cookie)))
    send(HttpRequest("GET", url, ()))


EXPECTED = {
    ("actual-allowed", "listed-origin"): 1,
    ("actual-refused", "origin-not-listed"): 2,
    ("preflight-refused", "origin-not-listed"): 1,
    ("write-refused", "cross-site"): 1,
}


@pytest.mark.parametrize("kind", APPLICATIONS)
def test_prometheus_counts_the_same_whatever_the_adapter(kind):
    from prometheus_client import CollectorRegistry

    registry = CollectorRegistry()
    metrics = PrometheusMetrics(registry)
    ask_all(APPLICATIONS[kind](metrics))
    [family] = [each for each in registry.collect() if each.name == "crossguard_decisions"]
    found = {
        (sample.labels["outcome"], sample.labels["reason"]): sample.value
        for sample in family.samples
        if sample.name == "crossguard_decisions_total"
    }
    assert found == EXPECTED
    assert all(set(sample.labels) == {"policy", "outcome", "reason"} for sample in family.samples)
    assert STRANGER not in str(family)


@pytest.mark.parametrize("kind", APPLICATIONS)
def test_opentelemetry_counts_the_same_whatever_the_adapter(kind):
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader

    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    metrics = OpenTelemetryMetrics(provider.get_meter("test"))
    ask_all(APPLICATIONS[kind](metrics))
    [resource] = reader.get_metrics_data().resource_metrics
    [metric] = resource.scope_metrics[0].metrics
    assert metric.name == "crossguard.decisions"
    found = {
        (point.attributes["crossguard.outcome"], point.attributes["crossguard.reason"]): point.value
        for point in metric.data.data_points
    }
    provider.shutdown()
    assert found == EXPECTED


def test_several_applications_share_the_counter_of_a_registry():
    from prometheus_client import CollectorRegistry

    registry = CollectorRegistry()
    for _ in range(2):
        ask_all(wsgi_application(PrometheusMetrics(registry)))
    labels = {"policy": "Crossguard", "outcome": "actual-refused", "reason": "origin-not-listed"}
    names = {sample.labels["policy"] for family in registry.collect() for sample in family.samples}
    [labels["policy"]] = names
    assert registry.get_sample_value("crossguard_decisions_total", labels) == 4


def test_without_a_registry_it_is_the_one_that_the_library_shows():
    from prometheus_client import REGISTRY

    ask_all(wsgi_application(PrometheusMetrics()))
    assert any(family.name == "crossguard_decisions" for family in REGISTRY.collect())


@pytest.mark.parametrize(
    ("name", "package", "extra"),
    [
        ("PrometheusMetrics", "prometheus_client", "crossguard[prometheus]"),
        ("OpenTelemetryMetrics", "opentelemetry", "crossguard[opentelemetry]"),
    ],
)
def test_what_is_missing_is_said_with_the_line_that_installs_it(name, package, extra, monkeypatch):
    import crossguard.metrics

    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setitem(sys.modules, f"{package}.metrics", None)
    with pytest.raises(ImportError, match=extra.replace("[", r"\[").replace("]", r"\]")):
        getattr(crossguard.metrics, name)()


@pytest.mark.parametrize(
    "module", ["metrics", "flask", "wsgi", "asgi"], ids=lambda module: f"crossguard.{module}"
)
def test_neither_library_is_imported_by_the_way(module):
    code = (
        f"import sys, crossguard.{module}\n"
        "print([name for name in ('prometheus_client', 'opentelemetry') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_counting_is_safe_from_an_event_loop():
    from prometheus_client import CollectorRegistry

    registry = CollectorRegistry()
    send = asgi_application(PrometheusMetrics(registry))

    async def many():
        await asyncio.gather(*(asyncio.to_thread(ask_all, send) for _ in range(20)))

    asyncio.run(many())
    total = sum(
        sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name.endswith("_total")
    )
    assert total == 20 * sum(EXPECTED.values())
