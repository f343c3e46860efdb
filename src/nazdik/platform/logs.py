"""What the server says of itself on its terminal: for people, or a JSON object a line for programs that gather it."""

import json
import logging
import sys
from datetime import UTC, datetime


class AsJson(logging.Formatter):
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


def set_up(form: str) -> None:
    """Send warnings and worse to the terminal."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        AsJson() if form == "json" else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )

    logging.getLogger().addHandler(handler)
