"""Hosts as browsers serialize them. What the configuration table holds is not repeated here."""

import pytest

from crossguard import IssueCode
from crossguard.core.hosts import OriginSyntaxError, is_ip_host, is_loopback_host, parse_host


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost.",
        "app.localhost",
        "a.b.localhost.",
        "127.0.0.1",
        "127.255.255.254",
        "[::1]",
    ],
)
def test_loopback_hosts_stay_on_the_machine(host):
    assert is_loopback_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "localhost.example.com",
        "localhosts",
        "xlocalhost",
        "localhost.localdomain",
        "127.example.com",
        "127.0.0.1.example.com",
        "127.1.xip",
        "128.0.0.1",
        "0.0.0.0",
        "192.168.0.1",
        "[::]",
        "[::2]",
        "[::ffff:7f00:1]",
        "example.com",
        "",
    ],
)
def test_other_hosts_do_not(host):
    assert not is_loopback_host(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "1.2.3.4.", "[::1]", "a.b.7", "0x7f", "a.0x", "a.0xff"])
def test_a_host_that_ends_in_a_number_is_an_address(host):
    assert is_ip_host(host)


@pytest.mark.parametrize("host", ["example.com", "1.example", "a7", "7a", "0xg", "x0x", "localhost", ""])
def test_a_host_that_does_not_is_a_name(host):
    assert not is_ip_host(host)


@pytest.mark.parametrize(
    ("host", "serialized"),
    [
        ("[::1]", "[::1]"),
        ("[0:0:0:0:0:0:0:0]", "[::]"),
        ("[2001:DB8:0:0:1:0:0:1]", "[2001:db8::1:0:0:1]"),
        ("[2001:db8:0:1:1:1:1:1]", "[2001:db8:0:1:1:1:1:1]"),
        ("[1:2:3:4:5:6:0:0]", "[1:2:3:4:5:6::]"),
        ("[0:0:3:4:5:6:7:8]", "[::3:4:5:6:7:8]"),
        ("[::ffff:192.0.2.1]", "[::ffff:c000:201]"),
        ("[1:0:3:0:5:0:7:0]", "[1:0:3:0:5:0:7:0]"),
    ],
)
def test_ipv6_is_serialized_as_the_url_standard_says(host, serialized):
    assert parse_host(host, "http", f"http://{host}", opaque=False) == serialized
    assert parse_host(host, "capacitor", f"capacitor://{host}", opaque=True) == serialized


@pytest.mark.parametrize("host", ["[]", "[1:2]", "[::1%25eth0]", "[::1 ]", "[v1.x]", "[::127.1]"])
def test_what_is_no_ipv6_address_is_refused(host):
    with pytest.raises(OriginSyntaxError) as caught:
        parse_host(host, "http", f"http://{host}", opaque=False)

    assert caught.value.code is IssueCode.INVALID


def test_an_opaque_host_keeps_its_letters():
    assert parse_host("Local.Host_1-", "capacitor", "", opaque=True) == "Local.Host_1-"


def test_the_longest_name_is_253_characters_without_its_last_dot():
    longest = ".".join(["a" * 61] * 4) + ".abcde"
    assert len(longest) == 253

    assert parse_host(longest, "https", "", opaque=False) == longest
    assert parse_host(longest + ".", "https", "", opaque=False) == longest + "."
    with pytest.raises(OriginSyntaxError):
        parse_host(longest + "f", "https", "", opaque=False)


def test_a_syntax_error_becomes_an_issue():
    error = OriginSyntaxError(IssueCode.INVALID, "reason.", "fix.")

    issue = error.issue("origins[3]", "x\n")
    assert (issue.code, issue.where, issue.value) == (IssueCode.INVALID, "origins[3]", r"'x\n'")
    assert (issue.reason, issue.fix, str(error)) == ("reason.", "fix.", "reason.")
