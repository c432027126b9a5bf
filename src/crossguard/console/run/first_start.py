"""The first start: the instance folder, its secret key, the tables and the first user."""

import os
import secrets
import time
from pathlib import Path
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

_KEY_FILE: Final = "secret_key"
_SHORTEST_KEY: Final = 32


def prepare_instance(folder: Path) -> str:
    """Make the instance folder and its secret key, if they are not there yet.

    Returns:
        The key that signs sessions.

    Raises:
        CannotStart: if the folder cannot be made or written, or the key file is damaged.
    """
    file = folder / _KEY_FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = _read_key(file)
        if key is None:
            key = _create_key(file) or _read_key(file) or ""
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its secret_key is not text"
        raise CannotStart(
            f"The instance folder {folder} cannot be used: {reason}. Let this user write there, "
            "or name another folder by CROSSGUARD_INSTANCE."
        ) from error
    if len(key) < _SHORTEST_KEY:
        raise CannotStart(
            f"The secret key in {file} is damaged. Put a backup in its place, or delete the file: a new key "
            "is made, and everybody has to sign in again."
        )
    return key


def create_first_user(app: Flask) -> str | None:
    """Create the user `admin` if there are no users yet.

    Returns:
        The password, if it was generated now: the only time that anybody can see it.

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


def _read_key(file: Path) -> str | None:
    """Return the key; None if there is no file."""
    for _ in range(20):
        try:
            key = file.read_text("ascii").strip()
        except FileNotFoundError:
            return None
        if key:
            return key
        # Another process, started at the same time, has made the file and is about to write to it.
        time.sleep(0.05)
    return ""


def _create_key(file: Path) -> str | None:
    """Make the file with a new key; None if another process was first."""
    key = secrets.token_hex(32)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return None
    try:
        os.write(descriptor, f"{key}\n".encode("ascii"))
    finally:
        os.close(descriptor)
    return key
