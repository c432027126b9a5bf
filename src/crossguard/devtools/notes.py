"""What an answer says by itself: signed out, no such address, failed, redirected, changed on its way."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from crossguard.core.issues import shown
from crossguard.devtools.exchanges import Exchange
from crossguard.explain.hints import HintNote


class NoteText(NamedTuple):
    """The words of one note; ``{…}`` stand for what was seen.

    Attributes:
        text: what was seen.
        fix: what to write.
    """

    text: str
    fix: str


_UNAUTHORIZED: Final = 401
_NOT_FOUND: Final = 404
_METHOD_NOT_ALLOWED: Final = 405
_FAILED: Final = 500

NOTES: Final = {
    "application-raised": NoteText(
        "the application raised {error} and answered {status}.",
        "correct the view: the traceback is in the log of the API.",
    ),
    "server-error": NoteText(
        "the API answered {status}.", "look into the log of the API, which says why it failed."
    ),
    "signed-out": NoteText(
        "the API answered 401, and no cookie came along.",
        "sign in, and fetch with credentials: 'include' (withCredentials in XMLHttpRequest and EventSource).",
    ),
    "session-unknown": NoteText(
        "the API answered 401, although cookies came along: {cookies}.",
        "sign in again: the session has ended, or these cookies are of something else.",
    ),
    "not-found": NoteText(
        "the API has no address {path}, and answered 404.",
        "compare the path with the routes of the API, the slash at its end included.",
    ),
    "method-not-allowed": NoteText(
        "the API has {path}, and not with {method}: it answered 405{allow}.",
        "use a method that the route has, or add this one to the route.",
    ),
    "redirects-elsewhere": NoteText(
        "the API answered {status} and sent the browser on to {target}.",
        "answer a fetch with 401 or with JSON in place of a redirect to another host, as a sign-in page is.",
    ),
    "redirected": NoteText(
        "the API answered {path} with {status} and sent the browser on to {target}.",
        "ask for {target} at once: a redirect costs a request, and a preflight does not go with it.",
    ),
    "changed-outside": NoteText(
        "crossguard answered {before}, and something around it made {after} of it.",
        "let one place set the headers of CORS: take the other library or middleware out.",
    ),
    "answered-outside": NoteText(
        "something around crossguard answered the preflight before it.",
        "put crossguard outermost, or take the other library or middleware out.",
    ),
    "headers-replaced": NoteText(
        "the application set {names} itself, and the policy replaced it.",
        "take it out of the view, or put it into the policy.",
    ),
}


def notes_on(exchange: Exchange) -> list[HintNote]:
    """Return what the answer to a request says by itself, the likeliest first."""
    return list(_all(exchange))


def _all(exchange: Exchange) -> Iterator[HintNote]:
    status = exchange.status
    if exchange.error:
        yield _note("application-raised", error=exchange.error, status=str(status or _FAILED))
    elif status is not None and status >= _FAILED:
        yield _note("server-error", status=str(status))
    yield from _of_layers(exchange)
    if status is None or exchange.is_preflight:
        return
    if status == _UNAUTHORIZED and not exchange.authorized:
        if exchange.cookies:
            yield _note("session-unknown", cookies=", ".join(exchange.cookies[:5]))
        else:
            yield _note("signed-out")
    elif status == _NOT_FOUND:
        yield _note("not-found", path=_shown(exchange.path))
    elif status == _METHOD_NOT_ALLOWED:
        allow = next((value for name, value in exchange.headers if name.lower() == "allow"), "")
        yield _note(
            "method-not-allowed",
            path=_shown(exchange.path),
            method=_shown(exchange.method),
            allow=f" with Allow: {_shown(allow)}" if allow else "",
        )
    elif target := exchange.redirects_to:
        code = "redirects-elsewhere" if _host(target) != _host(exchange.facts.url) else "redirected"
        yield _note(code, status=str(status), path=_shown(exchange.path), target=_shown(target))


def _of_layers(exchange: Exchange) -> Iterator[HintNote]:
    if exchange.replaced:
        yield _note("headers-replaced", names=", ".join(exchange.replaced[:5]))
    inside = exchange.decided_fields
    if inside is None:
        if exchange.is_preflight and exchange.status is not None and exchange.decided is None:
            yield _note("answered-outside")
        return
    outside = tuple(field for field in exchange.headers if field[0].lower().startswith("access-control-"))
    if sorted(_lower(inside)) != sorted(_lower(outside)):
        yield _note("changed-outside", before=_line(inside), after=_line(outside))


def _lower(fields: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in fields]


def _line(fields: tuple[tuple[str, str], ...]) -> str:
    return _shown("; ".join(f"{name}: {value}" for name, value in fields)) or "no header of CORS"


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].lower()


def _shown(text: str) -> str:
    return shown(text, 200)[1:-1]


def _note(code: str, **fills: str) -> HintNote:
    words = NOTES[code]
    return HintNote(code, words.text.format(**fills), words.fix.format(**fills))
