"""Findings as SARIF 2.1.0, which code scanning reads (OASIS, errata 01).

The same findings give the same document: no time, no path of this machine, no identifier that is made up.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from crossguard.cli.findings import Finding, Severity
from crossguard.core.addresses import DOCUMENTATION
from crossguard.flask.audit.texts import FINDING_TEXTS

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_ADDRESS: Final = f"{DOCUMENTATION}/commands/#flask-cors-audit"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
# What GitHub ranks findings by: 7.0 and more is high, 4.0 and more is medium.
_RANKS: Final = {Severity.ERROR: "8.0", Severity.WARNING: "5.0", Severity.INFO: "2.0"}
_LINE: Final = re.compile(r":\d+")
# ``app.py:12``, by itself or in brackets behind a name.
_PLACE: Final = re.compile(r"(?:^|\(| or |at )([^():]+?\.\w+):(\d+)(?=\)|$| or |,)")


def sarif_document(findings: Iterable[Finding], *, root: Path, fallback: str) -> dict[str, Any]:
    """Return the document.

    Args:
        findings: what was found, in its order.
        root: the folder of the project, to which all places are relative.
        fallback: the file that stands for what has no place in one, relative to *root*.
    """
    found = [*findings]
    codes = [*dict.fromkeys(finding.code for finding in found)]
    driver = {
        "name": "Crossguard",
        "version": version("crossguard"),
        "informationUri": DOCUMENTATION,
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The folder of the project."}}},
        "results": [_result(finding, codes, root, fallback) for finding in found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    words = next(words for known, words in FINDING_TEXTS.items() if known.value == code)
    # In a rule the words are general.
    text, fix = (
        re.sub(r"\{(\w+)\}", r"<\1>", part).replace("{{", "{").replace("}}", "}")
        for part in (words.text, words.fix)
    )
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in code.split("-")),
        "shortDescription": {"text": code.replace("-", " ").capitalize()},
        "fullDescription": {"text": text},
        "help": {
            "text": f"{text}\n\nFix: {fix}\n\n{_ADDRESS}",
            "markdown": f"{_escaped(text)}\n\n**Fix:** {_escaped(fix)}\n\n[All findings]({_ADDRESS})",
        },
        "helpUri": _ADDRESS,
        "defaultConfiguration": {"level": _LEVELS[words.severity]},
        "properties": {
            "tags": ["security", "cors", "csrf"],
            "precision": "high",
            "security-severity": _RANKS[words.severity],
            "problem.severity": _LEVELS[words.severity].replace("note", "recommendation"),
        },
    }


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_<>\[\]])", r"\\\1", text)


def _result(finding: Finding, codes: list[str], root: Path, fallback: str) -> dict[str, Any]:
    locations = [*_locations(finding, root)] or [_location(fallback, 1, finding.where)]
    # Without the line, which moves when the file is edited.
    kept = f"{finding.code}\n{_LINE.sub('', finding.where)}\n{_LINE.sub('', finding.text)}"
    text = f"{finding.where}: {finding.text}" + (f" Fix: {finding.fix}" if finding.fix else "")
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": locations[:1],
        **({"relatedLocations": locations[1:]} if locations[1:] else {}),
        "partialFingerprints": {"crossguard/v1": hashlib.sha256(kept.encode()).hexdigest()},
    }


def _locations(finding: Finding, root: Path) -> Iterator[dict[str, Any]]:
    seen = set()
    for place in finding.places or (finding.where,):
        for name, line in _PLACE.findall(place):
            path = Path(name.strip())
            inside = not path.is_absolute() and ".." not in path.parts and (root / path).is_file()
            if inside and (path, line) not in seen:
                seen.add((path, line))
                yield _location(path.as_posix(), int(line), place)


def _location(name: str, line: int, place: str) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(name), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": max(line, 1)},
        },
        "message": {"text": place},
    }
