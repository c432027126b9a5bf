"""The application factory."""

import os
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from crossguard import ConfigError
from crossguard.console.accounts.me_routes import me
from crossguard.console.accounts.passwords import Passwords
from crossguard.console.accounts.sign_in_routes import auth, limiter
from crossguard.console.accounts.signed_in import init_sign_in
from crossguard.console.accounts.user_routes import users
from crossguard.console.database import db, init_database
from crossguard.console.decisions.feed import Feed
from crossguard.console.decisions.recorder import Recorder
from crossguard.console.decisions.routes import decisions
from crossguard.console.decisions.store import DecisionStore
from crossguard.console.explain.probe import Prober
from crossguard.console.explain.routes import explain
from crossguard.console.front_ends.routes import front_ends
from crossguard.console.front_ends.source import FrontEnds
from crossguard.console.problems import init_problems
from crossguard.console.run.environment import read_settings
from crossguard.console.run.first_start import prepare_instance
from crossguard.console.services import Services, attach_services
from crossguard.console.settings import Settings
from crossguard.console.stops import CannotStart
from crossguard.flask import CORS, check_options, decision_made

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
    app.config.update(SECRET_KEY=prepare_instance(settings.instance_path), MAX_CONTENT_LENGTH=_LARGEST_BODY)
    init_database(app, settings)
    init_sign_in(app, settings)
    init_problems(app)
    limiter.init_app(app)
    for blueprint in (auth, me, decisions, users, front_ends, explain):
        app.register_blueprint(blueprint)
    _attach(app, settings, _allow_origins(app, settings))
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
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
    feed = Feed(settings.feed_limit)
    with app.app_context():
        store = DecisionStore(db.engine, settings.decision_limit)
    recorder = Recorder(store, feed, settings.queue_size)
    services = Services(
        settings=settings,
        passwords=Passwords(settings.password_profile),
        store=store,
        recorder=recorder,
        feed=feed,
        prober=Prober(app, settings.api_origin),
        front_ends=listed,
    )
    attach_services(app, services)
    decision_made.connect(recorder.receive, sender=app)
