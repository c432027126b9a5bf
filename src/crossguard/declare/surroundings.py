"""Where an application runs, as the environment tells."""

import os
from collections.abc import Iterable
from urllib.parse import urlsplit

from crossguard.core.config import UNKNOWN_SURROUNDINGS, Surroundings


def surroundings(*, debug: bool, own_hosts: Iterable[str] = ()) -> Surroundings:
    """Return where an application runs.

    Args:
        debug: whether a developer is looking; otherwise nothing else is asked.
        own_hosts: names of the API that the framework's settings tell.
    """
    return Surroundings(debug=True, own_hosts=(*own_hosts, *_forwarded())) if debug else UNKNOWN_SURROUNDINGS


def _forwarded() -> list[str]:
    """Return the hosts under which a development environment forwards ports of this machine.

    Sources: GitHub, "Default environment variables for your codespace"; Gitpod, "Environment variables".
    """
    hosts = []
    name = os.environ.get("CODESPACE_NAME")
    domain = os.environ.get("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN")
    if name and domain:
        hosts.append(f"{name}-*.{domain}")
    if workspace := _host_of(os.environ.get("GITPOD_WORKSPACE_URL", "")):
        hosts.append(f"*-{workspace}")
    return hosts


def _host_of(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
