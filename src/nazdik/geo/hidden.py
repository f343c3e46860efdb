"""
The compiled heart of map matching: candidates on the road, and the cheapest way from the last ones to the next ones.

All costs are minus logarithms of likelihoods, so they add up and 0 is perfect. One search from all former candidates
at once carries their costs along the road; what it costs to come to a new candidate is therefore exact over all of
them. See `match` for the model.
"""

from typing import NamedTuple

import numpy as np

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import CONTRAFLOW, Floats, Int32s, Ints
from nazdik.geo.heap import pop, push
from nazdik.geo.records import Records
from nazdik.geo.snap import METRES_PER_DEGREE, UNIT_LIMIT_M, Grid

# Arcs kept for one fix. Both directions of a street count, so this is eight streets. More find no better answers.
CANDIDATES = 16
# One standard deviation of a fix across the road: without a word from the device, and the least and most we believe.
SIGMA_M, SIGMA_M_MIN, SIGMA_M_MAX = 10.0, 4.0, 40.0
# A device's accuracy is a circle that holds 68 % of its fixes; across a road that is 0.66 of the radius.
SIGMA_PER_ACCURACY = 0.66
# Facing the other way costs twice this, across it once; nobody's heading is trusted below walking pace.
HEADING_COST, HEADING_FROM_M_PER_S = 4.0, 1.5
# What it takes to believe a car against a one-way street, and how much faster than planned a street may be driven.
CONTRAFLOW_COST = 2.0
SPEED_SHARE_MAX, SPEED_ROOM_M_PER_S, SPEED_COST_MAX = 1.5, 4.0, 4.0
# A metre of road costs 1 / beta: the more doubt there is in where a fix was, and the further apart two fixes are, the
# less a detour tells. Found by trying on seeded drives in Tehran and Manhattan; half and double differ by 1 %.
BETA_M, BETA_PER_SIGMA, BETA_PER_AIR = 2.0, 1.2, 0.09
# Turning round in the road counts as so many metres. Noise may seem to push a car back, each metre counting more.
U_TURN_M, BACK_SIGMAS, BACK_PRICE = 100.0, 4.0, 1.5
# The price of saying that the way between two fixes is not known: the chain starts anew at the nearest street.
BREAK_COST = 12.0
# Candidates this much worse than the best are no longer told apart.
BEAM = 10.0
# Without a fix for longer than this, where a unit was says little of where it is.
GAP_S = 300.0
SETTLED_MAX = 6_000
HEAP_SIZE = 4 * SETTLED_MAX
# A fix this near to the last one used is the same place, where the device says it stands or says nothing.
STANDING_BELOW_M_PER_S = 1.0
SAME_STANDING_M, SAME_UNKNOWN_SIGMAS = 40.0, 1.5

_NONE = -1


class Fixes(NamedTuple):
    """Fixes as columns of shape (n,); headings, speeds and accuracies are NaN when not told, times UTC microseconds."""

    lons: Floats
    lats: Floats
    headings_deg: Floats
    speeds_m_per_s: Floats
    accuracies_m: Floats
    at_us: Ints


# What a search asks about an arc lies together, and so does what it writes of it: the next arc is elsewhere in memory each time.
ROAD = np.dtype(
    [
        ("m", "f8"),
        ("speed", "f8"),  # planned, in m/s
        ("twin", "i4"),
        ("on_from", "i4"),  # the arcs that go on from its head are those from here
        ("on_to", "i4"),  # to before this one
    ],
    align=True,
)
MARK = np.dtype(
    [
        ("asked", "i8"),  # the search that reached its end
        ("wanted", "i8"),  # the search in which it is a target
        ("key_mm", "i8"),  # cost in mm of road when its end is reached
        ("parent", "i4"),  # the arc before it, -1 for the first
        ("origin", "i2"),  # the former candidate that the way began with
        ("target", "i2"),  # which target it is
    ],
    align=True,
)


class Net(NamedTuple):
    """The arcs of a graph as the search needs them: a `ROAD` each, and beside them what is asked as a way is told."""

    roads: Records
    first_in: Int32s
    in_arc: Int32s
    arc_tail: Int32s


class Work(NamedTuple):
    """What one search writes on; numbers of searches instead of clearing. `clock[0]` numbers them; `marks` are by arc."""

    clock: Ints
    marks: Records
    heap: Ints


class Guess(NamedTuple):
    """The candidates of one fix: arcs, metres from their tail, costs; shape (k,)."""

    arcs: Int32s
    along_m: Floats
    costs: Floats


class Window(NamedTuple):
    """Candidates, a row a fix: arcs, metres from their tail, costs, of shape (n, CANDIDATES); `filled` of shape (n,)."""

    filled: Int32s
    arcs: Int32s
    along_m: Floats
    costs: Floats


@compiled
def _guess_of(windows: Window, row: int) -> Guess:
    k = windows.filled[row]
    return Guess(windows.arcs[row][:k], windows.along_m[row][:k], windows.costs[row][:k])


@compiled
def _distance_cost(distance_m: float, sigma_m: float) -> float:
    """A normal distribution near the road, with the longer tail that satellites among houses have."""
    z = distance_m / sigma_m
    return 0.5 * z * z if z < 3.0 else 3.0 * z - 4.5


@compiled
def _sigma(accuracy_m: float) -> float:
    if np.isnan(accuracy_m):
        return SIGMA_M
    return min(SIGMA_M_MAX, max(SIGMA_M_MIN, accuracy_m * SIGMA_PER_ACCURACY))


@compiled
def _put(arc: int, along_m: float, cost: float, count: int, arcs: Int32s, along: Floats, costs: Floats) -> int:
    """Keep an arc among the cheapest, each arc once, cheapest first; return how many there are now."""
    at = count
    for i in range(count):
        if arcs[i] == arc:
            if costs[i] <= cost:
                return count
            at = i
            break
    if at == count:
        if count == CANDIDATES:
            if costs[count - 1] <= cost:
                return count
            at = count - 1
        else:
            count += 1
    while at > 0 and costs[at - 1] > cost:
        arcs[at], along[at], costs[at] = arcs[at - 1], along[at - 1], costs[at - 1]
        at -= 1
    arcs[at], along[at], costs[at] = arc, along_m, cost
    return count


@compiled
def _candidates(grid: Grid, net: Net, fixes: Fixes, i: int, sigma_m: float, windows: Window, row: int) -> int:
    """Put the likeliest arcs of fix i by itself into a row, cheapest first; return how many, 0 where no road is near."""
    windows.filled[row] = 0
    arcs, along, costs = windows.arcs[row], windows.along_m[row], windows.costs[row]
    lon, lat, heading_deg, speed = fixes.lons[i], fixes.lats[i], fixes.headings_deg[i], fixes.speeds_m_per_s[i]
    if not (abs(lon) <= 180.0 and abs(lat) < 89.0):  # no place on earth, or NaN
        return 0
    headed = not (np.isnan(heading_deg) or speed < HEADING_FROM_M_PER_S)
    head_east, head_north = np.sin(np.radians(heading_deg)), np.cos(np.radians(heading_deg))
    per_lat = METRES_PER_DEGREE
    per_lon = per_lat * np.cos(np.radians(lat))
    x, y = (lon - grid.west) / grid.cell_lon, (lat - grid.south) / grid.cell_lat
    at_column, at_row = int(np.floor(x)), int(np.floor(y))
    width_m, height_m = grid.cell_lon * per_lon, grid.cell_lat * per_lat
    side_m = min(min(x - at_column, at_column + 1 - x) * width_m, min(y - at_row, at_row + 1 - y) * height_m)
    cell_m = min(width_m, height_m)
    wanted_m = 4.0 * sigma_m
    count, ring = 0, 0
    while True:
        for r in range(max(at_row - ring, 0), min(at_row + ring, grid.rows - 1) + 1):
            step = 1 if r in (at_row - ring, at_row + ring) or ring == 0 else 2 * ring
            for c in range(at_column - ring, at_column + ring + 1, step):
                if c < 0 or c >= grid.columns:
                    continue
                cell = r * grid.columns + c
                for j in range(grid.cell_first[cell], grid.cell_first[cell + 1]):
                    p = grid.cell_piece[j]
                    ax, ay = (grid.shape_lon[p] - lon) * per_lon, (grid.shape_lat[p] - lat) * per_lat
                    dx = (grid.shape_lon[p + 1] - grid.shape_lon[p]) * per_lon
                    dy = (grid.shape_lat[p + 1] - grid.shape_lat[p]) * per_lat
                    length2 = dx * dx + dy * dy
                    t = 0.0
                    if length2 > 0:
                        t = min(1.0, max(0.0, -(ax * dx + ay * dy) / length2))
                    px, py = ax + t * dx, ay + t * dy
                    distance = np.sqrt(px * px + py * py)
                    if distance > UNIT_LIMIT_M:
                        continue
                    off = _distance_cost(distance, sigma_m)
                    if count == CANDIDATES and off >= costs[count - 1]:
                        continue
                    # The cosine between the heading and the piece as it is drawn; across it when one of them is unknown.
                    ahead, known = 0.0, headed and length2 > 0
                    if known:
                        ahead = (dx * head_east + dy * head_north) / np.sqrt(length2)
                    segment = grid.piece_segment[p]
                    for direction in range(2):
                        arc = grid.along[segment] if direction == 0 else grid.against[segment]
                        if arc < 0:
                            continue
                        cost = off
                        if known:
                            cost += HEADING_COST * (1.0 - ahead if direction == 0 else 1.0 + ahead)
                        if grid.arc_flags[arc] & CONTRAFLOW:
                            cost += CONTRAFLOW_COST
                        if speed > 0.0:
                            fast = SPEED_SHARE_MAX * net.roads[arc].speed + SPEED_ROOM_M_PER_S
                            if speed > fast:
                                cost += min(SPEED_COST_MAX, SPEED_COST_MAX * (speed / fast - 1.0))
                        if count == CANDIDATES and cost >= costs[count - 1]:
                            continue
                        at = grid.shape_m[p] + t * (grid.shape_m[p + 1] - grid.shape_m[p])
                        if direction == 1:
                            at = grid.shape_m[grid.segment_first[segment + 1] - 1] - at
                        count = _put(arc, at, cost, count, arcs, along, costs)
        covered_m = side_m + ring * cell_m
        if (count > 0 and covered_m >= wanted_m) or covered_m > UNIT_LIMIT_M:
            windows.filled[row] = count
            return count
        ring += 1


@compiled
def _near_ways(
    net: Net, old: Guess, cost_m: Floats, new: Guess, best_m: Floats, came_from: Int32s, back_m: float
) -> None:
    """What needs no search: on along the same arc, a little back by noise, or round in the road."""
    for i in range(len(old.arcs)):
        a, along_m = old.arcs[i], old.along_m[i]
        twin, left_m = net.roads[a].twin, net.roads[a].m - along_m
        for j in range(len(new.arcs)):
            b = new.arcs[j]
            if b not in (a, twin):
                continue
            ahead = new.along_m[j] - along_m
            way = np.inf
            if b != a:
                way = U_TURN_M + abs(new.along_m[j] - left_m)
            elif ahead >= 0.0:
                way = ahead
            elif -ahead <= back_m:
                way = -ahead * BACK_PRICE
            if cost_m[i] + way < best_m[j]:
                best_m[j] = cost_m[i] + way
                came_from[j] = i


@compiled
def _search(
    net: Net,
    work: Work,
    old: Guess,
    cost_m: Floats,
    new: Guess,
    emission_m: Floats,
    best_m: Floats,
    came_from: Int32s,
    limit_m: float,
    beam_m: float,
    back_m: float,
) -> None:
    """Carry the costs of the former candidates along the road to the new ones, cheapest first, up to `limit_m`."""
    _near_ways(net, old, cost_m, new, best_m, came_from, back_m)
    work.clock[0] += 1
    now, marks = work.clock[0], work.marks
    least = np.inf
    for j in range(len(new.arcs)):
        marks[new.arcs[j]].wanted, marks[new.arcs[j]].target = now, j
        least = min(least, emission_m[j])
    for j in range(len(new.arcs)):
        limit_m = min(limit_m, best_m[j] + emission_m[j] - least + beam_m)
    heap, size, settled = work.heap, 0, 0
    for i in range(len(old.arcs)):
        a = old.arcs[i]
        key = int((cost_m[i] + net.roads[a].m - old.along_m[i]) * 1000.0)
        mark = marks[a]
        if key <= limit_m * 1000.0 and (mark.asked != now or key < mark.key_mm):
            mark.asked, mark.key_mm, mark.origin, mark.parent = now, key, i, _NONE
            size = push(heap, size, key << 32 | a)
    while size > 0 and settled < SETTLED_MAX:
        key, a = heap[0] >> 32, heap[0] & 0xFFFFFFFF
        size = pop(heap, size)
        if key > marks[a].key_mm:
            continue  # a cheaper way to its end was found meanwhile
        if key > limit_m * 1000.0:
            break
        settled += 1
        road, origin = net.roads[a], marks[a].origin
        for b in range(road.on_from, road.on_to):
            entered = key / 1000.0 + (U_TURN_M if b == road.twin else 0.0)
            mark = marks[b]
            if mark.wanted == now:
                j = mark.target
                total = entered + new.along_m[j]
                if total < best_m[j]:
                    best_m[j], came_from[j] = total, origin
                    limit_m = min(limit_m, total + emission_m[j] - least + beam_m)
            left = int((entered + net.roads[b].m) * 1000.0)
            if left <= limit_m * 1000.0 and (mark.asked != now or left < mark.key_mm) and size < HEAP_SIZE:
                mark.asked, mark.key_mm, mark.origin, mark.parent = now, left, origin, a
                size = push(heap, size, left << 32 | b)


@compiled
def _step(net: Net, work: Work, old: Guess, new: Guess, air_m: float, sigma_m: float, came_from: Int32s) -> None:
    """Add to the costs of new candidates what it costs to come to them; `came_from` -1 where no way was found."""
    beta = BETA_M + BETA_PER_SIGMA * sigma_m + BETA_PER_AIR * air_m
    broken_m = air_m + BREAK_COST * beta
    best_m = np.full(len(new.arcs), np.inf)
    came_from[:] = _NONE
    back_m = BACK_SIGMAS * sigma_m
    _search(net, work, old, old.costs * beta, new, new.costs * beta, best_m, came_from, broken_m, BEAM * beta, back_m)
    for j in range(len(new.arcs)):
        if best_m[j] > broken_m:
            best_m[j], came_from[j] = broken_m, _NONE
        new.costs[j] += best_m[j] / beta
    new.costs[:] -= new.costs.min()


@compiled
def _air_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Metres between two places some kilometres apart at most."""
    y = (lat_b - lat_a) * METRES_PER_DEGREE
    x = (lon_b - lon_a) * METRES_PER_DEGREE * np.cos(np.radians((lat_a + lat_b) / 2.0))
    return float(np.sqrt(x * x + y * y))


@compiled
def _is_same_place(air_m: float, heading_deg: float, speed: float, sigma_m: float) -> bool:
    """Whether a fix tells nothing new: its device says that it stands, or says nothing and the fix is within the noise."""
    if speed < STANDING_BELOW_M_PER_S:
        return air_m < max(SAME_STANDING_M, 4.0 * sigma_m)
    return bool(np.isnan(speed) and np.isnan(heading_deg) and air_m < SAME_UNKNOWN_SIGMAS * sigma_m)


@compiled
def follow(
    grid: Grid,
    net: Net,
    work: Work,
    slots: Ints,
    fixes: Fixes,
    windows: Window,
    fresh: Window,
    last_lon: Floats,
    last_lat: Floats,
    last_us: Ints,
    arcs: Int32s,
    along_m: Floats,
) -> None:
    """
    Take one fix of each of some units and move its window of candidates on; all state is by slot, `fresh` is scratch.

    `arcs[i]` becomes the likeliest arc, -1 where no road is near, and `along_m[i]` how far from its tail.
    """
    came_from = np.empty(CANDIDATES, np.int32)
    for i in range(len(slots)):
        s = slots[i]
        known = windows.filled[s] > 0 and 0 <= fixes.at_us[i] - last_us[s] <= GAP_S * 1e6
        air_m, sigma_m = 0.0, _sigma(fixes.accuracies_m[i])
        arcs[i], along_m[i] = _NONE, 0.0
        if known:
            air_m = _air_m(last_lon[s], last_lat[s], fixes.lons[i], fixes.lats[i])
            if _is_same_place(air_m, fixes.headings_deg[i], fixes.speeds_m_per_s[i], sigma_m):
                # Noise of a standing car is one error seen again and again, no new evidence; it stays where it is.
                best = np.argmin(_guess_of(windows, s).costs)
                arcs[i], along_m[i] = windows.arcs[s, best], windows.along_m[s, best]
                last_us[s] = fixes.at_us[i]
                continue
        if _candidates(grid, net, fixes, i, sigma_m, fresh, 0) > 0:
            new = _guess_of(fresh, 0)
            if known:
                _step(net, work, _guess_of(windows, s), new, air_m, sigma_m, came_from)
            best = np.argmin(new.costs)
            arcs[i], along_m[i] = new.arcs[best], new.along_m[best]
        windows.filled[s] = fresh.filled[0]
        windows.arcs[s], windows.along_m[s], windows.costs[s] = fresh.arcs[0], fresh.along_m[0], fresh.costs[0]
        last_lon[s], last_lat[s], last_us[s] = fixes.lons[i], fixes.lats[i], fixes.at_us[i]


@compiled
def unroll(
    grid: Grid,
    net: Net,
    work: Work,
    fixes: Fixes,
    windows: Window,
    came_from: Int32s,
    used: Int32s,
    chosen: Int32s,
    broke: Int32s,
) -> None:
    """
    Viterbi over one whole trail, oldest first.

    `windows` and `came_from` hold each fix's candidates and where they came from; `used[i]` is the fix whose window
    stands for fix i (itself, or an earlier one when it stood still), -1 when no road is near; `chosen[i]` is the row of
    that window on the likeliest way; `broke[i]` is 1 where a new chain begins.
    """
    n = len(fixes.lons)
    before_of = np.full(n, _NONE, np.int32)
    before, seen_us = _NONE, 0
    for i in range(n):
        used[i], chosen[i], broke[i] = i, _NONE, 0
        came_from[i, :] = _NONE
        known = before >= 0 and 0 <= fixes.at_us[i] - seen_us <= GAP_S * 1e6
        air_m, sigma_m = 0.0, _sigma(fixes.accuracies_m[i])
        if known:
            air_m = _air_m(fixes.lons[before], fixes.lats[before], fixes.lons[i], fixes.lats[i])
            if _is_same_place(air_m, fixes.headings_deg[i], fixes.speeds_m_per_s[i], sigma_m):
                used[i], seen_us = before, fixes.at_us[i]
                continue
        if _candidates(grid, net, fixes, i, sigma_m, windows, i) == 0:
            used[i] = _NONE
            continue
        if known:
            _step(net, work, _guess_of(windows, before), _guess_of(windows, i), air_m, sigma_m, came_from[i])
        before_of[i] = before
        before, seen_us = i, fixes.at_us[i]
    row = _NONE
    while before >= 0:
        if row == _NONE:
            row = int(np.argmin(_guess_of(windows, before).costs))
        chosen[before] = row
        row = came_from[before, row]
        broke[before] = row == _NONE
        before = before_of[before]
    for i in range(n):
        if used[i] >= 0:
            chosen[i] = chosen[used[i]]


@compiled
def way(net: Net, work: Work, arc: int, along_m: float, to_arc: int, to_along_m: float, limit_m: float) -> Int32s:
    """The arcs between two places on the road, both ends' included, by the same prices; empty when further than that."""
    free = np.zeros(1)
    old = Guess(np.array([arc], np.int32), np.array([along_m]), free)
    new = Guess(np.array([to_arc], np.int32), np.array([to_along_m]), free)
    best, came_from, back_m = np.full(1, np.inf), np.full(1, _NONE, np.int32), BACK_SIGMAS * SIGMA_M
    _near_ways(net, old, free, new, best, came_from, back_m)
    near = best[0]
    _search(net, work, old, free, new, free, best, came_from, limit_m, 0.0, back_m)
    if best[0] > limit_m:
        return np.zeros(0, np.int32)
    if best[0] == near:
        return old.arcs if arc == to_arc else np.array([arc, to_arc], np.int32)
    # The last arc is entered over whichever way reaches its tail first.
    tail, step, least = net.arc_tail[to_arc], _NONE, np.inf
    for k in range(net.first_in[tail], net.first_in[tail + 1]):
        a = net.in_arc[k]
        if work.marks[a].asked == work.clock[0]:
            price = work.marks[a].key_mm + (U_TURN_M * 1000.0 if to_arc == net.roads[a].twin else 0.0)
            if price < least:
                least, step = price, a
    taken = 1
    a = step
    while a != _NONE:
        taken, a = taken + 1, work.marks[a].parent
    arcs = np.empty(taken, np.int32)
    arcs[taken - 1] = to_arc
    for k in range(taken - 2, -1, -1):
        arcs[k], step = step, work.marks[step].parent
    return arcs


@compiled
def is_in_reach(
    grid: Grid, net: Net, work: Work, fix: Fixes, windows: Window, slot: int, fresh: Window, reach_m: float
) -> bool:
    """Whether any street near a fix can be driven to from where a unit may be within so many metres of road."""
    if windows.filled[slot] == 0 or _candidates(grid, net, fix, 0, SIGMA_M_MAX, fresh, 0) == 0:
        return True  # nothing is known of the road here, so it proves nothing
    old, new = _guess_of(windows, slot), _guess_of(fresh, 0)
    best, came_from = np.full(len(new.arcs), np.inf), np.full(len(new.arcs), _NONE, np.int32)
    free, back_m = np.zeros(CANDIDATES), BACK_SIGMAS * SIGMA_M_MAX
    _search(net, work, old, free, new, free, best, came_from, reach_m, 0.0, back_m)
    return bool(best.min() <= reach_m)
