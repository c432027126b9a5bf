"""Exceptions that leave an application: which are answers of a framework outside, and which are failures."""

from collections.abc import Iterable, Iterator

_FIRST_STATUS, _LAST_STATUS = 200, 599


def has_status(error: Exception) -> bool:
    """Tell whether *error* names the HTTP status that it stands for, as frameworks' own exceptions do.

    A framework outside makes a response of it: Connexion of what is raised behind its routing, Starlette of
    its ``HTTPException``, a dispatcher of Werkzeug's. Clients of other services raise exceptions with the
    status that they were answered, which is no answer of this application: those are errors of the
    system, or carry the response that they got.
    """
    if isinstance(error, OSError):
        return False
    status = getattr(error, "status_code", None)
    if status is None:
        status = getattr(error, "code", None)
    if not isinstance(status, int) or isinstance(status, bool) or not _FIRST_STATUS <= status <= _LAST_STATUS:
        return False
    return getattr(error, "response", None) is None


class Raising:
    """An answer that is sent whole, and behind it the exception that it stands for.

    The caller that iterates over the response gets the exception as any that is raised while a body is sent:
    the server, which logs it; a middleware that ends a transaction; one that tells a service of errors.

    Args:
        body: the parts to send.
        error: what to raise.
    """

    __slots__ = ("_body", "_error")

    def __init__(self, body: Iterable[bytes], error: Exception) -> None:
        self._body = body
        self._error = error

    def __iter__(self) -> Iterator[bytes]:
        yield from self._body
        error = self._error
        # The exception knows this frame by its traceback, which need not know the exception.
        del self
        raise error
