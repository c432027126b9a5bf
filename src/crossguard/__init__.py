"""Crossguard: one list decides which origins may use a cookie-authenticated API, and says why not.

Importing this loads the pure engine only. The adapters are :mod:`crossguard.flask` and
:mod:`crossguard.wsgi`.
"""

from crossguard.core.config import CorsConfig, load_config
from crossguard.core.cors import decide
from crossguard.core.decision import Decision, Outcome, Reason
from crossguard.core.edits import HeaderEdits, apply_edits
from crossguard.core.facts import RequestFacts
from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode
from crossguard.core.policy import Policy, compile_policy

__all__ = [
    "ConfigError",
    "ConfigIssue",
    "CorsConfig",
    "Decision",
    "HeaderEdits",
    "IssueCode",
    "Outcome",
    "Policy",
    "Reason",
    "RequestFacts",
    "apply_edits",
    "compile_policy",
    "decide",
    "load_config",
]
