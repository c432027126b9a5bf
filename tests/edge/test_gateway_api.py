"""The Gateway API through what it compiles to on Envoy: the same verdicts, as far as a browser can tell."""

import json
from pathlib import Path

import pytest

from crossguard.browser.transports import network
from crossguard.edge.description import describe
from crossguard.edge.export import export
from crossguard.edge.part import Order
from crossguard.edge.refusal import ExportRefusedError
from crossguard.edge.verify import verify
from crossguard.flask.state import state_of
from tests.cli.servers import serving
from tests.edge.engines import envoy_by_hand, found
from tests.edge.gateway import FILTER, compiled
from tests.edge.shop import shop
from tests.edge.test_verify import small

ORDER = Order("full", "", "api:8000", False, "")


@pytest.mark.proxies
@pytest.mark.skipif(found("envoy") is None, reason="no envoy on this machine (CONTRIBUTING says how)")
def test_what_it_compiles_to_has_no_difference(tmp_path: Path) -> None:
    app = small()
    parts = export(describe(state_of(app).describe(app)), "gateway-api", ORDER, command="x").parts
    lines = [line for line in parts[0].text.splitlines() if not line.startswith("#")]
    rest = {"match": {"prefix": "/"}, "route": {"cluster": "app"}}
    routes = [*compiled(json.loads("\n".join(lines))), rest]
    with serving(app) as upstream, envoy_by_hand(routes, [FILTER], upstream, tmp_path) as port:
        report = verify(state_of(app).describe(app), f"http://127.0.0.1:{port}", network(timeout=60))
    assert report.differences == ()


def test_what_the_filter_cannot_hold_is_refused_all_at_once() -> None:
    app = shop(origins=[f"https://{number}.example.com" for number in range(65)])
    with pytest.raises(ExportRefusedError) as caught:
        export(
            describe(state_of(app).describe(app)), "gateway-api", ORDER._replace(upstream="api"), command="x"
        )
    text = str(caught.value)
    for words in ("--upstream", "two ways", "max_age is below 1"):
        assert words in text


@pytest.mark.parametrize(
    ("origins", "words"),
    [
        (["capacitor://localhost"], "scheme of an app"),
        (["http://localhost:*"], "every port"),
        ([f"https://{number}.example.com" for number in range(65)], "65 origins"),
    ],
)
def test_an_origin_of_another_kind_is_refused(origins: list[str], words: str) -> None:
    app = shop(origins=origins, readers=[])
    with pytest.raises(ExportRefusedError, match=words):
        export(describe(state_of(app).describe(app)), "gateway-api", ORDER, command="x")
