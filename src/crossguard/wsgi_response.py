"""Responses through WSGI: the application's on its way out, begun as late as the protocol lets it."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from crossguard.core.compiled import REFUSED_EDITS
from crossguard.core.edits import HeaderList, apply_edits
from crossguard.core.policy import Policy
from crossguard.environ import Environ, StartResponse, facts_of, send_answer
from crossguard.logs import logger, one_line
from crossguard.refusals import crashed
from crossguard.reports import Reporter


class Outgoing:
    """One response on its way out: gets the policy, also where the application fails.

    The server hears of it when the first part of the body is there (PEP 3333 lets a middleware wait that
    long), so that an application which fails until then has not begun. Some servers, gunicorn among
    them, add the headers of a second beginning to those of the first, though they should replace them.
    """

    __slots__ = (
        "_begun",
        "_debug",
        "_environ",
        "_origin",
        "_pending",
        "_policy",
        "_reporter",
        "_start_response",
        "_write",
    )

    def __init__(
        self,
        policy: Policy,
        reporter: Reporter,
        environ: Environ,
        start_response: StartResponse,
        *,
        debug: bool,
    ) -> None:
        self._policy = policy
        self._reporter = reporter
        self._debug = debug
        self._environ = environ
        # Read before the application runs, which may change the environ.
        self._origin: str | None = environ.get("HTTP_ORIGIN")
        self._start_response = start_response
        self._pending: tuple[Any, ...] | None = None
        self._begun = False
        # There once the server has been told of the beginning.
        self._write: Callable[[bytes], object]

    def start(self, status: str, headers: HeaderList, exc_info: Any = None) -> Callable[[bytes], object]:
        """Take the beginning of a response; what applications are given as ``start_response``."""
        # Whoever begins for the first time has no third argument to hand on.
        self._pending = (status, headers) if exc_info is None else (status, headers, exc_info)
        if self._begun:
            self.begin()
        return self._written

    def begin(self) -> None:
        """Tell the server of the beginning, with the policy on it."""
        if self._pending is None:
            return
        status, headers, *exc_info = self._pending
        self._pending = None
        policy, origin, environ, reporter = self._policy, self._origin, self._environ, self._reporter
        edits = policy.now.actual_edits(origin)
        edited, replaced = apply_edits(edits, headers)
        if replaced:
            reporter.report_replaced(policy, replaced, lambda: facts_of(environ).url)
        if origin and not self._begun and reporter.wanted(allowed=edits is not REFUSED_EDITS):
            reporter.report(policy, facts_of(environ))
        first, self._begun = not self._begun, True
        # What the server has not been told yet, an exception cannot have interrupted.
        self._write = self._start_response(status, edited, *(() if first else exc_info))

    def crash(self, error: Exception) -> Iterable[bytes]:
        """Answer for an application that failed before anything was sent, and log what it raised.

        In debug a navigation is left to the debugger outside, or to the server. Where the headers have
        left already, the server raises the exception again (PEP 3333, "Error Handling").
        """
        facts = facts_of(self._environ)
        if self._debug and facts.is_navigation:
            raise error
        logger.error("%s", one_line(f"Exception on {facts.path} [{facts.method}]"), exc_info=error)
        body = send_answer(crashed(error, debug=self._debug), self._environ, self.start, sys.exc_info())
        self.begin()
        return body

    def _written(self, data: bytes) -> None:
        self.begin()
        self._write(data)


class LateBody:
    """A body that is made while it is sent: what fails before the first byte is answered like a crash."""

    __slots__ = ("_body", "_response")

    def __init__(self, body: Iterable[bytes], response: Outgoing) -> None:
        self._body = body
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        chunk = b""
        try:
            chunks = iter(self._body)
            # An empty chunk sends nothing, and is passed on all the same: the application may be
            # waiting for something else (PEP 3333, "Middleware Handling of Block Boundaries").
            while not chunk:
                chunk = next(chunks)
                self._response.begin()
                yield chunk
        except StopIteration:
            self._response.begin()
            return
        except Exception as error:  # noqa: BLE001 - whatever was raised is answered, or raised again
            yield from self._response.crash(error)
            return
        yield from chunks

    def close(self) -> None:
        """Tell the application that the response has ended."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()


def may_fail_late(body: Iterable[bytes], environ: Environ) -> bool:
    """Tell whether *body* runs code of the application while it is sent.

    Lists do not, and servers send files by themselves if they recognise their own wrapper (PEP 3333,
    "Optional Platform-Specific File Handling").
    """
    if isinstance(body, list | tuple):
        return False
    wrapper = environ.get("wsgi.file_wrapper")
    return not (hasattr(body, "read") or (isinstance(wrapper, type) and isinstance(body, wrapper)))
