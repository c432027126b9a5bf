"""Rows of sources: those that build are taken, the others are passed over and named in the log."""

import re
from collections.abc import Mapping
from typing import Final

from crossguard.core.addresses import address_of
from crossguard.core.config import CorsConfig, load_config
from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode, shown
from crossguard.core.patterns import ANY_ORIGIN
from crossguard.logs import logger, one_line

#: So many rows are named in the log at a time. A table that was filled with something else has many.
MOST_ROWS: Final = 20

_AT: Final = re.compile(r"(origins|readers|public_origins)\[(\d+)\]")
_EVERY_ORIGIN: Final = ConfigIssue(
    IssueCode.WILDCARD_AMONG_OTHERS,
    "a row",
    shown(ANY_ORIGIN),
    "'*' is every origin, which is not for a row to say.",
    "write origins='*' where the policy is declared.",
)

Rows = Mapping[str, tuple[str, ...]]


def load_with_rows(
    before: CorsConfig,
    options: Mapping[str, object],
    written: Mapping[str, tuple[object, ...]],
    rows: Rows,
    place: str,
) -> tuple[CorsConfig, dict[str, ConfigIssue]]:
    """Validate *options* with those rows of the sources that build; return the others, too.

    Args:
        before: the configuration in force.
        options: all of them.
        written: what is written besides the rows, by list.
        rows: what the sources list, by list.
        place: where the policy is declared.

    Raises:
        ConfigError: with every mistake that is not a row's.
    """
    bad = {ANY_ORIGIN: _EVERY_ORIGIN} if any(ANY_ORIGIN in listed for listed in rows.values()) else {}
    while True:
        good = rows
        if bad:
            good = {name: tuple(row for row in listed if row not in bad) for name, listed in rows.items()}
        lists = {name: (*written[name], *good[name]) for name in rows}
        try:
            config = load_config(
                {**options, **lists},
                is_public_suffix=before.is_public_suffix,
                source=place,
                surroundings=before.surroundings._replace(own_kept="public_origins" in rows),
            )
        except ConfigError as error:
            found = {}
            for issue in error.issues:
                at = _AT.fullmatch(issue.where)
                if at and at[1] in rows and int(at[2]) >= len(written[at[1]]):
                    found[str(lists[at[1]][int(at[2])])] = issue
            if not found:
                raise
            bad |= found
        else:
            return config, bad


def say_passed_over(
    bad: Mapping[str, ConfigIssue], known: frozenset[str], *, policy: str, sources: str
) -> None:
    """Log each row of *bad* that is not *known*; of many, the first and how many.

    Args:
        bad: the mistake of each row that is passed over.
        known: the rows that were passed over before, which are logged once as long as they are there.
        policy: the policy's name.
        sources: the names of its sources.
    """
    new = [issue for row, issue in bad.items() if row not in known]
    for issue in new[:MOST_ROWS]:
        text = f"{policy} passes over {issue.value} of {sources}: {issue.reason}"
        code = issue.code.value
        logger.error("%s", one_line(f"{text} Fix: {issue.fix} [{code}] {address_of(code)}"))
    if len(new) > MOST_ROWS:
        text = f"{policy} passes over {len(new) - MOST_ROWS:,} more of {sources}."
        logger.error("%s", one_line(text))
