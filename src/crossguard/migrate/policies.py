"""The options of one policy, converted together and checked: does the result build?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crossguard.core.config import load_config
from crossguard.core.issues import ConfigError
from crossguard.core.options import nearest_option
from crossguard.core.patterns import ANY_ORIGIN
from crossguard.declare.declaration import IGNORED_OPTIONS
from crossguard.migrate.converted import Converted
from crossguard.migrate.differences import Difference, DifferenceCode, difference
from crossguard.migrate.option_values import SIMPLE, convert_expose_headers, convert_flag
from crossguard.migrate.origin_values import convert_origins
from crossguard.migrate.values import Unknown
from crossguard.suffixes import is_public_suffix

#: The options that Flask-CORS knows, ``resources`` aside.
KNOWN: Final = (
    "origins", "methods", "allow_headers", "expose_headers", "supports_credentials", "max_age",
    "allow_private_network", *IGNORED_OPTIONS,
)  # fmt: skip

#: What stands for front ends that only a person can name.
PLACEHOLDER: Final = "https://app.example.com"


@dataclass(slots=True)
class ConvertedPolicy:
    """The options of one policy.

    Attributes:
        options: each as it is to be written.
        differences: what behaves differently.
        doubts: why a person has to look.
        added: options that were not written and have to be.
    """

    options: dict[str, Converted] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    added: dict[str, Any] = field(default_factory=dict)


def convert_policy(
    given: Mapping[str, Any], *, in_config: bool = False, inherited: Mapping[str, Any] | None = None
) -> ConvertedPolicy:
    """Convert the options of one policy.

    Args:
        given: the values by name, as they were written; UNKNOWN where only a run would tell.
        in_config: whether they stand in the configuration.
        inherited: values that hold unless they are given again, converted already.
    """
    result = ConvertedPolicy()
    merged = {**(inherited or {}), **given}
    credentials = merged.get("supports_credentials", False)
    for name, value in given.items():
        result.options[name] = _convert(name, value, credentials=credentials is True, in_config=in_config)
    for made in result.options.values():
        result.differences += made.differences
        result.doubts += made.doubts
    _of_origins(merged, result, credentials=credentials is True)
    _of_defaults(merged, result)
    _check(result, inherited or {})
    return result


def _convert(name: str, value: Any, *, credentials: bool, in_config: bool) -> Converted:
    if name in IGNORED_OPTIONS:
        made = Converted(value, dropped=True)
        made.note(DifferenceCode.IGNORED_OPTION, option=name, reason=IGNORED_OPTIONS[name])
        return made
    if name == "origins":
        return convert_origins(value, in_config=in_config)
    if name == "supports_credentials":
        return convert_flag(value)
    if name == "expose_headers":
        return convert_expose_headers(value, credentials=credentials)
    if name in SIMPLE:
        return SIMPLE[name](value)
    nearest = nearest_option(name)
    hint = f"It was meant to be {nearest}." if nearest else "Remove it."
    made = Converted(value, doubts=[f"{name} is no option. {hint}"])
    made.note(DifferenceCode.UNKNOWN_OPTION, option=name, hint=hint)
    return made


def _of_origins(merged: Mapping[str, Any], result: ConvertedPolicy, *, credentials: bool) -> None:
    made = result.options.get("origins")
    value = made.value if made is not None else merged.get("origins", ANY_ORIGIN)
    everybody = value in (ANY_ORIGIN, [ANY_ORIGIN])
    if credentials:
        result.differences.append(difference(DifferenceCode.WRITE_GATE))
    if everybody and credentials:
        result.differences.append(difference(DifferenceCode.CREDENTIALS_FOR_EVERYBODY))
        result.doubts.append(
            f"name the front ends: origins=['{PLACEHOLDER}'], and readers='*' if everybody else may read."
        )
        result.added["origins"] = [PLACEHOLDER]
    elif everybody:
        result.differences.append(difference(DifferenceCode.ANY_ORIGIN))
    elif not isinstance(value, Unknown):
        result.differences.append(difference(DifferenceCode.VARY))


def _of_defaults(merged: Mapping[str, Any], result: ConvertedPolicy) -> None:
    if "allow_headers" not in merged:
        result.differences.append(difference(DifferenceCode.HEADERS_DEFAULT))
    if "max_age" not in merged:
        result.differences.append(difference(DifferenceCode.MAX_AGE_DEFAULT))


def check_shared(result: ConvertedPolicy) -> list[str]:
    """Return the doubts about options that paths share; without origins these build by themselves."""
    said = [doubt for made in result.options.values() for doubt in made.doubts]
    return [*said, *_mistakes({"origins": [], **_known(result)}, said)]


def _check(result: ConvertedPolicy, inherited: Mapping[str, Any]) -> None:
    """Doubt what does not build."""
    values = {**inherited, **_known(result), **result.added}
    result.doubts += _mistakes(values, result.doubts)


def _known(result: ConvertedPolicy) -> dict[str, Any]:
    return {name: made.value for name, made in result.options.items() if not made.dropped and name in KNOWN}


def _mistakes(values: Mapping[str, Any], said: list[str]) -> list[str]:
    """Return what is wrong with *values*, beyond what was said already."""
    known = {name: value for name, value in values.items() if not isinstance(value, Unknown)}
    try:
        load_config(known, is_public_suffix=is_public_suffix)
    except ConfigError as error:
        return [
            f"{issue.where}={issue.value} does not build: {issue.reason} {issue.fix}"
            for issue in error.issues
            if not any(_is_about(issue.where, doubt) for doubt in said)
        ]
    return []


def _is_about(where: str, doubt: str) -> bool:
    return re.search(rf"\b{re.escape(where.partition('[')[0])}", doubt) is not None
