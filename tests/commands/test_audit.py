"""``flask cors audit``: every code has an application that has it and a neighbour that has not."""

import pytest
from flask import Flask

from crossguard.cli.findings import Severity
from crossguard.flask import CORS
from crossguard.flask.audit import FINDING_TEXTS, FindingCode, audit
from tests.commands.application_cases import APPLICATION_CASES
from tests.commands.applications import app, plain
from tests.commands.policy_cases import POLICY_CASES
from tests.commands.running import as_json, fits, flask_cors, in_process_of_its_own

CASES = POLICY_CASES | APPLICATION_CASES
PAIRS = [(code, number) for code, pairs in CASES.items() for number in range(len(pairs))]
IDS = [f"{code}-{number}" for code, number in PAIRS]


def codes(made: Flask) -> set[str]:
    return {finding.code for finding in audit(made)}


def test_every_code_has_words_and_applications():
    assert set(CASES) == set(FindingCode) == set(FINDING_TEXTS)


@pytest.mark.parametrize(("code", "number"), PAIRS, ids=IDS)
def test_an_application_that_has_it(code, number):
    found = [finding for finding in audit(CASES[code][number].with_it()) if finding.code == code]
    assert found
    for finding in found:
        assert finding.severity is FINDING_TEXTS[code].severity
        assert finding.where
        assert finding.text
        assert finding.fix
        assert "{" not in finding.text + finding.fix.replace("={'", "")


@pytest.mark.parametrize(("code", "number"), PAIRS, ids=IDS)
def test_its_neighbour_has_not(code, number):
    assert code not in codes(CASES[code][number].without_it())


def test_an_application_in_order_has_no_finding():
    assert audit(app()) == []


def test_an_audit_runs_nothing():
    made = app(view=lambda: pytest.fail("a view ran"))
    made.before_request(lambda: pytest.fail("a hook ran"))
    audit(made)


def test_people_see_errors_first_and_a_count():
    made = app(write_gate=False, max_age=0)
    result = flask_cors(made, "audit")
    assert result.exit_code == 1
    assert fits(result.output)
    assert result.output.startswith("ERROR  [write-gate-off]")
    assert result.output.endswith("1 error, 1 warning, 0 infos\n")


def test_only_errors_end_with_1():
    assert flask_cors(app(max_age=0), "audit").exit_code == 0
    assert flask_cors(app(), "audit").output == "0 errors, 0 warnings, 0 infos\n"


def test_programs_get_the_same():
    document = as_json(app(max_age=0), "audit")
    (finding,) = document["findings"]
    assert finding.keys() == {"severity", "code", "where", "places", "text", "fix", "page"}
    assert finding["severity"] == Severity.WARNING
    assert finding["fix"] == "max_age=600"


@pytest.mark.parametrize("code", FindingCode)
def test_every_finding_fits_the_screen(code):
    result = flask_cors(CASES[code][0].with_it(), "audit")
    assert fits(result.output)
    assert f"[{code}]" in result.output
    assert result.exit_code == (1 if "ERROR  [" in result.output else 0)


APP = """
from flask import Flask
from crossguard.flask import CORS

app = Flask(__name__)
CORS(app, {options})
"""


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("origins='https://app.example.com/'", "write 'https://app.example.com'"),
        ("origin='https://app.example.com'", "did you mean 'origins'"),
        ("origins='*', supports_credentials=True", "list the front ends"),
    ],
)
def test_what_does_not_build_is_a_finding(options, says, tmp_path):
    (tmp_path / "app.py").write_text(APP.format(options=options))
    run = in_process_of_its_own(tmp_path, "cors", "audit")
    assert run.returncode == 1
    assert run.stderr == ""
    assert "[does-not-build]" in run.stdout
    assert says in " ".join(run.stdout.split())
    assert "app.py:6" in run.stdout


def test_what_does_not_load_for_another_reason_is_wrong_use(tmp_path):
    (tmp_path / "app.py").write_text(APP.format(options="origins=nothing"))
    run = in_process_of_its_own(tmp_path, "cors", "audit", "--json")
    assert (run.returncode, run.stdout) == (2, "")
    assert "NameError" in run.stderr
    assert "Traceback" not in run.stderr


def test_ten_thousand_origins_are_no_burden():
    made = Flask("shop")
    CORS(
        made,
        origins=[f"https://c{number}.example.com" for number in range(10_000)],
        supports_credentials=True,
    )
    assert "own-origin-derived" in codes(made)


def test_functions_without_source_are_left_out():
    namespace: dict[str, object] = {}
    exec("def view():\n    return 'Access-Control-Allow-Origin'", namespace)  # noqa: S102 - no file has it
    made = app(view=namespace["view"])
    made.before_request(namespace["view"])
    assert codes(made) == {"hook-answers-preflight"}


def test_views_of_every_kind_are_looked_at():
    from functools import partial, wraps

    from flask.views import MethodView

    from tests.commands.applications import own_header

    class Items(MethodView):
        def get(self):
            return "", {"Access-Control-Allow-Origin": "*"}

    def deco(function):
        @wraps(function)
        def inner(**_):
            return function()

        return inner

    for view in (Items.as_view("x"), partial(own_header), deco(own_header)):
        made = app()
        made.add_url_rule("/x", "x", view)
        assert "own-cors-headers" in codes(made)


def test_flask_is_not_audited():
    assert codes(plain()) == {"not-installed"}
