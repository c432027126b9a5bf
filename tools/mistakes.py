"""One example of each configuration mistake, run to learn what the library says; used by reference.py."""

import logging
import re
import secrets

from flask import Flask

from crossguard import ConfigError, ConfigIssue, IssueCode
from crossguard.flask import CORS

#: What a person may write, by the code of the mistake that it is. Each is run as it stands.
EXAMPLES = {
    IssueCode.WRONG_TYPE: 'CORS(app, max_age="600")',
    IssueCode.UNKNOWN_OPTION: 'app.config["CORS_HEADERS"] = "Content-Type"; CORS(app)',
    IssueCode.MISLEADING_STRING: r"""CORS(app, origins=r"https://.*\.example\.com")""",
    IssueCode.NOT_SET: "CORS(app, origins=None)",
    IssueCode.INVALID: 'CORS(app, origins="https://app..example")',
    IssueCode.SCHEME_REQUIRED: 'CORS(app, origins="app.example.com")',
    IssueCode.SCHEME_UNUSABLE: 'CORS(app, origins="wss://app.example.com")',
    IssueCode.HOST_REQUIRED: 'CORS(app, origins="https://")',
    IssueCode.NOT_AN_ORIGIN: 'CORS(app, origins="https://app.example.com/")',
    IssueCode.BAD_PORT: 'CORS(app, origins="http://localhost:99999")',
    IssueCode.NULL_ORIGIN: 'CORS(app, origins="null")',
    IssueCode.BAD_WILDCARD: 'CORS(app, origins="https://app.*.example.com")',
    IssueCode.WILDCARD_WITH_CREDENTIALS: 'CORS(app, origins="*", supports_credentials=True)',
    IssueCode.WILDCARD_AMONG_OTHERS: 'CORS(app, origins=["*", "https://app.example.com"])',
    IssueCode.PUBLIC_SUFFIX_WILDCARD: 'CORS(app, origins="https://*.github.io", supports_credentials=True)',
    IssueCode.INSECURE_ORIGIN: 'CORS(app, origins="http://app.example.com", supports_credentials=True)',
    IssueCode.UNBOUNDED_EXPRESSION: (
        'CORS(app, origins=re.compile(r"https://[a-z]+.example.com"), supports_credentials=True)'
    ),
    IssueCode.NOT_A_TOKEN: 'CORS(app, allow_headers=["X-*"])',
    IssueCode.FORBIDDEN_METHOD: 'CORS(app, methods=["GET", "TRACE"])',
    IssueCode.METHOD_CASE: 'CORS(app, methods=["patch"])',
    IssueCode.FORBIDDEN_HEADER: 'CORS(app, allow_headers=["Cookie"])',
    IssueCode.OUT_OF_RANGE: "CORS(app, max_age=604_800)",
    IssueCode.BAD_PATH: 'CORS(app, resources={r"/api/.*": {"origins": "*"}})',
    IssueCode.DUPLICATE_POLICY: "CORS(app); CORS(app)",
    IssueCode.UNKNOWN_CHOICE: 'CORS(app, on_missing="refuse")',
    IssueCode.REASON_REQUIRED: 'CORS(app, exempt={"hooks.stripe": ""})',
    IssueCode.NOT_STRICT: "CORS(app, strict=True)",
    IssueCode.UNKNOWN_ENDPOINT: 'CORS(app, public=["contact"])',
    IssueCode.COOKIE_CANNOT_WORK: (
        'app.config["SESSION_COOKIE_SAMESITE"] = "None"; '
        'CORS(app, origins="https://app.example.com", supports_credentials=True)'
    ),
    IssueCode.SIGN_IN_IS_PUBLIC: 'LoginManager(app).login_view = "sign_in"; CORS(app, public=["sign_in"])',
}


def issue_of(code: IssueCode) -> tuple[str, ConfigIssue] | None:
    """Return the example of *code* and what the library reports of it; None if there is no example.

    Raises:
        LookupError: the example is not that mistake any more.
    """
    if code not in EXAMPLES:
        return None
    # What is learnt here is returned; without a handler Python would print it, too.
    logging.getLogger("crossguard").addHandler(logging.NullHandler())
    app = Flask("shop")
    app.config["SECRET_KEY"] = secrets.token_hex()
    app.add_url_rule("/sign-in", "sign_in", lambda: "")
    names: dict[str, object] = {"app": app, "CORS": CORS, "re": re}
    if "LoginManager" in EXAMPLES[code]:
        from flask_login import LoginManager  # noqa: PLC0415 - the one example that needs it

        names["LoginManager"] = LoginManager
    try:
        exec(compile(EXAMPLES[code], "app.py", "exec"), names)  # noqa: S102 - the texts above
        # Some are found only when the first request has fixed the policies.
        app.test_client().get("/")
    except ConfigError as error:
        for issue in error.issues:
            if issue.code is code:
                return EXAMPLES[code], issue
    raise LookupError(f"the example of IssueCode.{code.name} in tools/mistakes.py does not show it any more")
