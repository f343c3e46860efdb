"""Rows of lists: what each would cause, and every cell that cannot be read with its row, its column and why."""

from typing import Any

import pytest

from nazdik.administration.commands import PublishDraft, RollBack, SaveDraft
from nazdik.administration.errors import SecondPersonNeeded
from nazdik.bootstrap.administration import persons
from nazdik.bootstrap.administration.fields import Words
from nazdik.bootstrap.administration.register import PeopleOfSettings
from nazdik.bootstrap.imports.columns import OfficeNames, table_of
from nazdik.bootstrap.imports.errors import ColumnsMissing
from nazdik.bootstrap.imports.listings import LISTINGS
from nazdik.bootstrap.imports.rows import Ground, Read
from nazdik.bootstrap.imports.settings import EMPTY, lines, value_of
from nazdik.bootstrap.imports.sheets import read_sheet
from nazdik.bootstrap.imports.template import csv_of, xlsx_of
from nazdik.dispatch.commands import EnrolUnit
from nazdik.dispatch.errors import UnitExists
from nazdik.dispatch.unit_commands import ChangeUnit, RetireUnit
from nazdik.kernel import OfficeId, ProvinceId, UnitId
from nazdik.kernel.text import fold
from tests.town import Town, at_m
from tests.unit.administration.people import ONE, TWO

HERE = at_m(1000)


def ground(town: Town, offices: OfficeNames) -> Ground:
    return Ground(
        province=ProvinceId("p"),
        offices=offices,
        station_at=town.offices.station_at,
        world=town.world,
        settings=town.writer.state.settings,
        person_before=lambda subject: persons.EMPTY,
        new_note=lambda number: f"p.h.{number}",
        offset_min=210,
    )


def read(town: Town, listing: str, text: str) -> Read:
    table = table_of(read_sheet(text.encode()), LISTINGS[listing].columns)
    return LISTINGS[listing].read(table, ground(town, OfficeNames(town.offices, OfficeId("p"))))


def publish(town: Town, listing: str, found: Read, subject: str = "p.i1") -> None:
    kind = f"import_{listing}"
    town.do(SaveDraft(kind=kind, subject=subject, value=value_of("x.csv", found.good), why="آزمون"), by=ONE)
    published = PublishDraft(kind=kind, subject=subject, revision=1, over=0)
    with pytest.raises(SecondPersonNeeded):
        town.do(published, by=ONE)
    town.do(published, by=TWO)


def why(found: Read) -> list[tuple[int, str | None, str]]:
    return [(bad.row, bad.column and bad.column.en, bad.why.en) for bad in found.bad]


@pytest.mark.parametrize(
    "text",
    [
        "نشان رادیویی;یگان;مهارت‌ها\nA12;p.a.1;راهنمایی و رانندگی، کمک‌های نخستین\n",
        "Call sign,Office,Skills\nA12,p.a.1,traffic/first aid\n",
        # Letters of an Arabic keyboard, digits of three scripts.
        "فهرست خودروها\n\nنشان راديويي\tيگان\tمهارت\nA١۲\tp.a.1\ttraffic; first_aid\n",
    ],
)
def test_units_are_read_in_either_language_and_made_known_together(text: str) -> None:
    town = Town()
    found = read(town, "units", text)
    assert found.bad == ()
    publish(town, "units", found)
    unit = town.world.units["p.u.A12"]  # type: ignore[index]
    assert (unit.office, unit.kind, unit.skills) == ("p.a.1", "car", ("patrol", "traffic", "first_aid"))
    assert read(town, "units", text).same == 1, "the same list again brings nothing"
    town.do(RollBack(kind="import_units", subject="p.i1", to=0, why="آزمون"), by=ONE)
    assert town.world.units[unit.id].retired_at is not None, "taken back, they are out of use and not forgotten"
    town.do(RollBack(kind="import_units", subject="p.i1", to=1, why="آزمون"), by=ONE)
    assert town.world.units[unit.id].retired_at is None


def test_a_list_changes_units_that_are_known_and_taken_back_they_are_as_they_were() -> None:
    town = Town()
    unit = town.unit("A12", 1000, skills=("patrol", "armed"))
    found = read(town, "units", "call sign,office,kind,skills\nA12,p.b.2,van,traffic\nA13,p.a.1,,\n")
    assert [(row.call_sign, row.was and row.was.office) for row in found.good] == [("A12", "p.a.1"), ("A13", None)]
    told = lines("units", EMPTY, value_of("x.csv", found.good), Words({}))
    assert next((line.before.en, line.after.en) for line in told) == (
        "p.a.1; car; patrol, armed",
        "p.b.2; van; patrol, traffic",
    )
    publish(town, "units", found)
    car = town.car(unit)
    assert (car.office, car.kind, car.own_skills) == ("p.b.2", "van", ("patrol", "traffic"))
    # What a cell does not say stays.
    kept = read(town, "units", "call sign,office\nA12,p.b.2\nA13,p.a.1\n")
    assert (kept.good, kept.same, kept.bad) == ((), 2, ())
    town.do(RollBack(kind="import_units", subject="p.i1", to=0, why="آزمون"), by=ONE)
    car = town.car(unit)
    assert (car.office, car.kind, car.own_skills) == ("p.a.1", "car", ("patrol", "armed"))
    assert town.world.units[UnitId("p.u.A13")].retired_at is not None


def test_units_at_work_retired_called_otherwise_or_anothers_are_told_apart() -> None:
    town = Town()
    busy, retired, renamed = (town.unit(sign, 1000.0 * n) for n, sign in enumerate(("A1", "A2", "A3"), start=1))
    town.do(RetireUnit(unit_id=retired))
    town.do(ChangeUnit(unit_id=renamed, call_sign="B3"))
    town.incident("fight", 900.0)
    assert town.car(busy).assignment_id is not None
    rows = "call sign,office,kind\nA1,p.a.1,van\nA2,p.a.1,van\nA3,p.a.1,van\nA1,p.a.1,\n"
    found = read(town, "units", rows)
    assert [(row, words) for row, _, words in why(found)] == [
        (2, "it is at work now; once that is over"),
        (3, "it is retired; bring it back first"),
        (4, "it was the call sign of the unit that is now B3"),
    ]
    assert (found.good, found.same) == ((), 1), "as it stands, a unit at work is there already"
    people = read(
        town, "people", "name,role,office,unit\none,officer,p.a.1,A2\ntwo,officer,p.a.1,A3\nthree,officer,p.a.1,b3\n"
    )
    assert [(row, words) for row, _, words in why(people)] == [
        (2, "this unit is retired"),
        (3, "there is no such unit; import units first"),
    ]
    below = OfficeNames(town.offices, OfficeId("p.b"))
    known = LISTINGS["units"].read(
        table_of(read_sheet(b"call sign,office\nB3,p.b.1\n"), LISTINGS["units"].columns), ground(town, below)
    )
    assert [words for _, _, words in why(known)] == ["it is of an office that is not below yours"]


def test_every_bad_unit_is_named_with_its_row_its_column_and_why_and_the_others_are_kept() -> None:
    town = Town()
    found = read(
        town,
        "units",
        "call sign,office,kind,skills\n,p.a.1,,\nA-1,nowhere,,\nA 2,p.a.1,,\nA3,p.a.1,submarine,\nA4,p.a.1,car,flying\n"
        "A5,p.a.1,van,\nA5,p.a.1,van,\n",
    )
    assert [one.call_sign for one in found.good] == ["A5"]
    assert [(row, column) for row, column, _ in why(found)] == [
        (2, "call sign"),
        (3, "office"),
        (4, "call sign"),
        (5, "kind"),
        (6, "skills"),
        (8, "call sign"),
    ]
    assert "empty" in why(found)[0][2] and "car, motorcycle" in why(found)[3][2]


def test_marks_that_came_along_change_no_call_sign_and_capitals_make_no_second_unit() -> None:
    town = Town()
    marked = read(town, "units", "نام رمز,یگان\n\u200fA12\u200e,\u202bp.a.1\u202c\na12,p.a.1\n")
    assert [one.call_sign for one in marked.good] == ["A12"] and [row for row, _, _ in why(marked)] == [3]
    publish(town, "units", marked)
    found = read(town, "units", "call sign,office,skills\nA12,p.a.1,armed\nA12,p.a.1,\na12,p.a.1,\n")
    told = [(row, "skills" in words, "capitals" in words) for row, _, words in why(found)]
    assert told == [(3, False, False), (4, False, True)]
    assert ([(row.call_sign, row.skills) for row in found.good], found.same) == ([("A12", ("patrol", "armed"))], 0)
    with pytest.raises(UnitExists):
        town.do(EnrolUnit(unit_id=UnitId("p.u.a12"), call_sign="a12", office=OfficeId("p.a.1"), kind="car", skills=()))


def test_an_office_that_several_share_the_name_of_is_asked_for_by_its_id() -> None:
    found = read(Town(), "units", "call sign,office\nA1,Same\n")
    assert "no such office" in why(found)[0][2]


def test_people_get_the_seats_of_the_file_and_lose_them_when_it_is_taken_back() -> None:
    town = Town()
    publish(town, "units", read(town, "units", "call sign,office\nA12,p.a.1\n"), "p.i2")
    found = read(
        town,
        "people",
        "نام ورود,نقش,یگان,واحد,از\ndesk-a,اعزام‌کننده,p,,۱۴۰۵/۰۹/۰۱\ncrew-a,مأمور گشت,p.a.1,A١٢,2026-11-22\n",
    )
    assert found.bad == ()
    publish(town, "people", found)
    settings = town.writer.state.settings
    desk = persons.own(settings, "p.p.desk-a")
    assert desk is not None and desk["active"]
    assert (desk["seats"][0]["role"], desk["seats"][0]["since"]) == ("dispatcher", "2026-11-21T20:30:00.000Z")
    crew = persons.own(settings, "p.p.crew-a")
    assert crew is not None and crew["seats"][0]["unit"] == "p.u.A12"
    change = settings.setting("person", "p.p.desk-a").changes[-1]
    assert (change.by, change.drafted_by) == (TWO.id, ONE.id), "both who brought it and who agreed are known"
    assert read(town, "people", "name,role,office,from\ndesk-a,dispatcher,p,1405/9/1\n").same == 1
    town.do(RollBack(kind="import_people", subject="p.i1", to=0, why="آزمون"), by=ONE)
    assert persons.own(town.writer.state.settings, "p.p.desk-a") == persons.EMPTY


def test_people_of_a_list_crew_units_by_their_numbers_and_skills() -> None:
    town = Town()
    rows = "name,role,office,number,skills\na,station desk,p.a.1,۷۰۰۱,first aid\nb,station desk,p.a.1,7002,\n"
    found = read(town, "people", rows)
    assert found.bad == ()
    publish(town, "people", found)
    member = PeopleOfSettings(town.writer.state.settings).find_member("7001", town.now)
    assert member is not None and (member.office, member.skills) == ("p.a.1", ("first_aid",))
    again = read(town, "people", "name,role,office\na,dispatcher,p\n")
    assert again.good[0].now["number"] == "7001", "a list that does not say it leaves it as it was"
    twice = "name,role,office,number\nc,dispatcher,p,7002\nd,dispatcher,p,88\ne,dispatcher,p,88\n"
    assert [(row, column) for row, column, _ in why(read(town, "people", twice))] == [
        (2, None),
        (4, "number in the force"),
    ]


def test_a_person_with_one_bad_row_is_left_out_whole() -> None:
    found = read(
        Town(),
        "people",
        "name,role,office,unit,until\na,dispatcher,p,,\na,king,p,,\nb b,dispatcher,p,,\nc,officer,p.a.1,Z9,\n"
        "d,dispatcher,p,A1,\ne,dispatcher,p,,soon\nf,dispatcher,p,,1405/13/01\n",
    )
    assert found.good == ()
    assert [(row, column) for row, column, _ in why(found)] == [
        (2, "sign-in name"),
        (3, "role"),
        (4, "sign-in name"),
        (5, "unit"),
        (6, "unit"),
        (7, "until"),
        (8, "until"),
    ]


def test_hazards_are_warned_of_together_and_taken_back_together() -> None:
    town = Town()
    head = "عرض;طول;خطر;شرح;جدی;شعاع;روزهای اعتبار"
    rows = f"{HERE.lat};{HERE.lon};سگ;سگ بزرگ در حیاط;بله;۸۰;۳۰\n{HERE.lat};{HERE.lon};gas;کپسول گاز;;;\n"
    found = read(town, "hazards", f"{head}\n{rows}")
    assert found.bad == ()
    publish(town, "hazards", found)
    notes = sorted(town.writer.state.premises.notes.values(), key=lambda note: note.id)
    assert [(note.hazard, note.severe, note.radius_m) for note in notes] == [("dog", True, 80.0), ("gas", False, 60.0)]
    town.do(RollBack(kind="import_hazards", subject="p.i1", to=0, why="آزمون"), by=ONE)
    assert not town.writer.state.premises.notes


def test_every_bad_hazard_is_named() -> None:
    good = f"{HERE.lat},{HERE.lon}"
    found = read(
        Town(),
        "hazards",
        "latitude,longitude,hazard,words,severe,radius,days\n"
        f"{good},bees,x y,,,\n{good},dog,x,,,\n{good},dog,big one,maybe,,\n{good},dog,big one,,5,\n{good},dog,big one,,,9999\n"
        f"91,1,dog,big one,,,\n1,1,dog,big one,,,\n{HERE.lon},{HERE.lat},dog,big one,,,\n",
    )
    assert [column for _, column, _ in why(found)] == [
        "hazard",
        "words",
        "severe",
        "radius",
        "days",
        "latitude",
        "latitude",
        "latitude",
    ]
    assert "swapped" in why(found)[-1][2] and "no station" in why(found)[-2][2]


def test_a_file_without_the_columns_that_are_needed_says_which() -> None:
    with pytest.raises(ColumnsMissing) as refused:
        read(Town(), "units", "call sign,colour\nA1,red\n")
    assert refused.value.details["missing"] == ["office"] and refused.value.details["fa"] == "یگان"


@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize("listing", LISTINGS)
def test_the_empty_file_that_is_given_out_is_one_that_is_taken(listing: str, lang: str) -> None:
    for made in (xlsx_of(LISTINGS[listing], lang), csv_of(LISTINGS[listing], lang)):
        table = table_of(read_sheet(made), LISTINGS[listing].columns)
        assert (table.rows, table.ignored) == ((), ())


@pytest.mark.parametrize("listing", LISTINGS)
def test_no_name_means_two_columns(listing: str) -> None:
    columns = LISTINGS[listing].columns
    keys = [key for column in columns for key in column.means()]
    assert len(keys) == len(set(keys)), [key for key in keys if keys.count(key) > 1]
    assert all(fold(key) == key for key in keys)


def test_a_list_is_told_in_words() -> None:
    town = Town()
    found: Any = read(town, "units", "call sign,office\nA12,p.a.1\n")
    (line,) = lines("units", EMPTY, value_of("x", found.good), Words({}))
    assert (line.what.en, line.before.en, line.after.en) == ("A12", "—", "p.a.1; car; patrol")
    (back,) = lines("units", value_of("x", found.good), EMPTY, Words({}))
    assert (back.before.en, back.after.en) == ("p.a.1; car; patrol", "—")
