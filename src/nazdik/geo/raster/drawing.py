"""Draws a tile of the base map as SVG, by the rules of the map's one style. The ground stays clear: provinces lie side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nazdik.geo.raster.expressions import Seen, value_of
from nazdik.geo.raster.labels import Labels
from nazdik.geo.raster.pmtiles import TileFile
from nazdik.geo.raster.vector_tile import Feature, Layer, Part, read_tile

# As in MapLibre, whose zooms the style counts in.
TILE_PX = 512
ZOOM_MAX = 19
Style = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Grid:
    """From a layer's grid to the picture; beyond the file's last zoom a part of a tile fills it."""

    scale: float
    left: float
    top: float

    def part(self, part: Part) -> list[tuple[float, float]]:
        """Return where the points of a part stand in the picture."""
        return [(x * self.scale - self.left, y * self.scale - self.top) for x, y in part]


def draw_tile(tiles: TileFile, style: Style, zoom: int, x: int, y: int) -> str | None:
    """Return a tile as SVG, `TILE_PX` wide; None where there is nothing to draw."""
    deeper = max(0, zoom - tiles.zoom_max)
    content = tiles.tile(zoom - deeper, x >> deeper, y >> deeper)
    if content is None:
        return None
    layers = read_tile(content)
    column, row = x & ((1 << deeper) - 1), y & ((1 << deeper) - 1)
    grids = {
        name: Grid((TILE_PX << deeper) / layer.extent, column * TILE_PX, row * TILE_PX)
        for name, layer in layers.items()
    }
    shown = [rule for rule in style["layers"] if rule.get("minzoom", 0) <= zoom < rule.get("maxzoom", ZOOM_MAX + 1)]
    drawn: list[str] = []
    for rule in shown:
        if rule["type"] in ("fill", "line") and rule["source-layer"] in layers:
            drawn += _draw(rule, layers[rule["source-layer"]], grids[rule["source-layer"]], zoom)
    labels = Labels(TILE_PX)
    # As MapLibre does: who is drawn on top chooses a place first.
    for rule in reversed(shown):
        if rule["type"] == "symbol" and rule["source-layer"] in layers:
            layer, grid = layers[rule["source-layer"]], grids[rule["source-layer"]]
            labels.lay(rule, ((seen, feature, grid) for seen, feature in _chosen(rule, layer, zoom)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{TILE_PX}" height="{TILE_PX}" viewBox="0 0 {TILE_PX} {TILE_PX}">'
        + "".join(drawn)
        + labels.svg()
        + "</svg>"
    )


def _chosen(rule: Style, layer: Layer, zoom: int) -> Iterable[tuple[Seen, Feature]]:
    for feature in layer.features:
        seen = Seen(zoom, feature.kind, feature.said)
        if "filter" not in rule or value_of(rule["filter"], seen):
            yield seen, feature


def _draw(rule: Style, layer: Layer, grid: Grid, zoom: int) -> Iterable[str]:
    """What looks alike goes into one path: a city has thousands of streets and a dozen looks."""
    paths: dict[str, list[str]] = {}
    for seen, feature in _chosen(rule, layer, zoom):
        look = _fill(rule, seen) if rule["type"] == "fill" else _line(rule, seen)
        paths.setdefault(look, []).extend(
            path_of(grid.part(part), closed=feature.kind == "Polygon") for part in feature.parts if len(part) > 1
        )
    return (f'<path {look} d="{"".join(parts)}"/>' for look, parts in paths.items())


def _fill(rule: Style, seen: Seen) -> str:
    return f'fill="{value_of(rule["paint"]["fill-color"], seen)}" fill-rule="evenodd"'


def _line(rule: Style, seen: Seen) -> str:
    paint, layout = rule["paint"], rule.get("layout", {})
    width = float(value_of(paint["line-width"], seen))
    look = f'fill="none" stroke="{value_of(paint["line-color"], seen)}" stroke-width="{width:.2f}"'
    for ours, theirs in (("linecap", "line-cap"), ("linejoin", "line-join")):
        if theirs in layout:
            look += f' stroke-{ours}="{layout[theirs]}"'
    if "line-dasharray" in paint:
        look += ' stroke-dasharray="' + " ".join(f"{dash * width:.2f}" for dash in paint["line-dasharray"]) + '"'
    return look


def path_of(points: list[tuple[float, float]], *, closed: bool = False) -> str:
    """Return points as the data of a path; those that would fall on the pixel before are left out."""
    kept = [points[0]]
    for x, y in points[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 0.5:
            kept.append((x, y))
    kept.append(points[-1])
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + ("Z" if closed else "")
