"""``flask cors migrate``."""

import ast
import warnings

import pytest
from click.testing import CliRunner

from crossguard.flask.commands import cors
from crossguard.migrate import (
    ACCEPTABLE,
    DIFFERENCE_TEXTS,
    DOUBT_TEXTS,
    DifferenceCode,
    DoubtCode,
    plan_migration,
)
from tests.commands.migrations import CASES, EVERYWHERE, HEAD, NEW_HEAD, ONE

SURE = [case for case in CASES if case.after is not None]


def migrate(*words: object):
    return CliRunner().invoke(cors, ["migrate", *map(str, words)], catch_exceptions=False)


def write(folder, name="app.py", text=f"{HEAD}CORS({ONE}, send_wildcard=True)\n"):
    path = folder / name
    path.write_bytes(text.encode())
    return path


def planned(path):
    plan = plan_migration([path])
    changes = [change for file in plan.files for change in file.changes]
    return plan, {difference.code for change in changes for difference in change.differences}


def test_every_difference_has_words_and_a_case():
    shown = {code for case in CASES for code in case.codes} | EVERYWHERE
    assert shown == set(DifferenceCode) == set(DIFFERENCE_TEXTS)


def test_every_doubt_has_words():
    assert set(DOUBT_TEXTS) == set(DoubtCode) >= ACCEPTABLE


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_file_becomes(case, tmp_path):
    path = write(tmp_path, text=case.before)
    plan, codes = planned(path)
    assert codes == case.codes
    assert plan.sure == (case.after is not None)
    if case.after is not None:
        assert plan.files[0].after == case.after
        ast.parse(case.after)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_command_writes_what_is_sure_and_nothing_else(case, tmp_path):
    path = write(tmp_path, text=case.before)
    shown = migrate(path)
    assert path.read_text() == case.before
    assert shown.exit_code == (1 if case.after is None else 0)
    written = migrate("--write", path)
    assert path.read_text() == (case.before if case.after is None else case.after)
    assert written.exit_code == shown.exit_code
    assert "Traceback" not in written.output


@pytest.mark.parametrize("case", SURE, ids=[case.name for case in SURE])
def test_what_is_written_builds(case):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        namespace = {"__name__": "app"}
        exec(compile(case.after, "app.py", "exec"), namespace)  # noqa: S102 - written above
    if "app" in namespace:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            namespace["app"].test_client().get("/")


ORIGINS = [
    *("https://a.example", "https://b.example", "https://app.example.com", "https://a.example.com"),
    *("https://pr-7.example.com", "https://app.example.com.evil.test", "https://xexample.com", "null"),
    *("https://exampleXcom", "http://localhost:8080", "http://localhost", "http://app.example.com"),
    *("https://a.example.com:8443", "https://a.example.evil.test", "http://localhost.evil.test:80"),
]
#: What was written matched somebody else than it says; here it means what it says.
MEANT = {DifferenceCode.DEFAULT_PORT, DifferenceCode.GLOB, DifferenceCode.NEVER_MATCHED}


def readers(text: str, path: str) -> set[str]:
    """Return who may read *path* of the application whose source is *text*."""
    namespace: dict[str, object] = {"__name__": "app"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "app.py", "exec"), namespace)  # noqa: S102 - the tables above
        client = namespace["app"].test_client()
        answers = {origin: client.get(path, headers={"Origin": origin}) for origin in ORIGINS}
    return {
        origin
        for origin, answer in answers.items()
        if answer.headers.get("Access-Control-Allow-Origin") in {"*", origin}
    }


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in SURE
        if "app = " in case.before and "flask.ext" not in case.before and not case.codes & MEANT
    ],
    ids=lambda case: case.name,
)
def test_nobody_is_let_in_who_was_not(case):
    for path in ("/", "/api/items", "/health"):
        assert readers(case.after, path) <= readers(case.before, path)


def test_formatting_and_comments_stay(tmp_path):
    before = f"""{HEAD}CORS(  # who may
    app,
    origins=[
        'https://a.example/',   # the shop
        "https://b.example",
    ],
    send_wildcard=False,  # an old habit
    supports_credentials = True,
    vary_header=True, always_send=True
)
"""
    path = write(tmp_path, text=before)
    assert migrate("--write", path).exit_code == 0
    assert (
        path.read_text()
        == f"""{NEW_HEAD}CORS(  # who may
    app,
    origins=[
        'https://a.example',   # the shop
        "https://b.example",
    ],
    supports_credentials = True
)
"""
    )


def test_people_see_lines_differences_and_a_diff(tmp_path):
    path = write(tmp_path)
    shown = migrate(tmp_path)
    assert "- from flask_cors import CORS, cross_origin" in shown.output
    assert "+ from crossguard.flask import CORS, cross_origin" in shown.output
    assert "[ignored-option]" in shown.output
    assert "Nothing was written" in shown.output
    written = migrate("--write", tmp_path)
    assert f"+++ {path} (now)" in written.output
    assert migrate(tmp_path).output == "Nothing here uses Flask-CORS.\n"


def test_a_difference_is_told_in_full_once(tmp_path):
    write(tmp_path, "a.py")
    write(tmp_path, "b.py")
    output = migrate(tmp_path).output
    assert output.count("does nothing here") == 1
    assert "as above:" in output


def test_a_constant_is_shown_where_it_is_changed(tmp_path):
    text = f'{HEAD}ORIGINS = ["https://a.example/"]  # the shop\nCORS(app, origins=ORIGINS)\n'
    output = migrate(write(tmp_path, text=text)).output
    assert '    5  - ORIGINS = ["https://a.example/"]  # the shop' in output
    assert '       + ORIGINS = ["https://a.example"]  # the shop' in output


def test_everything_that_is_written_is_printed(tmp_path):
    # A key is printed by its name, wherever it stands.
    for number, case in enumerate(case for case in SURE if ".config" not in case.before):
        path = write(tmp_path, f"app{number}.py", case.before)
        output = migrate(path).output
        added = set(case.after.splitlines()) - set(case.before.splitlines())
        printed = {line.strip().removeprefix("+ ").strip() for line in output.splitlines() if "+ " in line}
        assert all(any(line.strip() in text or text in line for text in printed) for line in added), added
