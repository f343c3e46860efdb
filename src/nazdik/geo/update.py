"""
Bringing a region up to date from newer streets, and saying what changed.

The region keeps what else it was built from, so newer streets are all that is needed: a whole newer extract, or the old one and
a file of changes. The result is the region that a full build of the same inputs gives, byte for byte; parts whose own inputs did
not change are taken over from the old one.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import osmium
import shapely

from nazdik.geo.build import INPUT_NAMES, Progress, RegionSpec, build_region
from nazdik.geo.errors import ChangesUnreadable, NotAPbf
from nazdik.geo.graph import Floats, Ints, RoadGraph
from nazdik.geo.inputs import read_counties
from nazdik.geo.region import INPUTS, Region
from nazdik.geo.stations import County

# Two segments whose ends and middle lie within this are the same street before and after.
_SAME_DEG = 1e-5


@dataclass(frozen=True, slots=True)
class CountyChange:
    """What changed in one county: segments that came, went, or bear another name, each with some names."""

    county_fa: str
    county_en: str
    added: int
    removed: int
    renamed: int
    added_km: float
    removed_km: float
    added_names: tuple[str, ...]
    removed_names: tuple[str, ...]
    renamed_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Updated:
    """The region as it is now, which stages were kept from before, and what changed in the streets, county by county."""

    region: Region
    kept: tuple[str, ...]
    changes: tuple[CountyChange, ...]


def update_region(
    folder: Path,
    *,
    pbf: Path,
    changes: Path | None = None,
    write_pbf: Path | None = None,
    inputs: dict[str, Path] | None = None,
    progress: Progress | None = None,
) -> Updated:
    """
    Build the region in `folder` again from newer streets, in its place.

    Args:
        pbf: The newer extract; with `changes`, the one the changes are to.
        changes: An OpenStreetMap change file (`.osc`, `.osc.gz`).
        write_pbf: Where the extract with its changes is kept, for the next update; a temporary file when None.
        inputs: Newer ones of the other files, by their names in `RegionSpec`.

    Raises:
        GeoBuildError: As `build_region` and `Region.load`; `ChangesUnreadable`. The old region stays.
    """
    old = Region.load(folder)
    old.verify()
    kept: list[str] = []
    with _kept_inputs(old) as known, TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as temporary:
        streets = pbf
        if changes is not None:
            streets = write_pbf or Path(temporary) / "changed.osm.pbf"
            apply_changes(pbf, changes, streets)
        manifest = old.manifest
        spec = RegionSpec(
            id=manifest.id,
            name_fa=manifest.name_fa,
            name_en=manifest.name_en,
            pbf=streets,
            sources=manifest.sources,
            notice_fa=manifest.notice_fa,
            notice_en=manifest.notice_en,
            **{**known, **(inputs or {})},
        )
        before = RoadGraph.load(old.graph_folder)
        counties = read_counties(spec.counties) if spec.counties is not None else []
        region = build_region(spec, folder, replace=True, progress=progress, reuse=old, resumed=kept.extend)
        after = RoadGraph.load(region.graph_folder)
    return Updated(region, tuple(kept), tuple(compare(before, after, counties, (spec.name_fa, spec.name_en))))


@contextmanager
def _kept_inputs(region: Region) -> Iterator[dict[str, Path]]:
    """The region's own copies of its inputs, where they outlive the region's folder."""
    with TemporaryDirectory(prefix="nazdik-inputs-") as temporary:
        found: dict[str, Path] = {}
        for path in sorted((region.folder / INPUTS).iterdir()):
            name = path.name.partition(".")[0]
            if name in INPUT_NAMES:
                found[name] = Path(temporary) / path.name
                found[name].write_bytes(path.read_bytes())
        yield found


def apply_changes(pbf: Path, changes: Path, out: Path) -> None:
    """
    Write `out`: the extract `pbf` with the file of changes applied; the order of things is osmium's, so it repeats.

    Raises:
        NotAPbf: The extract is missing or damaged.
        ChangesUnreadable: The changes are.
    """
    if not pbf.is_file():
        raise NotAPbf(f"پروندهٔ خیابان‌ها «{pbf.name}» نیست.", f"The street file “{pbf.name}” does not exist.")
    merge = osmium.MergeInputReader()
    try:
        merge.add_file(str(changes))
    except (RuntimeError, OSError) as error:
        raise ChangesUnreadable(
            f"پروندهٔ تغییرها «{changes.name}» خوانده نشد.", f"The file of changes “{changes.name}” cannot be read."
        ) from error
    out.unlink(missing_ok=True)
    try:
        reader = osmium.io.Reader(osmium.io.File(str(pbf), "pbf"))
        writer = osmium.io.Writer(osmium.io.File(str(out), "pbf"))
        try:
            merge.apply_to_reader(reader, writer)
        finally:
            writer.close()
            reader.close()
    except (RuntimeError, OSError) as error:
        raise NotAPbf(
            f"پروندهٔ «{pbf.name}» یک OSM PBF سالم نیست.", f"“{pbf.name}” is not a readable OSM PBF file: {error}"
        ) from error


def compare(
    before: RoadGraph, after: RoadGraph, counties: list[County], whole: tuple[str, str]
) -> Iterator[CountyChange]:
    """Say what changed between two graphs, by county and in the order of their slugs; counties without a change are left out."""
    old, new = _Segments(before), _Segments(after)
    gone, came, same = _match(old.keys, new.keys)
    other_name = [(o, n) for o, n in same if old.name(o) != new.name(n)]
    by_county: dict[int, dict[str, list[int]]] = defaultdict(lambda: {"gone": [], "came": [], "renamed": []})
    for what, segments, side in (
        ("gone", gone, old),
        ("came", came, new),
        ("renamed", [n for _, n in other_name], new),
    ):
        for segment, county in zip(segments, side.counties(segments, counties), strict=True):
            by_county[county][what].append(segment)
    names_before = {n: old.name(o) for o, n in other_name}
    for county in sorted(by_county):
        name_fa, name_en = (counties[county].name_fa, counties[county].name_en) if county >= 0 else whole
        parts = by_county[county]
        yield CountyChange(
            county_fa=name_fa,
            county_en=name_en,
            added=len(parts["came"]),
            removed=len(parts["gone"]),
            renamed=len(parts["renamed"]),
            added_km=new.km(parts["came"]),
            removed_km=old.km(parts["gone"]),
            added_names=_some(new.name(s) for s in parts["came"]),
            removed_names=_some(old.name(s) for s in parts["gone"]),
            renamed_names=_some(f"{names_before[s] or '—'} → {new.name(s) or '—'}" for s in parts["renamed"]),
        )


class _Segments:
    """The segments of a graph, each known by its ends and its middle, in whichever direction it was drawn."""

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph
        first, last = graph.segment_first[:-1].astype(np.int64), graph.segment_first[1:].astype(np.int64) - 1
        self._middle = (first + last) // 2
        x, y = (np.rint(c / _SAME_DEG).astype(np.int64) for c in (graph.shape_lon, graph.shape_lat))
        code = x * 40_000_000 + y
        length = np.rint(graph.shape_m[last]).astype(np.int64)
        ends = np.sort(np.stack((code[first], code[last]), axis=1), axis=1)
        self.keys: Ints = np.column_stack((ends, length))
        self._metres: Floats = graph.shape_m[last]

    def name(self, segment: int) -> str:
        return self._graph.names[int(self._graph.segment_name[segment])].fa

    def km(self, segments: list[int]) -> float:
        return round(float(self._metres[segments].sum()) / 1000, 2)

    def counties(self, segments: list[int], counties: list[County]) -> list[int]:
        """The number of the county in which each lies, -1 for none."""
        at = self._middle[segments]
        lon, lat = self._graph.shape_lon[at], self._graph.shape_lat[at]
        found = np.full(len(segments), -1, dtype=np.int64)
        for number, county in enumerate(counties):
            found[(found < 0) & shapely.intersects_xy(county.area, lon, lat)] = number
        return list(map(int, found))


def _match(old: Ints, new: Ints) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """The rows that only `old` has, those that only `new` has, and pairs of those that both have; equal rows pair in order."""
    rows = np.concatenate((old, new))
    _, which = np.unique(rows, axis=0, return_inverse=True)
    of_old: dict[int, list[int]] = defaultdict(list)
    for row, key in enumerate(which[: len(old)].tolist()):
        of_old[key].append(row)
    came: list[int] = []
    same: list[tuple[int, int]] = []
    for row, key in enumerate(which[len(old) :].tolist()):
        waiting = of_old.get(key)
        if waiting:
            same.append((waiting.pop(0), row))
        else:
            came.append(row)
    return sorted(row for rows_left in of_old.values() for row in rows_left), came, same


def _some(names: Iterator[str], most: int = 8) -> tuple[str, ...]:
    """The first few distinct names."""
    return tuple(dict.fromkeys(name for name in names if name))[:most]
