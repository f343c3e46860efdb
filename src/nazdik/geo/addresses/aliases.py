"""The aliases of a province as an index of their own, so that they are searched as forgivingly as the map's names."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from nazdik.geo.addresses.model import Alias, AliasId
from nazdik.geo.gazetteer import SCALE, PlacesFile
from nazdik.geo.places.index import PlaceIndex
from nazdik.geo.places.model import Place, Why
from nazdik.kernel import LonLat

_RANK = 3.0


class AliasIndex:
    """Finds aliases; made anew when one is added or removed."""

    def __init__(self, aliases: Mapping[AliasId, Alias], bounds: tuple[float, float, float, float]) -> None:
        self._aliases = [aliases[alias_id] for alias_id in sorted(aliases)]
        count = len(self._aliases)
        contexts = [(alias.label_fa, alias.label_en) for alias in self._aliases]
        file = PlacesFile(
            bounds=bounds,
            names=[alias.text for alias in self._aliases],
            names_en=[""] * count,
            other_names={},
            kinds=["alias"] * count,
            lon=[round(alias.point.lon * SCALE) for alias in self._aliases],
            lat=[round(alias.point.lat * SCALE) for alias in self._aliases],
            accuracy_m=[0] * count,
            ranks=[_RANK] * count,
            context=list(range(count)),
            contexts=contexts,
            crossing_a=[],
            crossing_b=[],
            crossing_lon=[],
            crossing_lat=[],
        )
        self._index = PlaceIndex(file, np.empty((0, 5), dtype=np.int32))

    def search(self, text: str, near: LonLat | None, limit: int, *, home: Any | None) -> list[Place]:
        """Return the aliases that `text` may mean, best first."""
        found = self._index.search(text, near, limit, home=home)
        return [replace(place, why=Why.ALIAS, alias_id=self._id_of(place)) for place in found]

    def _id_of(self, place: Place) -> AliasId | None:
        same = (
            a.id
            for a in self._aliases
            if place.label_fa.endswith(a.label_fa)
            and abs(a.point.lon - place.point.lon) < 1e-5
            and abs(a.point.lat - place.point.lat) < 1e-5
        )
        return next(same, None)
