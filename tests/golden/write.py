"""Writes the words of all codes, and the explanations of all cases and of all mistakes. Run after a change of words, and read the difference:

python -m tests.golden.write
"""

import json
from pathlib import Path

from crossguard import ConfigError, RequestFacts, decide
from crossguard.cli.observations import CHECK_TEXTS
from crossguard.core.options import OPTION_NAMES
from crossguard.edge.differences import EDGE_TEXTS
from crossguard.explain import explain
from crossguard.explain.failures import CODE_TEXTS, COOKIE_TEXTS, HINT_TEXTS
from crossguard.explain.reasons import REASON_TEXTS
from crossguard.flask.audit import FINDING_TEXTS
from tests.cases.build import config, policy
from tests.cases.config import MISTAKES, Mistake
from tests.cases.cors import CASES, OWN, Case

EXPLANATIONS = Path(__file__).with_name("explanations.json")
MISTAKEN = Path(__file__).with_name("mistakes.json")
WORDS = Path(__file__).with_name("words.json")


def explained(case: Case) -> dict[str, str]:
    facts = RequestFacts(
        method=case.method,
        url=f"{OWN}/items",
        path="/items",
        origin=case.origin,
        requested_method=case.asks_method,
        requested_headers=case.asks_headers,
        requests_private_network=case.asks_private_network,
        own_origin=OWN,
    )
    compiled = policy(**case.options)
    explanation = explain(decide(compiled, facts), facts, compiled)
    return {"code": explanation.code, "summary": explanation.summary, "fix": explanation.fix}


def reported(mistake: Mistake) -> str:
    try:
        config(**mistake.options)
    except ConfigError as error:
        # The list of all options grows by itself.
        return str(error.issues[0]).replace(", ".join(OPTION_NAMES), "…")
    raise AssertionError(f"{mistake.id} builds")


def words() -> dict[str, dict[str, list[str]]]:
    """Return the words of every code, as they stand in the tables."""
    return {
        "reasons": {code.value: [text.summary, text.fix, text.kind] for code, text in REASON_TEXTS.items()},
        "failures": {code.value: [text.meaning, text.fix, text.kind] for code, text in CODE_TEXTS.items()},
        "cookies": {code.value: [text.meaning, text.fix, text.kind] for code, text in COOKIE_TEXTS.items()},
        "hints": {code.value: [text.meaning, text.fix, text.kind] for code, text in HINT_TEXTS.items()},
        "audit": {code.value: [text.severity, text.text, text.fix] for code, text in FINDING_TEXTS.items()},
        "check": {code.value: [text.severity, text.text, text.fix] for code, text in CHECK_TEXTS.items()},
        "edge": {code.value: [text.level, text.text, text.fix] for code, text in EDGE_TEXTS.items()},
    }


def _write(path: Path, document: dict[str, object]) -> None:
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    _write(EXPLANATIONS, {case.id: explained(case) for case in CASES})
    _write(WORDS, words())
    _write(MISTAKEN, {mistake.id: reported(mistake) for mistake in MISTAKES})


if __name__ == "__main__":
    main()
