"""``CORS_*`` keys of the configuration."""

from collections.abc import Iterable, Mapping
from typing import Any

from crossguard.migrate.changes import Change, change_of, replacements
from crossguard.migrate.converted import Converted
from crossguard.migrate.differences import DifferenceCode, difference
from crossguard.migrate.policies import KNOWN, convert_policy
from crossguard.migrate.source import Edit, Source
from crossguard.migrate.uses import ConfigKey
from crossguard.migrate.values import UNKNOWN, Unknown, value_of

_PREFIX = "CORS_"


def configured_options(keys: Iterable[ConfigKey]) -> dict[str, Any]:
    """Return the options that the keys give to every policy, converted.

    A key that is set in several places has no value that is known; None counts as not given.
    """
    values: dict[str, Any] = {}
    for key in keys:
        name = _option(key)
        if name in KNOWN:
            value = value_of(key.value)
            values[name] = value if name not in values or values[name] == value else UNKNOWN
    given = {name: value for name, value in values.items() if value is not None}
    policy = convert_policy(given, in_config=True)
    return {name: made.value for name, made in policy.options.items() if not made.dropped and name in KNOWN}


def convert_key(source: Source, key: ConfigKey, configured: Mapping[str, Any]) -> Change:
    """Convert the value of one key where it stands."""
    name = _option(key)
    edits: list[Edit] = []
    made = Converted(UNKNOWN)
    if name == "resources":
        made.doubts.append(
            "CORS_RESOURCES: write resources={…} into CORS(app, …), with paths of whole segments."
        )
    else:
        value = value_of(key.value)
        others = {other: entry for other, entry in configured.items() if other != name}
        policy = convert_policy({name: value}, in_config=True, inherited=others)
        made = policy.options[name]
        if isinstance(value, Unknown) and not made.doubts:
            made.doubts.append(f"the value of {key.key} is only known when the application runs.")
        made.doubts += [
            doubt for doubt in policy.doubts if doubt not in made.doubts and _is_about(name, doubt)
        ]
    if made.dropped and name != "max_age":
        # It does nothing and may stay; removing a line of somebody's configuration is not sure.
        made.changed = False
    elif made.dropped:
        made.doubts.append(f"remove {key.key}: None is no number of seconds.")
    if made.changed:
        edits = replacements(source, key.value, made)
    change = change_of(source, key.value, edits)
    change.before = f"{key.key} = {change.before}"
    change.after = f"{key.key} = {change.after}"
    change.line = key.line
    change.differences = [difference(DifferenceCode.CONFIGURATION, key=key.key), *made.differences]
    change.doubts = made.doubts
    return change


def _is_about(name: str, doubt: str) -> bool:
    return doubt.startswith(name)


def _option(key: ConfigKey) -> str:
    return key.key.removeprefix(_PREFIX).lower()
