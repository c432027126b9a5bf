"""Crossguard: one list decides which origins may use a cookie-authenticated API, and says why not.

Importing this loads nothing yet; its names, the pure engine's, are loaded when they are used. The adapters
are :mod:`crossguard.flask`, :mod:`crossguard.wsgi` and :mod:`crossguard.asgi`.
"""

# Type checkers take it for true by its name. The module it usually comes from takes 7 ms to import.
TYPE_CHECKING = False

# The engine behind these takes 20 ms to import.
if TYPE_CHECKING:
    __version__: str
    from crossguard.core.config import CorsConfig, load_config
    from crossguard.core.decide import decide
    from crossguard.core.decision import Decision, Outcome, Reason
    from crossguard.core.edits import HeaderEdits, apply_edits
    from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode
    from crossguard.core.options import option_meanings
    from crossguard.core.patterns import shown_entry
    from crossguard.core.policy import Policy, compile_policy
    from crossguard.core.request import RequestFacts
    from crossguard.lists.origin_check import OriginCheck
    from crossguard.lists.source import OriginSource
    from crossguard.suffixes import is_public_suffix

__all__ = [
    "ConfigError",
    "ConfigIssue",
    "CorsConfig",
    "Decision",
    "HeaderEdits",
    "IssueCode",
    "OriginCheck",
    "OriginSource",
    "Outcome",
    "Policy",
    "Reason",
    "RequestFacts",
    "apply_edits",
    "compile_policy",
    "decide",
    "is_public_suffix",
    "load_config",
    "option_meanings",
    "shown_entry",
]

_MODULES = {
    "core.config": ("CorsConfig", "load_config"),
    "core.decide": ("decide",),
    "core.decision": ("Decision", "Outcome", "Reason"),
    "core.edits": ("HeaderEdits", "apply_edits"),
    "core.request": ("RequestFacts",),
    "core.issues": ("ConfigError", "ConfigIssue", "IssueCode"),
    "core.options": ("option_meanings",),
    "core.patterns": ("shown_entry",),
    "core.policy": ("Policy", "compile_policy"),
    "lists.origin_check": ("OriginCheck",),
    "lists.source": ("OriginSource",),
    "suffixes": ("is_public_suffix",),
}


def __getattr__(name: str) -> object:
    """Load what is used for the first time (PEP 562): adapters import this module, and use few names."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - 24 ms, and few programs ask for it

        return version("crossguard")
    for module, names in _MODULES.items():
        if name in names:
            found = __import__(f"crossguard.{module}", fromlist=names)
            globals().update({each: getattr(found, each) for each in names})
            return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
