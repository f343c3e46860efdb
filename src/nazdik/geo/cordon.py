"""
Where to stop a fleeing car: how far it can be, the junctions to hold, and which free unit gets to each before it.

The car is as fast as a patrol on the same road, times a factor that nobody knows: the slowest gives the inner line of the
ring, the fastest the outer. The junctions to hold are a minimum cut of the road network between where it may be now and
the ways out; a junction that no free unit reaches before the fastest car counts as fifty, so the cut takes one only where
there is nothing else. Each post says its share of the ways out, and units are matched to posts exactly.

See docs/decisions/0020-cordon.md. Sources: Menger (1927) and Dinic (1970) for the cut; Kuhn (1955), doi:10.1002/nav.3800020109,
in the form of Jonker & Volgenant (1987), for the matching.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import cos, isfinite, radians
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from nazdik.geo.graph import NO_ARC, TIME_MS_MAX, Bools, Floats, Int32s, Ints, RoadGraph
from nazdik.geo.nearest import NearestUnits
from nazdik.geo.profile import RoadClass
from nazdik.geo.reach import ArcTimes, Reached, Standing, flood, times_now
from nazdik.geo.snap import METRES_PER_DEGREE
from nazdik.geo.times import RoadTimes
from nazdik.kernel import Invalid, LonLat, UnitId
from nazdik.kernel.later import later

if TYPE_CHECKING:
    from scipy import optimize, sparse
    from scipy.sparse import csgraph
else:
    optimize = later("scipy.optimize")
    sparse = later("scipy.sparse")
    csgraph = later("scipy.sparse.csgraph")


class Vehicle(StrEnum):
    """What the fugitive flees in."""

    CAR = "car"
    MOTORCYCLE = "motorcycle"
    FOOT = "foot"


# Against a patrol on the same road: half as fast in traffic that does not give way, a fifth faster without any care.
SLOWEST, FASTEST = 0.5, 1.2
FACTOR_MIN, FACTOR_MAX = 0.1, 3.0
# A motorcycle goes between the lanes.
MOTORCYCLE_FASTER = 1.15
# On foot roads do not differ: a run that lasts, in m/s; the factors apply to it as well.
FOOT_M_PER_S = 2.5
# Two hours on, the ring is the province, and a cordon is the wrong means.
ELAPSED_S_MAX = 7200.0
# Who is told a direction still doubts it: ways out within so many degrees to either side count.
SECTOR_DEG = 60.0
# A post stands when the car has been put across the lane.
SET_UP_S = 15.0
UNITS_MOST, UNITS_USUAL = 24, 8
NEAR = 4
# How long from now the fastest car may go on before it meets the line; each is tried.
SPANS_S = (180.0, 360.0, 600.0, 900.0)
# A unit that comes later than this after the fastest car is not worth a name.
LATE_S = 600.0
# A road that ends this near to the region's outline goes on beyond it.
BORDER_M = 300.0

# What a way out is worth: how much of those who flee it is likely to carry, by the class of the road. Assumed.
ESCAPE_WEIGHT: Mapping[RoadClass, float] = {
    RoadClass.MOTORWAY: 10,
    RoadClass.MOTORWAY_LINK: 4,
    RoadClass.TRUNK: 8,
    RoadClass.TRUNK_LINK: 4,
    RoadClass.PRIMARY: 6,
    RoadClass.PRIMARY_LINK: 3,
    RoadClass.SECONDARY: 4,
    RoadClass.SECONDARY_LINK: 2,
    RoadClass.TERTIARY: 2,
    RoadClass.TERTIARY_LINK: 1.5,
}
_OTHER_WEIGHT = 1.0

_HELD, _HOLE, _NEVER = 100, 5_000, 900_000_000
_NOBODY = -1


class ElapsedInvalid(Invalid):
    """The time since the offence is negative, more than two hours, or no number."""

    code = "geo.elapsed_invalid"


class FactorsInvalid(Invalid):
    """The speed factors are not 0.1 to 3, the slowest first."""

    code = "geo.factors_invalid"


class PostsInvalid(Invalid):
    """A post that was named is no junction of the road graph in force, or there are too many."""

    code = "geo.posts_invalid"


@dataclass(frozen=True, slots=True)
class Flight:
    """What is known of a flight. `bearing_deg` clockwise from north, None when nobody saw."""

    elapsed_s: float
    vehicle: Vehicle = Vehicle.CAR
    bearing_deg: float | None = None
    slowest: float = SLOWEST
    fastest: float = FASTEST

    def __post_init__(self) -> None:
        if not (isfinite(self.elapsed_s) and 0.0 <= self.elapsed_s <= ELAPSED_S_MAX):
            raise ElapsedInvalid(elapsed_s=str(self.elapsed_s), most_s=ELAPSED_S_MAX)
        if not FACTOR_MIN <= self.slowest <= self.fastest <= FACTOR_MAX:
            raise FactorsInvalid(slowest=str(self.slowest), fastest=str(self.fastest))

    @property
    def top(self) -> float:
        """The fastest factor, with what the vehicle adds."""
        return self.fastest * (MOTORCYCLE_FASTER if self.vehicle is Vehicle.MOTORCYCLE else 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Patrols:
    """The free units and where they stand."""

    units: tuple[UnitId, ...]
    sources: Standing


@dataclass(frozen=True, slots=True)
class Wish:
    """
    What a person changed: junctions not to hold, units tied to a post, and posts to stay with while the ring grows.

    `keep` with `span_s` (seconds since the offence at which the line is drawn) names posts of an earlier plan; without
    it the posts are chosen anew.
    """

    units_most: int = UNITS_USUAL
    drop: frozenset[int] = frozenset()
    lock: Mapping[int, UnitId] = field(default_factory=dict)
    keep: tuple[int, ...] | None = None
    span_s: float | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """
    A junction to hold. Seconds are from now.

    `share` is the share of the ways out whose fastest way comes by here first. `unit` is there `margin_s` before the
    fastest car; a post without one says the best that could be done in `late_unit`, `late_by_s`. `near` are the units that
    could be there first, each with its time and its margin.
    """

    node: int
    point: LonLat
    share: float
    fugitive_s: float
    at_border: bool
    unit: UnitId | None = None
    eta_s: float | None = None
    margin_s: float | None = None
    locked: bool = False
    late_unit: UnitId | None = None
    late_by_s: float | None = None
    near: tuple[tuple[UnitId, float, float], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """
    A cordon. Shares are of the ways out, weighted by road class.

    `held` is what the manned posts close of the fastest ways; `sealed` what cannot be left by any road inside the line;
    `gone` what the fastest car may have passed already. `span_s` is when, after the offence, the fastest car meets the
    line. `enclosed` says that no road leads out at all.
    """

    posts: tuple[Post, ...]
    held: float
    sealed: float
    gone: float
    span_s: float
    exits: int
    border_exits: int
    enclosed: bool
    flee: Reached
    flee_times: ArcTimes
    inner_ms: int
    outer_ms: int


def flight_times(graph: RoadGraph, times: ArcTimes, vehicle: Vehicle) -> ArcTimes:
    """Time of each arc for the fugitive at factor 1. What is closed to cars is open on foot."""
    if vehicle is Vehicle.FOOT:
        ms = np.clip(np.rint(graph.arc_m / FOOT_M_PER_S * 1000), 1, TIME_MS_MAX - 1).astype(np.int32)
        return ArcTimes(ms, ms, replace(times.states, step_ms=np.zeros_like(times.states.step_ms)))
    return times


def border_nodes(graph: RoadGraph, outline: Any) -> Bools:
    """Which junctions are ends of roads at the region's outline (shapely, degrees): there the road goes on elsewhere."""
    ends = np.column_stack((graph.arc_tail, graph.arc_head))
    pairs = np.unique(np.concatenate((ends, ends[:, ::-1])), axis=0)
    dead_end = np.bincount(pairs[:, 0], minlength=graph.nodes) == 1
    squeeze = cos(radians(float(graph.node_lat.mean())))

    def flat(xy: Floats) -> Floats:
        return np.column_stack((xy[:, 0] * squeeze, xy[:, 1])) * METRES_PER_DEGREE

    line = shapely.transform(shapely.boundary(outline), flat)
    shapely.prepare(line)
    near = np.flatnonzero(dead_end)
    at = shapely.points(flat(np.column_stack((graph.node_lon[near], graph.node_lat[near]))))
    border = np.zeros(graph.nodes, dtype=np.bool_)
    border[near[shapely.dwithin(at, line, BORDER_M)]] = True
    return border


def plan_cordon(
    now: RoadTimes,
    origin: Standing,
    flight: Flight,
    patrols: Patrols,
    border: Bools,
    wish: Wish | None = None,
) -> Plan:
    """
    Return the posts to hold against a flight from `origin`, and who holds each.

    Args:
        now: What driving takes, of a snapshot: nobody changes it while the plan is reckoned.

    Raises:
        PostsInvalid: A post of the wish is no junction, or more units are asked for than a plan takes.
    """
    wish, graph, times = wish or Wish(), now.graph, times_now(now)
    _check(graph, wish)
    base = flight_times(graph, times, flight.vehicle)
    spans = [wish.span_s] if wish.span_s is not None else [flight.elapsed_s + more for more in SPANS_S]
    limit_ms = int(max(spans) * flight.top * 1000) + 1
    flee = flood(graph, base, origin, limit_ms=limit_ms + int(base.ms.max(initial=0)))
    patrol_limit_ms = int((max(0.0, max(spans) - flight.elapsed_s) + LATE_S) * 1000)
    soonest = flood(graph, times, patrols.sources, limit_ms=patrol_limit_ms)
    cars, streets = cars_on(now, patrols.sources), open_streets(graph, base, flee)
    scene = _Scene(graph, streets, origin, flight, base, patrols, cars, border, wish, flee, soonest, patrol_limit_ms)
    plans = [scene.plan(span) for span in spans]
    # The line that closes most; of equals the one with fewer posts, then the nearer one. A line that nothing crosses says
    # nothing: it lies beyond the region.
    return scene.name_the_next(
        max(plans, key=lambda p: (p.exits > 0, round(p.held + p.sealed, 3), -len(p.posts), -p.span_s))
    )


def open_streets(graph: RoadGraph, times: ArcTimes, flee: Reached) -> Ints:
    """The pairs of junctions in the fugitive's reach between which some street may be driven, each once; shape (n, 2)."""
    tail, head, near = graph.arc_tail, graph.arc_head, flee.source >= 0
    driven = (times.through_ms < TIME_MS_MAX) & near[tail] & near[head] & (tail != head)
    pairs = np.unique(tail[driven].astype(np.int64) * graph.nodes + head[driven])
    return np.column_stack((pairs // graph.nodes, pairs % graph.nodes))


def cars_on(now: RoadTimes, sources: Standing) -> NearestUnits:
    """Patrols on a road of their own beside the one in force, so that no dispatch waits for a cordon."""
    cars, size = NearestUnits(now.graph, capacity=max(1, len(sources)), times=now), len(sources)
    nowhere = np.full(size, np.nan)
    for slot, late_ms in enumerate(sources.start_ms.tolist()):
        cars.add()
        cars.set_delay(slot, late_ms)
    cars.link(np.arange(size), sources.arcs, sources.fractions, nowhere, nowhere, np.zeros(size, dtype=np.int64))
    return cars


def _check(graph: RoadGraph, wish: Wish) -> None:
    named = (*wish.drop, *wish.lock, *(wish.keep or ()))
    fits = len(named) <= 500 and all(0 <= node < graph.nodes for node in named)
    spans = wish.span_s is None or (isfinite(wish.span_s) and 0 < wish.span_s <= ELAPSED_S_MAX + max(SPANS_S))
    if not fits or not spans or not 1 <= wish.units_most <= UNITS_MOST:
        raise PostsInvalid(posts=len(named), units_most=wish.units_most, most=UNITS_MOST)


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """Everything that does not change with the line that is tried."""

    graph: RoadGraph
    streets: Ints
    origin: Standing
    flight: Flight
    base: ArcTimes
    patrols: Patrols
    cars: NearestUnits
    border: Bools
    wish: Wish
    flee: Reached
    soonest: Reached
    patrol_limit_ms: int

    def plan(self, span_s: float) -> Plan:
        line_ms = int(span_s * self.flight.top * 1000)
        exits = self._exits(line_ms)
        ahead = exits.ms > self.now_ms
        gone = float(exits.weights[~ahead].sum() / exits.weights.sum()) if len(exits.nodes) else 0.0
        if self.wish.keep is not None:
            cut = np.array([n for n in self.wish.keep if n not in self.wish.drop], dtype=np.int64)
        else:
            cut = self._cut(line_ms, exits.nodes[ahead])
        cut = np.union1d(cut, np.array(sorted(self.wish.lock), dtype=np.int64)).astype(np.int64)
        shares = self._shares(cut, exits)
        posts = self._match(cut, shares)
        held = np.array([post.node for post in posts if post.unit is not None and (post.margin_s or 0) >= 0], np.int64)
        sealed = self._sealed(line_ms, held, exits, ahead) if len(held) and len(exits.nodes) else 0.0
        manned = {int(node) for node in held}
        return Plan(
            posts=tuple(posts),
            held=float(sum(post.share for post in posts if post.node in manned)),
            sealed=sealed,
            gone=gone,
            span_s=span_s,
            exits=len(exits.nodes),
            border_exits=int(exits.at_border.sum()),
            enclosed=not len(exits.nodes),
            flee=self.flee,
            flee_times=self.base,
            inner_ms=int(self.flight.elapsed_s * self.flight.slowest * 1000),
            outer_ms=self.now_ms,
        )

    @property
    def now_ms(self) -> int:
        """Where the fastest car can be at this moment, on the clock of the flight's search."""
        return int(self.flight.elapsed_s * self.flight.top * 1000)

    def fugitive_s(self, nodes: Ints) -> Floats:
        """Seconds from now until the fastest car is at junctions; below zero when it may have passed."""
        seconds: Floats = self.flee.ms[nodes] / 1000.0 / self.flight.top - self.flight.elapsed_s
        return seconds

    def _exits(self, line_ms: int) -> "_Exits":
        """The ways out: roads of the fastest ways that cross the line, and road ends at the region's border before it."""
        graph, flee = self.graph, self.flee
        arc = flee.arc
        came = np.flatnonzero((arc != NO_ARC) & (flee.ms > line_ms) & (flee.source >= 0))
        came = came[flee.ms[graph.arc_tail[arc[came]]] <= line_ms]
        ends = np.flatnonzero(self.border & (flee.ms <= line_ms))
        # The last junction inside the line, and the road that leaves from it.
        nodes = np.concatenate((graph.arc_tail[arc[came]], ends)).astype(np.int64)
        roads = np.concatenate((arc[came], arc[ends]))
        beyond = np.concatenate((came, ends))
        classes = graph.segment_class[graph.arc_segment[np.maximum(roads, 0)]]
        weights = np.full(len(nodes), _OTHER_WEIGHT)
        for road_class, weight in ESCAPE_WEIGHT.items():
            weights[classes == road_class] = weight
        at_border = np.arange(len(nodes)) >= len(came)
        kept = self._in_sector(beyond)
        return _Exits(nodes[kept], flee.ms[nodes[kept]], weights[kept], at_border[kept])

    def _in_sector(self, nodes: Ints) -> Bools:
        bearing = self.flight.bearing_deg
        if bearing is None:
            return np.ones(len(nodes), dtype=np.bool_)
        arc, share = int(self.origin.arcs[0]), float(self.origin.fractions[0])
        tail, head = self.graph.arc_tail[arc], self.graph.arc_head[arc]
        lon, lat = self.graph.node_lon, self.graph.node_lat
        from_lon = lon[tail] + share * (lon[head] - lon[tail])
        from_lat = lat[tail] + share * (lat[head] - lat[tail])
        east = (lon[nodes] - from_lon) * cos(radians(float(from_lat)))
        towards = np.degrees(np.arctan2(east, lat[nodes] - from_lat))
        inside: Bools = np.abs((towards - bearing + 180.0) % 360.0 - 180.0) <= SECTOR_DEG
        return inside

    def _holdable(self) -> Bools:
        """Which junctions some free unit holds before the fastest car comes by."""
        first = self.flee.ms / 1000.0 / self.flight.top - self.flight.elapsed_s
        there = self.soonest.ms / 1000.0 + SET_UP_S
        holdable: Bools = (self.soonest.source >= 0) & (there <= first)
        if self.wish.drop:
            holdable[list(self.wish.drop)] = False
        return holdable

    def _cut(self, line_ms: int, exits: Ints) -> Ints:
        """The fewest junctions that part the car from the ways out it has not passed yet."""
        inside = np.flatnonzero(self.flee.ms <= line_ms)
        if not len(exits) or not len(inside):
            return np.zeros(0, dtype=np.int64)
        number = np.full(self.graph.nodes, _NOBODY, dtype=np.int64)
        number[inside] = np.arange(len(inside))
        price = np.where(self._holdable()[inside], _HELD, _HOLE)
        price[self.flee.ms[inside] <= self.now_ms] = _NEVER
        starts = self._starts(inside, number)
        network = _split(self._roads(number), len(inside), price, starts, number[np.unique(exits)])
        parted = _source_side(network, len(inside))
        return np.asarray(inside[parted[: len(inside)] & ~parted[len(inside) : 2 * len(inside)]], dtype=np.int64)

    def _starts(self, inside: Ints, number: Ints) -> Ints:
        """Where the car begins: the junctions at the ends of its street."""
        return np.asarray(number[inside[self.flee.arc[inside] == NO_ARC]], dtype=np.int64)

    def _roads(self, number: Ints) -> Ints:
        """The roads between numbered junctions, open to the fugitive, as rows of (from, to)."""
        rows = number[self.streets]
        return rows[(rows >= 0).all(axis=1)]

    def _shares(self, cut: Ints, exits: "_Exits") -> Floats:
        """Of the weight of all ways out, what comes first by each junction of the cut on its fastest way."""
        rank = {int(node): i for i, node in enumerate(cut)}
        shares = np.zeros(len(cut))
        total = float(exits.weights.sum())
        arc, tail = self.flee.arc, self.graph.arc_tail
        for node, weight in zip(exits.nodes.tolist(), exits.weights.tolist(), strict=True):
            first, at = _NOBODY, node
            while True:
                first = rank.get(at, first)
                came = int(arc[at])
                if came == NO_ARC:
                    break
                at = int(tail[came])
            if first != _NOBODY:
                shares[first] += weight / total
        return shares

    def _match(self, cut: Ints, shares: Floats) -> list[Post]:
        """Give each post the unit that makes the most of all of them, exactly; see `match`."""
        order = np.lexsort((cut, -shares))
        locked = [i for i in order if int(cut[i]) in self.wish.lock]
        # More posts than this are beyond anybody's patrols; the greatest shares are kept.
        order = np.array((locked + [i for i in order if i not in set(locked)])[: 2 * UNITS_MOST], dtype=np.int64)
        nodes = cut[order]
        fugitive = self.fugitive_s(nodes)
        # Who comes after the fugitive is of no use here, unless a person said so.
        in_time_ms = np.clip(np.ceil(fugitive * 1000), 0, self.patrol_limit_ms).astype(np.int64)
        tied = np.isin(nodes, list(self.wish.lock))
        eta = self._eta_s(nodes, np.where(tied, self.patrol_limit_ms, in_time_ms))
        number = {unit: i for i, unit in enumerate(self.patrols.units)}
        ties = {
            column: number[self.wish.lock[int(node)]]
            for column, node in enumerate(nodes)
            if self.wish.lock.get(int(node)) in number
        }
        chosen = match(eta, fugitive, shares[order], units_most=self.wish.units_most, ties=ties)
        posts = [
            self._post(int(node), float(shares[order[i]]), float(fugitive[i]), eta[:, i], chosen.get(i), tied=i in ties)
            for i, node in enumerate(nodes)
        ]
        return sorted(posts, key=lambda p: (p.unit is None, -p.share, p.node))

    def _eta_s(self, nodes: Ints, limit_ms: int | Ints) -> Floats:
        """Seconds from each unit to each junction, infinite beyond its limit; shape (units, nodes)."""
        ms = self.cars.times_to_junctions(range(len(self.patrols.units)), nodes, limit_ms=limit_ms)
        return np.where(ms >= 0, ms / 1000.0, np.inf)

    def _post(self, node: int, share: float, fugitive_s: float, eta: Floats, unit: int | None, *, tied: bool) -> Post:
        graph = self.graph
        eta_s = None if unit is None or not np.isfinite(eta[unit]) else float(eta[unit])
        return Post(
            node=node,
            point=LonLat(float(graph.node_lon[node]), float(graph.node_lat[node])),
            share=share,
            fugitive_s=fugitive_s,
            at_border=bool(self.border[node]),
            unit=None if unit is None else self.patrols.units[unit],
            eta_s=eta_s,
            margin_s=None if eta_s is None else fugitive_s - eta_s - SET_UP_S,
            locked=tied,
        )

    def name_the_next(self, plan: Plan) -> Plan:
        """The plan with who else could be at each post first, and how late where nobody is in time."""
        eta = self._eta_s(np.array([post.node for post in plan.posts], dtype=np.int64), self.patrol_limit_ms)
        posts = []
        for column, post in enumerate(plan.posts):
            first = np.argsort(eta[:, column], kind="stable")[:NEAR]
            near = tuple(
                (self.patrols.units[i], float(eta[i, column]), post.fugitive_s - float(eta[i, column]) - SET_UP_S)
                for i in first.tolist()
                if np.isfinite(eta[i, column])
            )
            if post.unit is None and near:
                post = replace(post, late_unit=near[0][0], late_by_s=max(0.0, -near[0][2]))  # noqa: PLW2901
            posts.append(replace(post, near=near))
        return replace(plan, posts=tuple(posts))

    def _sealed(self, line_ms: int, held: Ints, exits: "_Exits", ahead: Bools) -> float:
        """The share of the ways out that no road inside the line leads to once the manned posts stand."""
        inside = np.flatnonzero(self.flee.ms <= line_ms)
        number = np.full(self.graph.nodes, _NOBODY, dtype=np.int64)
        number[inside] = np.arange(len(inside))
        starts = self._starts(inside, number)
        number[held] = _NOBODY
        rows = self._roads(number)
        whole = len(inside) + 1
        rows = np.concatenate((rows, np.column_stack((np.full(len(starts), len(inside)), starts))))
        rows = rows[(rows >= 0).all(axis=1)]
        reachable = np.zeros(whole, dtype=np.bool_)
        ones = np.ones(len(rows), dtype=np.int8)
        network = sparse.csr_array((ones, (rows[:, 0], rows[:, 1])), shape=(whole, whole))
        reachable[csgraph.breadth_first_order(network, len(inside), return_predecessors=False)] = True
        at = number[exits.nodes]
        closed = ahead & ((at == _NOBODY) | ~reachable[at])
        return float(exits.weights[closed].sum() / exits.weights.sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Exits:
    """The ways out: the last junction inside, when the fastest car is there, and the weight; shapes (n,)."""

    nodes: Ints
    ms: Int32s
    weights: Floats
    at_border: Bools


def _split(roads: Ints, nodes: int, price: Ints, starts: Ints, exits: Ints) -> "sparse.csr_array":
    """
    The network in which a junction is a road from its front to its back, so that cutting a road is holding a junction.

    Junction i has front i and back `nodes + i`; the source is `2 * nodes`, the sink one more.
    """
    source, sink = 2 * nodes, 2 * nodes + 1
    junctions = np.arange(nodes)
    rows = np.concatenate((junctions, nodes + roads[:, 0], np.full(len(starts), source), nodes + exits))
    columns = np.concatenate((nodes + junctions, roads[:, 1], starts, np.full(len(exits), sink)))
    width = np.concatenate((price, np.full(len(roads) + len(starts) + len(exits), _NEVER)))
    return sparse.coo_array((width.astype(np.int32), (rows, columns)), shape=(2 * nodes + 2, 2 * nodes + 2)).tocsr()


def _source_side(network: "sparse.csr_array", nodes: int) -> Bools:
    """What the source still reaches when the network is full: the cut nearest to it runs along its rim."""
    source, sink = 2 * nodes, 2 * nodes + 1
    flow = csgraph.maximum_flow(network, source, sink).flow
    left = (network - flow).tocsr()
    left.data = np.where(left.data > 0, 1, 0)
    left.eliminate_zeros()
    side = np.zeros(2 * nodes + 2, dtype=np.bool_)
    side[csgraph.breadth_first_order(left, source, return_predecessors=False)] = True
    return side


def match(
    eta_s: Floats, fugitive_s: Floats, shares: Floats, *, units_most: int, ties: Mapping[int, int] | None = None
) -> dict[int, int]:
    """
    Which unit (row) holds which post (column), at most `units_most` of them: exact.

    First the greatest sum of shares held in time; of equals the least driving time in all. A post nobody reaches in time
    gets nobody, unless a person tied a unit to it.

    Args:
        eta_s: Seconds from each unit to each post, infinite for never; shape (units, posts).
        fugitive_s: Seconds until the fastest car is at each post; shape (posts,).
        ties: Unit by post, whatever the clock says.
    """
    units, posts = eta_s.shape
    ties = dict(ties or {})
    fixed = dict(list(ties.items())[:units_most])
    free_units = [u for u in range(units) if u not in set(fixed.values())]
    open_posts = [p for p in range(posts) if p not in ties]
    room = min(units_most - len(fixed), len(open_posts), len(free_units))
    if room <= 0:
        return fixed
    eta = eta_s[np.ix_(free_units, open_posts)]
    in_time = eta + SET_UP_S <= fugitive_s[open_posts]
    # A ten-thousandth of the ways out outweighs every drive; a post off the fastest ways is better held than not.
    worth = (np.round(shares[open_posts] * 10_000) + 1) * 1e7
    gain = np.where(in_time, worth - np.where(np.isfinite(eta), eta, 0.0), 0.0)
    # As many idle rows as posts must stay empty: they take a post for nothing, and no real unit needs to.
    idle = np.zeros((len(open_posts) - room, len(open_posts)))
    spare = np.zeros((len(free_units), max(0, len(free_units) - room)))
    forbidden = np.full((len(idle), spare.shape[1]), -1e15)
    table = np.block([[gain, spare], [idle, forbidden]])

    rows, columns = optimize.linear_sum_assignment(table, maximize=True)
    found = {
        open_posts[c]: free_units[r]
        for r, c in zip(rows.tolist(), columns.tolist(), strict=True)
        if r < len(free_units) and c < len(open_posts) and in_time[r, c]
    }
    return fixed | found
