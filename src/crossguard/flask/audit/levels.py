"""Findings about which policy governs: shadows, gaps, and policies that govern nothing."""

from collections.abc import Iterator, Mapping

from crossguard.core.names import SAFE_METHODS
from crossguard.core.paths import PathTable
from crossguard.core.patterns import shown_entry
from crossguard.core.policy import Policy
from crossguard.flask.audit.codes import FindingCode
from crossguard.flask.audit.openings import Opened
from crossguard.flask.audit.subject import Subject, enumerated, place_of_policy
from crossguard.flask.audit.texts import Noted, finding
from crossguard.flask.lost import lost_in
from crossguard.flask.rows import PolicyRow
from crossguard.wsgi.environ import encoded

_PATH = "path "


def check_levels(subject: Subject) -> Iterator[Noted]:
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


def _of_path(policy: Policy, rows: tuple[PolicyRow, ...]) -> Iterator[Noted]:
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


def _of_wider(subject: Subject) -> Iterator[Noted]:
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


def _of_split(rows: tuple[PolicyRow, ...]) -> Iterator[Noted]:
    rules: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        name = place_of_policy(row.policy) if row.policy else "none"
        rules.setdefault(row.rule, {}).setdefault(name, []).extend(row.methods)
    for rule, policies in rules.items():
        if len(policies) > 1:
            parts = [f"{', '.join(methods)} has {name}" for name, methods in policies.items()]
            yield finding(FindingCode.SPLIT_URL, rule, policies="; ".join(parts))


def check_gaps(subject: Subject, opened: Mapping[Opened, list[str]]) -> Iterator[Noted]:
    """Rules without a policy, in an application that has some; what else opens them is said elsewhere."""
    if not subject.policies:
        return
    gaps = [row for row in subject.rows if row.policy is None and row.endpoint.rpartition(".")[2] != "static"]
    known = {rule for rules in opened.values() for rule in rules}
    rules = [row.rule for row in gaps if row.rule not in known]
    if rules:
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
