"""The demo's establishment."""

import re

import pytest

from nazdik.kernel import OfficeId, ProvinceId
from nazdik.organisation.units import EstablishedUnit, establishment
from nazdik.published.sight import SKILLS
from tests.unit.organisation.doubles import KHUZESTAN, SmallTree, wide_tree

PROVINCE = ProvinceId("khuzestan")


def khuzestan(seed: int = 1) -> tuple[EstablishedUnit, ...]:
    return establishment(wide_tree(30, 3), PROVINCE, units=200, seed=seed)


def test_the_same_seed_gives_the_same_units_and_another_seed_others() -> None:
    assert khuzestan() == khuzestan()
    assert khuzestan(1) != khuzestan(2)


def test_khuzestan_has_its_200_units_in_every_station() -> None:
    units = khuzestan()
    assert len(units) == 200
    assert len({unit.office_id for unit in units}) == 90
    assert all(re.fullmatch(r"[A-Z]\d\d", unit.call_sign) for unit in units)
    assert len({unit.call_sign for unit in units}) == 200
    assert all(unit.id == f"khuzestan.u.{unit.call_sign}" for unit in units)


def test_skills_and_crews_are_sensible() -> None:
    units = khuzestan()
    assert all("patrol" in unit.skills and set(unit.skills) <= set(SKILLS) for unit in units)
    assert all(len(set(unit.skills)) == len(unit.skills) for unit in units)
    assert all(("motorcycle" in unit.skills) == (unit.kind == "motorcycle") for unit in units)
    assert {skill for unit in units for skill in unit.skills} == set(SKILLS)
    assert all(unit.crew for unit in units)
    motorcycles = sum(unit.kind == "motorcycle" for unit in units)
    assert 20 < motorcycles < 80


def test_every_station_has_a_car() -> None:
    units = khuzestan()
    assert {unit.office_id for unit in units if unit.kind == "car"} == {unit.office_id for unit in units}


def test_units_follow_the_work_of_a_county() -> None:
    tree = wide_tree(3, 2)
    weights = {OfficeId("khuzestan.c00"): 6.0, OfficeId("khuzestan.c01"): 3.0, OfficeId("khuzestan.c02"): 1.0}
    units = establishment(tree, PROVINCE, units=46, weights=weights)
    count = {county: sum(unit.office_id.startswith(county) for unit in units) for county in weights}
    assert list(count.values()) == [26, 14, 6] and len(units) == 46


def test_the_last_units_go_to_the_largest_remainders_and_ties_by_id() -> None:
    weights = {OfficeId("khuzestan.c00"): 2.0, OfficeId("khuzestan.c01"): 9.0, OfficeId("khuzestan.c02"): 9.0}
    units = establishment(wide_tree(3, 1), PROVINCE, units=13, weights=weights)
    assert [sum(unit.office_id.startswith(county) for unit in units) for county in weights] == [2, 6, 5]


@pytest.mark.parametrize(("asked", "given"), [(1, 4), (4, 4), (5, 5), (41, 41)])
def test_no_station_is_left_without_a_unit(asked: int, given: int) -> None:
    assert len(establishment(wide_tree(2, 2), PROVINCE, units=asked)) == given


def test_a_province_without_stations_has_no_units() -> None:
    assert establishment(SmallTree(), ProvinceId("fars"), units=10) == ()
    assert len(establishment(SmallTree(), ProvinceId(KHUZESTAN), units=9)) == 9


def test_a_large_province_does_not_run_out_of_call_signs() -> None:
    units = establishment(SmallTree(), PROVINCE, units=2500)
    signs = [unit.call_sign for unit in units]
    assert len(set(signs)) == len(signs) == 2500
    assert signs[0] == "A01"
    assert max(map(len, signs)) == 4
