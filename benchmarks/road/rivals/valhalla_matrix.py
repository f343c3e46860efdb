"""
Valhalla's matrix, all free units to one junction.

Valhalla has its own model of time: whole km/h, costs of turns and stops that cannot be turned off, whole seconds. So
its times only come near ours; how near is measured with every answer.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import valhalla

from road.rivals import Answer, Roads, SetUp, Skipped, nearest_of

# With more sources its memory runs to many gigabytes.
SOURCES_MAX = 2_000
COSTING = {
    "maneuver_penalty": 0,
    "gate_cost": 0,
    "gate_penalty": 0,
    "service_penalty": 0,
    "service_factor": 1,
    "alley_factor": 1,
    "private_access_penalty": 0,
    "destination_only_penalty": 0,
    "use_tracks": 1,
    "use_living_streets": 1,
    "use_highways": 1,
    "top_speed": 252,
    "speed_types": ["freeflow"],
}


class Engine:
    version = version("pyvalhalla")

    def __init__(self, roads: Roads, set_up: SetUp) -> None:
        folder = roads.folder / "valhalla"
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "tiles").mkdir(parents=True)
        config = valhalla.get_config(tile_dir=str(folder / "tiles"), tile_extract="", verbose=False)
        config["mjolnir"]["concurrency"] = os.cpu_count()
        config["thor"]["source_to_target_algorithm"] = "timedistancematrix"
        config["service_limits"]["auto"]["max_matrix_location_pairs"] = 100_000
        config["service_limits"]["auto"]["max_matrix_distance"] = 1_000_000.0
        (folder / "valhalla.json").write_text(json.dumps(config), encoding="utf-8")
        # Its programs are found only beside the interpreter.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"

        def build() -> None:
            command = [
                "valhalla_build_tiles",
                "-c",
                str(folder / "valhalla.json"),
                str(roads.folder / "streets.osm.pbf"),
            ]
            done = subprocess.run(
                command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise Skipped(f"valhalla_build_tiles ended with {done.returncode}: {done.stderr.strip()[-160:]}")

        set_up.step("build tiles", build)
        actor = set_up.step("load", lambda: valhalla.Actor(str(folder / "valhalla.json")))
        self.methods = [Matrix(actor, roads), Matrix(actor, roads, stop_after_k=True)]


class Matrix:
    def __init__(self, actor: Any, roads: Roads, *, stop_after_k: bool = False) -> None:
        self.name = "Valhalla matrix, stop at k" if stop_after_k else "Valhalla matrix"
        self._actor, self._roads, self._stop = actor, roads, stop_after_k

    def place(self, nodes: Any, free: int) -> None:
        if free > SOURCES_MAX:
            raise Skipped(f"more than {SOURCES_MAX} sources: its memory runs to many gigabytes")
        self._sources = [self._point(node) for node in np.asarray(nodes)[:free]]

    def ask(self, goal: int, k: int) -> Answer:
        asked: dict[str, Any] = {
            "sources": self._sources,
            "targets": [self._point(goal)],
            "costing": "auto",
            "costing_options": {"auto": COSTING},
            "verbose": False,
        }
        if self._stop:
            asked["matrix_locations"] = k
        times = self._actor.matrix(asked)["sources_to_targets"]["durations"]
        return nearest_of(np.array([row[0] for row in times], dtype=np.float64), k)

    def _point(self, node: int) -> dict[str, float]:
        return {"lon": float(self._roads.lon[node]), "lat": float(self._roads.lat[node])}
