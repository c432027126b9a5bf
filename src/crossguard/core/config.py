"""Configuration: the options that a person wrote, validated and normalised into one frozen value.

``load_config`` reports every mistake at once and builds nothing if there is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from crossguard.core import parse_values as parse
from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode, shown
from crossguard.core.options import (
    DEFAULT_ALLOW_HEADERS,
    DEFAULT_MAX_AGE,
    DEFAULT_METHODS,
    OPTION_NAMES,
    unknown_option_text,
)
from crossguard.core.origin_set import OriginSet
from crossguard.core.parse_gate import (
    GATE_OPTIONS,
    CookieMode,
    OnMissing,
    OnMissingSocket,
    TokenMode,
    parse_gate,
    with_token_headers,
)
from crossguard.core.parse_origins import check_credentialed, check_parents, parse_origins
from crossguard.core.patterns import ANY_ORIGIN, IsPublicSuffix, OriginEntry


def _unknown_suffix(_host: str) -> bool:
    """Take every host for a public suffix, where no list of suffixes is given."""
    return True


class Surroundings(NamedTuple):
    """Where an application runs; an adapter tells, because the core looks at nothing.

    Attributes:
        debug: whether a developer is looking.
        own_hosts: names of the API besides those that no other party can own, while a developer is looking: a
            host, ``.host`` for it and all below, or ``name-*.host`` with the number of a forwarded port.
        own_kept: whether a source lists the API's own origins: an empty list then means none.
    """

    debug: bool = False
    own_hosts: tuple[str, ...] = ()
    own_kept: bool = False


#: Of which no adapter has told anything.
UNKNOWN_SURROUNDINGS: Final = Surroundings()

# Enough to compare cookies with; the tenants of one API differ in their names only.
_MOST_EXAMPLES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CorsConfig:
    """Validated options of one policy; made by :func:`load_config` only.

    Attributes:
        origins: who may read, normalised; ``("*",)`` is every origin, ``()`` none.
        readers: who may read without credentials.
        supports_credentials: whether *origins* may use credentials.
        methods: methods that preflights allow; ``("*",)`` is every one.
        allow_headers: request headers that preflights allow; ``("*",)`` is every one.
        expose_headers: response headers that scripts may read; ``("*",)`` is every one.
        max_age: seconds for which a preflight's answer may be kept.
        allow_private_network: whether private-network preflights are answered.
        dangerously_allow_insecure_origins: whether http origins may use credentials.
        dangerously_allow_public_suffixes: whether patterns over public suffixes may.
        write_gate: whether writes are gated; the options of the gate follow.
        report_only: whether its refusals are only logged.
        on_missing: what happens to a write without any sign of a browser.
        ws_on_missing: the same for a WebSocket handshake with a cookie that signs in.
        json_only: whether writes carry JSON or nothing.
        wildcard_writes: whether patterns over subdomains and expressions may write.
        public_origins: the API's own origins as browsers see them.
        token: whether writes need a token besides.
        auth_cookies: the cookies that sign a user in.
        exempt: pairs of endpoint and reason.
        public: endpoints for requests without credentials.
        strict_get: endpoints whose GET is gated.
        cookies: which posture the cookies of the application are given.
        strict: whether the strict preset is on.
        is_public_suffix: who is asked about public suffixes when the policy is replaced.
        surroundings: where the application runs.
        origin_set: *origins*, compiled.
        reader_set: *readers*, compiled.
    """

    origins: tuple[OriginEntry, ...]
    readers: tuple[OriginEntry, ...] = ()
    supports_credentials: bool = False
    methods: tuple[str, ...] = DEFAULT_METHODS
    allow_headers: tuple[str, ...] = DEFAULT_ALLOW_HEADERS
    expose_headers: tuple[str, ...] = ()
    max_age: int = DEFAULT_MAX_AGE
    allow_private_network: bool = False
    dangerously_allow_insecure_origins: bool = False
    dangerously_allow_public_suffixes: bool = False
    write_gate: bool = False
    report_only: bool = False
    on_missing: OnMissing = "allow"
    ws_on_missing: OnMissingSocket = "deny"
    json_only: bool = False
    wildcard_writes: bool = False
    public_origins: tuple[str, ...] = ()
    token: TokenMode = "off"  # noqa: S105 - the name of a mode
    auth_cookies: tuple[str, ...] = ()
    exempt: tuple[tuple[str, str], ...] = ()
    public: tuple[str, ...] = ()
    strict_get: tuple[str, ...] = ()
    cookies: CookieMode = "as-configured"
    strict: bool = False
    is_public_suffix: IsPublicSuffix = field(default=_unknown_suffix, compare=False, repr=False)
    surroundings: Surroundings = field(default=UNKNOWN_SURROUNDINGS, compare=False, repr=False)
    origin_set: OriginSet = field(init=False, compare=False, repr=False)
    reader_set: OriginSet = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "origin_set", OriginSet(self.origins))
        object.__setattr__(self, "reader_set", OriginSet(self.readers))

    @property
    def derives_own(self) -> bool:
        """Whether the API's own origins are not named, and follow from each request."""
        return not self.public_origins and not self.surroundings.own_kept

    @property
    def own_examples(self) -> tuple[str, ...]:
        """Some of the API's own origins that are written in full; without any, one for each pattern."""
        entries = [entry for entry in self.public_origins if "*" not in entry] or self.public_origins
        return tuple(
            entry.replace("://*.", "://app.").replace(":*", ":8080").replace("*", "app")
            for entry in entries[:_MOST_EXAMPLES]
        )

    def to_options(self) -> dict[str, object]:
        """Return the options that :func:`load_config` turns into this value again."""
        options: dict[str, object] = {name: getattr(self, name) for name in OPTION_NAMES}
        return options | {"exempt": dict(self.exempt)}


def load_config(
    options: Mapping[str, object],
    *,
    is_public_suffix: IsPublicSuffix,
    source: str = "",
    surroundings: Surroundings = UNKNOWN_SURROUNDINGS,
) -> CorsConfig:
    """Validate *options* and return them normalised; options that are missing have their defaults.

    Args:
        options: by name, as a person wrote them.
        is_public_suffix: asked about the parents of patterns and expressions.
        source: where the options stand, as ``file.py:12``, for the error.
        surroundings: where the application runs.

    Raises:
        ConfigError: with every mistake that was found.
    """
    issues: list[ConfigIssue] = [
        ConfigIssue(
            IssueCode.UNKNOWN_OPTION,
            shown(name),
            shown(options[name]),
            unknown_option_text(name),
            "correct the name or remove the option.",
        )
        for name in options
        if name not in OPTION_NAMES
    ]
    flags = {
        name: parse.flag(name, options[name], issues) if name in options else False
        for name in (
            "supports_credentials",
            "allow_private_network",
            "dangerously_allow_insecure_origins",
            "dangerously_allow_public_suffixes",
        )
    }
    credentials = flags["supports_credentials"]
    origins, rules = parse_origins("origins", options.get("origins", ANY_ORIGIN), issues)
    readers, reader_rules = parse_origins("readers", options.get("readers", ()), issues)
    check_parents([*rules, *reader_rules], issues, is_public_suffix=is_public_suffix)
    if credentials:
        check_credentialed(
            rules,
            issues,
            is_public_suffix=is_public_suffix,
            allow_insecure=flags["dangerously_allow_insecure_origins"],
            allow_public_suffixes=flags["dangerously_allow_public_suffixes"],
            debug=surroundings.debug,
        )
    methods = parse.methods(options.get("methods", DEFAULT_METHODS), issues, credentials=credentials)
    allow_headers = parse.allow_headers(options.get("allow_headers", DEFAULT_ALLOW_HEADERS), issues)
    expose_headers = parse.expose_headers(options.get("expose_headers", ()), issues, credentials=credentials)
    max_age = parse.max_age(options.get("max_age", DEFAULT_MAX_AGE), issues)
    gate = parse_gate(
        {name: options[name] for name in options.keys() & GATE_OPTIONS},
        issues,
        credentials=credentials,
        is_public_suffix=is_public_suffix,
        own_kept=surroundings.own_kept,
    )
    if gate["token"] == "always" or gate["on_missing"] == "token":  # noqa: S105 - the names of modes
        allow_headers = with_token_headers(allow_headers)
    if issues:
        raise ConfigError(issues, source)
    return CorsConfig(
        origins=origins,
        readers=readers,
        methods=methods,
        allow_headers=allow_headers,
        expose_headers=expose_headers,
        max_age=max_age,
        **flags,
        is_public_suffix=is_public_suffix,
        surroundings=surroundings,
        **gate,
    )
