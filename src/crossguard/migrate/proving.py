"""What the plan claims, proved: each policy by itself, and an application's with its blueprints'."""

import contextlib
import re
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from crossguard.migrate.changes import Change
from crossguard.migrate.converting import ConvertedFile
from crossguard.migrate.doubts import Doubt, DoubtCode
from crossguard.migrate.libraries import NEW, Kind
from crossguard.migrate.proof import Claim, check
from crossguard.migrate.reading import Reading
from crossguard.migrate.source import Source, UnreadableSource, parse_source
from crossguard.migrate.stubs import Stub
from crossguard.migrate.targets import exclude_each_other, identity
from crossguard.migrate.uses import Use

_APART = "the lines above do not fit together. Write them by hand."
#: Which option a doubt is about, so that what does not build is not said of it again.
_OPTIONS = {
    DoubtCode.NO_ORIGIN: "origins",
    DoubtCode.NAME_FRONT_ENDS: "origins",
    DoubtCode.PATH_EXPRESSION: "resources",
    DoubtCode.PATHS_FALL_TOGETHER: "resources",
    DoubtCode.RESOURCES: "resources",
    DoubtCode.HEADER_EXPRESSIONS: "allow_headers",
    DoubtCode.MAX_AGE: "max_age",
}
_FRAMEWORK = {Kind.STARLETTE: "starlette", Kind.QUART: "quart"}
# Each takes some hundredths of a second; more policies than these are alike.
_TOGETHER = 12


class _Pair(NamedTuple):
    """One declaration, before and after."""

    path: Path
    use: Use
    new: Use
    change: Change
    before: dict[str, Any]
    after: dict[str, Any]
    blueprint: bool


def prove(reading: Reading, files: list[ConvertedFile]) -> None:
    """Add a doubt to each change that does not build, or does not mean the same."""
    sources = [source for made in files if (source := _after(made)) is not None]
    later = Reading(reading.project.replaced(sources), reading.marks, NEW)
    keys = [(made.path, change) for made in files for change in made.keys]
    prover = _Prover(reading, later, keys)
    for made in files:
        prover.file(made)
    prover.together()


def _after(made: ConvertedFile) -> Source | None:
    """Return the file as it would be; None, with a doubt, if that is no Python."""
    source = made.names.source
    edits = list({edit: None for change in made.changes for edit in change.edits})
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    overlap = any(
        (one.end > other.start or (one.start == other.start and one.end == other.end))
        and (one.text or other.text)
        for one, other in pairwise(ordered)
    )
    if not overlap:
        with contextlib.suppress(UnreadableSource, UnicodeEncodeError):
            return parse_source(source.path, source.apply(edits).encode(source.encoding))
    _doubt(made.changes[0], [Doubt(DoubtCode.NOT_TOGETHER, _APART)])
    return None


def _doubt(change: Change, doubts: list[Doubt], beside: list[Change] | None = None) -> None:
    """Add *doubts* that say more than what is said already, here or of the keys *beside*."""
    known = [doubt for one in [change, *(beside or [])] for doubt in one.doubts]
    options = {_OPTIONS[doubt.code] for doubt in known if doubt.code in _OPTIONS}
    for doubt in doubts:
        option = re.split(r"[=\[ :]", doubt, maxsplit=1)[0]
        said = doubt.code is DoubtCode.UNBUILDABLE and (
            option in options
            or (DoubtCode.RESOURCES in {one.code for one in known} and "resources" in doubt)
            or any(option.isidentifier() and option in entry for entry in known)
        )
        if not said and doubt not in change.doubts:
            change.doubts.append(doubt)


class _Prover:
    def __init__(self, before: Reading, after: Reading, keys: list[tuple[Path, Change]]) -> None:
        self._keys = keys
        self._before = before
        self._after = after
        self._known: dict[str, list[Doubt]] = {}
        self._calls: list[_Pair] = []
        self._blueprints: list[_Pair] = []

    def file(self, made: ConvertedFile) -> None:
        """Prove each policy of one file by itself."""
        kept = [
            (use, change) for use, change in made.declared if not (use.inner is not None and change.edits)
        ]
        found = self._after.uses.get(made.path)
        uses = found.declarations if found is not None else []
        if len(uses) != len(kept):
            if all(doubt.acceptable for change in made.changes for doubt in change.doubts):
                made.changes[0].doubts.append(Doubt(DoubtCode.NOT_TOGETHER, _APART))
            return
        for (use, change), new in zip(kept, uses, strict=True):
            if use.kind is Kind.CORS and use.target is None and self._before.has_init_app(made.path):
                continue
            blueprint = self._before.is_blueprint(made.path, use)
            for before, after in zip(
                self._options(self._before, made.path, use),
                self._options(self._after, made.path, new),
                strict=False,
            ):
                self._prove_one(made, _Pair(made.path, use, new, change, before, after, blueprint))

    def _options(self, reading: Reading, path: Path, use: Use) -> list[dict[str, Any]]:
        return reading.project.each_choice(lambda: self._chosen(reading, path, use))

    def _chosen(self, reading: Reading, path: Path, use: Use) -> dict[str, Any]:
        options = reading.options_of(path, use)
        if use.kind is Kind.INIT:
            for other, one in reading.constructors(path):
                options = {**reading.options_of(other, one), **options}
        return options

    def _prove_one(self, made: ConvertedFile, pair: _Pair) -> None:
        use = pair.use
        framework = _FRAMEWORK.get(use.kind, "flask")
        before, after = Stub(framework), Stub(framework)
        if use.kind is Kind.VIEW:
            outer = [
                self._before.options_of(pair.path, other)
                for other, _ in made.declared
                if other.inner is use.call
            ]
            before.views, after.views = [[*outer, pair.before]], [[pair.after]]
        elif pair.blueprint:
            before.blueprints, after.blueprints = [pair.before], [pair.after]
            self._blueprints.append(pair)
        else:
            before.calls, after.calls = [pair.before], [pair.after]
            if framework == "flask":
                self._calls.append(pair)
        self._check(pair, pair, before, after)

    def together(self) -> None:
        """Prove policies of applications with those of their blueprints, and with one another.

        Flask-CORS adds them up; here the narrowest governs.
        """
        for first, second in combinations(self._calls[:_TOGETHER], 2):
            if self._meet(first, second) and not any(_blocks(pair.change) for pair in (first, second)):
                before = Stub("flask", {}, [first.before, second.before])
                after = Stub("flask", {}, [first.after, second.after])
                self._check(second, first, before, after)
        for call in self._calls[:_TOGETHER]:
            for blueprint in self._blueprints[:_TOGETHER]:
                sure = not any(_blocks(pair.change) for pair in (call, blueprint))
                if sure and self._before.together(call.path, blueprint.path):
                    before = Stub("flask", {}, [call.before], [blueprint.before])
                    after = Stub("flask", {}, [call.after], [blueprint.after])
                    self._check(blueprint, call, before, after)

    def _meet(self, first: _Pair, second: _Pair) -> bool:
        """Tell whether both calls give paths to one application."""
        if first.path != second.path or first.use.call is second.use.call:
            return False
        names = self._before.names[first.path]
        same = [identity(self._before.project, names, pair.use) for pair in (first, second)]
        paths = all("resources" in pair.before for pair in (first, second))
        return paths and same[0] == same[1] and not exclude_each_other(names, first.use.call, second.use.call)

    def _check(self, pair: _Pair, call: _Pair, before: Stub, after: Stub) -> None:
        """Prove one pair of stubs under each configuration of *call*."""
        keys = [change for path, change in self._keys if self._before.together(path, pair.path)]
        meant = tuple(entry for change in [pair.change, call.change, *keys] for entry in change.meant)
        blocked = any(_blocks(change) for change in [pair.change, *keys])
        configs: list[tuple[dict[str, Any], dict[str, Any]]] = [({}, {})]
        if before.framework == "flask":
            old = self._before.configs_for(call.path, call.use)
            new = self._after.configs_for(call.path, call.new)
            # A key that goes has one value fewer; then only the first are paired.
            configs = list(zip(old, new, strict=False))
        for config, later in configs:
            claim = Claim(
                replace(before, config=config), replace(after, config=later), meant, compare=not blocked
            )
            key = repr(claim)
            if key not in self._known:
                self._known[key] = check(claim)
            _doubt(pair.change, self._known[key], keys)


def _blocks(change: Change) -> bool:
    return any(not doubt.acceptable for doubt in change.doubts)
