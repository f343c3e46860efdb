"""
A region as a folder: road graph, base map, places, offices, boundary, and a manifest that says what they are.

    manifest.json     what this is, from which sources, under which licences; size and SHA-256 of every file
    manifest.sig      who vouches for it, when somebody does; see `signing`
    graph/            the road graph, written by `nazdik.geo.graph`
    basemap.pmtiles   the map
    places/           the search index, and where people live
    offices.json      the office tree with its areas
    boundary.geojson  the region's outline
    notes.json        what was odd in the streets, for `nazdik region check`
    inputs/           what it was built from besides the streets, so that an update needs only new streets
    LICENCE-DATA.md   credits and licences: the data stays apart from the program and may be taken out of it

There is no build time in it: the same inputs give the same bytes.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from nazdik.geo.errors import RegionDamaged, RegionForeign, RegionUnreadable
from nazdik.geo.stages import sha256_of
from nazdik.kernel import LonLat, ProvinceId

FORMAT = "nazdik-region"
FORMAT_VERSION = 2
# Raised with every change that gives other bytes for the same inputs.
BUILDER_VERSION = 5

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
GRAPH = "graph"
BASEMAP = "basemap.pmtiles"
PLACES = "places"
OFFICES = "offices.json"
BOUNDARY = "boundary.geojson"
NOTES = "notes.json"
INPUTS = "inputs"
LICENCE = "LICENCE-DATA.md"


class Source(msgspec.Struct, frozen=True):
    """Where a part of the data comes from, and on which terms; `credit_*` is shown with the map."""

    title: str
    licence: str
    credit_fa: str
    credit_en: str
    url: str = ""


class FileEntry(msgspec.Struct, frozen=True):
    """One file of the region."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """The contents of `manifest.json`. Bounds are west, south, east, north."""

    format: str
    format_version: int
    builder_version: int
    inputs_sha256: str
    id: str
    name_fa: str
    name_en: str
    bounds: tuple[float, float, float, float]
    centre: tuple[float, float]
    counts: dict[str, int]
    sources: tuple[Source, ...]
    files: dict[str, FileEntry]
    notice_fa: str | None = None
    notice_en: str | None = None
    # What the streets came from, and a digest of what each part was made from: equal digests, equal files.
    pbf_sha256: str = ""
    parts: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Region:
    """A region that was found whole; `load` looks at sizes only, `verify` reads every byte."""

    folder: Path
    manifest: Manifest
    # A short name for exactly these files, for addresses that browsers keep.
    version: str = ""

    @classmethod
    def load(cls, folder: Path) -> "Region":
        """
        Return the region in `folder`.

        Raises:
            RegionUnreadable: There is no manifest, it cannot be read, or a file is missing.
            RegionForeign: It is of another format, or of a newer version of ours.
            RegionDamaged: A file has another size than when it was built.
        """
        manifest = read_manifest(folder)
        for name, entry in manifest.files.items():
            path = folder / name
            if not path.is_file():
                raise RegionUnreadable(
                    f"پروندهٔ «{name}» در منطقهٔ «{folder.name}» نیست.",
                    f"The file “{name}” is missing from region “{folder.name}”.",
                )
            if path.stat().st_size != entry.size:
                raise _damaged(folder, name)
        return cls(folder=folder, manifest=manifest, version=sha256_of(folder / MANIFEST)[:12])

    def verify(self) -> None:
        """Read every file and compare it with the manifest; `RegionDamaged` at the first that differs."""
        for name, entry in self.manifest.files.items():
            if sha256_of(self.folder / name) != entry.sha256:
                raise _damaged(self.folder, name)

    @property
    def id(self) -> ProvinceId:
        """The province's id, the part before the first dot in all its ids."""
        return ProvinceId(self.manifest.id)

    @property
    def name_fa(self) -> str:
        """The Persian name."""
        return self.manifest.name_fa

    @property
    def name_en(self) -> str:
        """The English name."""
        return self.manifest.name_en

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        return self.manifest.bounds

    @property
    def centre(self) -> LonLat:
        """Where the map opens."""
        return LonLat(*self.manifest.centre)

    @property
    def notice_fa(self) -> str | None:
        """What must be said on the map, such as that the streets are generated; None when nothing."""
        return self.manifest.notice_fa

    @property
    def notice_en(self) -> str | None:
        """The notice in English."""
        return self.manifest.notice_en

    @property
    def graph_folder(self) -> Path:
        """The folder for `RoadGraph.load`."""
        return self.folder / GRAPH

    @property
    def basemap_path(self) -> Path:
        """The PMTiles file, served with HTTP Range."""
        return self.folder / BASEMAP

    @property
    def places_folder(self) -> Path:
        """The folder for `PlaceIndex.load`."""
        return self.folder / PLACES

    @property
    def offices_path(self) -> Path:
        """The office tree, for `load_offices`."""
        return self.folder / OFFICES

    @property
    def boundary_path(self) -> Path:
        """The outline as GeoJSON."""
        return self.folder / BOUNDARY


def list_regions(built: Path) -> list[Region]:
    """Return the regions in a folder of regions, by id; what has no manifest is passed over, what is broken refused."""
    folders = sorted(path.parent for path in built.glob(f"*/{MANIFEST}") if not path.parent.name.startswith("."))
    return sorted((Region.load(folder) for folder in folders), key=lambda region: region.id)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of `folder`; see `Region.load` for the refusals."""
    try:
        raw = (folder / MANIFEST).read_bytes()
        head = msgspec.json.decode(raw, type=dict[str, object])
    except (OSError, msgspec.MsgspecError) as error:
        raise RegionUnreadable(
            f"پوشهٔ «{folder.name}» یک منطقهٔ نزدیک نیست (manifest.json خوانده نشد).",
            f"The folder “{folder.name}” is no Nazdik region (its manifest.json cannot be read).",
        ) from error
    if head.get("format") != FORMAT or head.get("format_version") != FORMAT_VERSION:
        raise RegionForeign(
            f"منطقهٔ «{folder.name}» با قالبی ساخته شده که این نسخه نمی‌خواند؛ دوباره آن را بسازید.",
            f"Region “{folder.name}” has a format that this version does not read; build it again.",
        )
    try:
        return msgspec.json.decode(raw, type=Manifest)
    except msgspec.MsgspecError as error:
        raise RegionUnreadable(
            f"manifest.json منطقهٔ «{folder.name}» کامل نیست: {error}",
            f"The manifest.json of region “{folder.name}” is incomplete: {error}",
        ) from error


def write_manifest(folder: Path, manifest: Manifest, *, to: Path | None = None) -> None:
    """Write `manifest.json` (or `to`), indented for people, keys in the order of their declaration."""
    (to or folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")


def list_files(folder: Path) -> dict[str, FileEntry]:
    """Return size and SHA-256 of every file below `folder` but the manifest and its signature, by relative name, sorted."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in (MANIFEST, SIGNATURE))
    return {
        path.relative_to(folder).as_posix(): FileEntry(size=path.stat().st_size, sha256=sha256_of(path))
        for path in paths
    }


def _damaged(folder: Path, name: str) -> RegionDamaged:
    return RegionDamaged(
        f"پروندهٔ «{name}» در منطقهٔ «{folder.name}» با آنچه ساخته شده بود یکی نیست؛ منطقه را دوباره بسازید.",
        f"The file “{name}” of region “{folder.name}” is not the one that was built; build the region again.",
    )
