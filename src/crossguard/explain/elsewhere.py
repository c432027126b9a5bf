"""Where other browsers would do otherwise: the same fetch, answered with what the server said already."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from crossguard.browser import PROFILES, HttpRequest, HttpResponse, Send, TransportError, Verdict
from crossguard.core.issues import shown
from crossguard.explain.failures import COOKIE_TEXTS
from crossguard.explain.verdicts import explain_verdict

#: Makes the fetch in the browser of that name, whose network is the callable.
Fetch: TypeAlias = Callable[[str, Send], Verdict]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What another browser does otherwise.

    Attributes:
        browser: the name of its profile.
        title: what people call it, with what the answer is worth.
        readable: whether script sees the answer there; None where an answer would have to be asked for.
        code: what stops it there; ``readable`` if nothing does.
        text: the difference, in a sentence.
    """

    browser: str
    title: str
    readable: bool | None
    code: str
    text: str


def find_elsewhere(verdict: Verdict, send: Send, fetch: Fetch) -> tuple[Elsewhere, ...]:
    """Return which other browsers end otherwise, or leave other cookies behind.

    No view runs again: each request is answered as it was for *verdict*. A preflight that only the other
    browser sends is asked for, because no preflight changes anything.

    Args:
        verdict: what came of the fetch in one browser.
        send: carries preflights.
        fetch: makes the fetch in another browser.
    """
    others = (name for name in PROFILES if name != verdict.profile)
    return tuple(found for name in others if (found := _compare(verdict, name, send, fetch)) is not None)


def _compare(verdict: Verdict, name: str, send: Send, fetch: Fetch) -> Elsewhere | None:
    answers = _Answers(verdict, send)
    other = fetch(name, answers)
    profile = PROFILES[name]
    title = f"{profile.title} ({profile.caveat})" if profile.caveat else profile.title
    if answers.unknown is not None:
        # Only a request that the first browser did not send: it stopped earlier.
        text = f"it sends {answers.unknown}, which this run did not."
        return Elsewhere(name, title, None, "not-asked", text)
    diagnosis, here = explain_verdict(other), explain_verdict(verdict)
    if (diagnosis.readable, diagnosis.code) != (here.readable, here.code):
        text = (
            f"readable: {diagnosis.summary}"
            if diagnosis.readable
            else f"blocked, because {diagnosis.summary}"
        )
        return Elsewhere(name, title, diagnosis.readable, diagnosis.code, text)
    lost = list(_lost_cookies(verdict, other))
    if not lost:
        return None
    return Elsewhere(name, title, diagnosis.readable, diagnosis.code, " ".join(lost))


def _lost_cookies(verdict: Verdict, other: Verdict) -> Iterable[str]:
    """Yield what is said of each cookie that goes along in one of the two only."""
    for mine, its in zip(verdict.hops, other.hops, strict=False):
        reasons = {refusal.name: refusal.code for refusal in its.cookies.withheld}
        for cookie in sorted(set(mine.cookies.sent) - set(its.cookies.sent)):
            code = reasons.get(cookie)
            why = f": {COOKIE_TEXTS[code].meaning}" if code is not None else ", because it was never stored."
            yield f"the cookie {shown(cookie, 60)[1:-1]} does not go along{why}"
        for cookie in sorted(set(its.cookies.sent) - set(mine.cookies.sent)):
            yield f"the cookie {shown(cookie, 60)[1:-1]} goes along there."


class _Answers:
    """A network that repeats what the server said, and knows what it was never asked."""

    def __init__(self, verdict: Verdict, send: Send) -> None:
        self._send = send
        self._known: dict[tuple[str, str], HttpResponse] = {}
        self.unknown: str | None = None
        self._silent: set[tuple[str, str]] = set()
        for hop in verdict.hops:
            for exchange in (hop.preflight, hop.actual):
                if exchange is None:
                    continue
                key = exchange.request.method, hop.url
                if exchange.response is None:
                    self._silent.add(key)
                else:
                    self._known[key] = exchange.response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = self._known.get((request.method, request.url))
        if known is not None:
            return known
        if (request.method, request.url) in self._silent:
            raise TransportError("no answer came before")
        if request.method == "OPTIONS" and request.header("Access-Control-Request-Method") is not None:
            return self._send(request)
        self.unknown = f"{request.method} {shown(request.url, 200)[1:-1]}"
        raise TransportError("it was not asked")
