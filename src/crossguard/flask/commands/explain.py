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
from crossguard.cli.attempt import Attempt, Attempted, AttemptError, parse_cookie, parse_header, run_attempt
from crossguard.cli.screen import Screen, silence
from crossguard.cli.show import attempt_document, show_attempt
from crossguard.core.issues import shown
from crossguard.explain import FixKind
from crossguard.explain.hints import HintNote
from crossguard.flask.commands.application import CommandError, load_application, table_of
from crossguard.flask.commands.dry_run import answer_without_running
from crossguard.flask.commands.fix import offer_of, settle
from crossguard.flask.cookies import configured_cookies
from crossguard.flask.lookup import questions_about
from crossguard.flask.places import place_of_error
from crossguard.flask.table import Table

#: Where a path is, if no policy names the API's own origin.
DEFAULT_ORIGIN: Final = "http://localhost:5000"
#: The code of the hint about a view that raised.
APPLICATION_RAISED: Final = "application-raised"


def explain_url(context: click.Context, options: Mapping[str, Any]) -> int:
    """Run the model browser against the application; print what happened and return the exit code.

    Raises:
        CommandError: the application does not load, or what was asked for makes no sense.
    """
    app = load_application(context)
    dry = bool(options["dry_run"])
    with table_of(app, serves=not dry) as table:
        try:
            attempt = _attempt(options, app, table)
            send = _within(wsgi(answer_without_running(app, table) if dry else app), attempt.url, table)
            with silence(), _raised(app) as errors:
                attempted = run_attempt(attempt, send, **questions_about(app))
        except AttemptError as error:
            raise CommandError(str(error)) from error
        attempted = _with_errors(attempted, errors)
        offer = offer_of(app, table, attempted) if options["fix"] and attempted.diagnosis.fix else None
    screen = Screen(sys.stdout, os.environ)
    if options["as_json"]:
        document = {"dry_run": dry, **attempt_document(attempt, attempted)}
        if offer is not None:
            offer = settle(screen, offer, yes=options["yes"], dry=dry, quiet=True)
            document["edit"] = offer.document()
        screen.document(document)
    else:
        show_attempt(screen, attempt, attempted)
        if dry:
            screen.line()
            screen.paragraph("A dry run: no view has run, and its own status and headers are unknown.")
        if offer is not None:
            offer = settle(screen, offer, yes=options["yes"], dry=dry, quiet=False)
    return 0 if attempted.diagnosis.readable or (offer is not None and offer.written) else 1


def _attempt(options: Mapping[str, Any], app: Flask, table: Table) -> Attempt:
    body = options["body"]
    return Attempt(
        origin=options["origin"],
        url=_absolute(options["url"], table),
        method=options["method"] or ("GET" if body is None else "POST"),
        headers=tuple(parse_header(text) for text in options["headers"]),
        body=body,
        credentials=options["credentials"],
        mode=options["mode"],
        browser=options["browser"] or "",
        cookies=tuple(_cookie(text, app) for text in options["cookies"]),
    )


def _absolute(text: str, table: Table) -> str:
    """Return the URL that *text* means.

    Raises:
        AttemptError: neither a path nor a URL.
    """
    try:
        if not text.startswith("/"):
            if not parse_url(text).is_http:
                raise AttemptError(f"{shown(text)} is neither http nor https.")
            return text
        base = parse_url(DEFAULT_ORIGIN)
        environ = environ_of(HttpRequest("GET", parse_url(text, base)))
    except UrlSyntaxError as error:
        raise AttemptError(f"{shown(text)}: {error}. Write a path, as in '/api/items/3'.") from error
    governing = table.for_request(environ)
    for policy in (governing, *table.policies):
        if policy is not None and policy.config.public_origins:
            return policy.config.own_examples[0] + text
    return DEFAULT_ORIGIN + text


def _cookie(text: str, app: Flask) -> str:
    """Return the ``Set-Cookie`` line of *text*, with the attributes that *app* is configured with."""
    line = parse_cookie(text)
    name, _, value = line.partition("=")
    for cookie in configured_cookies(app):
        if ";" not in line and cookie.name == name.strip():
            return cookie.set_cookie(value)
    return line


def _within(send: Send, url: str, table: Table) -> Send:
    """Return *send* for the application's own hosts; what leads elsewhere is not it."""
    own = [origin for policy in table.policies for origin in policy.config.own_examples]
    hosts = {parse_url(text).host for text in (url, *own)}

    def carry(request: HttpRequest) -> HttpResponse:
        if request.target.host not in hosts:
            host = shown(request.target.host)[1:-1]
            raise TransportError(
                f"{host} is not this application; `crossguard check` asks through the network"
            )
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
