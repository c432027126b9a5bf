"""The files of an export on disk: written whole or not at all, and written again when a list changes."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from crossguard.edge.part import Part

#: Seconds between two looks at the policies; the lists themselves are read as often as their sources say.
POLL: Final = 0.25
#: Seconds until a reload that failed is tried again.
_RETRY: Final = 5.0
#: Seconds that a reload may take.
_RELOAD_TIMEOUT: Final = 60
_MODE: Final = 0o644


def save(parts: Sequence[Part], folder: Path) -> list[str]:
    """Write the files that are not there or have another text; return their names.

    Each file is written beside its place and moved there, so a proxy that reads it meanwhile reads the old
    text or the new one. Lists come first: what includes them must find them.

    Raises:
        OSError: a file cannot be written; those before it are in place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [part.name for part in reversed(parts) if _replace(folder / part.name, part.text)]


def stale(parts: Sequence[Part], folder: Path) -> list[str]:
    """Return the names of files that are not there or have another text."""
    return [part.name for part in parts if _read(folder / part.name) != part.text]


def _replace(path: Path, text: str) -> bool:
    if _read(path) == text:
        return False
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        # As readable as what a redirection of the shell would write: the proxy runs as another user.
        Path(name).chmod(_MODE)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    return True


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def watch(  # noqa: PLR0913 - three of them by name
    render: Callable[[], Sequence[Part]],
    state: Callable[[], object],
    folder: Path,
    *,
    reload: Sequence[str],
    say: Callable[[str], None],
    stopped: Callable[[], bool],
) -> None:
    """Write the files now and whenever the policies change, and have the proxy read them, until *stopped*.

    What cannot be written stays as it was, and is said; the next change is tried again.

    Args:
        render: returns the files as the policies are now; a ValueError says why they cannot be written.
        state: returns a value that is another one after every change of the policies.
        folder: where the files are.
        reload: the command that has the proxy read them; empty for none.
        say: told what happened, in one line.
        stopped: asked before each look.
    """
    known: object = None
    retry_at: float | None = None
    first = True
    while not stopped():
        now = state()
        if first or now != known:
            known = now
            try:
                changed = save(render(), folder)
            except (ValueError, OSError) as error:
                say(f"The files stay as they are: {' '.join(str(error).split())}")
            else:
                if changed:
                    say(f"Written: {', '.join(changed)}.")
                    retry_at = 0.0
            first = False
        if retry_at is not None and time.monotonic() >= retry_at:
            retry_at = None if _reloaded(reload, say) else time.monotonic() + _RETRY
        time.sleep(POLL)


def _reloaded(command: Sequence[str], say: Callable[[str], None]) -> bool:
    if not command:
        return True
    try:
        done = subprocess.run(  # noqa: S603 - it is the operator's own command
            command, check=False, timeout=_RELOAD_TIMEOUT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"The reload command failed and is tried again: {error}")
        return False
    if done.returncode:
        say(f"The reload command ended with {done.returncode} and is tried again.")
    return done.returncode == 0
