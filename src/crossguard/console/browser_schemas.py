"""What the model browser says, as bodies of the API; see also `schemas`."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Browser = Literal["chromium", "chromium-block-third-party", "firefox", "firefox-block-third-party"]
Relation = Literal["same-origin", "same-site", "cross-site"]


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
