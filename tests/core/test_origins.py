"""Origins: the recogniser of what browsers send, and the parser of what people write."""

import pytest

from crossguard.core.origins import MAX_ORIGIN_LENGTH, Origin, parse_origin, parse_serialized

SERIALIZED = (
    ("https://app.example.com", Origin("https", "app.example.com")),
    ("http://localhost:5173", Origin("http", "localhost", 5173)),
    ("https://a", Origin("https", "a")),
    ("https://example.com.", Origin("https", "example.com.")),
    ("http://127.0.0.1:8080", Origin("http", "127.0.0.1", 8080)),
    ("http://[::1]:8080", Origin("http", "[::1]", 8080)),
    ("https://xn--bcher-kva.example", Origin("https", "xn--bcher-kva.example")),
    ("https://a_b.example", Origin("https", "a_b.example")),
    ("https://a.example:65535", Origin("https", "a.example", 65535)),
    ("http://a.example:443", Origin("http", "a.example", 443)),
    ("https://a.example:80", Origin("https", "a.example", 80)),
    ("capacitor://localhost", Origin("capacitor", "localhost")),
    ("chrome-extension://abcdefghijklmnop", Origin("chrome-extension", "abcdefghijklmnop")),
    ("tauri://localhost:443", Origin("tauri", "localhost", 443)),
)


@pytest.mark.parametrize(("text", "origin"), SERIALIZED)
def test_recognises_what_browsers_send(text, origin):
    assert parse_serialized(text) == origin
    assert str(origin) == text


@pytest.mark.parametrize(("text", "origin"), SERIALIZED)
def test_what_browsers_send_can_be_written_into_a_configuration(text, origin):
    assert parse_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "*",
        "https:",
        "https://",
        "//a.example",
        "a.example",
        "HTTPS://a.example",
        "https://A.example",
        "https://a.example/",
        "https://a.example/path",
        "https://a.example?q",
        "https://a.example#f",
        "https://u@a.example",
        "https://a.example:",
        "https://a.example:0",
        "https://a.example:08",
        "https://a.example:443",
        "http://a.example:80",
        "https://a.example:65536",
        "https://a.example:655360",
        "https://a.example:+80",
        "https://a.example:٨",
        "https://a.example:8443:8444",
        "https://.a.example",
        "https://a.example..",
        "https://a..example",
        "https://*.a.example",
        "https://a.example b",
        "https://a.example\n",
        "\nhttps://a.example",
        "https://a.example\x00",
        "https://a.example,https://b.example",
        "https://a.example https://b.example",
        "https://bücher.example",
        "https://\uff41.example",
        "https://a\u200b.example",
        "https://" + "a" * 64,
        "http://[::1",
        "http://::1",
        "http://[::1]x",
        "http://[::G]",
        "http://[::A]",
        "http://[]",
        "http://[:]",
        "1http://a",
        "h\u212aack://a",
    ],
    ids=ascii,
)
def test_anything_else_is_none(text):
    assert parse_serialized(text) is None


def test_the_longest_origin_is_recognised_and_one_more_character_is_not():
    label = "a" * 61
    host = ".".join([label] * 4) + ".abcde"
    scheme = "s" * 64
    longest = f"{scheme}://{host}:65535"
    assert len(longest) == MAX_ORIGIN_LENGTH

    assert parse_serialized(longest) == Origin(scheme, host, 65535)
    assert parse_serialized("s" + longest) is None


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("https://a.example", 443),
        ("http://a.example", 80),
        ("https://a.example:8443", 8443),
        ("capacitor://localhost", None),
    ],
)
def test_the_effective_port_is_the_one_of_the_connection(text, port):
    assert parse_origin(text).effective_port == port


@pytest.mark.parametrize(
    ("text", "expected"),
    [("http://localhost:8080", True), ("http://[::1]", True), ("https://example.com", False)],
)
def test_loopback_is_told_by_the_host(text, expected):
    assert parse_origin(text).is_loopback is expected
