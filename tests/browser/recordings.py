"""Recorded verdicts of real browsers: reading them, replaying a case on the model, comparing.

``python -m tests.browser.recordings [file.jsonl.gz]`` prints the agreement per profile and group.
"""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from crossguard.browser import (
    Blob,
    Browser,
    FormData,
    HttpRequest,
    HttpResponse,
    Page,
    PromiseState,
    UrlEncoded,
    Verdict,
)
from crossguard.browser.urls import parse_url

DATA = Path(__file__).parent / "data"
VERDICTS = DATA / "browser-verdicts.jsonl.gz"
WEBKIT = DATA / "browser-verdicts-webkit.jsonl.gz"
#: Cases of other kinds: chains, odd cookies, referrer policies, ranges, sandboxed pages.
MORE = DATA / "browser-verdicts-more.jsonl.gz"
#: Cases put together from parts of those above, recorded with ``make record``.
ASKED = DATA / "browser-verdicts-asked.jsonl.gz"
RECORDED = ("chromium", "firefox", "webkit", "webkit-allow-third-party")

Json = dict[str, Any]

FIRST_PARTY = (
    "plain=1; Path=/",
    "lax=1; Path=/; SameSite=Lax",
    "strict=1; Path=/; SameSite=Strict",
    "none=1; Path=/; SameSite=None; Secure",
    "none_insecure=1; Path=/; SameSite=None",
    "secure=1; Path=/; Secure",
    "part=1; Path=/; SameSite=None; Secure; Partitioned",
)
THIRD_PARTY = (
    "tp_plain=1; Path=/",
    "tp_lax=1; Path=/; SameSite=Lax",
    "tp_none=1; Path=/; SameSite=None; Secure",
    "tp_part=1; Path=/; SameSite=None; Secure; Partitioned",
)
_BODILESS = (204, 304)


def read_cases(path: Path = VERDICTS) -> Iterator[Json]:
    """Yield the cases of *path*, those of the first file with WebKit's verdicts beside the others."""
    if path == VERDICTS:
        for case, webkit in zip(_lines(path), _lines(WEBKIT), strict=True):
            allowing = webkit.get("webkit-allow-third-party", webkit["webkit"])
            yield {**case, **webkit, "webkit-allow-third-party": allowing}
    else:
        yield from _lines(path)


def recorded(cases: list[Json]) -> list[str]:
    """Return the profiles of which every case has a verdict."""
    return [profile for profile in RECORDED if all(profile in case for case in cases)]


def _lines(path: Path) -> Iterator[Json]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        for line in lines:
            yield json.loads(line)


class Recorder:
    """The servers of one case: they answer what it says and note what reached them."""

    def __init__(self, case: Json) -> None:
        self.hops = [{"origin": case["target_origin"], **case}, *(case.get("redirect_hops") or [])]
        self.paths = [f"/case/{quote(case['id'])}/{number}" for number in range(len(self.hops))]
        self.urls = [hop["origin"] + path for hop, path in zip(self.hops, self.paths, strict=True)]
        origins = [case["page_host"], *(hop["origin"] for hop in self.hops)]
        self.servers = {(url.scheme, url.effective_port) for url in map(parse_url, origins)}
        self.answers = self.hops
        self.seen: list[tuple[int, bool, HttpRequest]] = []

    def __call__(self, request: HttpRequest) -> HttpResponse:
        server = (request.target.scheme, request.target.effective_port)
        if server not in self.servers or request.target.path not in self.paths:
            raise ConnectionRefusedError(request.url)
        number = self.paths.index(request.target.path)
        is_preflight = (
            request.method == "OPTIONS" and request.header("Access-Control-Request-Method") is not None
        )
        self.seen.append((number, is_preflight, request))
        answer = self.answers[number]["preflight_response" if is_preflight else "response"]
        if answer is None:
            return HttpResponse(204)
        headers = tuple((name, self._fill(value)) for name, value in answer["headers"])
        body = answer.get("body", "").encode("latin-1")
        if answer["status"] not in _BODILESS:
            headers = (*headers, ("Content-Length", str(len(body))))
        return HttpResponse(answer["status"], headers, body)

    def _fill(self, value: str) -> str:
        if "{hop" not in value:
            return value
        for number, (url, path) in enumerate(zip(self.urls, self.paths, strict=True)):
            host = self.hops[number]["origin"].partition("://")[2]
            value = value.replace(f"{{hop{number}}}", url)
            value = value.replace(f"{{hop{number}.host}}", host).replace(f"{{hop{number}.path}}", path)
        return value


#: Tracking prevention of WebKit cleaned up while the second file was recorded: by then the cookies of a
#: visit were left to these hosts only, and this page had set none.
_LEFT_IN_WEBKIT = ("localhost", "[::1]")
_CLEANED_PAGE = ("https://app.example.com", False)


class Replayer:
    """One profile whose jar was filled as the recordings' was; each case starts from that jar."""

    def __init__(self, profile: str, cases: list[Json]) -> None:
        self.profile = profile
        self._targets = sorted({case["target_origin"] for case in cases})
        pages = sorted({(case["page_host"], case["page_origin"] == "null") for case in cases})
        self._jar = self._prime(self._targets, pages)
        self._jars: dict[tuple[str, bool], dict[str, Any]] = {}

    def _prime(self, visited: list[str], pages: list[tuple[str, bool]]) -> dict[str, Any]:
        browser = Browser(self.profile, send=_set_cookies(FIRST_PARTY))
        for target in visited:
            browser.navigate(target)
        jar = _jar_of(browser)
        browser = Browser(self.profile, send=_set_cookies(THIRD_PARTY))
        browser._session.jar._domains.update(jar)
        for host, sandboxed in pages:
            page = browser.open(host, sandboxed=sandboxed)
            for target in self._targets:
                page.verdict(target, mode="no-cors", credentials="include")
        return _jar_of(browser)

    def _cleaned(self, page: tuple[str, bool]) -> dict[str, Any]:
        if page not in self._jars:
            visited = [target for target in self._targets if parse_url(target).host in _LEFT_IN_WEBKIT]
            self._jars[page] = self._prime(visited, [] if page == _CLEANED_PAGE else [page])
        return self._jars[page]

    def answer(self, case: Json) -> Json:
        """Return what the model says, in the form of a recorded answer."""
        recorder = Recorder(case)
        browser = Browser(self.profile, send=recorder)
        where = (case["page_host"], case["page_origin"] == "null")
        is_cleaned = self.profile.startswith("webkit") and case["group"].startswith("x-")
        self.fill_jar(browser, self._cleaned(where) if is_cleaned else self._jar)
        page = browser.open(where[0], sandboxed=where[1])
        answer = self._one(page, recorder, case["request"], has_hops=bool(case.get("redirect_hops")))
        if case.get("then"):
            answer["then"] = []
            for then in case["then"]:
                browser.advance(then["delay_ms"] / 1000)
                recorder.answers = [then, *(then.get("redirect_hops") or [])]
                has_hops = bool(then.get("redirect_hops"))
                answer["then"].append(self._one(page, recorder, then["request"], has_hops=has_hops))
        return answer

    def fill_jar(self, browser: Browser, jar: dict[str, Any] | None = None) -> None:
        """Give *browser* the cookies that the recordings started with."""
        cookies = self._jar if jar is None else jar
        browser._session.jar._domains.update({key: dict(one) for key, one in cookies.items()})

    def _one(self, page: Page, recorder: Recorder, request: Json, *, has_hops: bool) -> Json:
        recorder.seen = []
        verdict = page.verdict(recorder.urls[0], **options_of(request))
        return observed(script_view(verdict), recorder, has_hops=has_hops)


def observed(script: Json, recorder: Recorder, *, has_hops: bool) -> Json:
    """Return an answer in the recorded form, from what script saw and what reached the servers.

    *script* has ``url`` where a recorded answer has ``final_hop``.
    """
    path = "/" + script["url"].split("/", 3)[3].partition("?")[0] if script.get("url") else None
    answer = {key: value for key, value in script.items() if key != "url"}
    answer["final_hop"] = recorder.paths.index(path) if path in recorder.paths else None
    hops = [_hop(recorder, number) for number in range(len(recorder.paths))]
    answer["preflight_sent"] = hops[0]["preflight_sent"]
    answer["preflight_request_headers"] = hops[0].get("preflight_request_headers")
    answer["actual_reached"] = hops[0]["actual_reached"]
    answer["actual_request_headers"] = hops[0].get("request_headers")
    answer["cookies_sent"] = hops[0].get("cookies")
    answer["hops"] = hops if has_hops else None
    return answer


def _set_cookies(lines: tuple[str, ...]) -> Any:
    response = HttpResponse(200, tuple(("Set-Cookie", line) for line in lines))
    return lambda _request: response


def _jar_of(browser: Browser) -> dict[str, Any]:
    return {key: dict(one) for key, one in browser._session.jar._domains.items()}


def options_of(request: Json) -> Json:
    """Return the model's options for a recorded request."""
    options: Json = {
        "method": request["method"],
        "headers": [tuple(pair) for pair in request["headers"]],
        "mode": request["mode"],
        "credentials": request["credentials"],
        "redirect": request["redirect"],
        "body": body_of(request["body"]),
    }
    names = {
        "cache": "cache",
        "keepalive": "keepalive",
        "integrity": "integrity",
        "referrerPolicy": "referrer_policy",
    }
    options.update({names[key]: request[key] for key in names if key in request})
    return options


def body_of(body: Json | None) -> Any:
    """Return the model's body for a recorded one."""
    if body is None:
        return None
    value = body.get("value")
    match body["kind"]:
        case "text":
            return value
        case "urlencoded":
            return UrlEncoded((("a", "1"),))
        case "form":
            return FormData((("a", "1"),))
        case "blob":
            return Blob(str(value).encode(), body.get("type") or "")
        case "bytes":
            return str(value or "x").encode("latin-1")
        case other:
            raise ValueError(other)


def script_view(verdict: Verdict) -> Json:
    """Return what script saw."""
    response = verdict.response
    return {
        "outcome": "resolved" if verdict.outcome is PromiseState.RESOLVED else "rejected",
        "stage": verdict.stage,
        "type": response and response.type.value,
        "status": None if response is None else response.status,
        "redirected": response and response.redirected,
        "url": response and response.url,
        "exposed_headers": response and [name for name, _ in response.headers],
    }


def _hop(recorder: Recorder, number: int) -> Json:
    preflight = actual = None
    for seen, is_preflight, request in recorder.seen:
        if seen == number and is_preflight and preflight is None:
            preflight = request
        elif seen == number and not is_preflight and actual is None:
            actual = request
    hop: Json = {"preflight_sent": preflight is not None, "actual_reached": actual is not None}
    if preflight is not None:
        hop["preflight_request_headers"] = [list(pair) for pair in preflight.headers]
    if actual is not None:
        cookie = actual.header("Cookie")
        hop["method"] = actual.method
        hop["request_headers"] = [list(pair) for pair in actual.headers]
        hop["cookies"] = sorted(
            part.partition("=")[0].strip() for part in (cookie.split(";") if cookie else ())
        )
    return hop


_SCRIPT_FIELDS = (
    "outcome",
    "stage",
    "type",
    "status",
    "redirected",
    "final_hop",
    "exposed_headers",
    "preflight_sent",
    "actual_reached",
    "cookies_sent",
)
_PREFLIGHT_FIELDS = ("origin", "access-control-request-method", "access-control-request-headers")
_REQUEST_FIELDS = ("origin", "sec-fetch-site")


def compared(answer: Json) -> Json:
    """Return the fields of an answer that count."""
    view: Json = {name: answer[name] for name in _SCRIPT_FIELDS}
    view["preflight"] = _pick(answer["preflight_request_headers"], _PREFLIGHT_FIELDS)
    view["request"] = _pick(answer["actual_request_headers"], _REQUEST_FIELDS)
    for number, hop in enumerate(answer.get("hops") or ()):
        view[f"hop{number}"] = {
            "preflight_sent": hop["preflight_sent"],
            "actual_reached": hop["actual_reached"],
            "method": hop.get("method"),
            "cookies": hop.get("cookies"),
            "preflight": _pick(hop.get("preflight_request_headers"), _PREFLIGHT_FIELDS),
            "request": _pick(hop.get("request_headers"), _REQUEST_FIELDS),
        }
    for number, then in enumerate(answer.get("then") or ()):
        view[f"then{number}"] = compared(then)
    return view


def _pick(headers: list[list[str]] | None, names: tuple[str, ...]) -> Json | None:
    if headers is None:
        return None
    return {name.lower(): value for name, value in headers if name.lower() in names}


def differences(recorded: Json, modelled: Json) -> dict[str, tuple[Any, Any]]:
    """Return the fields on which the two differ, as (recorded, modelled)."""
    left, right = compared(recorded), compared(modelled)
    return {
        name: (left.get(name), right.get(name)) for name in left | right if left.get(name) != right.get(name)
    }


def main() -> None:
    cases = list(read_cases(Path(sys.argv[1]) if len(sys.argv) > 1 else VERDICTS))
    for profile in recorded(cases):
        replayer = Replayer(profile, cases)
        total: Counter[str] = Counter()
        same: Counter[str] = Counter()
        for case in cases:
            total[case["group"]] += 1
            same[case["group"]] += not differences(case[profile], replayer.answer(case))
        for group in sorted(total):
            sys.stdout.write(f"{profile:26}{group:20}{same[group]:6} of {total[group]}\n")
        rest = [group for group in total if group != "http-cache"]
        agree, of = sum(same[group] for group in rest), sum(total[group] for group in rest)
        sys.stdout.write(f"{profile:26}{'without http-cache':20}{agree:6} of {of} = {agree / of:.4%}\n")


if __name__ == "__main__":
    main()
