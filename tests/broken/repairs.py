"""Applying a printed fix: what a person does with an editor, done to the source with a syntax tree."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from crossguard.flask.commands import cors
from tests.broken.lab import Lab, Told


@dataclass
class Bench:
    """What is being repaired: the application's file, and the code of the page."""

    lab: Lab
    path: Path
    script: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text())

    def save(self, tree: ast.Module) -> None:
        self.path.write_text(ast.unparse(ast.fix_missing_locations(tree)) + "\n")

    def append(self, line: str) -> None:
        self.path.write_text(f"{self.path.read_text()}\n{line}\n")


Repair = Callable[[Bench, Told], None]


def options(bench: Bench, told: Told) -> None:
    """Put ``name=value, …`` of the fix into the call that the text names, or into the only one."""
    tree = bench.tree
    call = _call(tree, f"{told.where} {told.text}")
    for keyword in _keywords(told.fix, bench):
        call.keywords = [kept for kept in call.keywords if kept.arg != keyword.arg] + [keyword]
    bench.save(tree)


def without_option(bench: Bench, told: Told) -> None:
    """Remove the option that the fix names: ``remove name=value.``"""
    name = re.search(r"remove (\w+)", told.fix)
    assert name, told
    tree = bench.tree
    call = _call(tree, f"{told.where} {told.text}")
    call.keywords = [kept for kept in call.keywords if kept.arg != name[1]]
    bench.save(tree)


def renamed_option(bench: Bench, told: Told) -> None:
    """Correct the name of an option: ``unknown option 'a'; did you mean 'b'?``"""
    wrong, right = re.findall(r"'(\w+)'", told.text)[:2]
    bench.path.write_text(re.sub(rf"\b{wrong}=", f"{right}=", bench.path.read_text()))


def written_value(bench: Bench, told: Told) -> None:
    """Write the value of the fix for the one that is wrong: ``write 'b'.``"""
    wrong = re.match(r"'([^']*)'", told.text)
    right = re.search(r"write '([^']*)'", told.fix)
    assert wrong, told
    assert right, told
    # "(or http:// while developing)", which is what is done here.
    value = right[1].replace("https://", "http://") if "or http://" in told.fix else right[1]
    bench.path.write_text(bench.path.read_text().replace(f'"{wrong[1]}"', f'"{value}"'))


def path_of_resources(bench: Bench, told: Told) -> None:
    """Write the path of the fix: ``resources={'/api/*': …}``."""
    right = re.search(r"resources=\{'([^']*)'", told.fix)
    assert right, told
    wrong = right[1].removesuffix("/*")
    bench.path.write_text(bench.path.read_text().replace(f'"{wrong}": {{', f'"{right[1]}": {{'))


def expression(bench: Bench, told: Told) -> None:
    """Write the expression of the fix for the one that the text shows."""
    wrong = re.search(r"re\.compile\('(.*?)'\)", told.text)
    right = re.search(r"re\.compile\((r?'.*')\)", told.fix)
    assert wrong, told
    assert right, told
    tree = bench.tree
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and repr(node.value)[1:-1] == wrong[1]:
            node.value = ast.literal_eval(right[1])
    bench.save(tree)


def statement(bench: Bench, told: Told) -> None:
    """Append the line of the fix."""
    ast.parse(told.fix)
    bench.append(f"import crossguard.flask\n{told.fix}")


def cookie_attributes(bench: Bench, told: Told) -> None:
    """Configure the session cookie as the fix says: ``SameSite=None; Secure; Partitioned``."""
    if same_site := re.search(r"SameSite=(\w+)", told.fix):
        bench.append(f'app.config["SESSION_COOKIE_SAMESITE"] = "{same_site[1]}"')
    for attribute in ("Secure", "Partitioned"):
        if re.search(rf"\b{attribute}\b", told.fix):
            bench.append(f'app.config["SESSION_COOKIE_{attribute.upper()}"] = True')


def fetch_option(bench: Bench, told: Told) -> None:
    """Put ``credentials: 'include'`` of the fix into every fetch of the page that lacks it, or take it out."""
    option = re.search(r"credentials: '\w+'", told.fix)
    assert option, told
    if f"leave {option[0]} out" in told.fix:
        bench.script = bench.script.replace(f", {{{option[0]}}}", "")
        return
    bench.script = re.sub(r"fetch\(([^,()]+)\)", rf"fetch(\1, {{{option[0]}}})", bench.script)


def called_url(bench: Bench, told: Told) -> None:
    """Call the URL of the fix in the front end: ``call … in the front end``."""
    url = re.search(r"call (\S+) in the front end", told.fix)
    assert url, told
    bench.script = re.sub(r"fetch\('[^']*'", f"fetch('{url[1]}'", bench.script)


def one_host_name(bench: Bench, told: Told) -> None:
    """Call the API by the name of the fix: ``use one host name for both: call … in the front end``."""
    named = re.search(r"one host name for both: call (\S+) in the front end", told.fix)
    assert named, told
    bench.script = bench.script.replace(bench.lab.filled("<API>"), named[1])


def migrated(bench: Bench, told: Told) -> None:
    """Run the command of the fix: ``flask cors migrate --write``."""
    words = told.fix.split()
    assert words[:2] == ["flask", "cors"], told
    result = CliRunner().invoke(cors, [*words[2:], str(bench.path)], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def without_own_headers(bench: Bench, told: Told) -> None:
    """Remove the function that sets headers, and write the call of the fix for both front ends."""
    line = int(told.where.rpartition(":")[2])
    tree = bench.tree
    tree.body = [
        node
        for node in tree.body
        if not (
            isinstance(node, ast.FunctionDef)
            and line in {node.lineno, *(one.lineno for one in node.decorator_list)}
        )
    ]
    bench.save(tree)
    call = re.search(r"CORS\(app, origins=\['https://app\.example\.com'\]\)", told.fix)
    assert call, told
    bench.append("from crossguard.flask import CORS")
    bench.append(bench.lab.filled(call[0].replace("'https://app.example.com'", '"<PAGE>", "<OTHER>"')))


def wrapped_before(bench: Bench, told: Told) -> None:
    """Declare the policy behind the line that wraps the application."""
    assert "before CORS" in told.fix
    tree = bench.tree
    (declaring,) = [node for node in tree.body if ast.unparse(node).startswith("CORS(")]
    tree.body.remove(declaring)
    tree.body.append(declaring)
    bench.save(tree)


def _call(tree: ast.Module, text: str) -> ast.Call:
    """Return the declaration at the line that *text* names, or the only one."""
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"CORS", "cross_origin"}
    ]
    named = {int(line) for line in re.findall(r"app\.py:(\d+)", text)}
    found = [call for call in calls if call.lineno in named] or calls
    assert len(found) == 1, text
    return found[0]


def _keywords(fix: str, bench: Bench) -> list[ast.keyword]:
    """Read the arguments in *fix*; what is prose behind them is left out, and examples become the page."""
    start = re.search(r"\b[a-z_]+=", fix)
    assert start, fix
    text = fix[start.start() :]
    for end in range(len(text), 0, -1):
        try:
            parsed = ast.parse(f"f({text[:end]})", mode="eval").body
        except SyntaxError:
            continue
        if isinstance(parsed, ast.Call) and parsed.keywords:
            for node in ast.walk(parsed):
                if isinstance(node, ast.Constant) and node.value == "https://app.example.com":
                    node.value = bench.lab.names["PAGE"]
            return parsed.keywords
    raise AssertionError(fix)
