"""``crossguard check``: would a browser let this page use that API, through the network? Needs no Flask."""

import argparse
import os
import sys
from typing import Final

from crossguard.browser.urls import Url, UrlSyntaxError, parse_url
from crossguard.cli.attempt import (
    BROWSERS,
    CREDENTIALS,
    MODES,
    Attempted,
    AttemptError,
    default_method,
    parse_cookie,
    parse_header,
    run_attempt,
    stopped_at,
)
from crossguard.cli.carrier import Carrier
from crossguard.cli.findings import Finding
from crossguard.cli.observe import observe, observe_addresses
from crossguard.cli.screen import Screen
from crossguard.cli.senders import SENDERS, Attempt, SenderError, sender_of
from crossguard.cli.show import attempt_document, show_attempt, show_findings
from crossguard.core.issues import shown

_EXIT_BLOCKED: Final = 1

DESCRIPTION: Final = """\
Ask a browser's rules about a URL, through the network and the proxies that
stand in between. The request is really sent, also with -X POST. Besides, one preflight
is sent if the fetch needs none, and a GET is repeated as a stranger.
"""
EPILOGUE: Final = """\
Example:
  crossguard check --origin http://localhost:8080 --credentials include http://localhost:5000/items

Exit code: 0 the page can read the answer, 1 it cannot, 2 the command is wrong.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    add("url", help="the URL that the page calls")
    add("--origin", required=True, help="the origin of the page, as in http://localhost:8080")
    add("--credentials", choices=CREDENTIALS, help="as in fetch(); same-origin, or include with --cookie")
    add("--as", dest="sent_as", choices=SENDERS, default="", help="what sends it; fetch, or what ws:// says")
    add("-X", dest="method", metavar="METHOD", help="the method; GET, or POST with -d")
    add("-H", dest="header", metavar="'NAME: VALUE'", action="append", default=[], help="a request header")
    add("-d", dest="data", metavar="BODY", help="the body, as text")
    add("--cookie", metavar="'NAME=VALUE'", action="append", default=[], help="a cookie the API had set")
    add(
        "--browser",
        choices=BROWSERS,
        default="",
        help="whose rules; by default chromium's, and at the end where others differ",
    )
    add("--mode", choices=MODES, default=MODES[0], help="as in fetch(); %(default)s")
    add("--follow-hosts", action="store_true", help="follow redirects to other hosts")
    add("--timeout", type=_seconds, default=10.0, help="seconds for everything together; %(default)g")
    add("--insecure", action="store_true", help="accept any https certificate")
    add("--json", action="store_true", help="print JSON")


def run_check(parsed: argparse.Namespace) -> int:
    """Make the attempt, print what came of it, and return the exit code.

    Raises:
        AttemptError: what was asked for makes no sense.
    """
    sent_as, target = _target(parsed.url, parsed.sent_as)
    attempt = Attempt(
        origin=parsed.origin,
        url=parsed.url,
        method=parsed.method or default_method(sent_as, parsed.data),
        headers=tuple(parse_header(text) for text in parsed.header),
        body=parsed.data,
        credentials=parsed.credentials or ("include" if parsed.cookie else CREDENTIALS[0]),
        mode=parsed.mode,
        browser=parsed.browser,
        cookies=tuple(parse_cookie(text) for text in parsed.cookie),
        sent_as=sent_as,
    )
    carrier = Carrier(
        target.host, timeout=parsed.timeout, follow_hosts=parsed.follow_hosts, insecure=parsed.insecure
    )
    attempted = run_attempt(attempt, carrier)
    if carrier.other_host:
        attempted = stopped_at(attempted, carrier.other_host, "(--follow-hosts goes on there.)")
    address = carrier.address
    findings = observe(attempt, attempted.verdict, carrier)
    findings += observe_addresses(attempted.verdict, carrier, address)
    _show(
        attempt,
        attempted,
        findings,
        address=f"[{address}]" if ":" in address else address,
        as_json=parsed.json,
    )
    return 0 if attempted.diagnosis.readable else _EXIT_BLOCKED


def _show(
    attempt: Attempt, attempted: Attempted, findings: list[Finding], *, address: str, as_json: bool
) -> None:
    screen = Screen(sys.stdout, os.environ)
    if as_json:
        document = attempt_document(attempt, attempted)
        found = [finding.document() for finding in findings]
        screen.document(document | {"address": address or None, "findings": found})
    else:
        show_attempt(screen, attempt, attempted, address=address)
        if findings:
            screen.line()
            show_findings(screen, findings)
    sys.stdout.flush()


def _target(text: str, asked: str) -> tuple[str, Url]:
    """Return what sends a request to the URL *text*, and where to."""
    try:
        url = parse_url(text)
    except UrlSyntaxError as error:
        raise AttemptError(
            f"{shown(text)} is no URL: {error}. Write it whole, as in 'https://api.example.com/path'."
        ) from error
    if not url.is_http and url.scheme not in {"ws", "wss"}:
        raise AttemptError(
            f"{shown(text)} is neither http nor https, ws nor wss. Write http:// or https:// before it."
        )
    try:
        return sender_of(asked, text), url
    except SenderError as error:
        raise AttemptError(str(error)) from error


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 600:  # noqa: PLR2004 - one blink, and ten minutes
        raise argparse.ArgumentTypeError("seconds are a number from 0.1 to 600")
    return seconds
