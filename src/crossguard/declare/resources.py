"""``resources``: one declaration for each path."""

from collections.abc import Mapping

from crossguard.core.issues import ConfigError, ConfigIssue, IssueCode, kind_of, shown
from crossguard.core.paths import check_paths
from crossguard.declare.declaration import Declaration, Written


def read_resources(resources: object, shared: Written, place: str) -> dict[str, Declaration]:
    """Return one declaration for each path.

    Args:
        resources: a table from paths to options; a list of paths, or one path, have the shared options.
        shared: options for every path, unless a path has its own.
        place: where they stand.

    Raises:
        ConfigError: with every mistake of every path.
        TypeError: an option of a path does not exist.
    """
    if isinstance(resources, str):
        resources = {resources: {}}
    elif isinstance(resources, list | tuple | set | frozenset):
        resources = {path: {} for path in resources}
    if not isinstance(resources, Mapping):
        issue = ConfigIssue(
            IssueCode.WRONG_TYPE,
            "resources",
            shown(resources),
            f"{kind_of(resources)} is not a table of paths.",
            'write resources={"/api/*": {"origins": ["https://app.example.com"]}}.',
        )
        raise ConfigError([issue], place)
    issues = check_paths(resources)
    declarations = {}
    for path, options in resources.items():
        where = f"resources[{shown(path)}]"
        if not isinstance(options, Mapping):
            issues.append(
                ConfigIssue(
                    IssueCode.WRONG_TYPE,
                    where,
                    shown(options),
                    "these are not options.",
                    'write {"origins": […]}.',
                )
            )
            continue
        written = Written.parse(options).over(shared)
        try:
            written.check_alone(place)
        except ConfigError as error:
            issues.extend(
                ConfigIssue(issue.code, f"{where}.{issue.where}", issue.value, issue.reason, issue.fix)
                for issue in error.issues
            )
        declarations[str(path)] = Declaration(written, place, f"path {path}")
    if issues:
        raise ConfigError(issues, place)
    return declarations
