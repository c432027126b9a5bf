"""``flask cors explain``."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import click
from flask import Flask, got_request_exception

from crossguard.browser import HttpRequest, HttpResponse, Send, TransportError
from crossguard.browser.transports import wsgi
from crossguard.browser.transports.wsgi_application import environ_of
from crossguard.browser.urls import UrlSyntaxError, parse_url
from crossguard.cli.attempt import (
    Attempted,
    AttemptError,
    default_method,
    parse_cookie,
    parse_header,
    run_attempt,
    stopped_at,
)
from crossguard.cli.screen import Screen, silence
from crossguard.cli.senders import Attempt, SenderError, sender_of
from crossguard.cli.show import attempt_document, show_attempt
from crossguard.core.issues import shown
from crossguard.core.origin_set import Match
from crossguard.explain import FixKind
from crossguard.explain.failures import HINT_TEXTS, Hint
from crossguard.explain.hints import HintNote
from crossguard.flask.commands.application import BrokenApplication, CommandError, load_application, table_of
from crossguard.flask.commands.fix import offer_of, settle
from crossguard.flask.cookies import configured_cookies
from crossguard.flask.dry_run import accepting, answer_without_running
from crossguard.flask.lookup import questions_about
from crossguard.flask.places import place_of_error
from crossguard.flask.table import Table

#: Where a path is, if no policy names the API's own origin.
DEFAULT_ORIGIN: Final = "http://localhost:5000"
#: The code of the hint about a view that raised.
APPLICATION_RAISED: Final = "application-raised"
#: The code of the hint about a page that is let in while debugging.
ALLOWED_IN_DEBUG: Final = "allowed-in-debug"

_IN_DEBUG: Final = HintNote(
    ALLOWED_IN_DEBUG,
    "in debug the policy lets this page in, and this command asked as outside of debug.",
    "add --debug, if the server runs in debug.",
    kind=FixKind.NOTHING,
)
_SIGNED_OUT: Final = HintNote(
    Hint.NO_CREDENTIALS.value,
    "no cookie came along. This command took credentials: 'include' for granted, and was given no --cookie.",
    HINT_TEXTS[Hint.NO_CREDENTIALS].fix,
)
_ONLY_JUDGED: Final = (
    "The handshake was judged, and no view has run: `crossguard check` opens the WebSocket at a server."
)
_SOCKETS: Final = frozenset({"ws", "wss"})
_UNAUTHORIZED: Final = 401
_LAST_PORT: Final = 65535


def explain_url(context: click.Context, options: Mapping[str, Any]) -> int:
    """Run the model browser against the application; print what happened and return the exit code.

    Raises:
        CommandError: the application does not load, or what was asked for makes no sense.
    """
    with _debug(options["debug"]) as debug:
        app = load_application(context)
        if debug is not None:
            app.debug = debug
        return _explain(app, options)


def _explain(app: Flask, options: Mapping[str, Any]) -> int:
    is_socket = options["sent_as"] == "websocket" or options["url"][:4].lower() in {"ws:/", "wss:"}
    # No view takes a handshake in this process: there is no connection to take over.
    dry = bool(options["dry_run"]) or is_socket
    in_debug = not app.debug and options["debug"] is None and _trusted(app, options, debug=True)
    with table_of(app, serves=not dry) as table:
        try:
            attempt = _attempt(options, app, table)
            send = wsgi(answer_without_running(app, table) if dry else app)
            left: list[str] = []
            send = _within(accepting(send) if is_socket else send, attempt.url, table, left)
            with silence(), _raised(app) as errors:
                attempted = run_attempt(attempt, send, **questions_about(app))
        except AttemptError as error:
            raise CommandError(str(error)) from error
        if left:
            attempted = stopped_at(attempted, left[0], "(`crossguard check` goes on there.)")
        attempted = _with_errors(attempted, errors)
        offer = offer_of(app, table, attempted) if options["fix"] and attempted.diagnosis.fix else None
    if options["credentials"] is None and _is_signed_out(attempted):
        attempted = _with_hint(attempted, _SIGNED_OUT)
    if in_debug and not attempted.diagnosis.readable and not _trusted(app, options, debug=False):
        attempted = _with_hint(attempted, _IN_DEBUG)
    screen = Screen(sys.stdout, os.environ)
    if options["as_json"]:
        document = {"dry_run": dry, **attempt_document(attempt, attempted)}
        if offer is not None:
            offer = settle(screen, offer, yes=options["yes"], dry=options["dry_run"], quiet=True)
            document["edit"] = offer.document()
        screen.document(document)
    else:
        show_attempt(screen, attempt, attempted)
        if is_socket:
            screen.line()
            screen.paragraph(_ONLY_JUDGED)
        elif dry:
            screen.line()
            screen.paragraph("A dry run: no view has run, and its own status and headers are unknown.")
        if offer is not None:
            offer = settle(screen, offer, yes=options["yes"], dry=options["dry_run"], quiet=False)
    return 0 if attempted.diagnosis.readable or (offer is not None and offer.written) else 1


def _attempt(options: Mapping[str, Any], app: Flask, table: Table) -> Attempt:
    body = options["body"]
    url = _absolute(options["url"], app, table)
    try:
        sent_as = sender_of(options["sent_as"] or "", url)
    except SenderError as error:
        raise AttemptError(str(error)) from error
    if sent_as == "websocket" and url.startswith("http"):
        url = f"ws{url[4:]}"
    return Attempt(
        origin=options["origin"],
        url=url,
        sent_as=sent_as,
        method=options["method"] or default_method(sent_as, body),
        headers=tuple(parse_header(text) for text in options["headers"]),
        body=body,
        credentials=options["credentials"] or _credentials(options, url, table),
        mode=options["mode"],
        browser=options["browser"] or "",
        cookies=tuple(_cookie(text, app) for text in options["cookies"]),
    )


def _credentials(options: Mapping[str, Any], url: str, table: Table) -> str:
    """Return the credentials mode that a page of this application is written with."""
    policy = table.for_request(_environ(url))
    if options["cookies"]:
        return "include"
    if policy is None or not policy.config.supports_credentials:
        return "same-origin"
    origin = options["origin"]
    # A page that is listed as a reader sends none.
    reads_only = policy.compiled.lists[1][0].match(origin) not in {None, Match.ANY}
    return "same-origin" if reads_only and not policy.trusts(origin) else "include"


def _absolute(text: str, app: Flask, table: Table) -> str:
    """Return the URL that *text* means.

    Raises:
        AttemptError: neither a path nor a URL.
    """
    try:
        if not text.startswith("/"):
            url = parse_url(text)
            if not url.is_http and url.scheme not in _SOCKETS:
                raise AttemptError(f"{shown(text)} is neither http nor https, ws nor wss.")
            return text
        governing = table.for_request(_environ(text))
    except UrlSyntaxError as error:
        raise AttemptError(f"{shown(text)}: {error}. Write a path, as in '/api/items/3'.") from error
    for policy in (governing, *table.policies):
        if policy is not None and policy.config.public_origins:
            return policy.config.own_examples[0] + text
    return _served_at(app) + text


def _environ(url: str) -> dict[str, Any]:
    return environ_of(HttpRequest("GET", parse_url(url, parse_url(DEFAULT_ORIGIN))))


def _served_at(app: Flask) -> str:
    """Return where the application is served, as far as its settings and those of ``flask run`` tell."""
    if name := app.config.get("SERVER_NAME"):
        return f"{app.config.get('PREFERRED_URL_SCHEME') or 'http'}://{name}"
    port = os.environ.get("FLASK_RUN_PORT", "")
    scheme = "https" if os.environ.get("FLASK_RUN_CERT") else "http"
    valid = port.isascii() and port.isdigit() and 0 < int(port) <= _LAST_PORT
    return f"{scheme}://localhost:{port}" if valid else DEFAULT_ORIGIN.replace("http:", f"{scheme}:")


@contextmanager
def _debug(asked: bool | None) -> Iterator[bool | None]:
    """Let the application load in debug, or not, as ``flask --debug`` does; None leaves it as it is."""
    if asked is None:
        yield None
        return
    before = os.environ.get("FLASK_DEBUG")
    os.environ["FLASK_DEBUG"] = "1" if asked else "0"
    try:
        yield asked
    finally:
        if before is None:
            del os.environ["FLASK_DEBUG"]
        else:
            os.environ["FLASK_DEBUG"] = before


def _trusted(app: Flask, options: Mapping[str, Any], *, debug: bool) -> bool:
    """Tell whether the page may read in debug, which a server beside this command may be in, or outside."""
    before = app.debug
    try:
        environ = _environ(options["url"])
        app.debug = debug
        with table_of(app) as table:
            policy = table.for_request(environ)
            return policy is not None and policy.trusts(options["origin"])
    except (UrlSyntaxError, BrokenApplication):
        return False
    finally:
        app.debug = before


def _cookie(text: str, app: Flask) -> str:
    """Return the ``Set-Cookie`` line of *text*, with the attributes that *app* is configured with."""
    line = parse_cookie(text)
    name, _, value = line.partition("=")
    for cookie in configured_cookies(app):
        if ";" not in line and cookie.name == name.strip():
            return cookie.set_cookie(value)
    return line


def _within(send: Send, url: str, table: Table, left: list[str]) -> Send:
    """Return *send* for the application's own hosts; a URL that leads elsewhere is appended to *left*."""
    own = [origin for policy in table.policies for origin in policy.config.own_examples]
    hosts = {parse_url(text).host for text in (url, *own)}

    def carry(request: HttpRequest) -> HttpResponse:
        if request.target.host not in hosts:
            left.append(request.url)
            raise TransportError(f"{shown(request.target.host)[1:-1]} is not this application")
        return send(request)

    return carry


@contextmanager
def _raised(app: Flask) -> Iterator[list[Exception]]:
    """Collect what the application raises, which it would print as a traceback."""
    errors: list[Exception] = []

    def note(_app: Flask, exception: Exception, **_: object) -> None:
        errors.append(exception)

    with got_request_exception.connected_to(note, sender=app):
        yield errors


def _is_signed_out(attempted: Attempted) -> bool:
    """Tell whether the application wants a sign-in, and the fetch had no cookie to bring."""
    hop = attempted.verdict.hops[-1] if attempted.verdict.hops else None
    answer = attempted.verdict.response
    if hop is None or answer is None or attempted.verdict.credentials != "include":
        return False
    return answer.status == _UNAUTHORIZED and not (hop.cookies.sent or hop.cookies.withheld)


def _with_hint(attempted: Attempted, note: HintNote) -> Attempted:
    diagnosis = attempted.diagnosis
    return replace(attempted, diagnosis=replace(diagnosis, hints=(note, *diagnosis.hints)))


def _with_errors(attempted: Attempted, errors: list[Exception]) -> Attempted:
    notes = []
    for error in errors:
        where = place_of_error(error)
        at = f" at {where}" if where else ""
        text = f"the application raised {type(error).__name__}{at}: {shown(str(error), 200)[1:-1]}"
        fix = "correct the view; the browser only shows the 500."
        notes.append(HintNote(APPLICATION_RAISED, text, fix, kind=FixKind.API))
    diagnosis = attempted.diagnosis
    return replace(attempted, diagnosis=replace(diagnosis, hints=(*diagnosis.hints, *notes)))
