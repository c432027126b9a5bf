"""A browser as a pure model: the client's half of the Fetch Standard.

    from crossguard.browser import Browser
    from crossguard.browser.transports import wsgi

    page = Browser("chromium", send=wsgi(app)).open("http://localhost:8080")
    page.fetch("http://localhost:5000/api/items", credentials="include").json()

Nothing here but :mod:`crossguard.browser.transports` touches a socket, and time passes only through
:meth:`Browser.advance` or the clock that the caller gives. Imports core and suffixes.
"""

from crossguard.browser.bodies import Blob, FormData, PlainForm, UrlEncoded
from crossguard.browser.browser import Browser
from crossguard.browser.codes import Code, CookieCode, WarningCode
from crossguard.browser.errors import FetchBlocked, FetchError, InvalidRequest, UsageError
from crossguard.browser.page import Frame, Page
from crossguard.browser.profiles import PROFILES, Profile
from crossguard.browser.urls import Url, UrlSyntaxError, parse_page_url, parse_url
from crossguard.browser.values import HttpRequest, HttpResponse, Send, TransportError
from crossguard.browser.verdict import (
    FailedAt,
    Hop,
    PromiseState,
    RejectedIn,
    ResponseType,
    ScriptResponse,
    Verdict,
)

__all__ = [
    "PROFILES",
    "Blob",
    "Browser",
    "Code",
    "CookieCode",
    "FailedAt",
    "FetchBlocked",
    "FetchError",
    "FormData",
    "Frame",
    "Hop",
    "HttpRequest",
    "HttpResponse",
    "InvalidRequest",
    "Page",
    "PlainForm",
    "Profile",
    "PromiseState",
    "RejectedIn",
    "ResponseType",
    "ScriptResponse",
    "Send",
    "TransportError",
    "Url",
    "UrlEncoded",
    "UrlSyntaxError",
    "UsageError",
    "Verdict",
    "WarningCode",
    "parse_page_url",
    "parse_url",
]
