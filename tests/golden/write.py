"""Writes the explanations of all cases. Run after a change of words, and read the difference:

python -m tests.golden.write
"""

import json
from pathlib import Path

from crossguard import RequestFacts, decide
from crossguard.explain import explain
from tests.cases.build import policy
from tests.cases.cors import CASES, OWN, Case

EXPLANATIONS = Path(__file__).with_name("explanations.json")


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


def main() -> None:
    document = {case.id: explained(case) for case in CASES}
    EXPLANATIONS.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
