"""
Which fixes to believe, told a second time: the same rules over whole batches at once, each a mask over all units.

`Oracle` judges in rounds: the first fix of every unit together, then the second of every unit, and so on. It is slow for small
batches and shares no line with what is compiled; the limits and the shape of a batch are the same.
"""

import numpy as np

from nazdik.fleet.model import FRESH_S, Bools, Bounds, Floats, Ints, Reason
from nazdik.fleet.plausibility import (
    ACCURACY_LIMIT_M,
    AGREEING_FIXES,
    BY_ROAD_ROOM_M,
    BY_ROAD_WITHIN_S,
    FROZEN_AFTER_S,
    FUTURE_LIMIT_S,
    MOVING_M_PER_S,
    NOISE_M,
    OF_ONE_UNIT_MAX,
    ON_ROAD_M_PER_S,
    REGION_MARGIN_DEG,
    SPEED_LIMIT_M_PER_S,
    ZERO_ISLAND_DEG,
    Batch,
    BeyondReach,
)
from nazdik.kernel import Instant
from nazdik.kernel.geometry import EARTH_RADIUS_M
from nazdik.kernel.instant import MICROSECONDS_PER_S as S


def distances_m(lons_a: Floats, lats_a: Floats, lons_b: Floats, lats_b: Floats) -> Floats:
    """Great-circle distances in metres, pair by pair; NaN where a coordinate is NaN."""
    phi_a, phi_b = np.radians(lats_a), np.radians(lats_b)
    half_lat, half_lon = (phi_b - phi_a) / 2, np.radians(lons_b - lons_a) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_lon) ** 2
    metres: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
    return metres


def _within(lons: Floats, lats: Floats, box: Bounds, margin_deg: float = 0.0) -> Bools:
    inside: Bools = (
        (lons >= box.west - margin_deg)
        & (lons <= box.east + margin_deg)
        & (lats >= box.south - margin_deg)
        & (lats <= box.north + margin_deg)
    )
    return inside


def flaws(batch: Batch, bounds: Bounds, now: Instant) -> Ints:
    """Return for each fix the first `Reason` that can be seen from it alone; shape (n,)."""
    lons, lats = batch.lons, batch.lats
    in_range = np.isfinite(lons) & np.isfinite(lats) & (np.abs(lons) <= 180) & (np.abs(lats) <= 90)
    near = _within(lons, lats, bounds, REGION_MARGIN_DEG)
    tests = (
        (batch.slots < 0, Reason.UNKNOWN_UNIT),
        (~in_range & ~_within(lats, lons, bounds), Reason.OUT_OF_RANGE),
        ((np.abs(lons) < ZERO_ISLAND_DEG) & (np.abs(lats) < ZERO_ISLAND_DEG), Reason.ZERO_ISLAND),
        (_within(lats, lons, bounds) & ~near, Reason.SWAPPED),
        (~near, Reason.OUTSIDE_REGION),
        (batch.mock, Reason.MOCK),
        (batch.claimed_at > now + FUTURE_LIMIT_S * S, Reason.FROM_FUTURE),
        (batch.accuracies_m > ACCURACY_LIMIT_M, Reason.INACCURATE),
        (batch.claimed_at < now - FRESH_S * S, Reason.TOO_OLD),
    )
    return np.select([test for test, _ in tests], [int(reason) for _, reason in tests], int(Reason.NONE)).astype(
        np.int64
    )


class Oracle:
    """What `Tracks` knows, as columns by slot."""

    def __init__(self, size: int) -> None:
        self.lon = np.full(size, np.nan)
        self.lat = np.full(size, np.nan)
        self.fixed_at = np.zeros(size, np.int64)
        self.claimed_at = np.zeros(size, np.int64)
        self.received_at = np.zeros(size, np.int64)
        self.heading_deg = np.full(size, np.nan)
        self.speed_m_per_s = np.full(size, np.nan)
        self.accuracy_m = np.full(size, np.nan)
        self.newest_reason = np.zeros(size, np.int64)
        self.still_since = np.zeros(size, np.int64)
        self.same_since = np.zeros(size, np.int64)
        self.doubt_lon = np.full(size, np.nan)
        self.doubt_lat = np.full(size, np.nan)
        self.doubt_at = np.zeros(size, np.int64)
        self.doubts = np.zeros(size, np.int64)

    def judge(self, batch: Batch, reasons: Ints, now: Instant, beyond_reach: BeyondReach) -> None:
        """Complete `reasons` in place and believe what stands."""
        known = np.flatnonzero(batch.slots >= 0)
        part, found = Batch._make(column[known] for column in batch), reasons[known]
        self._judge(part, found, now, beyond_reach)
        reasons[known] = found

    def _judge(self, batch: Batch, reasons: Ints, now: Instant, beyond_reach: BeyondReach) -> None:
        by_unit = np.lexsort((batch.claimed_at, batch.slots))
        fair = by_unit[reasons[by_unit] == Reason.NONE]
        turns, turns_left = _turns(batch.slots[fair])
        overtaken = turns_left >= OF_ONE_UNIT_MAX
        reasons[fair[overtaken]] = Reason.OUT_OF_ORDER
        fair, turns = fair[~overtaken], turns[~overtaken]
        for turn in np.unique(turns):
            # The road knows where a unit was before this batch, so it can judge the first fix of each only.
            self._round(batch, fair[turns == turn], reasons, now, beyond_reach if turn == 0 else None)
        self._note_newest(batch, by_unit, reasons, now)

    def _round(self, batch: Batch, rows: Ints, reasons: Ints, now: Instant, beyond_reach: BeyondReach | None) -> None:
        """Judge and believe rows of which no two belong to the same unit."""
        slots, lons, lats = batch.slots[rows], batch.lons[rows], batch.lats[rows]
        claimed, fixed, speeds = batch.claimed_at[rows], batch.fixed_at[rows], batch.speeds_m_per_s[rows]
        last_fixed, last_claimed = self.fixed_at[slots], self.claimed_at[slots]
        known = last_fixed > 0
        # Two fixes from a clock that runs ahead are both cut back to their receipt; then the device's order decides.
        newer = (fixed > last_fixed) | ((fixed == last_fixed) & (claimed > last_claimed))

        same = newer & known & (lons == self.lon[slots]) & (lats == self.lat[slots])
        same_since = self.same_since[slots]
        same_since = np.where(same, np.where(same_since == 0, last_claimed, same_since), np.where(newer, 0, same_since))
        self.same_since[slots] = same_since
        still = same & (speeds > MOVING_M_PER_S)
        since = self.still_since[slots]
        since = np.where(still, np.where(since == 0, last_claimed, since), np.where(newer, 0, since))
        self.still_since[slots] = since
        frozen = still & (claimed - since > FROZEN_AFTER_S * S)

        far = known & newer & ~frozen & _too_far(self.lon[slots], self.lat[slots], last_claimed, lons, lats, claimed)
        cut = np.zeros(len(rows), np.bool_)
        if beyond_reach is not None:
            cut = self._cut_off(slots, lons, lats, claimed, known & newer & ~frozen & ~far, beyond_reach)
            far |= cut
        doubts = self.doubts[slots]
        doubt_lons, doubt_lats, doubt_at = self.doubt_lon[slots], self.doubt_lat[slots], self.doubt_at[slots]
        agrees = (doubts > 0) & (claimed > doubt_at) & ~_too_far(doubt_lons, doubt_lats, doubt_at, lons, lats, claimed)
        doubts = np.where(far, np.where(agrees, doubts + 1, 1), doubts)
        jump = far & (doubts < AGREEING_FIXES)
        believed = newer & ~frozen & ~jump
        self.doubts[slots] = np.where(believed, 0, doubts)
        self.doubt_lon[slots[jump]], self.doubt_lat[slots[jump]] = lons[jump], lats[jump]
        self.doubt_at[slots[jump]] = claimed[jump]

        tests = [
            (~newer, Reason.OUT_OF_ORDER),
            (frozen, Reason.FROZEN),
            (jump & cut, Reason.JUMP_BY_ROAD),
            (jump, Reason.JUMP),
        ]
        reasons[rows] = np.select([test for test, _ in tests], [int(reason) for _, reason in tests], int(Reason.NONE))
        self._believe(batch, rows[believed], now)

    def _cut_off(
        self, slots: Ints, lons: Floats, lats: Floats, claimed: Ints, asked: Bools, beyond_reach: BeyondReach
    ) -> Bools:
        """Whether each moved too fast for a field and further than any car by road: over a river, between two valleys."""
        moved_m = distances_m(self.lon[slots], self.lat[slots], lons, lats)
        took_s = np.maximum(claimed - self.claimed_at[slots], 0) / S
        doubtful = asked & (moved_m > NOISE_M + ON_ROAD_M_PER_S * took_s) & (took_s <= BY_ROAD_WITHIN_S)
        cut = np.zeros(len(slots), np.bool_)
        rows = np.flatnonzero(doubtful)
        if len(rows):
            reach_m = BY_ROAD_ROOM_M + SPEED_LIMIT_M_PER_S * took_s[rows]
            cut[rows] = beyond_reach(slots[rows], lons[rows], lats[rows], reach_m)
        return cut

    def _believe(self, batch: Batch, rows: Ints, now: Instant) -> None:
        slots = batch.slots[rows]
        self.lon[slots], self.lat[slots] = batch.lons[rows], batch.lats[rows]
        self.fixed_at[slots], self.claimed_at[slots] = batch.fixed_at[rows], batch.claimed_at[rows]
        self.received_at[slots] = now
        self.heading_deg[slots], self.speed_m_per_s[slots] = batch.headings_deg[rows], batch.speeds_m_per_s[rows]
        self.accuracy_m[slots] = batch.accuracies_m[rows]

    def _note_newest(self, batch: Batch, by_unit: Ints, reasons: Ints, now: Instant) -> None:
        """An old backlog says nothing of the present: only what is newer than the last belief casts doubt on it."""
        found, slots, claimed = reasons[by_unit], batch.slots[by_unit], batch.claimed_at[by_unit]
        past = (found == Reason.TOO_OLD) | (found == Reason.OUT_OF_ORDER) | (claimed < now - FRESH_S * S)
        tells = (found == Reason.NONE) | (~past & (claimed > self.claimed_at[slots]))
        self.newest_reason[slots[tells]] = found[tells]  # In order of time: of several, the last one stays.


def _turns(slots: Ints) -> tuple[Ints, Ints]:
    """For sorted slots: how many of the same slot come before each, and how many after it."""
    n = len(slots)
    if n == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], slots[1:] != slots[:-1]]))
    counts = np.diff(np.append(starts, n))
    before = np.arange(n) - np.repeat(starts, counts)
    return before, np.repeat(counts, counts) - before - 1


def _too_far(lons_a: Floats, lats_a: Floats, at_a: Ints, lons_b: Floats, lats_b: Floats, at_b: Ints) -> Bools:
    """Whether no car could have gone from a to b in the time between; False where a is unknown."""
    reach_m = NOISE_M + SPEED_LIMIT_M_PER_S * np.maximum(at_b - at_a, 0) / S
    too_far: Bools = distances_m(lons_a, lats_a, lons_b, lats_b) > reach_m
    return too_far
