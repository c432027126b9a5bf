"""Completion of the command ``crossguard`` in a shell, by argcomplete, where that is installed."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Final

#: The shells that a test asks. argcomplete knows more of them.
SHELLS: Final = ("bash", "zsh", "fish")
#: What a shell that wants to know what may come next sets for the command.
_ASKED: Final = "_ARGCOMPLETE"


class CompletionAction(argparse.Action):
    """Prints what a shell has to run, and ends the program, as ``--version`` does."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        """Print the lines for the shell named by *values*."""
        del namespace, option_string
        try:
            from argcomplete.shell_integration import shellcode  # noqa: PLC0415 - an extra, 4 ms
        except ImportError:
            parser.error("completion needs argcomplete. Install it: pip install 'crossguard[completion]'")
        sys.stdout.write(shellcode([parser.prog], shell=str(values)) + "\n")
        parser.exit()


def answer_shell(parser: argparse.ArgumentParser) -> None:
    """Answer a shell that asks what may come next, and end the process; do nothing for a person."""
    if _ASKED in os.environ:
        from argcomplete import autocomplete  # noqa: PLC0415 - an extra, 4 ms

        autocomplete(parser)
