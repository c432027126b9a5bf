"""What is assigned to a model is checked, and kept as browsers write it."""

import pytest
import sqlalchemy as sa

from crossguard.core.issues import IssueCode
from crossguard.core.origins import MAX_ORIGIN_LENGTH
from crossguard.sql import ListedOrigin, ListedOriginError, SqlOrigins, create_tables
from tests.sql.support import SHOP, Site, add


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (SHOP, SHOP),
        ("HTTPS://Shop.Example:443", "https://shop.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://*.Customer.example", "https://*.customer.example"),
        ("http://localhost:*", "http://localhost:*"),
        ("capacitor://localhost", "capacitor://localhost"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(written, kept):
    assert ListedOrigin(origin=written).origin == kept
    assert Site(origin=written).origin == kept


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("https://a.example/", "it has a trailing slash.*Fix: write 'https://a.example'."),
        ("a.example", "an origin starts with its scheme. Fix: write 'https://a.example'"),
        ("https://a.example, https://b.example", "it holds several origins"),
        (" https://a.example", "blanks"),
        ("https://a.*.example", "a wildcard stands for the whole left-most label"),
        ("null", "every sandboxed frame"),
        ("*", "'\\*' is every origin"),
        ("", "it is empty"),
        (None, "a NoneType is not an origin"),
        (b"https://a.example", "a bytes is not an origin"),
    ],
)
def test_what_is_no_origin_is_refused_with_what_to_write(written, said):
    with pytest.raises(ValueError, match=said) as caught:
        ListedOrigin(origin=written)

    assert isinstance(caught.value, ListedOriginError)
    assert caught.value.value == written
    assert caught.value.reason in str(caught.value)
    assert str(caught.value).endswith(f"Fix: {caught.value.fix}")
    assert isinstance(caught.value.code, IssueCode)


def test_a_refused_value_leaves_the_old_one(engine):
    row = ListedOrigin(origin=SHOP)
    with pytest.raises(ListedOriginError):
        row.origin = "https://a.example/path"

    assert row.origin == SHOP


def test_the_longest_origin_and_the_longest_pattern_fit(engine):
    host = ".".join(["a" * 63] * 3 + ["b" * 61])
    longest = [f"x{'y' * 63}://{host}:65535", f"https://*.{host[2:]}:*", f"https://*.{host}:*"]
    assert len(longest[0]) == MAX_ORIGIN_LENGTH
    create_tables(engine)

    add(engine, *longest)

    assert sorted(SqlOrigins(engine).read()) == sorted(longest)


def test_a_row_knows_when_it_was_written_and_for_whom(postgresql):
    create_tables(postgresql)
    add(postgresql, SHOP, label="Ann's shop")

    with postgresql.connect() as connection:
        row = connection.execute(sa.select(ListedOrigin.__table__)).one()

    assert row.label == "Ann's shop"
    assert row.created_at.tzinfo is not None
    assert row.id == 1
