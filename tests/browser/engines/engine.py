"""What every engine offers, and what is done with it: pages opened, cookies set, cases asked again."""

import time
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from tests.browser.engines.servers import Servers
from tests.browser.recordings import Json, Recorder, observed

_THIRD_PARTY = "url => fetch(url, {mode: 'no-cors', credentials: 'include'}).then(() => 1, () => null)"
_FETCH = """
async ({url, request}) => {
  const rejected = (stage) => ({outcome: 'rejected', stage, type: null, status: null,
                                redirected: null, url: null, exposed_headers: null});
  const {body, ...init} = request;
  const values = {
    text: () => body.value,
    bytes: () => new TextEncoder().encode(String(body.value || 'x')),
    blob: () => new Blob([String(body.value)], {type: body.type || ''}),
    urlencoded: () => new URLSearchParams({a: '1'}),
    form: () => { const form = new FormData(); form.append('a', '1'); return form; },
  };
  if (body) init.body = values[body.kind]();
  let made;
  try { made = new Request(url, init); } catch { return rejected('construct'); }
  try {
    const got = await Promise.race([
      fetch(made), new Promise((_, no) => setTimeout(() => no(new Error('pending')), 5000))]);
    return {outcome: 'resolved', stage: null, type: got.type, status: got.status,
            redirected: got.redirected, url: got.url, exposed_headers: [...got.headers.keys()]};
  } catch { return rejected('fetch'); }
}
"""


class Tab(Protocol):
    """A tab of a browser; Playwright's Page is one."""

    def goto(self, url: str) -> Any:
        """Load *url* and wait for it."""

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Call the function of JavaScript with *argument*, and return what it resolves with."""

    def close(self) -> Any:
        """Close the tab."""


T = TypeVar("T", bound=Tab)


class Engine(Generic[T]):
    """A running browser: its profile in the model, what it calls itself, and how a tab is opened."""

    def __init__(self, profile: str, version: str, new_tab: Callable[[], T]) -> None:
        self.profile = profile
        self.version = version
        self.new_tab = new_tab
        self.pages: dict[tuple[str, bool], T] = {}
        self.targets: list[str] = []

    def open_pages(self, cases: list[Json]) -> None:
        """Open one tab for each page of the cases, and set the cookies that the recordings started with."""
        for host, sandboxed in sorted({(case["page_host"], case["page_origin"] == "null") for case in cases}):
            page = self.pages[host, sandboxed] = self.new_tab()
            page.goto(f"{host}/{'sandboxed' if sandboxed else 'page'}")
        self.targets = sorted({case["target_origin"] for case in cases})
        self.set_cookies(self.targets, list(self.pages.values()))

    def set_cookies(self, targets: list[str], pages: list[T]) -> None:
        """Let each target set its cookies: when it is visited, and when a page fetches from it.

        Tracking prevention of WebKit takes cookies of sites without a click away, at a time of its own: then they
        are set again.
        """
        tab = self.new_tab()
        for target in targets:
            tab.goto(f"{target}/first")
        tab.close()
        for page in pages:
            for target in targets:
                page.evaluate(_THIRD_PARTY, f"{target}/third")

    def answer(self, case: Json, servers: Servers) -> Json:
        """Return what the browser does in *case*, in the form of a recorded answer."""
        page = self.pages[case["page_host"], case["page_origin"] == "null"]
        recorder = Recorder(case)
        name = recorder.paths[0].split("/")[2]
        servers.recorders[name] = recorder
        if case["response"].get("close"):
            servers.closing.add(name)
        answer = _one(page, recorder, case["request"], has_hops=bool(case.get("redirect_hops")))
        if case.get("then"):
            answer["then"] = []
            for then in case["then"]:
                time.sleep(then["delay_ms"] / 1000)
                recorder.answers = [then, *(then.get("redirect_hops") or [])]
                has_hops = bool(then.get("redirect_hops"))
                answer["then"].append(_one(page, recorder, then["request"], has_hops=has_hops))
        return answer


def _one(page: Tab, recorder: Recorder, request: Json, *, has_hops: bool) -> Json:
    recorder.seen = []
    script = page.evaluate(_FETCH, {"url": recorder.urls[0], "request": request})
    return observed(script, recorder, has_hops=has_hops)
