"""``crossguard verify``: does an edge do what the policy of an application says?"""

import argparse
import os
import sys
import time
from collections.abc import Mapping
from typing import Any, Final

from crossguard.browser import HttpRequest, HttpResponse, Send, TransportError
from crossguard.browser.transports import network
from crossguard.browser.urls import UrlSyntaxError, parse_url
from crossguard.cli.application import ApplicationError
from crossguard.cli.carrier import network_errors, unchecked
from crossguard.cli.findings import Finding, Severity
from crossguard.cli.progress import progress_bar
from crossguard.cli.screen import Screen
from crossguard.cli.show import count_line, show_findings
from crossguard.core.issues import shown
from crossguard.edge.application import Application
from crossguard.edge.differences import EDGE_TEXTS
from crossguard.edge.paths import is_plain
from crossguard.edge.verify import Difference, Report, verify

DESCRIPTION: Final = """\
Ask a live edge the questions that follow from the policy of an application, and
say what differs: who gains or loses by it, and where it comes from. Sends GET and
OPTIONS only, without cookies.
"""
EPILOGUE: Final = """\
Example:
  crossguard verify --policy shop:app https://api.example.com

Exit code: 0 the edge does what the policy says, 1 something differs, 2 it could not be asked.
"""
#: All requests together may take as long as this many single ones.
_PATIENCE: Final = 60


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    add("url", help="the edge; a path is where it has the application")
    add("--policy", required=True, metavar="MODULE:APP", help="the application, or a policy")
    add("--mount", default="", metavar="PATH", help="the path at which the edge has the application")
    add("--sample", type=int, default=20, metavar="N", help="listed origins of each policy; %(default)s")
    add("--timeout", type=float, default=10.0, metavar="SECONDS", help="for each request; %(default)g")
    add("--insecure", action="store_true", help="accept any https certificate")
    add("--json", action="store_true", help="print JSON")


def run_verify(application: Application, options: Mapping[str, Any]) -> int:
    """Ask the edge, print what differs, and return the exit code.

    Args:
        application: whose policies are compared.
        options: ``url``, ``mount``, ``sample``, ``timeout``, ``insecure`` and ``json``.

    Raises:
        ApplicationError: an option makes no sense.
        EdgeSilentError: the edge does not answer.
    """
    edge, mount = _edge(options["url"], options["mount"])
    if not 1 <= options["sample"] <= 10_000:  # noqa: PLR2004 - one origin, and hours of asking
        raise ApplicationError("--sample is a number from 1 to 10000.")
    if not 0.1 <= options["timeout"] <= 600:  # noqa: PLR2004 - one blink, and ten minutes
        raise ApplicationError("--timeout is a number of seconds from 0.1 to 600.")
    if not application.policies:
        raise ApplicationError("the application has no policy that could be compared.")
    if not application.known():
        raise ApplicationError("a list of the application cannot be read, so its policy is not known.")
    send = _sender(options["timeout"], insecure=options["insecure"])
    report = verify(
        application,
        edge,
        send,
        mount=mount,
        sample=options["sample"],
        progress=progress_bar(sys.stderr, "questions"),
    )
    findings = [_finding(difference) for difference in report.differences]
    screen = Screen(sys.stdout, os.environ)
    if options["json"]:
        screen.document(_document(application, edge + mount, report, findings))
    else:
        _show(screen, application, edge + mount, report, findings)
    sys.stdout.flush()
    return int(any(finding.severity is not Severity.INFO for finding in findings))


def _edge(text: str, mount: str) -> tuple[str, str]:
    try:
        url = parse_url(text)
    except UrlSyntaxError as error:
        raise ApplicationError(
            f"{shown(text)} is no URL: {error}. Write it as in https://api.example.com."
        ) from error
    if not url.is_http or url.query is not None:
        raise ApplicationError(f"{shown(text)} is not the address of an edge, as in https://api.example.com.")
    if url.path != "/" and mount:
        raise ApplicationError(
            "the URL has a path, which is where the application is mounted: leave out --mount."
        )
    mount = (mount or url.path).rstrip("/")
    if mount and not is_plain(mount):
        raise ApplicationError(f"{shown(mount)} is not a plain path, as in /shop.")
    return f"{url.scheme}://{url.authority}", mount


def _sender(timeout: float, *, insecure: bool) -> Send:
    send = network(timeout=timeout, context=unchecked() if insecure else None)
    deadline = time.monotonic() + timeout * _PATIENCE

    def carry(request: HttpRequest) -> HttpResponse:
        if time.monotonic() > deadline:
            raise TransportError(f"all questions together took more than {timeout * _PATIENCE:g} seconds")
        with network_errors(timeout):
            return send(request)

    return carry


def _finding(difference: Difference) -> Finding:
    words = EDGE_TEXTS[difference.code]
    more = f" Seen {difference.times} times." if difference.times > 1 else ""
    policy = f" Policy: {difference.policy}." if difference.policy else ""
    return Finding(
        Severity(words.level),
        difference.code.value,
        difference.where,
        difference.text + more + policy,
        difference.fix,
    )


def _show(
    screen: Screen, application: Application, edge: str, report: Report, findings: list[Finding]
) -> None:
    count = len(application.policies)
    policies = f"{count} {'policy' if count == 1 else 'policies'}"
    screen.paragraph(f"{edge} was asked {report.asked} times about {policies}.", paint=screen.paint("bold"))
    if application.debug:
        screen.paragraph("The application is in debug, where its lists are wider than in production.")
    screen.line()
    show_findings(screen, findings)
    if findings:
        screen.line(count_line(findings))
    else:
        screen.paragraph("It does what the policy says.", paint=screen.paint("green"))


def _document(
    application: Application, edge: str, report: Report, findings: list[Finding]
) -> dict[str, object]:
    return {
        "edge": edge,
        "debug": application.debug,
        "same": not any(finding.severity is not Severity.INFO for finding in findings),
        "requests": report.asked,
        "policies": [
            {"name": policy.name, "declared": policy.place or None} for policy in application.policies
        ],
        "findings": [
            finding.document() | {"count": difference.times}
            for finding, difference in zip(findings, report.differences, strict=True)
        ],
    }
