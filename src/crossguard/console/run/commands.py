"""The commands of `python -m crossguard.console`."""

import os
from typing import Any, Literal

import click
import msgspec

from crossguard.console.accounts.directory import (
    UsernameTakenError,
    create_account,
    has_account,
    set_password,
)
from crossguard.console.accounts.passwords import generate_password
from crossguard.console.app import create_app
from crossguard.console.database import db
from crossguard.console.database import migrate as migrate_database
from crossguard.console.database_url import describe_database
from crossguard.console.environment import read_settings
from crossguard.console.front_ends.table import count_front_ends
from crossguard.console.json_schema import schema_text
from crossguard.console.logs import log_to_terminal
from crossguard.console.run.first_start import FIRST_USERNAME, create_first_user
from crossguard.console.run.ports import listen
from crossguard.console.run.serve import serve
from crossguard.console.run.static_files import FrontEnd
from crossguard.console.run.terminal import announce
from crossguard.console.schemas import Password, Username
from crossguard.console.services import services_of


def _example(words: str) -> str:
    # \b keeps click from folding the lines into one.
    return f"\b\nExample:\n  python -m crossguard.console {words}"


@click.group(epilog=_example("run"))
def main() -> None:
    """Crossguard's reference application: an API and a front end on two origins of this machine.

    Set by environment: API_PORT, WEB_PORT, DATABASE_URL, CROSSGUARD_ADMIN_PASSWORD,
    CROSSGUARD_INSTANCE, CROSSGUARD_ORIGINS, CROSSGUARD_API_ORIGIN, CROSSGUARD_WEB_ORIGIN,
    CROSSGUARD_SECRET_KEY, CROSSGUARD_SIGN_IN_LIMIT, CROSSGUARD_SIGN_IN_STORAGE, CROSSGUARD_BIND,
    CROSSGUARD_THREADS, CROSSGUARD_POOL, CROSSGUARD_FEEDS, CROSSGUARD_DECISIONS, CROSSGUARD_PROXIES,
    CROSSGUARD_LOG_LEVEL, CROSSGUARD_LOG_FORMAT, CROSSGUARD_METRICS_TOKEN.
    """
    log_to_terminal()


@main.command(epilog=_example("run"))
def run() -> None:
    """Serve the API and the front end until Ctrl-C."""
    settings = read_settings(os.environ)
    log_to_terminal(settings)
    # Before anything is created: a taken port leaves nothing behind.
    with (
        listen(settings.api_port, "API_PORT", settings.bind) as api_sockets,
        listen(settings.web_port, "WEB_PORT", settings.bind) as web_sockets,
    ):
        app = create_app(settings)
        migrate_database(app)
        password = create_first_user(app)
        with app.app_context():
            added = count_front_ends(db.session)
        serve(
            app,
            FrontEnd(settings),
            api_sockets=api_sockets,
            web_sockets=web_sockets,
            when_ready=lambda: announce(settings, password, added),
        )
    click.echo("Stopped.")


@main.command(epilog=_example("dev"))
def dev() -> None:
    """Serve the API alone, with the debugger, and start again when its source changes.

    The front end is served by Vite then, on WEB_PORT, an origin of its own as before.
    """
    os.environ["FLASK_DEBUG"] = "1"
    settings = read_settings(os.environ)
    app = create_app(settings)
    migrate_database(app)
    password = create_first_user(app)
    if password is not None:
        click.echo(f"First user: {FIRST_USERNAME}   Password: {password}   (shown this once)")
    # Werkzeug's messages name the address; it exits by itself if the port is taken.
    app.run(host="localhost", port=settings.api_port, debug=True, threaded=True)


@main.command(epilog=_example("migrate"))
def migrate() -> None:
    """Bring the database to the newest revision, and create the first user of an empty one."""
    app = create_app()
    migrate_database(app)
    with app.app_context():
        click.echo(f"The database is up to date: {describe_database(db.engine.url)}")
    password = create_first_user(app)
    if password is not None:
        click.echo(f"First user: {FIRST_USERNAME}   Password: {password}   (shown this once)")


@main.command("create-user", epilog=_example("create-user ada --role admin"))
@click.argument("username")
@click.option("--role", type=click.Choice(["admin", "member"]), default="member", show_default=True)
@click.option("--generate-password", "generate", is_flag=True, help="Make a password and print it.")
def create_user(username: str, role: Literal["admin", "member"], generate: bool) -> None:
    """Create a user. Asks for the password, twice."""
    app = create_app()
    _check("The user name", username, Username)
    password = _new_password(generate=generate)
    migrate_database(app)
    with app.app_context():
        try:
            create_account(
                db.session, services_of(app).passwords, username=username, password=password, role=role
            )
        except UsernameTakenError:
            raise click.UsageError(f"There is a user {username!r} already. Choose another name.") from None
    click.echo(f"Created {role} {username!r}." + (f" Password: {password}" if generate else ""))


@main.command("reset-password", epilog=_example("reset-password ada --generate-password"))
@click.argument("username")
@click.option("--generate-password", "generate", is_flag=True, help="Make a password and print it.")
def reset_password(username: str, generate: bool) -> None:
    """Give a user another password, and end the user's sessions. Asks for it, twice."""
    app = create_app()
    migrate_database(app)
    with app.app_context():
        if not has_account(db.session, username):
            raise click.UsageError(f"There is no user {username!r}.")
        password = _new_password(generate=generate)
        set_password(db.session, services_of(app).passwords, username, password)
    click.echo(f"Changed the password of {username!r}." + (f" Password: {password}" if generate else ""))


@main.command(epilog=_example("schema > schema.json"))
def schema() -> None:
    """Print the JSON schema of the API's bodies."""
    click.echo(schema_text(), nl=False)


def _new_password(*, generate: bool) -> str:
    if generate:
        return generate_password()
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    _check("The password", password, Password)
    return password


def _check(what: str, text: str, kind: Any) -> None:
    try:
        msgspec.convert(text, kind)
    except msgspec.ValidationError:
        description = msgspec.json.schema(kind)["description"]
        raise click.UsageError(f"{what} must be {description}.") from None
