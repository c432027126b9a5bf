"""A pytest plugin: tests of one's own application, through the eyes of a browser.

The application comes from a fixture called ``app``. ``browser`` (also ``crossguard_browser``) is a browser
that reaches it in process; ``assert_readable``, ``assert_blocked`` and ``assert_cannot_write`` are its
methods as fixtures. A failing assertion prints the explanation.
"""

from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction
from typing import Any, Final, Unpack
from urllib.parse import urljoin

import pytest

from crossguard.browser import PROFILES, Browser, Page, Send, Verdict
from crossguard.browser.page import FetchInit
from crossguard.browser.transports import asgi, wsgi
from crossguard.explain.facts import PolicyFor, RefusalFor, RouteFor
from crossguard.explain.text import as_text
from crossguard.explain.verdicts import Diagnosis, explain_verdict

#: Where the application is taken to be, unless ``crossguard_api`` says otherwise.
DEFAULT_API: Final = "http://localhost:5000"

#: The mark that runs a test in every browser.
MARK: Final = "crossguard_profiles"

# Answers that say that nothing was done: no session, no right, no such thing, no such type.
_NOTHING_DONE: Final = frozenset({401, 403, 404, 405, 415})


class AppBrowser:
    """A browser whose network is one application.

    Pages share cookies and caches, as in a real browser, so that a test can sign in and go on.
    """

    def __init__(  # noqa: PLR0913 - by name
        self,
        send: Send,
        *,
        api: str = DEFAULT_API,
        profile: str = "chromium",
        policy_for: PolicyFor | None = None,
        route_for: RouteFor | None = None,
        refusal_for: RefusalFor | None = None,
    ) -> None:
        """Start a browser.

        Args:
            send: carries requests to the application.
            api: the application's own origin; paths are resolved against it.
            profile: which browser; see :data:`crossguard.browser.PROFILES`.
            policy_for: returns the policy of a request, for the explanations.
            route_for: names the route of a request, for the same.
            refusal_for: returns why a write is refused, for the same.
        """
        self.api = api
        self._send = send
        self._policy_for = policy_for
        self._route_for = route_for
        self._refusal_for = refusal_for
        self._browser = Browser(profile, send=send)

    def open(self, origin: str) -> Page:
        """Open a page at *origin*."""
        return self._browser.open(origin)

    def diagnose(self, origin: str, url: str, **options: Unpack[FetchInit]) -> Diagnosis:
        """Fetch *url* from a page at *origin*, with cookies unless told otherwise, and explain it."""
        return self._explain(self._fetch(origin, url, options))

    def assert_readable(self, origin: str, url: str, **options: Unpack[FetchInit]) -> Diagnosis:
        """Assert that a page at *origin* can read *url* with cookies.

        Raises:
            AssertionError: it cannot; the message explains why and what to write.
        """
        __tracebackhide__ = True
        diagnosis = self.diagnose(origin, url, **options)
        if not diagnosis.readable:
            raise AssertionError(self._words(diagnosis))
        return diagnosis

    def assert_blocked(
        self, origin: str, url: str, *, code: str | None = None, **options: Unpack[FetchInit]
    ) -> Diagnosis:
        """Assert that a page at *origin* cannot read *url* with cookies.

        Args:
            origin: of the page.
            url: of the application, or a path.
            code: the identifier that must be the browser's code or the policy's reason behind it.
            options: of the fetch.

        Raises:
            AssertionError: it can, or it is blocked for another reason.
        """
        __tracebackhide__ = True
        diagnosis = self.diagnose(origin, url, **options)
        if diagnosis.readable:
            raise AssertionError(f"expected to be blocked, but {self._words(diagnosis)}")
        if code is not None and code not in {diagnosis.code, diagnosis.cause}:
            raise AssertionError(f"expected the code {code!r}, but {self._words(diagnosis)}")
        return diagnosis

    def assert_cannot_write(
        self, origin: str, url: str, *, method: str = "POST", body: str = '{"a": 1}'
    ) -> None:
        """Assert that a page at *origin* cannot make the application do anything at *url*.

        Tries what pages can do: a fetch as ``text/plain`` and as JSON with *method*, a form, and a beacon,
        all with cookies. Each has to be stopped by its preflight, or answered with 401, 403, 404, 405 or
        415.

        Raises:
            AssertionError: one came through; the message says which, and explains it.
        """
        __tracebackhide__ = True
        target = urljoin(self.api, url)
        page = self.open(origin)
        attempts: Mapping[str, Callable[[], Verdict]] = {
            f"fetch {method} as text/plain": lambda: page.verdict(
                target, method=method, body=body, mode="cors", credentials="include"
            ),
            f"fetch {method} as JSON": lambda: page.verdict(
                target,
                method=method,
                body=body,
                headers={"Content-Type": "application/json"},
                credentials="include",
            ),
            "a form": lambda: page.submit_form(target, [("a", "1")]),
            "sendBeacon": lambda: page.send_beacon(target, body),
        }
        for name, attempt in attempts.items():
            verdict = attempt()
            reached = verdict.hops[-1].actual if verdict.hops else None
            answer = reached.response if reached is not None else None
            if answer is not None and answer.status not in _NOTHING_DONE:
                raise AssertionError(
                    f"{origin} can write: {name} was answered with {answer.status}.\n"
                    f"{self._words(self._explain(verdict))}"
                )

    def _fetch(self, origin: str, url: str, options: FetchInit) -> Verdict:
        options.setdefault("credentials", "include")
        return self.open(origin).verdict(urljoin(self.api, url), **options)

    def _words(self, diagnosis: Diagnosis) -> str:
        profile = self._browser.profile
        caveat = f"; {profile.caveat}" if profile.caveat else ""
        return f"{as_text(diagnosis)}\n(in {profile.name}{caveat})"

    def _explain(self, verdict: Verdict) -> Diagnosis:
        return explain_verdict(verdict, self._policy_for, self._route_for, self._refusal_for)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini options ``crossguard_api`` and ``crossguard_browser_profile``."""
    parser.addini("crossguard_api", "the application's own origin in tests", default=DEFAULT_API)
    parser.addini("crossguard_browser_profile", "the browser that is modelled", default="chromium")


class _ShortNames:
    """The fixture ``browser``, where no other plugin has one."""

    @pytest.fixture
    def browser(self, crossguard_browser: AppBrowser) -> AppBrowser:
        """Return the browser whose network is the application."""
        return crossguard_browser


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark, and the short name, unless pytest-playwright has taken it for real browsers."""
    config.addinivalue_line(
        "markers",
        f"{MARK}(*names): run the test in each modelled browser, or in those that are named: "
        f"{', '.join(PROFILES)}",
    )
    if not config.pluginmanager.has_plugin("playwright"):
        config.pluginmanager.register(_ShortNames(), "crossguard-short-names")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a marked test once for each browser.

    Raises:
        UsageError: the mark names a browser that is not modelled, or its test uses none.
    """
    mark = metafunc.definition.get_closest_marker(MARK)
    if mark is None:
        return
    names = mark.args or tuple(PROFILES)
    unknown = [name for name in names if name not in PROFILES]
    if unknown:
        raise pytest.UsageError(f"{MARK}: {unknown[0]!r} is no profile; there are {', '.join(PROFILES)}")
    if "crossguard_browser" not in metafunc.fixturenames:
        raise pytest.UsageError(f"{MARK}: {metafunc.definition.name} does not use crossguard_browser")
    ids = [f"{name}, {caveat}" if (caveat := PROFILES[name].caveat) else name for name in names]
    metafunc.parametrize("crossguard_browser", names, indirect=True, ids=ids)


@pytest.fixture
def crossguard_browser(request: pytest.FixtureRequest) -> AppBrowser:
    """Return a browser whose network is the application of the fixture ``app``."""
    app = request.getfixturevalue("app")
    return AppBrowser(
        _transport(app),
        api=str(request.config.getini("crossguard_api")),
        profile=getattr(request, "param", None) or str(request.config.getini("crossguard_browser_profile")),
        **_questions_about(app),
    )


@pytest.fixture
def assert_readable(crossguard_browser: AppBrowser) -> Callable[..., Diagnosis]:
    """Return :meth:`AppBrowser.assert_readable`."""
    return crossguard_browser.assert_readable


@pytest.fixture
def assert_blocked(crossguard_browser: AppBrowser) -> Callable[..., Diagnosis]:
    """Return :meth:`AppBrowser.assert_blocked`."""
    return crossguard_browser.assert_blocked


@pytest.fixture
def assert_cannot_write(crossguard_browser: AppBrowser) -> Callable[..., None]:
    """Return :meth:`AppBrowser.assert_cannot_write`."""
    return crossguard_browser.assert_cannot_write


def _transport(app: Any) -> Send:
    asynchronous = iscoroutinefunction(app) or iscoroutinefunction(type(app).__call__)
    return asgi(app) if asynchronous else wsgi(app)


def _questions_about(app: Any) -> dict[str, Any]:
    """Return what answers questions about requests of a Flask application; others have none to ask."""
    if not hasattr(app, "wsgi_app"):
        return {}
    from crossguard.flask.lookup import questions_about  # noqa: PLC0415 - 98 ms, and only with Flask

    return {**questions_about(app)}
