"""The shape of a broken application."""

from dataclasses import dataclass, field

from tests.broken.repairs import Repair


@dataclass(frozen=True)
class Broken:
    """An application with a page, what is wrong with them, and how the printed fix is applied.

    ``<PAGE>`` and its like stand for addresses. The script returns whether all is as it should be: what a
    front end reads, or that a stranger does not.
    """

    name: str
    #: Numbers of the pains in the list that the project works from.
    pains: tuple[int, ...]
    source: str
    script: str
    repair: Repair
    #: Where the page is.
    page: str = "<PAGE>"
    #: A visit before, by another page in the same browser.
    before: tuple[str, str] | None = None
    #: The arguments of `flask cors explain`, and the code of the verdict, its cause or a hint.
    explain: tuple[str, ...] = ()
    explained: str = ""
    #: The code of the finding of `flask cors audit`.
    audited: str = ""
    #: Which of the two prints the fix that is applied.
    fixed_by: str = field(default="explain")
    #: Whether every page may do it once it is repaired, because the application is for every page.
    open: bool = False
