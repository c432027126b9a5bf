"""``flask cors explain --fix``: the proved edit is written where the policy stands, and then it holds."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossguard.migrate.placing import UnplaceableError, Wanted, place_edit
from crossguard.migrate.source import parse_source
from tests.commands.running import fits, in_process_of_its_own

PAGE = "https://app.example.com"
NEAR = "https://www.app.example.com"

HEAD = """\
from flask import Flask
from crossguard.flask import CORS, cross_origin
app = Flask(__name__)
app.config["SECRET_KEY"] = "x"
"""
TAIL = """
@app.route("/items", methods=["GET", "PURGE"])
def items():
    return {}
"""
OWN = 'public_origins=["https://api.example.com"]'


BOTH = f'["{PAGE}", "{NEAR}"]'
LATER = f"""cors = CORS(
    origins=[
        "{PAGE}",  # the shop
        "{NEAR}",
    ],
    {OWN})
cors.init_app(app)"""
BLUEPRINTS = f"""from flask import Blueprint
for n in 'ab':
    b = Blueprint(n, n)
    CORS(b, origins=['{PAGE}'], {OWN})
    b.add_url_rule('/items', 'x', lambda: '')
    app.register_blueprint(b)"""


def explain(folder, *words, origin=NEAR):
    return in_process_of_its_own(folder, "cors", "explain", "/items", "--origin", origin, *words)


def written(folder, text, *words, encoding="utf-8", newline="\n"):
    path = folder / "app.py"
    path.write_bytes(text.replace("\n", newline).encode(encoding))
    done = explain(folder, "--fix", "--yes", *words)
    assert "Traceback" not in done.stderr
    return done, path.read_bytes().decode(encoding).replace(newline, "\n")


# --- written, and then it holds -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "after"),
    [
        (f"CORS(app, origins=['{PAGE}'], {OWN})", f"CORS(app, origins=['{PAGE}', '{NEAR}'], {OWN})"),
        (f'CORS(app, origins="{PAGE}", {OWN})', f'CORS(app, origins=["{PAGE}", "{NEAR}"], {OWN})'),
        (
            f'ORIGINS = ["{PAGE}"]  # the shop\nCORS(app, origins=ORIGINS, {OWN})',
            f'ORIGINS = ["{PAGE}", "{NEAR}"]  # the shop\nCORS(app, origins=ORIGINS, {OWN})',
        ),
        (
            f'app.config["CORS_ORIGINS"] = ("{PAGE}",)\nCORS(app, {OWN})',
            f'app.config["CORS_ORIGINS"] = ("{PAGE}", "{NEAR}")\nCORS(app, {OWN})',
        ),
        (
            f'CORS(app, {OWN}, resources={{"/x/*": {{}}, "/items": {{"origins": ["{PAGE}"]}}}})',
            f'CORS(app, {OWN}, resources={{"/x/*": {{}}, "/items": {{"origins": ["{PAGE}", "{NEAR}"]}}}})',
        ),
        (
            f'CORS(app, origins="{PAGE}", {OWN}, resources={{"/x/*": {{}}, "/items": {{}}}})',
            f'CORS(app, origins="{PAGE}", {OWN}, resources={{"/x/*": {{}}, "/items": {{"origins": {BOTH}}}}})',
        ),
        (
            f'cors = CORS(\n    origins=[\n        "{PAGE}"  # the shop\n    ],\n    {OWN})\ncors.init_app(app)',
            LATER,
        ),
    ],
)
def test_it_is_written_and_the_same_page_reads(call, after, tmp_path):
    done, text = written(tmp_path, HEAD + call + TAIL)
    assert text == HEAD + after + TAIL
    assert done.returncode == 0, done.stdout
    assert fits("\n".join(line for line in done.stdout.splitlines() if not line.startswith(("+", "-", " "))))
    assert "+++ b/app.py" in done.stdout
    again = explain(tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "READABLE" in again.stdout
    stranger = explain(tmp_path, origin="https://stranger.example")
    assert stranger.returncode == 1


def test_a_view_s_own_policy_is_written_at_its_decorator(tmp_path):
    view = f"""
@app.get("/items")
@cross_origin(origins=["{PAGE}"], {OWN})
def items():
    return {{}}
"""
    done, text = written(tmp_path, HEAD + view)
    assert done.returncode == 0, done.stdout
    assert f'@cross_origin(origins=["{PAGE}", "{NEAR}"]' in text


def test_all_that_a_request_lacks_is_written_at_once(tmp_path):
    text = HEAD + f'CORS(\n    app,\n    origins=["{PAGE}"],\n    {OWN}\n)' + TAIL
    (tmp_path / "app.py").write_text(text)
    words = ("-X", "PURGE", "-H", "X-Tenant: a")
    assert explain(tmp_path, *words, "--fix", "--yes", origin=PAGE).returncode == 0
    after = (tmp_path / "app.py").read_text()
    assert f'    {OWN},\n    methods=["GET", "HEAD", ' in after
    assert '"X-Requested-With", "x-tenant"],\n)\n' in after
    assert explain(tmp_path, *words, origin=PAGE).returncode == 0


@pytest.mark.parametrize(
    ("encoding", "newline", "first"),
    [
        ("utf-8", "\r\n", ""),
        ("utf-8-sig", "\n", ""),
        ("latin-1", "\n", "# -*- coding: latin-1 -*-\n"),
    ],
)
def test_bytes_that_are_not_the_edit_stay(encoding, newline, first, tmp_path):
    text = first + HEAD + f"# für alle\nCORS(app, origins=['{PAGE}'], {OWN})" + TAIL
    done, after = written(tmp_path, text, encoding=encoding, newline=newline)
    assert done.returncode == 0, done.stdout + done.stderr
    assert after == text.replace(f"['{PAGE}']", f"['{PAGE}', '{NEAR}']")


# --- not written ----------------------------------------------------------------------------------


def untouched(folder, *words, origin=NEAR):
    before = (folder / "app.py").read_bytes()
    done = explain(folder, *words, origin=origin)
    assert (folder / "app.py").read_bytes() == before
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (f"import os\nCORS(app, origins=os.environ.get('X', '{PAGE}'), {OWN})", "origins is os.environ.get("),
        (
            f"CORS(app, origins=['{PAGE}'] if app.debug else ['{PAGE}'], {OWN})",
            "known only when the application",
        ),
        (f"O = {{'origins': ['{PAGE}']}}\nCORS(app, **O, {OWN})", "options of the call are known only"),
        (f"A = ['{PAGE}']\nB = [*A]\nCORS(app, origins=A, {OWN})", "origins is A, which is known only"),
        (
            f"A = ['{PAGE}']\nA.append('https://b.example')\nCORS(app, origins=A, {OWN})",
            "origins is A, which",
        ),
        (f"A = ['{PAGE}']\nCORS(app, origins=[*A], {OWN})", "known only when the application runs"),
        (
            f"app.config.update({{'CORS_' + 'ORIGINS': '{PAGE}'}})\nCORS(app, {OWN})",
            "CORS_ORIGINS is set outside",
        ),
        (
            f"app.config['CORS_ORIGINS'] = []\napp.config['CORS_ORIGINS'] = ['{PAGE}']\nCORS(app, {OWN})",
            "CORS_ORIGINS is set in several places",
        ),
        (BLUEPRINTS, "declares several policies"),
    ],
)
def test_what_cannot_be_placed_is_refused_with_the_line(call, reason, tmp_path):
    (tmp_path / "app.py").write_text(HEAD + call + (TAIL if "Blueprint" not in call else ""))
    said = untouched(tmp_path, "--fix", "--yes")
    assert "--fix writes nothing: " in said
    assert reason in said
    assert f"'{NEAR}'" in said.partition("The line to write by hand")[2]


def test_a_stranger_is_never_written(tmp_path):
    (tmp_path / "app.py").write_text(HEAD + f"CORS(app, origins=['{PAGE}'], {OWN})" + TAIL)
    said = untouched(tmp_path, "--fix", "--yes", origin="https://evil.example")
    assert "no edit of the policy" in said
    assert "evil.example'" not in said.partition("--fix writes nothing")[2]


@pytest.mark.parametrize("words", [("--fix",), ("--fix", "--dry-run", "--yes"), ("--fix", "--dry-run")])
def test_nothing_is_written_unasked(words, tmp_path):
    (tmp_path / "app.py").write_text(HEAD + f"CORS(app, origins=['{PAGE}'], {OWN})" + TAIL)
    said = untouched(tmp_path, *words)
    assert "+++ b/app.py" in said
    assert ("A dry run writes nothing" if "--dry-run" in words else "--yes writes without asking") in said


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    target = outside / "real.py"
    target.write_text(HEAD + f"CORS(app, origins=['{PAGE}'], {OWN})" + TAIL)
    (inside / "shop.py").symlink_to(target)
    (inside / "app.py").write_text("from shop import app\n")
    before = target.read_bytes()
    assert "outside of the folder" in untouched(inside, "--fix", "--yes")
    assert target.read_bytes() == before


def test_a_file_that_may_not_be_written_is_refused(tmp_path):
    path = tmp_path / "app.py"
    path.write_text(HEAD + f"CORS(app, origins=['{PAGE}'], {OWN})" + TAIL)
    path.chmod(0o444)
    assert "may not be written" in untouched(tmp_path, "--fix", "--yes")


def test_a_file_elsewhere_is_refused(tmp_path):
    library, folder = tmp_path / "library", tmp_path / "folder"
    library.mkdir()
    folder.mkdir()
    (library / "shop.py").write_text(HEAD + f"CORS(app, origins=['{PAGE}'], {OWN})" + TAIL)
    (folder / "app.py").write_text("from shop import app\n")
    done = in_process_of_its_own(
        folder, "cors", "explain", "/items", "--origin", NEAR, "--fix", "--yes", PYTHONPATH=str(library)
    )
    assert "shop.py is not below the current folder" in " ".join(done.stdout.split())


def test_yes_alone_is_wrong_use(tmp_path):
    (tmp_path / "app.py").write_text(HEAD)
    assert explain(tmp_path, "--yes").returncode == 2


@pytest.mark.parametrize("answer", ["y", "n"])
def test_a_person_is_asked(answer, tmp_path):
    pty = pytest.importorskip("pty")
    path = tmp_path / "app.py"
    path.write_text(HEAD + f"CORS(app, origins=['{PAGE}'], {OWN})" + TAIL)
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "flask", "cors", "explain", "/items", "--origin", NEAR, "--fix"]
    running = subprocess.Popen(command, cwd=tmp_path, stdin=end, stdout=subprocess.PIPE, text=True)
    os.write(terminal, f"{answer}\n".encode())
    printed, _ = running.communicate(timeout=60)
    os.close(terminal)
    os.close(end)
    assert "Write app.py? [y/N]" in printed
    assert (NEAR in path.read_text()) is (answer == "y")
    assert running.returncode == (0 if answer == "y" else 1)


# --- for programs ---------------------------------------------------------------------------------


def test_programs_get_the_edit(tmp_path):
    path = tmp_path / "app.py"
    path.write_text(HEAD + f"CORS(app, origins=['{PAGE}'], {OWN})" + TAIL)
    edit = json.loads(explain(tmp_path, "--fix", "--json").stdout)["edit"]
    assert edit.keys() == {"file", "where", "line", "diff", "refused", "written"}
    assert (edit["file"], edit["where"], edit["refused"], edit["written"]) == (
        "app.py",
        "app.py:5",
        None,
        False,
    )
    assert edit["line"] == f"origins=['{PAGE}', '{NEAR}']"
    assert NEAR not in path.read_text()
    done = explain(tmp_path, "--fix", "--json", "--yes")
    assert json.loads(done.stdout)["edit"]["written"] is True
    assert done.returncode == 0
    assert NEAR in path.read_text()
    # Now that it reads, there is nothing to write.
    assert "edit" not in json.loads(explain(tmp_path, "--fix", "--json", "--yes").stdout)


def test_a_file_that_is_replaced_keeps_its_mode(tmp_path):
    path = tmp_path / "app.py"
    path.write_text(HEAD + f"CORS(app, origins=['{PAGE}'], {OWN})" + TAIL)
    path.chmod(0o640)
    assert explain(tmp_path, "--fix", "--yes").returncode == 0
    assert path.stat().st_mode & 0o777 == 0o640
    assert {entry.name for entry in tmp_path.iterdir()} <= {"app.py", "__pycache__"}


# --- any text -------------------------------------------------------------------------------------

BLANKS = st.sampled_from(["", " ", "\n    ", "  # why\n    "])
ENTRIES = st.lists(
    st.sampled_from(["'https://a.example'", '"https://b.example"', "('https://c.example')"]), max_size=3
)


@st.composite
def lists(draw):
    entries = draw(ENTRIES)
    opening, closing = draw(st.sampled_from(["[]", "()", "{}"]) if entries else st.just("[]"))
    text = "".join(draw(BLANKS) + entry + draw(BLANKS) + "," for entry in entries)
    if entries and len(entries) > 1 and draw(st.booleans()):
        text = text.removesuffix(",")
    return opening + text + draw(BLANKS) + closing


@given(
    value=lists(), extra=st.sampled_from(["", ", max_age=3", ", max_age=3,", ",\n    max_age=3,  # short\n"])
)
def test_any_writing_of_a_list_takes_an_entry(value, extra):
    text = f"from crossguard.flask import CORS\nCORS(app, origins={value}{extra})\n"
    source = parse_source(Path("app.py"), text.encode())
    whole = {"origins": (), "supports_credentials": True}
    placed = place_edit(source, Wanted("app", 2, whole, {"origins": ("https://new.example",)}))
    call = ast.parse(placed.after).body[1].value
    given_options = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
    before = ast.literal_eval(ast.parse(text).body[1].value.keywords[0].value)
    if isinstance(before, set):
        assert given_options["origins"] == before | {"https://new.example"}
    else:
        assert [*given_options["origins"]] == [*before, "https://new.example"]
    assert given_options["supports_credentials"] is True
    # What was there is there, in its order.
    rest = iter(placed.after)
    assert all(char in rest for char in text)


@given(text=st.text(max_size=80), line=st.integers(0, 4))
def test_any_source_is_placed_or_refused(text, line):
    try:
        source = parse_source(Path("app.py"), f"CORS(app, {text})\n".encode("utf-8", "surrogatepass"))
    except ValueError:
        return
    try:
        placed = place_edit(source, Wanted("path /x", line, {"origins": ("https://a.example",)}))
    except UnplaceableError:
        return
    ast.parse(placed.after)
