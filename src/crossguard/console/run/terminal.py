"""What the commands say on the terminal."""

import logging
from typing import Final

import click

from crossguard.console.explain.probe import is_probing
from crossguard.console.run.first_start import FIRST_USERNAME
from crossguard.console.settings import Settings

_FORMAT: Final = "%(asctime)s %(levelname)s %(message)s"


def log_to_terminal() -> None:
    """Show the log on standard error: refusals of this application, and only trouble of its servers.

    Outside of debug the library reports a refusal as information, because strangers cause it. Here the
    reader of the terminal is who wants to know.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_FORMAT, "%H:%M:%S"))
    handler.addFilter(_is_traffic)
    logger = logging.getLogger("crossguard")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False
    # Migrations announce every step, and waitress every request that waits for a thread.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("waitress").setLevel(logging.ERROR)


def _is_traffic(record: logging.LogRecord) -> bool:
    """Keep back what the library says of a request that was only tried out; the answer to it says so."""
    return not is_probing() or record.name != "crossguard" or record.levelno >= logging.ERROR


def announce(settings: Settings, password: str | None, added: int) -> None:
    """Say where the application is, and who may use it.

    Args:
        settings: what it runs with.
        password: the first user's, if it was generated just now.
        added: how many front ends administrators have added.
    """
    allowed = ", ".join(settings.allowed_origins) or "nobody"
    if added:
        allowed += f"; {added:,} more on the page Front ends"
    lines = [
        "",
        "Crossguard is running.",
        "",
        f"  Front end   http://localhost:{settings.web_port}",
        f"  API         http://localhost:{settings.api_port}",
        f"  Allowed     {allowed}",
        f"  Kept in     {settings.instance_path}",
        "",
    ]
    if password is not None:
        lines += [f"  User name   {FIRST_USERNAME}", f"  Password    {password}   (shown this once)", ""]
    lines += ["Press Ctrl-C to stop.", ""]
    click.echo("\n".join(lines))
