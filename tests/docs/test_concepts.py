"""The small tables of docs/concepts.md that code can answer."""

import pytest

from crossguard.core.hosts import is_ip_host
from crossguard.core.origins import Origin, parse_origin
from crossguard.suffixes import registrable_domain
from tests.docs.both import APP, EVIL, ask, new_app
from tests.docs.markdown import ROOT, table_under

CONCEPTS = ROOT / "docs" / "concepts.md"
HERE = "https://app.example.com"


def pairs() -> list[tuple[str, str, str, str]]:
    found = []
    for page, same_origin, same_site in table_under(CONCEPTS, "Site"):
        first, _, second = page.replace("`", "").partition(" and ")
        found.append((first, second or HERE, same_origin, same_site))
    return found


@pytest.mark.parametrize(("first", "second", "same_origin", "same_site"), pairs())
def test_the_table_of_origins_and_sites(first, second, same_origin, same_site):
    a, b = parse_origin(first), parse_origin(second)
    assert (a == b) is (same_origin == "yes")
    assert (site_of(a) == site_of(b)) is (same_site == "yes")


def site_of(origin: Origin) -> tuple[str, str | None]:
    if is_ip_host(origin.host) or "." not in origin.host:
        return origin.scheme, origin.host
    return origin.scheme, registrable_domain(origin.host)


POLICIES = {
    'everybody, `origins="*"`': {"origins": "*"},
    "a list, of one or of thousands": {"origins": [APP]},
    "no origin, `origins=[]`": {"origins": []},
}


@pytest.mark.parametrize("row", table_under(CONCEPTS, "Vary and caches"), ids=lambda row: row[0])
def test_the_table_of_caches(row):
    name, *cells = row
    app = new_app(**POLICIES[name])
    for origin, cell in zip((None, APP, EVIL), cells, strict=True):
        headers = ask(app, origin=origin).headers
        assert ("vary" in headers) is ("`Vary: Origin`" in cell or not cell)
        assert headers.get("access-control-allow-origin") == (
            "*" if "*" in cell else APP if "its origin" in cell else None
        )
