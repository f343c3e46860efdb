"""Public figures, and an attack on them: nobody who has every table of every release can tell a number below five."""

from random import Random

import pytest
from msgspec.structs import replace

from nazdik.kernel import Instant, OfficeId
from nazdik.oversight import commands as c
from nazdik.oversight import errors
from nazdik.oversight.calendar import day_of
from nazdik.oversight.figures import CELL_MIN, DIMENSIONS, P90_FROM, RELEASE_MIN, Closed, as_csv, release_of
from nazdik.oversight.model import Finding, Kind
from tests.unit.oversight.attacker import bounds, records, small
from tests.unit.oversight.town import CITIZEN, TIME, Town


@pytest.mark.parametrize("seed", range(12))
def test_no_number_below_five_can_be_worked_out(seed: int) -> None:
    chance = Random(seed)
    closed = records(chance, chance.choice((20, 24, 40)))
    release = release_of(closed, 0, 30)
    assert [table.dimension for table in release.tables] == list(DIMENSIONS)
    for table in release.tables:
        assert all(row.cases >= CELL_MIN for row in table.rows)
        assert sum(row.cases for row in table.rows) == len(closed), "every table counts the same cases"
    for given in small(closed):
        lowest, highest = bounds(release, given)
        assert round(highest, 6) >= CELL_MIN, f"it is known to be small: {given}, {lowest} to {highest}"


def test_the_attack_works_on_figures_that_are_only_blacked_out() -> None:
    """What is left out of a table whose total is known is found; so the attack can fail."""
    closed = [Closed("complaint", "conduct", "unfounded", county, 3, "1405-08") for county in "a" * 20 + "b" * 3]
    release = release_of(closed, 0, 30)
    county = next(table for table in release.tables if table.dimension == "county")
    assert [row.values for row in county.rows] == [("a", "b")], "put together, not left out"
    bare = [table for table in release.tables if table.dimension != "county"]
    blacked = replace(county, rows=(replace(county.rows[0], values=("a",), cases=20),))
    assert bounds(replace(release, tables=(*bare, blacked)), {"county": "a"}) == (20, 20)
    # The total is known: what was left out of the row of b, with the empty one of c, is three and is found to be.
    assert bounds(replace(release, tables=(*bare, blacked)), {"county": "b"})[1] == 3


def closed_cases(town: Town, number: int, finding: Finding | None = None, county: str = "p.a.1") -> list[str]:
    ids = []
    for _ in range(number):
        case_id = town.receive(office=county, unit=OfficeId(county))
        ids.append(case_id)
        if finding is None:
            agreed = c.Conciliate(case_id=case_id, terms="آشتی", citizen_agreed=True, office_agreed=True)
            town.do(agreed, "desk-p")
        else:
            town.do(c.Find(case_id=case_id, number=1, finding=finding), "desk-p")
        town.do(c.CloseCase(case_id=case_id, answer="پاسخ"), "desk-p")
    return ids


def release(town: Town) -> bool:
    return bool(town.do(c.ReleaseFigures(until_day=day_of(town.at) - 1), TIME))


def test_conciliated_cases_are_a_row_and_days_are_median_and_90th_percentile() -> None:
    town = Town()
    ids = [town.receive(office="p.a.1", unit=OfficeId("p.a.1")) for _ in range(12)]
    for n, case_id in enumerate(ids):
        town.later(1)
        agreed = c.Conciliate(case_id=case_id, terms="آشتی", citizen_agreed=True, office_agreed=True)
        town.do(agreed, "desk-p")
        town.do(c.CloseCase(case_id=case_id, answer=f"پاسخ {n}"), "desk-p")
    closed_cases(town, 8, Finding.UNFOUNDED, "p.b.1")
    town.later(1)
    assert release(town)
    tables = {table.dimension: table for table in town.state.releases[0].tables}
    rows = {row.values: row for row in tables["outcome"].rows}
    conciliated = rows["conciliated",]
    assert (conciliated.cases, conciliated.median_days, conciliated.p90_days) == (12, 6, 11)
    assert rows["unfounded",].p90_days is None and rows["unfounded",].cases < P90_FROM
    assert {row.values for row in tables["county"].rows} == {("p.a",), ("p.b",)}
    lines = as_csv(town.state.releases)
    assert ("0", str(day_of(town.at) - 1), "outcome", "conciliated", "12", "6", "11", "", "") in lines


def test_a_case_is_counted_once_and_a_release_stays_what_it_was() -> None:
    town = Town()
    ids = closed_cases(town, RELEASE_MIN, Finding.UNFOUNDED)
    with pytest.raises(errors.DayInvalid):
        town.do(c.ReleaseFigures(until_day=day_of(town.at)))
    town.later(1)
    assert release(town)
    first = town.state.releases
    town.do(c.AskForReview(case_id=ids[0], grounds="نپذیرفتم"), CITIZEN)
    town.do(c.DecideReview(case_id=ids[0], reopen=True, outcome="از نو"), "desk-iran")
    town.do(c.Find(case_id=ids[0], number=1, finding=Finding.SUBSTANTIATED), "desk-iran")
    town.do(c.CloseCase(case_id=ids[0], answer="پاسخ"), "desk-iran")
    closed_cases(town, RELEASE_MIN - 1, Finding.UNFOUNDED)
    town.later(31)
    assert not release(town), "nineteen wait for the next"
    closed_cases(town, 1, Finding.UNFOUNDED)
    town.later(1)
    assert release(town)
    assert town.state.releases[:1] == first and town.state.releases[1].cases == RELEASE_MIN
    assert not any(row.values == ("substantiated",) for table in town.state.releases[1].tables for row in table.rows)


def test_thanks_and_questions_are_counted_beside_complaints() -> None:
    town = Town()
    closed_cases(town, 12, Finding.UNFOUNDED)
    for _ in range(9):
        case_id = town.receive(Kind.GUIDANCE, office="p.a", text="کجا بروم؟")
        town.do(c.CloseCase(case_id=case_id, answer="به کلانتری"), "desk-a")
    town.at = Instant(town.at + 2 * 86_400_000_000)
    assert release(town)
    tables = {table.dimension: {row.values: row.cases for row in table.rows} for table in town.state.releases[0].tables}
    assert tables["kind"] == {("complaint",): 12, ("guidance",): 9}
    assert tables["category"] == {("other",): 12, ("no_allegation",): 9}


def test_a_month_ends_where_the_jalali_calendar_says() -> None:
    from datetime import date

    from nazdik.oversight.jalali import end_of_last_month

    def day(*ymd: int) -> int:
        return (date(*ymd) - date(1970, 1, 1)).days

    assert end_of_last_month(day(2026, 11, 22)) == day(2026, 11, 21)  # 1 Azar 1405
    assert end_of_last_month(day(2026, 12, 21)) == day(2026, 11, 21)  # 30 Azar
    assert end_of_last_month(day(2027, 3, 21)) == day(2027, 3, 20)  # 1 Farvardin 1406
