"""What else sends requests than ``fetch()``: cases for the model and for a real Chromium alike."""

from dataclasses import dataclass
from typing import Any

from crossguard.browser import Blob, Browser, HttpRequest, HttpResponse
from tests.browser.recordings import Json, Replayer

LOCAL, LOOPBACK = "http://localhost:8080", "http://127.0.0.1:5000"
API, APP, OTHER = "https://api.example.com", "https://app.example.com", "https://api.other.test"
PLAIN_PAGE, PLAIN_API = "http://www.shop.test:8080", "http://api.shop.test:5000"


@dataclass(frozen=True)
class Sender:
    """A way to send a request from *page* to *target*; *argument* is the form's method, the body …"""

    kind: str
    page: str
    target: str
    argument: str = ""
    policy: str = ""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.kind, self.argument, self.policy, self.page, "to", self.target)))

    @property
    def url(self) -> str:
        scheme = {"http": "ws", "https": "wss"}[self.target.partition(":")[0]]
        host = self.target.partition("://")[2]
        return f"{scheme}://{host}/sent" if self.kind == "websocket" else f"{self.target}/sent"


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
]


def modelled(sender: Sender, profile: str, replayer: Replayer) -> Json | None:
    """Return what reaches the server of *sender* in the model, None if nothing does."""
    seen: list[HttpRequest] = []

    def send(request: HttpRequest) -> HttpResponse:
        if request.method != "OPTIONS":
            seen.append(request)
        return HttpResponse(200, (*_ANSWER, ("Access-Control-Allow-Origin", sender.page)))

    browser = Browser(profile, send=send)
    replayer.fill_jar(browser)
    page = browser.open(f"{sender.page}/page", referrer_policy=sender.policy)
    match sender.kind:
        case "form" if sender.argument in {"get", "post"}:
            page.submit_form(sender.url, [("a", "1")], method=sender.argument)
        case "form":
            page.submit_form(sender.url, [("a", "1")], enctype=sender.argument)
        case "link":
            page.follow_link(sender.url)
        case "beacon":
            page.send_beacon(
                sender.url, "x" if sender.argument == "text" else Blob(b"{}", "application/json")
            )
        case "image":
            page.load_image(sender.url, crossorigin=sender.argument or None)
        case "websocket":
            page.open_websocket(sender.url)
        case "address bar":
            browser.navigate(sender.url)
    return view(seen[-1]) if seen else None


def view(request: HttpRequest) -> Json:
    """Return what the write gate asks of a request."""
    fields: dict[str, Any] = {
        name: request.header(name)
        for name in ("Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Upgrade")
    }
    content_type = request.header("Content-Type")
    cookie = request.header("Cookie")
    return {
        "method": request.method,
        **fields,
        "Content-Type": content_type and content_type.partition("; boundary")[0],
        "cookies": sorted({part.partition("=")[0].strip() for part in cookie.split(";")} if cookie else ()),
        "query": request.target.query,
    }
