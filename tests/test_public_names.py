"""The public names of every module that users import. A change here is a change for them, with documentation."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = {
    "crossguard": """
        ConfigError ConfigIssue CorsConfig Decision HeaderEdits IssueCode OriginCheck OriginSource
        Outcome Policy Reason RequestFacts apply_edits compile_policy decide is_public_suffix
        load_config option_meanings shown_entry
    """,
    "crossguard.flask": """
        Acceptance CORS CookieFit CookieReport CookieRow PolicyRow WriteRefused check_options
        cookie_report cross_origin csrf_token csrf_token_view decision_made endpoint_for
        install_unauthorized_handler policy_for policy_of policy_rows post_back post_back_state problem_response
        questions_about rotate_csrf_token would_accept
    """,
    "crossguard.wsgi": "Crossguard Environ Refusal StartResponse TokenState WSGIApp",
    "crossguard.asgi": "ASGIApp Crossguard Message Receive Refusal Scope Send TokenState",
    "crossguard.sql": """
        ListedOrigin ListedOriginError ListedOriginMixin SqlOrigins create_tables install_triggers
        remove_triggers
    """,
    "crossguard.browser": """
        Blob Browser Code CookieCode FailedAt FetchBlocked FetchError FormData Frame Hop HttpRequest
        HttpResponse InvalidRequest PROFILES Page PlainForm Profile PromiseState RejectedIn
        ResponseType ScriptResponse Send TransportError Url UrlEncoded UrlSyntaxError UsageError
        Verdict WarningCode parse_page_url parse_url
    """,
    "crossguard.explain": "Add Diagnosis Explanation FixKind address_of explain explain_verdict",
    "crossguard.migrate": """
        ACCEPTABLE DIFFERENCE_TEXTS DOUBT_TEXTS Change Difference DifferenceCode Doubt DoubtCode FilePlan Plan
        plan_migration replace
    """,
}
FOLDER = Path(__file__).parent / "plugin"
FIXTURES = "assert_blocked assert_cannot_write assert_readable browser crossguard_browser"


@pytest.mark.parametrize("name", NAMES)
def test_a_module_exports_these_names_and_no_others(name):
    module = importlib.import_module(name)
    assert sorted(module.__all__) == sorted(NAMES[name].split())
    assert [each for each in module.__all__ if not hasattr(module, each)] == []


def test_the_plugin_offers_these_fixtures_and_no_others():
    command = [sys.executable, "-m", "pytest", "--fixtures", "-p", "no:playwright"]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=120, check=False)
    offered = re.findall(r"^(\w+) -- .*crossguard/pytest_plugin\.py:\d+$", done.stdout, re.MULTILINE)
    assert sorted(offered) == FIXTURES.split(), done.stdout + done.stderr
