"""The reference application: a cookie-authenticated API and the front end that it serves."""

from crossguard.console.app import create_app
from crossguard.console.settings import Settings

__all__ = ["Settings", "create_app"]
