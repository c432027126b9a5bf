"""How often signing in may be tried: counted by address and by account, in storage that processes share."""

import hashlib
import time
from typing import Any, Final

import limits
import sqlalchemy as sa
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.dialects import postgresql, sqlite

from crossguard.console.models import SignInAttempts

# A person who mistypes at the office and on the train is not locked out of the account, and a guesser who has
# a thousand addresses has two tries for one.
_ACCOUNT_FACTOR: Final = 2

_attempts: Final = sa.inspect(SignInAttempts).local_table


class SqlStorage(Storage):
    """Counts in the table of attempts, for `limits`; every statement stands alone."""

    STORAGE_SCHEME = None

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__()
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        insert: Any = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        is_over = _attempts.c.ends_at <= sa.bindparam("now")
        row = insert(_attempts).values(
            key=sa.bindparam("key"), count=sa.bindparam("amount"), ends_at=sa.bindparam("end")
        )
        self._add = row.on_conflict_do_update(
            index_elements=[_attempts.c.key],
            set_={
                "count": sa.case((is_over, row.excluded.count), else_=_attempts.c.count + row.excluded.count),
                "ends_at": sa.case((is_over, row.excluded.ends_at), else_=_attempts.c.ends_at),
            },
        ).returning(_attempts.c.count)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a failing database raises."""
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to a count and return it; a window that is over begins anew."""
        now = time.time()
        values = {"key": _hashed(key), "amount": amount, "now": now, "end": now + expiry}
        with self._engine.connect() as connection:
            count = int(connection.execute(self._add, values).scalar_one())
            if count == amount:
                # A window has begun: a good moment to forget those that have ended.
                connection.execute(sa.delete(SignInAttempts).where(_attempts.c.ends_at < now))
        return count

    def get(self, key: str) -> int:
        """Return a count."""
        return self._read(key)[0]

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, in seconds since 1970; now if there is none."""
        return self._read(key)[1]

    def clear(self, key: str) -> None:
        """Forget a count."""
        with self._engine.connect() as connection:
            connection.execute(sa.delete(SignInAttempts).where(_attempts.c.key == _hashed(key)))

    def check(self) -> bool:
        """Tell whether the database answers."""
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(sa.literal(1))) == 1

    def reset(self) -> int:
        """Forget every count."""
        with self._engine.connect() as connection:
            return connection.execute(sa.delete(SignInAttempts)).rowcount

    def _read(self, key: str) -> tuple[int, float]:
        now = time.time()
        query = sa.select(_attempts.c.count, _attempts.c.ends_at).where(
            _attempts.c.key == _hashed(key), _attempts.c.ends_at > now
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return (0, now) if row is None else (row[0], row[1])


class SignInLimit:
    """Counts attempts, and says how long to wait where there were too many.

    Args:
        rate: attempts from one address, such as ``10 per minute``; one account may be tried twice as often,
            from however many addresses.
        engine: the application's database, which counts where *url* is None.
        url: of a Redis server, as `limits` reads it.
    """

    def __init__(self, rate: str, engine: sa.Engine, url: str | None = None) -> None:
        storage = SqlStorage(engine) if url is None else storage_from_string(url, wrap_exceptions=True)
        self._limiter = FixedWindowRateLimiter(storage)
        self._storage = storage
        self._by_address = limits.parse(rate)
        kind = type(self._by_address)
        self._by_account = kind(
            self._by_address.amount * _ACCOUNT_FACTOR, self._by_address.multiples, namespace="ACCOUNT"
        )

    def from_address(self, address: str) -> int:
        """Count an attempt from *address*.

        Returns:
            0, or how many seconds to wait before the next one.
        """
        return self._count(self._by_address, address)

    def for_account(self, username: str) -> int:
        """Count an attempt for *username*, whether there is such an account or not; returns as above."""
        return self._count(self._by_account, _hashed(username))

    def succeeded(self, username: str) -> None:
        """Forget the attempts for an account whose password was right."""
        self._limiter.clear(self._by_account, _hashed(username))

    def _count(self, rate: limits.RateLimitItem, key: str) -> int:
        if self._limiter.hit(rate, key):
            return 0
        ends_at = self._limiter.get_window_stats(rate, key).reset_time
        # RFC 9110 section 10.2.3 wants whole seconds. Rounded up, so that waiting them is enough.
        return min(rate.get_expiry(), max(1, int(ends_at - time.time()) + 1))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
