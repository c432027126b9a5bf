"""A shared cache between browser and server, as RFC 9111 has it, as far as the rules need it."""

import re
from collections.abc import Callable

from tests.flask.wire import Answer

Headers = list[tuple[str, str]]
_HEURISTICALLY_CACHEABLE = {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501}


class SharedCache:
    """Stores what may be stored, and answers from the store where ``Vary`` lets it (RFC 9111 section 4.1)."""

    def __init__(self, fetch: Callable[[str, str, Headers], Answer]) -> None:
        self._fetch = fetch
        self._stored: dict[str, list[tuple[dict[str, str], Answer]]] = {}
        self.hits = 0

    def request(self, method: str, path: str, headers: Headers) -> Answer:
        if method != "GET":
            return self._fetch(method, path, headers)
        sent = {name.lower(): value for name, value in headers}
        for selecting, answer in self._stored.get(path, []):
            if all(sent.get(name) == value for name, value in selecting.items()):
                self.hits += 1
                return answer
        answer = self._fetch(method, path, headers)
        names = [
            item.strip().lower() for value in answer.all("Vary") for item in value.split(",") if item.strip()
        ]
        if self._may_store(answer) and "*" not in names:
            # A missing header is selected by being missing.
            selecting = {name: sent.get(name) for name in names}
            self._stored.setdefault(path, []).append((selecting, answer))
        return answer

    @staticmethod
    def _may_store(answer: Answer) -> bool:
        control = ",".join(answer.all("Cache-Control")).lower()
        if "no-store" in control or "private" in control:
            return False
        fresh = re.search(r"max-age=([1-9][0-9]*)", control)
        return fresh is not None or ("Expires" not in control and answer.status in _HEURISTICALLY_CACHEABLE)
