"""What the server says of itself on its terminal: for people, or a JSON object a line for programs that gather it."""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from nazdik.kernel import Rejected, Unavailable
from nazdik.platform.faults import LogUnavailable

# What these say was written by us or by the system, and names no more than a file, a host or an entry. Any other fault quotes
# what it was given, and that may be what a caller said.
_OURS = (OSError, AssertionError, LogUnavailable)


class AsText(logging.Formatter):
    """A line for people; under it where a fault came from."""

    def formatException(self, ei: Any) -> str:
        """Return where a fault came from."""
        return without_words(ei[1])


class AsJson(AsText):
    """One line, one object: `at`, `level`, `logger`, `said`, and `error` with where it came from."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a line."""
        said = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "said": record.getMessage(),
        }
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def without_words(error: BaseException | None) -> str:
    """Return a fault and what led to it: each one's places in the code, its kind, and what it says only where that is ours."""
    return "\n".join(_told(error)) if error is not None else ""


def _told(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told(before)
        yield "which led to:"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    yield ": ".join(filter(None, (type(error).__name__, _own_words(error))))
    for each in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield "one of them:"
        yield from _told(each)


def _own_words(error: BaseException) -> str:
    if isinstance(error, Rejected | Unavailable):
        return error.code
    return str(error) if isinstance(error, _OURS) else ""


def set_up(form: str) -> None:
    """Send warnings and worse to the terminal."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if form == "json" else AsText("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    logging.getLogger().addHandler(handler)
