"""Servers in three lines, for tests of the model."""

from collections.abc import Callable

from crossguard.browser import Browser, HttpRequest, HttpResponse, Page

PAGE = "http://localhost:8080"
API = "http://localhost:5000"

Pairs = tuple[tuple[str, str], ...]

PERMISSIVE: Pairs = (
    ("Access-Control-Allow-Origin", PAGE),
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Methods", "PUT, DELETE, PATCH"),
    ("Access-Control-Allow-Headers", "x-a, x-b, content-type, authorization"),
)


class Server:
    """Answers every request alike, or as *answer* says, and remembers them."""

    def __init__(
        self,
        headers: Pairs = PERMISSIVE,
        *,
        status: int = 200,
        body: bytes = b"",
        answer: Callable[[HttpRequest], HttpResponse | None] | None = None,
    ) -> None:
        self._default = HttpResponse(status, headers, body)
        self._answer = answer
        self.seen: list[HttpRequest] = []

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.seen.append(request)
        answered = self._answer(request) if self._answer is not None else None
        return answered or self._default

    @property
    def methods(self) -> list[str]:
        """The methods that arrived, in order."""
        return [request.method for request in self.seen]


def open_page(server: Server, profile: str = "chromium", url: str = PAGE) -> tuple[Browser, Page]:
    browser = Browser(profile, send=server)
    return browser, browser.open(url)
