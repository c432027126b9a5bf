"""What signed-in users see of decisions: lists, counts, the live feed."""

from typing import Final

from flask import Blueprint, Response, request

from crossguard.console.accounts.signed_in import current_account, current_session, require_sign_in
from crossguard.console.bodies import answer, read_query
from crossguard.console.decisions.feed import Viewer
from crossguard.console.models import HIGHEST_ID, utc_now
from crossguard.console.problems import fail_not_found
from crossguard.console.schemas import DecisionQuery, RefusalQuery, Stats, StatsQuery
from crossguard.console.services import services

decisions: Final = Blueprint("decisions", __name__, url_prefix="/api")
# Not a decorator on each view: a view that is added cannot forget it.
decisions.before_request(require_sign_in)


@decisions.get("/decisions")
def list_decisions() -> Response:
    """List decisions, newest first."""
    return answer(services().store.page(read_query(DecisionQuery)))


@decisions.get("/decisions/<int:decision_id>")
def show_decision(decision_id: int) -> Response:
    """Show one decision, for a link to it; the oldest go as others come."""
    found = services().store.find(decision_id)
    if found is None:
        fail_not_found()
    return answer(found)


@decisions.get("/refusals")
def list_refusals() -> Response:
    """List what was refused, the same from the same origin in one row, most recent first."""
    return answer(services().store.refusals(read_query(RefusalQuery), utc_now()))


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
    """Send decisions and totals as they come (HTML, "Server-sent events").

    Where every place is taken, or the server has one thread, the answer ends at once with what is new, and
    the browser asks again after three seconds by itself.
    """
    feed = services().feed
    viewer = Viewer(current_account().id, current_session(), request.headers.get("Origin"))
    subscription = feed.subscribe(viewer) if _may_wait() else None
    if subscription is None:
        response = Response(feed.once(_last_seen()), mimetype="text/event-stream")
    else:
        # Waitress says whether the client has left. Other servers notice when they write to it.
        is_gone = request.environ.get("waitress.client_disconnected", lambda: False)
        last_seen = _last_seen()
        missed = b"" if last_seen is None else feed.missed(last_seen)
        body = subscription.stream(services().settings.feed_keep_alive, is_gone, missed)
        response = Response(body, mimetype="text/event-stream")
        # Also where the body is never asked for, as for HEAD.
        response.call_on_close(subscription.close)
    response.cache_control.no_store = True
    # A proxy that collects the response would hold the events back (nginx).
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _may_wait() -> bool:
    """Tell whether other requests are answered while this one waits.

    PEP 3333 says so of a server. A client in this process, which has no server, may wait as well.
    """
    return request.is_multithread or "SERVER_SOFTWARE" not in request.environ


def _last_seen() -> int | None:
    """Return the number that the page was told last; None if it says none."""
    text = request.headers.get("Last-Event-ID", "")
    return int(text) if text.isascii() and text.isdigit() and int(text[:20]) <= HIGHEST_ID else None
