"""Hooks, run with a request of a stranger and a stub in place of the view: for ``--run-hooks``."""

from itertools import chain as joined

from flask import Flask, request

from crossguard.flask.audit.flask_cors import STRANGER, Granted
from crossguard.flask.places import place_of_error
from crossguard.flask.rows import PolicyRow


def answers_of_hooks(app: Flask, row: PolicyRow, path: str) -> tuple[Granted | None, str]:
    """Return whom the hooks of a rule let read, and why that is not known; empty if it is.

    Runs the ``before_request`` and ``after_request`` hooks, no view, and saves no session.
    """
    method = "GET" if "GET" in row.methods else row.methods[0]
    headers = {"Origin": STRANGER, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    try:
        with app.test_request_context(path, method=method, headers=headers):
            response = app.make_response(app.preprocess_request() or "")
            for name in joined(request.blueprints, (None,)):
                for function in reversed(app.after_request_funcs.get(name, ())):
                    response = app.ensure_sync(function)(response)
            allowed = response.headers.getlist("Access-Control-Allow-Origin")
            credentials = response.headers.get("Access-Control-Allow-Credentials") == "true"
    except Exception as error:  # noqa: BLE001 - the application's own code, with a request that it did not expect
        where = place_of_error(error)
        at = f" at {where}" if where else ""
        return None, f"a hook raised {type(error).__name__}{at} when it was run"
    if allowed == [STRANGER]:
        return Granted(("*",), credentials), ""
    return (Granted(("*",), cookies=False), "") if allowed == ["*"] else (None, "")
