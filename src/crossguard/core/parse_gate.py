"""Validation of the write gate's options."""

from collections.abc import Mapping
from typing import Final, Literal, TypedDict, get_args

from crossguard.core.hosts import OriginSyntaxError
from crossguard.core.issues import ConfigIssue, IssueCode, shown
from crossguard.core.names import is_token
from crossguard.core.options import TOKEN_HEADERS
from crossguard.core.origins import is_plain_https
from crossguard.core.parse_values import Issues, entries, flag, wrong_type
from crossguard.core.patterns import AnyOrigin, IsPublicSuffix, OriginPattern, parse_rule

OnMissing = Literal["allow", "deny", "token"]
OnMissingSocket = Literal["deny", "allow"]
TokenMode = Literal["off", "always"]
CookieMode = Literal["as-configured", "same-site", "cross-site", "auto"]

_COOKIE_MODES: Final[tuple[CookieMode, ...]] = get_args(CookieMode)
_FLAGS: Final = ("report_only", "json_only", "wildcard_writes", "strict")


class GateFields(TypedDict):
    """The gate's part of a policy's configuration; see :class:`crossguard.core.config.CorsConfig`."""

    write_gate: bool
    report_only: bool
    on_missing: OnMissing
    ws_on_missing: OnMissingSocket
    json_only: bool
    wildcard_writes: bool
    public_origins: tuple[str, ...]
    token: TokenMode
    auth_cookies: tuple[str, ...]
    exempt: tuple[tuple[str, str], ...]
    public: tuple[str, ...]
    strict_get: tuple[str, ...]
    cookies: CookieMode
    strict: bool


#: The names of the gate's options.
GATE_OPTIONS: Final = frozenset(GateFields.__annotations__)


def parse_gate(
    options: Mapping[str, object],
    issues: Issues,
    *,
    credentials: bool,
    is_public_suffix: IsPublicSuffix,
    own_kept: bool,
) -> GateFields:
    """Read the gate's options; what is missing has its default, or that of the ``strict`` preset.

    Args:
        options: those of the gate, as a person wrote them.
        issues: where mistakes are appended.
        credentials: whether the policy has credentials.
        is_public_suffix: asked about the hosts of patterns.
        own_kept: whether a source lists the API's own origins.
    """
    flags = {name: flag(name, options[name], issues) if name in options else False for name in _FLAGS}
    strict = flags["strict"]
    fields = GateFields(
        write_gate=flag("write_gate", options["write_gate"], issues)
        if "write_gate" in options
        else credentials or strict,
        report_only=flags["report_only"],
        on_missing=_on_missing(options.get("on_missing", "deny" if strict else "allow"), issues),
        ws_on_missing="allow"
        if _choice("ws_on_missing", options, OnMissingSocket, issues) == "allow"
        else "deny",
        json_only=flags["json_only"] or (strict and "json_only" not in options),
        wildcard_writes=flags["wildcard_writes"],
        public_origins=_public_origins(options.get("public_origins", ()), issues, is_public_suffix),
        token="always" if _choice("token", options, TokenMode, issues) == "always" else "off",
        auth_cookies=_names("auth_cookies", options.get("auth_cookies", ()), issues, "a cookie name"),
        exempt=_exempt(options.get("exempt", {}), issues),
        public=_names("public", options.get("public", ()), issues, "an endpoint"),
        strict_get=_names("strict_get", options.get("strict_get", ()), issues, "an endpoint"),
        cookies=_cookies(options, issues),
        strict=strict,
    )
    if strict:
        _check_strict(fields, issues, own_kept=own_kept)
    return fields


def with_token_headers(allow_headers: tuple[str, ...]) -> tuple[str, ...]:
    """Return *allow_headers* with those in which a token travels."""
    if allow_headers == ("*",):
        return allow_headers
    present = {name.lower() for name in allow_headers}
    return (*allow_headers, *(name for name in TOKEN_HEADERS if name.lower() not in present))


def _check_strict(fields: GateFields, issues: Issues, *, own_kept: bool) -> None:
    def refuse(where: str, value: object, reason: str, fix: str) -> None:
        issues.append(ConfigIssue(IssueCode.NOT_STRICT, where, shown(value), reason, fix))

    if not fields["public_origins"] and not own_kept:
        refuse(
            "public_origins",
            (),
            "strict=True needs the API's own origins, because a client chooses the Host header.",
            "write public_origins=['https://api.example.com'].",
        )
    if fields["on_missing"] == "allow":
        refuse(
            "on_missing", "allow", "strict=True refuses writes without any evidence.", "remove on_missing."
        )
    if fields["ws_on_missing"] == "allow":
        refuse(
            "ws_on_missing",
            "allow",
            "strict=True refuses handshakes without Origin.",
            "remove ws_on_missing.",
        )
    wanted = {
        "report_only": (fields["report_only"], False),
        "wildcard_writes": (fields["wildcard_writes"], False),
        "write_gate": (fields["write_gate"], True),
        "json_only": (fields["json_only"], True),
    }
    for name, (value, needed) in wanted.items():
        if value is not needed:
            refuse(name, value, f"strict=True needs {needed}.", f"remove {name}.")


def _on_missing(value: object, issues: Issues) -> OnMissing:
    chosen = _choice("on_missing", {"on_missing": value}, OnMissing, issues)
    return "deny" if chosen == "deny" else "token" if chosen == "token" else "allow"


def _cookies(options: Mapping[str, object], issues: Issues) -> CookieMode:
    chosen = _choice("cookies", options, CookieMode, issues)
    return next((mode for mode in _COOKIE_MODES if mode == chosen), "as-configured")


def _choice(name: str, options: Mapping[str, object], choices: object, issues: Issues) -> str:
    """Return the chosen word; the first choice if none was given."""
    words: tuple[str, ...] = get_args(choices)
    value = options.get(name, words[0])
    if isinstance(value, str) and value in words:
        return value
    issues.append(
        ConfigIssue(
            IssueCode.UNKNOWN_CHOICE,
            name,
            shown(value),
            "there is no such choice.",
            f"write one of {', '.join(map(repr, words))}.",
        )
    )
    return words[0]


def _public_origins(value: object, issues: Issues, is_public_suffix: IsPublicSuffix) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for where, entry in entries("public_origins", value, issues, "an origin"):
        if not isinstance(entry, str):
            issues.append(wrong_type(where, entry, "an origin or a pattern, as text"))
            continue
        if is_plain_https(entry):
            found[entry] = None
            continue
        try:
            rule = parse_rule(entry)
        except OriginSyntaxError as error:
            issues.append(error.issue(where, entry))
            continue
        if isinstance(rule, AnyOrigin):
            issues.append(_every_origin(where))
        elif isinstance(rule, OriginPattern) and _is_shared(rule, is_public_suffix):
            issues.append(
                ConfigIssue(
                    IssueCode.PUBLIC_SUFFIX_WILDCARD,
                    where,
                    shown(entry),
                    f"strangers can register a name under {rule.host}, a public suffix.",
                    "list the API's own origins, or a pattern over a domain of your own.",
                )
            )
        else:
            found[str(rule)] = None
    return tuple(found)


def _is_shared(pattern: OriginPattern, is_public_suffix: IsPublicSuffix) -> bool:
    return pattern.subdomains and not pattern.is_loopback and is_public_suffix(pattern.host.removesuffix("."))


def _every_origin(where: str) -> ConfigIssue:
    return ConfigIssue(
        IssueCode.BAD_WILDCARD,
        where,
        "'*'",
        "'*' is every origin, and these are the API's own origins: a page of any of them may write.",
        "write public_origins=['https://api.example.com'], or 'https://*.example.com' for tenants.",
    )


def _names(name: str, value: object, issues: Issues, what: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for where, entry in entries(name, value, issues, what):
        if isinstance(entry, str) and entry and (name != "auth_cookies" or is_token(entry)):
            found[entry] = None
        else:
            issues.append(wrong_type(where, entry, what))
    return tuple(found)


def _exempt(value: object, issues: Issues) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Mapping):
        issues.append(
            wrong_type(
                "exempt", value, "a table from endpoint to reason, as {'hooks.stripe': 'signed by Stripe'}"
            )
        )
        return ()
    found = []
    for endpoint, reason in value.items():
        if isinstance(endpoint, str) and isinstance(reason, str) and reason.strip():
            found.append((endpoint, reason))
        else:
            issues.append(
                ConfigIssue(
                    IssueCode.REASON_REQUIRED,
                    f"exempt[{shown(endpoint)}]",
                    shown(reason),
                    "an exemption without a written reason cannot be reviewed.",
                    "write why: {'hooks.stripe': 'the body is signed'}.",
                )
            )
    return tuple(found)
