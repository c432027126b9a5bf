"""URLs, hosts and origins as browsers read them."""

import json

import pytest

from crossguard.browser.site import AddressSpace, Sites, address_space, is_mixed_content, is_trustworthy
from crossguard.browser.urls import MAX_URL_LENGTH, UrlSyntaxError, origin_of, parse_url
from crossguard.core.origins import Origin
from tests.browser.recordings import DATA
from tests.browser.support import PAGE
from tests.core.counting import stays_small

BASE = parse_url("http://h.test:81/p/q?r#s")


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("http://LOCALHOST:80/a/../b?x y#f g", "http://localhost/b?x%20y#f%20g"),
        ("https://u:p@Bücher.test:8443\\a", "https://u:p@xn--bcher-kva.test:8443/a"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://0x7f000001", "http://127.0.0.1/"),
        ("http://0177.0.0.1", "http://127.0.0.1/"),
        ("http://[0:0::1]:8080", "http://[::1]:8080/"),
        ("//x.test/y", "http://x.test/y"),
        ("/y", "http://h.test:81/y"),
        ("y", "http://h.test:81/p/y"),
        ("?q", "http://h.test:81/p/q?q"),
        ("#f", "http://h.test:81/p/q?r#f"),
        ("", "http://h.test:81/p/q?r"),
        ("../../z/.", "http://h.test:81/z/"),
        ("HTTP:a/b", "http://h.test:81/p/a/b"),
        ("http:/a", "http://h.test:81/a"),
        ("http:\\\\x.test\\a", "http://x.test/a"),
        ("https:x.test", "https://x.test/"),
        (" \thttp://x.test\n/a ", "http://x.test/a"),
        ("http://x.test/%2E%2e/a", "http://x.test/a"),
        ("http://%6c%6fcalhost/", "http://localhost/"),
        ("data:text/plain,x y", "data:text/plain,x y"),
        ("http://@x.test/", "http://x.test/"),
        ("http://x.test:/", "http://x.test/"),
    ],
)
def test_parses_as_browsers_do(text: str, href: str):
    assert parse_url(text, BASE).href == href


@pytest.mark.parametrize(
    "text",
    [
        *("http://", "http://[", "http://[::1", "http://[::g]", "http://a:99999", "http://a:b", "http://a b"),
        *("http://a<b", "http://1.2.3.4.5", "http://1.2.3.256", "http://0xg.1", "http://09", "http://%zz"),
        *("http://\ufffd\ufffd", "http://" + "x" * 5000, "http://1.2.3.99999999999"),
    ],
)
def test_refuses_what_browsers_refuse(text: str):
    with pytest.raises(UrlSyntaxError):
        parse_url(text)


def test_refuses_relative_text_without_a_page():
    with pytest.raises(UrlSyntaxError):
        parse_url("/items")


def test_refuses_text_that_no_browser_would_send():
    with pytest.raises(UrlSyntaxError):
        parse_url("http://x.test/" + "a" * MAX_URL_LENGTH)


def test_the_origin_of_a_data_url_is_opaque():
    assert origin_of(parse_url("data:,x")) == "null"
    assert origin_of(parse_url("http://x.test:80/a")) == "http://x.test"


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.shop.test", "shop.test"),
        ("localhost", "localhost"),
        ("a.localhost", "a.localhost"),
        ("a.b.github.io", "b.github.io"),
        ("github.io", "github.io"),
        ("a.x.co.uk", "x.co.uk"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("www.example.com.", "example.com."),
    ],
)
def test_finds_the_registrable_domain(host: str, domain: str):
    assert Sites().domain(host) == domain


def test_the_public_suffix_list_can_be_replaced():
    sites = Sites(lambda host: host in {"internal", "corp.internal"})
    assert sites.domain("a.b.corp.internal") == "b.corp.internal"
    assert not sites.is_same(Origin("https", "a.corp.internal"), Origin("https", "b.corp.internal"))


def test_forgets_hosts_before_they_fill_the_memory():
    sites = Sites(lambda host: "." not in host)

    assert stays_small(lambda number: sites.domain(f"h{number}.test"))


def test_agrees_with_the_recorded_relations_of_sites():
    vectors = json.loads((DATA / "cookie-and-site-vectors.json").read_text())
    relations = [vector for vector in vectors if vector["kind"] == "site"]
    assert len(relations) == 14
    for vector in relations:
        left, right = (parse_url(vector[side]).origin for side in "ab")
        assert Sites().is_same(left, right) is (vector["expect"]["reason"] == "same-site"), vector["title"]


@pytest.mark.parametrize(
    ("url", "trustworthy"),
    [
        ("https://x.test", True),
        ("wss://x.test", True),
        ("http://localhost:1", True),
        ("http://a.localhost", True),
        ("http://127.9.9.9", True),
        ("http://[::1]", True),
        ("http://10.0.0.1", False),
        ("http://x.test", False),
    ],
)
def test_tells_what_is_trustworthy(url: str, trustworthy: bool):
    assert is_trustworthy(parse_url(url)) is trustworthy
    assert is_mixed_content(parse_url("https://app.test"), parse_url(url)) is not trustworthy
    assert not is_mixed_content(parse_url(PAGE), parse_url(url))


@pytest.mark.parametrize(
    ("url", "space"),
    [
        ("http://localhost", AddressSpace.LOOPBACK),
        ("http://192.168.1.1", AddressSpace.LOCAL),
        ("http://[fe80::1]", AddressSpace.LOCAL),
        ("http://x.test", AddressSpace.PUBLIC),
        ("http://8.8.8.8", AddressSpace.PUBLIC),
    ],
)
def test_tells_where_a_host_lives(url: str, space: AddressSpace):
    assert address_space(parse_url(url)) is space
