"""A request of the Fetch Standard while it is fetched, and the page that makes it.

Source: Fetch, "Requests"; HTML Standard, "environment settings object".
"""

from dataclasses import dataclass, field
from enum import StrEnum

from crossguard.browser.urls import Url
from crossguard.browser.values import HeaderList
from crossguard.browser.verdict import Caution
from crossguard.core.origins import Origin


class Mode(StrEnum):
    """Fetch, "request mode"."""

    CORS = "cors"
    NO_CORS = "no-cors"
    SAME_ORIGIN = "same-origin"
    NAVIGATE = "navigate"
    WEBSOCKET = "websocket"


class Credentials(StrEnum):
    """Fetch, "request credentials mode"."""

    OMIT = "omit"
    SAME_ORIGIN = "same-origin"
    INCLUDE = "include"


class Redirect(StrEnum):
    """Fetch, "request redirect mode"."""

    FOLLOW = "follow"
    ERROR = "error"
    MANUAL = "manual"


class Cache(StrEnum):
    """Fetch, "request cache mode"."""

    DEFAULT = "default"
    NO_STORE = "no-store"
    RELOAD = "reload"
    NO_CACHE = "no-cache"
    FORCE_CACHE = "force-cache"
    ONLY_IF_CACHED = "only-if-cached"


class Tainting(StrEnum):
    """Fetch, "response tainting"."""

    BASIC = "basic"
    CORS = "cors"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True)
class Client:
    """The page (HTML Standard, "environment settings object").

    Attributes:
        url: its address.
        origin: its origin; None for an opaque one, as a sandboxed page has.
        referrer_policy: the page's own, never empty.
        partition: the key of the jar for cookies that are kept apart for each top-level site.
        top: the origin in the address bar, if the page is a frame; None otherwise.
        is_cross_site_frame: whether it, or a page around it, is of another site than the address bar.
        may_reach_local: whether it may ask for the local network; a frame has what ``allow`` passes on.
    """

    url: Url
    origin: Origin | None
    referrer_policy: str
    partition: str
    top: Origin | None = None
    is_cross_site_frame: bool = False
    may_reach_local: bool = True

    @property
    def address_bar(self) -> Origin | None:
        """The origin in the address bar; the page's own unless it is a frame."""
        return self.top or self.origin


@dataclass(slots=True)
class Request:
    """A request while it is fetched; redirects change it (Fetch, "request").

    Attributes:
        client: the page.
        method: normalised.
        urls: the URL list; the last one is the current URL.
        headers: what script set, plus Content-Type of the body.
        body: None if there is none.
        destination: what becomes of the response, ``empty`` for fetch().
        tainting: how the response is filtered.
        unsafe_names: the header names for which a preflight had to ask when the request was made.
        forces_preflight: Fetch, "use-CORS-preflight flag": an XMLHttpRequest whose upload is listened to.
        referrer: what to name as referrer; None for none.
        keeps_credentials: whether redirects leave credentials of same-origin as they began.
        first_method: the method before redirects.
        stripped: the header names that the last redirect removed.
        was_preflighted: whether an earlier hop needed a preflight.
        was_third_party: whether the cookies of an earlier hop were third-party ones.
        is_conditional: whether script set a header such as If-None-Match, which sets the cache mode.
        is_user_initiated: whether a person typed the address, and no page asked for it.
        warnings: what works here but may not elsewhere.
    """

    client: Client
    method: str
    urls: list[Url]
    headers: HeaderList = ()
    body: bytes | None = None
    mode: Mode = Mode.CORS
    credentials: Credentials = Credentials.SAME_ORIGIN
    redirect: Redirect = Redirect.FOLLOW
    cache: Cache = Cache.DEFAULT
    keepalive: bool = False
    referrer_policy: str = ""
    integrity: str = ""
    destination: str = "empty"
    tainting: Tainting = Tainting.BASIC
    unsafe_names: tuple[str, ...] = ()
    forces_preflight: bool = False
    referrer: Url | None = field(init=False)
    keeps_credentials: bool = False
    first_method: str = ""
    stripped: frozenset[str] = frozenset()
    was_preflighted: bool = False
    was_third_party: bool = False
    is_conditional: bool = False
    is_user_initiated: bool = False
    warnings: list[Caution] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Name the page as referrer (Fetch, "client")."""
        self.referrer = self.client.url

    @property
    def url(self) -> Url:
        """The current URL."""
        return self.urls[-1]

    @property
    def origin(self) -> Origin | None:
        """The page's origin, None for an opaque one."""
        return self.client.origin

    @property
    def includes_credentials(self) -> bool:
        """Whether cookies travel (Fetch, "HTTP-network-or-cache fetch" step 8.3)."""
        return self.credentials is Credentials.INCLUDE or (
            self.credentials is Credentials.SAME_ORIGIN
            and (self.keeps_credentials or self.tainting is Tainting.BASIC)
        )
