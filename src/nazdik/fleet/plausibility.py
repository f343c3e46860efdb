"""
Which fixes to believe: one compiled pass over a batch, fix by fix.

Two kinds of rules. `flaws` judges each fix by itself. `Tracks.judge` judges it against what was last believed of the same unit,
in the order in which the unit's fixes were made. A call costs some microseconds and a fix a fraction of one, so that the small
batches in which a fleet reports cost no more than a large one does.
"""

from collections.abc import Callable
from inspect import getfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from nazdik.fleet import model
from nazdik.fleet.model import FRESH_S, Bools, Bounds, Floats, Ints, Reason
from nazdik.kernel import Instant, geometry
from nazdik.kernel.geometry import EARTH_RADIUS_M
from nazdik.kernel.instant import MICROSECONDS_PER_S as S
from nazdik.platform.compiled import door
from nazdik.published import sight
from nazdik.published.sight import Fitness

FUTURE_LIMIT_S = 10.0
ACCURACY_LIMIT_M = 500.0
SPEED_LIMIT_M_PER_S = 70.0
# Satellite noise: two good fixes taken within one second may lie this far apart without any movement.
NOISE_M = 50.0
# A move this fast was not made across a field; by road it has to be possible, or it was not made at all. The room is
# for a street we do not know and a fix put on the wrong side of a river; after two minutes anything may have happened.
ON_ROAD_M_PER_S, BY_ROAD_ROOM_M, BY_ROAD_WITHIN_S = 25.0, 300.0, 120.0
FROZEN_AFTER_S = 60.0
# A receiver that hears satellites wavers; one that says the same to the last digit for so long may be hung up.
UNCHANGING_AFTER_S = 1_800.0
MOVING_M_PER_S = 2.0
# A unit that really was carried far (a flight, a wrong first fix) is believed again after so many fixes that agree.
AGREEING_FIXES = 3
ZERO_ISLAND_DEG = 0.01
# A pursuit crosses the border of the province; about 30 km is still this region's business.
REGION_MARGIN_DEG = 0.3
# What a flood for one unit says of its present place is in its newest fixes; the older ones are history.
OF_ONE_UNIT_MAX = 128


_PLAUSIBLE, _HEALTHY = int(Fitness.POSITION_PLAUSIBLE), int(Fitness.HANDHELD_HEALTHY)

compiled = door(*(Path(getfile(module)) for module in (model, geometry, sight)))

BeyondReach = Callable[[Ints, Floats, Floats, Floats], Bools]
"""Whether units (slots, longitudes, latitudes) cannot have come there by road within so many metres each."""

Records = npt.NDArray[np.void]
# All that is known of one unit lies together.
_TRACK = np.dtype(
    [
        ("lon", "f8"),
        ("lat", "f8"),
        ("fixed_at", "i8"),
        ("claimed_at", "i8"),
        ("received_at", "i8"),
        ("heading_deg", "f8"),
        ("speed_m_per_s", "f8"),
        ("accuracy_m", "f8"),
        ("newest_reason", "i8"),
        ("still_since", "i8"),
        ("same_since", "i8"),
        ("doubt_lon", "f8"),
        ("doubt_lat", "f8"),
        ("doubt_at", "i8"),
        ("doubts", "i8"),
        ("fitness", "i8"),
    ],
    align=True,
)
_TIMES = ("fixed_at", "claimed_at", "received_at", "still_since", "same_since", "doubt_at")
_UNKNOWN = ("lon", "lat", "heading_deg", "speed_m_per_s", "accuracy_m", "doubt_lon", "doubt_lat")


class Batch(NamedTuple):
    """
    Reported fixes as columns, shape (n,). `claimed_at` is the device's word; `fixed_at` is never after receipt.

    A slot of -1 is no unit of ours.
    """

    slots: Ints
    lons: Floats
    lats: Floats
    claimed_at: Ints
    fixed_at: Ints
    headings_deg: Floats
    speeds_m_per_s: Floats
    accuracies_m: Floats
    mock: Bools


@compiled
def _within(lon: float, lat: float, box: Bounds, margin_deg: float) -> bool:
    inside: bool = (
        lon >= box.west - margin_deg
        and lon <= box.east + margin_deg
        and lat >= box.south - margin_deg
        and lat <= box.north + margin_deg
    )
    return inside


@compiled
def _flaw_of_place(lon: float, lat: float, box: Bounds) -> int:
    in_range = np.isfinite(lon) and np.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
    near, swapped = _within(lon, lat, box, REGION_MARGIN_DEG), _within(lat, lon, box, 0.0)
    if not in_range and not swapped:
        return Reason.OUT_OF_RANGE.value
    if abs(lon) < ZERO_ISLAND_DEG and abs(lat) < ZERO_ISLAND_DEG:
        return Reason.ZERO_ISLAND.value
    if near:
        return Reason.NONE.value
    return Reason.SWAPPED.value if swapped else Reason.OUTSIDE_REGION.value


@compiled
def flaws(batch: Batch, bounds: Bounds, now: int) -> Ints:
    """Return for each fix the first `Reason` that can be seen from it alone; shape (n,)."""
    reasons = np.empty(len(batch.slots), np.int64)
    for i in range(len(batch.slots)):
        reason = _flaw_of_place(batch.lons[i], batch.lats[i], bounds)
        if batch.slots[i] < 0:
            reason = Reason.UNKNOWN_UNIT.value
        elif reason != Reason.NONE:
            pass
        elif batch.mock[i]:
            reason = Reason.MOCK.value
        elif batch.claimed_at[i] > now + FUTURE_LIMIT_S * S:
            reason = Reason.FROM_FUTURE.value
        elif batch.accuracies_m[i] > ACCURACY_LIMIT_M:
            reason = Reason.INACCURATE.value
        elif batch.claimed_at[i] < now - FRESH_S * S:
            reason = Reason.TOO_OLD.value
        reasons[i] = reason
    return reasons


@compiled
def _distance_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """The great-circle distance in metres."""
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half_lat, half_lon = (phi_b - phi_a) / 2, np.radians(lon_b - lon_a) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_lon) ** 2
    return float(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(min(1.0, chord))))


@compiled
def _seconds(us: int) -> float:
    """How long a step took; two fixes in the wrong order took none."""
    return max(us, 0) / S


@compiled
def _too_far(moved_m: float, took_s: float) -> bool:
    """Whether no car could have gone so far in the time."""
    return moved_m > NOISE_M + SPEED_LIMIT_M_PER_S * took_s


@compiled
def _is_newer(tracks: Records, batch: Batch, i: int) -> bool:
    """Whether fix i was made after the last one that was believed of its unit."""
    track, fixed_at = tracks[batch.slots[i]], batch.fixed_at[i]
    # Two fixes from a clock that runs ahead are both cut back to their receipt; then the device's order decides.
    newer: bool = fixed_at > track.fixed_at or (fixed_at == track.fixed_at and batch.claimed_at[i] > track.claimed_at)
    return newer


@compiled
def _end_of_unit(batch: Batch, order: Ints, first: int) -> int:
    """Where in the order the fixes of the unit end that begin at `first`."""
    last = first + 1
    while last < len(order) and batch.slots[order[last]] == batch.slots[order[first]]:
        last += 1
    return last


@compiled
def _fair_in(order: Ints, reasons: Ints, first: int, last: int) -> int:
    """How many fixes of a stretch of the order have nothing against them so far."""
    fair = 0
    for k in range(first, last):
        if reasons[order[k]] == Reason.NONE:
            fair += 1
    return fair


@compiled
def _doubtful(tracks: Records, batch: Batch, order: Ints, reasons: Ints) -> tuple[Ints, Floats]:
    """
    The fixes for which the road has to be asked, and how many metres of road each may have driven.

    They moved too fast for a field: over a river, between two valleys. The road knows where a unit was before this batch, so it
    can judge the first fix of each only.
    """
    rows, reach_m = np.empty(len(order), np.int64), np.empty(len(order))
    found, first = 0, 0
    while first < len(order):
        last = _end_of_unit(batch, order, first)
        if batch.slots[order[first]] >= 0 and 0 < _fair_in(order, reasons, first, last) <= OF_ONE_UNIT_MAX:
            k = first
            while reasons[order[k]] != Reason.NONE:
                k += 1
            i = order[k]
            track = tracks[batch.slots[i]]
            if track.fixed_at > 0 and _is_newer(tracks, batch, i):
                moved_m = _distance_m(track.lon, track.lat, batch.lons[i], batch.lats[i])
                took_s = _seconds(batch.claimed_at[i] - track.claimed_at)
                fast = moved_m > NOISE_M + ON_ROAD_M_PER_S * took_s and took_s <= BY_ROAD_WITHIN_S
                if fast and not _too_far(moved_m, took_s):
                    rows[found], reach_m[found] = i, BY_ROAD_ROOM_M + SPEED_LIMIT_M_PER_S * took_s
                    found += 1
        first = last
    return rows[:found], reach_m[:found]


@compiled
def _judge_fix(tracks: Records, batch: Batch, i: int, cut: bool, now: int) -> int:
    """Judge fix i, which has no flaw of its own, believe it if it stands, and return its reason."""
    if not _is_newer(tracks, batch, i):
        return Reason.OUT_OF_ORDER.value
    track, lon, lat, claimed_at = tracks[batch.slots[i]], batch.lons[i], batch.lats[i], batch.claimed_at[i]
    known = track.fixed_at > 0
    same = known and lon == track.lon and lat == track.lat
    still = same and batch.speeds_m_per_s[i] > MOVING_M_PER_S
    if not same:
        track.same_since = 0
    elif track.same_since == 0:
        track.same_since = track.claimed_at
    if not still:
        track.still_since = 0
    elif track.still_since == 0:
        track.still_since = track.claimed_at
    if still and claimed_at - track.still_since > FROZEN_AFTER_S * S:
        return Reason.FROZEN.value
    far = known and (
        cut or _too_far(_distance_m(track.lon, track.lat, lon, lat), _seconds(claimed_at - track.claimed_at))
    )
    if far:
        agrees = (
            track.doubts > 0
            and claimed_at > track.doubt_at
            and not _too_far(
                _distance_m(track.doubt_lon, track.doubt_lat, lon, lat), _seconds(claimed_at - track.doubt_at)
            )
        )
        track.doubts = track.doubts + 1 if agrees else 1
        if track.doubts < AGREEING_FIXES:
            track.doubt_lon, track.doubt_lat, track.doubt_at = lon, lat, claimed_at
            return Reason.JUMP_BY_ROAD.value if cut else Reason.JUMP.value
    track.doubts = 0
    track.lon, track.lat = lon, lat
    track.fixed_at, track.claimed_at, track.received_at = batch.fixed_at[i], claimed_at, now
    track.heading_deg, track.speed_m_per_s = batch.headings_deg[i], batch.speeds_m_per_s[i]
    track.accuracy_m = batch.accuracies_m[i]
    return Reason.NONE.value


@compiled
def _note_newest(tracks: Records, batch: Batch, i: int, reason: int, now: int) -> None:
    """An old backlog says nothing of the present: only what is newer than the last belief casts doubt on it."""
    track, claimed_at = tracks[batch.slots[i]], batch.claimed_at[i]
    past = reason in (Reason.TOO_OLD.value, Reason.OUT_OF_ORDER.value) or claimed_at < now - FRESH_S * S
    if reason == Reason.NONE or (not past and claimed_at > track.claimed_at):
        track.newest_reason = reason


@compiled
def _judge(tracks: Records, batch: Batch, order: Ints, reasons: Ints, cut: Bools, now: int) -> tuple[Ints, Ints]:
    """Complete `reasons` by `order` (of units, then of times); return whose place is new, and who reported at all."""
    believed, seen = np.empty(len(order), np.int64), np.empty(len(order), np.int64)
    believed_n, seen_n, first = 0, 0, 0
    while first < len(order):
        last, slot = _end_of_unit(batch, order, first), batch.slots[order[first]]
        if slot >= 0:
            too_many = _fair_in(order, reasons, first, last) - OF_ONE_UNIT_MAX
            stands = False
            for i in order[first:last]:
                if reasons[i] == Reason.NONE:
                    reasons[i] = (
                        Reason.OUT_OF_ORDER.value if too_many > 0 else _judge_fix(tracks, batch, i, cut[i], now)
                    )
                    too_many -= 1
                    stands |= reasons[i] == Reason.NONE
            for i in order[first:last]:
                _note_newest(tracks, batch, i, reasons[i], now)
            seen[seen_n] = slot
            seen_n += 1
            if stands:
                believed[believed_n] = slot
                believed_n += 1
        first = last
    return believed[:believed_n], seen[:seen_n]


@compiled
def _fitness_news(tracks: Records, slots: Ints, healthy: Bools) -> tuple[Ints, Ints]:
    """The units whose bits are others than when this was last asked, and those bits."""
    changed, masks = np.empty(len(slots), np.int64), np.empty(len(slots), np.int64)
    found = 0
    for slot in slots:
        # A device that says itself that its place is made up is not chosen; a glitch is left to age out of the limit.
        plausible = tracks[slot].fixed_at > 0 and tracks[slot].newest_reason != Reason.MOCK
        mask = (_PLAUSIBLE if plausible else 0) | (_HEALTHY if healthy[slot] else 0)
        if mask != tracks[slot].fitness:
            tracks[slot].fitness = mask
            changed[found], masks[found] = slot, mask
            found += 1
    return changed[:found], masks[:found]


class Tracks:
    """
    What was last believed of each unit, as columns by slot, and what has to be remembered to judge its next fix.

    `fixed_at` 0 means nothing was ever believed. `newest_reason` is that of the newest fresh report, believed or not.
    """

    def __init__(self, size: int = 64) -> None:
        self._rows = _blank(size)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return a column of `_TRACK`, to read."""
        return self._rows[name]

    def of(self, slots: Ints) -> Records:
        """Return all that is known of some units; a copy."""
        rows: Records = self._rows[slots]
        return rows

    def grow(self, size: int) -> None:
        """Make room for slots below `size`."""
        self._rows = np.concatenate([self._rows, _blank(size - len(self))])

    def shift(self, us: int) -> None:
        """Say that everything known was so much later: somebody set the clock forward."""
        for name in _TIMES:
            column = self._rows[name]
            column[column > 0] += us

    def remarks(self, slots: Ints) -> Ints:
        """Return for each what is to be said of its place: why its newest report was not believed, or what is odd."""
        since, newest = self._rows["same_since"][slots], self._rows["newest_reason"][slots]
        unchanging = (since > 0) & (self._rows["claimed_at"][slots] - since > UNCHANGING_AFTER_S * S)
        said: Ints = np.where((newest == Reason.NONE) & unchanging, int(Reason.UNCHANGING), newest)
        return said

    def judge(
        self, batch: Batch, reasons: Ints, now: Instant, beyond_reach: BeyondReach | None = None
    ) -> tuple[Ints, Ints]:
        """
        Complete `reasons` in place and believe what stands; `beyond_reach` asks the road, None believes without.

        The fixes of one unit are taken in the order in which they were made, whatever their order in the batch. Returns the
        slots whose place is a new one, and of all that reported, in order.
        """
        order = np.lexsort((batch.claimed_at, batch.slots))
        cut = np.zeros(len(order), np.bool_)
        if beyond_reach is not None:
            rows, reach_m = _doubtful(self._rows, batch, order, reasons)
            if len(rows):
                cut[rows] = beyond_reach(batch.slots[rows], batch.lons[rows], batch.lats[rows], reach_m)
        return _judge(self._rows, batch, order, reasons, cut, now)

    def fitness_news(self, slots: Ints, healthy: Bools) -> tuple[Ints, Ints]:
        """Return whose bits of fitness changed since this was last asked, given each slot's health, and those bits."""
        return _fitness_news(self._rows, slots, healthy)


def warm_up() -> None:
    """Compile everything now, so that no first report waits for it."""
    one, at = np.zeros(1), np.ones(1, np.int64)
    batch = Batch(np.zeros(1, np.int64), one, one, at, at, one, one, one, np.zeros(1, np.bool_))
    tracks = Tracks(1)
    tracks.judge(batch, flaws(batch, Bounds(-1.0, -1.0, 1.0, 1.0), 1), Instant(1), lambda *asked: np.zeros(1, np.bool_))
    tracks.fitness_news(batch.slots, batch.mock)


def _blank(size: int) -> Records:
    rows = np.zeros(size, _TRACK)
    for name in _UNKNOWN:
        rows[name] = np.nan
    return rows
