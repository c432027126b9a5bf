"""What the page of decisions reads: the last exchanges, the policies, the cookies, and a fetch to try."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from crossguard.browser.browser import Browser
from crossguard.browser.errors import UsageError
from crossguard.browser.profiles import PROFILES
from crossguard.browser.urls import UrlSyntaxError, parse_page_url, parse_url
from crossguard.browser.values import HttpRequest, HttpResponse, TransportError
from crossguard.core.policy import Policy
from crossguard.devtools.cookies import cookie_rows
from crossguard.devtools.exchanges import Memory
from crossguard.devtools.replay import Asking
from crossguard.devtools.seen import Seen
from crossguard.devtools.side import PolicyLine, Side
from crossguard.devtools.why import BadQuestionError, tell, written
from crossguard.explain.verdicts import explain_verdict

# Of longer lists the first are told, and how many there are.
_MOST_LINES: Final = 500
_MOST_ENTRIES: Final = 50
_MOST_TOLD: Final = 50
_MOST_HEADERS: Final = 32
_LONGEST: Final = {"origin": 2048, "url": 2048, "method": 64, "browser": 64, "credentials": 16}
_MAX_NAME, _MAX_VALUE = 256, 1024

Tell = Callable[[Memory, Side, str, Mapping[str, Any]], dict[str, Any]]


class Page(NamedTuple):
    """One address that gives data.

    Attributes:
        method: its method.
        tell: returns what it tells, of the query and of the body.
    """

    method: str
    tell: Tell


def _exchanges(memory: Memory, side: Side, query: str, _body: Mapping[str, Any]) -> dict[str, Any]:
    found = memory.after(_after(query))[:_MOST_TOLD]
    items = []
    for exchange in found:
        seen = Seen(exchange) if exchange.is_preflight else Seen(request=exchange)
        told = tell(seen, Asking(exchange.facts.url), side.broken())
        items.append({"number": exchange.number, "origin": exchange.origin, **told})
    return {"version": 1, "items": items}


def _after(query: str) -> int:
    try:
        text = parse_qs(query[:2048], max_num_fields=16).get("after", ["0"])[0]
    except ValueError:
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0  # noqa: PLR2004 - a count


def _policies(_memory: Memory, side: Side, _query: str, _body: Mapping[str, Any]) -> dict[str, Any]:
    lines = list(side.lines())
    return {
        "version": 1,
        "items": [_line(line) for line in lines[:_MOST_LINES]],
        "count": len(lines),
    }


def _line(line: PolicyLine) -> dict[str, Any]:
    return {
        "level": line.level,
        "rule": line.rule,
        "methods": list(line.methods),
        "policy": None if line.policy is None else _policy(line.policy),
    }


def _policy(policy: Policy) -> dict[str, Any]:
    config = policy.config
    return {
        "name": policy.name,
        "place": policy.place,
        "origins": [str(entry) for entry in config.origins[:_MOST_ENTRIES]],
        "origin_count": len(config.origins),
        "readers": [str(entry) for entry in config.readers[:_MOST_ENTRIES]],
        "reader_count": len(config.readers),
        "supports_credentials": config.supports_credentials,
        "methods": list(config.methods),
        "allow_headers": list(config.allow_headers),
        "expose_headers": list(config.expose_headers),
        "max_age": config.max_age,
        "write_gate": config.write_gate,
        "report_only": config.report_only,
    }


def _cookies(memory: Memory, side: Side, _query: str, _body: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": 1, "items": list(cookie_rows(side, memory))}


def _try(_memory: Memory, side: Side, _query: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Fetch with the model browser from routing and policies; nothing of the application runs."""
    asked = {name: _text(body, name, longest) for name, longest in _LONGEST.items()}
    browser = asked["browser"] or "chromium"
    credentials = asked["credentials"] or "include"
    if browser not in PROFILES:
        raise BadQuestionError(f"browser is one of {', '.join(PROFILES)}")
    if credentials not in {"include", "same-origin", "omit"}:
        raise BadQuestionError("credentials is include, same-origin or omit")
    try:
        url = parse_url(asked["url"])
        page = asked["origin"] if asked["origin"] == "null" else str(parse_page_url(asked["origin"]).origin)
    except UrlSyntaxError as error:
        raise BadQuestionError("origin and url are whole addresses, as in 'http://localhost:8080'") from error
    carry = side.dry_run()

    def send(request: HttpRequest) -> HttpResponse:
        if request.target.origin != url.origin:
            raise TransportError("another server, which is not asked")
        return carry(request)

    try:
        verdict = (
            Browser(browser, send=send)
            .open(page)
            .verdict(
                url.href, method=asked["method"] or "GET", headers=_headers(body), credentials=credentials
            )
        )
    except (UsageError, UrlSyntaxError) as error:
        raise BadQuestionError("this is no fetch that a page can make") from error
    found = explain_verdict(verdict, side.policy_of, side.route_of)
    return {
        "version": 1,
        "readable": found.readable,
        "code": found.code,
        "cause": found.cause,
        "summary": found.summary,
        **written(found),
        "step": found.step,
        "steps": [
            {"stage": step.stage.value, "ok": step.ok, "text": step.text, "details": list(step.details)}
            for step in found.steps
        ],
        "hints": [
            {"code": hint.code, "cause": hint.cause, "text": hint.text, **written(hint)}
            for hint in found.hints
        ],
    }


def _text(body: Mapping[str, Any], name: str, longest: int) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise BadQuestionError(f"{name} is a text of at most {longest} characters")
    return value


def _headers(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    given = body.get("headers", [])
    if not isinstance(given, list) or len(given) > _MOST_HEADERS:
        raise BadQuestionError(f"headers is a list of at most {_MOST_HEADERS} pairs")
    found = []
    for pair in given:
        if (
            not isinstance(pair, list)
            or [type(part) for part in pair] != [str, str]
            or len(pair[0]) > _MAX_NAME
            or len(pair[1]) > _MAX_VALUE
        ):
            raise BadQuestionError("each header is a pair of texts: its name and its value")
        found.append((pair[0], pair[1]))
    return found


#: By the address below the prefix.
PAGES: Final = {
    "exchanges": Page("GET", _exchanges),
    "policies": Page("GET", _policies),
    "cookies": Page("GET", _cookies),
    "try": Page("POST", _try),
}
