"""
Building a region: from a street file and a boundary to a folder that everything else reads.

The folder is made beside its place and moved there whole, so that no reader ever meets half a region. The same inputs
give the same bytes, apart from what another version of a library may write differently.
"""

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import shapely

from nazdik.geo.basemap import write_basemap
from nazdik.geo.errors import CountiesIncomplete, InvalidName, NoRoads, NotAPbf, OutputExists, OutsideBoundary
from nazdik.geo.extract import Extract, NamedPoint, read_extract
from nazdik.geo.inputs import read_boundary, read_counties, read_places, read_villages, read_water
from nazdik.geo.network import build_from_pbf
from nazdik.geo.people import write_people
from nazdik.geo.places import write_places
from nazdik.geo.region import (
    BASEMAP,
    BOUNDARY,
    BUILDER_VERSION,
    FORMAT,
    FORMAT_VERSION,
    GRAPH,
    LICENCE,
    MANIFEST,
    OFFICES,
    PLACES,
    Manifest,
    Region,
    Source,
    list_files,
    write_manifest,
)
from nazdik.geo.responsible import OfficeForest, OfficesFile, read_offices
from nazdik.geo.stations import County, draw_up_offices
from nazdik.kernel import ProvinceId
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

Tick = Callable[[float], None]
Progress = Callable[["Step", float], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One named step of a build."""

    code: str
    name_fa: str
    name_en: str


STEPS: tuple[Step, ...] = (
    Step("inputs", "خواندن مرز و جاها", "Reading boundary and places"),
    Step("streets", "خواندن خیابان‌ها", "Reading the streets"),
    Step("graph", "ساختن شبکهٔ راه", "Building the road graph"),
    Step("offices", "یگان‌ها و محدوده‌ها", "Offices and their areas"),
    Step("places", "نمایهٔ جست‌وجو", "Search index"),
    Step("basemap", "بریدن نقشه", "Cutting the base map"),
    Step("finish", "بررسی و جابه‌جایی", "Checking and moving into place"),
)
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

    def inputs(self) -> list[Path]:
        """Return the files that are read."""
        files = (self.pbf, self.boundary, self.counties, self.places, self.villages, self.offices, self.water)
        return [path for path in files if path is not None]


@dataclass(slots=True)
class _Inputs:
    """Everything read before the streets."""

    boundary: Any
    counties: list[County]
    places: list[NamedPoint]
    villages: list[NamedPoint] = field(default_factory=list)
    offices: OfficesFile | None = None


def build_region(spec: RegionSpec, out: Path, *, replace: bool = False, progress: Progress | None = None) -> Region:
    """
    Build the region `spec` into the folder `out` and return it.

    Raises:
        GeoBuildError: With a code and one sentence in each language; `out` is then as it was before.
    """
    _check_names(spec)
    _check_room(out, replace=replace)
    tell = progress or (lambda _step, _fraction: None)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.building-", dir=out.parent) as temporary:
        made, work = Path(temporary) / "region", Path(temporary) / "work"
        made.mkdir()
        work.mkdir()
        _make(spec, made, work, tell)
        _swap(made, out, Path(temporary) / "replaced")
        tell(_STEP["finish"], 1.0)
    return Region.load(out)


def inputs_digest(spec: RegionSpec) -> str:
    """Return one digest over everything a build depends on; equal digests give equal regions."""
    digest = hashlib.sha256(f"{FORMAT_VERSION}.{BUILDER_VERSION}".encode())
    said = (spec.id, spec.name_fa, spec.name_en, spec.sources, spec.notice_fa, spec.notice_en)
    digest.update(msgspec.json.encode(said))
    for path in (spec.pbf, spec.boundary, spec.counties, spec.places, spec.villages, spec.offices, spec.water):
        digest.update(b"\0" if path is None else hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _make(spec: RegionSpec, made: Path, work: Path, tell: Progress) -> None:
    given = _read_inputs(spec)
    tell(_STEP["inputs"], 1.0)
    extract = _read_streets(spec, given, lambda share: tell(_STEP["streets"], share))
    tell(_STEP["streets"], 1.0)
    graph = build_from_pbf(
        spec.pbf, boundary=given.boundary, progress=lambda _stage, share: tell(_STEP["graph"], share * 0.9)
    )
    (made / GRAPH).mkdir()
    graph.save(made / GRAPH)
    tell(_STEP["graph"], 1.0)
    offices = given.offices or draw_up_offices(
        spec.id, spec.name_fa, spec.name_en, given.counties, given.places, extract.road_nodes()
    )
    OfficeForest([(ProvinceId(spec.id), offices)])  # Refuses a tree that does not hang together.
    (made / OFFICES).write_bytes(msgspec.json.encode(offices) + b"\n")
    tell(_STEP["offices"], 1.0)
    (made / PLACES).mkdir()
    counts = write_places(
        made / PLACES,
        extract,
        region_name=(spec.name_fa, spec.name_en),
        counties=given.counties,
        extra_points=given.villages,
    )
    write_people(made / PLACES, extract.points)
    tell(_STEP["places"], 1.0)
    write_basemap(
        made / BASEMAP,
        work,
        extract,
        _outlines(spec, given),
        region_id=spec.id,
        credit=" · ".join(dict.fromkeys(source.credit_en for source in spec.sources)),
        tick=lambda share: tell(_STEP["basemap"], share),
    )
    _write_boundary(made / BOUNDARY, spec, given.boundary)
    (made / LICENCE).write_text(_licence_text(spec), encoding="utf-8")
    tiers = [entry.tier for entry in offices.offices]
    counts |= {
        "nodes": graph.nodes,
        "arcs": graph.arcs,
        "roads": len(extract.roads),
        "counties": tiers.count(Tier.COUNTY),
        "stations": tiers.count(Tier.STATION),
        "sectors": len(offices.sectors),
    }
    write_manifest(made, _manifest(spec, given, extract, counts, made))
    tell(_STEP["finish"], 0.5)


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
    return _Inputs(boundary, counties, places, villages, read_offices(spec.offices) if spec.offices else None)


def _read_streets(spec: RegionSpec, given: _Inputs, tick: Tick) -> Extract:
    extract = read_extract(spec.pbf, given.boundary, tick)
    if not extract.roads:
        anywhere = read_extract(spec.pbf, shapely.box(-180, -90, 180, 90))
        if anywhere.roads:
            raise OutsideBoundary(
                "هیچ خیابانی از این پرونده درون مرز نیست؛ پرونده یا مرز دیگری بدهید.",
                "No street of this file lies inside the boundary; give another file or another boundary.",
            )
        raise NoRoads("در این پرونده هیچ خیابانی نیست.", "This file holds no streets.")
    # The given list is the better one; a settlement of the street file stays when the list does not know its name.
    known = {place.name for place in given.places}
    extract.points = [*given.places, *(point for point in extract.points if point.name not in known)]
    if not given.places:
        given.places = [point for point in extract.points if point.kind in ("city", "town", "village")]
    if spec.water is not None:
        extract.shapes.extend(read_water(spec.water))
    return extract


def _outlines(spec: RegionSpec, given: _Inputs) -> list[tuple[str, str, str, Any]]:
    outlines = [("province", spec.name_fa, spec.name_en, given.boundary)]
    if len(given.counties) > 1:
        outlines += [("county", county.name_fa, county.name_en, county.area) for county in given.counties]
    return outlines


def _manifest(spec: RegionSpec, given: _Inputs, extract: Extract, counts: dict[str, int], folder: Path) -> Manifest:
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
        counts=dict(sorted(counts.items())),
        sources=spec.sources,
        files=list_files(folder),
        notice_fa=spec.notice_fa,
        notice_en=spec.notice_en,
    )


def _centre(places: Sequence[NamedPoint], extract: Extract) -> tuple[float, float]:
    """Return where the map opens: the largest settlement, or the middle of the streets."""
    if largest := max(places, key=lambda place: (place.population, place.name), default=None):
        return (round(largest.lon, 6), round(largest.lat, 6))
    lon, lat = np.median(extract.road_nodes(), axis=0)
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
