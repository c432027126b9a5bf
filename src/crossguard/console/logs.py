"""The log of the application: lines for people, or a JSON object a line for programs."""

import json
import logging
from datetime import UTC, datetime
from typing import Final

from crossguard.console.explain.probe import is_probing
from crossguard.console.front_door import request_id
from crossguard.console.settings import Settings

_FORMAT: Final = "%(asctime)s %(levelname)s %(message)s"


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON, with the number of its request."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := request_id.get():
            line["request_id"] = number
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


def log_to_terminal(settings: Settings | None = None) -> None:
    """Write the log to standard error: refusals of this application, and only trouble of its servers.

    Outside of debug the library reports a refusal as information, because strangers cause it. Here the
    reader of the log wants to know. In JSON every answered request has a line, too.
    """
    settings = settings or Settings()
    is_json = settings.log_format == "json"
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if is_json else logging.Formatter(_FORMAT, "%H:%M:%S"))
    handler.addFilter(_is_traffic)
    logger = logging.getLogger("crossguard")
    logger.handlers = [handler]
    logger.setLevel(settings.log_level)
    logger.propagate = False
    logging.getLogger("crossguard.console.access").setLevel(settings.log_level if is_json else "WARNING")
    # Migrations announce every step, and waitress every request that waits for a thread.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    waitress = logging.getLogger("waitress")
    waitress.setLevel(logging.ERROR)
    waitress.handlers = [handler]
    waitress.propagate = False


def _is_traffic(record: logging.LogRecord) -> bool:
    """Keep back what the library says of a request that was only tried out; the answer to it says so."""
    return not is_probing() or record.name != "crossguard" or record.levelno >= logging.ERROR
