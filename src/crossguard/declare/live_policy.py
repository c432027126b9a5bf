"""A declared policy: compiled from what a person wrote, and fed by the sources among its lists."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from crossguard.core.addresses import address_of
from crossguard.core.config import CorsConfig, load_config
from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode, shown
from crossguard.core.patterns import ANY_ORIGIN
from crossguard.declare.declaration import (
    Declaration,
    LoadContext,
    complete_options,
    kept_options,
    load_complete,
)
from crossguard.declare.entries import awaited, keeps_own, lists_with_sources, sources_among, written_among
from crossguard.lists.source import OriginSource
from crossguard.logs import logger, one_line

if TYPE_CHECKING:
    from crossguard.core.policy import Policy
    from crossguard.lists.follower import SourceFollower

_AT: Final = re.compile(r"(origins|readers|public_origins)\[(\d+)\]")
_EVERYBODY: Final = ConfigIssue(
    IssueCode.WILDCARD_AMONG_OTHERS,
    "a row",
    shown(ANY_ORIGIN),
    "'*' is everybody, which is not for a row to say.",
    "write origins='*' where the policy is declared.",
)

#: So many rows are named in the log at a time. A table that was filled with something else has many.
MOST_ROWS: Final = 20

_Lists = Mapping[str, tuple[object, ...]]


class LivePolicy:
    """One policy of an application, from its declaration to its end.

    It stays the same object when the table of policies is built again before the first request, so that
    references to the policy stay current.

    Args:
        declaration: for its name and place.
        awaits: whether callables may be coroutine functions.

    Attributes:
        policy: the policy; None until :meth:`compile`.
        sources: what feeds it.
    """

    def __init__(self, declaration: Declaration, *, awaits: bool) -> None:
        self.policy: Policy | None = None
        self.sources: tuple[OriginSource, ...] = ()
        self._declaration = declaration
        self._awaits = awaits
        self._follows = False
        # The options that were validated last, and what came out of them.
        self._checked: tuple[tuple[object, ...], CorsConfig] | None = None
        # What Policy.replace was given so far.
        self._replaced: dict[str, object] = {}
        # The lists with a source among their entries, as they are written.
        self._fed: _Lists = {}
        self._passed_over: frozenset[str] = frozenset()
        # Which lists of the sources the policy has.
        self._taken: tuple[tuple[str, ...], ...] = ()

    def compile(
        self,
        options: Mapping[str, object],
        *,
        debug: bool,
        gated: bool = False,
        quiet: bool = False,
        own_hosts: tuple[str, ...] = (),
    ) -> "Policy":
        """Compile complete *options*; sources list no origin until :meth:`read`.

        Args:
            options: those of the declaration, with those they fall back to.
            debug: whether a developer is looking.
            gated: whether writes are gated unless the options say otherwise.
            quiet: whether to keep back the line about missing origins.
            own_hosts: names of the API that the framework's settings tell.

        Raises:
            ConfigError: with every mistake.
        """
        complete = {**options, **self._replaced}
        config = self._validated(complete, LoadContext(debug, gated, quiet, own_hosts))
        if self.policy is None:
            # Declaring needs the options only.
            from crossguard.core.policy import compile_policy  # noqa: PLC0415

            self.policy = compile_policy(
                config,
                place=self._declaration.place,
                name=self._declaration.name,
                load=self._load,
            )
        else:
            self.policy.adopt(config)
        self._connect_sources(lists_with_sources(complete))
        return self.policy

    def apart(self) -> "LivePolicy":
        """Return one of the same declaration and replacements, to compile without changing this one."""
        apart = LivePolicy(self._declaration, awaits=self._awaits)
        apart._replaced = dict(self._replaced)
        apart._checked = self._checked
        return apart

    def check(self, options: Mapping[str, object], *, debug: bool) -> None:
        """Validate *options* ahead of :meth:`compile`, which does not do it again for the same.

        Raises:
            ConfigError: with every mistake.
        """
        self._validated(options, LoadContext(debug, quiet=True))

    def _validated(self, options: Mapping[str, object], context: LoadContext) -> CorsConfig:
        context = context._replace(own_kept=keeps_own(options))
        complete = complete_options(options, self._declaration, context)
        known = (complete, context.debug, context.own_hosts, context.own_kept)
        if self._checked is None or self._checked[0] != known:
            config = load_complete(complete, self._declaration, context, awaits=self._awaits)
            self._checked = (known, config)
        return self._checked[1]

    def read(self) -> None:
        """Read the sources that were not read yet, so that the policy lists whom they list."""
        for source in self.sources:
            _follower_of(source).load()
        if self.sources:
            self.receive()

    @property
    def is_known(self) -> bool:
        """Whether the lists of all sources are known; before, they list no origin."""
        return all(_follower_of(source).is_known for source in self.sources)

    def follow(self) -> None:
        """Follow the sources from now on."""
        self._follows = True
        for source in self.sources:
            _follower_of(source).follow(self)
        # Another thread may have taken a newer list between the reading and this.
        if [*map(id, self._taken)] != [*map(id, _lists_of(self.sources))]:
            self.receive()

    def receive(self) -> None:
        """Take the entries of the sources as they are now."""
        if self.policy is None:
            return
        try:
            self.policy.replace()
        except ConfigError as error:
            text = f"{self._declaration.name} keeps the list that it has: {error}"
            logger.error("%s", one_line(text))  # noqa: TRY400 - it says all there is

    def _connect_sources(self, fed: _Lists) -> None:
        before, self._fed = self.sources, fed
        self.sources = _sources_of(fed)
        for source in before:
            if source not in self.sources:
                _follower_of(source).leave(self)
        if self.policy is not None:
            self.policy.origins_from = ", ".join(map(str, self.sources))

    def _load(self, before: CorsConfig, changes: Mapping[str, object]) -> CorsConfig:
        """Validate *before* with *changes*; what :meth:`Policy.replace` calls."""
        changes = kept_options(changes)
        issues = [] if self._awaits else awaited(changes)
        if issues:
            raise ConfigError(issues, self._declaration.place)
        given = lists_with_sources(changes)
        for source in _sources_of(given):
            _follower_of(source).load()
            if self._follows:
                # Before its list is taken, so that no other one is missed.
                _follower_of(source).follow(self)
        fed = {name: entries for name, entries in self._fed.items() if name not in changes} | given
        taken = _lists_of(_sources_of(fed))
        complete = {**before.to_options(), **changes}
        config, bad = _with_good_rows(before, complete, fed, self._declaration.place)
        self._replaced.update(changes)
        if given or len(fed) != len(self._fed):
            self._connect_sources(fed)
        self._taken = taken
        self._say_passed_over(bad)
        return config

    def _say_passed_over(self, bad: Mapping[str, ConfigIssue]) -> None:
        """Log each row that is passed over, once as long as it is there; of many, the first and how many."""
        names = ", ".join(map(str, self.sources))
        new = [issue for row, issue in bad.items() if row not in self._passed_over]
        for issue in new[:MOST_ROWS]:
            text = f"{self._declaration.name} passes over {issue.value} of {names}: {issue.reason}"
            code = issue.code.value
            logger.error("%s", one_line(f"{text} Fix: {issue.fix} [{code}] {address_of(code)}"))
        if len(new) > MOST_ROWS:
            text = f"{self._declaration.name} passes over {len(new) - MOST_ROWS:,} more of {names}."
            logger.error("%s", one_line(text))
        self._passed_over = frozenset(bad)


def _follower_of(source: OriginSource) -> "SourceFollower":
    # Few policies have a source.
    from crossguard.lists.follower import follower_of  # noqa: PLC0415

    return follower_of(source)


def _sources_of(fed: _Lists) -> tuple[OriginSource, ...]:
    sources = (source for entries in fed.values() for source in sources_among(entries))
    return tuple({id(source): source for source in sources}.values())


def _lists_of(sources: tuple[OriginSource, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(_follower_of(source).entries for source in sources)


def _with_good_rows(
    before: CorsConfig, options: Mapping[str, object], fed: _Lists, place: str
) -> tuple[CorsConfig, dict[str, ConfigIssue]]:
    """Validate *options* with those rows of the sources that build; return the others, too.

    Raises:
        ConfigError: with every mistake that is not a row's.
    """
    written = {name: written_among(entries) for name, entries in fed.items()}
    rows = {name: _rows(entries) for name, entries in fed.items()}
    bad = {ANY_ORIGIN: _EVERYBODY} if any(ANY_ORIGIN in listed for listed in rows.values()) else {}
    while True:
        good = rows
        if bad:
            good = {name: tuple(row for row in listed if row not in bad) for name, listed in rows.items()}
        lists = {name: (*written[name], *good[name]) for name in fed}
        try:
            config = load_config(
                {**options, **lists},
                is_public_suffix=before.is_public_suffix,
                source=place,
                surroundings=before.surroundings._replace(own_kept="public_origins" in fed),
            )
        except ConfigError as error:
            found = {}
            for issue in error.issues:
                at = _AT.fullmatch(issue.where)
                if at and at[1] in written and int(at[2]) >= len(written[at[1]]):
                    found[str(lists[at[1]][int(at[2])])] = issue
            if not found:
                raise
            bad |= found
        else:
            return config, bad


def _rows(entries: tuple[object, ...]) -> tuple[str, ...]:
    sources = sources_among(entries)
    if len(sources) == 1:
        return _follower_of(sources[0]).entries
    return tuple(row for rows in _lists_of(tuple(sources)) for row in rows)
