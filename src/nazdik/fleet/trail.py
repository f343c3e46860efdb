"""
Where units have been: every judged fix with its reason, written in batches to a file of its own.

`synchronous=NORMAL` on purpose: positions are a lane and not the record. Losing power may cost the last seconds of
history, never the file; what a decision used is in that decision's own record, fsynced before anyone is answered.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import apsw

from nazdik.fleet.model import CODES, Judged
from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.kernel.instant import plus_s
from nazdik.platform.sqlite import connect

FLUSH_EVERY_S = 2.0
RETENTION_DAYS = 30
# When the disk does not keep up, the newest history is worth most; at 5,000 fixes a second this is more than a minute.
WAITING_MAX = 400_000
_DELETE_AT_ONCE = 20_000
_S_PER_DAY = 86_400
_ROWS_MAX = 20_000

SCHEMA = """
CREATE TABLE IF NOT EXISTS unit (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS fix (
    id INTEGER PRIMARY KEY,            -- grows with time of receipt, which is how old history is found and deleted
    unit INTEGER NOT NULL,
    fixed_at INTEGER NOT NULL,         -- never after receipt
    claimed_at INTEGER NOT NULL,       -- what the device said
    received_at INTEGER NOT NULL,
    lon REAL, lat REAL, heading_deg REAL, speed_m_per_s REAL, accuracy_m REAL,
    reason TEXT                        -- NULL when it was believed
) STRICT;
CREATE INDEX IF NOT EXISTS fix_of_unit ON fix (unit, fixed_at);
"""
INSERT = """
INSERT INTO fix (unit, fixed_at, claimed_at, received_at, lon, lat, heading_deg, speed_m_per_s, accuracy_m, reason)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
SELECT = """
SELECT fixed_at, received_at, lon, lat, heading_deg, speed_m_per_s, accuracy_m, reason
FROM fix JOIN unit ON unit.key = fix.unit
WHERE unit.id = ? AND fixed_at >= ? AND fixed_at < ? ORDER BY fixed_at, fix.id LIMIT ?
"""


class TrailRow(NamedTuple):
    """One fix of a unit's past. `reason` is None for one that was believed; unknown quantities are None."""

    fixed_at: Instant
    received_at: Instant
    point: LonLat | None
    heading_deg: float | None
    speed_m_per_s: float | None
    accuracy_m: float | None
    reason: str | None


class Trail:
    """The history of positions in one SQLite file. `keep` is instant; `flush` and `trail` wait for the disk."""

    def __init__(self, path: Path) -> None:
        self._write = _open(path)
        self._write.execute(SCHEMA)
        self._read = _open(path)
        self._write_lock, self._read_lock = Lock(), Lock()
        self._waiting_lock = Lock()  # held for an instant only: the event loop takes it too
        self._waiting: deque[Judged] = deque()
        self._waiting_rows = 0
        self._dropped = 0
        self._keys = self._kept_keys()

    @property
    def dropped(self) -> int:
        """How many fixes of history were given up because the disk did not keep up."""
        return self._dropped

    def keep(self, judged: Judged) -> None:
        """Take a judged batch for the next flush."""
        with self._waiting_lock:
            self._waiting.append(judged)
            self._waiting_rows += len(judged.unit_ids)
            while self._waiting_rows > WAITING_MAX and len(self._waiting) > 1:
                given_up = len(self._waiting.popleft().unit_ids)
                self._waiting_rows -= given_up
                self._dropped += given_up

    def flush(self) -> int:
        """Write what waits in one transaction and return how many fixes that were; on an error all of it waits on."""
        with self._write_lock:
            with self._waiting_lock:
                batches, self._waiting = self._waiting, deque()
                count, self._waiting_rows = self._waiting_rows, 0
            try:
                with self._write:
                    for judged in batches:
                        self._write.executemany(INSERT, self._rows(judged))
            except apsw.Error:
                self._keys = self._kept_keys()
                with self._waiting_lock:
                    self._waiting.extendleft(reversed(batches))
                    self._waiting_rows += count
                raise
            return count

    def trail(self, unit_id: UnitId, since: Instant, until: Instant) -> list[TrailRow]:
        """Return the unit's fixes taken in [since, until), oldest first, doubtful ones with their reasons."""
        with self._read_lock:
            rows: list[tuple[Any, ...]] = self._read.execute(SELECT, (unit_id, since, until, _ROWS_MAX)).fetchall()
        return [
            TrailRow(fixed_at, received_at, None if lon is None or lat is None else LonLat(lon, lat), *rest)
            for fixed_at, received_at, lon, lat, *rest in rows
        ]

    def forget(self, now: Instant, *, days: float = RETENTION_DAYS) -> int:
        """Delete what was received more than `days` ago, a piece at a time, and return how many fixes that were."""
        before = plus_s(now, -days * _S_PER_DAY)
        gone = 0
        while True:
            with self._write_lock, self._write:
                # Ids grow with receipt, so the old ones are the first ones and no further index is needed.
                first = self._write.execute("SELECT id, received_at FROM fix ORDER BY id LIMIT ?", (_DELETE_AT_ONCE,))
                old = [row_id for row_id, received_at in first if received_at < before]
                if old:
                    self._write.execute("DELETE FROM fix WHERE id <= ?", (old[-1],))
            gone += len(old)
            if len(old) < _DELETE_AT_ONCE:
                return gone

    async def run(self, *, every_s: float = FLUSH_EVERY_S) -> None:
        """Flush in a thread every few seconds until cancelled, and once more at the end."""
        try:
            while True:
                await asyncio.sleep(every_s)
                # A full disk must not end the lane: the batch waits on, and `dropped` says when that became too much.
                await asyncio.gather(asyncio.to_thread(self.flush), return_exceptions=True)
        finally:
            self.flush()

    def close(self) -> None:
        """Write what waits and close the file."""
        self.flush()
        self._read.close()
        self._write.close()

    def _kept_keys(self) -> dict[str, int]:
        rows: list[tuple[Any, ...]] = self._write.execute("SELECT id, key FROM unit").fetchall()
        return dict(rows)

    def _key(self, unit_id: UnitId) -> int:
        key = self._keys.get(unit_id)
        if key is None:
            key = len(self._keys) + 1
            self._write.execute("INSERT INTO unit (key, id) VALUES (?, ?)", (key, unit_id))
            self._keys[unit_id] = key
        return key

    def _rows(self, judged: Judged) -> Iterator[tuple[object, ...]]:
        return zip(
            [self._key(unit_id) for unit_id in judged.unit_ids],
            judged.fixed_at.tolist(),
            judged.claimed_at.tolist(),
            [judged.received_at] * len(judged.unit_ids),
            judged.lons.tolist(),
            judged.lats.tolist(),
            judged.headings_deg.tolist(),
            judged.speeds_m_per_s.tolist(),
            judged.accuracies_m.tolist(),
            [CODES[reason] for reason in judged.reasons.tolist()],
            strict=True,
        )


def _open(path: Path) -> apsw.Connection:
    db = connect(path)
    db.execute("PRAGMA synchronous = NORMAL")
    return db
