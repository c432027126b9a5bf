"""The options as type checkers and editors know them.

Written by `make docs` from the table of options in :mod:`crossguard.core.options`. Changes here are lost.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Literal, TypeAlias, TypedDict

from crossguard.lists.source import OriginSource

#: An origin, a pattern, a compiled expression, a callable that is asked, or a list that is kept elsewhere.
OriginLike: TypeAlias = str | re.Pattern[str] | Callable[[str], object] | OriginSource
Origins: TypeAlias = OriginLike | Iterable[OriginLike]
#: A name, a text of several names, or a list of names.
Names: TypeAlias = str | Iterable[str]


class PolicyOptions(TypedDict, total=False):
    """The options of one policy; see the table of options for what each accepts."""

    origins: Origins
    """Who may read. A string is an exact origin (`https://app.example.com`), all subdomains
    (`https://*.example.com`: any depth, not the apex, same scheme and port), the labels that fit
    (`https://shop-*-team.example.com`: `*` is one or more letters, digits and hyphens) or all ports
    (`http://localhost:*`); a text with commas or blanks, or of a list in JSON, is the list of them. A
    compiled expression must match the whole origin, and with credentials be narrow by its structure. A
    callable is asked about an origin that nothing else covers, and `True` lets it in. `*` is every
    origin, without credentials.

    Accepts an origin, a pattern, a compiled expression, a callable, a source, or a list of those; `[]`
    is no origin. Default: "*".
    """

    readers: Origins
    """Who may read without credentials, beside the origins that may use cookies.

    Accepts like `origins`. Default: [].
    """

    supports_credentials: bool
    """Whether the listed origins may use cookies and other credentials. Without `origins`: in debug the
    loopback development origins, otherwise none.

    Accepts `True` or `False`. Default: False.
    """

    methods: Names
    """What preflights allow. The list is sent as it is, for every method that is asked for.

    Accepts a method or a list of methods; `*` only without credentials. Default: GET, HEAD, POST,
    OPTIONS, PUT, PATCH, DELETE.
    """

    allow_headers: Names
    """Which request headers preflights allow. With credentials `*` answers with the names that were asked
    for, if they are valid and at most 64.

    Accepts a header name or a list of names; `*` for every name. Default: Authorization, Content-Type,
    X-Requested-With.
    """

    expose_headers: Names
    """Which response headers the page's script may read beyond the safelisted ones.

    Accepts a header name or a list of names; `*` only without credentials. Default: [].
    """

    max_age: int | timedelta
    """How long browsers may remember a preflight's answer; 0 is not at all.

    Accepts seconds as an `int`, or a `timedelta`, from 0 to 86400. Default: 600.
    """

    allow_private_network: bool
    """Whether to answer the private-network preflights of old Chromium versions.

    Accepts `True` or `False`. Default: False.
    """

    dangerously_allow_insecure_origins: bool
    """Lets http origins other than loopback use credentials: anyone on the network in between can then act
    as the signed-in user. In debug a private address needs no such option.

    Accepts `True` or `False`. Default: False.
    """

    dangerously_allow_public_suffixes: bool
    """Lets a pattern or an expression over a public suffix (`https://*.github.io`), or over the parent of
    one, use credentials: strangers can register names there.

    Accepts `True` or `False`. Default: False.
    """

    write_gate: bool
    """Whether requests that change something are refused unless they come from the API's own pages or from
    an origin that is listed with credentials.

    Accepts `True` or `False`. Default: as `supports_credentials`.
    """

    report_only: bool
    """Only logs what the gate would refuse.

    Accepts `True` or `False`. Default: False.
    """

    on_missing: Literal["allow", "deny", "token"]
    """What happens to a write that carries no sign of a browser, as from curl and servers: it passes, it
    is refused, or it needs a valid token.

    Accepts `"allow"`, `"deny"` or `"token"`. Default: "allow".
    """

    ws_on_missing: Literal["deny", "allow"]
    """What happens to a WebSocket handshake with a cookie that signs in but without Origin.

    Accepts `"deny"` or `"allow"`. Default: "deny".
    """

    json_only: bool
    """Refuses writes whose body is not JSON with 415, so that no form and no text/plain reaches a view.

    Accepts `True` or `False`. Default: False.
    """

    wildcard_writes: bool
    """Whether origins that only a subdomain pattern or an expression covers may write.

    Accepts `True` or `False`. Default: False.
    """

    public_origins: Origins
    """The API's own origins as browsers see them: those and no others. A pattern or a source is for
    tenants. Without, they are derived from the Host header; in debug only where no other party can own
    its name.

    Accepts an origin, a pattern, a source, or a list of those. Default: [].
    """

    token: Literal["off", "always"]
    """A second layer: writes need a token of the session besides a trusted origin.

    Accepts `"off"` or `"always"`. Default: "off".
    """

    auth_cookies: Names
    """The cookies that sign a user in, in every policy of the application. Where none is known every
    cookie counts as one.

    Accepts a cookie name or a list of names. Default: the session and remember-me cookies.
    """

    exempt: Mapping[str, str]
    """Routes to which the gate does not apply, each with a written reason.

    Accepts a table from endpoint to the reason. Default: {}.
    """

    public: Names
    """Routes, WebSockets too, for every caller that brings no cookie that signs in. Never sign-in,
    sign-out or registration.

    Accepts an endpoint or a list of endpoints. Default: [].
    """

    strict_get: Names
    """Routes whose GET is gated like a write, such as exports and the start of an OAuth flow. Links from a
    front end are refused too, because a navigation carries no Origin.

    Accepts an endpoint or a list of endpoints. Default: [].
    """

    cookies: Literal["as-configured", "same-site", "cross-site", "auto"]
    """Sets name prefix, Secure, SameSite and Partitioned of the session's and the remember-me cookie, for
    front ends on the API's site, on other sites, or whichever the listed origins are.

    Accepts `"as-configured"`, `"same-site"`, `"cross-site"` or `"auto"`. Default: as Flask is
    configured.
    """

    strict: bool
    """The preset for production: `write_gate=True`, `on_missing="deny"`, `json_only=True`, and
    `public_origins` must be given.

    Accepts `True` or `False`. Default: False.
    """


class Options(PolicyOptions, total=False):
    """The options of an application: those of one policy, or of one for each path."""

    resources: Mapping[str, PolicyOptions]
    """Policies by path: `/api/*` covers `/api` and everything below it, `/health` that path."""
