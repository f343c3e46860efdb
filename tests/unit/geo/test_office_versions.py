"""A county splits: who answered before the day, who answers after it; and what of a tree is refused."""

from typing import Any

import msgspec
import pytest

from nazdik.geo.errors import OfficesUnreadable
from nazdik.geo.office_check import check_offices
from nazdik.geo.responsible import OFFICES_FORMAT, OFFICES_VERSION, OfficeForest, OfficesFile
from nazdik.kernel import Instant, LonLat, OfficeId, ProvinceId, from_rfc3339
from nazdik.published.offices import Tier

SPLIT = "2027-03-21"
BEFORE = from_rfc3339("2027-03-20T20:29:59Z")
AFTER = from_rfc3339("2027-03-20T20:30:00Z")  # midnight in Iran
WEST, EAST = LonLat(48.5, 31.5), LonLat(49.5, 31.5)


def box(west: float, east: float) -> dict[str, Any]:
    ring = [[west, 31], [east, 31], [east, 32], [west, 32], [west, 31]]
    return {"type": "Polygon", "coordinates": [ring]}


def office(id: str, tier: str, parent: str, area: Any = None, **more: str) -> dict[str, Any]:
    west = area["coordinates"][0][0][0] if area else 48
    named = {"code": id.upper(), "name_fa": f"یگان {id}", "name_en": f"Office {id}", "seat": [west + 0.5, 31.5]}
    return {"id": id, "tier": tier, "parent_id": parent, "area": area, **named, **more}


def sector(id: str, station: str, area: Any, **more: str) -> dict[str, Any]:
    return {"id": id, "station_id": station, "code": id, "name_fa": id, "name_en": id, "area": area, **more}


def split_county() -> dict[str, Any]:
    """County `p.old` loses its east, with station 12, to the new county `p.new` on the day of the split."""
    return {
        "format": OFFICES_FORMAT,
        "version": OFFICES_VERSION,
        "offices": [
            office("p", "province", "iran"),
            office("p.old", "county", "p", box(48, 50), valid_until=SPLIT),
            office("p.old", "county", "p", box(48, 49), valid_from=SPLIT, name_en="Smaller"),
            office("p.new", "county", "p", box(49, 50), valid_from=SPLIT),
            office("p.old.11", "station", "p.old", box(48, 49)),
            office("p.old.12", "station", "p.old", box(49, 50), valid_until=SPLIT),
            office("p.new.11", "station", "p.new", box(49, 50), valid_from=SPLIT),
        ],
        "sectors": [
            sector("p.old.12.1", "p.old.12", box(49, 50), valid_until=SPLIT),
            sector("p.new.11.1", "p.new.11", box(49, 50), valid_from=SPLIT),
        ],
    }


def forest(tree: dict[str, Any], now: Instant | None = None) -> OfficeForest:
    file = msgspec.json.decode(msgspec.json.encode(tree), type=OfficesFile)
    return OfficeForest([(ProvinceId("p"), file)], now=(lambda: now) if now is not None else None)


def test_before_the_day_the_old_county_answers_and_from_midnight_in_iran_the_new() -> None:
    tree = forest(split_county())
    assert tree.station_at(EAST, BEFORE) == "p.old.12"
    assert tree.county_at(EAST, BEFORE) == "p.old"
    assert tree.station_at(EAST, AFTER) == "p.new.11"
    assert tree.county_at(EAST, AFTER) == "p.new"
    assert tree.station_at(WEST, BEFORE) == tree.station_at(WEST, AFTER) == "p.old.11"
    there = tree.who_answers(EAST, AFTER)
    assert there is not None
    assert (there.station.id, there.county, there.province, there.how) == ("p.new.11", "p.new", "p", "inside")
    assert there.sector is not None and there.sector.id == "p.new.11.1"
    assert (there.since, there.until) == (AFTER, None)
    then = tree.who_answers(EAST, BEFORE)
    assert then is not None and then.sector is not None
    assert (then.sector.id, then.since, then.until) == ("p.old.12.1", None, AFTER)


def test_the_clock_says_which_edition_is_in_force() -> None:
    for now, station in ((BEFORE, "p.old.12"), (AFTER, "p.new.11")):
        tree = forest(split_county(), now)
        assert tree.station_at(EAST) == station
        assert station in {office.id for office in tree.list_offices()}
    assert len(forest(split_county(), BEFORE).list_offices()) == 5
    assert len(forest(split_county(), AFTER).list_offices()) == 6


def test_an_office_that_ended_is_still_known_and_stands_under_its_old_county() -> None:
    tree = forest(split_county(), AFTER)
    ended = tree.find_office(OfficeId("p.old.12"))
    assert ended is not None and ended.tier is Tier.STATION
    assert tree.chain_of(OfficeId("p.old.12")) == ("p.old.12", "p.old", "p", "iran")
    old = tree.find_office(OfficeId("p.old"))
    assert old is not None and old.name_en == "Smaller"
    as_it_was = tree.find_office(OfficeId("p.old"), BEFORE)
    assert as_it_was is not None and as_it_was.name_en == "Office p.old"


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (2, {"valid_from": "2027-03-20"}),  # overlaps the version before it
        (2, {"valid_from": "2027-13-01"}),
        (2, {"valid_from": "1403/12/30"}),
        (1, {"valid_from": SPLIT}),  # ends before it begins
        (6, {"valid_from": ""}),  # a station before its county
        (3, {"valid_until": "2028-01-01"}),  # a county that ends before its station
        (5, {"id": "p.old.11"}),
        (6, {"id": "p.old.11", "valid_from": ""}),
    ],
)
def test_dates_that_do_not_fit_are_refused(number: int, change: dict[str, str]) -> None:
    tree = split_county()
    tree["offices"][number] |= change
    with pytest.raises(OfficesUnreadable):
        forest(tree)


def test_an_area_that_crosses_itself_is_refused_by_name() -> None:
    tree = split_county()
    tree["offices"][4]["area"]["coordinates"] = [[[48, 31], [49, 32], [49, 31], [48, 32], [48, 31]]]
    with pytest.raises(OfficesUnreadable) as refused:
        forest(tree)
    assert "یگان p.old.11" in refused.value.message_fa
    assert "Office p.old.11" in refused.value.message_en


def test_a_hole_is_answered_for_by_the_nearest_and_says_so() -> None:
    tree = split_county()
    hole = [[48.5, 31.4], [48.5, 31.6], [48.6, 31.6], [48.6, 31.4], [48.5, 31.4]]
    tree["offices"][4]["area"]["coordinates"].append(hole)
    tree["offices"][4]["area"]["coordinates"][0][2][0] -= (
        0.003  # and a wedge between the two stations, 300 m at its widest
    )
    found = forest(tree)
    inside = found.who_answers(LonLat(48.51, 31.5), BEFORE)
    assert inside is not None
    assert (inside.station.id, inside.how) == ("p.old.11", "nearest")
    assert inside.distance_m == pytest.approx(950, rel=0.02)
    wedge = found.who_answers(LonLat(48.9995, 31.95), BEFORE)
    assert wedge is not None
    assert (wedge.station.id, wedge.how) == ("p.old.12", "nearest")
    assert found.station_at(LonLat(48.9995, 31.95), BEFORE) == "p.old.12"
    assert found.who_answers(LonLat(47.99, 31.5), BEFORE) is None, "outside is no hole"
    assert found.who_answers(LonLat(48.5, 32.01), BEFORE) is None


def test_a_border_goes_to_the_smaller_id_and_the_others_are_named() -> None:
    edge = forest(split_county()).who_answers(LonLat(49.0, 31.5), BEFORE)
    assert edge is not None
    assert (edge.station.id, edge.how, edge.others) == ("p.old.11", "border", ("p.old.12",))
    within = forest(split_county()).who_answers(LonLat(49.0001, 31.5), BEFORE)
    assert within is not None
    assert (within.station.id, within.how, within.others) == ("p.old.12", "inside", ())


# What should be known of a tree


def faults_of(tree: dict[str, Any]) -> set[tuple[str, str]]:
    file = msgspec.json.decode(msgspec.json.encode(tree), type=OfficesFile)
    found = check_offices(file)
    for fault in found:
        names = [(entry.name_fa, entry.name_en) for entry in file.offices if entry.id == fault.office]
        assert any(fa in fault.message_fa and en in fault.message_en for fa, en in names)
    return {(fault.code, fault.office) for fault in found}


def test_a_sound_tree_has_no_faults_though_its_versions_overlap_in_place() -> None:
    assert faults_of(split_county()) == set()


@pytest.mark.parametrize(
    ("number", "area", "faults"),
    [
        (4, box(48, 49.2), {("overlaps", "p.old.11"), ("outside_county", "p.old.11")}),
        (4, box(48, 48.8), {("gap", "p.old")}),
        (4, box(48.7, 49), {("gap", "p.old"), ("seat_outside", "p.old.11")}),
        (4, None, {("no_area", "p.old.11"), ("gap", "p.old")}),
        (
            4,
            {"type": "Polygon", "coordinates": [[[48, 31], [49, 32], [49, 31], [48, 32], [48, 31]]]},
            {("crosses_itself", "p.old.11"), ("gap", "p.old")},
        ),
    ],
)
def test_each_fault_is_told_by_the_name_of_its_office(number: int, area: Any, faults: set[tuple[str, str]]) -> None:
    tree = split_county()
    tree["offices"][number]["area"] = area
    found = faults_of(tree)
    assert faults <= found
    assert {code for code, _ in found} == {code for code, _ in faults}
