"""The recipes of docs/testing.md, run as the tests that they are, each in a pytest of its own."""

from pathlib import Path

import pytest

from tests.docs.markdown import blocks

pytest_plugins = ["pytester"]
PAGE = Path(__file__).parents[2] / "docs" / "testing.md"


def run(pytester: pytest.Pytester, *tests: str, conftest: str = "") -> pytest.RunResult:
    code = "\n\n".join(block.text for block in blocks(PAGE) if block.language == "python")
    pytester.makepyfile(test_recipes="\n\n".join([code, *tests]))
    if conftest:
        pytester.makeconftest(conftest)
    return pytester.runpytest_inprocess("-q", "-p", "no:playwright", "-p", "no:randomly")


def test_every_recipe_passes(pytester):
    run(pytester).assert_outcomes(passed=17)


def test_the_short_name_is_there_where_playwright_is_not(pytester):
    test = "def test_short(browser): assert browser.open('http://localhost:8080').origin"
    run(pytester, test).assert_outcomes(passed=18)


def test_a_failure_is_the_explanation(pytester):
    test = "def test_wrong(assert_readable): assert_readable('http://127.0.0.1:8080', '/admin/users')"
    result = run(pytester, test)
    result.assert_outcomes(passed=17, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*127.0.0.1 and localhost are different sites to a browser.",
            "*code: allow-origin-missing (origin-not-listed)",
            "*fix:  open the page at http://localhost:8080, which is listed.",
        ]
    )
    assert "pytest_plugin.py" not in result.stdout.str()


def test_an_expectation_of_another_code_fails_with_the_right_one(pytester):
    test = "def test_wrong(assert_blocked): assert_blocked('https://evil.example', '/me', code='null-origin')"
    result = run(pytester, test)
    result.assert_outcomes(passed=17, failed=1)
    result.stdout.fnmatch_lines(["*expected the code 'null-origin', but *", "*code: * (origin-not-listed)"])


def test_a_page_that_can_read_is_not_blocked(pytester):
    test = "def test_wrong(assert_blocked): assert_blocked('http://localhost:8080', '/admin/users')"
    result = run(pytester, test)
    result.assert_outcomes(passed=17, failed=1)
    result.stdout.fnmatch_lines(["*expected to be blocked, but http://localhost:8080 can read the answer*"])


def test_a_write_that_comes_through_is_named(pytester):
    test = "def test_wrong(assert_cannot_write): assert_cannot_write('http://localhost:8080', '/admin/users')"
    result = run(pytester, test)
    result.assert_outcomes(passed=17, failed=1)
    result.stdout.fnmatch_lines(
        ["*http://localhost:8080 can write: fetch POST as text/plain was answered with 200."]
    )


@pytest.mark.parametrize("profile", ["firefox", "chromium-block-third-party", "firefox-block-third-party"])
def test_the_recipes_hold_in_every_browser(pytester, profile):
    pytester.makeini(f"[pytest]\ncrossguard_browser_profile = {profile}\n")
    run(pytester).assert_outcomes(passed=17)


def test_an_asgi_application_is_reached_as_well(pytester):
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def app():
            async def application(scope, receive, send):
                headers = [(b"access-control-allow-origin", b"https://app.example.com")]
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                await send({"type": "http.response.body", "body": b"hello"})
            return application

        def test_read(crossguard_browser, assert_readable, assert_blocked):
            assert_readable("https://app.example.com", "/", credentials="omit")
            assert_blocked("https://evil.example", "/", code="allow-origin-mismatch", credentials="omit")
        """
    )
    pytester.runpytest_inprocess("-q", "-p", "no:playwright").assert_outcomes(passed=1)


def test_a_failure_in_a_derived_browser_says_so(pytester):
    test = (
        '@pytest.mark.crossguard_profiles("safari")\n'
        "def test_wrong(assert_readable): assert_readable('http://127.0.0.1:8080', '/admin/users')"
    )
    result = run(pytester, test)
    result.assert_outcomes(passed=17, failed=1)
    result.stdout.fnmatch_lines(
        ["*(in safari; derived, not measured)", "*test_wrong?safari, derived, not measured?*"]
    )


@pytest.mark.parametrize(
    ("test", "complaint"),
    [
        (
            '@pytest.mark.crossguard_profiles("netscape")\ndef test_x(crossguard_browser): ...',
            "*'netscape' is no profile*",
        ),
        ("@pytest.mark.crossguard_profiles\ndef test_x(): ...", "*test_x does not use crossguard_browser*"),
    ],
)
def test_a_mark_that_makes_no_sense_is_a_mistake(pytester, test: str, complaint: str):
    result = run(pytester, test)
    assert result.ret != 0
    result.stdout.fnmatch_lines([complaint])


def test_the_test_for_coding_agents_passes_beside_their_application(pytester):
    page = blocks(PAGE.parents[1] / "AGENTS.md")
    application = next(block.text for block in page if block.language == "python")
    (test,) = [block.text for block in page if block.value("file") == "test_cors.py"]
    pytester.makepyfile(shop=application, test_cors=test)
    pytester.makeconftest("import pytest, shop\n\n\n@pytest.fixture\ndef app():\n    return shop.app\n")
    pytester.syspathinsert()
    result = pytester.runpytest_inprocess("-q", "-p", "no:playwright", "-p", "no:randomly")
    result.assert_outcomes(passed=1)
