"""Sockets on this machine's own addresses, and what to say when a port is not to be had."""

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from crossguard.console.stops import CannotStart

# Browsers may take either for `localhost`. Nothing else can reach them.
_LOOPBACK: Final = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))

_AIRPLAY_PORT: Final = 5000
_HIGHEST_PORT: Final = 65_535


@contextmanager
def listen(port: int, variable: str, address: str = "") -> Iterator[list[socket.socket]]:
    """Open *port*, on the loopback addresses unless told otherwise: IPv4, and IPv6 where the machine has it.

    Args:
        port: the port.
        variable: the environment variable that names another one, for the message.
        address: an IP address of this machine, or one that means each of them; empty means loopback.

    Raises:
        CannotStart: if the port is taken or not allowed.
    """
    with ExitStack() as stack:
        sockets: list[socket.socket] = []
        wanted = ((_family(address), address),) if address else _LOOPBACK
        for family, host in wanted:
            try:
                opened = _open(family, host, port)
            except OSError as error:
                raise CannotStart(_reason(error, port, variable)) from error
            if opened is not None:
                sockets.append(stack.enter_context(opened))
        if not sockets:
            if address:
                raise CannotStart(f"This machine has no address {address}. Correct CROSSGUARD_BIND.")
            raise CannotStart("This machine has no loopback address (127.0.0.1, ::1). Enable its interface.")
        yield sockets


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _open(family: socket.AddressFamily, address: str, port: int) -> socket.socket | None:
    try:
        opened = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return None
    try:
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        # A port whose last connections are still winding down is free. On Windows the option would
        # take a port away from another program.
        if hasattr(socket, "SO_REUSEPORT"):
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((address, port))
        opened.listen(128)
    except OSError as error:
        opened.close()
        if error.errno in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
            return None
        raise
    return opened


def _reason(error: OSError, port: int, variable: str) -> str:
    if error.errno == errno.EADDRINUSE:
        hint = (
            " On macOS that is AirPlay Receiver (System Settings, General, AirDrop & Handoff)."
            if port == _AIRPLAY_PORT
            else ""
        )
        return (
            f"Port {port} is taken by another program.{hint} Stop it, or choose another port: "
            f"{variable}={port + 1 if port < _HIGHEST_PORT else port - 1}"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for the system. Choose one from 1024 up: {variable}={port + 8000}"
    return f"Port {port} cannot be opened: {error.strerror}. Choose another one by {variable}."
