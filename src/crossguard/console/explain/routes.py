"""What administrators may see of policies, cookies and browsers: `/admin`."""

from typing import Final

from flask import Blueprint, Response, current_app, request

from crossguard import Policy, shown_entry
from crossguard.console.accounts.signed_in import require_admin
from crossguard.console.bodies import answer, read_body
from crossguard.console.explain.cookies import list_cookies
from crossguard.console.explain.probe import Caller, ProbeRefusedError
from crossguard.console.explain.schemas import (
    GovernedRule,
    GoverningPolicy,
    Level,
    PolicyFields,
    PolicyList,
    Probe,
)
from crossguard.console.problems import fail_invalid
from crossguard.console.schemas import ProblemError
from crossguard.console.services import services
from crossguard.flask import PolicyRow, policy_rows

# A list of ten thousand origins, once for each rule, is megabytes that no person reads.
_MOST_ORIGINS: Final = 100

explain: Final = Blueprint("explain", __name__, url_prefix="/admin")
explain.before_request(require_admin)


@explain.get("/policies")
def policies() -> Response:
    """List each policy with the rules that it governs, the one of most rules first."""
    groups: dict[tuple[int, Level], list[PolicyRow]] = {}
    for row in policy_rows(current_app):
        groups.setdefault((id(row.policy), row.level), []).append(row)
    items = [
        GoverningPolicy(
            level=rows[0].level,
            declared=rows[0].place,
            policy=_show_policy(rows[0].policy),
            rules=[
                GovernedRule(rule=row.rule, methods=list(row.methods), endpoint=row.endpoint) for row in rows
            ],
        )
        for rows in sorted(groups.values(), key=len, reverse=True)
    ]
    return answer(PolicyList(items=items))


@explain.get("/cookies")
def cookies() -> Response:
    """Show whether each cookie works for each listed front end, by browser."""
    return answer(list_cookies(current_app))


@explain.post("/explain")
def try_fetch() -> Response:
    """Say what a browser would do with a fetch of this API."""
    body = read_body(Probe)
    try:
        return answer(services().prober.diagnose(body, _caller()))
    except ProbeRefusedError as error:
        fail_invalid("invalid-body", "Invalid body", [ProblemError(where=error.where, reason=error.reason)])


def _caller() -> Caller:
    name = current_app.config["SESSION_COOKIE_NAME"]
    return Caller(request.cookies.get(name, ""), request.remote_addr or "", request.user_agent.string)


def _show_policy(policy: Policy | None) -> PolicyFields | None:
    if policy is None:
        return None
    config = policy.config
    return PolicyFields(
        origins=[*map(shown_entry, config.origins[:_MOST_ORIGINS])],
        origin_count=len(config.origins),
        readers=[*map(shown_entry, config.readers[:_MOST_ORIGINS])],
        reader_count=len(config.readers),
        supports_credentials=config.supports_credentials,
        methods=list(config.methods),
        allow_headers=list(config.allow_headers),
        expose_headers=list(config.expose_headers),
        max_age=config.max_age,
        write_gate=policy.gate is not None,
        report_only=config.report_only,
        json_only=config.json_only,
        public_origins=list(config.public_origins),
    )
