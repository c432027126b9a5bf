"""How many of ten broken applications are mended by pasting what the log and ``explain`` print."""

import ast
import logging
import re
from pathlib import Path

import pytest

from tests.broken.lab import Lab, run
from tests.broken.ten import TEN, Trouble

#: What the log says in place of a command's document: the fix, and where the policy stands.
_LINE = re.compile(
    r"was refused: .*\((?P<at>[\w./-]*app\.py:\d+)\).* Fix: (?P<fix>.*) \[[a-z-]+\] https://\S+$"
)
_CODE = re.compile(r"\b[a-z_]+=(?=[\[{TF])")


class Printed:
    """What is printed of one trouble: the text of the fix, and the file and line of the policy."""

    def __init__(self, fix: str, at: str) -> None:
        self.fix, self.at = fix, at

    @classmethod
    def by_explain(cls, trouble: Trouble, lab: Lab, path: Path) -> "Printed":
        document = run(path, "explain", *map(lab.filled, trouble.explain))
        found = re.search(r"\(([\w./-]*app\.py:\d+)\)", document["summary"])
        return cls(document["fix"] or "", document["fix_at"] or (found[1] if found else ""))

    @classmethod
    def by_log(cls, lines: list[str]) -> "Printed":
        found = [match for line in lines if (match := _LINE.search(line))]
        assert found, lines
        return cls(found[0]["fix"], found[0]["at"])

    def paste(self, path: Path) -> bool:
        """Put the line into the call at the place that is named; return whether there is such a line."""
        start = _CODE.search(self.fix)
        if start is None or not self.at:
            return False
        keywords: list[ast.keyword] = []
        for end in range(len(self.fix), start.start(), -1):
            try:
                call = ast.parse(f"f({self.fix[start.start() : end]})", mode="eval").body
            except SyntaxError:
                continue
            assert isinstance(call, ast.Call)
            keywords = call.keywords
            break
        tree = ast.parse(path.read_text())
        number = int(self.at.rpartition(":")[2])
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.lineno == number]
        named = {keyword.arg for keyword in keywords}
        if entry := re.search(r" \(in resources\['([^']+)'\]\)", self.fix):
            table = next(keyword.value for keyword in calls[0].keywords if keyword.arg == "resources")
            assert isinstance(table, ast.Dict)
            paths = [ast.literal_eval(key) for key in table.keys if key is not None]
            options = table.values[paths.index(entry[1])]
            assert isinstance(options, ast.Dict)
            # The last value of a key is the one that counts.
            options.keys += [ast.Constant(keyword.arg) for keyword in keywords]
            options.values += [keyword.value for keyword in keywords]
        else:
            calls[0].keywords = [kept for kept in calls[0].keywords if kept.arg not in named] + keywords
        path.write_text(ast.unparse(ast.fix_missing_locations(tree)) + "\n")
        return True


@pytest.mark.parametrize("trouble", TEN, ids=lambda trouble: trouble.name)
def test_pasting_what_is_printed_mends_it(
    trouble: Trouble, lab: Lab, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    path = tmp_path / "app.py"
    path.write_text(lab.filled(trouble.source))
    script, page = lab.filled(trouble.script), lab.filled(trouble.page)
    with caplog.at_level(logging.INFO, "crossguard"):
        assert not lab.works(path, [(page, script)]), "it is not broken"
    lines = [record.getMessage() for record in caplog.records]
    printed = Printed.by_explain(trouble, lab, path) if trouble.explain else Printed.by_log(lines)
    stranger = (lab.names["EVIL"], script)
    before = lab.works(path, [stranger])
    if trouble.follows:
        assert lab.filled(trouble.follows) in printed.fix
        page = lab.filled(trouble.follows).rpartition(" ")[2]
    else:
        assert printed.paste(path), printed.fix
    assert lab.works(path, [(page, script)]), f"{printed.fix}\n{path.read_text()}"
    if page != lab.names["EVIL"]:
        assert before or not lab.works(path, [stranger]), f"a stranger gains: {printed.fix}"


def test_nine_of_ten_are_mended_by_pasting_and_one_by_a_sentence():
    assert len(TEN) == 10
    assert sum(not trouble.follows for trouble in TEN) == 9
