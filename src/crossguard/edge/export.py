"""A policy written for a target: each file says where it goes, what it is of, and how to write it again."""

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from typing import Final, NamedTuple

from crossguard.edge.part import Mode, Order, Part
from crossguard.edge.refusal import ExportRefusedError, Obstacle
from crossguard.edge.tables import Description

Write = Callable[[Description, Order], list[Part]]


class Target(NamedTuple):
    """What a policy can be written for.

    Attributes:
        module: what writes it.
        modes: the modes that it can hold, the default first.
        platforms: its runtimes, the default first; empty where there is one.
    """

    module: str
    modes: tuple[Mode, ...] = ("preflight", "full")
    platforms: tuple[str, ...] = ()


TARGETS: Final = {
    "nginx": Target("nginx"),
    "haproxy": Target("haproxy"),
    "caddy": Target("caddy"),
    "envoy": Target("envoy"),
    "edge-js": Target("edge_js", platforms=("workers", "cloudfront")),
    "gateway-api": Target("gateway_api", modes=("full",)),
}


class Export(NamedTuple):
    """What was written.

    Attributes:
        parts: the files.
        notes: differences that no browser can see.
    """

    parts: list[Part]
    notes: tuple[str, ...]


def export(description: Description, target: str, order: Order, *, command: str) -> Export:
    """Write *description* for a target.

    Args:
        description: the policy.
        target: one of :data:`TARGETS`.
        order: what is asked for.
        command: what writes the same again.

    Raises:
        ExportRefusedError: the target cannot hold the policy, or has no such mode.
    """
    found = TARGETS[target]
    if order.mode not in found.modes:
        raise ExportRefusedError(
            [Obstacle(target, f"it has no mode {order.mode}.", f"use --mode {found.modes[0]}.")]
        )
    module = import_module(f"crossguard.edge.{found.module}")
    write: Write = getattr(module, f"write_{found.module}")
    parts = [
        part._replace(text=_header(part, target, order, description, command) + part.text.rstrip("\n") + "\n")
        for part in write(description, order)
    ]
    return Export(parts, module.NOTES)


def _header(part: Part, target: str, order: Order, description: Description, command: str) -> str:
    if not part.comment:
        return ""
    lines = [
        f"Written by crossguard {version('crossguard')} for {target}, mode {order.mode}.",
        "Change the policy of the application, not this file.",
        f"Policy: sha256:{description.hash}",
        f"Where: {part.place}.",
        f"Again: {command}",
    ]
    return "".join(f"{part.comment}{line}\n" for line in lines)
