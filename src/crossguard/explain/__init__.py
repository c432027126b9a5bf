"""Explanations in plain words, each with a code and with what to write.

``explain`` speaks about a decision of a policy, ``explain_verdict`` about everything that a browser did.
The latter is loaded when it is first asked for: the browser model costs an import that a server which
only logs its refusals is spared.

Imports browser, suffixes and core.
"""

from typing import TYPE_CHECKING, Any

from crossguard.core.addresses import address_of
from crossguard.explain.decisions import Explanation, explain
from crossguard.explain.fixes import Add, FixKind

# The browser model takes 35 ms to import.
if TYPE_CHECKING:
    from crossguard.explain.verdicts import Diagnosis, explain_verdict

__all__ = ["Add", "Diagnosis", "Explanation", "FixKind", "address_of", "explain", "explain_verdict"]


def __getattr__(name: str) -> Any:
    if name in {"Diagnosis", "explain_verdict"}:
        from crossguard.explain import verdicts  # noqa: PLC0415 - 35 ms

        return getattr(verdicts, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
