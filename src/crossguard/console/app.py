"""The application factory."""

import os
from collections.abc import Collection
from typing import Any

from flask import Flask

from crossguard import ConfigError
from crossguard.console.accounts.attempts import SignInLimit
from crossguard.console.accounts.me_routes import me
from crossguard.console.accounts.passwords import Passwords
from crossguard.console.accounts.sessions import good_sessions
from crossguard.console.accounts.sign_in_routes import auth
from crossguard.console.accounts.signed_in import init_sign_in
from crossguard.console.accounts.user_routes import users
from crossguard.console.database import db, init_database
from crossguard.console.decisions.feed import Feed, Viewer
from crossguard.console.decisions.recorder import Recorder
from crossguard.console.decisions.routes import decisions
from crossguard.console.decisions.store import DecisionStore
from crossguard.console.environment import read_settings
from crossguard.console.explain.probe import Prober
from crossguard.console.explain.routes import explain
from crossguard.console.front_door import front_door
from crossguard.console.front_ends.routes import front_ends
from crossguard.console.front_ends.source import FrontEnds
from crossguard.console.health.counters import Counters
from crossguard.console.health.readiness import Readiness
from crossguard.console.health.routes import health
from crossguard.console.instance import prepare_instance
from crossguard.console.models import utc_now
from crossguard.console.problems import init_problems
from crossguard.console.services import Services, attach_services, services_of
from crossguard.console.settings import Settings
from crossguard.console.stops import CannotStart
from crossguard.flask import CORS, check_options, decision_made, policy_for

# Every body of this API is a few hundred bytes.
_LARGEST_BODY = 64 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Build the API. Makes the instance folder and its secret key; does not touch the database.

    Args:
        settings: what to build it with; None reads the environment.

    Raises:
        CannotStart: if the settings cannot be used.
    """
    settings = settings or read_settings(os.environ)
    app = Flask("crossguard.console", static_folder=None, instance_path=str(settings.instance_path))
    app.config.update(
        SECRET_KEY=prepare_instance(settings.instance_path, settings.secret_key),
        MAX_CONTENT_LENGTH=_LARGEST_BODY,
    )
    init_database(app, settings)
    init_sign_in(app, settings)
    init_problems(app)
    for blueprint in (auth, me, decisions, users, front_ends, explain, health):
        app.register_blueprint(blueprint)
    _attach(app, settings, _allow_origins(app, settings))
    app.wsgi_app = front_door(app, settings, services_of(app).counters.observe)  # type: ignore[method-assign,assignment]
    return app


def _allow_origins(app: Flask, settings: Settings) -> FrontEnds:
    """Declare who may use the API with cookies: the origins of the settings, and those of the table."""
    options: dict[str, Any] = {
        "supports_credentials": True,
        "methods": ["GET", "HEAD", "POST", "PATCH", "DELETE"],
        "allow_headers": ["Content-Type"],
        "expose_headers": ["Retry-After"],
        "public_origins": [settings.api_origin],
        "json_only": True,
    }
    try:
        # Said now, without asking the database, and not with the first request: what does not build.
        checked = check_options(app, origins=list(settings.allowed_origins), **options)
        written = [*map(str, checked.config.origins)]
        with app.app_context():
            listed = FrontEnds(
                db.engine,
                written=written,
                page=f"{settings.web_origin}/admin/front-ends",
                keep=settings.instance_path / "front_ends.json",
            )
        CORS(app, origins=[*written, listed], **options)
    except ConfigError as error:
        listing = "CROSSGUARD_WEB_ORIGIN" if settings.origins is None else "CROSSGUARD_ORIGINS"
        raise CannotStart(
            *(
                f"{'CROSSGUARD_API_ORIGIN' if issue.where.startswith('public_origins') else listing}: {issue}"
                for issue in error.issues
            )
        ) from error
    return listed


def _attach(app: Flask, settings: Settings, listed: FrontEnds) -> None:
    """Give *app* what it consists of besides its routes, and have its decisions recorded."""
    with app.app_context():
        engine = db.engine
    store = DecisionStore(engine, settings.decision_limit, settings.web_origin)

    def admit(viewers: Collection[Viewer]) -> list[Viewer]:
        good = good_sessions(engine, {viewer.session_id for viewer in viewers})
        return [each for each in viewers if each.session_id in good and _may_read(app, each.origin)]

    feed = Feed(
        store,
        lambda: store.totals(utc_now(), recorder.dropped),
        admit,
        limit=settings.feed_limit,
        account_limit=settings.feed_account_limit,
    )
    recorder = Recorder(store, feed, settings.queue_size)
    counters = Counters(feed, recorder, engine.pool.checkedout)  # type: ignore[attr-defined]
    readiness = Readiness(engine, lambda: listed.answered_at)
    services = Services(
        settings=settings,
        passwords=Passwords(settings.password_profile),
        store=store,
        recorder=recorder,
        feed=feed,
        prober=Prober(app, settings.api_origin, settings.web_origin),
        front_ends=listed,
        sign_in_limit=SignInLimit(settings.sign_in_limit, engine, settings.sign_in_storage),
        readiness=readiness,
        counters=counters,
    )
    attach_services(app, services)
    decision_made.connect(recorder.receive, sender=app)
    decision_made.connect(counters.decisions.receive, sender=app)


def _may_read(app: Flask, origin: str | None) -> bool:
    """Tell whether pages of *origin* may use the API with cookies; None is the API's own origin."""
    policy = policy_for(app)
    if origin is None or policy is None:
        return origin is None
    return policy.trusts(origin) or origin in policy.config.public_origins
