"""The log: a line of JSON for each request and each error. Bodies, codes and tokens are no part."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec


class Log:
    """Writes lines of JSON to standard error, each at once."""

    def write(self, level: str, **fields: object) -> None:
        """Write a line."""
        sys.stderr.write(_line(level, fields) + "\n")
        sys.stderr.flush()


class Lines(logging.Formatter):
    """Writes what libraries log as lines of the same kind."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as a line, with the traceback of its error where it has one."""
        said = {"message": record.getMessage()}
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return _line(record.levelname.lower(), said)


class News(logging.Filter):
    """Leaves out what the server thinks of the number of threads, which was chosen."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is to be written."""
        return not record.getMessage().startswith("Configuration allows spawning")


def _line(level: str, fields: dict[str, Any]) -> str:
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    return msgspec.json.encode({"time": time, "level": level, **fields}).decode()


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "web.logs.Lines"}},
    "filters": {"news": {"()": "web.logs.News"}},
    "handlers": {
        "errors": {
            "class": "logging.StreamHandler",
            "formatter": "lines",
            "filters": ["news"],
            "stream": "ext://sys.stderr",
        }
    },
    "root": {"handlers": ["errors"], "level": "WARNING"},
    "loggers": {"_granian": {"handlers": ["errors"], "level": "INFO", "propagate": False}},
}
"""How libraries log while the server runs."""
