"""The one place that reads the environment: variables in, settings out, every mistake at once."""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import limits
import msgspec
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

from crossguard.console.database_url import parse_database_url
from crossguard.console.schemas import Password
from crossguard.console.settings import Settings
from crossguard.console.stops import CannotStart

_SHORTEST_KEY = 32
_SHORTEST_TOKEN = 16

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings. A variable that is empty counts as not set.

    Args:
        environ: the environment, such as ``os.environ``.

    Raises:
        CannotStart: with one line for every variable that cannot be used. Secrets are not repeated.
    """
    fields: dict[str, Any] = {}
    mistakes: list[str] = []
    for variable, (name, parse) in _VARIABLES.items():
        text = environ.get(variable, "").strip()
        if not text:
            continue
        try:
            fields[name] = parse(text)
        except ValueError as error:
            mistakes.append(f"{variable}: {error}")
    settings = Settings(**fields)
    if settings.api_port == settings.web_port:
        mistakes.append(f"API_PORT and WEB_PORT are both {settings.api_port}. Give one of them another port.")
    if mistakes:
        raise CannotStart(*mistakes)
    return settings


def _parse_port(text: str) -> int:
    # isascii: int() also takes other scripts' digits, and isdigit alone lets them through.
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65_535):  # noqa: PLR2004 - RFC 9293
        raise ValueError(f"{text[:40]!r} is not a port. Write a number from 1 to 65535, such as 5001.")
    return int(text)


def _parse_origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise ValueError(
            f"{text[:80]!r} is not an origin. Write scheme, host and port: https://app.example.com"
        )
    return text


def _parse_origins(text: str) -> tuple[str, ...]:
    try:
        return tuple(msgspec.json.decode(text, type=list[str]))
    except msgspec.DecodeError:
        raise ValueError('it is not a JSON list of strings. Write ["https://app.example.com"].') from None


def _parse_password(text: str) -> str:
    try:
        return msgspec.convert(text, Password)
    except msgspec.ValidationError:
        raise ValueError(f"it has {len(text)} characters. A password has 12 to 256.") from None


def _parse_rate(text: str) -> str:
    try:
        limits.parse(text)
    except ValueError:
        raise ValueError(f'{text[:40]!r} is not a rate. Write it like "10 per minute".') from None
    return text


def _parse_proxies(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 1):
        raise ValueError(f"{text[:40]!r} is not a number of proxies. Write 0 to 9.")
    return int(text)


def _parse_folder(text: str) -> Path:
    return Path(text).absolute()


def _parse_count(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
            raise ValueError(f"{text[:40]!r} is not a number from {least} to {most}.")
        return int(text)

    return parse


def _parse_choice(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        found = {choice.lower(): choice for choice in choices}.get(text.lower())
        if found is None:
            raise ValueError(f"{text[:40]!r} is none of {', '.join(choices)}.")
        return found

    return parse


def _parse_address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(
            f"{text[:80]!r} is not an IP address. Write 0.0.0.0 to listen on every one of this machine."
        ) from None


def _parse_secret(text: str) -> str:
    if len(text) < _SHORTEST_KEY:
        raise ValueError(
            f"it has {len(text)} characters. Make one of 64 with: "
            "python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    return text


def _parse_token(text: str) -> str:
    if len(text) < _SHORTEST_TOKEN or not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError(f"it has to have {_SHORTEST_TOKEN} printable characters or more, and no blanks.")
    return text


def _parse_storage(text: str) -> str:
    if not text.startswith(("redis://", "rediss://", "redis+unix://")):
        raise ValueError("it is not the URL of a Redis server. Write it like redis://host:6379/0")
    try:
        storage_from_string(text)
    except ConfigurationError:
        raise ValueError(
            "the driver of Redis is not installed. Run: pip install 'crossguard[redis]'"
        ) from None
    except Exception:  # noqa: BLE001 - each driver has errors of its own; the text may hold a password
        raise ValueError("it is not a URL that can be used. Write it like redis://host:6379/0") from None
    return text


_VARIABLES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "API_PORT": ("api_port", _parse_port),
    "WEB_PORT": ("web_port", _parse_port),
    "CROSSGUARD_API_ORIGIN": ("api_origin", _parse_origin),
    "CROSSGUARD_WEB_ORIGIN": ("web_origin", _parse_origin),
    "CROSSGUARD_ORIGINS": ("origins", _parse_origins),
    "CROSSGUARD_ADMIN_PASSWORD": ("admin_password", _parse_password),
    "DATABASE_URL": ("database_url", parse_database_url),
    "CROSSGUARD_INSTANCE": ("instance_path", _parse_folder),
    "CROSSGUARD_SIGN_IN_LIMIT": ("sign_in_limit", _parse_rate),
    "CROSSGUARD_SIGN_IN_STORAGE": ("sign_in_storage", _parse_storage),
    "CROSSGUARD_SECRET_KEY": ("secret_key", _parse_secret),
    "CROSSGUARD_BIND": ("bind", _parse_address),
    "CROSSGUARD_THREADS": ("threads", _parse_count(1, 256)),
    "CROSSGUARD_POOL": ("pool", _parse_count(1, 512)),
    "CROSSGUARD_FEEDS": ("feed_limit", _parse_count(0, 1_000)),
    "CROSSGUARD_DECISIONS": ("decision_limit", _parse_count(100, 10_000_000)),
    "CROSSGUARD_LOG_LEVEL": ("log_level", _parse_choice("DEBUG", "INFO", "WARNING", "ERROR")),
    "CROSSGUARD_LOG_FORMAT": ("log_format", _parse_choice("text", "json")),
    "CROSSGUARD_METRICS_TOKEN": ("metrics_token", _parse_token),
    "CROSSGUARD_PROXIES": ("trusted_proxies", _parse_proxies),
}
