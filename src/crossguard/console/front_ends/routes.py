"""What administrators do with the list of front ends: `/admin/front-ends`."""

from typing import Final, NoReturn

from flask import Blueprint, Response, current_app
from msgspec import UNSET

from crossguard.console.accounts.signed_in import require_admin
from crossguard.console.bodies import answer, no_content, read_body, read_query
from crossguard.console.database import db
from crossguard.console.front_ends.judge import judge
from crossguard.console.front_ends.schemas import FrontEndQuery, NewFrontEnd
from crossguard.console.front_ends.table import (
    OriginTakenError,
    add_front_end,
    find_front_end,
    page_of_front_ends,
    remove_front_end,
    show_front_end,
)
from crossguard.console.models import FrontEndOrigin
from crossguard.console.problems import fail, fail_invalid, fail_not_found
from crossguard.console.schemas import ProblemError
from crossguard.console.services import services
from crossguard.sql import ListedOriginError

front_ends: Final = Blueprint("front_ends", __name__, url_prefix="/admin/front-ends")
front_ends.before_request(require_admin)


@front_ends.get("")
def list_front_ends() -> Response:
    """List the origins that may use the API with cookies."""
    query = read_query(FrontEndQuery)
    return answer(page_of_front_ends(current_app, db.session, query, services().front_ends.written))


@front_ends.post("")
def create_front_end() -> Response:
    """Let the pages of an origin use the API with cookies; every process notices by itself."""
    body = read_body(NewFrontEnd)
    label = None if body.label is UNSET else body.label.strip() or None
    try:
        row = FrontEndOrigin(origin=body.origin, label=label)
    except ListedOriginError as error:
        _refuse(error.reason, error.fix)
    if row.origin in services().front_ends.written:
        fail(
            409,
            "origin-configured",
            "Written in the configuration",
            f"{row.origin} is written in the configuration, and may use the API already.",
        )
    judgement = judge(current_app, row.origin)
    if judgement.state == "passed-over":
        _refuse(judgement.reason, judgement.fix)
    try:
        add_front_end(db.session, row)
    except OriginTakenError:
        fail(409, "origin-taken", "Listed already", f"{row.origin} is on the list already.")
    return answer(show_front_end(current_app, row), 201)


@front_ends.get("/<int:number>")
def show_one_front_end(number: int) -> Response:
    """Show one front end, for a page that waits until it is in force."""
    return answer(show_front_end(current_app, _find(number)))


@front_ends.delete("/<int:number>")
def delete_front_end(number: int) -> Response:
    """Take an origin off the list; every process notices by itself."""
    remove_front_end(db.session, _find(number))
    return no_content()


def _find(number: int) -> FrontEndOrigin:
    row = find_front_end(db.session, number)
    if row is None:
        fail_not_found()
    return row


def _refuse(reason: str, fix: str) -> NoReturn:
    fail_invalid("invalid-body", "Invalid body", [ProblemError(where="origin", reason=reason, fix=fix)])
