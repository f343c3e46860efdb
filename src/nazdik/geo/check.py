"""
What somebody who built a region should know of it before it is put in force: what was left out, what is missing, what is odd.

Most is read off the built region itself; what can be seen only while the streets are read is in its `notes.json`. A finding is a
`problem` when calls would go wrong by it, else a `note`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
import numpy as np
import shapely

from nazdik.geo.errors import RegionUnreadable
from nazdik.geo.gazetteer import RECORDS, SCALE, PlacesFile
from nazdik.geo.graph import RoadGraph
from nazdik.geo.left_out import LeftOut, Notes
from nazdik.geo.office_check import check_offices
from nazdik.geo.profile import RoadClass
from nazdik.geo.reading import Reading
from nazdik.geo.region import NOTES, Region
from nazdik.geo.responsible import read_offices
from nazdik.geo.restrictions import NOT_UNDERSTOOD
from nazdik.kernel.text import persian_digits

# Of all kilometres, so many may hang loose (yards, islands, the far side of a border) before it is a fault of the file.
LEFT_OUT_SHARE_MAX = 0.1
# Nobody drives an arc at more than this, nor slower; a profile or an extract that says so is wrong.
SPEED_KMH_MIN, SPEED_KMH_MAX = 1.5, 160.0
ARC_S_MAX = 3_600.0
ZERO_M = 0.05
# A few nameless metres are ramps and junctions; more of a class is a hole in the names.
NAMELESS_SHARE_MIN = 0.05
EXAMPLES = 5
# Streets people call by name; service roads and tracks seldom have one.
_NAMED_CLASSES = tuple(
    c for c in RoadClass if c <= RoadClass.LIVING_STREET and not c.name.endswith("_LINK")
)  # fmt: skip


class Weight(StrEnum):
    """How much a finding weighs."""

    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know, how often it occurs, and where, as far as a few examples tell."""

    code: str
    weight: Weight
    count: int
    message_fa: str
    message_en: str
    examples: tuple[str, ...] = ()


def check_region(region: Region) -> list[Finding]:
    """
    Return what is to be known of a region, after reading every byte of it; empty when there is nothing.

    Raises:
        RegionUnreadable, RegionForeign, RegionDamaged: It cannot be used at all.
    """
    region.verify()
    graph = RoadGraph.load(region.graph_folder)
    notes = _notes(region)
    boundary = shapely.from_geojson(region.boundary_path.read_text(encoding="utf-8"))
    return [
        *_of_left_out(notes.left_out),
        *_of_reading(notes.reading),
        *_of_names(graph),
        *_of_lengths_and_times(graph),
        *_of_twice_drawn(graph),
        *_of_offices(region),
        *_of_places(region, boundary),
    ]


def _notes(region: Region) -> Notes:
    try:
        return msgspec.json.decode((region.folder / NOTES).read_bytes(), type=Notes)
    except (OSError, msgspec.MsgspecError) as error:
        raise RegionUnreadable(
            f"منطقهٔ «{region.folder.name}» با نسخهٔ دیگری ساخته شده و گزارش ساخت ندارد؛ دوباره آن را بسازید.",
            f"Region “{region.folder.name}” was built by another version and has no notes of its build; build it again.",
        ) from error


def _of_left_out(out: LeftOut) -> Iterator[Finding]:
    if not out.parts:
        return
    share = out.km / max(out.km_in_all, 0.001)
    yield Finding(
        "left_out",
        Weight.PROBLEM if share > LEFT_OUT_SHARE_MAX else Weight.NOTE,
        out.parts,
        f"{_fa(out.parts)} تکه راه به بقیه نمی‌رسد و کنار گذاشته شد: {_fa(out.km)} کیلومتر از {_fa(out.km_in_all)}",
        f"{out.parts} parts of the streets do not connect and were left out: {out.km} of {out.km_in_all} km",
        tuple(f"{p.km} km  {p.lon},{p.lat}  {p.name}".rstrip() for p in out.largest[:EXAMPLES]),
    )


def _of_reading(reading: Reading) -> Iterator[Finding]:
    if reading.cut_nodes:
        yield Finding(
            "cut_nodes",
            Weight.NOTE,
            reading.cut_nodes,
            f"{_fa(reading.cut_nodes)} نقطهٔ راه‌ها در پرونده نیست؛ پرونده از میان راه‌ها بریده شده است",
            f"{reading.cut_nodes} points of ways are not in the file: it was cut through ways",
        )
    if reading.odd_limits:
        count = sum(reading.odd_limits.values())
        yield Finding(
            "odd_limits",
            Weight.NOTE,
            count,
            f"{_fa(count)} سرعت مجاز خوانده نشد و سرعت معمول آن رده به کار رفت",
            f"{count} speed limits say nothing usable; the usual speed of the class was taken",
            tuple(f"maxspeed={value!r}: {often}" for value, often in list(reading.odd_limits.items())[:EXAMPLES]),
        )
    in_all = sum(count for what, count in reading.turns.items() if what != "would_trap")
    if unread := sum(reading.turns.get(why, 0) for why in NOT_UNDERSTOOD):
        yield Finding(
            "restrictions_unread",
            Weight.NOTE,
            unread,
            f"{_fa(unread)} محدودیت گردش از {_fa(in_all)} تا فهمیده نشد و به کار نرفت",
            f"{unread} of {in_all} turn restrictions cannot be understood and are not used",
            tuple(f"{why}: {reading.turns[why]}" for why in NOT_UNDERSTOOD if why in reading.turns),
        )
    if traps := reading.turns.get("would_trap", 0):
        yield Finding(
            "restrictions_trap",
            Weight.NOTE,
            traps,
            f"{_fa(traps)} محدودیت گردش راهی را بی‌ورودی یا بی‌خروجی می‌کرد و تنها زمان‌بر شد",
            f"{traps} turn restrictions would leave streets without a way in or out; they only cost time",
        )


def _of_names(graph: RoadGraph) -> Iterator[Finding]:
    last = graph.segment_first[1:] - 1
    km = graph.shape_m[last] / 1000
    for road_class in _NAMED_CLASSES:
        of_class = graph.segment_class == road_class
        bare = of_class & (graph.segment_name == 0)
        share = float(km[bare].sum() / max(km[of_class].sum(), 1e-9))
        if share >= NAMELESS_SHARE_MIN:
            name = road_class.name.lower()
            percent = f"{100 * share:.0f}"
            yield Finding(
                f"nameless_{name}",
                Weight.NOTE,
                int(bare.sum()),
                f"راه‌های ردهٔ {name} بی‌نام: {_fa(percent)}٪ از طول ({_fa(round(float(km[bare].sum()), 1))} کیلومتر)",
                f"streets of class {name} without a name: {percent} % of their length ({km[bare].sum():.1f} km)",
                _where(graph, np.flatnonzero(bare)[np.argsort(-km[bare], kind="stable")]),
            )


def _of_lengths_and_times(graph: RoadGraph) -> Iterator[Finding]:
    last = graph.segment_first[1:] - 1
    flat = np.flatnonzero(graph.shape_m[last] < ZERO_M)
    if len(flat):
        yield Finding(
            "zero_length",
            Weight.NOTE,
            len(flat),
            f"{_fa(len(flat))} تکه راه درازا ندارد",
            f"{len(flat)} segments have no length",
            _where(graph, flat),
        )
    long = graph.arc_m >= 10  # whole milliseconds say little of a shorter one
    kmh = graph.arc_m / graph.arc_ms * 3_600
    odd = np.flatnonzero(long & ((kmh < SPEED_KMH_MIN) | (kmh > SPEED_KMH_MAX)))
    slow = np.flatnonzero(graph.arc_ms > ARC_S_MAX * 1000)
    for code, arcs, fa, en in (
        ("odd_speed", odd, "یال با سرعت ناممکن هست", "arcs are driven at an impossible speed"),
        ("very_long_arc", slow, "یال بیش از یک ساعت راه است", "arcs take more than an hour"),
    ):
        if len(arcs):
            yield Finding(
                code,
                Weight.PROBLEM,
                len(arcs),
                f"{_fa(len(arcs))} {fa}",
                f"{len(arcs)} {en}",
                _where(graph, np.unique(graph.arc_segment[arcs])),
            )


def _of_twice_drawn(graph: RoadGraph) -> Iterator[Finding]:
    """Segments between the same junctions over the same points: one street that was drawn twice."""
    first, last = graph.segment_first[:-1], graph.segment_first[1:] - 1
    x, y = np.rint(graph.shape_lon * 1e7).astype(np.int64), np.rint(graph.shape_lat * 1e7).astype(np.int64)
    # Sums of the points and of their products say which points they are, in whichever direction they were drawn.
    rows = np.stack([last - first, *(np.add.reduceat(column, first) for column in (x, y, x * 31 ^ y * 17))], axis=1)
    _, which, count = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    twice = np.flatnonzero(count[which] > 1)
    extra = len(twice) - int((count > 1).sum())
    if extra:
        yield Finding(
            "drawn_twice",
            Weight.NOTE,
            extra,
            f"{_fa(extra)} تکه راه دوباره روی راه دیگری کشیده شده است",
            f"{extra} segments are drawn a second time over another",
            _where(graph, twice),
        )


def _of_offices(region: Region) -> Iterator[Finding]:
    faults = check_offices(read_offices(region.offices_path))
    for code in dict.fromkeys(fault.code for fault in faults):
        mine = [fault for fault in faults if fault.code is code]
        yield Finding(
            f"offices_{code.value}",
            Weight.PROBLEM if mine[0].area_m2 or code.value != "seat_outside" else Weight.NOTE,
            len(mine),
            f"یگان‌ها، {_fa(len(mine))} مورد: {mine[0].message_fa}",
            f"offices, {len(mine)} times: {mine[0].message_en}",
            tuple(fault.message_en for fault in mine[1 : EXAMPLES + 1]),
        )


def _of_places(region: Region, boundary: Any) -> Iterator[Finding]:
    file = msgspec.json.decode((region.places_folder / RECORDS).read_bytes(), type=PlacesFile)
    shapely.prepare(boundary)
    lon, lat = np.array(file.lon) / SCALE, np.array(file.lat) / SCALE
    # A street is filed at its middle, which may lie across the border of a region it only touches.
    own = np.array([kind != "street" for kind in file.kinds], dtype=np.bool_)
    outside = np.flatnonzero(own & ~shapely.intersects_xy(boundary, lon, lat))
    if len(outside):
        yield Finding(
            "places_outside",
            Weight.NOTE,
            len(outside),
            f"{_fa(len(outside))} جا بیرون از مرز است",
            f"{len(outside)} places lie outside the boundary",
            tuple(f"{file.names[i]}  {lon[i]:.6f},{lat[i]:.6f}" for i in outside[:EXAMPLES].tolist()),
        )


def _where(graph: RoadGraph, segments: Any) -> tuple[str, ...]:
    """Where the first few segments are, and what they are called."""
    told = []
    for segment in segments[:EXAMPLES].tolist():
        middle = (int(graph.segment_first[segment]) + int(graph.segment_first[segment + 1])) // 2
        name = graph.names[int(graph.segment_name[segment])].fa
        told.append(f"{graph.shape_lon[middle]:.6f},{graph.shape_lat[middle]:.6f}  {name}".rstrip())
    return tuple(told)


def _fa(number: float | str) -> str:
    return persian_digits(str(number).replace(".", "٫"))
