"""The demo's seats."""

import pytest

from nazdik.kernel import ProvinceId, UnitId
from nazdik.organisation.errors import PostingNeedsUnit
from nazdik.organisation.model import Role
from nazdik.organisation.seats import demo_seats, posting_of, units_to_choose
from nazdik.organisation.units import establishment
from tests.unit.organisation.doubles import AHVAZ, AHVAZ_11, CENTRE, CENTRE_107, KHUZESTAN, NATIONAL, TEHRAN, SmallTree

TREE = SmallTree()
UNITS = (
    *establishment(TREE, ProvinceId("khuzestan"), units=20),
    *establishment(TREE, ProvinceId("tehran-central"), units=5),
)
SEATS = {seat.id: seat for seat in demo_seats(TREE, UNITS)}


def test_there_is_a_seat_for_every_tier_and_trade() -> None:
    assert [(seat.role, seat.office_id) for seat in SEATS.values()] == [
        (Role.CALL_TAKER, KHUZESTAN),
        (Role.DISPATCHER, KHUZESTAN),
        (Role.OFFICER, KHUZESTAN),
        (Role.COUNTY_DESK, AHVAZ),
        (Role.STATION_DESK, AHVAZ_11),
        (Role.PROVINCE_DESK, KHUZESTAN),
        (Role.ADMINISTRATOR, KHUZESTAN),
        (Role.ADMINISTRATOR, KHUZESTAN),
        (Role.AUDITOR, KHUZESTAN),
        (Role.CALL_TAKER, TEHRAN),
        (Role.DISPATCHER, TEHRAN),
        (Role.OFFICER, TEHRAN),
        (Role.COUNTY_DESK, CENTRE),
        (Role.STATION_DESK, CENTRE_107),
        (Role.PROVINCE_DESK, TEHRAN),
        (Role.ADMINISTRATOR, TEHRAN),
        (Role.ADMINISTRATOR, TEHRAN),
        (Role.AUDITOR, TEHRAN),
        (Role.NATIONAL_DESK, NATIONAL),
        (Role.ADMINISTRATOR, NATIONAL),
        (Role.ADMINISTRATOR, NATIONAL),
    ]


def test_every_seat_says_what_it_is_in_both_languages() -> None:
    for seat in SEATS.values():
        assert all((seat.title_fa, seat.title_en, seat.about_fa, seat.about_en))
        assert any("\u0600" <= letter <= "\u06ff" for letter in seat.title_fa)
        assert seat.title_en.isascii() and seat.about_en.isascii()


def test_an_officer_chooses_a_car_of_the_province() -> None:
    seat = SEATS["officer:tehran-central"]
    choice = units_to_choose(UNITS, seat, TREE)
    assert len(choice) == 5 and all(unit.id.startswith("tehran-central.u.") for unit in choice)
    posting = posting_of(seat, choice[0])
    assert (posting.unit, posting.office) == (choice[0].id, CENTRE_107)
    with pytest.raises(PostingNeedsUnit):
        posting_of(seat)


def test_a_desk_is_posted_to_its_office() -> None:
    posting = posting_of(SEATS["county_desk:khuzestan.ahvaz"])
    assert (posting.role, posting.office, posting.unit) == (Role.COUNTY_DESK, AHVAZ, None)


def test_a_province_without_units_has_only_its_desk_its_administrators_and_its_inspector() -> None:
    seats = demo_seats(TREE, [unit for unit in UNITS if unit.id.startswith("khuzestan")])
    of_tehran = [seat.role for seat in seats if seat.office_id == TEHRAN]
    assert of_tehran == [Role.PROVINCE_DESK, Role.ADMINISTRATOR, Role.ADMINISTRATOR, Role.AUDITOR]


def test_nobody_is_made_up() -> None:
    assert {posting_of(seat).person for seat in SEATS.values() if seat.role is not Role.OFFICER} == {
        f"seat:{seat.id}" for seat in SEATS.values() if seat.role is not Role.OFFICER
    }
    assert posting_of(SEATS["officer:khuzestan"], UNITS[0]).person == f"seat:{UnitId(UNITS[0].id)}"
