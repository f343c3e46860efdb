"""
Where units have been: every judged fix with its reason, written in batches, a file a day.

A day is known by when a fix was received (UTC), so that forgetting is exact; what a tracker sent late is found all the
same, because a fix is never received before it was taken.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import apsw
import numpy as np

from nazdik.fleet.model import CODES, Judged
from nazdik.fleet.trail_codec import ACCURACY_UNITS, HEADING_UNITS, ROW, SPEED_UNITS, NotOurs, Rows, degrees_of, told
from nazdik.fleet.trail_day import TrailDay, read_day
from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.kernel.instant import MICROSECONDS_PER_S as S

FLUSH_EVERY_S = 2.0
PACK_EVERY_S = 300.0
# When the disk does not keep up, the newest history is worth most; at 5,000 fixes a second this is more than a minute.
ROWS_WAITING_MAX = 400_000
ROWS_MAX = 20_000
_S_PER_DAY = 86_400
_DAMAGED = (apsw.CorruptError, apsw.NotADBError, NotOurs)
_log = logging.getLogger(__name__)


class TrailRow(NamedTuple):
    """One fix of a unit's past. `reason` is None for one that was believed; unknown quantities are None."""

    fixed_at: Instant
    received_at: Instant
    point: LonLat | None
    heading_deg: float | None
    speed_m_per_s: float | None
    accuracy_m: float | None
    reason: str | None


class Past(NamedTuple):
    """A span of a unit's past, oldest first. `damaged` are days whose file could not be read, `cut` that there was more."""

    rows: list[TrailRow]
    damaged: tuple[date, ...]
    cut: bool


class Trail:
    """The history of positions in a folder. `keep` is instant; everything else waits for the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write_lock = Lock()
        self._waiting_lock = Lock()  # held for an instant only: the event loop takes it too
        self._waiting: deque[Judged] = deque()
        self._waiting_rows = 0
        self._dropped = 0
        self._today: tuple[date, TrailDay] | None = None

    @property
    def dropped(self) -> int:
        """How many fixes of history were given up because the disk did not keep up."""
        return self._dropped

    def keep(self, judged: Judged) -> None:
        """Take a judged batch for the next flush."""
        if not judged.unit_ids:
            return
        with self._waiting_lock:
            self._waiting.append(judged)
            self._waiting_rows += len(judged.unit_ids)
            while self._waiting_rows > ROWS_WAITING_MAX and len(self._waiting) > 1:
                given_up = len(self._waiting.popleft().unit_ids)
                self._waiting_rows -= given_up
                self._dropped += given_up

    def flush(self) -> int:
        """Write what waits, a transaction a day, and return how many fixes that were; on an error the rest waits on."""
        with self._write_lock:
            with self._waiting_lock:
                batches, self._waiting = list(self._waiting), deque()
                count, self._waiting_rows = self._waiting_rows, 0
            written = 0
            try:
                for day, of_day in _by_day(batches):
                    self._add(day, of_day)
                    written += len(of_day)
            except BaseException:
                left = batches[written:]
                with self._waiting_lock:
                    self._waiting.extendleft(reversed(left))
                    self._waiting_rows += sum(len(judged.unit_ids) for judged in left)
                raise
            return count

    def pack(self) -> int:
        """Turn what was flushed into blocks that are small and quickly found; return how many fixes that were."""
        with self._write_lock:
            if self._today is None:
                return 0
            day, file = self._today
            try:
                return file.pack()
            except _DAMAGED as error:
                self._set_aside(day, error)
                return 0

    def read(self, unit_id: UnitId, since: Instant, until: Instant) -> Past:
        """Return the unit's fixes taken in [since, until), oldest first, doubtful ones with their reasons."""
        found: list[Rows] = [np.zeros(0, ROW)]
        damaged: list[date] = []
        for day, path in self._days():
            if day < _day_of(since):
                continue
            if path.suffix == ".damaged":
                damaged.append(day)
                continue
            try:
                found.append(read_day(path, unit_id, since, until))
            except _DAMAGED as error:
                _log.error("%s of the trail cannot be read: %s", path.name, error)
                damaged.append(day)
        rows = np.concatenate(found)
        rows = rows[np.lexsort((rows["claimed_at"], rows["fixed_at"]))]
        said = tuple(day for day in damaged if day <= _day_of(until))
        return Past(_trail_rows(rows[:ROWS_MAX]), said, len(rows) > ROWS_MAX)

    def let_go(self, day: date) -> None:
        """Close a day's file when it is open: it is about to be erased."""
        with self._write_lock:
            self._close_if(day)

    @property
    def waiting(self) -> int:
        """How many fixes wait to be written."""
        return self._waiting_rows

    async def run(self, *, every_s: float = FLUSH_EVERY_S, pack_every_s: float = PACK_EVERY_S) -> None:
        """Flush in a thread every few seconds until cancelled, and once more at the end."""
        turns = 0
        try:
            while True:
                await asyncio.sleep(every_s)
                turns += 1
                # A full disk must not end the lane: the batch waits on, and `dropped` says when that became too much.
                await asyncio.gather(asyncio.to_thread(self.flush), return_exceptions=True)
                if turns * every_s >= pack_every_s:
                    turns = 0
                    await asyncio.gather(asyncio.to_thread(self.pack), return_exceptions=True)
        finally:
            self.flush()

    def close(self) -> None:
        """Write what waits and let go of the files."""
        self.flush()
        with self._write_lock:
            if self._today is not None:
                self._close_if(self._today[0])

    # Inside

    def _add(self, day: date, batches: list[Judged]) -> None:
        """Write to a day's file; one that turns out to be damaged is set aside and said, and a new one is begun."""
        try:
            self._file_of(day).add(batches)
        except _DAMAGED as error:
            self._set_aside(day, error)
            self._file_of(day).add(batches)

    def _file_of(self, day: date) -> TrailDay:
        if self._today is not None:
            open_day, file = self._today
            if open_day == day:
                return file
            try:
                file.finish()
            except _DAMAGED as error:
                self._set_aside(open_day, error)
            self._close_if(open_day)
        file = TrailDay(self._path(day))
        self._today = (day, file)
        return file

    def _set_aside(self, day: date, error: Exception) -> None:
        """Keep a damaged file for those who may mend it, and say so; positions go on."""
        self._close_if(day)
        path = self._path(day)
        number = len(list(self._folder.glob(f"{day}*.damaged")))
        _log.error("%s of the trail is damaged and was set aside: %s", path.name, error)
        if path.exists():
            path.rename(path.with_name(f"{day}-{number}.damaged"))
        for tail in ("-wal", "-shm"):
            path.with_name(path.name + tail).unlink(missing_ok=True)

    def _close_if(self, day: date) -> None:
        if self._today is not None and self._today[0] == day:
            self._today[1].close()
            self._today = None

    def _path(self, day: date) -> Path:
        return self._folder / f"{day}.sqlite"

    def _days(self) -> list[tuple[date, Path]]:
        """Every file with its day, oldest first; other files are none of ours."""
        found = []
        for path in [*self._folder.glob("*.sqlite"), *self._folder.glob("*.damaged")]:
            try:
                found.append((date.fromisoformat(path.name[:10]), path))
            except ValueError:
                continue
        return sorted(found)


_EPOCH_DAY = date(1970, 1, 1).toordinal()


def _day_of(at: Instant) -> date:
    return datetime.fromtimestamp(at // S, UTC).date()


def _by_day(batches: list[Judged]) -> Iterator[tuple[date, list[Judged]]]:
    """Neighbouring batches of one day, in the order in which they came."""
    of_day: list[Judged] = []
    for judged in batches:
        if of_day and _day_of(judged.received_at) != _day_of(of_day[0].received_at):
            yield _day_of(of_day[0].received_at), of_day
            of_day = []
        of_day.append(judged)
    if of_day:
        yield _day_of(of_day[0].received_at), of_day


def _trail_rows(rows: Rows) -> list[TrailRow]:
    def known(values: list[float]) -> list[float | None]:
        return [None if value != value else value for value in values]  # noqa: PLR0124 - NaN is not itself

    lons, lats = known(degrees_of(rows["lon"]).tolist()), known(degrees_of(rows["lat"]).tolist())
    return [
        TrailRow(
            Instant(fixed_at),
            Instant(received_at),
            None if lon is None or lat is None else LonLat(lon, lat),
            heading,
            speed,
            accuracy,
            CODES[reason],
        )
        for fixed_at, received_at, lon, lat, heading, speed, accuracy, reason in zip(
            rows["fixed_at"].tolist(),
            rows["received_at"].tolist(),
            lons,
            lats,
            known(told(rows["heading"], HEADING_UNITS).tolist()),
            known(told(rows["speed"], SPEED_UNITS).tolist()),
            known(told(rows["accuracy"], ACCURACY_UNITS).tolist()),
            rows["reason"].tolist(),
            strict=True,
        )
    ]
