"""The header fields that follow from a configuration, whoever asks; joined once."""

from crossguard.core import edits as field
from crossguard.core.config import CorsConfig

Fields = tuple[tuple[str, str], ...]


def actual_fields(config: CorsConfig, *, credentials: bool) -> Fields:
    """Return what the response to an ordinary request carries, but for the origin."""
    fields: Fields = ()
    if credentials:
        fields += ((field.ALLOW_CREDENTIALS, "true"),)
    if config.expose_headers:
        fields += ((field.EXPOSE_HEADERS, ", ".join(config.expose_headers)),)
    return fields


def preflight_fields(config: CorsConfig, *, credentials: bool) -> Fields:
    """Return what the answer to a preflight carries, but for the origin and ``Vary``."""
    fields: Fields = ()
    if credentials:
        fields += ((field.ALLOW_CREDENTIALS, "true"),)
    if config.methods:
        fields += ((field.ALLOW_METHODS, ", ".join(config.methods)),)
    if config.allow_headers == ("*",):
        # Fetch: * does not cover Authorization, which has to be named. With credentials it covers
        # nothing, and the names that were asked for are answered instead.
        if not credentials:
            fields += ((field.ALLOW_HEADERS, "*, Authorization"),)
    elif config.allow_headers:
        fields += ((field.ALLOW_HEADERS, ", ".join(config.allow_headers)),)
    return (*fields, (field.MAX_AGE, str(config.max_age)))
