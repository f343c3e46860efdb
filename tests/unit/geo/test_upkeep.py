"""Checking a region, bringing it up to date, vouching for it."""

import json
from dataclasses import replace
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Way
from typer.testing import CliRunner

from nazdik.cli import app
from nazdik.geo.build import RegionSpec, build_region
from nazdik.geo.check import Finding, Weight, check_region
from nazdik.geo.errors import ChangesUnreadable, GeoBuildError, KeyUnreadable, NotAPbf, RegionDamaged, SignatureInvalid
from nazdik.geo.region import Region, list_files
from nazdik.geo.signing import Trust, check_signature, make_key, sign
from nazdik.geo.update import apply_changes, update_region
from tests.unit.geo.region_fixtures import small_spec, write_pbf

STEP = 0.004
GRID = [(48.70 + STEP * x, 31.30 + STEP * y) for y in range(3) for x in range(3)]
STREETS = [
    ((1, 2, 3), {"highway": "primary", "name": "بلوار الف"}),
    ((4, 5, 6), {"highway": "residential", "name": "خیابان ولی‌عصر"}),
    ((7, 8, 9), {"highway": "residential", "name": "خیابان ۱۲"}),
    ((1, 4, 7), {"highway": "residential", "name": "کوچهٔ یکم"}),
    ((2, 5, 8), {"highway": "secondary", "name": "خیابان شهید مطهری"}),
    ((3, 6, 9), {"highway": "residential"}),
]


def found(region: Region) -> dict[str, Finding]:
    return {finding.code: finding for finding in check_region(region)}


# The report


def test_a_report_tells_what_was_left_out_and_what_is_odd(tmp_path: Path) -> None:
    nodes = [*GRID, (48.75, 31.35), (48.751, 31.35), (48.76, 31.36), (48.761, 31.36)]
    ways = [
        *STREETS,
        ((10, 11), {"highway": "residential", "name": "کوی دورافتاده"}),
        ((12, 13), {"highway": "service"}),
        ((1, 2), {"highway": "residential", "name": "دوباره", "maxspeed": "تند"}),
        ((2, 3), {"highway": "residential", "maxspeed": "RU:nothing"}),
    ]
    pbf = write_pbf(tmp_path / "odd.osm.pbf", nodes, ways)
    region = build_region(replace(small_spec(tmp_path), pbf=pbf), tmp_path / "out")
    report = found(region)
    assert report["left_out"].count == 2
    assert "کوی دورافتاده" in report["left_out"].examples[0] + report["left_out"].examples[1]
    assert report["odd_limits"].count == 2
    assert report["drawn_twice"].count == 2
    assert report["nameless_residential"].weight is Weight.NOTE
    assert all(finding.message_fa and finding.message_en for finding in report.values())


def test_a_file_of_which_most_does_not_connect_is_a_problem_and_exit_code_1(tmp_path: Path) -> None:
    nodes = [*GRID, (48.71, 31.35), (48.75, 31.35)]
    pbf = write_pbf(tmp_path / "two.osm.pbf", nodes, [*STREETS, ((10, 11), {"highway": "primary", "name": "جدا"})])
    region = build_region(replace(small_spec(tmp_path), pbf=pbf), tmp_path / "out")
    assert found(region)["left_out"].weight is Weight.PROBLEM
    ended = CliRunner().invoke(app, ["region", "check", str(region.folder), "--json"])
    assert ended.exit_code == 1
    said = json.loads(ended.stdout)
    assert [each["weight"] for each in said if each["code"] == "left_out"] == ["problem"]


def test_an_arc_nobody_can_drive_and_one_without_length_are_told(tmp_path: Path) -> None:
    nodes = [*GRID, (48.70 + 1e-7, 31.30), (48.72, 31.30)]
    ways = [
        *STREETS,
        ((1, 10), {"highway": "residential", "name": "هیچ"}),
        ((3, 11), {"highway": "service", "access": "private", "maxspeed": "1"}),
    ]
    region = build_region(
        replace(small_spec(tmp_path), pbf=write_pbf(tmp_path / "z.osm.pbf", nodes, ways)), tmp_path / "out"
    )
    report = found(region)
    assert report["zero_length"].count == 1
    assert "odd_speed" not in report  # half of a brisk walk is still one


def test_offices_that_overlap_or_leave_a_hole_are_a_problem(tmp_path: Path) -> None:
    box = [[48.60, 31.20], [48.80, 31.20], [48.80, 31.40], [48.60, 31.40], [48.60, 31.20]]
    half = [[48.60, 31.20], [48.72, 31.20], [48.72, 31.40], [48.60, 31.40], [48.60, 31.20]]
    other = [[48.71, 31.20], [48.78, 31.20], [48.78, 31.40], [48.71, 31.40], [48.71, 31.20]]

    def office(name: str, tier: str, parent: str, ring: list[list[float]] | None) -> dict[str, object]:
        entry: dict[str, object] = {
            "id": name,
            "tier": tier,
            "parent_id": parent,
            "code": name.replace(".", "").upper(),
            "name_fa": "یگان",
            "name_en": "Office",
            "seat": ring[0] if ring else [48.7, 31.3],
        }
        return entry | ({"area": {"type": "Polygon", "coordinates": [ring]}} if ring else {})

    tree = [
        office("trial", "province", "iran", None),
        office("trial.a", "county", "trial", box),
        office("trial.a.11", "station", "trial.a", half),
        office("trial.a.12", "station", "trial.a", other),
    ]
    path = tmp_path / "offices.json"
    path.write_text(json.dumps({"format": "nazdik-offices", "version": 1, "offices": tree}), encoding="utf-8")
    region = build_region(replace(small_spec(tmp_path), offices=path), tmp_path / "out")
    report = found(region)
    assert report["offices_overlaps"].weight is Weight.PROBLEM
    assert report["offices_gap"].weight is Weight.PROBLEM
    assert CliRunner().invoke(app, ["region", "check", str(region.folder)]).exit_code == 1


def test_a_sound_small_region_has_no_problem(tmp_path: Path) -> None:
    region = build_region(small_spec(tmp_path), tmp_path / "out")
    assert all(finding.weight is Weight.NOTE for finding in check_region(region))
    (region.folder / "graph" / "arc_ms.npy").write_bytes(b"short")
    with pytest.raises(RegionDamaged):
        check_region(Region.load(region.folder))


# Newer streets


def newer_pbf(path: Path) -> Path:
    """The small town with one street renamed, one gone and one new."""
    ways = [*STREETS[:1], ((4, 5, 6), {"highway": "residential", "name": "خیابان تازه‌نام"}), *STREETS[2:]]
    ways[3] = ((2, 6), {"highway": "residential", "name": "کوچهٔ نو"})  # the first alley makes way for another
    return write_pbf(path, GRID, ways)


def test_an_update_gives_the_same_bytes_as_a_full_build_and_says_what_changed(tmp_path: Path) -> None:
    spec = replace(small_spec(tmp_path), pbf=write_pbf(tmp_path / "old.osm.pbf", GRID, STREETS))
    build_region(spec, tmp_path / "out")
    newer = newer_pbf(tmp_path / "newer.osm.pbf")
    done = update_region(tmp_path / "out", pbf=newer)
    full = build_region(replace(spec, pbf=newer), tmp_path / "full")
    assert list_files(done.region.folder) == list_files(full.folder)
    assert (done.region.folder / "manifest.json").read_bytes() == (full.folder / "manifest.json").read_bytes()
    (change,) = done.changes
    assert (change.added_names, change.removed_names) == (("کوچهٔ نو",), ("کوچهٔ یکم",))
    assert change.renamed_names == ("خیابان ولی‌عصر → خیابان تازه‌نام",)
    assert (change.added, change.removed, change.renamed) == (1, 2, 2)
    assert not list(tmp_path.glob(".out*"))


def test_an_update_keeps_the_parts_whose_inputs_did_not_change(tmp_path: Path) -> None:
    spec = small_spec(tmp_path)
    build_region(spec, tmp_path / "out")
    same = update_region(tmp_path / "out", pbf=spec.pbf)
    assert set(same.kept) == {"graph", "offices", "places", "basemap"}
    assert same.changes == ()
    # A house is nothing to the roads, the offices and the search.
    reader, house = osmium.FileProcessor(str(spec.pbf)), tmp_path / "house.osm.pbf"
    writer = osmium.SimpleWriter(str(house))
    for thing in reader:
        if thing.is_way() and thing.id == 1:
            for number, (lon, lat) in enumerate(((48.701, 31.301), (48.702, 31.301), (48.702, 31.302)), start=100):
                writer.add_node(Node(id=number, location=(lon, lat)))
        writer.add(thing)
    writer.add_way(Way(id=100, nodes=[100, 101, 102, 100], tags={"building": "yes"}))
    writer.close()
    done = update_region(tmp_path / "out", pbf=house)
    assert set(done.kept) == {"graph", "offices", "places"}
    assert list_files(done.region.folder) == list_files(build_region(replace(spec, pbf=house), tmp_path / "f").folder)


def test_a_file_of_changes_leads_to_the_same_region_as_the_extract_with_them(tmp_path: Path) -> None:
    spec = small_spec(tmp_path)
    build_region(spec, tmp_path / "out")
    changes = tmp_path / "day.osc"
    changes.write_text(
        """<?xml version="1.0" encoding="UTF-8"?><osmChange version="0.6">
        <modify><way id="2" version="2" timestamp="2026-01-01T00:00:00Z"><nd ref="4"/><nd ref="5"/><nd ref="6"/>
        <tag k="highway" v="residential"/><tag k="name" v="خیابان فردا"/></way></modify>
        <delete><way id="6" version="2" timestamp="2026-01-01T00:00:00Z"/></delete></osmChange>""",
        encoding="utf-8",
    )
    done = update_region(tmp_path / "out", pbf=spec.pbf, changes=changes, write_pbf=tmp_path / "with.osm.pbf")
    (change,) = done.changes
    assert change.removed == 2
    assert "خیابان ولی‌عصر → خیابان فردا" in change.renamed_names
    full = build_region(replace(spec, pbf=tmp_path / "with.osm.pbf"), tmp_path / "full")
    assert list_files(done.region.folder) == list_files(full.folder)


def test_a_failed_update_leaves_the_old_region(tmp_path: Path) -> None:
    spec = small_spec(tmp_path)
    before = list_files(build_region(spec, tmp_path / "out").folder)
    (tmp_path / "no.osc").write_text("no changes")
    (tmp_path / "no.osm.pbf").write_text("no streets")
    with pytest.raises(ChangesUnreadable):
        update_region(tmp_path / "out", pbf=spec.pbf, changes=tmp_path / "no.osc")
    for pbf in ("no.osm.pbf", "nowhere.osm.pbf"):
        with pytest.raises(NotAPbf):
            update_region(tmp_path / "out", pbf=tmp_path / pbf)
        with pytest.raises(GeoBuildError):
            apply_changes(tmp_path / pbf, tmp_path / "no.osc", tmp_path / "x.osm.pbf")
    assert list_files(tmp_path / "out") == before


def test_the_update_command_says_what_changed(tmp_path: Path) -> None:
    spec = replace(small_spec(tmp_path), pbf=write_pbf(tmp_path / "old.osm.pbf", GRID, STREETS))
    build_region(spec, tmp_path / "out")
    newer = newer_pbf(tmp_path / "newer.osm.pbf")
    ended = CliRunner().invoke(app, ["region", "update", str(tmp_path / "out"), "--pbf", str(newer)])
    assert ended.exit_code == 0, ended.output
    assert "کوچهٔ نو" in ended.output
    again = CliRunner().invoke(app, ["region", "update", str(tmp_path / "out"), "--pbf", str(newer)])
    assert "No street changed" in again.output


# Who vouches


@pytest.fixture
def signed(tmp_path: Path) -> tuple[Region, str]:
    region = build_region(small_spec(tmp_path), tmp_path / "out")
    public = make_key(tmp_path / "signer.key")
    assert sign(region, tmp_path / "signer.key") == public
    return region, public


def test_a_signature_is_worth_what_its_key_is(signed: tuple[Region, str], tmp_path: Path) -> None:
    region, public = signed
    assert check_signature(region, [public]) is Trust.TRUSTED
    assert check_signature(region, [make_key(tmp_path / "other.key")]) is Trust.STRANGER
    (region.folder / "manifest.sig").unlink()
    assert check_signature(region, [public]) is Trust.UNSIGNED
    assert (tmp_path / "signer.key").stat().st_mode & 0o077 == 0


def test_a_changed_manifest_signature_or_file_is_refused(signed: tuple[Region, str]) -> None:
    region, public = signed
    for name, harm, expected in (
        ("manifest.json", lambda raw: raw.replace(b"Trial", b"Trail"), SignatureInvalid),
        ("manifest.sig", lambda raw: raw.replace(b'"signature": "', b'"signature": "AA'), SignatureInvalid),
        ("manifest.sig", lambda raw: raw[:40], SignatureInvalid),
        ("offices.json", lambda raw: raw.replace(b"Trial", b"Trail"), RegionDamaged),
    ):
        path = region.folder / name
        whole = path.read_bytes()
        path.write_bytes(harm(whole))
        with pytest.raises(expected):
            check_signature(region, [public])
        path.write_bytes(whole)
    assert check_signature(region, [public]) is Trust.TRUSTED


def test_what_is_no_key_signs_nothing(signed: tuple[Region, str], tmp_path: Path) -> None:
    region, _ = signed
    (tmp_path / "text.key").write_text("no key")
    for path in (tmp_path / "text.key", tmp_path / "nowhere.key"):
        with pytest.raises(KeyUnreadable):
            sign(region, path)
    with pytest.raises(FileExistsError):
        make_key(tmp_path / "signer.key")


def test_the_commands_make_a_key_sign_and_verify(tmp_path: Path) -> None:
    folder = build_region(small_spec(tmp_path), tmp_path / "out").folder
    run = CliRunner().invoke
    assert run(app, ["region", "verify", str(folder)]).exit_code == 1
    public = run(app, ["region", "key", str(tmp_path / "k.key")]).stdout.strip()
    assert run(app, ["region", "key", str(tmp_path / "k.key")]).exit_code == 2
    assert run(app, ["region", "sign", str(folder), "--key", str(tmp_path / "k.key")]).exit_code == 0
    assert run(app, ["region", "verify", str(folder)]).exit_code == 1
    assert run(app, ["region", "verify", str(folder), "--trust", public]).exit_code == 0
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    ended = run(app, ["region", "verify", str(folder), "--trust", public])
    assert ended.exit_code == 2
    assert "region.signature_invalid" in ended.output


def test_a_spec_names_its_inputs(tmp_path: Path) -> None:
    spec: RegionSpec = small_spec(tmp_path)
    assert spec.inputs() == {"boundary": spec.boundary}
