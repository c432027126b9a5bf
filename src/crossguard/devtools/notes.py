"""What an answer says by itself: signed out, no such address, failed, redirected, changed on its way."""

from collections.abc import Iterator
from typing import Final

from crossguard.core.issues import ConfigError, shown
from crossguard.devtools.exchanges import Exchange
from crossguard.explain.failures import HINT_TEXTS, Hint
from crossguard.explain.fixes import FixKind
from crossguard.explain.hints import HintNote
from crossguard.explain.told import TOLD_TEXTS
from crossguard.explain.verdicts import Diagnosis

_UNAUTHORIZED: Final = 401
_NOT_FOUND: Final = 404
_METHOD_NOT_ALLOWED: Final = 405
_FAILED: Final = 500
_MOST_MISTAKES: Final = 50


def notes_on(exchange: Exchange) -> list[HintNote]:
    """Return what the answer to a request says by itself, the likeliest first."""
    return list(_all(exchange))


def never_came(preflight: Exchange) -> HintNote:
    """Return the note on a preflight that allows a request which has not come."""
    return _note("never-came", method=_shown(preflight.method), path=_shown(preflight.path))


def not_built(error: ConfigError) -> tuple[HintNote, list[HintNote]]:
    """Return the note on a configuration that does not build, and one on each mistake, in its words."""
    first = error.issues[0]
    mistakes = [
        HintNote(
            issue.code.value, f"{issue.where} = {issue.value}: {issue.reason}", issue.fix, kind=FixKind.API
        )
        for issue in error.issues[:_MOST_MISTAKES]
    ]
    head = str(error).partition(":\n")[0]
    return _note("config-error", mistakes=head, where=first.where, fix=first.fix), mistakes


def ended_at_page(exchange: Exchange) -> HintNote | None:
    """Return the note on a redirect that has ended at an HTML page; None where it has not."""
    kind = next((value for name, value in exchange.headers if name.lower() == "content-type"), "")
    if exchange.status is None or exchange.status >= _UNAUTHORIZED or not kind.startswith("text/html"):
        return None
    words = HINT_TEXTS[Hint.REDIRECTED_TO_PAGE]
    text = words.meaning.format(url=_shown(exchange.facts.url))
    return HintNote(Hint.REDIRECTED_TO_PAGE.value, text, words.fix, kind=words.kind)


def as_note(found: Diagnosis, before: str = "") -> HintNote:
    """Return a diagnosis as a note that stands beside another one."""
    return HintNote(
        found.code,
        before + found.summary,
        found.fix,
        cause=found.cause,
        kind=found.kind,
        line=found.line,
        proof=found.proof,
        where=found.where,
    )


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
    words = TOLD_TEXTS[code]
    return HintNote(code, words.meaning.format(**fills), words.fix.format(**fills), kind=words.kind)
