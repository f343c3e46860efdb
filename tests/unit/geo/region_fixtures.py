"""Small inputs for building regions in tests: a street file of two crossing streets, a box around it, and helpers."""

from collections.abc import Mapping, Sequence
from functools import cache
from math import cos, radians
from pathlib import Path
from tempfile import mkdtemp

import osmium
from osmium.osm.mutable import Node, Way

from nazdik.geo.build import RegionSpec, build_region
from nazdik.geo.region import Region

SOURCES = Path(__file__).parents[3] / "regions" / "sources"

BOX = """{"type": "Feature", "properties": {"name_fa": "آزمون", "name_en": "Trial"}, "geometry": {"type": "Polygon",
"coordinates": [[[48.60, 31.20], [48.80, 31.20], [48.80, 31.40], [48.60, 31.40], [48.60, 31.20]]]}}"""


def write_pbf(
    path: Path, nodes: Sequence[tuple[float, float]], ways: Sequence[tuple[Sequence[int], Mapping[str, str]]]
) -> Path:
    """Write nodes (lon, lat), numbered from 1, and ways over them."""
    writer = osmium.SimpleWriter(str(path))
    for number, position in enumerate(nodes, start=1):
        writer.add_node(Node(id=number, location=position))
    for number, (refs, tags) in enumerate(ways, start=1):
        writer.add_way(Way(id=number, nodes=list(refs), tags=dict(tags)))
    writer.close()
    return path


def small_pbf(path: Path) -> Path:
    """Write a square of four streets with a cross in it."""
    step = 0.004
    nodes = [(48.70 + step * x, 31.30 + step * y) for y in range(3) for x in range(3)]
    ways = [
        ((1, 2, 3), {"highway": "primary", "name": "بلوار الف", "name:en": "Alef Boulevard"}),
        ((4, 5, 6), {"highway": "residential", "name": "خیابان ولی‌عصر", "name:en": "Valiasr Street"}),
        ((7, 8, 9), {"highway": "residential", "name": "خیابان ۱۲", "old_name": "خیابان پهلوی"}),
        ((1, 4, 7), {"highway": "residential", "name": "کوچهٔ یکم"}),
        ((2, 5, 8), {"highway": "secondary", "name": "خیابان شهید مطهری", "name:en": "Motahari Street"}),
        ((3, 6, 9), {"highway": "residential"}),
    ]
    return write_pbf(path, nodes, ways)


def small_spec(folder: Path) -> RegionSpec:
    """Return the spec of a region over `small_pbf`."""
    outline = folder / "box.geojson"
    outline.write_text(BOX, encoding="utf-8")
    return RegionSpec("trial", "آزمون", "Trial", small_pbf(folder / "small.osm.pbf"), outline)


@cache
def two_towns() -> Region:
    """Return two towns with 5 km north and 5 km east between them, built once for all tests of one process."""
    folder = Path(mkdtemp(prefix="nazdik-test-"))
    north, east = 5 / 111.195, 5 / (111.195 * cos(radians(31.30 + 5 / 111.195)))
    nodes = [(48.70, 31.30), (48.70, 31.30 + north), (48.70 + east, 31.30 + north)]
    road = {"highway": "trunk", "name": "جاده الف‌آباد به ب‌آباد", "name:en": "Alefabad – Beabad Road"}
    streets = write_pbf(folder / "towns.osm.pbf", nodes, [((1, 2), road), ((2, 3), road)])
    outline = folder / "box.geojson"
    outline.write_text(BOX, encoding="utf-8")
    places = folder / "places.csv"
    rows = [("الف‌آباد", "Alefabad", nodes[0]), ("ب‌آباد", "Beabad", nodes[2])]
    lines = [f"{fa},{en},{lon:.6f},{lat:.6f},20000" for fa, en, (lon, lat) in rows]
    places.write_text("\n".join(("name_fa,name,lon,lat,population", *lines)), encoding="utf-8")
    return build_region(RegionSpec("towns", "آزمون", "Trial", streets, outline, places=places), folder / "out")


@cache
def tehran() -> Region:
    """Return the real central Tehran, built once for all tests of one process."""
    folder = Path(mkdtemp(prefix="nazdik-test-")) / "tehran-central"
    outline = SOURCES / "tehran-central-boundary.geojson"
    streets = SOURCES / "tehran-central.osm.pbf"
    return build_region(RegionSpec("tehran-central", "تهران", "Tehran", streets, outline, counties=outline), folder)
