"""Everything that a text may be taken for in one region, tried in turn: coordinates, plus code, kilometre, names."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from nazdik.geo.coordinates import coordinate_label, parse_coordinates
from nazdik.geo.places.index import PlaceIndex
from nazdik.geo.places.kilometres import Kilometres
from nazdik.geo.places.lines import METRES_PER_DEGREE
from nazdik.geo.places.model import Place, Why
from nazdik.geo.places.pluscode import PlusCode, decode, find_plus_code, recover
from nazdik.geo.route import Route
from nazdik.kernel import LonLat, distance_m


class AliasSearch(Protocol):
    """Names beside those of the map."""

    def search(self, text: str, near: LonLat | None, limit: int, *, home: Any | None) -> list[Place]:
        """Return the places that `text` may mean, best first."""


class PlaceFinder:
    """The search of one region."""

    def __init__(self, index: PlaceIndex, way: Callable[[LonLat, LonLat], Route] | None = None) -> None:
        """
        Take the index of names.

        Args:
            way: How to drive from one point to another; without it no kilometres are found.
        """
        self.index = index
        self._kilometres = Kilometres(index, way) if way is not None else None
        self._aliases: AliasSearch | None = None

    def use_index(self, index: PlaceIndex, way: Callable[[LonLat, LonLat], Route] | None) -> None:
        """Search another map's names from now on."""
        self.index = index
        self._kilometres = Kilometres(index, way) if way is not None else None

    def use_aliases(self, aliases: AliasSearch | None) -> None:
        """Search these names too from now on."""
        self._aliases = aliases

    def __len__(self) -> int:
        return len(self.index)

    def search(self, text: str, near: LonLat | None = None, limit: int = 8, *, home: Any | None = None) -> list[Place]:
        """
        Return the places that `text` may mean, the best first and, of equals, the nearest to `near` first.

        Args:
            home: The area (shapely, degrees) the caller is likely in; places inside go before equals outside.
        """
        if limit < 1:
            return []
        if (typed := parse_coordinates(text, self.index.bounds)) is not None:
            found = [_typed(typed)]
        elif (code := find_plus_code(text)) is not None:
            found = self._of_code(code, near)
        else:
            found = self._kilometres.search(text, near) if self._kilometres is not None else []
            named = self.index.search(text, near, limit, home=home)
            if self._aliases is not None:
                named = sorted((*self._aliases.search(text, near, limit, home=home), *named), key=lambda p: -p.score)
            found += named
        if near is None:
            return found[:limit]
        return [p if p.distance_m is not None else replace(p, distance_m=distance_m(p.point, near)) for p in found][
            :limit
        ]

    def reverse(self, point: LonLat) -> Place | None:
        """Return how to say where `point` is; None far from everything."""
        return self.index.reverse(point)

    def _of_code(self, code: PlusCode, near: LonLat | None) -> list[Place]:
        where = near
        if code.is_short and code.beside:
            # The name beside a short code says which of the many is meant.
            named = self.index.settlements_named(code.beside, near) or self.index.search(code.beside, near, 1)
            where = named[0].point if named else near
        if code.is_short and where is None:
            west, south, east, north = self.index.bounds
            where = LonLat((west + east) / 2, (south + north) / 2)
        full = recover(code.code, where) if code.is_short and where is not None else code.code
        point, size_deg = decode(full)
        around = self.index.reverse(point)
        label_fa, label_en = (f"{full}، {around.label_fa}", f"{full}, {around.label_en}") if around else (full, full)
        return [
            Place(
                label_fa,
                label_en,
                "plus_code",
                point,
                1.0,
                accuracy_m=round(size_deg * METRES_PER_DEGREE / 2),
                name_fa=full,
                name_en=full,
                why=Why.PLUS_CODE,
                confidence=1.0 if not code.is_short or code.beside or near is not None else 0.5,
            )
        ]


def _typed(point: LonLat) -> Place:
    label_fa, label_en = coordinate_label(point)
    return Place(label_fa, label_en, "coordinates", point, 1.0, name_fa=label_fa, name_en=label_en, why=Why.COORDINATES)
