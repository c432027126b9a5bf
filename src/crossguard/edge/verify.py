"""A live edge asked about a policy: every question, what differs, and what could not be asked."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from crossguard.browser import HttpRequest, HttpResponse, Send, TransportError
from crossguard.browser.urls import parse_url
from crossguard.core.issues import shown
from crossguard.edge.application import Application
from crossguard.edge.differences import EDGE_TEXTS, EdgeCode, Seen
from crossguard.edge.judge import judge
from crossguard.edge.question import Question, questions
from crossguard.edge.verdict import UNLISTED_HEADER, Ability

_SAFELISTED: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "*"})
_LONGEST: Final = 200


class EdgeSilentError(OSError):
    """The edge does not answer, or not with HTTP; the text says what was asked last."""


class Difference(NamedTuple):
    """One thing that an edge does otherwise than the policy says.

    Attributes:
        code: a stable identifier.
        where: the first request that showed it.
        text: what differs, who gains or loses by it, and where it comes from.
        fix: what to do.
        times: how many requests showed it.
        policy: the policy that governs the path; empty if none does.
    """

    code: EdgeCode
    where: str
    text: str
    fix: str
    times: int
    policy: str


class Report(NamedTuple):
    """What came of asking.

    Attributes:
        asked: how many requests were sent.
        differences: errors first.
    """

    asked: int
    differences: tuple[Difference, ...]


def verify(  # noqa: PLR0913 - four of them by name
    application: Application,
    edge: str,
    send: Send,
    *,
    mount: str = "",
    sample: int = 20,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Report:
    """Ask an edge all questions that follow from the policies of *application*.

    Args:
        application: whose policies are compared.
        edge: scheme, host and port of the edge.
        send: carries the requests.
        mount: the path under which the edge has the application.
        sample: how many listed origins of each policy are asked about.
        progress: told how many of all questions were asked.

    Raises:
        EdgeSilentError: a request was not answered.
    """
    asker = _Asker(edge, send)
    asked = questions(application, mount, sample=sample)
    found: dict[tuple[object, ...], tuple[Question, Seen, int]] = {}
    for number, question in enumerate(asked):
        progress(number, len(asked))
        for seen in asker.differences(question):
            policy = question.policy.name if question.policy else ""
            key = (seen.code, seen.kind, policy)
            first, text, count = found.get(key, (question, seen, 0))
            found[key] = (first, text, count + 1)
    progress(len(asked), len(asked))
    differences = [_difference(edge, *entry) for entry in _without_consequences(found)]
    order = [*EdgeCode]
    levels = ["error", "warning", "info"]
    differences.sort(key=lambda entry: (levels.index(EDGE_TEXTS[entry.code].level), order.index(entry.code)))
    return Report(asker.sent, tuple(differences))


def _without_consequences(
    found: dict[tuple[object, ...], tuple[Question, Seen, int]],
) -> Iterator[tuple[Question, Seen, int]]:
    """Leave out near misses where every origin is let in: they say nothing new."""
    strangers = {EdgeCode.STRANGER_READS_WITH_COOKIES, EdgeCode.STRANGER_READS}
    open_to_all = {(code, policy) for code, kind, policy in found if code in strangers and kind == "stranger"}
    for (code, kind, policy), entry in found.items():
        if (code, policy) in open_to_all and kind != "stranger":
            continue
        yield entry


def _difference(edge: str, question: Question, seen: Seen, count: int) -> Difference:
    words = EDGE_TEXTS[seen.code]
    method = "OPTIONS" if seen.preflight or question.plain else "GET"
    origin = "" if question.origin is None else f", Origin: {shown(question.origin, 100)[1:-1]}"
    where = f"{method} {edge}{question.path}{origin}"
    policy = question.policy.name if question.policy else ""
    return Difference(seen.code, where, words.text.format(**seen.fills).strip(), words.fix, count, policy)


class _Asker:
    """Sends the requests of a question, one after the other."""

    def __init__(self, edge: str, send: Send) -> None:
        self._edge = edge
        self._send = send
        self.sent = 0

    def differences(self, question: Question) -> list[Seen]:
        """Ask *question* and return how the answers differ from the policy."""
        if question.plain:
            return judge(question, None, self._ask("OPTIONS", question), _nothing)
        preflight = None
        if question.origin is not None:
            preflight = self._preflight(question, *_asked_for(question))
        actual = self._ask("GET", question)

        def again(ability: Ability) -> HttpResponse:
            if ability.kind == "method":
                return self._preflight(question, ability.what, "")
            return self._preflight(question, "GET", ability.what)

        return judge(question, preflight, actual, again)

    def _preflight(self, question: Question, method: str, names: str) -> HttpResponse:
        headers = [("Access-Control-Request-Method", method)]
        if names:
            headers.append(("Access-Control-Request-Headers", names))
        return self._ask("OPTIONS", question, *headers)

    def _ask(self, method: str, question: Question, *headers: tuple[str, str]) -> HttpResponse:
        own = [] if question.origin is None else [("Origin", question.origin)]
        request = HttpRequest(
            method, parse_url(self._edge + question.path), (("Accept", "*/*"), *headers, *own)
        )
        self.sent += 1
        try:
            return self._send(request)
        except (TransportError, OSError) as error:
            text = shown(f"{method} {question.path}", _LONGEST)[1:-1]
            raise EdgeSilentError(f"{self._edge} does not answer {text}: {error}") from error


def _asked_for(question: Question) -> tuple[str, str]:
    """Return a method and header names that the policy allows, as a page would ask for them."""
    config = question.policy.config if question.policy else None
    if config is None:
        return "PUT", ""
    method = next((name for name in config.methods if name not in _SAFELISTED), "GET")
    names = sorted(name.lower() for name in config.allow_headers if name != "*")
    if not names and config.allow_headers:
        names = [UNLISTED_HEADER]
    return method, ",".join(names)


def _nothing(_ability: Ability) -> HttpResponse:
    raise AssertionError("a plain OPTIONS is asked once")
