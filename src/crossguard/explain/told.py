"""The table of what an answer says by itself, besides CORS: signed out, no such address, failed.

One source of text for what a page is told in debug and for the documentation.
"""

from typing import Final

from crossguard.explain.failures import CodeText
from crossguard.explain.fixes import FixKind

_ONE_PLACE: Final = "let one place set the headers of CORS: take the other library or middleware out."

#: By the code. ``{…}`` stand for what was seen.
TOLD_TEXTS: Final = {
    "config-error": CodeText(
        "the policies of the API do not build, and its requests fail until they do: {mistakes}.",
        "correct {where}: {fix}",
        FixKind.API,
    ),
    "application-raised": CodeText(
        "the application raised {error} and answered {status}.",
        "correct the view: the traceback is in the log of the API.",
        FixKind.API,
    ),
    "server-error": CodeText(
        "the API answered {status}.", "look into the log of the API, which says why it failed.", FixKind.API
    ),
    "signed-out": CodeText(
        "the API answered 401, and no cookie came along.",
        "sign in, and fetch with credentials: 'include' (withCredentials in XMLHttpRequest and EventSource).",
    ),
    "session-unknown": CodeText(
        "the API answered 401, although cookies came along: {cookies}.",
        "sign in again: the session has ended, or these cookies are of something else.",
    ),
    "never-came": CodeText(
        "the preflight allows {method} {path}, and the request itself has not come.",
        "see whether the page was left or has aborted it, and what between the browser and the API keeps it.",
    ),
    "not-found": CodeText(
        "the API has no address {path}, and answered 404.",
        "compare the path with the routes of the API, the slash at its end included.",
    ),
    "method-not-allowed": CodeText(
        "the API has {path}, and not with {method}: it answered 405{allow}.",
        "use a method that the route has, or add this one to the route.",
    ),
    "redirects-elsewhere": CodeText(
        "the API answered {status} and sent the browser on to {target}.",
        "answer a fetch with 401 or with JSON in place of a redirect to another host, as a sign-in page is.",
        FixKind.API,
    ),
    "redirected": CodeText(
        "the API answered {path} with {status} and sent the browser on to {target}.",
        "ask for {target} at once: a redirect costs a request, and a preflight does not go with it.",
    ),
    "changed-outside": CodeText(
        "crossguard answered {before}, and something around it made {after} of it.",
        _ONE_PLACE,
        FixKind.API,
    ),
    "answered-outside": CodeText(
        "something around crossguard answered the preflight before it.",
        "put crossguard outermost, or take the other library or middleware out.",
        FixKind.API,
    ),
    "headers-replaced": CodeText(
        "the application set {names} itself, and the policy replaced it.",
        "take it out of the view, or put it into the policy.",
        FixKind.API,
    ),
}
