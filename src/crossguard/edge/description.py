"""The policies of an application as tables, by path; what no path can say is refused."""

import hashlib
import json
from collections.abc import Iterable
from typing import TypeVar

from crossguard.core.issues import shown
from crossguard.edge.answers import answers_of
from crossguard.edge.application import Application, Governed, policy_at
from crossguard.edge.paths import raw_path
from crossguard.edge.refusal import ExportRefusedError, Obstacle
from crossguard.edge.tables import Answers, Description, Route

T = TypeVar("T")


def describe(
    application: Application,
    *,
    mounts: Iterable[str] = (),
    left: Iterable[str] = (),
    watched: bool = False,
) -> Description:
    """Return the tables of *application*.

    Args:
        application: what is exported.
        mounts: where the edge has it, as ``/shop``; by default at its root.
        left: decoded paths below which the application answers alone.
        watched: whether the lists are written again when they change.

    Raises:
        ExportRefusedError: with everything that no proxy can hold.
    """
    leaving = [path.rstrip("/") for path in left]
    obstacles = [found for found in application.obstacles if not _is_below(found.path, leaving)]
    entries = [entry for entry in application.entries if not _is_below(entry.path, leaving)]
    entries += [Governed(path, below=True, policy=None) for path in leaving]
    policies = {id(entry.policy): entry.policy for entry in entries if entry.policy is not None}
    if application.debug:
        obstacles.append(
            Obstacle(
                "debug",
                "the application is in debug, where it lists development origins and allows more.",
                "export it as it runs in production, without --debug and FLASK_DEBUG.",
            )
        )
    answers: dict[int, Answers] = {}
    for policy in policies.values():
        try:
            answers[id(policy)] = answers_of(policy, watched=watched)
        except ExportRefusedError as error:
            obstacles.extend(error.obstacles)
    routes = []
    for mount in [_mount(text, obstacles) for text in mounts] or [""]:
        routes += _twice(mount, entries, obstacles)
        for entry in entries:
            try:
                path = mount + raw_path(entry.path)
            except ValueError:
                obstacles.append(
                    Obstacle(
                        entry.shown,
                        "the path has characters that proxies read in several ways.",
                        "use letters, digits and - . _ ~ in paths of policies.",
                    )
                )
                continue
            found = None if entry.policy is None else answers.get(id(entry.policy))
            routes.append(Route(path, entry.below, found))
    if not policies:
        obstacles.append(
            Obstacle(
                "the application",
                "no policy is left.",
                "declare one with CORS(app, …) or Crossguard(app, …).",
            )
        )
    if obstacles:
        raise ExportRefusedError(obstacles)
    routes.sort(key=lambda route: (route.below, -route.path.count("/"), -len(route.path)))
    return _described(tuple(routes))


def _is_below(path: str, left: Iterable[str]) -> bool:
    return bool(path) and any(path == start or path.startswith(f"{start}/") for start in left)


def _described(routes: tuple[Route, ...]) -> Description:
    policies = _once(route.answers for route in routes if route.answers is not None)
    lists = _once(grant.origins for answers in policies for grant in answers.grants if grant.origins)
    document = json.dumps(
        [[route.path, route.below, route.answers and _document(route.answers)] for route in routes]
    )
    return Description(routes, policies, lists, hashlib.sha256(document.encode()).hexdigest())


def _document(answers: Answers) -> list[object]:
    grants = [
        [grant.origins, [*grant.preflight.items()], [*grant.actual.items()]] for grant in answers.grants
    ]
    return [grants, answers.vary, answers.constant]


def _once(values: Iterable[T]) -> tuple[T, ...]:
    found: list[T] = []
    for value in values:
        if value not in found:
            found.append(value)
    return tuple(found)


def _twice(mount: str, entries: list[Governed], obstacles: list[Obstacle]) -> list[Route]:
    """Return what is left to the application below its own *mount*, where a router may strip it again."""
    if not mount:
        return []
    # What governs everything says nothing of a path that was written with its mount.
    clash = next(
        (
            entry
            for entry in entries
            if entry.path and (entry.covers(mount) or f"{entry.path}/".startswith(f"{mount}/"))
        ),
        None,
    )
    if clash is not None:
        obstacles.append(
            Obstacle(
                f"--mount {mount}",
                f"{clash.shown} is a path of the application, too, and what is in both has two readings.",
                "mount the application elsewhere, or rename the path.",
            )
        )
    if len(entries) == 1 or policy_at(entries, mount) is None:
        return []
    return [Route(mount * 2, below=True, answers=None)]


def _mount(text: str, obstacles: list[Obstacle]) -> str:
    mount = text.rstrip("/")
    try:
        return raw_path(mount)
    except ValueError:
        obstacles.append(
            Obstacle("--mount", f"{shown(text)} is not a plain path.", "write it as in --mount /shop.")
        )
        return ""
