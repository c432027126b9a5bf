"""What the commands say on the terminal."""

import click

from crossguard.console.run.first_start import FIRST_USERNAME
from crossguard.console.settings import Settings


def announce(settings: Settings, password: str | None, added: int) -> None:
    """Say where the application is, and who may use it.

    Args:
        settings: what it runs with.
        password: the first user's, if it was generated just now.
        added: how many front ends administrators have added.
    """
    allowed = ", ".join(settings.allowed_origins) or "none"
    if added:
        allowed += f"; {added:,} more on the page Front ends"
    lines = [
        "Crossguard is running.",
        f"  Front end   http://localhost:{settings.web_port}",
        f"  API         http://localhost:{settings.api_port}",
        f"  Allowed     {allowed}",
        f"  Kept in     {settings.instance_path}",
    ]
    if password is not None:
        lines += [f"  User name   {FIRST_USERNAME}", f"  Password    {password}   (shown this once)"]
    lines.append("Press Ctrl-C to stop.")
    click.echo("\n".join(lines))
