"""Ninety days of ordinary looks with twelve people in them who look for reasons of their own: these are found, hardly others."""

import random

from nazdik.bootstrap.inspection.detect import DAY_S, Look, desks_of, find
from nazdik.kernel import Instant
from nazdik.kernel.instant import MICROSECONDS_PER_S

PEOPLE = 100
DAYS = 90


def _at(day: float, hour: float = 0.0) -> Instant:
    return Instant(round((day * DAY_S + hour * 3_600) * MICROSECONDS_PER_S))


def _look(at: Instant, actor: str, whom: str, what: str = "past_calls", **more: object) -> Look:
    fields = {"position": 0, "role": "dispatcher", "subject": f"p.c{whom}", "purpose": "duty", **more}
    return Look(at=at, actor=actor, what=what, whom=whom, **fields)  # type: ignore[arg-type]


def _ordinary(chance: random.Random) -> tuple[list[Look], list[tuple[Instant, str, bool]]]:
    """People on shifts, who look callers up while they are on the line, and now and then afterwards, for a report."""
    looks, desks = [], []
    for person in range(PEOPLE):
        actor = f"p{person}"
        for day in range(DAYS):
            if chance.random() < 0.35:
                continue
            begun = chance.choice([6.0, 14.0, 22.0])
            desks += [(_at(day, begun), actor, True), (_at(day, begun + 8), actor, False)]
            for _ in range(chance.randint(3, 12)):
                hour = begun + chance.random() * 8
                # A fifth of all calls come from the same three hundred numbers.
                whom = f"n{chance.randrange(300)}" if chance.random() < 0.2 else f"o{chance.randrange(10**9)}"
                looks.append(_look(_at(day, hour), actor, whom, working=True))
                if chance.random() < 0.04:
                    looks.append(_look(_at(day, hour + 0.5), actor, whom, "call_history"))
    return looks, desks


def _planted(chance: random.Random) -> list[Look]:
    """Twelve who look: at one number or crew over weeks, on duty and off, with a reason that is typed and untrue."""
    looks = []
    for who in range(12):
        actor, day = f"p{who}", float(chance.randint(DAYS - 29, DAYS - 25))
        what = chance.choice(["past_calls", "trail", "search_calls", "place_history"])
        for _ in range(chance.randint(4, 9)):
            looks.append(_look(_at(day, chance.random() * 24), actor, f"victim{who}", what, purpose="inquiry"))
            day = min(day + chance.choice([1, 2, 3]), DAYS - 0.9)
    return looks


def test_who_looks_at_one_person_again_and_again_is_found_and_hardly_anybody_else() -> None:
    chance = random.Random(7)
    looks, desks = _ordinary(chance)
    planted = _planted(chance)
    ordered = sorted([*looks, *planted], key=lambda look: look.at)
    found = find(ordered, desks_of(sorted(desks)), _at(DAYS))
    repeated = {each.actor for each in found if each.kind == "repeated" and each.subject.startswith("p.cvictim")}
    assert len(repeated) >= 11
    others = [each for each in found if not each.subject.startswith("p.cvictim")]
    assert len(others) <= 5 * 30 / 7 * PEOPLE / 100, "five false questions a week and hundred people, at most"


def test_the_same_look_is_counted_once_however_many_pages_it_opens() -> None:
    rows = [_look(_at(1, 9 + n / 60), "p1", "v", what) for n, what in enumerate(("past_calls", "nuisance", "callers"))]
    rows += [_look(_at(2, 9 + n / 60), "p1", "v", what) for n, what in enumerate(("past_calls", "nuisance"))]
    open_all = desks_of([(_at(0), "p1", True), (_at(0.4), "p1", False), (_at(1), "p1", True), (_at(2), "p1", True)])
    assert find(rows, open_all, _at(3)) == []
    (found,) = find([*rows, _look(_at(2, 11), "p1", "v")], open_all, _at(3))
    assert (found.kind, found.looks, found.days) == ("repeated", 3, 2)


def test_work_and_inspection_are_no_curiosity() -> None:
    working = [_look(_at(day, 9), "p1", "v", working=True) for day in range(9)]
    inspecting = [_look(_at(day, 9), "i1", "v", role="auditor") for day in range(9)]
    lists = [_look(_at(day, 9), "p1", "v", "list_calls") for day in range(9)]
    assert find([*working, *inspecting, *lists], {}, _at(10)) == []


def test_a_look_without_an_open_desk_is_a_question_of_its_own() -> None:
    desks = desks_of([(_at(1, 8), "p1", True), (_at(1, 16), "p1", False)])
    assert find([_look(_at(1, 16.2), "p1", "v")], desks, _at(2)) == [], "work goes on for a moment"
    (found,) = find([_look(_at(1, 20), "p1", "v", purpose="inquiry 4")], desks, _at(2))
    assert (found.kind, found.actor, found.purposes) == ("off_duty", "p1", ("inquiry 4",))
    (again,) = find([_look(_at(1, 20), "p1", "v"), _look(_at(1, 21), "p1", "w")], desks, _at(2))
    assert (again.id, again.looks) == (found.id, 2), "one question a person and day"


def test_what_is_older_than_a_month_is_not_asked_about_again() -> None:
    rows = [_look(_at(day, 9), "p1", "v") for day in (1, 2, 3)]
    assert find(rows, {}, _at(40)) == []
