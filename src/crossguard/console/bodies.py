"""What requests carry, parsed into types; what answers carry, written from them."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from flask import Response, request
from msgspec import structs

from crossguard.console.problems import fail, fail_invalid
from crossguard.console.schemas import ProblemError

T = TypeVar("T", bound=msgspec.Struct)

# No body of this API is nested deeper than a list of flat objects, and a parser that knows how deep a
# body may be cannot be made to recurse.
_Scalar = str | int | float | bool | None
_SHALLOW = msgspec.json.Decoder(dict[str, _Scalar | list[dict[str, _Scalar]]])

_NOT_AN_OBJECT = "must be a JSON object of texts, numbers, true, false, and lists of such objects"

_MOST_ERRORS = 20


def read_body(kind: type[T]) -> T:
    """Parse the JSON body of the current request into a *kind*, or end the request with a problem.

    Every member that cannot be used is reported, not just the first.
    """
    if not _is_json(request.mimetype):
        fail(415, "unsupported-media-type", "Unsupported media type", "Send the body as application/json.")
    try:
        members = _SHALLOW.decode(request.get_data())
    except (msgspec.DecodeError, UnicodeDecodeError):
        fail_invalid("invalid-body", "Invalid body", [ProblemError(where="body", reason=_NOT_AN_OBJECT)])
    parsed, errors = _parse(kind, members, strict=True)
    if parsed is None:
        fail_invalid("invalid-body", "Invalid body", errors)
    return parsed


def read_query(kind: type[T]) -> T:
    """Parse the query of the current request into a *kind*, or end the request with a problem."""
    parsed, errors = _parse(kind, request.args.to_dict(), strict=False)
    if parsed is None:
        fail_invalid("invalid-query", "Invalid query", errors)
    return parsed


def answer(body: msgspec.Struct, status: int = 200) -> Response:
    """Write *body* as JSON. No cache may store it: it is about the person who is signed in."""
    response = Response(msgspec.json.encode(body), status=status, mimetype="application/json")
    response.cache_control.no_store = True
    return response


def no_content() -> Response:
    """Answer 204 without a body."""
    response = Response(status=204)
    response.cache_control.no_store = True
    return response


def _is_json(essence: str) -> bool:
    return essence == "application/json" or (essence.startswith("application/") and essence.endswith("+json"))


def _parse(kind: type[T], members: Mapping[str, Any], *, strict: bool) -> tuple[T | None, list[ProblemError]]:
    values: dict[str, Any] = {}
    errors: list[ProblemError] = []
    known = structs.fields(kind)
    for member in known:
        if member.encode_name not in members:
            if member.required:
                errors.append(ProblemError(where=member.encode_name, reason="is missing"))
            continue
        try:
            values[member.name] = msgspec.convert(members[member.encode_name], member.type, strict=strict)
        except msgspec.ValidationError as error:
            errors.append(ProblemError(where=member.encode_name, reason=_reason(member.type, error)))
    errors.extend(
        ProblemError(where=name[:64], reason="is not known")
        for name in members.keys() - {member.encode_name for member in known}
    )
    return (None, errors[:_MOST_ERRORS]) if errors else (kind(**values), [])


def _reason(kind: Any, error: msgspec.ValidationError) -> str:
    description = msgspec.json.schema(kind).get("description")
    return f"must be {description}" if description else str(error)
