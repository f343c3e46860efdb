"""
Routes: how to drive from one point to another, told in Persian and English, and where along it a vehicle is when.

Turn instructions are our own: no routing engine tried speaks Persian. They are made from the angle between the streets,
their names, and what else one could do at the junction; a bend without a choice is not a turn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import atan2, cos, degrees, radians
from typing import Any

import numpy as np

from nazdik.geo.graph import CONTRAFLOW, ROUNDABOUT, Floats, Int32s, RoadGraph, RoadName
from nazdik.geo.nearest import NearestUnits
from nazdik.geo.profile import RoadClass
from nazdik.geo.questions import RoadPath
from nazdik.geo.snap import INCIDENT_LIMIT_M, Snapped, Snapper
from nazdik.geo.turns import BEARING_M
from nazdik.kernel import LonLat
from nazdik.kernel.rejected import Conflict, Invalid

# Angles between the way in and the way out, in degrees: below the first one drives straight on.
SLIGHT_DEG, TURN_DEG, SHARP_DEG, U_TURN_DEG = 25.0, 55.0, 125.0, 170.0
# Nearer than this to the middle of the street, a place is on neither side.
SIDE_M = 3.0


class OutsideRegion(Invalid):
    """The point has no road within reach in any region that is loaded."""

    code = "geo.outside_region"


class NoWay(Conflict):
    """No road leads there now: closures cut it off."""

    code = "geo.no_way"


class Turn(StrEnum):
    """What to do, as in OSRM's and MapLibre's vocabularies."""

    DEPART = "depart"
    CONTINUE = "continue"
    SLIGHT_RIGHT = "slight_right"
    RIGHT = "right"
    SHARP_RIGHT = "sharp_right"
    SLIGHT_LEFT = "slight_left"
    LEFT = "left"
    SHARP_LEFT = "sharp_left"
    U_TURN = "u_turn"
    ROUNDABOUT = "roundabout"
    ARRIVE = "arrive"
    ARRIVE_LEFT = "arrive_left"
    ARRIVE_RIGHT = "arrive_right"


@dataclass(frozen=True, slots=True)
class Manoeuvre:
    """
    One instruction: what, where, onto which street, and how long that street is followed until the next one.

    `exit` counts the exits of a roundabout from its entry, 0 when it is none.
    """

    turn: Turn
    at: LonLat
    name: RoadName
    distance_m: float
    time_s: float
    exit: int
    text_fa: str
    text_en: str


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """
    A way to drive, with its line.

    Attributes:
        path: The arcs it takes.
        lons, lats: The line, first point to last; shape (n,).
        metres, seconds: Distance and time from the start at each point of the line; shape (n,).
        off_road_m: How far the place asked for lies from the end of the line.
    """

    path: RoadPath
    lons: Floats
    lats: Floats
    metres: Floats
    seconds: Floats
    manoeuvres: tuple[Manoeuvre, ...]
    off_road_m: float

    @property
    def travel_time_s(self) -> float:
        """The time of the whole route."""
        return float(self.seconds[-1])

    @property
    def distance_m(self) -> float:
        """The length of the whole route."""
        return float(self.metres[-1])


@dataclass(frozen=True, slots=True)
class Along:
    """Where a vehicle is on its route; `heading_deg` clockwise from true north, `arrived` once the end is reached."""

    place: LonLat
    heading_deg: float
    distance_m: float
    speed_m_per_s: float
    arrived: bool


class Router:
    """Finds and tells routes on one graph. One workspace: one thread at a time."""

    def __init__(self, graph: RoadGraph, snapper: Snapper | None = None, *, units: NearestUnits | None = None) -> None:
        """
        Make ready to tell routes on a graph.

        Args:
            units: An empty fleet of its own to search with; one by the map's own times without.
        """
        self._graph = graph
        self._snapper = snapper or Snapper(graph)
        self._one = NearestUnits(graph, capacity=1) if units is None else units
        self._one.add()

    def route(self, start: LonLat, end: LonLat, *, heading_deg: float | None = None) -> Route:
        """
        The fastest route between two points; `heading_deg` is where the vehicle faces at its start.

        Raises:
            OutsideRegion: One of them is further than the incident limit from every road (`geo.outside_region`).
            NoWay: Closures leave no way between them (`geo.no_way`).
        """
        from_road = self._snapper.snap(start, heading_deg=heading_deg, limit_m=INCIDENT_LIMIT_M)
        if from_road is None:
            raise OutsideRegion(lon=start.lon, lat=start.lat)
        return self.route_from(from_road.arc, from_road.fraction, end)

    def route_from(self, arc: int, fraction: float, end: LonLat) -> Route:
        """The fastest route from a place on an arc; raises as `route` does."""
        to_road = self._snapper.snap(end, limit_m=INCIDENT_LIMIT_M)
        if to_road is None:
            raise OutsideRegion(lon=end.lon, lat=end.lat)
        here = np.zeros(1)
        self._one.link(
            np.zeros(1, dtype=np.int64),
            np.array([arc], dtype=np.int32),
            np.array([fraction]),
            here,
            here,
            np.zeros(1, dtype=np.int64),
        )
        if not self._one.search(to_road.arc, to_road.fraction, k=1).found:
            # A road graph is strongly connected: only a closure can part two places.
            raise NoWay(to=end)
        return tell(self._graph, self._one.path_of(0), end, to_road, self._one.times.arc_ms)


def tell(graph: RoadGraph, path: RoadPath, end: LonLat, to_road: Snapped, arc_ms: Int32s) -> Route:
    """The line, the times and the instructions of a path that ends where `end` was snapped to; `arc_ms` is the pace."""
    lons, lats, metres, seconds, starts = _line(graph, path, arc_ms)
    steps = _steps(graph, tuple(path.arcs.tolist()))
    index = [starts[step.arc_index] for step in steps]
    arrival = len(lons) - 1
    told = []
    for step, at, until in zip(steps, index, [*index[1:], arrival], strict=True):
        told.append(
            Manoeuvre(
                turn=step.turn,
                at=LonLat(float(lons[at]), float(lats[at])),
                name=step.name,
                distance_m=float(metres[until] - metres[at]),
                time_s=float(seconds[until] - seconds[at]),
                exit=step.exit,
                text_fa=sentence_fa(step.turn, step.name.fa, step.road, step.exit),
                text_en=sentence_en(step.turn, step.name.en or step.name.fa, step.exit),
            )
        )
    last = graph.name_of(int(path.arcs[-1]))
    side = _side(lons, lats, end)
    told.append(
        Manoeuvre(
            turn=side,
            at=LonLat(float(lons[-1]), float(lats[-1])),
            name=last,
            distance_m=0.0,
            time_s=0.0,
            exit=0,
            text_fa=sentence_fa(side, "", RoadClass.ROAD, 0),
            text_en=sentence_en(side, "", 0),
        )
    )
    return Route(path, lons, lats, metres, seconds, tuple(told), to_road.distance_m)


def travel(route: Route, after_s: float) -> Along:
    """Where a vehicle is that left the start of a route `after_s` seconds ago at the planned pace."""
    t = min(max(after_s, 0.0), route.travel_time_s)
    lon, lat = float(np.interp(t, route.seconds, route.lons)), float(np.interp(t, route.seconds, route.lats))
    distance = float(np.interp(t, route.seconds, route.metres))
    # The piece it is on is the first that ends after now; at the very end the last one.
    piece = min(int(np.searchsorted(route.seconds, t, side="right")), len(route.seconds) - 1)
    piece = max(piece, 1)
    heading = _bearing(route.lons[piece - 1], route.lats[piece - 1], route.lons[piece], route.lats[piece])
    took = float(route.seconds[piece] - route.seconds[piece - 1])
    arrived = after_s >= route.travel_time_s
    moving = not arrived and took > 0
    speed = float(route.metres[piece] - route.metres[piece - 1]) / took if moving else 0.0
    return Along(LonLat(lon, lat), heading % 360.0, distance, speed, arrived)


# The line


def _line(graph: RoadGraph, path: RoadPath, arc_ms: Int32s) -> tuple[Floats, Floats, Floats, Floats, list[int]]:
    """Longitudes, latitudes, metres, seconds, and the index of the point at which each arc of the path starts."""
    parts: list[tuple[Floats, Floats, Floats, Floats]] = []
    starts, points = [], 0
    metres_before = seconds_before = 0.0
    turn_ms = path.turn_ms.tolist()
    for number, arc in enumerate(path.arcs.tolist()):
        start = path.start_fraction if number == 0 else 0.0
        stop = path.end_fraction if number == len(path.arcs) - 1 else 1.0
        lon, lat, metres = _cut(graph, arc, start, stop)
        length = float(graph.arc_m[arc])
        time_s = float(arc_ms[arc]) / 1000
        # Time lost in a turn is lost on the way up to it.
        seconds_before += turn_ms[number] / 1000
        seconds = metres / length * time_s if length > 0 else np.array([0.0, (stop - start) * time_s])
        parts.append((lon[:-1], lat[:-1], metres[:-1] + metres_before, seconds[:-1] + seconds_before))
        starts.append(points)
        points += len(lon) - 1
        metres_before += float(metres[-1])
        seconds_before += float(seconds[-1])
        if number == len(path.arcs) - 1:
            end = (lon[-1:], lat[-1:], np.array([metres_before]), np.array([seconds_before]))
            parts.append(end)
    lons, lats, metres, seconds = (np.concatenate(column) for column in zip(*parts, strict=True))
    return lons, lats, metres, seconds, starts


def _cut(graph: RoadGraph, arc: int, start: float, stop: float) -> tuple[Floats, Floats, Floats]:
    """The shape of an arc between two fractions, its metres counted from the first; at least two points."""
    lon, lat, metres = graph.shape_of(arc)
    length = float(metres[-1])
    if length == 0:
        return lon[[0, -1]], lat[[0, -1]], np.zeros(2)
    if start == 0.0 and stop == 1.0:
        return lon, lat, metres
    a, b = start * length, stop * length
    between = (metres > a) & (metres < b)
    at = np.concatenate(([a], metres[between], [b]))
    return np.interp(at, metres, lon), np.interp(at, metres, lat), at - a


# The instructions


@dataclass(frozen=True, slots=True)
class _Step:
    turn: Turn
    arc_index: int
    name: RoadName
    road: RoadClass
    exit: int = 0


def _steps(graph: RoadGraph, arcs: Sequence[int]) -> list[_Step]:
    """The instructions of a path, without the arrival."""
    first = arcs[0]
    steps = [_Step(Turn.DEPART, 0, graph.name_of(first), graph.class_of(first))]
    index = 1
    while index < len(arcs):
        before, after = arcs[index - 1], arcs[index]
        if graph.has_flag(after, ROUNDABOUT) and not graph.has_flag(before, ROUNDABOUT):
            leave = index
            while leave < len(arcs) and graph.has_flag(arcs[leave], ROUNDABOUT):
                leave += 1
            onto = arcs[min(leave, len(arcs) - 1)]
            exits = sum(_exits_at_head(graph, arc) for arc in arcs[index:leave])
            # A route that ends inside the ring takes no exit.
            exits = exits if leave < len(arcs) else 0
            steps.append(_Step(Turn.ROUNDABOUT, index, graph.name_of(onto), graph.class_of(onto), exits))
            index = leave + 1
            continue
        turn = _turn_at(graph, before, after, steps[-1].name)
        if turn is not None:
            steps.append(_Step(turn, index, graph.name_of(after), graph.class_of(after)))
        index += 1
    return steps


def _exits_at_head(graph: RoadGraph, ring: int) -> int:
    """1 when one can leave a roundabout where this part of its ring ends, else 0."""
    return int(any(not graph.has_flag(arc, ROUNDABOUT | CONTRAFLOW) for arc in _out_of_head(graph, ring)))


def _turn_at(graph: RoadGraph, before: int, after: int, followed: RoadName) -> Turn | None:
    """What to tell a driver between two arcs, or None when there is nothing to say."""
    if after == int(graph.arc_twin[before]):
        return Turn.U_TURN
    name, angle = graph.name_of(after).fa, _angle(graph, before, after)
    renamed, straight = name not in {"", followed.fa}, abs(angle) < SLIGHT_DEG
    told_as_street = Turn.CONTINUE if renamed else None
    arms = [arc for arc in _out_of_head(graph, before) if arc not in {after, int(graph.arc_twin[before])}]
    if not arms and (not renamed or abs(angle) < TURN_DEG):
        return told_as_street  # a bend, not a junction
    others = [_angle(graph, before, arc) for arc in arms if not graph.has_flag(arc, CONTRAFLOW)]
    straightest = all(abs(other) > abs(angle) for other in others)
    if straight and (straightest or all(abs(other) >= TURN_DEG for other in others)):
        return told_as_street
    if name == followed.fa != "" and abs(angle) < TURN_DEG and straightest:
        return None  # the street itself bends here
    if straight:
        # A fork: something else goes on at least as straight, so say on which side to keep.
        return Turn.SLIGHT_RIGHT if angle > min(others, key=abs) else Turn.SLIGHT_LEFT
    return turn_of_angle(angle)


def turn_of_angle(angle_deg: float) -> Turn:
    """The turn for an angle in degrees, clockwise (to the right) positive, between -180 and 180."""
    size, right = abs(angle_deg), angle_deg > 0
    if size < SLIGHT_DEG:
        return Turn.CONTINUE
    if size < TURN_DEG:
        return Turn.SLIGHT_RIGHT if right else Turn.SLIGHT_LEFT
    if size < SHARP_DEG:
        return Turn.RIGHT if right else Turn.LEFT
    if size < U_TURN_DEG:
        return Turn.SHARP_RIGHT if right else Turn.SHARP_LEFT
    return Turn.U_TURN


def _out_of_head(graph: RoadGraph, arc: int) -> range:
    node = int(graph.arc_head[arc])
    return range(int(graph.first_out[node]), int(graph.first_out[node + 1]))


def _angle(graph: RoadGraph, before: int, after: int) -> float:
    """Degrees from the direction one comes in to the one one goes out, to the right positive."""
    lon, lat, metres = graph.shape_of(before)
    a = max(float(metres[-1]) - BEARING_M, 0.0)
    inward = _bearing(np.interp(a, metres, lon), np.interp(a, metres, lat), lon[-1], lat[-1])
    lon, lat, metres = graph.shape_of(after)
    b = min(BEARING_M, float(metres[-1]))
    outward = _bearing(lon[0], lat[0], np.interp(b, metres, lon), np.interp(b, metres, lat))
    return (outward - inward + 180.0) % 360.0 - 180.0


def _bearing(lon_a: Any, lat_a: Any, lon_b: Any, lat_b: Any) -> float:
    """Degrees clockwise from true north; for short distances."""
    return degrees(atan2((lon_b - lon_a) * cos(radians(float(lat_a))), lat_b - lat_a))


def _side(lons: Floats, lats: Floats, end: LonLat) -> Turn:
    """On which side of the last piece of a line a place lies."""
    here = LonLat(float(lons[-1]), float(lats[-1]))
    scale = cos(radians(here.lat))
    apart = np.flatnonzero((lons != here.lon) | (lats != here.lat))
    if not len(apart):
        return Turn.ARRIVE
    dx, dy = (here.lon - lons[apart[-1]]) * scale, here.lat - lats[apart[-1]]
    ex, ey = (end.lon - here.lon) * scale, end.lat - here.lat
    across_m = float((dx * ey - dy * ex) / np.hypot(dx, dy)) * 111_195.0
    if abs(across_m) < SIDE_M:
        return Turn.ARRIVE
    return Turn.ARRIVE_LEFT if across_m > 0 else Turn.ARRIVE_RIGHT


# The sentences

# What Iranian maps leave out because the class says it: a bare «ولی عصر» on a primary road is a خیابان.
_KIND_FA: Mapping[RoadClass, str] = {
    RoadClass.MOTORWAY: "آزادراه",
    RoadClass.TRUNK: "بزرگراه",
    RoadClass.PRIMARY: "خیابان",
    RoadClass.SECONDARY: "خیابان",
    RoadClass.TERTIARY: "خیابان",
    RoadClass.RESIDENTIAL: "خیابان",
}
_SAYS_ITS_KIND_FA = frozenset(
    {
        "خیابان",
        "بلوار",
        "آزادراه",
        "بزرگراه",
        "اتوبان",
        "جاده",
        "کوچه",
        "کوی",
        "بن",
        "میدان",
        "فلکه",
        "پل",
        "تونل",
        "زیرگذر",
        "روگذر",
        "تقاطع",
        "کنارگذر",
        "کمربندی",
        "گذر",
        "راه",
        "محور",
        "پارکینگ",
        "دوربرگردان",
        "پایانه",
        "شهرک",
    }
)
_ORDINAL_FA = ("اول", "دوم", "سوم", "چهارم", "پنجم", "ششم", "هفتم", "هشتم", "نهم", "دهم")

_TEXT_FA = {
    Turn.DEPART: "حرکت کنید",
    Turn.CONTINUE: "مستقیم ادامه دهید",
    Turn.SLIGHT_RIGHT: "کمی به راست بروید",
    Turn.RIGHT: "به راست بپیچید",
    Turn.SHARP_RIGHT: "با زاویهٔ تند به راست بپیچید",
    Turn.SLIGHT_LEFT: "کمی به چپ بروید",
    Turn.LEFT: "به چپ بپیچید",
    Turn.SHARP_LEFT: "با زاویهٔ تند به چپ بپیچید",
    Turn.U_TURN: "دور بزنید",
    Turn.ROUNDABOUT: "وارد میدان شوید",
    Turn.ARRIVE: "به محل رسیدید",
    Turn.ARRIVE_LEFT: "به محل رسیدید؛ سمت چپ",
    Turn.ARRIVE_RIGHT: "به محل رسیدید؛ سمت راست",
}
_TEXT_EN = {
    Turn.DEPART: "Depart",
    Turn.CONTINUE: "Continue straight",
    Turn.SLIGHT_RIGHT: "Bear right",
    Turn.RIGHT: "Turn right",
    Turn.SHARP_RIGHT: "Turn sharp right",
    Turn.SLIGHT_LEFT: "Bear left",
    Turn.LEFT: "Turn left",
    Turn.SHARP_LEFT: "Turn sharp left",
    Turn.U_TURN: "Make a U-turn",
    Turn.ROUNDABOUT: "Enter the roundabout",
    Turn.ARRIVE: "You have arrived",
    Turn.ARRIVE_LEFT: "You have arrived, on the left",
    Turn.ARRIVE_RIGHT: "You have arrived, on the right",
}


def street_fa(name: str, road: RoadClass) -> str:
    """A street's name as one says it in Persian: with its kind where the map leaves it out; other scripts as they are."""
    kind = _KIND_FA.get(road, "")
    if not kind or not any("\u0600" <= letter <= "\u06ff" for letter in name):
        return name
    # «کوچهٔ» and «بن‌بست» begin with «کوچه» and «بن».
    first = name.replace("\u200c", " ").replace("\u0654", "").replace("\u06c0", "\u0647").split()[0]
    if first in _SAYS_ITS_KIND_FA:
        return name
    return f"{kind} {name}"


def sentence_fa(turn: Turn, name: str, road: RoadClass, exit_number: int) -> str:
    """The instruction in Persian: «به راست بپیچید به خیابان ولی عصر»."""
    street = street_fa(name, road)
    text = _TEXT_FA[turn]
    if turn is Turn.ROUNDABOUT and exit_number:
        place = _ORDINAL_FA[exit_number - 1] if exit_number <= len(_ORDINAL_FA) else "بعدی"
        text = f"در میدان از خروجی {place} خارج شوید"
    if not street:
        return text
    return f"{text} در {street}" if turn in {Turn.DEPART, Turn.CONTINUE, Turn.U_TURN} else f"{text} به {street}"


def sentence_en(turn: Turn, name: str, exit_number: int) -> str:
    """The instruction in English: "Turn right onto Valiasr Street"."""
    text = _TEXT_EN[turn]
    if turn is Turn.ROUNDABOUT and exit_number:
        text = f"At the roundabout take exit {exit_number}"
    if not name:
        return text
    if turn is Turn.CONTINUE:
        return f"Continue onto {name}"
    return f"{text} on {name}" if turn in {Turn.DEPART, Turn.U_TURN} else f"{text} onto {name}"
