"""The commands of `python -m crossguard.console`."""

import click

from crossguard.console.schema import schema_text


@click.group()
def main() -> None:
    """Crossguard's reference application: an API and a front end on two origins of this machine."""


@main.command()
def schema() -> None:
    """Print the JSON schema of the API's bodies."""
    click.echo(schema_text(), nl=False)
