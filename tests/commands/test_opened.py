"""What other code opens: the audit and ``routes`` say so, run nothing unasked, and end with 1 for a hole."""

import json
from pathlib import Path

import flask_cors
import jsonschema
import pytest
from flask import Blueprint, Flask, g, request

from crossguard.flask import CORS
from crossguard.flask.audit import FindingCode, audit
from tests.commands import openers
from tests.commands.applications import PAGE, app, plain
from tests.commands.openers import decorated, flask_cors_on, with_hook
from tests.commands.running import as_json, fits, in_process_of_its_own
from tests.commands.running import flask_cors as run
from tests.commands.test_audit import CASES

SCHEMA = json.loads((Path(__file__).parent.parent / "data" / "sarif-2.1.0.json").read_text("utf-8"))
OPEN = FindingCode.OPEN_WITH_COOKIES
UNKNOWN = FindingCode.OPENING_UNKNOWN


def found(made: Flask, code: str, **options: bool):
    return [finding for finding in audit(made, **options) if finding.code == code]


def test_it_names_the_library_its_place_and_all_of_a_part():
    made = plain()
    for number in range(9):
        made.add_url_rule(f"/api/{number}", str(number), lambda: "")
    flask_cors.CORS(made, resources={"/api/*": {}}, supports_credentials=True)
    (finding,) = found(made, OPEN)
    assert finding.text.startswith("every site reads /api/* with the user's cookies, through Flask-CORS at ")
    assert "test_opened.py:" in finding.text


def test_what_a_library_opens_is_never_called_closed():
    made = flask_cors_on(supports_credentials=True)()
    said = " ".join(run(made, "audit").output.split() + run(made, "routes").output.split())
    assert "no page of another origin" not in said
    assert "lets a page of another origin read" not in said
    assert "lets pages of other origins read" not in said


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (flask_cors_on(supports_credentials=True), 1),
        (decorated(supports_credentials=True), 1),
        (with_hook(openers.reflecting), 1),
        (openers.socket_with("*"), 1),
        (flask_cors_on(), 0),
        (with_hook(openers.fixed), 0),
        (openers.below_a_policy(supports_credentials=True), 0),
    ],
)
def test_routes_ends_with_1_for_a_hole(build, code):
    assert run(build(), "routes").exit_code == code
    assert run(build(), "routes", "--json").exit_code == code


def test_routes_shows_who_reads():
    output = run(flask_cors_on(supports_credentials=True)(), "routes").output
    assert fits(output)
    assert "  Reads    every site, with cookies, through Flask-CORS at\n" in output
    document = as_json(flask_cors_on(supports_credentials=True)(), "routes")
    assert document["routes"][0]["reads"] == {"with_cookies": ["*"], "without_cookies": []}
    (opened,) = document["opened"]
    assert opened.keys() == {"rules", "through", "origins", "cookies", "stranger", "unknown"}
    assert (opened["rules"], opened["origins"], opened["cookies"]) == (["/items"], ["*"], True)


def test_a_server_of_sockets_is_shown_beside_the_rules():
    output = run(openers.socket_with("*")(), "routes").output
    assert "/socket.io/*\n  Reads    every site, with cookies, through Socket.IO" in output


def test_a_blueprint_s_hook_and_extension_open_the_blueprint_alone():
    made = plain()
    for name, change in (("a", lambda part: part.after_request(openers.reflecting)), ("b", flask_cors.CORS)):
        part = Blueprint(name, __name__, url_prefix=f"/{name}")
        part.add_url_rule("/x", "x", lambda: "")
        change(part)
        made.register_blueprint(part)
    rules = {rule: one["through"] for one in as_json(made, "routes")["opened"] for rule in one["rules"]}
    assert rules.keys() == {"/a/x", "/b/x"}
    assert rules["/a/x"].startswith("the hook at ")
    assert rules["/b/x"].startswith("Flask-CORS at ")


def test_the_configuration_of_flask_cors_counts():
    view = flask_cors.cross_origin()(lambda: "")
    made = plain(lambda made: made.add_url_rule("/x", "x", view))
    made.config.update(CORS_SUPPORTS_CREDENTIALS=True)
    assert found(made, OPEN)
    made.config.update(CORS_ORIGINS=[PAGE])
    assert not found(made, OPEN)


# --- hooks, run -----------------------------------------------------------------------------------


@pytest.mark.parametrize("hook", [openers.comparing, openers.careless, openers.handing_on])
def test_no_hook_runs_unasked(hook):
    made = with_hook(hook)()
    made.before_request(lambda: pytest.fail("a hook ran"))
    assert found(made, UNKNOWN)


def test_hooks_that_are_run_settle_what_is_unknown():
    assert found(with_hook(openers.comparing)(), UNKNOWN)
    assert not found(with_hook(openers.comparing)(), UNKNOWN, run_hooks=True)
    assert not found(with_hook(openers.comparing)(), OPEN, run_hooks=True)
    # It compares the end only, which a stranger has.
    assert found(with_hook(openers.careless)(), OPEN, run_hooks=True)
    result = run(with_hook(openers.careless)(), "audit", "--run-hooks", "--only", OPEN.value)
    assert result.exit_code == 1
    assert run(with_hook(openers.careless)(), "routes", "--run-hooks").exit_code == 1


def test_look_alikes_of_what_a_hook_names_ask_too():
    code = FindingCode.OPEN_TO_LOOK_ALIKES
    (finding,) = found(with_hook(openers.of_the_end)(), code, run_hooks=True)
    assert "such as https://strangerexample.com, read /items" in finding.text
    assert found(with_hook(openers.of_the_whole_end)(), UNKNOWN)
    assert not found(with_hook(openers.of_the_whole_end)(), UNKNOWN, run_hooks=True)
    assert not found(with_hook(openers.of_the_whole_end)(), code, run_hooks=True)


def test_a_hook_that_fails_is_unknown():
    (finding,) = found(with_hook(openers.raising)(), UNKNOWN, run_hooks=True)
    assert "a hook raised BadRequestKeyError at " in finding.text


def test_running_hooks_runs_no_view_and_what_the_hooks_need():
    made = with_hook(lambda response: _allow(response, g.origin))()
    made.view_functions["items"] = lambda: pytest.fail("a view ran")

    @made.before_request
    def note():
        g.origin = request.headers["Origin"]

    assert found(made, FindingCode.OPEN_TO_EVERYBODY, run_hooks=True)


def _allow(response, origin):
    response.headers["Access-Control-Allow-Origin"] = origin
    return response


def test_running_hooks_leaves_what_a_decorator_opens():
    assert found(decorated(supports_credentials=True)(), OPEN, run_hooks=True)


# --- merged, chosen, as SARIF ---------------------------------------------------------------------


def test_findings_that_say_the_same_are_one():
    made = app()
    for number in range(105):
        made.add_url_rule(f"/x/{number}", str(number), _view, methods=["GET", "OPTIONS"])
    (finding,) = found(made, FindingCode.VIEW_ANSWERS_OPTIONS)
    assert "/x/0, /x/1" in finding.text
    assert "and 100 more" in finding.text
    assert len(finding.places) == 1  # one function


def _view():
    return ""


SIX = """
from flask import Flask
from crossguard.flask import CORS

app = Flask(__name__)
CORS(app, origins=["https://app.example.com"])
"""
VIEW = """
@app.get("/{0}")
def view_{0}():
    return "", {{"Access-Control-Allow-Origin": "*"}}
"""


def test_every_place_is_in_the_document(tmp_path):
    (tmp_path / "app.py").write_text(SIX + "".join(VIEW.format(number) for number in range(6)))
    printed = in_process_of_its_own(tmp_path, "cors", "audit", "--json", "--only", "own-cors-headers").stdout
    (finding,) = json.loads(printed)["findings"]
    assert finding["places"] == [f"app.py:{8 + 4 * number}" for number in range(6)]
    assert finding["where"] == "app.py:8, app.py:12, app.py:16, app.py:20, app.py:24 and 1 more"
    printed = in_process_of_its_own(tmp_path, "cors", "audit", "--format", "sarif").stdout
    answers = json.loads(printed)["runs"][0]["results"]
    (answer,) = [answer for answer in answers if answer["ruleId"] == "own-cors-headers"]
    assert len(answer["locations"] + answer["relatedLocations"]) == 6


def test_equal_policies_are_one_group():
    from crossguard.flask import cross_origin

    made = Flask("shop", static_folder=None)
    for number in range(108):
        view = cross_origin(origins=[PAGE], supports_credentials=True)(lambda: "")
        made.add_url_rule(f"/x/{number}", str(number), view)
    output = run(made, "routes").output
    assert output.count("  Reads    ") == 1
    assert len(output.splitlines()) < 108 + 20


def test_codes_and_severities_are_chosen():
    made = app(write_gate=False, max_age=0)
    only = run(made, "audit", "--only", "preflight-not-kept", "--only", "report-only")
    assert only.exit_code == 0
    assert only.output.startswith("WARNING  [preflight-not-kept]")
    assert only.output.endswith("0 errors, 1 warning, 0 infos\n1 more is not shown.\n")
    errors = run(made, "audit", "--severity", "error")
    assert errors.exit_code == 1
    assert "preflight-not-kept" not in errors.output
    assert "write-gate-off" in errors.output


def test_a_code_that_does_not_exist_is_wrong_use():
    result = run(app(), "audit", "--only", "write-gate-of")
    assert result.exit_code == 2
    assert "Did you mean write-gate-off?" in result.output


@pytest.mark.parametrize("code", FindingCode)
def test_every_finding_is_sarif(code):
    made = CASES[code][0].with_it()
    result = run(made, "audit", "--format", "sarif")
    document = json.loads(result.stdout)
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    (one,) = document["runs"]
    rules = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
    assert code in rules
    for answer in one["results"]:
        assert rules[answer["ruleIndex"]] == answer["ruleId"]
        (location,) = answer["locations"]
        place = location["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith(("/", "file:", ".."))
        assert place["region"]["startLine"] >= 1
    assert result.exit_code == (1 if any(answer["level"] == "error" for answer in one["results"]) else 0)
    assert run(made, "audit", "--format", "sarif").stdout == result.stdout


def test_a_place_in_a_file_is_a_location_of_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(Path(__file__).parent.parent.parent)
    made = app(view=openers.view_for_everybody)
    document = json.loads(run(made, "audit", "--format", "sarif", "--only", "own-cors-headers").stdout)
    (answer,) = document["runs"][0]["results"]
    place = answer["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "tests/commands/openers.py", "uriBaseId": "%SRCROOT%"}
    line = Path("tests/commands/openers.py").read_text("utf-8").splitlines()[place["region"]["startLine"] - 1]
    assert line.startswith("def view_for_everybody")


def test_a_policy_for_everything_closes_what_flask_cors_opens():
    made = flask_cors_on(supports_credentials=True)()
    CORS(made, origins=[PAGE])
    assert not found(made, OPEN)
    assert found(made, FindingCode.FLASK_CORS_INSTALLED)
