"""The first user."""

from typing import Final

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from crossguard.console.accounts.directory import UsernameTakenError, create_account
from crossguard.console.accounts.passwords import generate_password
from crossguard.console.database import db
from crossguard.console.models import Account
from crossguard.console.services import services_of
from crossguard.console.stops import CannotStart

FIRST_USERNAME: Final = "admin"


def create_first_user(app: Flask) -> str | None:
    """Create the user `admin` if there are no users yet.

    Returns:
        The password, if it was generated now: the only time that it is shown.

    Raises:
        CannotStart: if the database does not allow it.
    """
    service = services_of(app)
    given = service.settings.admin_password
    password = given or generate_password()
    with app.app_context():
        try:
            if db.session.scalar(sa.select(sa.exists(sa.select(Account.id)))):
                return None
            create_account(
                db.session, service.passwords, username=FIRST_USERNAME, password=password, role="admin"
            )
        except UsernameTakenError:
            # Another process, started at the same time, was first.
            return None
        except SQLAlchemyError as error:
            raise CannotStart(f"The first user cannot be created: {error}.") from error
    return None if given else password
