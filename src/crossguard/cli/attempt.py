"""One attempt: a page of some origin calls a URL in the model browser, and the outcome is explained.

What ``flask cors explain`` and ``crossguard check`` have in common; they differ in what carries the
request.
"""

from dataclasses import dataclass, replace
from typing import Final

from crossguard.browser import PROFILES, Browser, HttpRequest, HttpResponse, Page, Send, UsageError, Verdict
from crossguard.browser.urls import UrlSyntaxError, parse_url
from crossguard.browser.verdict import CookieRefusal
from crossguard.cli.senders import Attempt, SenderError, as_sent, send_as
from crossguard.core.issues import shown
from crossguard.explain import Diagnosis, FixKind, explain_verdict
from crossguard.explain.answered import answered_elsewhere
from crossguard.explain.elsewhere import Elsewhere, find_elsewhere
from crossguard.explain.facts import PolicyFor, RefusalFor, RouteFor
from crossguard.explain.failures import COOKIE_TEXTS, HINT_TEXTS, Hint
from crossguard.explain.hints import HintNote

#: The browsers that an attempt can be made in.
BROWSERS: Final = tuple(PROFILES)
CREDENTIALS: Final = ("same-origin", "include", "omit")
#: The code of an attempt that ended because the server redirects to another host.
OTHER_HOST: Final = "other-host"
_TO_THE_TARGET: Final = (
    "call the target in the front end; a file in a bucket is fetched without credentials, by a URL that the "
    "API hands out in JSON."
)
MODES: Final = ("cors", "no-cors", "same-origin")


class AttemptError(ValueError):
    """What was asked for is no attempt that a page could make; the text says what to write."""


@dataclass(frozen=True, slots=True)
class Attempted:
    """What came of an attempt.

    Attributes:
        verdict: everything that the browser did.
        diagnosis: its explanation.
        elsewhere: where other browsers differ; empty if one was asked for.
    """

    verdict: Verdict
    diagnosis: Diagnosis
    elsewhere: tuple[Elsewhere, ...] = ()


def default_method(sent_as: str, body: str | None) -> str:
    """Return the method where none is given: a form posts, and so does what has a body."""
    return "GET" if body is None and sent_as != "form" else "POST"


def parse_header(text: str) -> tuple[str, str]:
    """Return the name and the value of ``Name: value``.

    Raises:
        AttemptError: there is no colon.
    """
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise AttemptError(f"{shown(text)} is no header. Write it as in 'X-Token: 123'.")
    return name.strip(), value.strip()


def parse_cookie(text: str) -> str:
    """Return *text* if it can stand in ``Set-Cookie``.

    Raises:
        AttemptError: there is no name.
    """
    name, equals, _ = text.partition("=")
    if not equals or not name.strip() or ";" in name or any(ord(char) < 0x20 for char in text):  # noqa: PLR2004 - C0
        raise AttemptError(f"{shown(text)} is no cookie. Write it as in 'session=abc; SameSite=Lax'.")
    return text


def run_attempt(
    attempt: Attempt,
    send: Send,
    policy_for: PolicyFor | None = None,
    route_for: RouteFor | None = None,
    refusal_for: RefusalFor | None = None,
) -> Attempted:
    """Make an attempt in a fresh browser and explain what came of it.

    Args:
        attempt: what the page does.
        send: carries the requests.
        policy_for: returns the policy of a request, where it is known.
        route_for: names the route of a request, where it is known.
        refusal_for: returns why a write is refused, where the application is in this process.

    Raises:
        AttemptError: no page can have that origin.
    """
    verdict, refused = _fetch(attempt, attempt.browser or BROWSERS[0], send)
    diagnosis = as_sent(attempt, verdict, explain_verdict(verdict, policy_for, route_for, refusal_for))
    elsewhere: tuple[Elsewhere, ...] = ()
    if not attempt.browser:
        elsewhere = find_elsewhere(verdict, send, lambda name, answer: _fetch(attempt, name, answer)[0])
    return Attempted(verdict, replace(diagnosis, hints=(*refused, *diagnosis.hints)), elsewhere)


def stopped_at(attempted: Attempted, url: str, go_on: str) -> Attempted:
    """Say that an attempt ended at the edge of the host, not at a server that does not answer.

    Args:
        attempted: what came of it.
        url: where a redirect leads, on another host.
        go_on: how it is followed.
    """
    there = shown(url, 200)[1:-1]
    answered = answered_elsewhere(attempted.verdict)
    if answered is None:
        who, fix = "", _TO_THE_TARGET
    else:
        who, fix = f" {answered.text}", answered.fix
    diagnosis = replace(
        attempted.diagnosis,
        code=OTHER_HOST,
        summary=f"the server redirects to another host, {there}, where nothing was sent.{who}",
        fix=f"{fix} {go_on}",
        kind=FixKind.FRONT_END,
    )
    return replace(attempted, diagnosis=diagnosis)


def _fetch(attempt: Attempt, browser_name: str, send: Send) -> tuple[Verdict, tuple[HintNote, ...]]:
    """Return what came of an attempt, and which cookies were not stored before it."""
    carrier = _Carrier(send)
    browser = Browser(browser_name, send=carrier)
    try:
        page = browser.open(_page_url(attempt.origin))
    except UsageError as error:
        raise AttemptError(f"--origin: {error}. Write it as in 'http://localhost:8080'.") from error
    refused = _store_cookies(browser, page, carrier, attempt)
    try:
        return send_as(page, attempt), refused
    except SenderError as error:
        raise AttemptError(str(error)) from error


def _page_url(text: str) -> str:
    """Return an address on the origin that *text* names; a path behind it makes no difference."""
    # Pages of file: have the origin null in every browser (HTML Standard, "origin").
    if text == "null" or text[:5].lower() == "file:":
        return "null"
    try:
        return parse_url(text).href
    except UrlSyntaxError as error:
        raise AttemptError(
            f"--origin {shown(text)}: {error}. Write it as in 'http://localhost:8080'."
        ) from error


class _Carrier:
    """Carries requests, unless it was told what to answer."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.answer: HttpResponse | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._send(request) if self.answer is None else self.answer


def _store_cookies(browser: Browser, page: Page, carrier: _Carrier, attempt: Attempt) -> tuple[HintNote, ...]:
    """Put the cookies into the browser as the API would have; return what is not stored at all.

    First as the answer to a fetch of the page, as at sign-in. What is not stored then may have been set
    on a page of the API's own, and the attempt shows whether it travels.
    """
    notes = []
    # A WebSocket's cookies are those of the same address over HTTP (WebSockets Standard, step 1).
    url = f"http{attempt.url[2:]}" if attempt.url[:2].lower() == "ws" else attempt.url
    for line in attempt.cookies:
        carrier.answer = HttpResponse(
            200,
            (
                ("Set-Cookie", line),
                ("Cache-Control", "no-store"),
                ("Access-Control-Allow-Origin", page.origin),
                ("Access-Control-Allow-Credentials", "true"),
            ),
        )
        fetched = page.verdict(url, credentials="include")
        if not any(hop.cookies.stored for hop in fetched.hops) and (refusal := _visit(browser, url)):
            words = COOKIE_TEXTS[refusal.code]
            hint = HINT_TEXTS[Hint.COOKIE_NOT_STORED]
            text = hint.meaning.format(name=shown(refusal.name, 60)[1:-1], reason=words.meaning)
            notes.append(HintNote(Hint.COOKIE_NOT_STORED.value, text, words.fix, kind=words.kind))
    carrier.answer = None
    return tuple(notes)


def _visit(browser: Browser, url: str) -> CookieRefusal | None:
    try:
        verdict = browser.navigate(url)
    except UsageError:
        return None  # the attempt itself says what is wrong with the URL
    return next((refusal for hop in verdict.hops for refusal in hop.cookies.refused), None)
