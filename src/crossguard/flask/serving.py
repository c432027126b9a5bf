"""What happens once, as an application begins to serve."""

import sys

from flask import Flask

from crossguard.adapters.reporter import log_derived_origin
from crossguard.flask.layers import socket_outside
from crossguard.flask.lost import say_lost
from crossguard.flask.table import Table
from crossguard.flask.tokens import forget_on_sign_in_and_out
from crossguard.logs import logger


def start_serving(app: Flask, table: Table) -> None:
    """Say what is worth saying once, and close what Flask-Login leaves open."""
    gates = [policy for policy in table.policies if policy.gate is not None]
    if gates and not app.debug and not app.testing:
        derived = next((policy for policy in gates if policy.config.derives_own), None)
        if derived is not None:
            log_derived_origin(derived)
    say_lost(app)
    if socket_outside(app):
        logger.warning(
            "Socket.IO stands outside of crossguard, so that its handshakes pass no gate. Call "
            "SocketIO(app, cors_allowed_origins=[]) before CORS(app, …).",
        )
    for line in table.cookie_notes:
        logger.warning("%s", line)
    if any(policy.gate and policy.gate.may_need_token for policy in table.policies):
        forget_on_sign_in_and_out(app)
    if hasattr(app, "login_manager"):
        _keep_options_out_of_views()


def _keep_options_out_of_views() -> None:
    """Let ``login_required`` ask of OPTIONS what it asks of every method.

    Flask-Login exempts OPTIONS for the sake of preflights, so a view which lists OPTIONS itself
    answers signed-out requests. Preflights never reach a view here, and the exemption is not needed. It
    is one setting for all applications of a process, in the set that Flask-Login keeps for it.
    """
    config = sys.modules.get("flask_login.config")
    if config is not None:
        config.EXEMPT_METHODS.discard("OPTIONS")
