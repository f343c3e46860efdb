"""A unit's past made ready to be played back: its fixes, the roads it drove, and every gap said as such."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from nazdik.fleet.trail import Past, TrailRow
from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.kernel.instant import seconds_between
from nazdik.published.fleet import Traced

# Three reports of a slow tracker in a row: nobody saw where the unit was, and no line may be drawn as if.
GAP_S = 60.0


class Gap(NamedTuple):
    """A stretch without a believed fix. `why` is silent, doubtful (there were fixes, none believed) or damaged."""

    since: Instant
    until: Instant
    why: str


class Track(NamedTuple):
    """A span of one unit's past. `roads` and `breaks` have one entry a fix; they and `lines` are empty in raw form."""

    unit_id: UnitId
    since: Instant
    until: Instant
    past: Past
    roads: tuple[LonLat | None, ...]
    breaks: tuple[bool, ...]
    lines: list[list[LonLat]]
    gaps: tuple[Gap, ...]


def raw_track(unit_id: UnitId, since: Instant, until: Instant, past: Past) -> Track:
    """Return a track of fixes alone."""
    return Track(unit_id, since, until, past, (), (), [], gaps_of(past, since, until))


def matched_track(track: Track, believed: Sequence[TrailRow], traced: Traced) -> Track:
    """Return a track with what its believed fixes were on the road; a doubtful fix is on none."""
    rows = iter(range(len(believed)))
    roads: list[LonLat | None] = []
    breaks: list[bool] = []
    for row in track.past.rows:
        n = next(rows) if is_believed(row) else None
        if n is None or not traced.on_road[n]:
            roads.append(None)
            breaks.append(False)
            continue
        roads.append(LonLat(round(float(traced.lons[n]), 6), round(float(traced.lats[n]), 6)))
        breaks.append(bool(traced.breaks[n]))
    return track._replace(roads=tuple(roads), breaks=tuple(breaks), lines=traced.lines)


def is_believed(row: TrailRow) -> bool:
    """Whether a fix was the unit's place; one that came late but was sound then is as good in hindsight."""
    return row.point is not None and row.reason in (None, "position.too_old", "position.out_of_order")


def gaps_of(past: Past, since: Instant, until: Instant) -> tuple[Gap, ...]:
    """Return where a span has no believed fix for longer than `GAP_S`."""
    sound = [row.fixed_at for row in past.rows if is_believed(row)]
    doubtful = [row.fixed_at for row in past.rows if not is_believed(row)]
    edges = [since, *sound, until]
    found = []
    for before, after in pairwise(edges):
        if seconds_between(before, after) <= GAP_S:
            continue
        why = "doubtful" if any(before <= at < after for at in doubtful) else "damaged" if past.damaged else "silent"
        found.append(Gap(before, after, why))
    return tuple(found)
