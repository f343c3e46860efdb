"""
The position lane of one province: reports come in, believed ones go to the road, and everyone may ask where a unit is.

Positions live in memory as columns by slot and never enter the log. The lane belongs to the event loop's thread.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt

from nazdik.fleet.device_time import SET_US, DeviceTime
from nazdik.fleet.errors import UnitNotFound
from nazdik.fleet.geofence import Fence, Fences
from nazdik.fleet.health import Handhelds
from nazdik.fleet.model import (
    CODES,
    FRESH_S,
    REASON_SHIFT,
    USES,
    Bounds,
    Entered,
    Fix,
    Frame,
    FrameFlag,
    HealthView,
    Heartbeat,
    Ints,
    Judged,
    Place,
    Reason,
    Verdict,
)
from nazdik.fleet.plausibility import Batch, Tracks, flaws, warm_up
from nazdik.fleet.trail import TrailRow
from nazdik.kernel import AssignmentId, Instant, LonLat, UnitId
from nazdik.kernel.instant import MICROSECONDS_PER_S as S
from nazdik.platform.clock import Clock, Reading
from nazdik.published.fleet import FleetOnRoad, Traced

AGE_MAX_S = 65_535.0
# What a `Fix` says of its unit, in its order, as a track has it.
_TOLD = ("lon", "lat", "fixed_at", "heading_deg", "speed_m_per_s", "accuracy_m")


class PositionLane:
    """
    Where the units of one province are.

    Args:
        road: Where believed positions are placed, and whose health bits we set.
        clock: The server's clock.
        bounds: The box of the province; a fix far outside it is not believed.
        keep: Takes every judged batch to the trail.
    """

    def __init__(
        self, road: FleetOnRoad, *, clock: Clock, bounds: Bounds, keep: Callable[[Judged], None] | None = None
    ) -> None:
        self._road = road
        self._clock = clock
        self.set_bounds(bounds)
        self._keep = keep
        self._slots: dict[UnitId, int] = {}
        self._units: list[UnitId | None] = []
        self._tracks = Tracks()
        self._handhelds = Handhelds()
        self._fences = Fences()
        self._entered: list[Entered] = []
        reading = clock.reading()
        self._device_time = DeviceTime(reading)
        # How far our time is ahead of the steady one: more at once when somebody sets the clock forward.
        self._ahead_us = reading.now - reading.steady_us
        self._grow(len(self._tracks))
        # Compiled now, so that no first report waits for it.
        warm_up()

    def set_bounds(self, bounds: Bounds) -> None:
        """Believe fixes by another box from now on: the province's map has changed."""
        # Whole degrees are numbers of another kind, for which the compiler would begin anew.
        self._bounds = Bounds(*map(float, bounds))

    # Who there is

    def enrol(self, unit_id: UnitId) -> int:
        """Return the unit's slot, giving it one when it is new."""
        if unit_id in self._slots:
            return self._slots[unit_id]
        slot = self._road.enrol(unit_id)
        if slot >= len(self._units):
            self._grow(max(2 * len(self._units), slot + 1))
        self._slots[unit_id] = slot
        self._units[slot] = unit_id
        return slot

    def find_slot(self, unit_id: UnitId) -> int | None:
        """Return the unit's slot, or None when this province has no such unit."""
        return self._slots.get(unit_id)

    def list_units(self) -> tuple[UnitId, ...]:
        """Return all enrolled units."""
        return tuple(self._slots)

    # What comes in

    def report(self, fixes: Sequence[Fix], *, past: bool = False) -> list[Verdict]:
        """
        Judge a batch, place what is believed on the road, and say what became of each fix, in the order given.

        A batch may hold several fixes of a unit, in any order. Who came into a watched circle by it is told by
        `take_entered`. `past` is for what its sender calls history: it is kept, and moves nobody however young it looks.
        """
        if not fixes:
            return []
        reading = self._time()
        now = reading.now
        batch, claimed_at = self._columns(fixes, reading)
        self._device_time.hear(batch.slots, claimed_at, reading)
        reasons = flaws(batch, self._bounds, now)
        if past:
            reasons[reasons == Reason.NONE] = Reason.TOO_OLD
        else:
            believed, seen = self._tracks.judge(batch, reasons, now, self._road.beyond_reach)
            self._place(believed)
            self._send_health(seen)
        if self._keep is not None:
            self._keep(_judged(fixes, batch, claimed_at, reasons, now))
        return _verdicts(fixes, reasons)

    def quarantine(self, fixes: Sequence[Fix], reason: Reason) -> list[Verdict]:
        """Keep a batch in the trail for one reason without believing any of it."""
        reading = self._time()
        reasons = np.full(len(fixes), int(reason), np.int64)
        if fixes and self._keep is not None:
            batch, claimed_at = self._columns(fixes, reading)
            self._keep(_judged(fixes, batch, claimed_at, reasons, reading.now))
        return _verdicts(fixes, reasons)

    def heartbeat(self, unit_id: UnitId, beat: Heartbeat, *, age_s: float = 0.0) -> Instant:
        """Take a handheld's word on its own health, said so long ago, and return when that was. Raises `UnitNotFound`."""
        slot = self._get_slot(unit_id)
        at = self._time().now
        if age_s:
            at = Instant(at - round(age_s * S))
            if at <= self._handhelds.heard_at[slot]:
                return at
        if self._handhelds.hear(slot, beat, at):
            self._send_health(np.array([slot], np.int64))
        return at

    def tick(self) -> tuple[UnitId, ...]:
        """Let health run out where no heartbeat came, and return the units that fell silent. Call each second."""
        silent = self._handhelds.expire(self._time().now)
        self._send_health(silent)
        return tuple(self._unit(slot) for slot in silent.tolist())

    # What is asked

    def position_of(self, unit_id: UnitId) -> Place | None:
        """Return the unit's present place with its time, however old, or None when none was ever believed."""
        slot = self._slots.get(unit_id)
        if slot is None or self._tracks["fixed_at"][slot] == 0:
            return None
        self._time()
        return self._place_at(slot)

    def speed_of(self, unit_id: UnitId) -> float | None:
        """Return the speed in m/s that came with the unit's place; None when it did not say or is no longer fresh."""
        slot = self._slots.get(unit_id)
        if slot is None or self._tracks["fixed_at"][slot] < self._time().now - FRESH_S * S:
            return None
        speed = float(self._tracks["speed_m_per_s"][slot])
        return None if np.isnan(speed) else speed

    def is_healthy(self, unit_id: UnitId) -> bool:
        """Whether the unit's handheld was heard from within the limit and can sound."""
        slot = self._slots.get(unit_id)
        return slot is not None and bool(self._handhelds.healthy[slot])

    def frame_columns(self, now: Instant) -> Frame:
        """Return the present place of every unit that has one, with its age at `now`."""
        self._time()
        tracks = self._tracks
        slots = np.flatnonzero(tracks["fixed_at"] > 0).astype(np.int64)

        def told(name: str) -> npt.NDArray[Any]:
            # Column by column: whole rows of 20,000 units take five times as long, and calls wait meanwhile.
            return tracks[name][slots]

        flags = np.where(told("newest_reason") != Reason.NONE, FrameFlag.IMPLAUSIBLE, 0)
        flags = flags | (tracks.remarks(slots) << REASON_SHIFT)
        flags = flags | np.where(self._handhelds.healthy[slots], 0, FrameFlag.NO_HEALTHY_HANDHELD)
        return Frame(
            slots=slots,
            lons=told("lon"),
            lats=told("lat"),
            headings_deg=told("heading_deg"),
            speeds_m_per_s=told("speed_m_per_s"),
            ages_s=np.clip((now - told("fixed_at")) / S, 0.0, AGE_MAX_S),
            flags=flags.astype(np.int64),
        )

    def health_views(self, *, changed_only: bool = False) -> list[HealthView]:
        """Return each handheld's health; `changed_only` is those with news since the last such call."""
        slots = self._handhelds.take_news() if changed_only else self._handhelds.all_heard()
        return [self._handhelds.view(slot, self._unit(slot)) for slot in slots]

    def health_news(self) -> Iterator[HealthView]:
        """Return the health of each handheld with news since this was last asked, one by one as they are taken."""
        return (self._handhelds.view(slot, self._unit(slot)) for slot in self._handhelds.take_news())

    def heard_after(self, at: Instant) -> list[tuple[UnitId, Heartbeat, Instant]]:
        """Return what handhelds last said of themselves, of those that said something after `at`."""
        return [(self._unit(slot), beat, heard) for slot, beat, heard in self._handhelds.heard_after(at)]

    def placed_after(self, at: Instant) -> list[Fix]:
        """Return the present place of each unit of which one was received after `at`, by our clock."""
        slots = np.flatnonzero((self._tracks["fixed_at"] > 0) & (self._tracks["received_at"] > at))
        rows = self._tracks.of(slots)
        columns = (rows[name].tolist() for name in _TOLD)
        return [Fix(self._unit(slot), *said) for slot, *said in zip(slots.tolist(), *columns, strict=True)]

    def trace(self, rows: Sequence[TrailRow]) -> Traced:
        """Return what believed fixes of one unit's past, oldest first, were on the road."""
        told = [
            (*row.point, row.heading_deg, row.speed_m_per_s, row.accuracy_m) for row in rows if row.point is not None
        ]
        lons, lats, headings, speeds, accuracies = np.array(told, np.float64).reshape(-1, 5).T.copy()
        at_us = np.array([row.fixed_at for row in rows], np.int64)
        return self._road.trace(lons, lats, headings, speeds, accuracies, at_us)

    # Watched places

    def watch(self, assignment_id: AssignmentId, unit_id: UnitId, point: LonLat, radius_m: float) -> None:
        """Tell once, by `take_entered`, when the unit is within `radius_m` of `point`, also if it is there already."""
        slot = self._get_slot(unit_id)
        self._fences.put_up(Fence(assignment_id, unit_id, point, radius_m))
        if self._tracks["fixed_at"][slot] >= max(1, self._time().now - round(FRESH_S * S)):
            self._entered += self._fences.crossed_by(unit_id, self._place_at(slot))

    def unwatch(self, assignment_id: AssignmentId) -> None:
        """Stop watching for an assignment; also forget an entry that was not yet taken."""
        self._fences.take_down(assignment_id)
        self._entered = [entered for entered in self._entered if entered.assignment_id != assignment_id]

    def take_entered(self) -> list[Entered]:
        """Return who came into a watched circle since this was last asked; each assignment is told of once."""
        entered, self._entered = self._entered, []
        return entered

    # Inside

    def _time(self) -> Reading:
        """Return the present moment, having taken in whether somebody set the clock."""
        reading = self._clock.reading()
        ahead_us = reading.now - reading.steady_us
        leapt_us, self._ahead_us = ahead_us - self._ahead_us, ahead_us
        if leapt_us > SET_US:
            # No time has passed: what was known a moment ago is not older for it.
            self._tracks.shift(leapt_us)
            self._handhelds.shift(leapt_us)
            self._place(np.flatnonzero(self._tracks["fixed_at"] > 0).astype(np.int64))
        self._device_time.at(reading)
        return reading

    def _grow(self, size: int) -> None:
        if size > len(self._tracks):
            self._tracks.grow(size)
        self._handhelds.grow(size)
        self._units.extend([None] * (size - len(self._units)))

    def _get_slot(self, unit_id: UnitId) -> int:
        slot = self._slots.get(unit_id)
        if slot is None:
            raise UnitNotFound(unit_id=unit_id)
        return slot

    def _unit(self, slot: int) -> UnitId:
        unit_id = self._units[slot]
        assert unit_id is not None, "a slot in use belongs to a unit"
        return unit_id

    def _place_at(self, slot: int) -> Place:
        row = self._tracks.of(np.array([slot], np.int64))[0]
        return Place(
            point=LonLat(float(row["lon"]), float(row["lat"])),
            fixed_at=Instant(int(row["fixed_at"])),
            received_at=Instant(int(row["received_at"])),
            implausible=bool(row["newest_reason"] != Reason.NONE),
        )

    def _columns(self, fixes: Sequence[Fix], reading: Reading) -> tuple[Batch, Ints]:
        """Return fixes as columns with their times as they are by our clock, and the times that devices named."""
        units, lons, lats, times, headings, speeds, accuracies, mocks = zip(*fixes, strict=True)
        claimed_at = np.array(times, np.int64)
        by_ours = claimed_at + (reading.now - self._device_time.at(reading))
        slot_of = self._slots.get
        batch = Batch(
            slots=np.array([slot_of(unit, -1) for unit in units], np.int64),
            lons=np.array(lons, np.float64),
            lats=np.array(lats, np.float64),
            claimed_at=by_ours,
            fixed_at=np.minimum(by_ours, reading.now),
            headings_deg=np.array(headings, np.float64),
            speeds_m_per_s=np.array(speeds, np.float64),
            accuracies_m=np.array(accuracies, np.float64),
            mock=np.array(mocks, np.bool_),
        )
        return batch, claimed_at

    def _place(self, slots: Ints) -> None:
        """Put the units' present places on the road; each slot comes at most once."""
        if not len(slots):
            return
        rows = self._tracks.of(slots)
        self._road.place(
            slots,
            rows["lon"],
            rows["lat"],
            rows["heading_deg"],
            rows["fixed_at"],
            speeds_m_per_s=rows["speed_m_per_s"],
            accuracies_m=rows["accuracy_m"],
        )
        if len(self._fences):
            moved = set(slots.tolist())
            for unit_id in self._fences.watched_units():
                slot = self._slots[unit_id]
                if slot in moved:
                    self._entered += self._fences.crossed_by(unit_id, self._place_at(slot))

    def _send_health(self, slots: Ints) -> None:
        """Tell the road the health and position bits that changed."""
        changed, masks = self._tracks.fitness_news(slots, self._handhelds.healthy)
        if len(changed):
            self._road.set_health(changed, masks)


def _verdicts(fixes: Sequence[Fix], reasons: Ints) -> list[Verdict]:
    return [
        Verdict(fix.unit_id, USES[reason], CODES[reason]) for fix, reason in zip(fixes, reasons.tolist(), strict=True)
    ]


def _judged(fixes: Sequence[Fix], batch: Batch, claimed_at: Ints, reasons: Ints, now: Instant) -> Judged:
    """Return what the trail keeps of a batch: all of it but units that are none of ours."""
    units = tuple(fix.unit_id for fix in fixes)
    if batch.slots.min(initial=0) < 0:
        known = batch.slots >= 0
        units = tuple(compress(units, known))
        batch, claimed_at, reasons = Batch._make(column[known] for column in batch), claimed_at[known], reasons[known]
    return Judged(
        unit_ids=units,
        lons=batch.lons,
        lats=batch.lats,
        fixed_at=batch.fixed_at,
        claimed_at=claimed_at,
        received_at=now,
        headings_deg=batch.headings_deg,
        speeds_m_per_s=batch.speeds_m_per_s,
        accuracies_m=batch.accuracies_m,
        reasons=reasons,
    )
