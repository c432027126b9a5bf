"""Responses through WSGI: the application's on its way out, begun as late as the protocol lets it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from crossguard.adapters.answer import Answer
from crossguard.adapters.crashes import Raising, has_status
from crossguard.adapters.on_refused import REFUSAL_KEY, Refusal, kept_strict
from crossguard.adapters.refusals import crashed
from crossguard.adapters.reporter import Reporter
from crossguard.core.edits import HeaderEdits, HeaderList, apply_edits, strictly
from crossguard.core.policy import Policy
from crossguard.wsgi.environ import Environ, StartResponse, WSGIApp, send_answer
from crossguard.wsgi.environfacts import facts_of


class Outgoing:
    """One response on its way out: gets the policy, also where the application fails.

    The server hears of it when the first part of the body is there (PEP 3333 lets a middleware wait that
    long), so that an application which fails until then has not begun. Some servers, gunicorn among
    them, add the headers of a second beginning to those of the first, though they should replace them.
    """

    __slots__ = (
        "_begun",
        "_exc_info",
        "_headers",
        "_pending",
        "_policy",
        "_start_response",
        "_status",
        "_strict",
        "_told",
        "_write",
        "environ",
        "origin",
        "reporter",
    )

    def __init__(
        self,
        policy: Policy | None,
        reporter: Reporter,
        environ: Environ,
        start_response: StartResponse,
        *,
        strict: bool = False,
    ) -> None:
        self._policy = policy
        self._strict = strict
        self.reporter = reporter
        self.environ = environ
        # Read before the application runs, which may change the environ.
        self.origin: str | None = environ.get("HTTP_ORIGIN")
        self._start_response = start_response
        self._pending = False
        self._begun = False
        self._told = False
        # There once the application has begun; the last once the server has been told.
        self._status: str
        self._headers: HeaderList
        self._exc_info: Any
        self._write: Callable[[bytes], object]

    def start(self, status: str, headers: HeaderList, exc_info: Any = None) -> Callable[[bytes], object]:
        """Take the beginning of a response; what applications are given as ``start_response``.

        The policy is put on it now, because a receiver of the decision may ask for the request, which is over
        when the server hears of it. Written out, because it runs for every response.
        """
        policy = self._policy
        if policy is None:
            policy = self.governing()
        if policy is not None:
            origin = self.origin
            edits = policy.compiled.actual_edits(origin)
            headers, replaced = apply_edits(strictly(edits) if self._strict else edits, headers)
            if replaced:
                environ = self.environ
                self.reporter.report_replaced(policy, replaced, lambda: facts_of(environ).url)
            if origin and (edits.refused or self.reporter.listens()):
                self._tell(policy, edits)
        self._status = status
        self._headers = headers
        self._exc_info = exc_info
        self._pending = True
        if self._begun:
            self.begin()
        return self._written

    def governing(self) -> Policy | None:
        """Return the policy that governs the request, where it is not known before it is answered."""
        return None

    def _tell(self, policy: Policy, edits: HeaderEdits) -> None:
        """Report the decision once, though an application may begin again."""
        if not self._told and self.reporter.wanted(allowed=not edits.refused):
            self._told = True
            self.reporter.report(policy, facts_of(self.environ), edits)

    def begin(self) -> None:
        """Tell the server of the beginning."""
        if not self._pending:
            return
        self._pending = False
        if self._begun and self._exc_info is not None:
            self._write = self._start_response(self._status, self._headers, self._exc_info)
            return
        # First call: nothing was sent, so exc_info is not passed.
        self._begun = True
        self._write = self._start_response(self._status, self._headers)

    def crash(self, error: Exception) -> Iterable[bytes]:
        """Answer for an application that failed before anything was sent, and raise *error* behind that.

        An exception that is an answer of a framework outside is raised at once. In debug a navigation is left
        to the debugger outside, or to the server. Where the headers have left already, the server raises the
        exception again (PEP 3333, "Error Handling").
        """
        debug = self.reporter.debug
        if has_status(error) or (debug and facts_of(self.environ).is_navigation):
            raise error
        return Raising(self.send_crash(error, debug=debug), error)

    def send_crash(self, error: Exception, *, debug: bool) -> Iterable[bytes]:
        """Begin the answer for an application that failed, and return its body."""
        exc_info = (type(error), error, error.__traceback__)
        body = send_answer(crashed(error, debug=debug), self.environ, self.start, exc_info)
        self.begin()
        if not body:
            # Servers send the headers with the first part, and there is none for HEAD.
            self._write(b"")
        return body

    def _written(self, data: bytes) -> None:
        self.begin()
        self._write(data)


def begin_late(body: Iterable[bytes], response: Outgoing) -> Iterable[bytes]:
    """Begin with the first part of a body that is made while it is sent, and return what is to be sent.

    What fails before that is answered like a crash.
    """
    try:
        chunks = iter(body)
        first = next(chunks)
        if not first:
            return LateBody(body, chunks, response)
    except StopIteration:
        response.begin()
        return Closing((), body)
    except Exception as error:  # noqa: BLE001 - every exception is answered, or raised again
        return _crashed(body, response, error)
    response.begin()
    return Closing(chain((first,), chunks), body)


def _crashed(body: Iterable[bytes], response: Outgoing, error: Exception) -> Iterable[bytes]:
    try:
        return Closing(response.crash(error), body)
    except Exception:
        # The server gets no body that it could close.
        _close(body)
        raise


class Closing:
    """Parts to send, and the application's body to close when they have been sent."""

    __slots__ = ("_body", "_parts")

    def __init__(self, parts: Iterable[bytes], body: Iterable[bytes]) -> None:
        self._parts = parts
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)

    def close(self) -> None:
        """Tell the application that the response has ended."""
        _close(self._body)


class LateBody(Closing):
    """A body that began with an empty part.

    It sends nothing, and is passed on all the same: the application may be waiting for something else
    (PEP 3333, "Middleware Handling of Block Boundaries"). What fails until there is more is still answered.
    """

    __slots__ = ("_chunks", "_response")

    def __init__(self, body: Iterable[bytes], chunks: Iterator[bytes], response: Outgoing) -> None:
        super().__init__(chunks, body)
        self._chunks = chunks
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        chunk = b""
        try:
            while not chunk:
                self._response.begin()
                yield chunk
                chunk = next(self._chunks)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - every exception is answered, or raised again
            yield from self._response.crash(error)
            return
        yield chunk
        yield from self._chunks


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


def may_fail_late(body: Iterable[bytes], environ: Environ) -> bool:
    """Tell whether *body* runs code of the application while it is sent.

    Lists do not, and servers send files by themselves if they recognise their own wrapper (PEP 3333,
    "Optional Platform-Specific File Handling").
    """
    kind = type(body)
    if kind is list or kind is tuple or isinstance(body, list | tuple):
        return False
    # Asked of the type, which remembers what it lacks.
    if hasattr(kind, "read"):
        return False
    wrapper = environ.get("wsgi.file_wrapper")
    return not (isinstance(wrapper, type) and isinstance(body, wrapper))


def answer_of_wsgi(app: WSGIApp, environ: Environ, refusal: Refusal) -> Answer:
    """Return the whole answer of a WSGI application to a refused request; what it raises is raised."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
        begun.append((status, headers))
        return written.append

    parts: Iterable[bytes] = app({**environ, REFUSAL_KEY: refusal}, start)
    try:
        written.extend(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    status, headers = begun[-1]
    return kept_strict(Answer(int(status[:3]), headers, b"".join(written)), refusal)
