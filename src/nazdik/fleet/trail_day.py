"""
One day of the trail in a file of its own, so that forgetting a day is deleting a file and a damaged file costs one day.

What comes in is kept as it came, a batch a row; every few minutes batches become blocks, one a unit, which are quickly
found and small. `synchronous=NORMAL` on purpose: positions are a lane and not the record. Losing power may cost the
last seconds of history, never the file; what a decision used is in that decision's own record.
"""

from pathlib import Path
from time import sleep
from typing import Any

import apsw
import numpy as np

from nazdik.fleet.model import Judged
from nazdik.fleet.trail_codec import ROW, Rows, decode, encode, rows_of
from nazdik.kernel import Instant, UnitId
from nazdik.platform.sqlite import connect

# A part of the units at a time, so that a large fleet's minutes are never in memory all at once, and between two parts
# whoever waits for this process gets their turn.
PARTS = 16
BETWEEN_PARTS_S = 0.02

SCHEMA = """
CREATE TABLE IF NOT EXISTS unit (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS recent (id INTEGER PRIMARY KEY, part INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS recent_of_part ON recent (part);
CREATE TABLE IF NOT EXISTS block (
    id INTEGER PRIMARY KEY,
    unit INTEGER NOT NULL,
    fixed_from INTEGER NOT NULL,
    fixed_until INTEGER NOT NULL,      -- of the last fix
    body BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS block_of_unit ON block (unit, fixed_until);
"""


class TrailDay:
    """The fixes received on one day. One writer; it is read through a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._write = _open(path)
        self._write.execute(SCHEMA)
        self._keys: dict[str, int] = dict(_all(self._write, "SELECT id, key FROM unit"))

    def add(self, batches: list[Judged]) -> None:
        """Keep batches, all or none."""
        before = len(self._keys)
        try:
            with self._write:
                rows = [rows_of(judged, self._keys_of(judged)) for judged in batches]
                whole = np.concatenate(rows)
                whole = whole[np.argsort(whole["unit"] % PARTS, kind="stable")]
                part = whole["unit"] % PARTS
                starts = np.flatnonzero(np.append(True, part[1:] != part[:-1]))
                pieces = zip(part[starts].tolist(), encode(whole, starts), strict=True)
                self._write.executemany("INSERT INTO recent (part, body) VALUES (?, ?)", pieces)
        except BaseException:
            for unit_id in list(self._keys)[before:]:
                del self._keys[unit_id]
            raise

    def pack(self) -> int:
        """Turn what came in since into blocks, one a unit, and return how many fixes that were."""
        packed = 0
        for part in range(PARTS):
            with self._write:
                found = _all(self._write, "SELECT id, body FROM recent WHERE part = ?", (part,))
                if found:
                    rows = np.concatenate([decode(body) for _, body in found])
                    packed += len(rows)
                    self._add_blocks(rows)
                    self._write.executemany("DELETE FROM recent WHERE id = ?", ((row_id,) for row_id, _ in found))
            if found:
                sleep(BETWEEN_PARTS_S)
        return packed

    def finish(self) -> None:
        """Pack the last of a day that is over and write everything into the one file."""
        self.pack()
        self._write.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        self._write.close()

    def _add_blocks(self, rows: Rows) -> None:
        rows = rows[np.lexsort((rows["claimed_at"], rows["fixed_at"], rows["unit"]))]
        starts = np.flatnonzero(np.append(True, rows["unit"][1:] != rows["unit"][:-1]))
        last = np.append(starts[1:], len(rows)) - 1
        self._write.executemany(
            "INSERT INTO block (unit, fixed_from, fixed_until, body) VALUES (?, ?, ?, ?)",
            zip(
                rows["unit"][starts].tolist(),
                rows["fixed_at"][starts].tolist(),
                rows["fixed_at"][last].tolist(),
                encode(rows, starts),
                strict=True,
            ),
        )

    def _keys_of(self, judged: Judged) -> Any:
        return np.array([self._keys.get(unit) or self._new_key(unit) for unit in judged.unit_ids], np.int64)

    def _new_key(self, unit_id: UnitId) -> int:
        key = len(self._keys) + 1
        self._write.execute("INSERT INTO unit (key, id) VALUES (?, ?)", (key, unit_id))
        self._keys[unit_id] = key
        return key


def read_day(path: Path, unit_id: UnitId, since: Instant, until: Instant) -> Rows:
    """
    Return one unit's rows of one day's file that were fixed in [since, until), in no particular order.

    Raises:
        apsw.Error, NotOurs: The file is damaged or cannot be read.
    """
    db = _open(path)
    try:
        found = _all(db, "SELECT key FROM unit WHERE id = ?", (unit_id,))
        if not found:
            return _NONE
        key = found[0][0]
        # One transaction, or what is packed in between would be seen twice or not at all.
        with db:
            blocks = _all(
                db,
                "SELECT body FROM block WHERE unit = ? AND fixed_until >= ? AND fixed_from < ?",
                (key, since, until),
            )
            recent = _all(db, "SELECT body FROM recent WHERE part = ?", (key % PARTS,))
        rows = np.concatenate([_NONE, *(decode(body) for (body,) in [*blocks, *recent])])
        asked: Rows = rows[(rows["unit"] == key) & (rows["fixed_at"] >= since) & (rows["fixed_at"] < until)]
        return asked
    finally:
        db.close()


_NONE: Rows = np.zeros(0, ROW)


def _all(db: apsw.Connection, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
    return list(db.execute(sql, values))


def _open(path: Path) -> apsw.Connection:
    db = connect(path)
    db.execute("PRAGMA synchronous = NORMAL")
    return db
