"""The Flask extension: one policy for every URL, applied to every response that leaves.

from crossguard.flask import CORS, cross_origin

CORS(app, origins=["https://app.example.com"], supports_credentials=True)
"""

from crossguard.flask.decorator import cross_origin
from crossguard.flask.extension import CORS
from crossguard.flask.login import install_unauthorized_handler
from crossguard.flask.lookup import policy_for
from crossguard.flask.problems import problem_response
from crossguard.flask.reports import decision_made
from crossguard.flask.rows import PolicyRow, policy_rows
from crossguard.flask.tokens import csrf_token, csrf_token_view, rotate_csrf_token

__all__ = [
    "CORS",
    "PolicyRow",
    "cross_origin",
    "csrf_token",
    "csrf_token_view",
    "decision_made",
    "install_unauthorized_handler",
    "policy_for",
    "policy_rows",
    "problem_response",
    "rotate_csrf_token",
]
