"""Measure the browser model: fetches per second and core against an application in this process.

python -m bench.model
"""

import time

from bench.apps import LISTED, with_crossguard
from crossguard.browser import Browser
from crossguard.browser.transports import wsgi

COUNT = 2000
API = "http://localhost:5000/items"


def per_second(profile: str, method: str) -> float:
    """Return fetches per second of processor time; every URL is new, so that no cache answers."""
    page = Browser(profile, send=wsgi(with_crossguard(1))).open(LISTED)
    headers = {"Content-Type": "application/json"} if method == "POST" else {}
    body = "{}" if method == "POST" else None
    start = time.process_time()
    for number in range(COUNT):
        answer = page.fetch(
            f"{API}?n={number}", method=method, headers=headers, body=body, credentials="include"
        )
        assert answer.ok
    return COUNT / (time.process_time() - start)


def main() -> None:
    print("| browser | fetches per second | with a preflight |\n|---|---:|---:|")
    for profile in ("chromium", "firefox"):
        print(f"| {profile} | {per_second(profile, 'GET'):,.0f} | {per_second(profile, 'POST'):,.0f} |")


if __name__ == "__main__":
    main()
