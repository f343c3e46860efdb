"""What is read of a street file for the search index and the base map: roads, named points, shapes of the background."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Road:
    """One way a vehicle or a walker may use; `nodes` are the OSM node ids of `line`, shape (n, 2), lon and lat."""

    road_class: str
    name: str
    name_en: str
    oneway: bool
    bridge: bool
    tunnel: bool
    nodes: npt.NDArray[np.int64]
    line: Floats
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """
    A named thing at a point: a settlement (`population` may be 0 for unknown) or a landmark.

    `other_names` are searched and not shown. `accuracy_m` says how far the thing may be from the point.
    """

    kind: str
    name: str
    name_en: str
    lon: float
    lat: float
    population: int = 0
    other_names: tuple[str, ...] = ()
    accuracy_m: int = 0
    context_fa: str = ""
    context_en: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """An area or a line of the background: water, green, buildings."""

    layer: str
    kind: str
    name: str
    name_en: str
    geometry: Any
