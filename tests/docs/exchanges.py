"""Requests and answers as pages show them, and the same asked of an application."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

Headers = dict[str, str]


@dataclass(frozen=True)
class Exchange:
    """One request and the answer that a page claims."""

    method: str
    path: str
    headers: Headers
    status: str
    expected: Headers
    body: str
    sent: str = ""


def parse_exchanges(text: str) -> list[Exchange]:
    """Read pairs of a request and a response, all separated by blank lines; a body may follow each."""
    parts = [part.splitlines() for part in text.strip().split("\n\n")]
    found: list[Exchange] = []
    request: list[str] = []
    sent = ""
    for part in parts:
        if part[0].startswith("HTTP/"):
            method, path, *_ = request[0].split()
            _, _, status = part[0].partition(" ")
            found.append(Exchange(method, path, _headers(request), status, _headers(part), "", sent))
            request = []
        elif part[0].endswith("HTTP/1.1"):
            request, sent = part, ""
        elif request:
            sent = "\n".join(part)
        else:
            found[-1] = Exchange(**{**vars(found[-1]), "body": "\n".join(part)})
    return found


def check_exchange(app: Flask, exchange: Exchange, where: str) -> None:
    """Ask *app*, and compare: the status, every header that is shown, and every header of CORS."""
    asked = exchange.sent.encode() or None
    response = app.test_client().open(
        exchange.path, method=exchange.method, headers=exchange.headers, data=asked
    )
    assert str(response.status_code) == exchange.status.split()[0], (where, response.status)
    got = {name.lower(): value for name, value in response.headers.items()}
    shown = {name.lower(): value for name, value in exchange.expected.items()}
    differs = {name: (value, got.get(name)) for name, value in shown.items() if got.get(name) != value}
    assert not differs, f"{where} shows other headers than there are: {differs}"
    assert cors_headers(response).keys() <= set(shown), (where, cors_headers(response))
    if exchange.body:
        assert response.text.strip() == exchange.body.strip(), where


def cors_headers(response: TestResponse) -> Headers:
    """Return what CORS and caches read, by lower-case name; several lines of one name are joined."""
    found: dict[str, Any] = {}
    for name, value in response.headers.items():
        lower = name.lower()
        if lower.startswith("access-control-") or lower == "vary":
            found[lower] = f"{found[lower]} + {value}" if lower in found else value
    return found


def _headers(lines: list[str]) -> Headers:
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
