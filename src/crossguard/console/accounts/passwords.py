"""Password hashes: argon2id, in bounded memory, and in the same time for accounts that do not exist."""

import secrets
from threading import BoundedSemaphore

import argon2
from argon2.exceptions import Argon2Error, InvalidHashError

# Every computation takes the profile's memory (64 MiB); without a bound, as many sign-ins at once as the
# server has threads would take a gigabyte.
_AT_ONCE = 4


class Passwords:
    """Makes and checks password hashes.

    Args:
        parameters: argon2id's cost; hashes made with others are still accepted, and renewed.
    """

    def __init__(self, parameters: argon2.Parameters) -> None:
        self._hasher = argon2.PasswordHasher.from_parameters(parameters)
        self._turns = BoundedSemaphore(_AT_ONCE)
        self._nobodys = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """Return a salted hash of *password* with its parameters, as text."""
        with self._turns:
            return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Tell whether *password* is the one of which *stored* is the hash.

        Args:
            stored: the account's hash; None where there is no account, which takes as long as a
                wrong password does, so that the time does not tell which names exist.
            password: what was sent.
        """
        with self._turns:
            try:
                self._hasher.verify(self._nobodys if stored is None else stored, password)
            except (Argon2Error, InvalidHashError):
                return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Tell whether *stored* was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def generate_password() -> str:
    """Make a password of four groups of five characters: 99 random bits, no look-alikes to mistype."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(4))
