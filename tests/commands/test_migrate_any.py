"""``flask cors migrate`` with any combination of options: it never fails, and what is sure opens nothing."""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossguard.migrate import plan_migration
from tests.commands.migrate_sources import SOURCES
from tests.commands.migrations import HEAD
from tests.commands.test_migrate import MEANT, ORIGINS

VALUES = {
    "origins": [
        *('"*"', '["*"]', '"https://a.example"', '["https://a.example", "https://b.example"]', "None", "[]"),
        *(r'r"https://.*\.example\.com"', r'r"https?://\w+\.example\.com"', 'r"https://a.ex"', "ORIGINS"),
        *('"https://a.example/, https://b.example"', 're.compile("https://a")', "lambda _: True", "5", "{1}"),
        *('"^https://(a|b)\\\\.example$"', '("https://a.example",)', '{"https://a.example"}', '"null"', '""'),
    ],
    "methods": ['"get"', '["GET", "put"]', '"*"', "None", "3", '"GET,PUT"', "METHODS"],
    "allow_headers": ['"*"', '["X-A"]', '[r"X-.*"]', "None", '"A, B"', '".*"', "HEADERS", "[1]"],
    "expose_headers": ['"*"', '["X-A"]', "None", '"A, B"', "NAMES", "7"],
    "supports_credentials": ["True", "False", '"False"', '"yes"', "1", "0", "None", "flag"],
    "max_age": ["600", "0", "-1", "None", '"60"', '"an hour"', "1.5", "timedelta(minutes=5)", "AGE", "True"],
    "resources": [
        *('r"/api/*"', '{r"/api/*": {"origins": "https://a.example"}}', '["/api", r"^/x/.*"]', "RESOURCES"),
        *('{"/api/*": OPTIONS}', '{"/api/*": {"origins": "*", "vary_header": True}, "*": {}}', "5", "{**R}"),
        *('{"/": {}}', '{r"/(a|b)": {}}', '{"api/*": {KEY: 1}}', '{"/api/*": {"origin": 1}}'),
    ],
    "vary_header": ["True", "False"],
    "send_wildcard": ["True"],
    "allow_private_network": ["True", '"no"', "X"],
    "origin": ['"https://a.example"'],
}
OPTIONS = st.fixed_dictionaries({}, optional={name: st.sampled_from(texts) for name, texts in VALUES.items()})
TARGETS = ["app", "", "app, 5", "app, **MORE"]
PATHS = ("/", "/api/items", "/x/y", "/apix")
PRELUDE = "import re\nfrom datetime import timedelta\n"


def allowed(text: str) -> set[tuple[str, str, bool]]:
    """Return who reads which path, and whether with cookies."""
    namespace: dict[str, object] = {"__name__": "app"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "app.py", "exec"), namespace)  # noqa: S102 - written from the tables above
        client = namespace["app"].test_client()
        answers = [
            (path, origin, client.get(path, headers={"Origin": origin}).headers)
            for path in PATHS
            for origin in ORIGINS
        ]
    return {
        (path, origin, headers.get("Access-Control-Allow-Credentials") == "true")
        for path, origin, headers in answers
        if headers.get("Access-Control-Allow-Origin") in {"*", origin}
    }


@pytest.mark.parametrize("separator", [", ", ",\n    "])
@given(OPTIONS, st.sampled_from(TARGETS))
def test_any_call_has_a_plan(separator, options, target):
    words = [word for word in (target, *(f"{name}={text}" for name, text in options.items())) if word]
    before = f"{PRELUDE}{HEAD}CORS({separator.join(words)})\n"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "app.py"
        path.write_text(before)
        plan = plan_migration([path])
    (file,) = plan.files
    assert not any("do not fit together" in doubt for change in file.changes for doubt in change.doubts)
    codes = {difference.code for change in file.changes for difference in change.differences}
    if plan.sure and target == "app" and not codes & MEANT:
        assert allowed(file.after) <= allowed(before)


@given(st.sampled_from(["app", "api"]), OPTIONS)
def test_any_decorator_and_key_has_a_plan(target, options):
    keys = "".join(f'app.config["CORS_{name.upper()}"] = {text}\n' for name, text in options.items())
    arguments = ", ".join(f"{name}={text}" for name, text in options.items())
    before = f'{PRELUDE}{HEAD}api = Blueprint("api", __name__)\n{keys}CORS({target})\n\n\n@app.get("/")\n@cross_origin({arguments})\ndef view():\n    return ""\n'
    with TemporaryDirectory() as folder:
        path = Path(folder) / "app.py"
        path.write_text(before)
        plan = plan_migration([path])
    (file,) = plan.files
    assert not any("do not fit together" in doubt for change in file.changes for doubt in change.doubts)
    if plan.sure:
        allowed(file.after)


EVERY = [text for case in SOURCES for text in case.files.values()]
MUTATIONS = [
    "(",
    ")",
    "{",
    "]",
    "'",
    '"""',
    "\\",
    "\n",
    "\r",
    "\t",
    "\0",
    "*",
    "**",
    "…",
    "\ud800",
    "@",
    "#",
    ",",
    "=",
    "lambda",
    "\f",
]


@given(
    st.sampled_from(EVERY),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 12), st.sampled_from(MUTATIONS)), max_size=6),
    st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "utf-16", "cp1252"]),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_source_has_a_plan(text, mutations, encoding):
    for place, length, insert in mutations:
        start = place % (len(text) + 1)
        text = text[:start] + insert + text[start + length :]
    check_plan(text.encode(encoding, "replace"))


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_bytes_have_a_plan(raw):
    check_plan(b"from flask_cors import CORS\n" + raw)


def check_plan(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "app.py"
        path.write_bytes(raw)
        plan = plan_migration([path])
        for file in plan.files:
            after = file.after.encode(file.source.encoding, "surrogatepass")
            assert not plan.sure or compile(after, "app.py", "exec")


def test_deep_expressions_have_a_plan():
    for deep in (
        f"CORS(app, origins={'(' * 60}1{')' * 60})",
        f"CORS(app, origins={'+'.join(['ORIGINS'] * 2000)})",
        f"CORS(app, origins=re.compile('x', {'|'.join(['re.I'] * 2000)}))",
        f"CORS(app, origins={'a.' * 2000}b)",
        f"CORS(app, origins={'[' * 90}{']' * 90})",
        "A = B\nB = A\nCORS(app, origins=A)",
        "CORS(app, origins='https://(a{100000}|(b+)+)$')",
        f"CORS(app, origins={[f'https://a{n}.example' for n in range(20_000)]})",
    ):
        check_plan(f"{PRELUDE}{HEAD}{deep}\n".encode())
