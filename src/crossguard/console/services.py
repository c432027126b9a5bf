"""What one application consists of besides its routes."""

from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app

from crossguard.console.accounts.attempts import SignInLimit
from crossguard.console.accounts.passwords import Passwords
from crossguard.console.decisions.feed import Feed
from crossguard.console.decisions.recorder import Recorder
from crossguard.console.decisions.store import DecisionStore
from crossguard.console.explain.probe import Prober
from crossguard.console.front_ends.source import FrontEnds
from crossguard.console.health.counters import Counters
from crossguard.console.health.readiness import Readiness
from crossguard.console.settings import Settings

_KEY: Final = "crossguard-console"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The long-lived objects of one application.

    Attributes:
        settings: what it was made with.
        passwords: makes and checks password hashes.
        store: reads and writes decisions.
        recorder: takes decisions off the request path and has them stored.
        feed: tells open pages about decisions as they are stored.
        prober: asks the API itself what a browser would be answered.
        front_ends: the origins that administrators list.
        sign_in_limit: how often signing in may be tried.
        readiness: whether this process can answer.
        counters: what it has counted.
    """

    settings: Settings
    passwords: Passwords
    store: DecisionStore
    recorder: Recorder
    feed: Feed
    prober: Prober
    front_ends: FrontEnds
    sign_in_limit: SignInLimit
    readiness: Readiness
    counters: Counters

    def close(self, timeout: float = 5.0) -> bool:
        """Close the feeds, write what is still waiting, stop, and close the connections.

        Args:
            timeout: seconds to wait for the database.

        Returns:
            Whether everything was written in time.
        """
        self.feed.close()
        self.readiness.close()
        in_time = self.recorder.stop(timeout)
        self.front_ends.close(timeout)
        self.store.engine.dispose()
        return in_time


def attach_services(app: Flask, services: Services) -> None:
    """Make *services* those of *app*."""
    app.extensions[_KEY] = services


def services_of(app: Flask) -> Services:
    """Return the services of *app*."""
    found: Services = app.extensions[_KEY]
    return found


def services() -> Services:
    """Return the services of the application that handles the current request."""
    return services_of(current_app)
