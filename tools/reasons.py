"""One example of each reason, run to learn what the library says; used by codes.py."""

import re
from dataclasses import dataclass, field
from typing import Any

from crossguard import (
    Decision,
    HeaderEdits,
    Outcome,
    Policy,
    Reason,
    RequestFacts,
    compile_policy,
    decide,
    load_config,
)
from crossguard.adapters.refusals import judge
from crossguard.core.content import decide_content
from crossguard.core.request import RouteMarks, TokenState, WriteFacts
from crossguard.explain import Explanation, explain
from crossguard.suffixes import is_public_suffix

_LONGEST = 60
APP, EVIL, API = "https://app.example.com", "https://evil.example", "https://api.example.com"
_LISTED: dict[str, Any] = {"origins": [APP]}
_TRUSTED: dict[str, Any] = {"origins": [APP], "supports_credentials": True, "public_origins": [API]}
_TOKEN = _TRUSTED | {"token": "always"}
_JSON = _TRUSTED | {"json_only": True}


@dataclass(frozen=True)
class Asked:
    """A request and the policy that it meets.

    Attributes:
        options: of the policy.
        headers: what the request carries, by name.
        method: its method.
        marks: how its route is marked.
        token: what the second layer finds.
        disputed: whether its path has several readings, one of which refuses it.
        body: whether its body alone is judged.
    """

    options: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    marks: RouteMarks = RouteMarks()  # noqa: RUF009 - immutable
    token: TokenState = TokenState.VALID
    disputed: bool = False
    body: bool = False

    @property
    def written(self) -> str:
        """The call and the request, as the page shows them."""
        options = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
        options = re.sub(r"<function (\w+) at \w+>", r"\1", options)
        fields = "; ".join(f"{name}: {_short(value)}" for name, value in self.headers.items())
        marks = "".join(f", {name} route" for name, on in self.marks._asdict().items() if on)
        return f"`CORS(app, {options})` and `{self.method}{' with ' + fields if fields else ''}`{marks}"


def is_customer(origin: str) -> bool:
    """Stand for a list that is kept elsewhere."""
    return origin == APP


def _read(options: dict[str, Any], origin: str, **headers: str) -> Asked:
    return Asked(
        options, {"Origin": origin, **{name.replace("_", "-"): text for name, text in headers.items()}}
    )


def _preflight(options: dict[str, Any], method: str = "GET", headers: str = "") -> Asked:
    asked = {"Origin": APP, "Access-Control-Request-Method": method}
    return Asked(options, asked | ({"Access-Control-Request-Headers": headers} if headers else {}), "OPTIONS")


def _write(headers: dict[str, str], options: dict[str, Any] = _TRUSTED, **more: Any) -> Asked:
    return Asked(options, headers, more.pop("method", "POST"), **more)


_FROM_APP = {"Origin": APP, "Sec-Fetch-Site": "same-site"}
_FROM_EVIL = {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}

EXAMPLES = {
    Reason.NO_ORIGIN: Asked(_LISTED),
    Reason.SAME_ORIGIN: _read(_LISTED, API, Sec_Fetch_Site="same-origin"),
    Reason.NAVIGATION: _read(_LISTED, EVIL, Sec_Fetch_Mode="navigate"),
    Reason.ANY_ORIGIN: _read({"origins": "*"}, APP),
    Reason.LISTED_ORIGIN: _read(_LISTED, APP),
    Reason.SUBDOMAIN_PATTERN: _read({"origins": "https://*.example.com"}, APP),
    Reason.PORT_PATTERN: _read({"origins": "http://localhost:*"}, "http://localhost:5173"),
    Reason.EXPRESSION: _read(
        {"origins": [re.compile(r"https://app\d\.example\.com")]}, "https://app1.example.com"
    ),
    Reason.CALLABLE: _read({"origins": [is_customer]}, APP),
    Reason.ORIGIN_NOT_LISTED: _read(_LISTED, f"{APP}:8443"),
    Reason.NOBODY_LISTED: _read({"origins": []}, APP),
    Reason.NULL_ORIGIN: _read(_LISTED, "null"),
    Reason.MALFORMED_ORIGIN: _read(_LISTED, f"{APP}/"),
    Reason.INSECURE_ORIGIN: _write({"Origin": "http://api.example.com"}),
    Reason.METHOD_NOT_LISTED: _preflight({"origins": [APP], "methods": ["GET"]}, "DELETE"),
    Reason.HEADER_NOT_LISTED: _preflight(_LISTED, headers="x-token"),
    Reason.TOO_MANY_HEADERS: _preflight(_LISTED, headers=",".join(f"x-{number}" for number in range(65))),
    Reason.EXEMPT: _write(_FROM_EVIL, marks=RouteMarks(exempt=True)),
    Reason.SAFE_METHOD: _write(_FROM_EVIL, method="GET"),
    Reason.NO_AMBIENT_CREDENTIALS: _write(
        _FROM_EVIL | {"Authorization": "Bearer 1"}, _TRUSTED | {"auth_cookies": ["session"]}
    ),
    Reason.PUBLIC_NO_CREDENTIALS: _write(_FROM_EVIL, marks=RouteMarks(public=True)),
    Reason.USER_INITIATED: _write({"Sec-Fetch-Site": "none"}),
    Reason.TRUSTED_ORIGIN: _write(_FROM_APP),
    Reason.SAME_ORIGIN_FALLBACK: _write({"Origin": API}),
    Reason.REFERER: _write({"Referer": f"{APP}/cart"}),
    Reason.NO_BROWSER_EVIDENCE: _write({}, _TRUSTED | {"on_missing": "deny"}),
    Reason.TOKEN: _write(_FROM_APP, _TOKEN),
    Reason.JSON: _write({"Content-Type": "application/json", "Content-Length": "2"}, _JSON, body=True),
    Reason.NO_BODY: _write({}, _JSON, body=True),
    Reason.SAME_SITE: _write({"Origin": "https://beta.example.com", "Sec-Fetch-Site": "same-site"}),
    Reason.CROSS_SITE: _write(_FROM_EVIL),
    Reason.UNKNOWN_FETCH_SITE: _write({"Origin": EVIL, "Sec-Fetch-Site": "elsewhere"}),
    Reason.ORIGIN_NOT_TRUSTED: _write({"Origin": EVIL}),
    Reason.REFERER_NOT_TRUSTED: _write({"Referer": f"{EVIL}/"}),
    Reason.TOKEN_MISSING: _write(_FROM_APP, _TOKEN, token=TokenState.MISSING),
    Reason.TOKEN_INVALID: _write(_FROM_APP, _TOKEN, token=TokenState.INVALID),
    Reason.UNSUPPORTED_MEDIA_TYPE: _write(_FROM_APP | {"Content-Type": "text/plain"}, _JSON),
    Reason.AMBIGUOUS_PATH: _write(_FROM_APP, disputed=True),
}


def explained(reason: Reason) -> Explanation:
    """Return what the library says of the example of *reason*.

    Raises:
        LookupError: the example comes to another reason now.
    """
    asked = EXAMPLES[reason]
    policy = _policy(asked.options)
    get = asked.headers.get
    facts = RequestFacts(
        method=asked.method,
        url=f"{API}/orders",
        path="/orders",
        origin=get("Origin"),
        requested_method=get("Access-Control-Request-Method"),
        requested_headers=get("Access-Control-Request-Headers"),
        fetch_mode=get("Sec-Fetch-Mode"),
        fetch_site=get("Sec-Fetch-Site"),
        own_origin=API,
        content_type=get("Content-Type"),
    )
    decision = decide(policy, facts)
    if decision.reason is not reason and policy.gate is not None:
        written = WriteFacts(
            asked.method,
            "https",
            "api.example.com",
            get("Origin"),
            get("Sec-Fetch-Site"),
            get("Referer"),
            get("Authorization"),
            content_type=get("Content-Type"),
            content_length=get("Content-Length"),
        )
        rivals = (policy, _policy(_TRUSTED | {"origins": []})) if asked.disputed else ()
        judged = judge(policy, rivals, written, asked.marks, lambda: asked.token)
        found = decide_content(written).reason if asked.body else judged.reason
        outcome = Outcome.WRITE_ALLOWED if judged.allowed or asked.body else Outcome.WRITE_REFUSED
        decision = Decision(outcome, found, HeaderEdits())
        policy = judged.place
    if decision.reason is not reason:
        raise LookupError(f"the example of {reason.value} comes to {decision.reason.value}")
    return explain(decision, facts, policy)


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"


def _policy(options: dict[str, Any]) -> Policy:
    return compile_policy(
        load_config(options, is_public_suffix=is_public_suffix), place="app.py:6", name="app"
    )
