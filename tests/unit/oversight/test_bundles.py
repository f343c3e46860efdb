"""Whole cases as lines: nothing of a case is lost on the way to another system, and nothing becomes provable by going there."""

from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.kernel import Actor, OfficeId, PersonId, Rejected
from nazdik.oversight import bundle, errors
from nazdik.oversight import commands as c
from nazdik.oversight.calendar import day_of
from nazdik.oversight.facts import said_of
from nazdik.oversight.figures import closed_of, due
from nazdik.oversight.model import Case, Category, Contact, Finding, Kind, Source, Stated
from tests.unit.oversight.town import CITIZEN, Town

# What belongs to the system that gives, not to the case.
OF_THE_GIVER = {"id": "", "before": "", "proof": None, "provable": False, "first": None}
# What a case is, apart from whose log it is in; every field of `Case` is in one of the two.
OF_THE_CASE = {
    "kind", "source", "text", "topic", "lang", "incident_at", "anonymous", "contact", "formal", "closed", "answer", "allegations",
    "messages", "referral_outcome", "commended", "passed_at", "self_praise", "terms", "withdrawal", "review", "limit", "acted",
    "start",
}  # fmt: skip
OF_THE_LOG = {
    "id", "received_at", "token", "salt", "code_hash", "office", "taken_by", "closed_at", "handler", "route", "barred", "clocks",
    "files", "recordings", "said_at", "referred_to", "referred_at", "letters", "counted", "stated",
    "joined_to", "joined", "also", "also_since",
}  # fmt: skip
WORDS = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).map(lambda t: f"و{t}")
KEEPER = Actor(id="console", role="staff")


def line_of(case: Case) -> bundle.CaseLine:
    line = bundle.case_line(case, contact=case.contact)
    made = bundle.decode_line(bundle.encode_line(line))
    assert isinstance(made, bundle.CaseLine)
    return made


def content(line: bundle.CaseLine) -> dict[str, Any]:
    return msgspec.to_builtins(msgspec.structs.replace(line, **OF_THE_GIVER))


def imported(town: Town, line: bundle.CaseLine, number: int, system: str = "another") -> str:
    """Take a line over with the pure core alone."""
    taken = bundle.taken(line, {})
    same = {f: getattr(line, f) for f in (
        "kind", "source", "text", "lang", "anonymous", "contact", "formal", "referred_to", "referral_outcome", "self_praise",
        "terms", "limit", "closed", "answer",
    )}  # fmt: skip
    dated = {f: getattr(taken, f) for f in (
        "incident_at", "allegations", "messages", "referred_at", "passed_at", "withdrawal", "review",
    )}  # fmt: skip
    command = c.ImportCase(
        case_id=f"i{number}",
        token=f"t{number}",
        salt="00" * 16,
        code_hash=f"i{number}",
        stated=Stated(system, line.id, taken.received_at, taken.closed_at),
        office=OfficeId(line.office),
        commended=PersonId(line.commended) if line.commended else None,
        acted=tuple(line.acted),
        **same,
        **dated,
    )
    town.do(command, KEEPER)
    return command.case_id


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """A few cases, each somewhere on its way."""
    town = Town()
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(list(Kind)))
        known = draw(st.booleans())
        case_id = town.receive(
            kind,
            text=draw(WORDS),
            office=OfficeId(draw(st.sampled_from(["p.a.1", "p.a", "p"]))),
            unit=draw(st.sampled_from([None, OfficeId("p.a.1")])),
            person=draw(st.sampled_from([None, PersonId("officer-a1")])),
            category=draw(st.sampled_from([Category.CONDUCT, Category.CUSTODY])),
            source=draw(st.sampled_from([Source.WEB, Source.PHONE])),
            anonymous=not known,
            contact=Contact("ساختگی", "1", "handler") if known else None,
        )
        town.later(draw(st.integers(0, 3)))
        case = town.case(case_id)
        steps = draw(st.lists(st.sampled_from(["write", "note", "back", "ask", "find", "close", "review"]), max_size=6))
        for step in steps:
            _step(town, case.id, step, draw)
    return town


def _step(town: Town, case_id: str, step: str, draw: st.DrawFn) -> None:
    commands: dict[str, tuple[c.Command, Any]] = {
        "write": (c.Write(case_id=case_id, text=draw(WORDS), answers=draw(st.booleans())), "desk-iran"),
        "note": (c.Write(case_id=case_id, text=draw(WORDS), internal=True), "desk-iran"),
        "back": (c.WriteBack(case_id=case_id, text=draw(WORDS)), CITIZEN),
        "ask": (c.AskToWithdraw(case_id=case_id), CITIZEN),
        "find": (c.Find(case_id=case_id, number=1, finding=Finding.UNFOUNDED, learning=draw(WORDS)), "desk-iran"),
        "close": (c.CloseCase(case_id=case_id, answer=draw(WORDS)), "desk-iran"),
        "review": (c.AskForReview(case_id=case_id, grounds=draw(WORDS)), CITIZEN),
    }
    with suppress(Rejected):
        town.do(*commands[step])


@settings(max_examples=60, deadline=None)
@given(towns())
def test_what_goes_to_another_system_and_on_to_a_third_says_the_same(town: Town) -> None:
    other, third = Town(), Town()
    other.at = third.at = town.at
    other.later(30)
    third.later(60)
    for number, case in enumerate(town.state.cases.values()):
        line = line_of(case)
        there = other.case(imported(other, line, number))
        again = line_of(there)
        assert content(again) == content(line) | _at_the_door(case, there, again)
        for field in OF_THE_CASE:
            assert getattr(there, field) == getattr(case, field), field
        assert again.first == bundle.First(system="another", id=case.id) and not again.provable
        onward = line_of(third.case(imported(third, again, number)))
        assert content(onward) == content(again) | _at_the_door(there, third.case(f"i{number}"), onward)
        # Recorded when it came, and what was said of earlier days is only said.
        assert there.received_at == other.at and there.stated.received_at < there.received_at
        assert there.since <= case.received_at, "whoever served there then is shut out here too"


def test_nothing_of_a_case_is_forgotten_between_the_two() -> None:
    assert set(Case.__struct_fields__) == OF_THE_CASE | OF_THE_LOG and not OF_THE_CASE & OF_THE_LOG


def _at_the_door(before: Case, after: Case, line: bundle.CaseLine) -> dict[str, Any]:
    """A serious matter that nobody had referred is referred on arrival; nothing else changes."""
    if after.referred_to and not before.referred_to:
        return {"referred_to": line.referred_to, "referred_at": line.referred_at}
    return {}


def test_dates_of_another_system_are_stated_in_the_first_fact_and_not_proved() -> None:
    town, other = Town(), Town()
    line = line_of(town.case(town.receive(unit=OfficeId("p.a.1"))))
    other.later(40)
    imported(other, line, 1)
    fact = next(said for event in other.log if (said := _said(event)) is not None)
    assert fact["fact"] == "received" and fact["stated"] == {"at": line.received_at, "system": "another"}
    case = other.case("i1")
    assert case.office == "p.a" and {step.office for step in case.barred} >= {"p.a.1"}
    assert all(clock.started_at == other.at for clock in case.clocks), "promises are ours and begin now"


def _said(event: Any) -> dict[str, Any] | None:
    return said_of(event, "00" * 16) if hasattr(event, "case_id") else None


def test_what_came_closed_is_not_counted_here_and_what_is_closed_here_waits_since_it_was_stated() -> None:
    town, other = Town(), Town()
    first, second = town.receive(Kind.GUIDANCE), town.receive(Kind.GUIDANCE)
    town.do(c.CloseCase(case_id=first, answer="پاسخ"), "desk-a")
    other.later(9)
    for number, case_id in enumerate((first, second)):
        imported(other, line_of(town.case(case_id)), number)
    other.later(1)
    other.do(c.CloseCase(case_id="i1", answer="پاسخ"), "desk-a")
    counted = due(other.state, day_of(other.at))
    assert [case.id for case in counted] == ["i1"]
    assert closed_of(counted[0], other.state.register, day_of(other.at)).days == 10
    assert not other.case("i0").clocks and other.case("i0").closed


def test_the_same_case_is_not_taken_twice_and_days_that_lie_ahead_are_refused() -> None:
    town, other = Town(), Town()
    line = line_of(town.case(town.receive()))
    imported(other, line, 1)
    with pytest.raises(errors.CaseIsHere):
        imported(other, line, 1)
    with pytest.raises(errors.DayInvalid):
        imported(other, msgspec.structs.replace(line, received_at="2099-01-01T00:00:00Z"), 2)
    with pytest.raises(errors.OfficeUnknown):
        imported(other, msgspec.structs.replace(line, office="nowhere"), 3)
    assert list(other.state.cases) == ["i1"]
