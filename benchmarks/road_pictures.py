"""
The two pictures of `docs/nearest-by-road.md`, drawn from the streets of central Tehran: `python benchmarks/road_pictures.py`.

One shows the search at the moment it stops, the other a question to which the straight line gives the wrong car.
Nothing is arranged: units and incident are random, and the question is the first whose answer makes a readable picture.
"""

from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse.csgraph import dijkstra

from nazdik.geo.graph import RoadGraph
from road.air import Fleet, by_air, fleet_on, place_on, road_times_s
from road.rivals import Roads
from road.rivals.scipy_dijkstra import reversed_matrix

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SEED, UNITS, K = 110, 60, 3
WIDTH, SHADES = 900, 10
INK, FAINT, BLUE, RED, GREEN = "#1f2933", "#c3cad2", "#1d5fbf", "#c2321f", "#1b7f4d"


class Canvas:
    """A map window in SVG; text is kept to digits and letters, so that no typeface matters."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        self._west, self._north = west, north
        self._shrink = np.cos(np.radians((south + north) / 2))
        self._scale = WIDTH / ((east - west) * self._shrink)
        self._height = round((north - south) * self._scale)
        self._parts: list[str] = []

    def xy(self, lon: Any, lat: Any) -> tuple[Any, Any]:
        return (lon - self._west) * self._shrink * self._scale, (self._north - lat) * self._scale

    def line(self, lon: Any, lat: Any, colour: str, width: float, extra: str = "") -> None:
        x, y = self.xy(np.asarray(lon), np.asarray(lat))
        points = " ".join(f"{a:.0f},{b:.0f}" for a, b in zip(x, y, strict=True))
        self._parts.append(f'<polyline points="{points}" stroke="{colour}" stroke-width="{width}" {extra}/>')

    def streets(self, graph: RoadGraph, colour_of: Any) -> None:
        """Every street that touches the window, once, in the colour and width of its segment."""
        drawn: dict[tuple[str, float], list[str]] = {}
        first, last = graph.segment_first[:-1], graph.segment_first[1:]
        for segment, (a, b) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
            x, y = self.xy(graph.shape_lon[a:b], graph.shape_lat[a:b])
            if ((x > 0) & (x < WIDTH) & (y > 0) & (y < self._height)).any():
                points = " ".join(f"{u:.0f} {v:.0f}" for u, v in zip(x, y, strict=True))
                drawn.setdefault(colour_of(segment), []).append(f"M{points}")
        for (colour, width), paths in drawn.items():
            self._parts.append(f'<path d="{"".join(paths)}" stroke="{colour}" stroke-width="{width}"/>')

    def dot(self, lon: float, lat: float, colour: str, radius: float, label: str = "") -> None:
        x, y = self.xy(lon, lat)
        shape = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius}" fill="{colour}" stroke="#fff" stroke-width="2"/>'
        text = (
            f'<text x="{x:.0f}" y="{y - radius - 5:.0f}" fill="{colour}" text-anchor="middle" paint-order="stroke" '
            f'stroke="#fff" stroke-width="5">{label}</text>'
        )
        self._parts.append(shape + (text if label else ""))

    def save(self, path: Path, title: str) -> None:
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self._height}" role="img" fill="none" '
            f'stroke-linecap="round" stroke-linejoin="round" font-family="sans-serif" font-size="22" font-weight="bold">'
            f'<title>{title}</title><rect width="100%" height="100%" fill="#fff"/>'
        )
        credit = (
            f'<text x="{WIDTH - 8}" y="{self._height - 8}" fill="{INK}" text-anchor="end" font-size="13" '
            f'font-weight="normal" paint-order="stroke" stroke="#fff" stroke-width="4">© OpenStreetMap contributors</text>'
        )
        path.write_text("\n".join((head, *self._parts, credit, "</svg>", "")), encoding="utf-8")


def main() -> None:
    graph = RoadGraph.load(ROOT / "regions" / "built" / "tehran-central" / "graph")
    chance = np.random.default_rng(SEED)
    fleet = fleet_on(graph, UNITS, chance)
    west, south, east, north = graph.bounds
    for _ in range(10_000):
        arc, fraction = int(chance.integers(0, graph.arcs)), float(chance.random())
        lon, lat = place_on(graph, arc, fraction)
        if not (west + 0.02 < lon < east - 0.02 and south + 0.02 < lat < north - 0.02):
            continue
        times, near = road_times_s(fleet, arc, fraction), by_air(fleet, lon, lat)
        best = int(times.argmin())
        straight_m = np.hypot((fleet.lon - lon) * np.cos(np.radians(lat)), fleet.lat - lat) * 111_195
        if times[near[0]] - times[best] > 60 and times[near[0]] < 400 and straight_m[best] < 1_300:
            break
    else:
        raise SystemExit("no question makes a readable picture; choose another seed")
    draw_search(graph, fleet, arc, fraction, times)
    draw_wrong_car(graph, fleet, (arc, fraction), int(near[0]), best, times)
    print(f"air {times[near[0]]:.0f} s, road {times[best]:.0f} s; written to {IMAGES}")


def draw_search(graph: RoadGraph, fleet: Fleet, arc: int, fraction: float, times: Any) -> None:
    """What the search has been through when it stops at the k-th unit, and how far away in time that is."""
    order = np.argsort(times, kind="stable")
    stop_s = float(times[order[K - 1]])
    matrix = reversed_matrix(
        Roads(Path(), graph.arc_tail, graph.arc_head, graph.arc_ms, graph.node_lon, graph.node_lat)
    )
    node_s = dijkstra(matrix, indices=int(graph.arc_tail[arc])) / 1000 + graph.arc_ms[arc] * fraction / 1000
    twin = int(graph.arc_twin[arc])
    if twin >= 0:
        other = dijkstra(matrix, indices=int(graph.arc_head[arc])) + graph.arc_ms[twin] * (1 - fraction)
        node_s = np.minimum(node_s, other / 1000)
    inside = np.flatnonzero(node_s <= stop_s)
    canvas = window(graph.node_lon[inside], graph.node_lat[inside])
    # A street has the time of the end from which one comes sooner; darker is nearer.
    segment_s = np.full(len(graph.segment_class), np.inf)
    np.minimum.at(segment_s, graph.arc_segment, node_s[graph.arc_head])

    def colour_of(segment: int) -> tuple[str, float]:
        if segment_s[segment] > stop_s:
            return FAINT, 1.2
        share = round(segment_s[segment] / stop_s * SHADES) / SHADES
        red, green, blue = (round(a + (b - a) * share) for a, b in zip((16, 62, 130), (150, 196, 240), strict=True))
        return f"#{red:02x}{green:02x}{blue:02x}", round(3.2 - share, 1)

    canvas.streets(graph, colour_of)
    # The frontier: junctions not yet settled, from which a settled one is reached over one street.
    waiting = np.unique(graph.arc_tail[(node_s[graph.arc_head] <= stop_s) & (node_s[graph.arc_tail] > stop_s)])
    for node in waiting.tolist():
        canvas.dot(graph.node_lon[node], graph.node_lat[node], "#e08a00", 4)
    for unit in range(len(times)):
        if unit not in order[:K]:
            canvas.dot(fleet.lon[unit], fleet.lat[unit], "#7b8794", 7)
    for place, unit in enumerate(order[:K].tolist(), start=1):
        canvas.dot(fleet.lon[unit], fleet.lat[unit], GREEN, 10, f"{place} · {clock(times[unit])}")
    canvas.dot(*place_on(graph, arc, fraction), RED, 11)
    canvas.save(IMAGES / "nearest-search.svg", f"The search stops at the {K}rd unit, {clock(stop_s)} away")


def draw_wrong_car(graph: RoadGraph, fleet: Fleet, goal: tuple[int, float], air: int, best: int, times: Any) -> None:
    """The car nearest by straight line (A) and the one that is there first (B), with the ways they take."""
    fleet.units.search(*goal, k=len(times))
    ways = {unit: shape_of_way(graph, fleet.units.path_of(unit)) for unit in (air, best)}
    lon, lat = place_on(graph, *goal)
    canvas = window(*(np.concatenate([way[axis] for way in ways.values()]) for axis in (0, 1)))
    canvas.streets(graph, lambda _segment: (FAINT, 1.6))
    for unit, colour in ((air, RED), (best, GREEN)):
        canvas.line(*ways[unit], colour, 5)
        canvas.line([fleet.lon[unit], lon], [fleet.lat[unit], lat], colour, 2, 'stroke-dasharray="4 7"')
    for unit, name, colour in ((air, "A", RED), (best, "B", GREEN)):
        canvas.dot(fleet.lon[unit], fleet.lat[unit], colour, 11, f"{name} · {clock(times[unit])}")
    canvas.dot(lon, lat, INK, 11)
    canvas.save(IMAGES / "nearest-by-air-is-wrong.svg", "The nearest car by straight line is not there first")


def shape_of_way(graph: RoadGraph, way: Any) -> tuple[Any, Any]:
    """Longitudes and latitudes along a path, from the unit to the incident."""
    lons, lats = [], []
    for place, arc in enumerate(way.arcs):
        lon, lat, metres = graph.shape_of(arc)
        start = way.start_fraction if place == 0 else 0.0
        end = way.end_fraction if place == len(way.arcs) - 1 else 1.0
        inner = metres[(metres > start * metres[-1]) & (metres < end * metres[-1])]
        along = np.concatenate(([start * metres[-1]], inner, [end * metres[-1]]))
        lons.append(np.interp(along, metres, lon))
        lats.append(np.interp(along, metres, lat))
    return np.concatenate(lons), np.concatenate(lats)


def window(lon: Any, lat: Any) -> Canvas:
    """A map window around some points, not taller than wide."""
    shrink = np.cos(np.radians(lat.mean()))
    half_width, half_height = np.ptp(lon) * shrink / 2 * 1.12 + 0.001, np.ptp(lat) / 2 * 1.12 + 0.0012
    half_width = max(half_width, half_height * 1.3)
    half_height = max(half_height, half_width * 0.45)
    x, y = (lon.min() + lon.max()) / 2, (lat.min() + lat.max()) / 2
    return Canvas(x - half_width / shrink, y - half_height, x + half_width / shrink, y + half_height)


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(float(seconds)), 60)
    return f"{minutes}:{rest:02d}"


if __name__ == "__main__":
    main()
