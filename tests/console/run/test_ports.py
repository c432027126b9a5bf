"""Sockets on the loopback addresses."""

import errno
import socket

import pytest

from crossguard.console.run import ports
from crossguard.console.stops import CannotStart
from tests.console.processes import free_ports


class Refusing(socket.socket):
    """A socket that cannot be bound."""

    number = errno.EADDRINUSE

    def bind(self, address):
        raise OSError(self.number, "refused")


def refuse(monkeypatch, number):
    kind = type("Refusing", (Refusing,), {"number": number})
    monkeypatch.setattr(ports.socket, "socket", kind)


def test_a_free_port_is_opened_on_every_loopback_address():
    [port] = free_ports(1)
    with ports.listen(port, "API_PORT") as opened:
        addresses = {found.getsockname()[0] for found in opened}
    assert [found.fileno() for found in opened] == [-1] * len(opened)
    assert "127.0.0.1" in addresses
    assert addresses <= {"127.0.0.1", "::1"}


def test_a_machine_without_ipv6_is_served_over_ipv4(monkeypatch):
    [port] = free_ports(1)

    def only_ipv4(family, kind):
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "no such family")
        return original(family, kind)

    original = socket.socket
    monkeypatch.setattr(ports.socket, "socket", only_ipv4)
    with ports.listen(port, "API_PORT") as opened:
        assert [found.getsockname()[0] for found in opened] == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("number", "port", "expected"),
    [
        (errno.EADDRINUSE, 5000, "On macOS that is AirPlay Receiver"),
        (errno.EADDRINUSE, 5001, "choose another port: API_PORT=5002"),
        (errno.EADDRINUSE, 65535, "API_PORT=65534"),
        (errno.EACCES, 80, "Port 80 is reserved for the system. Choose one from 1024 up: API_PORT=8080"),
        (errno.EPERM, 5001, "Port 5001 cannot be opened: refused"),
        (errno.EADDRNOTAVAIL, 5001, "no loopback address"),
    ],
)
def test_a_port_that_cannot_be_had_is_a_line_that_says_what_to_do(monkeypatch, number, port, expected):
    refuse(monkeypatch, number)
    with pytest.raises(CannotStart) as caught, ports.listen(port, "API_PORT"):
        pass
    [reason] = caught.value.reasons
    assert expected in reason
    assert ("AirPlay" in reason) == (port == 5000)


def test_a_port_that_is_taken_is_not_shared():
    [port] = free_ports(1)
    with (
        ports.listen(port, "WEB_PORT"),
        pytest.raises(CannotStart, match="is taken"),
        ports.listen(port, "WEB_PORT"),
    ):
        pass
