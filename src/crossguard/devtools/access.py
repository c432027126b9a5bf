"""The token that opens the addresses: made once, kept in a file for this user, and never logged."""

import atexit
import contextlib
import hmac
import json
import logging
import multiprocessing
import os
import re
import secrets
import stat
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, Final

from crossguard.logs import logger

#: Where the addresses begin, below the mount.
PREFIX: Final = "/_crossguard"
#: The request header that carries the token.
HEADER: Final = "X-Crossguard-Token"
#: The folder of the file in the working directory, which no repository takes in.
OWN_FOLDER: Final = ".crossguard"
#: Names another file than the one in the instance folder or the working directory.
FILE_VARIABLE: Final = "CROSSGUARD_DEVTOOLS_FILE"
#: ``0`` switches all of it off.
SWITCH_VARIABLE: Final = "CROSSGUARD_DEVTOOLS"
# How the process that reloads hands the token to those that it starts.
_TOKEN_VARIABLE: Final = "CROSSGUARD_DEVTOOLS_TOKEN"  # noqa: S105 - the name of a variable
_IGNORE: Final = ".gitignore"
_OFF: Final = frozenset({"0", "false", "no", "off"})
_BYTES: Final = 32
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_MAX_FILE: Final = 4096
# Longer texts are no token, and are not encoded to find out.
_LONGEST: Final = 128

# The access logs of servers that name an address with its query.
_ACCESS_LOGS: Final = ("werkzeug", "uvicorn.access", "gunicorn.access", "hypercorn.access")
_IN_QUERY: Final = re.compile(r"([?&]token=)[^&\s\"']+")


class Access:
    """The token of one process, and who is told of it.

    Attributes:
        token: the token.
        inherited: whether another process has made it, which has printed it too.
        prints: whether the address is still to be printed.
    """

    def __init__(self, token: str, *, inherited: bool) -> None:
        self.token = token
        self.inherited = inherited
        self._bytes = token.encode()
        # Taken by the thread that prints, and never given back.
        self._printing = threading.Lock()
        self.prints = not inherited
        self._files: set[Path] = set()

    def opens(self, given: str | None) -> bool:
        """Tell whether *given* is the token, in a time that says nothing of where they differ."""
        if not given or len(given) > _LONGEST:
            return False
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self._bytes)

    def write(self, path: Path) -> None:
        """Write the token to *path* for this user only, and take it away at exit.

        A process that a reloader has started leaves the file to the next one. A failure is logged and stops
        nothing: the address is printed all the same.
        """
        if path in self._files:
            return
        self._files.add(path)
        text = json.dumps({"version": 1, "token": self.token, "prefix": PREFIX, "parent": os.getppid()})
        try:
            made_folder = not path.parent.is_dir()
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.parent.name == OWN_FOLDER:
                # The folder is in the working directory, and that is likely a checkout.
                (path.parent / _IGNORE).write_text("*\n", encoding="ascii")
            # Put in place whole, and new: mkstemp makes it readable for this user only, and follows no link.
            handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(text + "\n")
                Path(made).replace(path)
            except OSError:
                Path(made).unlink(missing_ok=True)
                raise
        except OSError as error:
            logger.warning(
                "%s, from which a Vite plugin reads the token, could not be written: %s",
                path.name,
                error.strerror,
            )
            return
        if not _is_reloaded():
            atexit.register(self._take_away, path, os.getpid(), with_folder=made_folder)

    def _take_away(self, path: Path, owner: int, *, with_folder: bool = False) -> None:
        # A process that was forked off runs this as well.
        if os.getpid() == owner and (found := _read(path)) is not None and found.get("token") == self.token:
            with contextlib.suppress(OSError):
                path.unlink()
                if with_folder:
                    if path.parent.name == OWN_FOLDER:
                        (path.parent / _IGNORE).unlink(missing_ok=True)
                    path.parent.rmdir()

    def print_once(self, origin: str) -> None:
        """Print the address, once, to the terminal: what a log keeps is copied elsewhere."""
        if not self.prints or not self._printing.acquire(blocking=False):
            return
        self.prints = False
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(
                f"Crossguard: what browsers are refused, and why: {origin}{PREFIX}/?token={self.token}\n"
            )
            sys.stderr.flush()

    def hand_on(self) -> None:
        """Let the processes that a reloader starts have the same token, so that an open page goes on."""
        os.environ[_TOKEN_VARIABLE] = self.token


_made: list[Access] = []


def is_switched_off() -> bool:
    """Tell whether the environment switches all of it off."""
    return os.environ.get(SWITCH_VARIABLE, "").strip().lower() in _OFF


def access(path: Path) -> Access:
    """Return the token of this process; under a reloader, that of the process before it.

    Args:
        path: where a process that was reloaded has left it.
    """
    if not _made:
        inherited = _inherited(path)
        _made.append(Access(inherited or secrets.token_urlsafe(_BYTES), inherited=bool(inherited)))
        _keep_out_of_logs(_made[0].token)
    return _made[0]


def _is_reloaded() -> bool:
    """Tell whether another process starts this one again when a file changes.

    That is Werkzeug's reloader, the supervisors of Uvicorn and Hypercorn, and gunicorn's arbiter.
    """
    return (
        os.environ.get("WERKZEUG_RUN_MAIN") == "true"
        or multiprocessing.parent_process() is not None
        or os.environ.get("SERVER_SOFTWARE", "").startswith("gunicorn/")
    )


def file_of(default: Path) -> Path:
    """Return where the token is written."""
    named = os.environ.get(FILE_VARIABLE)
    return Path(named) if named else default


def _inherited(path: Path) -> str:
    """Return the token that the process before this one has had; empty if there was none."""
    handed = os.environ.get(_TOKEN_VARIABLE, "")
    if os.environ.get("WERKZEUG_RUN_MAIN") == "true" and _TOKEN.fullmatch(handed):
        return handed
    found = _read(path)
    token = found.get("token") if found is not None and found.get("parent") == os.getppid() else None
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else ""


def _read(path: Path) -> dict[str, Any] | None:
    """Return what stands in a file that only this user can have written; None for any other."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(file.fileno())
            own = not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o077)
            if not (own and stat.S_ISREG(status.st_mode)):
                return None
            found = json.loads(file.read(_MAX_FILE))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class _WithoutToken(logging.Filter):
    """Takes the token out of the lines of access logs, which name an address with its query."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._hidden(record.msg)
        arguments: Any = record.args
        if isinstance(arguments, tuple):
            record.args = tuple(self._hidden(value) for value in arguments)
        elif isinstance(arguments, dict):
            # In place: those of gunicorn and Hypercorn are made for the line, and are more than a dict.
            for name, value in list(arguments.items()):
                hidden = self._hidden(value)
                if hidden is not value:
                    arguments[name] = hidden
        return True

    def _hidden(self, value: Any) -> Any:
        if not isinstance(value, str) or ("token=" not in value and self._token not in value):
            return value
        # Written in another way, as with %41 for A, it still stands behind its name.
        return _IN_QUERY.sub(r"\1…", value).replace(self._token, "…")


def _keep_out_of_logs(token: str) -> None:
    """Let the access logs of servers write no token."""
    for name in _ACCESS_LOGS:
        logging.getLogger(name).addFilter(_WithoutToken(token))
