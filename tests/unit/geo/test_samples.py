"""The samples: generated streets repeat and are plain about it; what is built is not built twice."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import osmium
import pytest
from typer.testing import CliRunner

from nazdik.geo.cli import app
from nazdik.geo.inputs import read_places
from nazdik.geo.network import build_from_pbf
from nazdik.geo.region import Region, list_regions
from nazdik.geo.samples import SAMPLES, build_samples
from nazdik.geo.samples.catalogue import khuzestan
from nazdik.geo.samples.khuzestan import write_khuzestan_streets
from nazdik.kernel import LonLat, distance_m
from tests.unit.geo.region_fixtures import SOURCES

PLACES = SOURCES / "khuzestan_places.csv"


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("streets") / "khuzestan.osm.pbf"
    assert 40_000 <= write_khuzestan_streets(path, PLACES) <= 80_000
    return path


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(streets: Path, tmp_path: Path) -> None:
    write_khuzestan_streets(tmp_path / "again.osm.pbf", PLACES)
    write_khuzestan_streets(tmp_path / "other.osm.pbf", PLACES, seed=111)
    assert (tmp_path / "again.osm.pbf").read_bytes() == streets.read_bytes()
    assert (tmp_path / "other.osm.pbf").read_bytes() != streets.read_bytes()


def test_every_generated_way_says_so_and_there_is_variety(streets: Path) -> None:
    classes: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    for way in osmium.FileProcessor(str(streets), osmium.osm.WAY):
        assert way.tags.get("note") == "generated"
        classes[way.tags.get("highway", "none")] += 1
        tags.update(tag.k for tag in way.tags)
    assert {"trunk", "primary", "secondary", "tertiary", "residential"} <= set(classes)
    assert tags["oneway"] > 500
    assert 5 <= tags["bridge"] <= 40


def test_every_settlement_is_on_one_connected_network(streets: Path) -> None:
    graph = build_from_pbf(streets)
    lon, lat = np.asarray(graph.node_lon), np.asarray(graph.node_lat)
    for place in read_places(PLACES):
        nearest = int(np.hypot(lon - place.lon, lat - place.lat).argmin())
        away = distance_m(LonLat(float(lon[nearest]), float(lat[nearest])), LonLat(place.lon, place.lat))
        assert away < 1_500, place.name_en


def test_every_sample_ships_its_sources(tmp_path: Path) -> None:
    for sample in SAMPLES:
        spec = sample.describe(SOURCES, tmp_path)
        assert spec.id == sample.id
        assert all(path.is_file() for path in (spec.pbf, *spec.inputs().values()))
        assert spec.sources
        if sample.id == "khuzestan":
            assert spec.notice_fa == "خیابان‌ها ساختگی است (تولید خودکار)؛ تا زمانی که نقشهٔ واقعی ساخته شود"
            assert spec.notice_en == "Streets are generated until you build from a real extract"


def test_a_sample_is_built_once_and_again_when_an_input_changes(tmp_path: Path) -> None:
    sources = Path(shutil.copytree(SOURCES, tmp_path / "sources"))
    only = ("tehran-central",)
    assert [built for _, built in build_samples(sources, tmp_path / "out", only=only)] == [True]
    assert [built for _, built in build_samples(sources, tmp_path / "out", only=only)] == [False]
    outline = sources / "tehran-central-boundary.geojson"
    outline.write_text(outline.read_text(encoding="utf-8").replace("35.7929", "35.7928"), encoding="utf-8")
    assert [built for _, built in build_samples(sources, tmp_path / "out", only=only)] == [True]
    (tmp_path / "out" / "tehran-central" / "basemap.pmtiles").unlink()
    assert [built for _, built in build_samples(sources, tmp_path / "out", only=only)] == [True]


def test_the_command_says_when_the_sources_are_missing(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["samples", "--sources", str(tmp_path / "none"), "--out", str(tmp_path / "out")])
    assert said.exit_code == 2
    assert "region.sources_missing" in said.output
    assert "Traceback" not in said.output


def test_built_samples_are_listed_and_the_generated_streets_are_no_region(tmp_path: Path) -> None:
    built = [region.id for region, _ in build_samples(SOURCES, tmp_path, only=("tehran-central",))]
    assert [region.id for region in list_regions(tmp_path)] == built == ["tehran-central"]


def test_khuzestan_has_its_tree_and_its_notice(built_region: Callable[[str], Path]) -> None:
    region = Region.load(built_region("khuzestan"))
    counts = region.manifest.counts
    assert counts["counties"] == 30
    assert 40 <= counts["stations"] <= 80
    assert counts["nodes"] > 40_000
    assert region.notice_fa is not None
    assert {"ODbL-1.0", "CC-BY-4.0"} <= {source.licence for source in region.manifest.sources}


def test_streets_are_drawn_once_and_again_when_they_or_their_places_changed(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    for name in ("khuzestan_places.csv", "khuzestan_counties.geojson"):
        shutil.copy(SOURCES / name, sources / name)
    places = sources / "khuzestan_places.csv"
    # A few small places are drawn in no time.
    head, *rows = PLACES.read_text(encoding="utf-8").splitlines(keepends=True)
    places.write_text("".join([head, *rows[-8:]]), encoding="utf-8")
    streets = khuzestan(sources, tmp_path).pbf
    drawn, at = streets.read_bytes(), streets.stat().st_mtime_ns
    khuzestan(sources, tmp_path)
    assert streets.stat().st_mtime_ns == at
    streets.write_bytes(drawn[:-1])
    khuzestan(sources, tmp_path)
    assert streets.read_bytes() == drawn
    places.write_text("".join([head, *rows[-7:]]), encoding="utf-8")
    khuzestan(sources, tmp_path)
    assert streets.read_bytes() != drawn
