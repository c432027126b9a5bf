"""The document that the front end's types are generated from."""

import json
from pathlib import Path

from crossguard.console.json_schema import schema_document, schema_text
from crossguard.core.options import GATE_OPTIONS, OPTIONS
from tests.console.support import WEB

COPY = Path(__file__).parents[2] / "web/src/api/schema.json"
NAMES = {
    "User", "UserList", "SignIn", "SignInResult", "Decision", "DecisionPage", "Explanation", "Stats",
    "StatsMinute", "StatsTotals", "NewUser", "UserChange", "FrontEnd", "FrontEndPage",
    "ConfiguredFrontEnd", "NewFrontEnd", "GovernedRule", "GoverningPolicy", "PolicyFields", "PolicyList",
    "CookieFit", "CookiePosture", "CookieList", "Probe", "ProbeHeader", "Diagnosis", "DiagnosisStep",
    "DiagnosisHint", "PasswordChange", "Problem", "ProblemError", "Refusal", "RefusalList", "SessionList",
    "SessionShown",
}  # fmt: skip


def test_every_body_is_in_the_document():
    assert set(schema_document()["$defs"]) == NAMES


def test_the_text_is_the_document_and_the_same_every_time():
    assert json.loads(schema_text()) == schema_document()
    assert schema_text() == schema_text()
    assert schema_text().endswith("}\n")


def test_the_front_end_has_the_same_document():
    stale = "run: python -m crossguard.console schema > web/src/api/schema.json; cd web; npm run types"
    assert COPY.read_text(encoding="utf-8") == schema_text(), stale


def test_every_reference_leads_somewhere():
    definitions = schema_document()["$defs"]
    references = {part.split('"')[0] for part in json.dumps(definitions).split('"#/$defs/')[1:]}
    assert references <= set(definitions)


def test_what_may_be_left_out_is_not_required():
    definitions = schema_document()["$defs"]
    assert "required" not in definitions["UserChange"] or definitions["UserChange"]["required"] == []
    assert set(definitions["Problem"]["required"]) == {"type", "title", "status", "detail", "code"}
    assert set(definitions["NewUser"]["required"]) == {"username", "password", "role"}
    assert set(definitions["Probe"]["required"]) == {"origin", "url"}


def test_every_option_of_a_policy_is_described_in_the_words_of_the_table():
    properties = schema_document()["$defs"]["PolicyFields"]["properties"]
    meanings = {option.name: option.meaning for option in (*OPTIONS, *GATE_OPTIONS)}
    counts = {"origin_count", "reader_count"}
    assert {name: member["description"] for name, member in properties.items() if name not in counts} == {
        name: meanings[name] for name in properties if name not in counts
    }


def test_what_clients_send_has_no_other_members():
    definitions = schema_document()["$defs"]
    for name in ("SignIn", "NewUser", "UserChange", "NewFrontEnd", "Probe", "ProbeHeader"):
        assert definitions[name]["additionalProperties"] is False


def test_the_answers_have_the_members_of_their_schema(standing_admin):
    definitions = schema_document()["$defs"]
    answers = {
        "User": standing_admin.get("/api/me"),
        "UserList": standing_admin.get("/admin/users"),
        "DecisionPage": standing_admin.get("/api/decisions"),
        "Stats": standing_admin.get("/api/stats?minutes=1"),
        "FrontEndPage": standing_admin.get("/admin/front-ends"),
        "PolicyList": standing_admin.get("/admin/policies"),
        "CookieList": standing_admin.get("/admin/cookies"),
        "Diagnosis": standing_admin.post("/admin/explain", {"origin": WEB, "url": "/api/me"}),
        "Problem": standing_admin.get("/api/decisions?limit=0"),
    }
    for name, response in answers.items():
        members = set(response.get_json())
        assert set(definitions[name]["required"]) <= members <= set(definitions[name]["properties"]), name
