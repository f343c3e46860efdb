"""
How long building a region of a country's size takes, and how much memory: whole, and when it was killed and went on.

Run from the repository: `python benchmarks/region_build.py [--tiles 90]`. The street file is made here, in a temporary folder: the
Manhattan extract so many times side by side under new ids, neighbours joined by a street. It writes
`benchmarks/results/region_build.json`. Memory is of the building process and of the tiler it starts, each at its highest:
`anonymous` is what it holds, `resident` has the pages of files with it, which the system may take back at any time.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from osmium.osm.mutable import Node, Relation, Way

from facts import write_results
from nazdik.geo.build import STEPS, RegionSpec, build_region
from nazdik.geo.network import in_largest_part
from nazdik.geo.streets import read_streets

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "regions" / "sources" / "manhattan.osm.pbf"
COLUMNS = 10
STEP_LON, STEP_LAT = 0.25, 0.25
LOOK_EVERY_S = 0.1
MB = 1_000_000


def write_country(path: Path, tiles: int) -> dict[str, int]:
    """Write the extract `tiles` times over, on a grid, and return how much of what is in it."""
    streets = read_streets(SOURCE)
    two_way = in_largest_part(streets) & np.isfinite(streets.along_s_per_m) & np.isfinite(streets.against_s_per_m)
    joint = int(streets.tail[np.flatnonzero(two_way)[0]])
    nodes: list[tuple[int, float, float, dict[str, str]]] = []
    ways: list[tuple[int, list[int], dict[str, str]]] = []
    relations: list[tuple[int, list[tuple[str, int, str]], dict[str, str]]] = []
    for thing in osmium.FileProcessor(str(SOURCE)):
        tags = {tag.k: tag.v for tag in thing.tags}
        if thing.is_node():
            nodes.append((thing.id, thing.location.lon, thing.location.lat, tags))
        elif thing.is_way():
            ways.append((thing.id, [node.ref for node in thing.nodes], tags))
        else:
            relations.append((thing.id, [(m.type, m.ref, m.role) for m in thing.members], tags))
    number = [{each[0]: at for at, each in enumerate(sorted(of_kind), start=1)} for of_kind in (nodes, ways, relations)]
    size = [len(of_kind) + 2 for of_kind in (nodes, ways, relations)]
    kind_of = {"n": 0, "w": 1, "r": 2}
    writer = osmium.SimpleWriter(str(path), overwrite=True)
    for tile in range(tiles):
        east, north = (tile % COLUMNS) * STEP_LON, (tile // COLUMNS) * STEP_LAT
        for node, lon, lat, tags in sorted(nodes):
            place = (lon + east, lat + north)
            writer.add_node(Node(id=number[0][node] + tile * size[0], location=place, tags=tags))
    for tile in range(tiles):
        for way, refs, tags in sorted(ways):
            known = [number[0][ref] + tile * size[0] for ref in refs if ref in number[0]]
            writer.add_way(Way(id=number[1][way] + tile * size[1], nodes=known, tags=tags))
        for beside in (tile - 1 if tile % COLUMNS else -1, tile - COLUMNS):
            if beside >= 0:
                ends = [number[0][joint] + beside * size[0], number[0][joint] + tile * size[0]]
                way_id = (tile + 1) * size[1] - (1 if beside == tile - 1 else 0)
                writer.add_way(Way(id=way_id, nodes=ends, tags={"highway": "primary", "name": f"Link {tile}"}))
    for tile in range(tiles):
        for relation, members, tags in sorted(relations):
            kept = [
                (kind, number[kind_of[kind]][ref] + tile * size[kind_of[kind]], role)
                for kind, ref, role in members
                if ref in number[kind_of[kind]]
            ]
            writer.add_relation(Relation(id=number[2][relation] + tile * size[2], members=kept, tags=tags))
    writer.close()
    return {"tiles": tiles, "nodes": len(nodes) * tiles, "ways": len(ways) * tiles, "bytes": path.stat().st_size}


def spec_of(folder: Path) -> RegionSpec:
    """The region over the file in `folder`."""
    return RegionSpec("country", "کشور آزمایشی", "Trial country", folder / "country.osm.pbf", folder / "box.geojson")


def build_here(folder: Path, kill_at: str) -> None:
    """Build, in a process of its own; say when each step ends, and end by itself when one begins."""
    ended: dict[str, float] = {}
    begun = time.monotonic()

    def progress(step: Any, share: float) -> None:
        if share >= 1.0:
            ended.setdefault(step.code, round(time.monotonic() - begun, 1))
        elif step.code == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    resumed: list[str] = []
    region = build_region(spec_of(folder), folder / "out", replace=True, progress=progress, resumed=resumed.extend)
    print(json.dumps({"ended_s": ended, "resumed": resumed, "counts": region.manifest.counts}))


def measured(folder: Path, kill_at: str = "") -> dict[str, Any]:
    """Run one build and watch its memory and that of its children."""
    begun = time.monotonic()
    command = [sys.executable, __file__, "--build", str(folder), "--kill-at", kill_at]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        highest: dict[str, int] = {}
        while process.poll() is None:
            for name, pid in [("build", process.pid), *(("tiler", child) for child in children(process.pid))]:
                for what, value in memory_kb(pid).items():
                    key = f"{name}_{what}_mb"
                    highest[key] = max(highest.get(key, 0), value * 1024 // MB)
            time.sleep(LOOK_EVERY_S)
        assert process.stdout is not None
        said = process.stdout.read()
    return {
        "took_s": round(time.monotonic() - begun, 1),
        "killed": process.returncode == -signal.SIGKILL,
        **highest,
        **(json.loads(said) if said.strip() else {}),
    }


def children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def memory_kb(pid: int) -> dict[str, int]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    found = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith(("RssAnon", "VmRSS"))}
    return {"anonymous": found.get("RssAnon", 0), "resident": found.get("VmRSS", 0)}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tiles", type=int, default=90)
    arguments.add_argument("--build", type=Path)
    arguments.add_argument("--kill-at", default="")
    given = arguments.parse_args()
    if given.build is not None:
        build_here(given.build, given.kill_at)
        return
    with tempfile.TemporaryDirectory(prefix="nazdik-country-") as temporary:
        folder = Path(temporary)
        made = write_country(folder / "country.osm.pbf", given.tiles)
        rows = -(-given.tiles // COLUMNS)
        west, south, east, north = -74.2, 40.5, -73.7 + COLUMNS * STEP_LON, 41.1 + rows * STEP_LAT
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        box = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        (folder / "box.geojson").write_text(json.dumps(box))
        print(f"{made}", flush=True)
        whole = measured(folder)
        print(f"whole: {whole}", flush=True)
        first = (folder / "out" / "manifest.json").read_bytes()
        killed = measured(folder, kill_at="basemap")
        resumed = measured(folder)
        same = (folder / "out" / "manifest.json").read_bytes() == first
        print(f"killed: {killed}\nresumed: {resumed}\nsame bytes: {same}", flush=True)
    write_results(
        "region_build",
        {
            "file": made,
            "steps": [step.code for step in STEPS],
            "whole": whole,
            "killed_when_the_map_was_to_be_cut": killed,
            "went_on": resumed,
            "same_bytes": same,
        },
    )


if __name__ == "__main__":
    main()
