"""What signed-in users see of decisions: lists, counts, the live feed."""

from typing import Final

from flask import Blueprint, Response, request
from msgspec import UNSET

from crossguard.console.accounts.signed_in import current_account, require_sign_in
from crossguard.console.bodies import answer, read_query
from crossguard.console.models import utc_now
from crossguard.console.problems import fail, fail_not_found
from crossguard.console.schemas import DecisionQuery, Stats, StatsQuery
from crossguard.console.services import services

decisions: Final = Blueprint("decisions", __name__, url_prefix="/api")
# Not a decorator on each view: a view that is added cannot forget it.
decisions.before_request(require_sign_in)


@decisions.get("/decisions")
def list_decisions() -> Response:
    """List the last decisions, newest first."""
    query = read_query(DecisionQuery)
    page = services().store.page(
        limit=query.limit,
        before=None if query.before is UNSET else query.before,
        outcome=None if query.outcome is UNSET else query.outcome,
    )
    return answer(page)


@decisions.get("/decisions/<int:decision_id>")
def show_decision(decision_id: int) -> Response:
    """Show one decision, for a link to it; the oldest go as others come."""
    found = services().store.find(decision_id)
    if found is None:
        fail_not_found()
    return answer(found)


@decisions.get("/stats")
def stats() -> Response:
    """Count the decisions of the last minutes."""
    store = services().store
    minutes = store.minutes(read_query(StatsQuery).minutes, utc_now())
    body = Stats(
        minutes=minutes,
        allowed=sum(minute.allowed for minute in minutes),
        refused=sum(minute.refused for minute in minutes),
        dropped=services().recorder.dropped,
        kept=store.kept(),
        limit=store.limit,
    )
    return answer(body)


@decisions.get("/events")
def events() -> Response:
    """Send decisions and totals as they come (HTML, "Server-sent events")."""
    subscription = services().feed.subscribe(current_account().id)
    if subscription is None:
        fail(503, "too-many-feeds", "Too many open pages", "Close one of the pages that show live numbers.")
    # Waitress says whether the client has left. Other servers notice when they write to it.
    is_gone = request.environ.get("waitress.client_disconnected", lambda: False)
    body = subscription.stream(services().settings.feed_keep_alive, is_gone)
    response = Response(body, mimetype="text/event-stream")
    response.cache_control.no_store = True
    # A proxy that collects the response would hold the events back (nginx).
    response.headers["X-Accel-Buffering"] = "no"
    # Also where the body is never asked for, as for HEAD.
    response.call_on_close(subscription.close)
    return response
