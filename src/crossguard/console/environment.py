"""The one place that reads the environment: variables in, settings out, every mistake at once."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import limits
import msgspec

from crossguard.console.database_url import parse_database_url
from crossguard.console.schemas import Password
from crossguard.console.settings import Settings
from crossguard.console.stops import CannotStart

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
    "CROSSGUARD_PROXIES": ("trusted_proxies", _parse_proxies),
}
