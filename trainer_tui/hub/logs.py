"""The hub's log: one JSON object a line on stderr, without anything that people wrote.

No bodies, tokens, passwords, names or titles; what a line can hold is ids, names of calls,
figures and the kinds of errors. Control characters and everything beyond ASCII are escaped,
so that no line can pretend to be two or write to a terminal.
"""

import hashlib
import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

_LOGGER = logging.getLogger("trainer_tui.hub")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "trainer_tui.hub.logs.JsonLines"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stderr",
            "formatter": "json",
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "trainer_tui.hub": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "_granian": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
"""The configuration of `logging` in every process of a hub."""


class JsonLines(logging.Formatter):
    """Writes a log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "pid": record.process,
        }
        fields = getattr(record, "fields", None)
        if fields is None:
            # Of another library: its template is known text, its arguments may be anything.
            line |= {"event": "library", "from": record.name, "says": _template(record)}
        else:
            line |= {"event": record.msg, **fields}
        if record.exc_info and record.exc_info[1] is not None:
            line |= error_fields(record.exc_info[1])
        return json.dumps(line, default=str).replace("\x7f", "\\u007f")


def _template(record: logging.LogRecord) -> str:
    return record.getMessage() if record.name == "_granian" else str(record.msg)


def error_fields(error: BaseException) -> dict[str, Any]:
    """Return what may be told of an error: kinds and places, never its message.

    The message of a database's error can hold the row that it was about.
    """
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < 5:
        kinds.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return {
        "error": kinds,
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def account(name: str) -> str:
    """Return a name of an account as the log may hold it: people type passwords there."""
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]


def say(event: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Write a line about something that happened."""
    _LOGGER.log(level, event, extra={"fields": fields})


def configure() -> None:
    """Set up `logging` in this process."""
    import logging.config

    logging.config.dictConfig(LOGGING)
    sys.excepthook = _last_words


def _last_words(kind: type[BaseException], error: BaseException, _: object) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    say("crashed", level=logging.CRITICAL, **error_fields(error))
