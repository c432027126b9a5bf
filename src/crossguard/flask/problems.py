"""Problem details as Flask responses."""

from flask import Response

from crossguard.core.problem import PROBLEM_JSON, problem, problem_body


def problem_response(status: int, code: str, title: str, detail: str, **extensions: object) -> Response:
    """Return an ``application/problem+json`` response (RFC 9457), which no cache may store.

    Args:
        status: the HTTP status.
        code: a stable identifier of the problem.
        title: a short text, the same for every problem of this code.
        detail: what happened this time.
        extensions: further members of the document.
    """
    document = problem(status=status, code=code, title=title, detail=detail, **extensions)  # type: ignore[arg-type]
    response = Response(problem_body(document), status=status, content_type=PROBLEM_JSON)
    response.cache_control.no_store = True
    return response
