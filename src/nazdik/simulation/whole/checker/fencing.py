"""I12, asked of the store itself: only one process writes a log, and only at its end."""

from pathlib import Path

from nazdik.kernel import Instant
from nazdik.platform.eventlog.entry import NewEntry
from nazdik.platform.eventlog.errors import PositionTaken
from nazdik.platform.eventlog.sqlite import SqliteLog
from nazdik.platform.faults import LogInUse, LogUnavailable
from nazdik.simulation.whole.clocks import BEGINS_US
from nazdik.simulation.whole.loop import Killed


def unfenced(path: Path, log: SqliteLog) -> str:
    """Try what nobody may do, and return what was allowed; empty when the store refused all of it."""
    try:
        SqliteLog(path).close()
        return "a second process opened the log for writing"
    except LogInUse:
        pass
    except (LogUnavailable, Killed):
        return ""
    first = log.read(0, 1)
    if not first:
        return ""
    late = NewEntry(Instant(BEGINS_US), first[0].command_id, 99, b"", "late", "x.y.v1", "s", b"{}")
    try:
        log.append([late], expected_position=log.head().position - 1)
        return "whoever knows an older end of the log could write"
    except PositionTaken:
        return ""
    except (LogUnavailable, Killed):
        return ""
