"""Two cases of one matter: linked, nothing deleted, both codes answered, and shut to everybody to whom either is shut."""

from typing import Any

import pytest

from nazdik.kernel import OfficeId, PersonId
from nazdik.oversight import commands as c
from nazdik.oversight import errors
from nazdik.oversight import events as e
from nazdik.oversight.closure import closure_of, sees
from nazdik.oversight.figures import due
from nazdik.oversight.model import Category, ClockType, Finding, Kind
from nazdik.oversight.views import case_view, citizen_view
from tests.unit.oversight.town import CITIZEN, Town

A1, A2 = OfficeId("p.a.1"), OfficeId("p.a.2")


def two(town: Town, **later: Any) -> tuple[str, str]:
    """A complaint by telephone, and the same one on the page a day later."""
    first = town.receive(unit=A1, category=Category.CONDUCT)
    town.later(1)
    return first, town.receive(unit=A1, category=Category.CONDUCT, **later)


def join(town: Town, case_id: str, to: str, who: str = "desk-a") -> tuple[Any, ...]:
    return town.do(c.JoinCases(case_id=case_id, to=to, why="همان تماس"), who)


def test_what_is_written_and_ended_at_the_first_reaches_both_codes_and_is_counted_once() -> None:
    town = Town()
    first, second = two(town)
    join(town, second, first)
    town.do(c.Acknowledge(case_id=first), "desk-a")
    town.do(c.Write(case_id=first, text="می‌پرسیم", answers=True), "desk-a")
    town.do(c.Write(case_id=first, text="یادداشت", internal=True), "desk-a")
    for case_id in (first, second):
        view = citizen_view(town.state, town.case(case_id), town.at, town.around)
        assert [m.text for m in view.messages] == ["می‌پرسیم"] and view.joined
        assert town.case(case_id).clock(ClockType.FIRST_ANSWER).stopped_at is not None
    assert [m.text for m in town.case(second).messages] == ["می‌پرسیم"], "a note that stays inside stays at one case"
    town.do(c.Find(case_id=first, number=1, finding=Finding.SUBSTANTIATED), "desk-a")
    town.do(c.CloseCase(case_id=first, answer="حق با شما بود"), "desk-a")
    assert [town.case(one).answer for one in (first, second)] == ["حق با شما بود"] * 2
    assert town.case(second).allegations[0].finding is Finding.SUBSTANTIATED
    assert all(clock.stopped_at is not None for clock in town.case(second).clocks)
    town.later(40)
    assert [one.id for one in due(town.state, 10**6)] == [first], "one matter is one case in the figures"


def test_what_the_later_one_alleges_besides_is_alleged_in_the_first_and_referred() -> None:
    town = Town()
    first = town.receive(unit=A1, category=Category.CONDUCT)
    town.later(1)
    second = town.receive(unit=A1, category=Category.CUSTODY)
    facts = join(town, second, first)
    assert [one.category for one in town.case(first).allegations] == [Category.CONDUCT, Category.CUSTODY]
    assert any(isinstance(fact, e.MatterReferred) and fact.case_id == first for fact in facts)
    for number in (1, 2):
        with pytest.raises(errors.ReferredMatter):
            town.do(c.Find(case_id=first, number=number, finding=Finding.UNFOUNDED), "desk-a")
    town.do(c.RecordReferralOutcome(case_id=first, outcome="رأی داده شد"), "desk-top")
    assert town.case(second).referral_outcome == "رأی داده شد"


def test_each_is_shut_to_everybody_to_whom_the_other_is_shut_and_parting_opens_neither() -> None:
    town = Town()
    first, second = two(town)
    join(town, second, first)
    assert sees(town.case(second), PersonId("desk-a"), town.at, town.state.register)
    # The unknown officer turns out to command the county: that is learnt at the first alone.
    town.do(c.IdentifyOfficer(case_id=first, number=1, person=PersonId("chief-a")), "desk-a")
    for case_id in (first, second):
        case = town.case(case_id)
        assert not sees(case, PersonId("desk-a"), town.at, town.state.register)
        assert case.office == "p", "both go on to who is free of both"
    town.do(c.PartCase(case_id=second, why="چیز دیگری بود"), "desk-p")
    assert town.case(second).joined_to == "" and town.case(first).joined == ()
    assert not sees(town.case(second), PersonId("desk-a"), town.at, town.state.register)
    shut = closure_of(town.case(second), town.state.register).persons
    assert PersonId("chief-a") in shut and town.case(second).allegations[0].person is None


def test_a_later_one_that_reaches_further_back_is_the_one_to_join_to() -> None:
    """Who left the unit between the two days would be free of the later matter and read of the earlier one there."""
    town = Town()
    town.later(30)
    first = town.receive(unit=A1)
    town.later(1)
    second = town.receive(unit=A1, incident_at=town.at - 20 * 86_400_000_000)
    with pytest.raises(errors.JoinInvalid):
        join(town, second, first)
    join(town, first, second)
    assert town.case(first).since == town.case(second).since


def test_what_judges_a_joined_case_is_done_at_the_first() -> None:
    town = Town()
    first, second = two(town)
    join(town, second, first)
    for command in (
        c.Find(case_id=second, number=1, finding=Finding.UNFOUNDED),
        c.CloseCase(case_id=second, answer="نه"),
        c.AddAllegation(case_id=second, category=Category.DELAY),
        c.IdentifyOfficer(case_id=second, number=1, person=PersonId("officer-a1")),
    ):
        with pytest.raises(errors.CaseIsJoined):
            town.do(command, "desk-a")
    town.do(c.WriteBack(case_id=second, text="از کد دوم"), CITIZEN)
    town.do(c.PartCase(case_id=second, why="اشتباه بود"), "desk-a")
    town.do(c.Find(case_id=second, number=1, finding=Finding.UNFOUNDED), "desk-a")
    town.do(c.CloseCase(case_id=second, answer="نه"), "desk-a")
    assert not town.case(first).closed


def test_no_chains_no_mixed_kinds_and_nothing_that_somebody_does_not_have() -> None:
    town = Town()
    first, second = two(town)
    third, idea = town.receive(unit=A1), town.receive(kind=Kind.SUGGESTION)
    elsewhere = town.receive(office="p.b.1", unit=OfficeId("p.b.1"))
    join(town, second, first)
    for case_id, to in ((first, first), (third, second), (second, third), (idea, first), (first, third)):
        with pytest.raises(errors.JoinInvalid):
            join(town, case_id, to)
    for to in (elsewhere, "none"):
        with pytest.raises(errors.CaseNotFound):
            join(town, third, to)
    with pytest.raises(errors.TextMissing):
        town.do(c.JoinCases(case_id=third, to=first, why=" "), "desk-a")
    with pytest.raises(errors.CaseNotFound):
        town.do(c.JoinCases(case_id=third, to=first, why="x"), CITIZEN)


def test_a_link_is_shown_only_to_who_has_both() -> None:
    town = Town()
    first = town.receive(unit=A1)
    other = town.receive(office="p.b.1", unit=OfficeId("p.b.1"))
    join(town, other, first, "desk-p")
    seen = case_view(town.state, town.case(first), "desk-p", town.at, town.around)
    assert seen.joined == (other,)
    assert case_view(town.state, town.case(other), "desk-p", town.at, town.around).joined_to == first
    for person in ("desk-a", "desk-b"):
        for case_id in (first, other):
            view = case_view(town.state, town.case(case_id), person, town.at, town.around)
            assert not (view.joined and not sees(town.case(other), PersonId(person), town.at, town.state.register))
            assert not (view.joined_to and not sees(town.case(first), PersonId(person), town.at, town.state.register))
