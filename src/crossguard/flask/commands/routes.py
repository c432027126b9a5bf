"""``flask cors routes``."""

import os
import sys
from collections.abc import Iterable
from itertools import groupby

import click
from flask import Flask

from crossguard.cli.screen import Screen, silence
from crossguard.core.policy import Policy
from crossguard.flask.commands.access import Access, access_of, writers_of
from crossguard.flask.commands.application import load_application, table_of
from crossguard.flask.cookies import configured_cookies
from crossguard.flask.rows import rows_of

_WRITES = {
    "none": "-",
    "off": "everybody",
    "report-only": "reported only",
    "exempt": "everybody",
    "public": "as above; public",
    "on": "as above",
}


def show_routes(context: click.Context, *, as_json: bool) -> None:
    """Print the policy table of the application, by policy."""
    app = load_application(context)
    with table_of(app) as table:
        with silence():
            accesses = [access_of(row, table, app) for row in rows_of(app, table)]
        _show(app, accesses, as_json=as_json)


def _show(app: Flask, accesses: list[Access], *, as_json: bool) -> None:
    screen = Screen(sys.stdout, os.environ)
    if as_json:
        screen.document({"debug": app.debug, "routes": [access.document() for access in accesses]})
        return
    accesses.sort(key=lambda access: (access.row.policy is None, access.row.place, _name(access)))
    for _, group in groupby(accesses, key=lambda access: (access.row.policy is None, _name(access))):
        _show_group(screen, list(group))
    _show_footer(screen, app, accesses)


def _name(access: Access) -> str:
    row = access.row
    return f"{row.policy.name} ({row.place})" if row.policy else "no policy"


def _show_group(screen: Screen, group: list[Access]) -> None:
    first = group[0]
    screen.paragraph(_name(first), paint=screen.paint("bold"))
    if first.row.policy is None:
        screen.paragraph(
            "Pages of other origins cannot read these. Nothing keeps them from sending what a form can "
            "send, and preflights reach the application.",
            first="  ",
        )
    else:
        _show_who(screen, first, first.row.policy)
    screen.line()
    screen.table(
        ["RULE", "METHODS", "ENDPOINT", "WRITES"],
        [
            (access.row.rule, ", ".join(access.row.methods), access.row.endpoint, _writes(access))
            for access in group
        ],
        indent=2,
    )
    screen.line()


def _show_who(screen: Screen, first: Access, policy: Policy) -> None:
    reads = []
    if first.with_cookies:
        reads.append(f"{_people(first.with_cookies)}, with cookies")
    if first.without_cookies:
        reads.append(f"{_people(first.without_cookies)}, without cookies")
    screen.paragraph("; ".join(reads) or "no origin", first="  Reads    ")
    if policy.gate is None:
        writes = "everybody: the write gate is off"
    else:
        listed = writers_of(policy)
        writes = " and ".join(
            part for part in (_people(listed) if listed else "", "the API's own pages") if part
        )
        if not first.with_cookies:
            writes += "; everybody without cookies"
    screen.paragraph(writes, first="  Writes   ")
    screen.paragraph(", ".join(first.cookies) or "none", first="  Cookies  ")


def _people(entries: Iterable[str]) -> str:
    return ", ".join("everybody" if entry == "*" else entry for entry in entries)


def _writes(access: Access) -> str:
    text = _WRITES[access.gate]
    return f"{text}; exempt: {access.reason}" if access.gate == "exempt" else text


def _show_footer(screen: Screen, app: Flask, accesses: list[Access]) -> None:
    used = {name for access in accesses for name in access.cookies}
    for cookie in configured_cookies(app):
        if cookie.name in used:
            screen.paragraph(cookie.set_cookie("..."), first="Set-Cookie: ", rest="  ")
    screen.line(f"This is how it is {'in' if app.debug else 'outside of'} debug.")
