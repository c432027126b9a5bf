"""The JSON bodies about the front ends that administrators list."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from crossguard.console.schemas import LINE, PageLimit, Search, Timestamp

# `pending`: this process has not noticed the row yet. `passed-over`: it was written past the API.
FrontEndState = Literal["in-force", "pending", "passed-over"]


class FrontEnd(msgspec.Struct, frozen=True, kw_only=True):
    """An origin, or a pattern of origins, whose pages may use the API with cookies.

    `writes`: whether its pages may also change something. `reason` and `fix` say why it is passed over, or
    why no browser sends its pages' cookies; both are empty if all is well.
    """

    id: int
    origin: str
    label: str | None
    created_at: Timestamp
    state: FrontEndState
    writes: bool
    reason: str
    fix: str


class ConfiguredFrontEnd(msgspec.Struct, frozen=True, kw_only=True):
    """A front end that is written in the configuration, which is not for the API to change."""

    origin: str
    writes: bool


class FrontEndPage(msgspec.Struct, frozen=True, kw_only=True):
    """Front ends, newest first; `next` is the `before` of the following page.

    `configured` are those of the configuration that the search finds; `total` counts the others.
    """

    configured: list[ConfiguredFrontEnd]
    items: list[FrontEnd]
    total: int
    next: int | None


class FrontEndQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page of the front ends."""

    limit: PageLimit = 50
    before: Annotated[int, Meta(ge=1, le=2**63 - 1, description="the id of a front end")] | UnsetType = UNSET
    search: Search = ""


class NewFrontEnd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A front end to add."""

    # Longer than any origin, so that the library can say what is wrong with an address that was pasted.
    origin: Annotated[str, Meta(max_length=2048, description="an origin, such as https://app.example.com")]
    label: (
        Annotated[str, Meta(max_length=200, pattern=LINE, description="at most 200 characters, on one line")]
        | UnsetType
    ) = UNSET
