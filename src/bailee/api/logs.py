"""The log: a line of JSON an event, on standard error.

Never content, a name, an address, a token or a key: so never a path (its template), a query, a
body, or what an exception says. Where something broke is told by the exception's type and the line
that raised it. What libraries log is told by its place in their code alone, for the same reason.
"""

import json
import logging
import sys
import traceback
from pathlib import Path
from typing import Any, TextIO

from bailee.clock import to_datetime

EVENT = "bailee_event"
FIELDS = "bailee_fields"
_LOGGER = logging.getLogger("bailee.api")
_LOGGER.addHandler(logging.NullHandler())  # silent until `to_stream`
_OTHERS = ("uvicorn.error", "apscheduler", "asyncio", "bailee.intake", "bailee.assistant")
_NAMES = {"WARNING": "warning", "ERROR": "error", "CRITICAL": "error", "DEBUG": "debug"}


def event(name: str, level: int = logging.INFO, /, **fields: Any) -> None:
    """Log that *name* happened. Fields are ids of requests, templates, numbers and closed words."""
    _LOGGER.log(level, name, extra={EVENT: name, FIELDS: fields})


def failure(name: str, error: BaseException, /, **fields: Any) -> None:
    """Log what broke: its type and where, never what it says."""
    event(name, logging.ERROR, error=type(error).__name__, where=where(error), **fields)


def where(error: BaseException) -> str:
    """The file and line of bailee's that led to *error*, and where it was raised in the end."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if "bailee" in Path(each.filename).parts]
    places = [f"{Path(each.filename).name}:{each.lineno}" for each in (*ours[-1:], *frames[-1:])]
    return " < ".join(dict.fromkeys(places)) or "unknown"


class Lines(logging.Formatter):
    """One JSON object a line: `at`, `level`, `event`, and the event's fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of *record*; of a library's, its place alone."""
        at_ms = int(record.created * 1000)
        line: dict[str, Any] = {
            "at": to_datetime(at_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": _NAMES.get(record.levelname, "info"),
        }
        name = getattr(record, EVENT, None)
        if name is not None:
            return json.dumps(line | {"event": name} | getattr(record, FIELDS))
        line |= {
            "event": "library",
            "library": record.name,
            "line": f"{record.module}:{record.lineno}",
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line |= {"error": type(error).__name__, "where": where(error)}
        return json.dumps(line)


def to_stream(stream: TextIO | None = None) -> None:
    """Let every line go to *stream*, standard error by default; and nothing anywhere else."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines())
    for name in (_LOGGER.name, *_OTHERS):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
    _LOGGER.setLevel(logging.INFO)
    for name in _OTHERS:
        logging.getLogger(name).setLevel(logging.WARNING)
