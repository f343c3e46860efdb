"""What the public may know of reports, kept for their readers: a call leaves the memory after a day, a report's state does not."""

from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Any

from nazdik.interchange.open311.documents import PublicReport
from nazdik.kernel import Instant, ProvinceId
from nazdik.platform.sqlite import connect, translated

FILE = "reports.sqlite"
ROWS_MAX = 1_000
SCHEMA = """
CREATE TABLE IF NOT EXISTS report (
    id TEXT PRIMARY KEY,               -- the call's
    province TEXT NOT NULL,
    incident TEXT,
    service TEXT NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    lon REAL,                          -- rounded already: what is not here cannot leak
    lat REAL
) STRICT;
CREATE INDEX IF NOT EXISTS report_at ON report (at);
CREATE INDEX IF NOT EXISTS report_incident ON report (incident);
CREATE TABLE IF NOT EXISTS reached (province TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
"""
_COLUMNS = "id, service, state, province, at, changed_at, lon, lat"


class ReportStore:
    """The file. Every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._mutex = Lock()
        with translated():
            self._db = connect(path)
            self._db.execute(SCHEMA)

    def reached(self, province: ProvinceId) -> int | None:
        """Return how far the province's log has been read; None when never."""
        rows = self._ask("SELECT position FROM reached WHERE province = ?", (province,))
        return rows[0][0] if rows else None

    def reach(self, province: ProvinceId, position: int, changes: Iterable[tuple[str, tuple[Any, ...]]] = ()) -> None:
        """Make changes (statement, values) and note how far the log has been read, all or nothing."""
        with self._mutex, translated(), self._db:
            for statement, values in changes:
                self._db.execute(statement, values)
            self._db.execute("INSERT OR REPLACE INTO reached VALUES (?, ?)", (province, position))

    def knows_incident(self, incident: str) -> bool:
        """Whether a report became this incident."""
        return bool(self._ask("SELECT 1 FROM report WHERE incident = ?", (incident,)))

    def find(self, report_id: str) -> PublicReport | None:
        """Return a report, None when there is none."""
        rows = self._ask(f"SELECT {_COLUMNS} FROM report WHERE id = ?", (report_id,))  # noqa: S608 - our own columns
        return _report(rows[0]) if rows else None

    def search(
        self, *, services: Iterable[str], state: str | None, since: Instant, until: Instant
    ) -> list[PublicReport]:
        """Return reports of some services between two instants, the newest first."""
        codes = sorted(services)
        marks = ",".join("?" * len(codes))
        which = {"open": "AND state != 'over'", "closed": "AND state = 'over'"}.get(state or "", "")
        sql = (
            f"SELECT {_COLUMNS} FROM report WHERE service IN ({marks}) {which} AND at BETWEEN ? AND ? "  # noqa: S608
            "ORDER BY at DESC, id LIMIT ?"
        )
        return [_report(row) for row in self._ask(sql, (*codes, since, until, ROWS_MAX))]

    def close(self) -> None:
        """Let go of the file."""
        with self._mutex:
            self._db.close(True)

    def _ask(self, sql: str, values: tuple[Any, ...]) -> list[Any]:
        with self._mutex, translated():
            found: list[Any] = self._db.execute(sql, values).fetchall()
        return found


def _report(row: Any) -> PublicReport:
    own, service, state, province, at, changed_at, lon, lat = row
    return PublicReport(own, service, state, province, Instant(at), Instant(changed_at), lon, lat)
