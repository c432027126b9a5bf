"""What the model browser is asked and what it says, as bodies of the API; see also `schemas`."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

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
Stage = Literal["page", "preflight", "request", "response"]

# The bounds are wider than anything that has an explanation somebody would read.
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
    """One of the application's cookies for one of its front ends."""

    cookie: str
    set_cookie: Annotated[str, Meta(description="the Set-Cookie line, with … for the value")]
    frontend: Annotated[str, Meta(description="an origin; for a pattern, one that it covers")]
    api: str
    relation: Relation
    fits: list[CookieFit]


class CookieList(msgspec.Struct, frozen=True, kw_only=True):
    """Every cookie for every front end that uses cookies; `notes` is what is worth saying about them."""

    items: list[CookiePosture]
    notes: list[str]


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
    """A fetch to try in the model browser: signed out, without a body, and of this API only."""

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


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser would do, and why."""

    readable: Annotated[bool, Meta(description="whether script sees the answer, whatever its status")]
    code: Annotated[str, Meta(description="the identifier of what stopped it; readable if nothing did")]
    cause: Annotated[str, Meta(description="the policy's reason behind it; empty where there is none")]
    summary: str
    fix: Annotated[str, Meta(description="what to write; empty if nothing is wrong")]
    step: Annotated[str, Meta(description="the step of the standard that failed; empty if none did")]
    steps: Annotated[list[DiagnosisStep], Meta(description="what happened, in order")]
    hints: list[DiagnosisHint]
