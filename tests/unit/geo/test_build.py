"""Building a region: what comes out, what is refused and how, and that a build repeats."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nazdik.geo.build import STEPS, Step, build_region, inputs_digest
from nazdik.geo.cli import app
from nazdik.geo.errors import (
    BoundaryUnreadable,
    CountiesIncomplete,
    GeoBuildError,
    InvalidName,
    NoRoads,
    NotAPbf,
    OfficesUnreadable,
    OutputExists,
    OutsideBoundary,
    PlacesUnreadable,
)
from nazdik.geo.graph import RoadGraph
from nazdik.geo.region import Region, list_files
from tests.unit.geo.region_fixtures import BOX, small_pbf, small_spec, tehran, write_pbf

FAR_BOX = BOX.replace("48.", "58.")
HALF_BOX = BOX.replace("48.80", "48.65")


def test_a_build_gives_a_whole_region(tmp_path: Path) -> None:
    region = build_region(small_spec(tmp_path), tmp_path / "out")
    region.verify()
    assert {"nodes", "arcs", "roads", "streets", "crossings", "counties", "stations", "sectors"} <= set(
        region.manifest.counts
    )
    assert region.manifest.counts["crossings"] == 6
    assert region.bounds == (48.6, 31.2, 48.8, 31.4)
    assert region.basemap_path.read_bytes()[:7] == b"PMTiles"
    assert "ODbL" in (region.folder / "LICENCE-DATA.md").read_text(encoding="utf-8")
    assert RoadGraph.load(region.graph_folder).nodes == region.manifest.counts["nodes"]


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    spec = small_spec(tmp_path)
    first, second = build_region(spec, tmp_path / "one"), build_region(spec, tmp_path / "two")
    assert list_files(first.folder) == list_files(second.folder)
    assert (first.folder / "manifest.json").read_bytes() == (second.folder / "manifest.json").read_bytes()


def test_no_machine_path_and_no_time_is_in_a_region(tmp_path: Path) -> None:
    region = build_region(small_spec(tmp_path), tmp_path / "out")
    for path in region.folder.rglob("*"):
        if path.is_file():
            assert str(tmp_path).encode() not in path.read_bytes(), path.name


def test_real_tehran_builds() -> None:
    region = tehran()
    counts = region.manifest.counts
    assert counts["roads"] > 5_000
    assert counts["streets"] > 2_000
    assert counts["stations"] == 6
    assert counts["counties"] == 1
    assert 51.36 < region.centre.lon < 51.44


def test_every_step_is_told_in_order(tmp_path: Path) -> None:
    told: list[tuple[Step, float]] = []
    build_region(small_spec(tmp_path), tmp_path / "out", progress=lambda step, share: told.append((step, share)))
    assert list(dict.fromkeys(step for step, _ in told)) == list(STEPS)
    assert all(0.0 <= share <= 1.0 for _, share in told)


def test_the_digest_follows_every_input(tmp_path: Path) -> None:
    spec = small_spec(tmp_path)
    before = inputs_digest(spec)
    assert inputs_digest(replace(spec, name_en="Other")) != before
    spec.boundary.write_text(HALF_BOX, encoding="utf-8")
    assert inputs_digest(spec) != before


# Refusals: one code, one sentence in each language, and nothing left behind.


def refuse(tmp_path: Path, kind: type[GeoBuildError], **changes: object) -> GeoBuildError:
    spec = replace(small_spec(tmp_path), **changes)  # type: ignore[arg-type]
    with pytest.raises(kind) as refused:
        build_region(spec, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*"))
    assert refused.value.code.startswith("region.")
    assert refused.value.message_fa
    assert refused.value.message_en
    return refused.value


def test_a_file_that_is_no_pbf_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.osm.pbf"
    text.write_text("this is not a PBF " * 100)
    assert refuse(tmp_path, NotAPbf, pbf=text).code == "region.not_a_pbf"


def test_a_missing_pbf_is_refused(tmp_path: Path) -> None:
    assert "nowhere.osm.pbf" in refuse(tmp_path, NotAPbf, pbf=tmp_path / "nowhere.osm.pbf").message_en


def test_a_truncated_pbf_is_refused(tmp_path: Path) -> None:
    whole = small_pbf(tmp_path / "whole.osm.pbf").read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole[: len(whole) // 2])
    refuse(tmp_path, NotAPbf, pbf=cut)


def test_a_file_without_roads_is_refused(tmp_path: Path) -> None:
    bare = write_pbf(tmp_path / "bare.osm.pbf", [(48.7, 31.3), (48.71, 31.3)], [((1, 2), {"waterway": "river"})])
    assert refuse(tmp_path, NoRoads, pbf=bare).code == "region.no_roads"


def test_streets_outside_the_boundary_are_refused(tmp_path: Path) -> None:
    far = tmp_path / "far.geojson"
    far.write_text(FAR_BOX, encoding="utf-8")
    assert refuse(tmp_path, OutsideBoundary, boundary=far).code == "region.outside_boundary"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "{}",
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "Point", "coordinates": [1, 2]}',
        '{"type": "Feature", "geometry": null}',
        BOX.replace("48.", "4800."),
    ],
)
def test_an_unreadable_boundary_is_refused(tmp_path: Path, text: str) -> None:
    odd = tmp_path / "odd.geojson"
    odd.write_text(text, encoding="utf-8")
    assert refuse(tmp_path, BoundaryUnreadable, boundary=odd).code == "region.boundary_unreadable"


def test_counties_that_leave_a_gap_are_refused(tmp_path: Path) -> None:
    half = tmp_path / "half.geojson"
    half.write_text(HALF_BOX, encoding="utf-8")
    refuse(tmp_path, CountiesIncomplete, counties=half)


def test_a_list_of_places_without_columns_is_refused(tmp_path: Path) -> None:
    odd = tmp_path / "places.csv"
    odd.write_text("a,b\n1,2\n")
    refuse(tmp_path, PlacesUnreadable, places=odd)


def test_offices_that_do_not_hang_together_are_refused(tmp_path: Path) -> None:
    odd = tmp_path / "offices.json"
    orphan = {
        "id": "trial.a.11",
        "tier": "station",
        "parent_id": "trial.a",
        "code": "A11",
        "name_fa": "ا",
        "name_en": "A",
    }
    odd.write_text(
        json.dumps({"format": "nazdik-offices", "version": 1, "offices": [{**orphan, "seat": [48.7, 31.3]}]})
    )
    refuse(tmp_path, OfficesUnreadable, offices=odd)


@pytest.mark.parametrize("bad", ["", "Iran", "iran", "a.b", "a b", "../up", "خوزستان"])
def test_an_id_that_cannot_be_used_is_refused(tmp_path: Path, bad: str) -> None:
    refuse(tmp_path, InvalidName, id=bad)


def test_a_region_that_is_there_stays_unless_told_to_replace(tmp_path: Path) -> None:
    spec = small_spec(tmp_path)
    build_region(spec, tmp_path / "out")
    with pytest.raises(OutputExists):
        build_region(replace(spec, name_en="Other"), tmp_path / "out")
    assert Region.load(tmp_path / "out").name_en == "Trial"
    assert build_region(replace(spec, name_en="Other"), tmp_path / "out", replace=True).name_en == "Other"


def test_a_folder_that_is_no_region_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    with pytest.raises(OutputExists):
        build_region(small_spec(tmp_path), tmp_path / "mine", replace=True)
    assert (tmp_path / "mine" / "letter.txt").read_text() == "keep me"


def test_a_failed_replacement_leaves_the_old_region(tmp_path: Path) -> None:
    spec = small_spec(tmp_path)
    build_region(spec, tmp_path / "out")
    (tmp_path / "text.osm.pbf").write_text("no")
    with pytest.raises(NotAPbf):
        build_region(replace(spec, pbf=tmp_path / "text.osm.pbf"), tmp_path / "out", replace=True)
    Region.load(tmp_path / "out").verify()


def test_the_command_builds_and_refuses_with_one_sentence(tmp_path: Path) -> None:
    spec = small_spec(tmp_path)
    names = ["--id", "trial", "--name-fa", "آزمون", "--name-en", "Trial"]
    arguments = [str(spec.pbf), "--boundary", str(spec.boundary), *names, "--out", str(tmp_path / "out")]
    built = CliRunner().invoke(app, ["build", *arguments])
    assert built.exit_code == 0, built.output
    again = CliRunner().invoke(app, ["build", *arguments])
    assert again.exit_code == 2
    assert "region.output_exists" in again.output
    assert "Traceback" not in again.output
