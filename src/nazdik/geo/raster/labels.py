"""
Finds a place for names on a tile and writes them.

A tile knows nothing of its neighbours, so that a name that crossed an edge would be cut in two: names stand wholly inside
their tile. Streets have theirs along their line, never upside down; places have theirs as near as the edge allows.
"""

import math
import re
from collections.abc import Iterable, Mapping
from html import escape
from itertools import pairwise
from typing import Any, Protocol

import shapely

from nazdik.geo.raster.expressions import Seen, value_of
from nazdik.geo.raster.vector_tile import Feature, Part

Points = list[tuple[float, float]]
Item = tuple[Seen, Feature, "Grid"]
FONT = "Vazirmatn"
# A letter's average width and a line's height in the size of the type, measured on our typeface.
LETTER_EM, LINE_EM = 0.52, 1.3
_EDGE_PX = 3.0
_CELL_PX = 8
_STEP_PX = 6.0
# Half of what the vector map keeps apart: a tile is seen alone.
_SAME_NAME_PX = 240.0
_TURN_MAX = math.radians(35)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_WITHOUT_WIDTH = re.compile("[\u200b-\u200f\u2066-\u2069\u064b-\u0652]")


class Grid(Protocol):
    """From a layer's grid to the picture."""

    def part(self, part: Part) -> Points:
        """Return where the points of a part stand in the picture."""


class Labels:
    """The names of one tile; who comes first has its place."""

    def __init__(self, size_px: int) -> None:
        self._size = float(size_px)
        self._taken: set[tuple[int, int]] = set()
        self._stand: dict[str, Points] = {}
        self._written: list[str] = []
        self._paths = 0

    def lay(self, rule: Mapping[str, Any], items: Iterable[Item]) -> None:
        """Find a place for the names that a rule of the style asks for."""
        layout = rule["layout"]
        if layout.get("symbol-placement") == "line":
            self._along(rule, items)
            return
        key = layout.get("symbol-sort-key", 0)
        for seen, feature, grid in sorted(items, key=lambda item: float(value_of(key, item[0]))):
            for part in feature.parts:
                (point,) = grid.part(part[:1])
                if all(0 <= each < self._size for each in point):
                    self._at(rule, seen, point)

    def svg(self) -> str:
        """Return all that was written, the first on top."""
        return "".join(reversed(self._written))

    def _at(self, rule: Mapping[str, Any], seen: Seen, point: tuple[float, float]) -> None:
        text, size = _text(rule, seen)
        half, high = _width(text, size) / 2, size * LINE_EM / 2
        if not text or 2 * half > self._size - 2 * _EDGE_PX:
            return
        x = min(max(point[0], half + _EDGE_PX), self._size - half - _EDGE_PX)
        y = min(max(point[1], high + _EDGE_PX), self._size - high - _EDGE_PX)
        padding = float(rule["layout"].get("text-padding", 2))
        steps = max(1, round(2 * half / _STEP_PX))
        line = [(x - half + 2 * half * n / steps, y) for n in range(steps + 1)]
        if self._take(line, high + padding, float(rule["layout"].get("text-ignore-placement", False))):
            look = _look(rule, seen, size)
            # The baseline lies a third of the type below its middle.
            self._written.append(
                f'<text {look} text-anchor="middle" x="{x:.1f}" y="{y + size * 0.35:.1f}">{_marked(text)}</text>'
            )

    def _along(self, rule: Mapping[str, Any], items: Iterable[Item]) -> None:
        layout = rule["layout"]
        named: dict[str, tuple[Seen, float, list[Points]]] = {}
        for seen, feature, grid in items:
            text, size = _text(rule, seen)
            if text:
                parts = [grid.part(part) for part in feature.parts if len(part) > 1]
                named.setdefault(text, (seen, size, []))[2].extend(parts)
        apart = float(layout.get("symbol-spacing", 250))
        upright = layout.get("text-keep-upright", True)
        for text, (seen, size, parts) in named.items():
            width = _width(text, size) + 2
            # A street is many pieces; its name may lie over several of them.
            for line in _joined(parts) if upright else parts:
                self._along_line(rule, seen, text, size, width, line, apart, upright)

    def _along_line(
        self,
        rule: Mapping[str, Any],
        seen: Seen,
        text: str,
        size: float,
        width: float,
        line: Points,
        apart: float,
        upright: bool,
    ) -> None:
        total = sum(map(math.dist, line, line[1:]))
        begin = max(0.0, (total % apart - width) / 2)
        while begin + width <= total:
            piece = _piece(line, begin, begin + width)
            if self._fits(piece, size) and self._alone(text, piece, apart):
                free = bool(rule["layout"].get("text-ignore-placement", False))
                if self._take(_stepped(piece), size * LINE_EM / 2, free):
                    self._stand.setdefault(text, []).append(piece[len(piece) // 2])
                    self._write_along(rule, seen, text, size, piece, upright)
                    begin += apart
                    continue
            begin += _STEP_PX * 2

    def _write_along(
        self, rule: Mapping[str, Any], seen: Seen, text: str, size: float, piece: Points, upright: bool
    ) -> None:
        if upright and piece[-1][0] < piece[0][0]:
            piece = piece[::-1]
        name, self._paths = f"n{self._paths}", self._paths + 1
        down = "L".join(f"{x:.1f} {y:.1f}" for x, y in _lowered(piece, size * 0.35))
        self._written.append(
            f'<path id="{name}" fill="none" d="M{down}"/><text {_look(rule, seen, size)}>'
            f'<textPath href="#{name}" startOffset="50%" text-anchor="middle">{_marked(text)}</textPath></text>'
        )

    def _fits(self, piece: Points, size: float) -> bool:
        low, high = _EDGE_PX + size * 0.7, self._size - _EDGE_PX - size * 0.7
        if any(not (low <= x <= high and low <= y <= high) for x, y in piece):
            return False
        ways = [math.atan2(b[1] - a[1], b[0] - a[0]) for a, b in pairwise(piece)]
        turns = (abs(math.remainder(b - a, math.tau)) for a, b in pairwise(ways))
        return max(turns, default=0.0) <= _TURN_MAX and abs(math.remainder(ways[-1] - ways[0], math.tau)) < math.pi / 2

    def _alone(self, text: str, piece: Points, apart: float) -> bool:
        middle = piece[len(piece) // 2]
        return all(math.dist(middle, other) >= min(apart, _SAME_NAME_PX) for other in self._stand.get(text, ()))

    def _take(self, line: Points, reach: float, free: float) -> bool:
        if free:
            return True
        reach = max(reach - _CELL_PX / 2, 0.0)
        cells = {
            (column, row)
            for x, y in line
            for column in range(int((x - reach) // _CELL_PX), int((x + reach) // _CELL_PX) + 1)
            for row in range(int((y - reach) // _CELL_PX), int((y + reach) // _CELL_PX) + 1)
        }
        if cells & self._taken:
            return False
        self._taken |= cells
        return True


def _text(rule: Mapping[str, Any], seen: Seen) -> tuple[str, float]:
    layout = rule["layout"]
    return str(value_of(layout["text-field"], seen) or ""), float(value_of(layout["text-size"], seen))


def _look(rule: Mapping[str, Any], seen: Seen, size: float) -> str:
    paint = rule["paint"]
    look = f'font-family="{FONT}" font-size="{size:g}" fill="{value_of(paint["text-color"], seen)}"'
    if "text-halo-color" in paint:
        wide = 2 * float(paint.get("text-halo-width", 1))
        look += (
            f' stroke="{paint["text-halo-color"]}" stroke-width="{wide:g}" stroke-linejoin="round" paint-order="stroke"'
        )
    return look


def _marked(text: str) -> str:
    """A name with Persian letters reads from the right, whatever else is in it."""
    # U+200F before and after settles the direction of digits and signs at the ends.
    return escape(f"\u200f{text}\u200f" if _RIGHT_TO_LEFT.search(text) else text)


def _width(text: str, size: float) -> float:
    return len(_WITHOUT_WIDTH.sub("", text)) * size * LETTER_EM


def _joined(parts: list[Points]) -> Iterable[Points]:
    merged = shapely.line_merge(shapely.MultiLineString(parts))
    return [[(float(x), float(y)) for x, y in line.coords] for line in getattr(merged, "geoms", (merged,))]


def _piece(line: Points, begin: float, end: float) -> Points:
    piece: Points = []
    gone = 0.0
    for a, b in pairwise(line):
        length = math.dist(a, b)
        if length > 0 and gone + length >= begin and gone <= end:
            first, last = max(0.0, (begin - gone) / length), min(1.0, (end - gone) / length)
            if not piece:
                piece.append(_between(a, b, first))
            piece.append(_between(a, b, last))
        gone += length
    return piece


def _between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _stepped(piece: Points) -> Points:
    stepped = [piece[0]]
    for a, b in pairwise(piece):
        steps = max(1, math.ceil(math.dist(a, b) / _STEP_PX))
        stepped += [_between(a, b, n / steps) for n in range(1, steps + 1)]
    return stepped


def _lowered(piece: Points, by: float) -> Points:
    """The line on which the letters stand, so that their middle is on the street's."""
    (ax, ay), (bx, by_) = piece[0], piece[-1]
    length = math.dist(piece[0], piece[-1]) or 1.0
    across = (-(by_ - ay) / length * by, (bx - ax) / length * by)
    return [(x + across[0], y + across[1]) for x, y in piece]
