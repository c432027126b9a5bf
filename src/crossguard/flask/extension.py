"""``CORS``: declares policies for an application, its paths, and its blueprints."""

from typing import Unpack

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from crossguard.declare.declaration import Declaration, Written
from crossguard.declare.option_types import Options
from crossguard.declare.place import place_of_caller
from crossguard.declare.resources import read_resources
from crossguard.declare.targets import wrong_target
from crossguard.flask import blueprints
from crossguard.flask.announcing import announce_command
from crossguard.flask.cookie_settings import set_cookies
from crossguard.flask.early import check_now, watch
from crossguard.flask.state import INSTALLING, install, state_of, state_to_be


class CORS:
    """Decides which origins may use an application or a blueprint from a browser.

    ``CORS(app, origins=["https://app.example.com"], supports_credentials=True)`` governs every URL;
    ``CORS(blueprint, …)`` those of a blueprint; ``resources={"/api/*": {…}}`` those below a path. The
    narrowest policy governs: view, innermost blueprint, path, application. Without a target, call
    :meth:`init_app` later.

    Args:
        target: the application or the blueprint.
        options: see the table of options; what is left out falls back to ``app.config["CORS_*"]``.

    Raises:
        TypeError: an option does not exist, or the target is no application of Flask; the message names the
            nearest option, or the right call.
        ConfigError: the options do not build; every mistake is listed, and nothing is installed.
    """

    def __init__(self, target: Flask | Blueprint | None = None, **options: Unpack[Options]) -> None:
        _refuse_wrong(target)
        self._written = Written.parse(options, ("resources",))
        self._place = place_of_caller()
        if not isinstance(target, Flask) or self._written.resources is not None:
            # Those of an application are checked once, together with what they fall back to.
            _check(self._written, self._place)
        if target is not None:
            self.init_app(target)

    def init_app(self, target: Flask | Blueprint, **options: Unpack[Options]) -> None:
        """Declare the policy for *target*; *options* go before those of the constructor.

        Raises:
            TypeError: as the constructor.
            ConfigError: as the constructor.
            RuntimeError: the first request has been handled already.
        """
        _refuse_wrong(target)
        written, place = self._written, self._place
        if options:
            # The constructor has checked its own.
            written, place = Written.parse(options, ("resources",)).over(written), place_of_caller()
            _check(written, place)
        if isinstance(target, Blueprint):
            _declare_blueprint(target, written, place)
        else:
            with INSTALLING:
                state = state_to_be(target)
                state.declare(target, written, place)
                install(target, state)
                watch(target)
                announce_command(target, state)


def _refuse_wrong(target: object) -> None:
    if target is not None and not isinstance(target, Flask | Blueprint):
        raise TypeError(wrong_target("CORS", target))


def _check(written: Written, place: str) -> None:
    written.check_alone(place)
    if written.resources is not None:
        read_resources(written.resources, written, place)


def _declare_blueprint(blueprint: Blueprint, written: Written, place: str) -> None:
    if written.resources is not None:
        raise TypeError(
            "CORS: a blueprint has one policy; give resources={…} to CORS(app), "
            "or call CORS for each blueprint."
        )
    present = blueprints.declaration_of(blueprint)
    declaration = Declaration(written, place, f"blueprint {blueprint.name}")
    if present is not None and present.says_the_same(declaration):
        # An application factory that runs again, as it does in tests: the same line says the same.
        return
    apps = blueprints.apps_with(blueprint) if _is_registered(blueprint) else []
    for app in apps:
        state_of(app).refuse_late(place)
    blueprints.declare(blueprint, declaration)
    for app in apps:
        set_cookies(app, declaration)
    # Not with record(), which refuses a blueprint that is mounted somewhere: it may be mounted again.
    blueprint.deferred_functions.append(_record_mount)


def _record_mount(setup: BlueprintSetupState) -> None:
    if isinstance(setup.app, Flask):
        state = state_of(setup.app)
        state.prefixes.record(setup)
        announce_command(setup.app, state)
        present = blueprints.declaration_of(setup.blueprint)
        if present is not None:
            check_now(setup.app, (present,))
            # Now, as for an application: extensions ask for the name of the session cookie early.
            set_cookies(setup.app, present)


def _is_registered(blueprint: Blueprint) -> bool:
    return bool(getattr(blueprint, "_got_registered_once", False))
