"""A refused write that the application answers by itself, held to what every refusal keeps."""

from typing import Final, NamedTuple

from crossguard.adapters.answer import Answer

#: Where an application that answers finds the :class:`Refusal`: in its environ or scope.
REFUSAL_KEY: Final = "crossguard.refusal"

_FIRST_ERROR: Final = 400
# A refusal stores nothing, in a cache or in the browser.
_OWNED: Final = frozenset({"cache-control", "content-length", "set-cookie"})
# What a browser may show as a document that runs script.
_DOCUMENTS: Final = ("html", "xml", "svg")
_SCRIPTLESS: Final = ("Content-Security-Policy", "sandbox")


class Refusal(NamedTuple):
    """Why a request is refused, for the application that answers it.

    Attributes:
        code: the reason's identifier, as in the problem document.
        status: the HTTP status: 403, or 415 where the body is not JSON.
        detail: a sentence for the caller; in debug it names the origin and what to write.
    """

    code: str
    status: int
    detail: str


def kept_strict(answer: Answer, refusal: Refusal) -> Answer:
    """Return the application's *answer* as a refusal: an error that is not stored and sets no cookie.

    A document gets no script: on the API's own page it could reload the address, which turns the write of a
    stranger into one of the API's own.
    """
    headers = [(name, value) for name, value in answer.headers if name.lower() not in _OWNED]
    types = [value.lower() for name, value in headers if name.lower() == "content-type"]
    if not types:
        # A browser that is told nothing looks for a document in the text.
        headers.append(("Content-Type", "text/plain; charset=utf-8"))
    elif any(word in text for text in types for word in _DOCUMENTS):
        headers.append(_SCRIPTLESS)
    headers += [("Content-Length", str(len(answer.body))), ("Cache-Control", "no-store")]
    status = answer.status if answer.status >= _FIRST_ERROR else refusal.status
    return Answer(status, headers, answer.body)
