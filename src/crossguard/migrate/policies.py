"""The options of one policy, converted together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crossguard.core.hosts import OriginSyntaxError
from crossguard.core.options import nearest_option
from crossguard.core.patterns import ANY_ORIGIN, OriginExpression, OriginPattern, parse_rule
from crossguard.declare.declaration import IGNORED_OPTIONS
from crossguard.migrate.converted import Converted
from crossguard.migrate.differences import Difference, DifferenceCode, difference
from crossguard.migrate.doubts import Doubt, DoubtCode
from crossguard.migrate.option_values import SIMPLE, convert_expose_headers, convert_flag
from crossguard.migrate.origin_values import convert_origins
from crossguard.migrate.values import Unknown

#: The options that Flask-CORS knows, ``resources`` aside.
KNOWN: Final = (
    "origins", "methods", "allow_headers", "expose_headers", "supports_credentials", "max_age",
    "allow_private_network", *IGNORED_OPTIONS,
)  # fmt: skip

#: Names of long ago, which Flask-CORS has not read since its second version.
DEAD: Final = frozenset({"headers"})

#: What Flask-CORS has where nothing is given; a blueprint has it under any configuration.
DEFAULTS: Final[Mapping[str, Any]] = {
    "origins": ANY_ORIGIN,
    "methods": ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"],
    "allow_headers": "*",
    "expose_headers": [],
    "supports_credentials": False,
    "max_age": 5,
    "allow_private_network": False,
}

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
    doubts: list[Doubt] = field(default_factory=list)
    added: dict[str, Any] = field(default_factory=dict)

    @property
    def meant(self) -> list[str]:
        """Origins and headers that matched nothing, and match what they say here."""
        return [entry for made in self.options.values() for entry in made.meant]

    @property
    def values(self) -> dict[str, Any]:
        """The options that stay, by name."""
        return {name: made.value for name, made in self.options.items() if not made.dropped}


def convert_policy(
    given: Mapping[str, Any],
    *,
    in_config: bool = False,
    inherited: Mapping[str, Any] | None = None,
    shared: bool = False,
) -> ConvertedPolicy:
    """Convert the options of one policy.

    Args:
        given: the values by name, as they were written; :class:`Unknown` where only a run would tell.
        in_config: whether they stand in the configuration.
        inherited: values that hold unless they are given again, converted already.
        shared: whether paths share them, so they are no policy by themselves.
    """
    result = ConvertedPolicy()
    merged = {**(inherited or {}), **given}
    credentials = _is_on(merged.get("supports_credentials", False))
    for name, value in given.items():
        result.options[name] = _convert(name, value, credentials=credentials, in_config=in_config)
    for made in result.options.values():
        result.differences += made.differences
        result.doubts += made.doubts
    if not shared:
        _of_origins(merged, result, credentials=credentials, in_config=in_config)
        _of_defaults(merged, result)
    return result


def complete_policy(merged: Mapping[str, Any], result: ConvertedPolicy, *, credentials: bool) -> None:
    """Add to *result* what follows from all options together."""
    _of_origins(merged, result, credentials=credentials, in_config=False)


def _is_on(value: Any) -> bool:
    return not isinstance(value, Unknown) and bool(value)


def _convert(  # noqa: PLR0911 - one for each option
    name: str, value: Any, *, credentials: bool, in_config: bool
) -> Converted:
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
    made = Converted(value, dropped=True)
    if name in DEAD:
        made.note(DifferenceCode.DEAD_OPTION, option=name)
        return made
    nearest = nearest_option(name)
    if nearest == "origins" and value in ("*", ["*"]):
        # What it was meant to say is what holds without it.
        made.note(DifferenceCode.DEAD_OPTION, option=name)
        return made
    hint = f"It was meant to be {nearest}." if nearest else "Remove it."
    made.note(DifferenceCode.UNKNOWN_OPTION, option=name, hint=hint)
    words = f"{name} is no option, and was ignored. {hint}"
    made.doubt(
        DoubtCode.UNKNOWN_OPTION, f"{words} What is written above goes on without it." if nearest else words
    )
    return made


def _of_origins(
    merged: Mapping[str, Any], result: ConvertedPolicy, *, credentials: bool, in_config: bool
) -> None:
    made = result.options.get("origins")
    value = made.value if made is not None else merged.get("origins", ANY_ORIGIN)
    everybody = not isinstance(value, Unknown) and value in (ANY_ORIGIN, [ANY_ORIGIN])
    if credentials:
        result.differences.append(difference(DifferenceCode.WRITE_GATE))
    if everybody and credentials:
        result.differences.append(difference(DifferenceCode.CREDENTIALS_FOR_EVERYBODY))
        why = "" if "origins" in merged else "no origins are written, which is every site to Flask-CORS: "
        what = (
            f"name the front ends: origins=['{PLACEHOLDER}'], and readers='*' if every other site may read."
        )
        result.doubts.append(Doubt(DoubtCode.NAME_FRONT_ENDS, why + what))
        result.added["origins"] = [PLACEHOLDER]
    elif everybody:
        result.differences.append(difference(DifferenceCode.ANY_ORIGIN))
    elif not isinstance(value, Unknown):
        result.differences.append(difference(DifferenceCode.VARY))
        if credentials and not in_config:
            _of_patterns(value if isinstance(value, list) else [value], made, result)


def _of_patterns(values: list[Any], made: Converted | None, result: ConvertedPolicy) -> None:
    """Keep writes of the origins that are not listed one by one: every site could write before."""
    rules = [(value, rule) for value in values if (rule := _rule(value)) is not None]
    wide = [value for value, rule in rules if isinstance(rule, OriginExpression) or rule.subdomains]
    if not wide:
        return
    result.added["wildcard_writes"] = True
    result.differences.append(difference(DifferenceCode.WILDCARD_WRITES))
    for text in dict.fromkeys(value for value in wide if made is not None and value in made.meant):
        words = f"'{text}' let no subdomain in. Here every subdomain reads with the user's cookies."
        result.doubts.append(Doubt(DoubtCode.SUBDOMAINS_WITH_CREDENTIALS, words))


def _rule(value: Any) -> OriginPattern | OriginExpression | None:
    try:
        rule = parse_rule(value)
    except (OriginSyntaxError, TypeError, AttributeError):
        return None
    return rule if isinstance(rule, OriginPattern | OriginExpression) else None


def _of_defaults(merged: Mapping[str, Any], result: ConvertedPolicy) -> None:
    if "allow_headers" not in merged:
        result.differences.append(difference(DifferenceCode.HEADERS_DEFAULT))
    if "max_age" not in merged:
        result.differences.append(difference(DifferenceCode.MAX_AGE_DEFAULT))
