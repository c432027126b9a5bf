"""Policies, and what the model browser is asked and says, as bodies of the API; see also `schemas`."""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from crossguard import option_meanings

Browser = Literal[
    "chromium",
    "chromium-block-third-party",
    "firefox",
    "firefox-block-third-party",
    "webkit",
    "webkit-allow-third-party",
    "safari",
]
Credentials = Literal["include", "same-origin", "omit"]
Relation = Literal["same-origin", "same-site", "cross-site"]
Level = Literal["view", "blueprint", "path", "app", "none"]
Stage = Literal["page", "preflight", "request", "response"]

# The bounds are wider than anything whose explanation a person would read.
PageOrigin = Annotated[str, Meta(max_length=2_048, description="an origin of at most 2048 characters")]
ApiUrl = Annotated[
    str, Meta(max_length=2_048, description="a path or a URL of this API, of at most 2048 characters")
]
Method = Annotated[str, Meta(max_length=64, description="a method of at most 64 characters")]
HeaderName = Annotated[str, Meta(max_length=256)]
HeaderValue = Annotated[str, Meta(max_length=4_096)]


class CookieFit(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a cookie is stored and sent back in one browser; the texts are empty if it is."""

    browser: Browser
    works: bool
    reason: Annotated[str, Meta(description="the identifier of what stops it")]
    step: Annotated[str, Meta(description="the step of the standard")]
    explanation: str
    fix: str


class CookiePosture(msgspec.Struct, frozen=True, kw_only=True):
    """One of the application's cookies, for the front ends with which it fares alike."""

    cookie: str
    set_cookie: Annotated[str, Meta(description="the Set-Cookie line, with … for the value")]
    frontends: Annotated[
        list[str], Meta(description="the first of those that fare alike; for a pattern, one that it covers")
    ]
    frontend_count: int
    api: str
    relation: Relation
    fits: list[CookieFit]


class CookieList(msgspec.Struct, frozen=True, kw_only=True):
    """Every cookie for the front ends that use cookies; `notes` is what is worth saying about them.

    `looked_at` of the `listed` front ends were looked at: the first ones of a long list.
    """

    items: list[CookiePosture]
    notes: list[str]
    looked_at: int
    listed: int


class ProbeHeader(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request header as script sets it."""

    name: HeaderName
    value: HeaderValue


ProbeHeaders = Annotated[
    list[ProbeHeader],
    Meta(
        max_length=32,
        description="at most 32 headers with names of at most 256 and values of at most 4096 characters",
    ),
]


class Probe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fetch to try in the model browser, without a body, and of this API only.

    `signed_in`: as the user who asks, which only methods that change nothing can be tried as.
    """

    origin: PageOrigin
    url: ApiUrl
    method: Method = "GET"
    headers: ProbeHeaders = []
    credentials: Annotated[Credentials, Meta(description="include, same-origin or omit")] = "include"
    browser: Annotated[
        Browser,
        Meta(
            description="chromium or firefox, or one of them with -block-third-party; webkit, or "
            "webkit-allow-third-party; safari, which is derived, not measured"
        ),
    ] = "chromium"
    signed_in: Annotated[bool, Meta(description="true or false")] = False


class DiagnosisStep(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened; the last one is where it stopped, if it is not ok."""

    stage: Stage
    ok: bool
    text: str
    details: Annotated[list[str], Meta(description="lines that show it: header fields, cookies")]


class DiagnosisHint(msgspec.Struct, frozen=True, kw_only=True):
    """What did not stop the fetch and is likely to matter."""

    code: str
    text: str
    fix: str
    line: Annotated[str, Meta(description="the fix as code to paste; empty where it is none")]
    proof: Annotated[str, Meta(description="what was proved of the fix; empty where nothing was")]
    address: Annotated[str, Meta(description="the address at which the code is explained")]


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser would do, and why."""

    readable: Annotated[bool, Meta(description="whether script sees the answer, with any status")]
    code: Annotated[str, Meta(description="the identifier of what stopped it; readable if nothing did")]
    cause: Annotated[str, Meta(description="the policy's reason behind it; empty where there is none")]
    summary: str
    fix: Annotated[str, Meta(description="what to write; empty if nothing is wrong")]
    line: Annotated[str, Meta(description="the fix as code to paste; empty where it is none")]
    proof: Annotated[str, Meta(description="what was proved of the fix; empty where nothing was")]
    address: Annotated[
        str, Meta(description="the address at which it is explained; empty if nothing is wrong")
    ]
    step: Annotated[str, Meta(description="the step of the standard that failed; empty if none did")]
    steps: Annotated[list[DiagnosisStep], Meta(description="what happened, in order")]
    hints: list[DiagnosisHint]


_MEANINGS: Final = option_meanings()


def _meaning(option: str) -> Meta:
    """Describe a member by what the table of options says."""
    return Meta(description=_MEANINGS[option])


class PolicyFields(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy says, in the words of its configuration; of long lists the first, and the number."""

    origins: Annotated[list[str], _meaning("origins")]
    origin_count: int
    readers: Annotated[list[str], _meaning("readers")]
    reader_count: int
    supports_credentials: Annotated[bool, _meaning("supports_credentials")]
    methods: Annotated[list[str], _meaning("methods")]
    allow_headers: Annotated[list[str], _meaning("allow_headers")]
    expose_headers: Annotated[list[str], _meaning("expose_headers")]
    max_age: Annotated[int, _meaning("max_age")]
    write_gate: Annotated[bool, _meaning("write_gate")]
    report_only: Annotated[bool, _meaning("report_only")]
    json_only: Annotated[bool, _meaning("json_only")]
    public_origins: Annotated[list[str], _meaning("public_origins")]


class GovernedRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule with the methods that one policy governs."""

    rule: str
    methods: list[str]
    endpoint: str


class GoverningPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """One policy, where it was declared, and the rules that it governs; None governs what has no policy."""

    level: Level
    declared: str
    policy: PolicyFields | None
    rules: list[GovernedRule]


class PolicyList(msgspec.Struct, frozen=True, kw_only=True):
    """Every rule of the application, below its policy."""

    items: list[GoverningPolicy]
