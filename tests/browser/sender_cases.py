"""What else sends requests than ``fetch()``: cases for the model and for a real Chromium alike."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from crossguard.browser import Blob, Browser, HttpRequest, HttpResponse, Page
from tests.browser.recordings import DATA, Json, Replayer

#: What real browsers sent, by profile: "version", and "answers" by the sender's name.
RECORDED_SENDERS = DATA / "senders.json"

LOCAL, LOOPBACK = "http://localhost:8080", "http://127.0.0.1:5000"
API, APP, OTHER = "https://api.example.com", "https://app.example.com", "https://api.other.test"
PLAIN_PAGE, PLAIN_API = "http://www.shop.test:8080", "http://api.shop.test:5000"


@dataclass(frozen=True)
class Sender:
    """A way to send a request from *page* to *target*; *argument* is the form's method, the body …

    *via* is where a redirect leads from.
    """

    kind: str
    page: str
    target: str
    argument: str = ""
    policy: str = ""
    via: str = ""

    @property
    def name(self) -> str:
        via = f"via {self.via}" if self.via else ""
        words = (self.kind, self.argument, self.policy, self.page, "to", self.target, via)
        return " ".join(filter(None, words))

    @property
    def path(self) -> str:
        """One of its own, so that no cache answers."""
        return f"/sent/{zlib.crc32(self.name.encode())}"

    @property
    def url(self) -> str:
        scheme = {"http": "ws", "https": "wss"}[self.target.partition(":")[0]]
        host = self.target.partition("://")[2]
        url = f"{scheme}://{host}{self.path}" if self.kind == "websocket" else self.target + self.path
        return f"{self.via}/moved?{quote(url)}" if self.via else url


_ANSWER = (("Access-Control-Allow-Credentials", "true"), ("Access-Control-Allow-Headers", "content-type"))
_RELATIONS = [
    (LOCAL, LOCAL),
    (LOCAL, "http://localhost:5000"),
    (LOCAL, LOOPBACK),
    (APP, APP),
    (APP, API),
    (APP, OTHER),
    (APP, "http://localhost:5000"),
    (PLAIN_PAGE, PLAIN_API),
    (PLAIN_PAGE, OTHER),
]

_FEW = [
    (LOCAL, "http://localhost:5000"),
    (LOCAL, LOOPBACK),
    (APP, APP),
    (APP, API),
    (APP, OTHER),
    (APP, "http://localhost:5000"),
]

SENDERS = [
    *(
        Sender(kind, page, target, argument)
        for page, target in _RELATIONS
        for kind, argument in [
            ("form", "post"),
            ("form", "get"),
            ("link", ""),
            ("beacon", "text"),
            ("image", ""),
            ("websocket", ""),
        ]
    ),
    *(
        Sender("form", page, target, "post", policy)
        for page, target in [(APP, APP), (APP, API), (APP, OTHER)]
        for policy in ("no-referrer", "same-origin", "origin")
    ),
    Sender("beacon", LOCAL, "http://localhost:5000", "json"),
    Sender("image", APP, API, "anonymous"),
    Sender("image", APP, API, "use-credentials"),
    Sender("form", APP, API, "text/plain"),
    Sender("form", APP, API, "multipart/form-data"),
    Sender("address bar", APP, API),
    Sender("address bar", APP, API, via=API),
    Sender("address bar", APP, API, via=APP),
    Sender("address bar", APP, API, via=OTHER),
    Sender("link", APP, API, via=OTHER),
    *(
        Sender(kind, page, target, argument)
        for page, target in [(LOCAL, LOCAL), *_FEW]
        for kind, argument in [
            ("script", ""),
            ("script", "anonymous"),
            ("script", "use-credentials"),
            ("module", ""),
            ("image", "anonymous"),
            ("image", "use-credentials"),
            ("frame", ""),
            ("frame", "sandbox"),
            ("frame", "allow-same-origin"),
            ("xhr", ""),
            ("xhr", "credentials"),
            ("xhr", "upload"),
            ("eventsource", ""),
            ("eventsource", "credentials"),
            ("referrer", "none"),
            ("referrer", "/elsewhere?q"),
            ("referrer", "https://evil.example/"),
        ]
    ),
    *(
        Sender("framed fetch", page, target, frame)
        for page, target, frame in [
            (LOCAL, "http://localhost:5000", "http://localhost:5000"),
            (LOCAL, LOOPBACK, LOOPBACK),
            (APP, API, API),
            (APP, OTHER, OTHER),
            (APP, APP, OTHER),
            (APP, API, OTHER),
            (APP, OTHER, API),
        ]
    ),
    Sender("image", APP, "http://localhost:5000", via=API),
    Sender("image", APP, "http://localhost:5000", via=APP),
    Sender("script", APP, "http://localhost:5000", via=API),
]
# Two lists may name the same one.
SENDERS = list(dict.fromkeys(SENDERS))


def modelled(sender: Sender, profile: str, replayer: Replayer) -> Json | None:
    """Return what reaches the server of *sender* in the model, None if nothing does."""
    seen: list[HttpRequest] = []

    def send(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        if request.target.path == "/moved":
            return HttpResponse(302, (("Location", unquote(request.target.query or "")),))
        return HttpResponse(200, (*_ANSWER, ("Access-Control-Allow-Origin", sender.page)))

    browser = Browser(profile, send=send)
    replayer.fill_jar(browser)
    if sender.kind == "address bar":
        browser.navigate(sender.url)
    else:
        page = browser.open(f"{sender.page}/page", referrer_policy=sender.policy)
        _KINDS[sender.kind](page, sender.url, sender.argument)
    return seen_by_server(sender, seen)


def _form(page: Page, url: str, argument: str) -> None:
    if argument in {"get", "post"}:
        page.submit_form(url, [("a", "1")], method=argument)
    else:
        page.submit_form(url, [("a", "1")], enctype=argument)


def _framed_fetch(page: Page, url: str, frame: str) -> None:
    page.open_frame(f"{frame}/embedded?{quote(url, safe='')}").verdict(url, credentials="include")


def _frame(page: Page, url: str, argument: str) -> None:
    page.open_frame(url, sandbox=argument.removeprefix("sandbox") if argument else None)


def _xhr(page: Page, url: str, argument: str) -> None:
    words = argument.split()
    listens, credentials = "upload" in words, "credentials" in words
    page.xhr(url, method="POST", body="x", with_credentials=credentials, upload_listener=listens)


def _referrer(page: Page, url: str, argument: str) -> None:
    page.verdict(url, referrer="" if argument == "none" else argument, mode="no-cors", method="POST")


def _beacon(page: Page, url: str, argument: str) -> None:
    page.send_beacon(url, "x" if argument == "text" else Blob(b"{}", "application/json"))


_KINDS: dict[str, Callable[[Page, str, str], object]] = {
    "form": _form,
    "link": lambda page, url, _: page.follow_link(url),
    "beacon": _beacon,
    "image": lambda page, url, argument: page.load_image(url, crossorigin=argument or None),
    "script": lambda page, url, argument: page.load_script(url, crossorigin=argument or None),
    "module": lambda page, url, argument: page.load_script(url, crossorigin=argument or None, module=True),
    "frame": _frame,
    "framed fetch": _framed_fetch,
    "xhr": _xhr,
    "eventsource": lambda page, url, argument: page.open_event_source(
        url, with_credentials=argument == "credentials"
    ),
    "referrer": _referrer,
    "websocket": lambda page, url, _: page.open_websocket(url),
}


def seen_by_server(sender: Sender, requests: list[HttpRequest]) -> Json | None:
    """Return what the write gate asks of the request that arrived, None if none did."""
    sent = [request for request in requests if request.target.path == sender.path]
    actual = [request for request in sent if request.method != "OPTIONS"]
    if not actual:
        return None
    request = actual[-1]
    fields: dict[str, Any] = {
        name: request.header(name)
        for name in ("Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Referer", "Upgrade")
    }
    content_type = request.header("Content-Type")
    cookie = request.header("Cookie")
    return {
        "method": request.method,
        "preflighted": len(sent) > len(actual),
        **fields,
        "Content-Type": content_type and content_type.partition("; boundary")[0],
        "cookies": sorted({part.partition("=")[0].strip() for part in cookie.split(";")} if cookie else ()),
        "query": request.target.query,
    }
