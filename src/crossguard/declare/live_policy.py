"""A declared policy: compiled from what a person wrote, and fed by the sources among its lists."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from crossguard.core.config import CorsConfig, Surroundings, load_config
from crossguard.core.issues import ConfigError, ConfigIssue
from crossguard.core.options import DEVELOPMENT_ORIGINS
from crossguard.core.text_lists import listed_in_text
from crossguard.declare.declaration import Declaration, Written
from crossguard.declare.rows import load_with_rows, say_passed_over
from crossguard.declare.surroundings import surroundings
from crossguard.lists.source import OriginSource
from crossguard.logs import logger, one_line
from crossguard.suffixes import is_public_suffix

# The engine takes 2.4 ms to import, which declaring can do without, and the follower 1.6 ms, which most
# applications can.
if TYPE_CHECKING:
    from crossguard.core.policy import Policy
    from crossguard.lists.follower import SourceFollower


class LoadContext(NamedTuple):
    """In which context a declaration is loaded.

    Attributes:
        debug: whether a developer is looking.
        gated: whether writes are gated unless the options say otherwise.
        quiet: whether to keep back the line about missing origins.
        own_hosts: names of the API that the framework's settings tell.
        auth_cookies: cookies that sign a user in, besides those of the options.
        fallback: the options of the application's configuration.
    """

    debug: bool
    gated: bool = False
    quiet: bool = False
    own_hosts: tuple[str, ...] = ()
    auth_cookies: tuple[str, ...] = ()
    fallback: Written = Written()


class LivePolicy:
    """One policy of an application, from its declaration to its end.

    It stays the same object when the table of policies is built again before the first request, so that
    references to the policy stay current.

    Args:
        declaration: what was written.
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
        # What was validated last, and what came out of it.
        self._checked: tuple[tuple[Mapping[str, object], Surroundings], CorsConfig] | None = None
        # What Policy.replace was given so far.
        self._replaced = Written()
        # All that the policy is made of.
        self._written = Written()
        self._passed_over: frozenset[str] = frozenset()
        # Which lists of the sources the policy has.
        self._taken: tuple[tuple[str, ...], ...] = ()

    def compile(self, context: LoadContext) -> "Policy":
        """Compile the declaration; sources list no origin until :meth:`read`.

        Raises:
            ConfigError: with every mistake.
        """
        config = self.check(context)
        if self.policy is None:
            from crossguard.core.policy import compile_policy  # noqa: PLC0415 - 2.4 ms

            self.policy = compile_policy(
                config,
                place=self._declaration.place,
                name=self._declaration.name,
                load=self._load,
            )
        else:
            self.policy.adopt(config)
        self._connect_sources(self._merged(context))
        return self.policy

    def apart(self) -> "LivePolicy":
        """Return one of the same declaration and replacements, to compile without changing this one."""
        apart = LivePolicy(self._declaration, awaits=self._awaits)
        apart._replaced = self._replaced
        apart._checked = self._checked
        return apart

    def check(self, context: LoadContext) -> CorsConfig:
        """Validate the declaration; :meth:`compile` does not do it again for the same options.

        Raises:
            ConfigError: with every mistake.
        """
        written = self._merged(context)
        complete = self._completed(written.options, context)
        where = surroundings(debug=context.debug, own_hosts=context.own_hosts)
        known = complete, where._replace(own_kept=written.keeps_own)
        if self._checked is None or self._checked[0] != known:
            self._checked = known, self._validated(*known, written.coroutines.values())
        return self._checked[1]

    def _merged(self, context: LoadContext) -> Written:
        return self._replaced.over(self._declaration.written.over(context.fallback))

    def _completed(self, options: Mapping[str, object], context: LoadContext) -> dict[str, object]:
        """Return *options* with what follows from the context.

        Credentials without origins mean the development origins in debug, and no origin otherwise, with a
        line that says what to write.
        """
        complete = dict(options)
        if context.gated:
            complete.setdefault("write_gate", True)
        if context.auth_cookies:
            complete["auth_cookies"] = _with_cookies(context.auth_cookies, options.get("auth_cookies", ()))
        if options.get("supports_credentials") is True and "origins" not in options:
            complete["origins"] = DEVELOPMENT_ORIGINS if context.debug else ()
            if not context.debug and not context.quiet:
                logger.error(
                    "%s (%s) has supports_credentials=True but no origins, so no origin may use it. "
                    'Write who may, as in origins=["https://app.example.com"].',
                    self._declaration.name,
                    self._declaration.place,
                )
        return complete

    def _validated(
        self,
        complete: Mapping[str, object],
        where: Surroundings,
        coroutines: Iterable[list[ConfigIssue]],
    ) -> CorsConfig:
        place = self._declaration.place
        issues = [] if self._awaits else [*chain(*coroutines)]
        try:
            config = load_config(
                complete, is_public_suffix=is_public_suffix, source=place, surroundings=where
            )
        except ConfigError as error:
            issues.extend(error.issues)
        if issues:
            raise ConfigError(issues, place)
        return config

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

    def _connect_sources(self, written: Written) -> None:
        before, self._written = self.sources, written
        self.sources = _different(written.sources)
        for source in before:
            if source not in self.sources:
                _follower_of(source).leave(self)
        if self.policy is not None:
            self.policy.origins_from = ", ".join(map(str, self.sources))

    def _load(self, before: CorsConfig, changes: Mapping[str, object]) -> CorsConfig:
        """Validate *before* with *changes*; what :meth:`Policy.replace` calls."""
        changed = Written.parse(changes)
        if changed.coroutines and not self._awaits:
            raise ConfigError(chain(*changed.coroutines.values()), self._declaration.place)
        for source in _different(changed.sources):
            _follower_of(source).load()
            if self._follows:
                # Before its list is taken, so that no other one is missed.
                _follower_of(source).follow(self)
        written = changed.over(self._written)
        rows = {name: _rows(found) for name, found in written.sources.items()}
        taken = _lists_of(_different(written.sources))
        lists = {name: entries for name, entries in written.options.items() if isinstance(entries, tuple)}
        complete = {**before.to_options(), **changed.options}
        config, bad = load_with_rows(before, complete, lists, rows, self._declaration.place)
        self._replaced = changed.over(self._replaced)
        if changed.sources or written.sources.keys() != self._written.sources.keys():
            self._connect_sources(written)
        self._written = written
        self._taken = taken
        sources = ", ".join(map(str, self.sources))
        say_passed_over(bad, self._passed_over, policy=self._declaration.name, sources=sources)
        self._passed_over = frozenset(bad)
        return config


def _follower_of(source: OriginSource) -> "SourceFollower":
    from crossguard.lists.follower import follower_of  # noqa: PLC0415 - 1.6 ms

    return follower_of(source)


def _different(sources: Mapping[str, tuple[OriginSource, ...]]) -> tuple[OriginSource, ...]:
    return tuple({id(source): source for found in sources.values() for source in found}.values())


def _lists_of(sources: tuple[OriginSource, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(_follower_of(source).entries for source in sources)


def _rows(sources: tuple[OriginSource, ...]) -> tuple[str, ...]:
    if len(sources) == 1:
        return _follower_of(sources[0]).entries
    return tuple(row for rows in _lists_of(sources) for row in rows)


def _with_cookies(known: tuple[str, ...], given: object) -> object:
    """Return the names of *known* and those that were *given*; what is no list of names is left as it is."""
    if isinstance(given, str):
        issues: list[ConfigIssue] = []
        parts = listed_in_text("auth_cookies", given, issues)
        return [*known, *([given] if issues else parts)]
    return [*known, *given] if isinstance(given, list | tuple | set | frozenset) else given
