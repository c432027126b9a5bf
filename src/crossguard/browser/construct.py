"""How the Request constructor makes a request from the options of ``fetch()``.

Source: Fetch, "new Request(input, init)".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

from crossguard.browser.bodies import Blob, Body, extract
from crossguard.browser.codes import Code, WarningCode
from crossguard.browser.errors import UsageError
from crossguard.browser.headers.referrer import POLICIES
from crossguard.browser.headers.request_headers import HeaderError, fill
from crossguard.browser.profiles import Profile
from crossguard.browser.request import Cache, Client, Credentials, Mode, Redirect, Request
from crossguard.browser.site import is_same_origin
from crossguard.browser.urls import Url, UrlSyntaxError, parse_url
from crossguard.browser.values import HeaderList, combined
from crossguard.browser.verdict import Caution, FailedAt, Failure
from crossguard.core.names import SAFELISTED_METHODS, is_forbidden_method, is_token, normalize_method

#: What the headers option takes: pairs in order, or a mapping.
HeadersInit: TypeAlias = Iterable[tuple[str, str]] | Mapping[str, str]

_PAIR: Final = 2
_CONSTRUCTOR: Final = "Fetch, new Request(input, init)"
_BODILESS_METHODS: Final = frozenset({"GET", "HEAD"})
_CONDITIONAL: Final = frozenset(
    {"if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"}
)
_SCRIPT_MODES: Final = frozenset({"cors", "no-cors", "same-origin"})

_Option = TypeVar("_Option", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """The second argument of ``fetch()``; every field as in a browser.

    Attributes:
        method: any letter case.
        headers: pairs or a mapping.
        mode: ``cors``, ``no-cors`` or ``same-origin``.
        credentials: ``omit``, ``same-origin`` or ``include``.
        redirect: ``follow``, ``error`` or ``manual``.
        body: None for no body.
        cache: ``default``, ``no-store``, ``reload``, ``no-cache``, ``force-cache``, ``only-if-cached``.
        keepalive: whether the request may outlive the page.
        referrer_policy: the empty string for the page's own.
        integrity: digests of the body, as in Subresource Integrity.
        referrer: a URL of the page's own origin; the empty string for none.
    """

    method: str = "GET"
    headers: HeadersInit = ()
    mode: str = "cors"
    credentials: str = "same-origin"
    redirect: str = "follow"
    body: Body | None = None
    cache: str = "default"
    keepalive: bool = False
    referrer_policy: str = ""
    integrity: str = ""
    referrer: str = "about:client"


_DEFAULTS: Final = {field.name: field.default for field in fields(FetchOptions)}
_TYPES: Final = {name: type(value) for name, value in _DEFAULTS.items() if isinstance(value, bool | str)}


def check_options(options: Mapping[str, object]) -> FetchOptions:
    """Return the options of a fetch.

    Raises:
        UsageError: an option that ``fetch()`` does not have, or a value that no script could give.
    """
    for name, value in options.items():
        kind = _TYPES.get(name)
        if kind is not None and not isinstance(value, kind):
            raise UsageError(f"the option {name} is {kind.__name__}, not {type(value).__name__}")
        if name not in _DEFAULTS:
            raise UsageError(f"fetch has no option {name!r}; there are {', '.join(_DEFAULTS)}")
    body = options.get("body")
    if body is not None and not isinstance(body, Body):
        raise UsageError(f"a body is text, bytes, UrlEncoded, FormData or Blob, not {type(body).__name__}")
    checked = dict(options)
    checked["headers"] = _checked_headers(options.get("headers", ()))
    return FetchOptions(**checked)  # type: ignore[arg-type]


def _checked_headers(headers: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(headers, Iterable) or isinstance(headers, str | bytes):
        raise UsageError(f"headers are pairs or a mapping, not {type(headers).__name__}")
    pairs = tuple(headers.items() if isinstance(headers, Mapping) else headers)
    for pair in pairs:
        is_pair = isinstance(pair, tuple | list) and len(pair) == _PAIR
        if not (is_pair and isinstance(pair[0], str) and isinstance(pair[1], str)):
            raise UsageError(f"{pair!r} is no header: write ('X-Token', '123')")
    return pairs


class ConstructorError(ValueError):
    """``new Request(…)`` threw a TypeError."""

    def __init__(self, code: Code, step: str, **evidence: str) -> None:
        super().__init__(code)
        self.failure = Failure(code, f"{_CONSTRUCTOR}, {step}", evidence, FailedAt.REQUEST)


def construct(url_text: str, options: FetchOptions, client: Client, profile: Profile) -> Request:
    """Make a request (Fetch, "new Request(input, init)").

    Raises:
        ConstructorError: the constructor would throw.
    """
    url = _parse(url_text, client)
    mode = _mode(options.mode)
    method = _method(options.method, mode)
    redirect = _one_of(Redirect, options.redirect, "redirect")
    credentials = _one_of(Credentials, options.credentials, "credentials")
    cache = _cache(options.cache, mode)
    policy = _referrer_policy(options.referrer_policy, client)
    headers, warnings = _headers(options.headers, mode, profile)
    is_conditional = cache is Cache.DEFAULT and any(name.lower() in _CONDITIONAL for name, _ in headers)
    if is_conditional:
        # Fetch does this in "HTTP-network-or-cache fetch" step 8.16; browsers before the preflight.
        cache = Cache.NO_STORE
    body = None
    if options.body is not None:
        if method in _BODILESS_METHODS:
            raise ConstructorError(Code.BODY_NOT_ALLOWED, "step 35", method=method)
        body, content_type = extract(options.body)
        if content_type is not None and combined(headers, "content-type") is None:
            keeps = profile.no_cors_keeps_blob_type and isinstance(options.body, Blob)
            is_guarded = mode is Mode.NO_CORS and not keeps
            headers += fill((("Content-Type", content_type),), no_cors=is_guarded, profile=profile)
    request = Request(
        client,
        method,
        [url],
        headers,
        body,
        mode,
        credentials,
        redirect,
        cache,
        options.keepalive,
        policy,
        options.integrity,
        is_conditional=is_conditional,
        warnings=warnings,
    )
    request.referrer = _referrer(options.referrer, client)
    return request


def _parse(text: str, client: Client) -> Url:
    try:
        url = parse_url(text, client.url)
    except UrlSyntaxError as error:
        raise ConstructorError(Code.INVALID_URL, "step 5.2", url=text, reason=str(error)) from error
    if url.includes_credentials:
        raise ConstructorError(Code.URL_WITH_CREDENTIALS, "step 5.3", url=text)
    return url


def _referrer(text: str, client: Client) -> Url | None:
    if not text:
        return None
    try:
        url = parse_url(text, client.url)
    except UrlSyntaxError as error:
        raise ConstructorError(Code.INVALID_OPTION, "step 14", option="referrer", value=text) from error
    # Another origin's counts as the page itself (step 14.3).
    return url if is_same_origin(url.origin, client.origin) else client.url


def _mode(text: str) -> Mode:
    if text not in _SCRIPT_MODES:
        raise ConstructorError(Code.INVALID_MODE, "step 17", mode=text)
    return Mode(text)


def _one_of(kind: type[_Option], text: str, option: str) -> _Option:
    try:
        return kind(text)
    except ValueError as error:
        raise ConstructorError(
            Code.INVALID_OPTION, "conversion of init", option=option, value=text
        ) from error


def _cache(text: str, mode: Mode) -> Cache:
    cache = _one_of(Cache, text, "cache")
    if cache is Cache.ONLY_IF_CACHED and mode is not Mode.SAME_ORIGIN:
        raise ConstructorError(Code.INVALID_OPTION, "step 21", option="cache", value=text)
    return cache


def _referrer_policy(text: str, client: Client) -> str:
    if text not in POLICIES:
        raise ConstructorError(Code.INVALID_OPTION, "conversion of init", option="referrerPolicy", value=text)
    return text or client.referrer_policy


def _method(text: str, mode: Mode) -> str:
    if not is_token(text):
        raise ConstructorError(Code.INVALID_METHOD, "step 25.2", method=text)
    if is_forbidden_method(text):
        raise ConstructorError(Code.FORBIDDEN_METHOD, "step 25.2", method=text)
    method = normalize_method(text)
    if mode is Mode.NO_CORS and method not in SAFELISTED_METHODS:
        raise ConstructorError(Code.METHOD_NEEDS_CORS, "step 32.1", method=text)
    return method


def _headers(init: HeadersInit, mode: Mode, profile: Profile) -> tuple[HeaderList, list[Caution]]:
    pairs = init.items() if isinstance(init, Mapping) else init
    try:
        headers = fill(pairs, no_cors=mode is Mode.NO_CORS, profile=profile)
    except HeaderError as error:
        raise ConstructorError(Code.INVALID_HEADER, "step 33", reason=str(error)) from error
    if not profile.drops_user_agent or combined(headers, "user-agent") is None:
        return headers, []
    dropped = tuple(header for header in headers if header[0].lower() != "user-agent")
    return dropped, [Caution(WarningCode.USER_AGENT_DROPPED, {"browser": profile.name})]
