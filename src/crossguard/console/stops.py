"""Why the application does not start, as one line that says what to do."""

from typing import IO, Any

import click


class CannotStart(click.ClickException):
    """Something outside the program keeps it from starting. Nothing was changed or lost.

    Both this application's commands and Flask's own print it without a traceback.

    Attributes:
        reasons: one line for each cause, with what to do about it.
    """

    exit_code = 2

    def __init__(self, *reasons: str) -> None:
        self.reasons: tuple[str, ...] = tuple(" ".join(reason.split()) for reason in reasons)
        super().__init__("\n".join(self.reasons))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the reasons, to standard error unless *file* is given."""
        for reason in self.reasons:
            click.echo(f"Cannot start: {reason}", file=file, err=file is None)
