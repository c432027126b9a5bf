"""The settings of one instance of the application."""

from dataclasses import dataclass, field
from pathlib import Path

import argon2
from argon2.profiles import RFC_9106_LOW_MEMORY


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be set from outside; :func:`crossguard.console.environment.read_settings` reads it.

    Attributes:
        api_port: where `run` and `dev` serve the API (`API_PORT`).
        web_port: where `run` serves the front end (`WEB_PORT`).
        api_origin: the API's origin as browsers see it (`CROSSGUARD_API_ORIGIN`); empty means
            `http://localhost:` and the port. With https the session cookie becomes `Secure`.
        web_origin: the front end's origin, in the same way (`CROSSGUARD_WEB_ORIGIN`).
        origins: who may read and write with cookies (`CROSSGUARD_ORIGINS`, a JSON list); None means
            the front end's origin alone.
        admin_password: the first user's password (`CROSSGUARD_ADMIN_PASSWORD`); None has one generated.
        database_url: an SQLAlchemy URL (`DATABASE_URL`); None means a file in the instance folder.
        instance_path: the folder of the database file and the secret key (`CROSSGUARD_INSTANCE`).
        sign_in_limit: sign-in attempts per address (`CROSSGUARD_SIGN_IN_LIMIT`), as `limits` reads it.
        sign_in_storage: the URL of a Redis server that counts the attempts
            (`CROSSGUARD_SIGN_IN_STORAGE`); None counts them in the database.
        secret_key: what signs the session cookie (`CROSSGUARD_SECRET_KEY`); None has one generated and kept
            in the instance folder.
        bind: the address that `run` listens on (`CROSSGUARD_BIND`); empty means this machine alone.
        threads: how many requests one process answers at once (`CROSSGUARD_THREADS`).
        pool: how many connections to the database one process may have (`CROSSGUARD_POOL`); 0 means as
            many as its threads use.
        log_level: the least that is logged (`CROSSGUARD_LOG_LEVEL`).
        log_format: `text` for people, `json` for programs (`CROSSGUARD_LOG_FORMAT`).
        metrics_token: what has to be sent as a bearer token for `/metrics` (`CROSSGUARD_METRICS_TOKEN`); None
            answers this machine alone.
        trusted_proxies: how many reverse proxies in front set `X-Forwarded-*` (`CROSSGUARD_PROXIES`).
        password_profile: the parameters of argon2id; tests take the cheapest.
        decision_limit: how many decisions are kept (`CROSSGUARD_DECISIONS`); older ones go.
        queue_size: how many decisions may wait to be written before further ones are dropped.
        feed_limit: how many live feeds may be open at once (`CROSSGUARD_FEEDS`); each one has a thread of its
            own beside `threads`. Further pages ask again every three seconds.
        feed_account_limit: how many of them one account may have.
        feed_keep_alive: seconds of silence after which a live feed sends a comment.
    """

    api_port: int = 5000
    web_port: int = 8080
    api_origin: str = ""
    web_origin: str = ""
    origins: tuple[str, ...] | None = None
    admin_password: str | None = field(default=None, repr=False)
    database_url: str | None = field(default=None, repr=False)
    instance_path: Path = field(default_factory=lambda: Path.cwd() / "instance")
    sign_in_limit: str = "10 per minute"
    sign_in_storage: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    bind: str = ""
    threads: int = 16
    pool: int = 0
    log_level: str = "INFO"
    log_format: str = "text"
    metrics_token: str | None = field(default=None, repr=False)
    trusted_proxies: int = 0
    password_profile: argon2.Parameters = field(default_factory=lambda: RFC_9106_LOW_MEMORY)
    decision_limit: int = 10_000
    queue_size: int = 2_000
    feed_limit: int = 48
    feed_account_limit: int = 6
    feed_keep_alive: float = 15.0

    def __post_init__(self) -> None:
        """Fill in the origins that follow from the ports."""
        if not self.api_origin:
            object.__setattr__(self, "api_origin", f"http://localhost:{self.api_port}")
        if not self.web_origin:
            object.__setattr__(self, "web_origin", f"http://localhost:{self.web_port}")

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """The allow-list: the origins that may use the API with cookies."""
        return (self.web_origin,) if self.origins is None else self.origins

    @property
    def pool_size(self) -> int:
        """How many connections the pool may open."""
        # A thread holds one at most; the recorder, the feed and what follows the list have one each.
        return self.pool or self.threads + 4

    @property
    def server_threads(self) -> int:
        """How many threads the server of the API has."""
        return self.threads + self.feed_limit

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the API over https."""
        return self.api_origin.startswith("https:")
