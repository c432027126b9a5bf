"""Route marks: what the policies of an application say of single endpoints for the write gate."""

import difflib
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask

from crossguard.core.issues import ConfigIssue, IssueCode, shown
from crossguard.core.policy import Policy
from crossguard.core.request import NO_MARKS, RouteMarks


def collect_marks(
    app: Flask, policies: Iterable[tuple[Policy, str]], issues: list[ConfigIssue]
) -> dict[str, RouteMarks]:
    """Return the marks by endpoint, from all policies of *app*.

    Endpoints are matched after routing, never by path, so that no spelling of a path is exempt by
    accident (CVE-2025-47910). A leading dot means the blueprint of the policy, as in ``url_for``.

    Args:
        app: the application.
        policies: each with the name of its blueprint; empty for the others.
        issues: where mistakes are appended.
    """
    marks: dict[str, RouteMarks] = {}
    sign_in = _sign_in_endpoints(app)
    for policy, blueprint in policies:
        config = policy.config
        for field, names in (
            ("exempt", [endpoint for endpoint, _ in config.exempt]),
            ("public", config.public),
            ("strict_get", config.strict_get),
        ):
            for name in names:
                endpoint = f"{blueprint}{name}" if blueprint and name.startswith(".") else name
                if endpoint not in app.view_functions:
                    issues.append(_unknown(app, field, name, policy))
                    continue
                if field == "public" and endpoint in sign_in:
                    issues.append(_public_sign_in(name))
                marks[endpoint] = marks.get(endpoint, NO_MARKS)._replace(**{field: True})
    return marks


def _unknown(app: Flask, field: str, name: str, policy: Policy) -> ConfigIssue:
    near = difflib.get_close_matches(name.lstrip("."), list(app.view_functions), n=1, cutoff=0.5)
    return ConfigIssue(
        IssueCode.UNKNOWN_ENDPOINT,
        f"{field} of {policy.name} ({policy.place})",
        shown(name),
        "the application has no such endpoint." + (f" Did you mean {near[0]!r}?" if near else ""),
        "write the endpoint as `flask routes` shows it.",
    )


def _public_sign_in(name: str) -> ConfigIssue:
    return ConfigIssue(
        IssueCode.SIGN_IN_IS_PUBLIC,
        "public",
        shown(name),
        "a stranger's page could sign the user in to an account of the stranger.",
        "remove it: signing in is a write like any other.",
    )


def _sign_in_endpoints(app: Flask) -> frozenset[str]:
    """Return the endpoints of Flask-Login's sign-in views, which may be given as URLs too."""
    manager = getattr(app, "login_manager", None)
    views = {getattr(manager, "login_view", None), *getattr(manager, "blueprint_login_views", {}).values()}
    paths = {urlsplit(view).path for view in views if view}
    by_url = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule in paths}
    return frozenset(by_url.union(view for view in views if view))
