"""Findings about which policy governs: shadows, gaps, and policies that govern nothing."""

from collections.abc import Iterator

from crossguard.cli.findings import Finding
from crossguard.core.names import SAFE_METHODS
from crossguard.core.paths import PathTable
from crossguard.core.patterns import shown_entry
from crossguard.core.policy import Policy
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.subject import Subject, enumerated, place_of_policy
from crossguard.flask.audit.texts import finding
from crossguard.flask.lost import lost_in
from crossguard.flask.rows import PolicyRow
from crossguard.wsgi.environ import encoded

_PATH = "path "


def check_levels(subject: Subject) -> Iterator[Finding]:
    """Compare the policies with the rules, and with each other."""
    governing = {id(row.policy) for row in subject.rows}
    for policy in subject.policies:
        if policy.name != "app" and id(policy) not in governing:
            yield finding(FindingCode.POLICY_GOVERNS_NOTHING, place_of_policy(policy))
        if policy.name.startswith(_PATH):
            yield from _of_path(policy, subject.rows)
    for lost in lost_in(subject.app):
        declaration = lost.declaration
        yield finding(FindingCode.DECLARATION_LOST, declaration.place, name=declaration.name, what=lost.what)
    yield from _of_wider(subject)
    yield from _of_split(subject.rows)
    if subject.policies:
        yield from _of_gaps(subject)


def _of_path(policy: Policy, rows: tuple[PolicyRow, ...]) -> Iterator[Finding]:
    path = policy.name.removeprefix(_PATH)
    if not path.endswith("/*"):
        below = next((row.rule for row in rows if row.rule.startswith(path.rstrip("/") + "/")), None)
        if below is not None and below != path:
            where = place_of_policy(policy)
            yield finding(FindingCode.EXACT_PATH, where, path=path.rstrip("/"), rule=below)
    covers = PathTable({encoded(path): True})
    shadowing: dict[str, list[str]] = {}
    for row in rows:
        if row.policy is not None and row.level in {"view", "blueprint"} and covers.find(encoded(row.rule)):
            shadowing.setdefault(place_of_policy(row.policy), []).append(row.rule)
    for other, rules in shadowing.items():
        yield finding(
            FindingCode.POLICY_SHADOWED, place_of_policy(policy), rules=enumerated(rules), other=other
        )


def _of_wider(subject: Subject) -> Iterator[Finding]:
    whole = next((policy for policy in subject.policies if policy.name == "app"), None)
    if whole is None:
        return
    known = {*map(shown_entry, whole.config.origins), *map(shown_entry, whole.config.readers)}
    if "*" in known:
        return
    for policy in subject.policies:
        entries = [*map(shown_entry, policy.config.origins), *map(shown_entry, policy.config.readers)]
        added = [entry for entry in entries if entry not in known]
        if policy is not whole and added:
            names = ["everybody" if entry == "*" else entry for entry in added]
            yield finding(FindingCode.POLICY_WIDENS, place_of_policy(policy), origins=enumerated(names))


def _of_split(rows: tuple[PolicyRow, ...]) -> Iterator[Finding]:
    rules: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        name = place_of_policy(row.policy) if row.policy else "none"
        rules.setdefault(row.rule, {}).setdefault(name, []).extend(row.methods)
    for rule, policies in rules.items():
        if len(policies) > 1:
            parts = [f"{', '.join(methods)} has {name}" for name, methods in policies.items()]
            yield finding(FindingCode.SPLIT_URL, rule, policies="; ".join(parts))


def _of_gaps(subject: Subject) -> Iterator[Finding]:
    gaps = [row for row in subject.rows if row.policy is None and row.endpoint.rpartition(".")[2] != "static"]
    if gaps:
        rules = [row.rule for row in gaps]
        prefix = "/" + rules[0].strip("/").partition("/")[0].partition("<")[0]
        yield finding(
            FindingCode.ROUTE_WITHOUT_POLICY,
            subject.app.import_name,
            rules=enumerated(rules),
            path=f"{prefix.rstrip('/')}/*",
        )
    writes = [row.rule for row in gaps if not SAFE_METHODS.issuperset(row.methods)]
    if writes:
        yield finding(FindingCode.WRITE_WITHOUT_POLICY, subject.app.import_name, rules=enumerated(writes))
