"""
The rivals, one module each: a class `Engine` that prepares the graph, and the methods by which it is asked.

Each runs in a process of its own, in the rivals' environment, and knows the graph only as arrays (`Roads`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from scipy.spatial import cKDTree

Answer = list[tuple[int, float]]


class Skipped(Exception):
    """This engine will not be asked this, and why."""


@dataclass(frozen=True)
class Roads:
    """A road graph as plain arrays; `folder` is where an engine may keep what it prepares."""

    folder: Path
    tail: Any
    head: Any
    ms: Any
    lon: Any
    lat: Any

    @property
    def nodes(self) -> int:
        return len(self.lon)

    @classmethod
    def load(cls, folder: Path) -> "Roads":
        arrays = {name: np.load(folder / f"{name}.npy") for name in ("tail", "head", "ms", "lon", "lat")}
        return cls(folder, **arrays)

    def save(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("tail", "head", "ms", "lon", "lat"):
            np.save(self.folder / f"{name}.npy", getattr(self, name))


class Method(Protocol):
    """One way of asking an engine for the k nearest of the fleet."""

    name: str

    def place(self, nodes: Any, free: int) -> None:
        """Take in where all units stand, as junctions; only the first `free` of them may be sent."""

    def ask(self, goal: int, k: int) -> Answer:
        """The k nearest free units to a junction, as (unit, seconds), nearest first."""


@dataclass
class SetUp:
    """What preparing took, step by step, in seconds."""

    steps_s: dict[str, float] = field(default_factory=dict)

    def step(self, name: str, action: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        result = action()
        self.steps_s[name] = round(time.perf_counter() - started, 3)
        return result


def nearest_of(times_s: Any, k: int) -> Answer:
    """The k smallest of an array of times, one per unit; unreachable ones (inf or NaN) are left out."""
    times = np.asarray(times_s, dtype=np.float64)
    k = min(k, len(times))
    first = np.argpartition(times, k - 1)[:k] if k < len(times) else np.arange(len(times))
    first = first[np.argsort(times[first], kind="stable")]
    return [(int(unit), float(times[unit])) for unit in first if np.isfinite(times[unit])]


class AirList:
    """The m free units nearest to a place by straight line: what comes first in a shortlist."""

    def __init__(self, roads: Roads, nodes: Any, free: int) -> None:
        self._shrink = float(np.cos(np.radians(roads.lat.mean())))
        self._roads = roads
        chosen = np.asarray(nodes)[:free]
        self._tree = cKDTree(np.column_stack((roads.lon[chosen] * self._shrink, roads.lat[chosen])))
        self._free = free

    def nearest(self, goal: int, m: int) -> Any:
        place = (self._roads.lon[goal] * self._shrink, self._roads.lat[goal])
        return np.atleast_1d(self._tree.query(place, k=min(m, self._free))[1])
