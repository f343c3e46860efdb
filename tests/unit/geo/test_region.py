"""Opening a region: quick when whole, one clear sentence when not."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nazdik.geo.build import build_region
from nazdik.geo.errors import GeoBuildError, RegionDamaged, RegionForeign, RegionUnreadable
from nazdik.geo.region import Region
from nazdik.geo.style import map_style
from tests.unit.geo.region_fixtures import small_spec


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    return build_region(small_spec(folder), folder / "trial").folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "trial"))


def change_manifest(folder: Path, **changes: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, **changes}), encoding="utf-8")


def test_a_whole_region_opens(folder: Path) -> None:
    region = Region.load(folder)
    region.verify()
    assert (region.id, region.name_fa, region.name_en) == ("trial", "آزمون", "Trial")
    assert region.notice_fa is None
    assert region.manifest.sources[0].licence == "ODbL-1.0"


def test_the_manifest_names_every_file(folder: Path) -> None:
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(Region.load(folder).manifest.files) == files - {"manifest.json"}


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (shutil.rmtree, RegionUnreadable),
        (lambda folder: (folder / "manifest.json").unlink(), RegionUnreadable),
        (lambda folder: (folder / "manifest.json").write_text("{"), RegionUnreadable),
        (lambda folder: (folder / "manifest.json").write_text("[]"), RegionUnreadable),
        (lambda folder: (folder / "basemap.pmtiles").unlink(), RegionUnreadable),
        (lambda folder: (folder / "offices.json").write_text("short"), RegionDamaged),
        (lambda folder: change_manifest(folder, format="other"), RegionForeign),
        (lambda folder: change_manifest(folder, format_version=99), RegionForeign),
        (lambda folder: change_manifest(folder, bounds="wide"), RegionUnreadable),
    ],
)
def test_a_broken_or_foreign_folder_is_refused(
    folder: Path, harm: Callable[[Path], object], expected: type[GeoBuildError]
) -> None:
    harm(folder)
    with pytest.raises(expected) as refused:
        Region.load(folder)
    assert refused.value.message_fa
    assert "trial" in refused.value.message_en


def test_a_changed_byte_is_found_by_verify(folder: Path) -> None:
    path = folder / "boundary.geojson"
    raw = path.read_bytes()
    path.write_bytes(raw[:-2] + b" \n")
    region = Region.load(folder)
    with pytest.raises(RegionDamaged):
        region.verify()


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("lang", ["fa", "en"])
def test_the_style_asks_nothing_of_other_servers(theme: str, lang: str) -> None:
    style = map_style("trial", theme=theme, lang=lang)  # type: ignore[arg-type]
    assert style["sources"]["map"]["url"] == "pmtiles:///maps/trial.pmtiles"
    assert "http" not in json.dumps(style)
    assert "glyphs" not in style
    assert "sprite" not in style
    ids = [layer["id"] for layer in style["layers"]]
    assert len(ids) == len(set(ids))
    fonts = {tuple(layer["layout"]["text-font"]) for layer in style["layers"] if "text-font" in layer.get("layout", {})}
    assert fonts == {("Vazirmatn",)}
    assert set(style["font-faces"]) == {"Vazirmatn"}
