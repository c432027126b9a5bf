"""``flask cors routes``."""

import os
import sys
from collections.abc import Iterable

import click
from flask import Flask

from crossguard.cli.screen import Screen, silence
from crossguard.core.policy import Policy
from crossguard.flask.audit.openings import Opened, openings_of
from crossguard.flask.audit.subject import Subject, enumerated
from crossguard.flask.commands.access import Access, access_of, writers_of
from crossguard.flask.commands.application import load_application, table_of
from crossguard.flask.cookies import configured_cookies
from crossguard.flask.rows import rows_of

_FREE = (
    "Without a policy nothing keeps pages from sending what a form can send, and preflights reach the "
    "application."
)
_WRITES = {
    "none": "-",
    "off": "everybody",
    "report-only": "reported only",
    "exempt": "everybody",
    "public": "as above; public",
    "on": "as above",
}


def show_routes(context: click.Context, *, as_json: bool, run_hooks: bool = False) -> int:
    """Print the policy table of the application, by policy.

    Returns:
        The exit code: 1 if other code than crossguard lets strangers read with the user's cookies.
    """
    app = load_application(context)
    with table_of(app) as table:
        with silence():
            rows = rows_of(app, table)
            opened = openings_of(Subject(app, table, tuple(rows)), run_hooks=run_hooks)
            by_rule: dict[str, list[Opened]] = {}
            for one, rules in opened.items():
                for rule in rules:
                    by_rule.setdefault(rule, []).append(one)
            accesses = [access_of(row, table, app, tuple(by_rule.get(row.rule, ()))) for row in rows]
        _show(app, accesses, opened, as_json=as_json)
    return int(any(one.is_hole for one in opened))


def _show(app: Flask, accesses: list[Access], opened: dict[Opened, list[str]], *, as_json: bool) -> None:
    screen = Screen(sys.stdout, os.environ)
    if as_json:
        screen.document(
            {
                "debug": app.debug,
                "routes": [access.document() for access in accesses],
                "opened": [one.document(rules) for one, rules in opened.items()],
            }
        )
        return
    groups: dict[tuple[bool, object], list[Access]] = {}
    for access in sorted(
        accesses, key=lambda access: (access.row.policy is None, access.row.place, _name(access))
    ):
        groups.setdefault((access.row.policy is None, access.meaning), []).append(access)
    said = False
    for (is_free, _), group in groups.items():
        _show_group(screen, group, warned=said)
        said = said or is_free
    known = {access.row.rule for access in accesses}
    for one, rules in opened.items():
        if not known.intersection(rules):
            screen.paragraph(", ".join(rules), paint=screen.paint("bold"))
            _show_opened(screen, "  Reads    ", one)
            screen.line()
    _show_footer(screen, app, accesses)


def _name(access: Access) -> str:
    row = access.row
    return f"{row.policy.name} ({row.place})" if row.policy else "no policy"


def _show_group(screen: Screen, group: list[Access], *, warned: bool) -> None:
    first = group[0]
    screen.paragraph(enumerated([_name(access) for access in group]), paint=screen.paint("bold"))
    if first.row.policy is None:
        for one in first.opened:
            _show_opened(screen, "  Reads    ", one)
        said = [] if first.opened else ["Nothing that was read lets pages of other origins read these."]
        # Said once, of all that has no policy.
        said += [] if warned else [_FREE]
        if said:
            screen.paragraph(" ".join(said), first="  ")
    else:
        _show_who(screen, first, first.row.policy)
    screen.line()
    screen.table(
        ["RULE", "METHODS", "ENDPOINT", "WRITES"],
        [
            (access.row.rule, ", ".join(access.row.methods), access.row.endpoint, _writes(access))
            for access in sorted(group, key=lambda access: (access.row.rule, access.row.methods))
        ],
        indent=2,
    )
    screen.line()


def _show_opened(screen: Screen, first: str, one: Opened) -> None:
    if one.unknown:
        screen.paragraph(
            f"unknown: {one.unknown}. It is {one.through}",
            first=first,
            rest="           ",
            paint=screen.paint("yellow"),
        )
        return
    cookies = "with cookies" if one.cookies else "without cookies"
    paint = screen.paint("red") if one.is_hole else str
    screen.paragraph(
        f"{one.who}, {cookies}, through {one.through}", first=first, rest="           ", paint=paint
    )


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
