"""
Building a region: from a street file and a boundary to a folder that everything else reads.

A build goes through stages, each made in a work folder beside the region; one that was stopped goes on from the last stage
it finished. The region is put together there and moved into place whole, so that no reader ever meets half a region. The same
inputs give the same bytes, apart from what another version of a library may write differently.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import shapely

from nazdik.geo.basemap import cut_basemap
from nazdik.geo.errors import (
    BuildRunning,
    CountiesIncomplete,
    GeoBuildError,
    InvalidName,
    NotAPbf,
    OutputExists,
    OutsideBoundary,
)
from nazdik.geo.extract import Extract, write_extract
from nazdik.geo.graph import FORMAT as GRAPH_FORMAT
from nazdik.geo.inputs import read_boundary, read_counties, read_places, read_villages, read_water
from nazdik.geo.layers import append_shapes, write_boundaries_layer, write_places_layer
from nazdik.geo.left_out import Notes, left_out
from nazdik.geo.network import connect_telling
from nazdik.geo.people import write_people
from nazdik.geo.places import write_places
from nazdik.geo.region import (
    BASEMAP,
    BOUNDARY,
    BUILDER_VERSION,
    FORMAT,
    FORMAT_VERSION,
    GRAPH,
    INPUTS,
    LICENCE,
    MANIFEST,
    NOTES,
    OFFICES,
    PLACES,
    Manifest,
    Region,
    Source,
    list_files,
    write_manifest,
)
from nazdik.geo.responsible import OfficeForest, OfficesFile, read_offices
from nazdik.geo.stages import Stages, digest_of, sha256_of
from nazdik.geo.stations import County, draw_up_offices
from nazdik.geo.streets import load_restrictions, load_streets, write_streets
from nazdik.geo.things import NamedPoint
from nazdik.kernel import ProvinceId
from nazdik.platform.faults import LogInUse, LogUnavailable
from nazdik.platform.filelock import hold
from nazdik.published.offices import Tier

OSM = Source(
    title="OpenStreetMap",
    licence="ODbL-1.0",
    credit_fa="© مشارکت‌کنندگان OpenStreetMap",
    credit_en="© OpenStreetMap contributors",
    url="https://www.openstreetmap.org/copyright",
)

# Rounding and simplified outlines may leave a rim; more than this share of the region without a county is a mistake.
UNCOVERED_SHARE_MAX = 0.01

_REPLACED = "replaced"
# What is made by another version of any of these is other bytes.
_MADE_BY = f"{FORMAT_VERSION}.{BUILDER_VERSION}.{GRAPH_FORMAT}"

Tick = Callable[[float], None]
Progress = Callable[["Step", float], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One named step of a build, and what part of the whole time it takes with a large region."""

    code: str
    name_fa: str
    name_en: str
    weight: float


STEPS: tuple[Step, ...] = (
    Step("inputs", "خواندن مرز و جاها", "Reading boundary and places", 0.02),
    Step("streets", "خواندن خیابان‌ها", "Reading the streets", 0.16),
    Step("things", "خواندن نام‌ها و زمینهٔ نقشه", "Reading names and the map's background", 0.22),
    Step("graph", "ساختن شبکهٔ راه", "Building the road graph", 0.05),
    Step("offices", "یگان‌ها و محدوده‌ها", "Offices and their areas", 0.03),
    Step("places", "نمایهٔ جست‌وجو", "Search index", 0.10),
    Step("basemap", "بریدن نقشه", "Cutting the base map", 0.40),
    Step("finish", "بررسی و جابه‌جایی", "Checking and moving into place", 0.02),
)
# What a region may be built from besides the street file; they are small, and the region keeps a copy.
INPUT_NAMES = ("boundary", "counties", "places", "villages", "offices", "water")
_STEP = {step.code: step for step in STEPS}


@dataclass(frozen=True, slots=True)
class RegionSpec:
    """What to build a region from; all but the street file, the boundary and the names may be absent."""

    id: str
    name_fa: str
    name_en: str
    pbf: Path
    boundary: Path
    counties: Path | None = None
    places: Path | None = None
    villages: Path | None = None
    offices: Path | None = None
    water: Path | None = None
    sources: tuple[Source, ...] = (OSM,)
    notice_fa: str | None = None
    notice_en: str | None = None

    def inputs(self) -> dict[str, Path]:
        """Return the files that are read, besides the street file, by what they are."""
        return {name: path for name in INPUT_NAMES if (path := getattr(self, name)) is not None}


@dataclass(slots=True)
class _Inputs:
    """Everything read before the streets, and digests of the files by their names."""

    boundary: Any
    counties: list[County]
    digests: dict[str, str]
    places: list[NamedPoint] = field(default_factory=list)
    villages: list[NamedPoint] = field(default_factory=list)
    offices: OfficesFile | None = None

    def key(self, *names: str) -> str:
        """Return a digest of some of the files, those that were not given included."""
        return digest_of(_MADE_BY, *(f"{name} {self.digests.get(name, '')}" for name in names))


def build_region(
    spec: RegionSpec,
    out: Path,
    *,
    replace: bool = False,
    progress: Progress | None = None,
    reuse: Region | None = None,
    resumed: Callable[[list[str]], None] | None = None,
) -> Region:
    """
    Build the region `spec` into the folder `out` and return it.

    Args:
        reuse: A region some of whose files may serve again, because what they are made from is the same.
        resumed: Told which stages an earlier build, that was stopped, or `reuse` had finished.

    Raises:
        GeoBuildError: With a code and one sentence in each language; `out` is then as it was before.
    """
    _check_names(spec)
    _check_room(out, replace=replace)
    tell = progress or (lambda _step, _fraction: None)
    out.parent.mkdir(parents=True, exist_ok=True)
    work = out.parent / f".{out.name}.work"
    with _alone(out):
        if not out.exists() and (work / _REPLACED).is_dir():  # stopped between two moves
            (work / _REPLACED).rename(out)
        stages = Stages(work)
        try:
            made = _Build(spec, stages, tell, reuse).make()
        except GeoBuildError:
            # The inputs will not do: nothing of this helps another try.
            stages.remove()
            raise
        if resumed is not None and stages.resumed:
            resumed(stages.resumed)
        _swap(made, out, work / _REPLACED)
        stages.remove()
        tell(_STEP["finish"], 1.0)
    return Region.load(out)


def inputs_digest(spec: RegionSpec) -> str:
    """Return one digest over everything a build depends on; equal digests give equal regions."""
    said = (spec.id, spec.name_fa, spec.name_en, spec.sources, spec.notice_fa, spec.notice_en)
    files = [f"{name} {digest}" for name, digest in _digests(spec).items()]
    return digest_of(_MADE_BY, msgspec.json.encode(said), *files)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Let only one build at a time make `out`; the lock falls away with its process."""
    path = out.parent / f".{out.name}.lock"
    try:
        held = hold(path)
    except LogInUse:
        raise BuildRunning(
            f"ساخت دیگری هم‌اکنون «{out.name}» را می‌سازد.", f"Another build is making “{out.name}” at this moment."
        ) from None
    except LogUnavailable as error:
        raise OSError(str(error)) from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(held)


class _Build:
    """One build: its stages in order. What a stage makes is found under its name in `_folders`."""

    def __init__(self, spec: RegionSpec, stages: Stages, tell: Progress, reuse: Region | None) -> None:
        self._spec, self._stages, self._tell, self._reuse = spec, stages, tell, reuse
        self._keys: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._given = _read_inputs(spec)
        tell(_STEP["inputs"], 1.0)

    def make(self) -> Path:
        """Run all stages, put the region together, and return its folder."""
        spec, given = self._spec, self._given
        streets = self._stages.run("streets", given.key("pbf", "boundary"), self._streets)
        self._tell(_STEP["streets"], 1.0)
        things = self._stages.run("things", given.key("pbf", "boundary"), self._things)
        self._tell(_STEP["things"], 1.0)
        extract, digest = Extract.load(things), self._stages.digest
        if not given.places:
            given.places = [point for point in extract.points() if point.kind in ("city", "town", "village")]
        said = digest_of(spec.id, spec.name_fa, spec.name_en)
        # The map's background is nothing to the search and the offices.
        searched, drawn = digest("things", leave_out=extract.layers.name), digest("things")
        around = given.key("boundary", "counties", "places")
        parts = (
            self._part("graph", digest("streets"), lambda out: self._graph(out, streets)),
            self._part(
                "offices",
                digest_of(around, given.key("offices"), searched, said),
                lambda out: self._offices(out, extract),
            ),
            self._part(
                "places",
                digest_of(around, given.key("villages"), searched, said),
                lambda out: self._places(out, extract),
            ),
            self._part(
                "basemap",
                digest_of(around, given.key("water"), drawn, said, self._credit()),
                lambda out: self._basemap(out, extract),
            ),
        )
        made = self._stages.folder / "region"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        for part in parts:
            _link_tree(part, made)
        _write_boundary(made / BOUNDARY, spec, given.boundary)
        (made / LICENCE).write_text(_licence_text(spec), encoding="utf-8")
        _keep_inputs(spec, made / INPUTS)
        write_manifest(made, self._manifest(extract, made))
        self._tell(_STEP["finish"], 0.5)
        return made

    def _part(self, name: str, key: str, make: Callable[[Path], dict[str, int]]) -> Path:
        """Return the folder that holds what a part of the region makes, and note its key and what it counted."""
        key = self._keys[name] = digest_of(_MADE_BY, key)
        old = self._reuse
        if old is not None and old.manifest.parts.get(name) == key:
            counted = {count: old.manifest.counts[count] for count in _COUNTS[name]}
            folder = self._stages.folder / f"{name}-kept"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for file in _FILES[name]:
                _link_tree(old.folder / file, folder / file)
            self._stages.resumed.append(name)
        else:

            def both(folder: Path) -> None:
                (folder / "made").mkdir()
                counts = make(folder / "made")
                (folder / "counts.json").write_bytes(msgspec.json.encode(counts))

            stage = self._stages.run(name, key, both)
            counted = msgspec.json.decode((stage / "counts.json").read_bytes(), type=dict[str, int])
            folder = stage / "made"
        self._counts |= counted
        self._tell(_STEP[name], 1.0)
        return folder

    def _streets(self, folder: Path) -> None:
        write_streets(
            self._spec.pbf,
            folder,
            boundary=self._given.boundary,
            progress=lambda _stage, share: self._tell(_STEP["streets"], share),
        )

    def _things(self, folder: Path) -> None:
        roads = write_extract(
            self._spec.pbf, self._given.boundary, folder, lambda share: self._tell(_STEP["things"], share)
        )
        if not roads:
            raise OutsideBoundary(
                "هیچ خیابانی از این پرونده درون مرز نیست؛ پرونده یا مرز دیگری بدهید.",
                "No street of this file lies inside the boundary; give another file or another boundary.",
            )

    def _graph(self, out: Path, folder: Path) -> dict[str, int]:
        streets, reading = load_streets(folder)
        bound = connect_telling(streets, load_restrictions(folder))
        graph = bound.graph
        reading = msgspec.structs.replace(reading, turns=dict(sorted((reading.turns | bound.counts).items())))
        self._tell(_STEP["graph"], 0.6)
        graph.save(out / GRAPH)
        self._tell(_STEP["graph"], 0.8)
        notes = msgspec.json.encode(Notes(reading, left_out(streets)))
        (out / NOTES).write_bytes(msgspec.json.format(notes, indent=1) + b"\n")
        return {"nodes": graph.nodes, "arcs": graph.arcs, "turns": len(graph.turn_ms)}

    def _offices(self, out: Path, extract: Extract) -> dict[str, int]:
        spec, given = self._spec, self._given
        offices = given.offices or draw_up_offices(
            spec.id, spec.name_fa, spec.name_en, given.counties, given.places, extract.roads.distinct_nodes()
        )
        OfficeForest([(ProvinceId(spec.id), offices)])  # Refuses a tree that does not hang together.
        (out / OFFICES).write_bytes(msgspec.json.encode(offices) + b"\n")
        tiers = [entry.tier for entry in offices.offices]
        return {
            "counties": tiers.count(Tier.COUNTY),
            "stations": tiers.count(Tier.STATION),
            "sectors": len(offices.sectors),
        }

    def _places(self, out: Path, extract: Extract) -> dict[str, int]:
        spec, given = self._spec, self._given
        (out / PLACES).mkdir()
        counts = write_places(
            out / PLACES,
            extract.roads,
            lambda: self._points(extract),
            region_name=(spec.name_fa, spec.name_en),
            counties=given.counties,
            extra_points=given.villages,
        )
        write_people(out / PLACES, self._points(extract))
        return {**counts, "roads": len(extract.roads)}

    def _basemap(self, out: Path, extract: Extract) -> dict[str, int]:
        spec, given = self._spec, self._given
        layers = out.parent / "layers"
        shutil.copytree(extract.layers, layers)
        write_places_layer(layers, self._points(extract))
        write_boundaries_layer(layers, _outlines(spec, given))
        if spec.water is not None:
            append_shapes(layers, read_water(spec.water))
        self._tell(_STEP["basemap"], 0.02)
        cut_basemap(
            layers,
            out / BASEMAP,
            region_id=spec.id,
            credit=self._credit(),
            tick=lambda share: self._tell(_STEP["basemap"], 0.02 + 0.98 * share),
        )
        shutil.rmtree(layers)
        return {}

    def _credit(self) -> str:
        return " · ".join(dict.fromkeys(source.credit_en for source in self._spec.sources))

    def _points(self, extract: Extract) -> Iterator[NamedPoint]:
        """The given list is the better one; a settlement of the street file stays when the list does not know its name."""
        if not self._spec.places:
            yield from extract.points()
            return
        known = {place.name for place in self._given.places}
        yield from self._given.places
        yield from (point for point in extract.points() if point.name not in known)

    def _manifest(self, extract: Extract, folder: Path) -> Manifest:
        spec, given = self._spec, self._given
        west, south, east, north = (round(float(edge), 6) for edge in given.boundary.bounds)
        return Manifest(
            format=FORMAT,
            format_version=FORMAT_VERSION,
            builder_version=BUILDER_VERSION,
            inputs_sha256=inputs_digest(spec),
            id=spec.id,
            name_fa=spec.name_fa,
            name_en=spec.name_en,
            bounds=(west, south, east, north),
            centre=_centre(given.places, extract),
            counts=dict(sorted(self._counts.items())),
            sources=spec.sources,
            files=list_files(folder),
            notice_fa=spec.notice_fa,
            notice_en=spec.notice_en,
            pbf_sha256=given.digests["pbf"],
            parts=self._keys,
        )


# What each part of a region counts, and the files it makes; an update that keeps a part keeps these.
_COUNTS = {
    "graph": ("nodes", "arcs"),
    "offices": ("counties", "stations", "sectors"),
    "places": ("streets", "crossings", "named_points", "roads"),
    "basemap": (),
}
_FILES = {"graph": (GRAPH, NOTES), "offices": (OFFICES,), "places": (PLACES,), "basemap": (BASEMAP,)}


def _link_tree(source: Path, target: Path) -> None:
    """Put everything of `source` below `target` too, without copying where the disk can hold one file twice."""
    if source.is_file():
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        return
    target.mkdir(exist_ok=True)
    for each in sorted(source.iterdir()):
        _link_tree(each, target / each.name)


def _digests(spec: RegionSpec) -> dict[str, str]:
    """Return the digest of every file that a build reads, by what it is."""
    return {name: sha256_of(path) for name, path in {"pbf": spec.pbf, **spec.inputs()}.items()}


def _keep_inputs(spec: RegionSpec, folder: Path) -> None:
    """Keep a copy of what the region was built from besides the streets, so that an update needs only new streets."""
    folder.mkdir()
    for name, path in spec.inputs().items():
        plain, packed = path.suffixes[-1:] != [".gz"], "".join(path.suffixes[-2:])
        shutil.copyfile(path, folder / f"{name}{path.suffix if plain else packed}")


def _check_names(spec: RegionSpec) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,30}", spec.id) or spec.id == "iran":
        raise InvalidName(
            f"شناسهٔ «{spec.id}» نشدنی است: حرف کوچک لاتین، رقم و خط تیره، و نه iran.",
            f"The id “{spec.id}” cannot be used: small Latin letters, digits and hyphens, and not “iran”.",
        )
    if not spec.name_fa.strip() or not spec.name_en.strip():
        raise InvalidName("نام فارسی و انگلیسی منطقه لازم است.", "A Persian and an English name are needed.")


def _check_room(out: Path, *, replace: bool) -> None:
    if not out.exists():
        return
    if not replace:
        raise OutputExists(
            f"«{out.name}» از پیش هست؛ برای جایگزینی ‎--replace‎ بدهید.",
            f"“{out.name}” exists already; give --replace to replace it.",
        )
    # Only what a build made is thrown away: a slip of the hand must not delete somebody's folder.
    if not (out / MANIFEST).is_file() and (out.is_file() or any(out.iterdir())):
        raise OutputExists(
            f"«{out.name}» یک منطقه نیست و جایگزین نمی‌شود.", f"“{out.name}” is no region and will not be replaced."
        )


def _read_inputs(spec: RegionSpec) -> _Inputs:
    if not spec.pbf.is_file():
        raise NotAPbf(f"پروندهٔ خیابان‌ها «{spec.pbf.name}» نیست.", f"The street file “{spec.pbf.name}” does not exist.")
    boundary = read_boundary(spec.boundary)
    if spec.counties is None:
        counties = [County(spec.id, spec.name_fa, spec.name_en, boundary)]
    else:
        counties = read_counties(spec.counties)
        bare = shapely.difference(boundary, shapely.union_all([county.area for county in counties])).area
        if bare > UNCOVERED_SHARE_MAX * boundary.area:
            raise CountiesIncomplete(
                "شهرستان‌ها همهٔ منطقه را نمی‌پوشانند.", "The counties do not cover the whole of the region."
            )
    shapely.prepare(boundary)
    places = read_places(spec.places) if spec.places else []
    places = [place for place in places if shapely.intersects_xy(boundary, place.lon, place.lat)]
    villages = read_villages(spec.villages, counties) if spec.villages else []
    offices = read_offices(spec.offices) if spec.offices else None
    return _Inputs(boundary, counties, _digests(spec), places, villages, offices)


def _outlines(spec: RegionSpec, given: _Inputs) -> list[tuple[str, str, str, Any]]:
    outlines = [("province", spec.name_fa, spec.name_en, given.boundary)]
    if len(given.counties) > 1:
        outlines += [("county", county.name_fa, county.name_en, county.area) for county in given.counties]
    return outlines


def _centre(places: list[NamedPoint], extract: Extract) -> tuple[float, float]:
    """Return where the map opens: the largest settlement, or the middle of the streets."""
    if largest := max(places, key=lambda place: (place.population, place.name), default=None):
        return (round(largest.lon, 6), round(largest.lat, 6))
    lon, lat = np.median(extract.roads.distinct_nodes(), axis=0)
    return (round(float(lon), 6), round(float(lat), 6))


def _write_boundary(path: Path, spec: RegionSpec, boundary: Any) -> None:
    feature = {
        "type": "Feature",
        "properties": {"id": spec.id, "name_fa": spec.name_fa, "name_en": spec.name_en},
        "geometry": json.loads(shapely.to_geojson(boundary)),
    }
    path.write_text(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def _licence_text(spec: RegionSpec) -> str:
    lines = [f"# Data of the region {spec.name_en} ({spec.name_fa})", ""]
    if spec.notice_en:
        lines += [f"> {spec.notice_en}", ">", f"> {spec.notice_fa}", ""]
    for source in spec.sources:
        link = f" <{source.url}>" if source.url else ""
        lines += [f"- **{source.title}**: {source.licence}. {source.credit_en}. {source.credit_fa}.{link}"]
    lines += [
        "",
        "This folder holds data and no program. What is made from OpenStreetMap data is a derived database under the",
        "Open Database License 1.0: whoever passes it on passes it on under the same licence, with the credit. The folder",
        "stands apart from the program and may be taken out of it, replaced or shared alone. Show the credits on the map.",
        "",
    ]
    return "\n".join(lines)


def _swap(made: Path, out: Path, aside: Path) -> None:
    """Move the finished region into place; what stood there goes away only after the new one stands."""
    if out.exists():
        out.rename(aside)
    try:
        made.rename(out)
    except OSError:
        if aside.exists():
            aside.rename(out)
        raise
    if aside.is_dir():
        shutil.rmtree(aside)
