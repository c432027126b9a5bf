"""The plan of a migration: every use in every file, and whether all of it is sure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from crossguard.migrate.accepting import Acceptance
from crossguard.migrate.changes import Change
from crossguard.migrate.converting import convert_file
from crossguard.migrate.dependencies import dependencies_in
from crossguard.migrate.differences import Difference, DifferenceCode, difference
from crossguard.migrate.files import files_in
from crossguard.migrate.libraries import OLD, Kind
from crossguard.migrate.others import others_in
from crossguard.migrate.project import Project
from crossguard.migrate.proving import prove
from crossguard.migrate.reading import Reading, marks_of
from crossguard.migrate.source import Source
from crossguard.migrate.twice import doubt_second_calls


@dataclass(slots=True)
class FilePlan:
    """What is to be done in one file.

    Attributes:
        source: the file.
        changes: its uses, in order.
        views_only: whether it declares policies of views and no others.
    """

    source: Source
    changes: list[Change] = field(default_factory=list)
    views_only: bool = False

    @property
    def after(self) -> str:
        """The whole text, as it would be."""
        return self.source.apply(list({edit: None for change in self.changes for edit in change.edits}))

    @property
    def sure(self) -> bool:
        """Whether nothing in it needs a person."""
        return not any(change.doubts for change in self.changes)


@dataclass(slots=True)
class Plan:
    """What is to be done in all files.

    Attributes:
        files: those that use a library that is migrated, with a change or without.
        unreadable: files that mention it and cannot be read, with the reason.
        everywhere: what behaves differently with any options.
        dependencies: lines of other files that name the library, with what to do there.
        others: places of libraries that are not migrated, each with the page that helps.
        together: tells whether two files can belong to one application.
    """

    files: list[FilePlan] = field(default_factory=list)
    unreadable: list[tuple[Path, str]] = field(default_factory=list)
    everywhere: list[Difference] = field(default_factory=list)
    dependencies: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    together: Callable[[Path, Path], bool] = lambda _one, _other: True

    @property
    def sure(self) -> bool:
        """Whether everything can be written without a person. Half a migration would leave two lists."""
        return not self.unreadable and all(file.sure for file in self.files)

    @property
    def sure_part(self) -> list[FilePlan]:
        """The files that may be written by themselves.

        A policy of an application replaces what its views say with the other library. So it goes with all
        files around it, or stays.
        """
        unsure = [file.source.path for file in self.files if not file.sure]
        return [
            file
            for file in self.files
            if file.sure
            and (file.views_only or not any(self.together(file.source.path, path) for path in unsure))
        ]

    def accept(self, words: Iterable[str]) -> list[str]:
        """Take doubts for settled, and return the words that name none.

        Args:
            words: as ``FILE:LINE``, ``FILE:LINE:CODE``, ``FILE:CODE`` or, for a file that cannot be read,
                ``FILE``.
        """
        acceptance = Acceptance(words)
        self.unreadable = [entry for entry in self.unreadable if not acceptance.takes_file(entry[0])]
        for file in self.files:
            for change in file.changes:
                acceptance.settle(file.source, change)
        return acceptance.unmatched


#: Endings of files that are no Python, also where a person names them.
_OTHER_ENDINGS: Final = frozenset({".txt", ".in", ".toml", ".cfg", ".ini", ".yml", ".yaml", ".json", ".lock"})


def plan_migration(paths: Iterable[Path]) -> Plan:
    """Read the Python files in *paths* and plan their migration. Writes nothing.

    What the plan calls sure was built with both libraries, as policies of stub applications, and answered
    the same requests alike; nothing of the application itself runs.

    Args:
        paths: files and folders.
    """
    plan = Plan()
    found = list(files_in(paths))
    project = Project(entry for entry in found if _is_python(*entry))
    raws = {path: project.raw(path) for path in project.folders}
    marks = {path: marks_of(raw) for path, raw in raws.items()}
    plan.others = others_in(raws)
    del raws
    reading = Reading(project, marks, OLD)
    plan.together = reading.together
    plan.unreadable = project.set_aside()
    if not any(reading.uses.values()):
        plan.unreadable += [entry for entry in project.refused() if entry not in plan.unreadable]
        return plan
    converted = [made for path in sorted(reading.uses) if (made := convert_file(reading, path)).changes]
    doubt_second_calls(reading, converted)
    prove(reading, converted)
    for made in converted:
        declarations = reading.uses[made.path].declarations
        views_only = all(use.kind is Kind.VIEW for use in declarations)
        plan.files.append(FilePlan(made.names.source, made.changes, views_only))
    plan.accept(())  # What comments accept.
    plan.dependencies = dependencies_in(path for path, _ in found)
    plan.everywhere = [difference(DifferenceCode.PREFLIGHT_FIRST), difference(DifferenceCode.ERRORS)]
    return plan


def _is_python(path: Path, folder: Path | None) -> bool:
    """Tell whether a file is read: by its ending, or because a person named it."""
    return path.suffix == ".py" or (folder is None and path.suffix not in _OTHER_ENDINGS)
