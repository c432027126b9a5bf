"""The browser model: fetches per second and core against an application in this process."""

from bench.contenders import origins
from bench.contenders.flask_apps import APPS
from bench.figures import Measured, measured
from bench.requests import LISTED
from bench.timing import Pace, clock, quiet
from crossguard.browser import Browser
from crossguard.browser.transports import wsgi

TITLE = "The browser model"
COUNT = 2000
#: Over https, because WebKit lets a page over https call no other.
API = "https://api.example.com/items"


def measure(pace: Pace) -> Measured:
    """Return fetches per second of processor time, by browser."""
    count = 20 if pace.quick else COUNT
    rows = {
        profile: {
            "fetches": _per_second(profile, "GET", count),
            "fetches with a preflight": _per_second(profile, "POST", count),
        }
        for profile in ("chromium", "firefox", "webkit")
    }
    return measured(TITLE, "fetches per second of processor time, the application included", rows)


def _per_second(profile: str, method: str, count: int) -> float:
    """Return fetches per second; every URL is new, so that no cache answers."""
    page = Browser(profile, send=wsgi(APPS["crossguard.flask"](origins(1)))).open(LISTED)
    headers = {"Content-Type": "application/json"} if method == "POST" else {}
    body = "{}" if method == "POST" else None
    with quiet():
        start = clock()
        for number in range(count):
            answer = page.fetch(
                f"{API}?n={number}", method=method, headers=headers, body=body, credentials="include"
            )
            assert answer.ok, answer
        return round(count / (clock() - start), 1)
