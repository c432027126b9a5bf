"""Customers' domains in a database: a change is in force in every worker process within a second.

flask --app examples/customers.py run --debug --port 5000

List a customer's front end, and take it off again, from another terminal:

flask --app examples/customers.py customer https://shop.customer.example
flask --app examples/customers.py customer --remove https://shop.customer.example
"""

from pathlib import Path

import click
from flask import Flask
from sqlalchemy import create_engine, delete
from sqlalchemy.orm import Session

from crossguard.flask import CORS
from crossguard.sql import ListedOrigin, SqlOrigins, create_tables

app = Flask(__name__)
folder = Path(app.instance_path)
folder.mkdir(exist_ok=True)
engine = create_engine(f"sqlite:///{folder / 'customers.db'}")
create_tables(engine)

CORS(
    app,
    origins=["https://app.example.com", SqlOrigins(engine, keep=folder / "customers.json")],
    supports_credentials=True,
    public_origins=["http://localhost:5000"],
)


@app.get("/orders")
def orders():
    return {"orders": []}


@app.cli.command("customer")
@click.argument("origin")
@click.option("--remove", is_flag=True, help="Take it off the list.")
def customer(origin, remove):
    """List the front end of a customer."""
    try:
        # As browsers write it.
        origin = ListedOrigin(origin=origin).origin
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    with Session(engine) as session:
        session.execute(delete(ListedOrigin).where(ListedOrigin.origin == origin))
        if not remove:
            session.add(ListedOrigin(origin=origin))
        session.commit()
    click.echo(f"{origin} is {'no longer ' if remove else ''}listed.")
