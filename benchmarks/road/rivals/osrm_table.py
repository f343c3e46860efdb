"""
OSRM's table service, with contraction hierarchies (CH) and multi-level Dijkstra (MLD), whole and on an air shortlist.

OSRM counts in tenths of a second. Here one of its seconds stands for 10 ms (`MS_PER_SECOND`), so that its times
are ours to the millisecond and answers can be compared exactly.
"""

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from typing import Any

import numpy as np
import osrm

from road.rivals import AirList, Answer, Roads, SetUp, Skipped, nearest_of

MS_PER_SECOND = 10
# Reads the time of a street, in ms, from its tag; no turn costs, no restrictions, as in the graph it is compared with.
PROFILE = """
api_version = 4
function setup()
  return {
    properties = { weight_name = 'duration', use_turn_restrictions = false, continue_straight_at_waypoint = false },
    default_mode = mode.driving
  }
end
function process_node(profile, node, result, relations) end
function process_way(profile, way, result, relations)
  local ms = tonumber(way:get_value_by_key('ms'))
  if ms == nil then return end
  result.forward_mode = mode.driving
  result.backward_mode = mode.inaccessible
  result.forward_speed = 36
  result.backward_speed = 0
  result.duration = ms / 10
end
function process_turn(profile, turn) turn.duration = 0; turn.weight = 0 end
return { setup = setup, process_way = process_way, process_node = process_node, process_turn = process_turn }
"""


class OsrmEngine:
    version = version("osrm-bindings")
    algorithm: str
    steps: tuple[tuple[str, ...], ...]
    shortlists: tuple[int, ...]
    # More are not asked for: a table of many to one grows faster than their number.
    sources_max = 30_000

    def __init__(self, roads: Roads, set_up: SetUp) -> None:
        folder = roads.folder / f"osrm-{self.algorithm.lower()}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        profile = folder / "nazdik.lua"
        profile.write_text(PROFILE, encoding="utf-8")
        (folder / "roads.osm.pbf").symlink_to(roads.folder / "arcs.osm.pbf")
        base = folder / "roads.osrm"
        set_up.step("extract", lambda: self._run("extract", "-p", str(profile), str(folder / "roads.osm.pbf")))
        for step in self.steps:
            set_up.step(step[0], lambda step=step: self._run(*step, str(base)))
        engine = set_up.step(
            "load",
            lambda: osrm.OSRM(
                algorithm=self.algorithm,
                storage_config=str(base),
                use_shared_memory=False,
                max_locations_distance_table=30_000,
            ),
        )
        name = f"OSRM {self.algorithm}"
        self.methods: list[Any] = [Table(f"{name} table", engine, roads, self.sources_max)]
        self.methods += [Shortlist(f"air {m}, {name} table", engine, roads, m) for m in self.shortlists]

    @staticmethod
    def _run(*words: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "osrm", words[0], "-t", str(os.cpu_count()), *words[1:]],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Skipped(
                f"osrm {words[0]} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-160:]}"
            )


class Table:
    def __init__(self, name: str, engine: Any, roads: Roads, sources_max: int) -> None:
        self.name, self._engine, self._roads, self._sources_max = name, engine, roads, sources_max

    def place(self, nodes: Any, free: int) -> None:
        roads = self._roads
        if free > self._sources_max:
            raise Skipped(f"more than {self._sources_max:,} sources: over a minute each on the smallest graph")
        self._places = [(float(roads.lon[node]), float(roads.lat[node])) for node in np.asarray(nodes)[:free]]

    def ask(self, goal: int, k: int) -> Answer:
        return nearest_of(self._times(range(len(self._places)), goal), k)

    def _times(self, units: Any, goal: int) -> Any:
        goal_place = (float(self._roads.lon[goal]), float(self._roads.lat[goal]))
        places = [goal_place, *(self._places[unit] for unit in units)]
        asked = osrm.TableParameters(
            coordinates=places,
            sources=list(range(1, len(places))),
            destinations=[0],
            annotations=["duration"],
        )
        rows = self._engine.Table(asked)["durations"]
        times = [row[0] for row in rows]
        return np.array(times, dtype=np.float64) * MS_PER_SECOND / 1000


class Shortlist(Table):
    def __init__(self, name: str, engine: Any, roads: Roads, m: int) -> None:
        super().__init__(name, engine, roads, sources_max=10**9)
        self._m = m

    def place(self, nodes: Any, free: int) -> None:
        super().place(nodes, free)
        self._air = AirList(self._roads, nodes, free)

    def ask(self, goal: int, k: int) -> Answer:
        listed = self._air.nearest(goal, self._m)
        return [(int(listed[place]), time) for place, time in nearest_of(self._times(listed, goal), k)]
