"""
A larger road network out of a real small one: its streets laid side by side, with connecting roads at the borders.

What is real inside a tile stays real; how tiles meet is made up. Such a graph serves to measure speed, not to plan.
"""

from itertools import product

import numpy as np

from nazdik.geo.graph import NAMELESS, REVERSED, RoadGraph
from nazdik.geo.network import connect
from nazdik.geo.profile import RoadClass
from nazdik.geo.streets import Streets, ranges

# Room between two tiles, about 80 m, and how many roads cross each border.
GAP_DEG = 0.0008
CROSSINGS = 40
CROSSING_S_PER_M = 3.6 / 40
# A few crossings are closed by chance, so that the borders do not all look alike.
CROSSINGS_OPEN = 0.85


def tiled(graph: RoadGraph, columns: int, rows: int, *, seed: int = 110) -> RoadGraph:
    """The graph `columns` times side by side and `rows` times one above the other, as one connected network."""
    chance = np.random.default_rng(seed)
    west, south, east, north = graph.bounds
    step_lon, step_lat = east - west + GAP_DEG, north - south + GAP_DEG
    tiles = list(product(range(columns), range(rows)))
    base, points, segments = _streets_of(graph), len(graph.shape_lon), len(graph.segment_class)
    shift_lon = np.repeat([column * step_lon for column, _ in tiles], points)
    shift_lat = np.repeat([row * step_lat for _, row in tiles], points)
    node_offset = np.repeat(np.arange(len(tiles)) * graph.nodes, segments)
    point_offset = np.repeat(np.arange(len(tiles)) * points, segments)
    number = {tile: place for place, tile in enumerate(tiles)}
    ends = [
        _crossings(graph, number[column, row], number[column + east_, row + north_], (east_, north_), chance)
        for column, row in tiles
        for east_, north_ in ((1, 0), (0, 1))
        if (column + east_, row + north_) in number
    ]
    tail, head = np.concatenate(ends, axis=1) if ends else np.empty((2, 0), dtype=np.int64)
    lon, lat = np.tile(base.lon, len(tiles)) + shift_lon, np.tile(base.lat, len(tiles)) + shift_lat

    def place(node: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        columns_rows = np.array(tiles)[node // graph.nodes]
        within = node % graph.nodes
        return graph.node_lon[within] + columns_rows[:, 0] * step_lon, graph.node_lat[within] + columns_rows[
            :, 1
        ] * step_lat

    (tail_lon, tail_lat), (head_lon, head_lat) = place(tail), place(head)
    made = len(tail)
    return connect(
        Streets(
            way=np.arange(len(tiles) * segments + made),
            tail=np.concatenate((np.tile(base.tail, len(tiles)) + node_offset, tail)),
            head=np.concatenate((np.tile(base.head, len(tiles)) + node_offset, head)),
            along_s_per_m=np.concatenate((np.tile(base.along_s_per_m, len(tiles)), np.full(made, CROSSING_S_PER_M))),
            against_s_per_m=np.concatenate(
                (np.tile(base.against_s_per_m, len(tiles)), np.full(made, CROSSING_S_PER_M))
            ),
            first=np.concatenate(
                (
                    np.tile(base.first[:-1], len(tiles)) + point_offset,
                    len(lon) + 2 * np.arange(made + 1),
                )
            ),
            lon=np.concatenate((lon, np.column_stack((tail_lon, head_lon)).ravel())),
            lat=np.concatenate((lat, np.column_stack((tail_lat, head_lat)).ravel())),
            road_class=np.concatenate(
                (np.tile(base.road_class, len(tiles)), np.full(made, RoadClass.TERTIARY, dtype=np.uint8))
            ),
            name=np.zeros(len(tiles) * segments + made, dtype=np.int32),
            flags=np.concatenate((np.tile(base.flags, len(tiles)), np.zeros(made, dtype=np.uint8))),
            names=(NAMELESS,),
        )
    )


def _streets_of(graph: RoadGraph) -> Streets:
    """A graph's streets as they were before they were connected; nodes keep their numbers, names are left out."""
    segments = len(graph.segment_class)
    tail, head = np.empty(segments, dtype=np.int64), np.empty(segments, dtype=np.int64)
    along, against = np.full(segments, np.inf), np.full(segments, np.inf)
    reverse = (graph.arc_flags & REVERSED) > 0
    price = graph.arc_ms / 1000 / graph.arc_m
    for chosen, price_of, first, last in (
        (~reverse, along, graph.arc_tail, graph.arc_head),
        (reverse, against, graph.arc_head, graph.arc_tail),
    ):
        segment = graph.arc_segment[chosen]
        price_of[segment], tail[segment], head[segment] = price[chosen], first[chosen], last[chosen]
    point = ranges(graph.segment_first[:-1].astype(np.int64), graph.segment_first[1:].astype(np.int64))
    return Streets(
        way=np.arange(segments),
        tail=tail,
        head=head,
        along_s_per_m=along,
        against_s_per_m=against,
        first=graph.segment_first.astype(np.int64),
        lon=graph.shape_lon[point],
        lat=graph.shape_lat[point],
        road_class=graph.segment_class,
        name=np.zeros(segments, dtype=np.int32),
        flags=np.zeros(segments, dtype=np.uint8),
        names=(NAMELESS,),
    )


def _crossings(
    graph: RoadGraph, here: int, there: int, direction: tuple[int, int], chance: np.random.Generator
) -> np.ndarray:
    """Pairs of junctions that a road joins, from one tile to its eastern or northern neighbour; shape (2, n)."""
    across, along = (graph.node_lon, graph.node_lat) if direction == (1, 0) else (graph.node_lat, graph.node_lon)
    # The border in strips: in each the outermost junction of this side meets the outermost of the other.
    strip = np.minimum((along - along.min()) / np.ptp(along) * CROSSINGS, CROSSINGS - 1).astype(np.int64)
    order = np.lexsort((across, strip))
    starts = np.flatnonzero(np.diff(strip[order], prepend=-1))
    lowest, highest = order[starts], order[np.append(starts[1:], len(order)) - 1]
    kept = chance.random(len(starts)) < CROSSINGS_OPEN
    kept[0] = True
    return np.stack((highest[kept] + here * graph.nodes, lowest[kept] + there * graph.nodes))
