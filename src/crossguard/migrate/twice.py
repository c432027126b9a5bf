"""Two calls for one application: which come together, and what is to be done."""

from itertools import combinations
from pathlib import Path

from crossguard.migrate.changes import Change
from crossguard.migrate.converting import ConvertedFile
from crossguard.migrate.differences import DifferenceCode, difference
from crossguard.migrate.doubts import Doubt, DoubtCode
from crossguard.migrate.libraries import Kind
from crossguard.migrate.names import dotted
from crossguard.migrate.reading import Reading
from crossguard.migrate.targets import Identity, exclude_each_other, identity, is_unknown
from crossguard.migrate.uses import Use

# A project that declares more policies of applications than this declares none of them twice by mistake.
_MOST = 60

_Call = tuple[Path, Use, Change, Identity]


def doubt_second_calls(reading: Reading, files: list[ConvertedFile]) -> None:
    """Doubt each second call for an application that has a policy already."""
    calls: list[_Call] = []
    for made in files:
        for use, change in made.declared:
            if use.kind in {Kind.CORS, Kind.INIT} and use.target is not None:
                target = identity(reading.project, made.names, use)
                calls.append((made.path, use, change, target))
    for first, second in combinations(calls[:_MOST], 2):
        sure = _meet(reading, first, second)
        if sure is None or _share_no_path(first[1], second[1]):
            continue
        path, use, _, _ = first
        later = second[2]
        where = f"line {use.call.lineno}" if path == second[0] else f"{path}:{use.call.lineno}"
        if any(doubt.code in {DoubtCode.TWICE, DoubtCode.MAYBE_TWICE} for doubt in later.doubts):
            continue
        later.differences.insert(0, difference(DifferenceCode.DECLARED_TWICE))
        if sure:
            words = f"{where} declares a policy for {_target(second[1])} already."
            later.doubts.append(Doubt(DoubtCode.TWICE, words))
        else:
            words = f"{where} may declare a policy for the same application. Accept this if both never run."
            later.doubts.append(Doubt(DoubtCode.MAYBE_TWICE, words))


def _meet(reading: Reading, first: _Call, second: _Call) -> bool | None:
    """Tell whether two calls are for one application; False if that is not sure, None if they are not."""
    (path, use, _, target), (other, one, _, another) = first, second
    names = reading.names[path]
    if path == other and exclude_each_other(names, use.call, one.call):
        return None
    if target == another:
        return path == other and names.scope_of(use.call) is names.scope_of(one.call)
    unknown = is_unknown(target) or is_unknown(another)
    return False if unknown and path != other and reading.together(path, other) else None


def _share_no_path(first: Use, second: Use) -> bool:
    """Tell whether both are for paths; whether these are different is asked of the library."""
    return all(any(word.arg == "resources" for word in use.call.keywords) for use in (first, second))


def _target(use: Use) -> str:
    return dotted(use.target) if use.target is not None else "it"
