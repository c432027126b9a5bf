"""``flask cors explain --fix``: writes the proved edit into the file where the policy is declared."""

import difflib
import os
import stat
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from flask import Flask

from crossguard.cli.attempt import Attempted
from crossguard.cli.screen import Screen
from crossguard.core.policy import Policy
from crossguard.explain import Add, FixKind
from crossguard.explain.fixes import options_of
from crossguard.flask.declarations import CONFIG_PREFIX
from crossguard.flask.lookup import policy_of
from crossguard.flask.table import Table
from crossguard.migrate import replace as write_file
from crossguard.migrate.files import refuse_foreign
from crossguard.migrate.placing import PlacedEdit, UnplaceableError, Wanted, place_edit
from crossguard.migrate.source import UnreadableSource, read_source


@dataclass(frozen=True, slots=True)
class Offer:
    """The edit in its file, or why it cannot be placed.

    Attributes:
        line: the line to paste; empty if there is nothing to write.
        where: where it belongs, as ``app.py:6``.
        placed: the file before and after; None if it cannot be placed.
        refused: why not; empty if it can.
        written: whether it was written.
    """

    line: str = ""
    where: str = ""
    placed: PlacedEdit | None = None
    refused: str = ""
    written: bool = False

    def document(self) -> dict[str, Any]:
        """Return it as a JSON object; see docs/commands.md."""
        return {
            "file": str(self.placed.source.path) if self.placed else None,
            "where": self.where or None,
            "line": self.line or None,
            "diff": [*self.diff()],
            "refused": self.refused or None,
            "written": self.written,
        }

    def diff(self) -> list[str]:
        """Return what changes, as lines of a unified diff."""
        if self.placed is None:
            return []
        name = self.placed.source.path.as_posix()
        before, after = (text.splitlines() for text in (self.placed.source.text, self.placed.after))
        return [*difflib.unified_diff(before, after, f"a/{name}", f"b/{name}", lineterm="")]


def offer_of(app: Flask, table: Table, attempted: Attempted) -> Offer:
    """Return what can be written about an attempt."""
    diagnosis = attempted.diagnosis
    if diagnosis.edit is None or not diagnosis.proof:
        return Offer(refused="there is no edit of the policy that mends this")
    policy = _policy_of(app, attempted)
    if policy is None or not policy.place:
        return Offer(diagnosis.line, refused="it is not known where the policy is declared")
    offer = Offer(diagnosis.line, policy.place)
    if diagnosis.kind is not FixKind.POLICY:
        return replace(offer, refused="it lets strangers in, which is a choice that a person writes")
    try:
        return replace(offer, placed=_placed(app, table, policy, diagnosis.edit))
    except (UnplaceableError, UnreadableSource) as error:
        return replace(offer, refused=str(error))
    except OSError as error:
        return replace(offer, refused=f"{policy.place.rpartition(':')[0]}: {error.strerror or error}")


def _policy_of(app: Flask, attempted: Attempted) -> Policy | None:
    if not attempted.verdict.hops:
        return None
    hop = attempted.verdict.hops[-1]
    exchange = hop.actual or hop.preflight
    return None if exchange is None else policy_of(app, exchange.request)


def _placed(app: Flask, table: Table, policy: Policy, edit: Any) -> PlacedEdit:
    name, _, line = policy.place.rpartition(":")
    path = Path(name)
    twins = [other for other in table.policies if (other.place, other.name) == (policy.place, policy.name)]
    levels = {other.name for other in table.policies if other.place == policy.place}
    if len(twins) > 1 or (len(levels) > 1 and not policy.name.startswith("path ")):
        raise UnplaceableError(f"{policy.place} declares several policies")
    if policy.origins_from and "origins" in edit:
        raise UnplaceableError(f"the list is kept elsewhere: {policy.origins_from}")
    if not path.is_file():
        raise UnplaceableError(f"{path} is not below the current folder")
    home = Path.cwd()
    refuse_foreign(path, home)
    if not path.resolve().is_relative_to(home.resolve()):
        raise UnplaceableError(f"{path} leads out of the current folder")
    # Replacing a file does not ask for the right to write into it.
    if not os.access(path, os.W_OK) or not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise UnplaceableError(f"{path} may not be written")
    wanted = Wanted(
        policy.name,
        int(line),
        options_of(policy.config, edit),
        {name: value.entries for name, value in edit.items() if isinstance(value, Add)},
        frozenset(
            str(key).removeprefix(CONFIG_PREFIX).lower()
            for key in app.config
            if str(key).startswith(CONFIG_PREFIX)
        ),
    )
    return place_edit(read_source(path), wanted)


def settle(screen: Screen, offer: Offer, *, yes: bool, dry: bool, quiet: bool) -> Offer:
    """Show the offer, ask, write, and return what became of it.

    Args:
        screen: where to show it.
        offer: the edit.
        yes: whether to write without a question.
        dry: whether to write nothing.
        quiet: whether to show nothing, and so to ask nothing: for programs.
    """
    placed = offer.placed
    if not quiet:
        _show(screen, offer)
    if placed is None:
        return offer
    if dry or not (yes or (not quiet and _asked(screen, placed))):
        if not quiet:
            words = (
                "A dry run writes nothing." if dry else "Nothing was written; --yes writes without asking."
            )
            screen.paragraph(words)
        return offer
    source = placed.source
    try:
        write_file(source.path, source.raw, placed.after.encode(source.encoding))
    except OSError as error:
        if not quiet:
            screen.paragraph(f"{source.path} was not written: {error}", paint=screen.paint("red"))
        return replace(offer, refused=str(error))
    if not quiet:
        screen.paragraph(f"{source.path} is written. Start the server again, and run the same command.")
    return replace(offer, written=True)


def _asked(screen: Screen, placed: PlacedEdit) -> bool:
    if not sys.stdin.isatty():
        return False
    screen.line()
    try:
        return click.confirm(f"Write {placed.source.path}?", default=False)
    except click.Abort:
        return False


def _show(screen: Screen, offer: Offer) -> None:
    screen.line()
    if offer.placed is None:
        screen.paragraph(f"--fix writes nothing: {offer.refused}.", paint=screen.paint("yellow"))
        if offer.line:
            at = f" at {offer.where}" if offer.where else ""
            screen.paragraph(f"The line to write by hand{at}:")
            screen.line(f"  {offer.line}")
        return
    for line in offer.diff():
        colour = "green" if line.startswith("+") else "red" if line.startswith("-") else "dim"
        screen.line(screen.paint(colour)(line))
