"""Whatever is asked of oversight, by whomever, while people are transferred: nobody who is shut out gets anything of a case."""

import re
from contextlib import suppress
from functools import reduce
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.kernel import Actor, CommandId, Context, Instant, OfficeId, PersonId, Rejected
from nazdik.oversight import commands as c
from nazdik.oversight import events as e
from nazdik.oversight.clocks import due_at
from nazdik.oversight.closure import sees
from nazdik.oversight.decisions import decide
from nazdik.oversight.events import AnyEvent
from nazdik.oversight.evolution import evolve
from nazdik.oversight.model import (
    INSPECTORATE,
    SERIOUS,
    Case,
    Category,
    ClockType,
    Duty,
    Finding,
    Kind,
    OfficeLine,
    Source,
    State,
)
from nazdik.oversight.rows import Rows
from tests.unit.oversight.town import AROUND, BEGIN, CITIZEN, DAY_S, LEADER, TIME

OFFICES = [OfficeId(f"o{n}") for n in range(9)]
PEOPLE = [PersonId(f"p{n}") for n in range(8)]
Step = tuple[int, Any, Actor]


@st.composite
def trees(draw: st.DrawFn) -> tuple[OfficeLine, ...]:
    """A random tree below the inspectorate: parts, offices made anew of others, and desks here and there."""
    lines = [OfficeLine(id=INSPECTORATE, parent=None, desk=True)]
    for n, office in enumerate(OFFICES):
        parent = draw(st.sampled_from([INSPECTORATE, *OFFICES[:n]])) if n else INSPECTORATE
        replaces = draw(st.sampled_from([(), *((other,) for other in OFFICES[:n])])) if n > 4 else ()
        part = n > 4 and parent != INSPECTORATE and draw(st.booleans())
        tier = draw(st.sampled_from(["station", "county", "province"]))
        desk = draw(st.booleans())
        lines.append(OfficeLine(id=office, parent=parent, part=part, desk=desk, replaces=replaces, tier=tier))
    return tuple(lines)


people = st.sampled_from(PEOPLE)
offices = st.sampled_from([*OFFICES, INSPECTORATE])
cases = st.sampled_from([f"c{n}" for n in range(3)])
short = st.sampled_from(["الف", "ب", "کتاب ي", ""])


def postings(at: int) -> st.SearchStrategy[c.PostPerson]:
    return st.builds(
        c.PostPerson,
        person=people,
        office=offices,
        duty=st.sampled_from(Duty),
        since=st.integers(-20, 3).map(lambda days: Instant(at + days * DAY_S * 1_000_000)),
        ends_others=st.booleans(),
    )


@st.composite
def commands(draw: st.DrawFn, at: int) -> tuple[c.Command, Actor]:
    case = draw(cases)
    who = Actor(id=draw(people), role="staff")
    number, agreed = st.integers(1, 2), st.booleans()
    made: list[tuple[st.SearchStrategy[Any], Actor]] = [
        (postings(at), LEADER),
        (postings(at), LEADER),
        (st.builds(c.TiePersons, person=people, other=people), LEADER),
        (
            st.builds(
                c.ReceiveContact,
                case_id=st.just(case), token=st.just("t" + case), salt=st.just("00" * 16), code_hash=st.just("h" + case),
                kind=st.sampled_from([Kind.COMPLAINT, Kind.COMPLAINT, *Kind]), source=st.sampled_from(Source),
                text=short, office=offices, category=st.sampled_from(Category), unit=st.none() | offices,
                person=st.none() | people, from_office=st.none() | offices,
                incident_at=st.none() | st.integers(0, 9).map(lambda d: Instant(at - d * DAY_S * 1_000_000)),
            ),
            CITIZEN,
        ),
        (st.builds(c.AddAllegation, case_id=st.just(case), category=st.sampled_from(Category), person=st.none() | people), who),
        (st.builds(c.IdentifyOfficer, case_id=st.just(case), number=number, person=people), who),
        (st.builds(c.AssignHandler, case_id=st.just(case), handler=people), who),
        (st.builds(c.ReadCase, case_id=st.just(case), purpose=st.just("duty")), who),
        (st.builds(c.Write, case_id=st.just(case), text=short, answers=st.booleans(), internal=st.booleans()), who),
        (st.builds(c.Find, case_id=st.just(case), number=number, finding=st.sampled_from(Finding)), who),
        (st.builds(c.Conciliate, case_id=st.just(case), terms=short, citizen_agreed=agreed, office_agreed=agreed), who),
        (st.builds(c.CloseCase, case_id=st.just(case), answer=short), who),
        (st.builds(c.JoinCases, case_id=st.just(case), to=cases, why=st.just("همان")), who),
        (st.builds(c.PartCase, case_id=st.just(case), why=st.just("نه")), who),
        (st.builds(c.PauseClock, case_id=st.just(case), clock=st.sampled_from(ClockType), reason=short), who),
        (st.builds(c.ResumeClock, case_id=st.just(case), clock=st.sampled_from(ClockType)), who),
        (st.builds(c.AskToWithdraw, case_id=st.just(case)), CITIZEN),
        (st.builds(c.TakeWithdrawal, case_id=st.just(case), pressure=st.none() | st.booleans()), who),
        (st.builds(c.AskForReview, case_id=st.just(case), grounds=short), CITIZEN),
        (st.builds(c.DecideReview, case_id=st.just(case), reopen=st.booleans(), outcome=short), who),
        (st.builds(c.RecordReferralOutcome, case_id=st.just(case), outcome=short), who),
        (st.builds(c.Tick, case_id=st.just(case)), TIME),
    ]  # fmt: skip
    strategy, actor = draw(st.sampled_from(made))
    return draw(strategy), actor


@st.composite
def scripts(draw: st.DrawFn) -> list[Step]:
    """Everybody is somebody, three people have complained of somebody, and then anything happens."""
    at, steps = int(BEGIN), []
    before = Instant(at - DAY_S * 9_000_000)
    for person in PEOPLE:
        post = c.PostPerson(person=person, office=draw(offices), duty=draw(st.sampled_from(Duty)), since=before)
        steps.append((at, post, LEADER))
    for n in range(3):
        steps.append((at, draw(complaints(f"c{n}")), CITIZEN))
    for _ in range(draw(st.integers(3, 16))):
        at += draw(st.sampled_from([0, 1, 3, 12])) * DAY_S * 1_000_000
        moves = st.tuples(postings(at), st.just(LEADER))
        steps.append((at, *draw(moves | commands(at))))
    return steps


def complaints(case: str) -> st.SearchStrategy[c.ReceiveContact]:
    return st.builds(
        c.ReceiveContact,
        case_id=st.just(case), token=st.just("t" + case), salt=st.just("00" * 16), code_hash=st.just("h" + case),
        kind=st.sampled_from([Kind.COMPLAINT, Kind.COMPLAINT, *Kind]), source=st.sampled_from(Source), text=short,
        office=offices, category=st.sampled_from(Category), unit=st.none() | offices, person=people,
    )  # fmt: skip


def everybody_to_the_top(state: State, rows: Rows, at: int, *, ends_others: bool) -> State:
    """Give everyone the widest reach there is, so that nothing but the closure is between them and the cases."""
    for person in PEOPLE:
        post = c.PostPerson(
            person=person, office=INSPECTORATE, duty=Duty.HANDLER, since=Instant(at), ends_others=ends_others
        )
        facts = decide(state, post, Context(Instant(at), LEADER, CommandId(f"top:{person}")), AROUND)
        state = reduce(evolve, facts, state)
        rows.apply(state, facts)
    return state


def whole(offices_: dict[OfficeId, OfficeLine], office: OfficeId) -> OfficeId:
    line = offices_.get(office)
    return whole(offices_, line.parent) if line is not None and line.part and line.parent else office


def shut_by_hand(state: State, case: Case) -> set[PersonId]:
    """Who must get nothing: worked out once more from the law's own words, person by person, without the closure's code."""
    tree = dict(state.register.offices)
    served = [
        (person, whole(tree, p.office), p.duty, p.office)
        for person, each in state.register.postings.items()
        for p in each
        if p.until is None or p.until > case.since
    ]
    about = [*case.allegations, *case.also]
    if case.joined_to:
        about += state.cases[case.joined_to].allegations
    accused = {a.person for a in about if a.person is not None}
    units = {whole(tree, a.unit) for a in about if a.unit is not None}
    units |= {unit for person, unit, _, _ in served if person in accused}
    for _ in tree:
        units |= {o for u in units for o in tree[u].replaces} | {o.id for o in tree.values() if set(o.replaces) & units}
    units -= {INSPECTORATE}
    colleagues = {person for person, unit, _, _ in served if unit in units}
    shut = accused | colleagues | {t for a in accused for t in state.register.ties.get(a, ())}
    involved = set(shut)
    for unit in units:
        parent = tree[unit].parent
        while parent is not None and parent != INSPECTORATE:
            chiefs = {person for person, _, duty, office in served if duty is Duty.COMMANDER and office == parent}
            if chiefs and not chiefs & involved:
                break
            shut |= chiefs
            parent = tree[parent].parent
    return shut


def play(tree: tuple[OfficeLine, ...], script: list[Step]) -> tuple[State, list[Any], Rows]:
    """Do what is asked; after each step check what may never be."""
    state, log, rows = State(), [], Rows(AROUND)
    first = (int(BEGIN), c.PutOffices(offices=tree), LEADER)
    for number, (at, command, actor) in enumerate([first, *script]):
        facts: tuple[Any, ...] = ()
        with suppress(Rejected):
            facts = decide(state, command, Context(Instant(at), actor, CommandId(str(number))), AROUND)
        before, state = state, reduce(evolve, facts, state)
        log.extend(facts)
        rows.apply(state, facts)
        for fact in facts:
            check_fact(before, state, fact, actor)
    return state, log, rows


def check_fact(before: State, state: State, fact: Any, actor: Actor) -> None:
    if not isinstance(fact, e.CaseEvent):
        return
    case = state.cases[fact.case_id]
    assert not case.serious or case.referred_to, "a serious matter is referred in the same breath"
    assert case.office == INSPECTORATE or case.office not in {s.office for s in case.barred}
    if case.serious and not case.referral_outcome and fact.case_id in before.cases and before.cases[case.id].serious:
        assert not isinstance(fact, e.CaseClosed | e.FindingMade | e.Conciliated), "it is not ended here"
    if isinstance(fact, e.ClockReached):
        assert fact.told not in {s.office for s in before.cases[case.id].barred}, "no clock is told to who is shut out"
    if actor.role == "staff" and actor is not LEADER and fact.by == actor.id:
        assert actor.id not in shut_by_hand(before, before.cases[case.id]), "nobody who is shut out did anything"
    if isinstance(fact, e.WrittenTo) and not fact.answers:
        for type_ in (ClockType.FIRST_ANSWER, ClockType.FINAL):
            was, now = before.cases[case.id].clock(type_), case.clock(type_)
            assert (was and due_at(was, AROUND.calendar)) == (now and due_at(now, AROUND.calendar))


@settings(max_examples=100, deadline=None)
@given(trees(), scripts(), st.booleans())
def test_who_is_shut_out_gets_no_row_count_hit_notice_or_export(
    tree: tuple[OfficeLine, ...], script: list[Step], ends_others: bool
) -> None:
    state, _, rows = play(tree, script)
    at = script[-1][0]
    check_rows(state, rows, Instant(at))
    at += DAY_S * 1_000_000
    check_rows(everybody_to_the_top(state, rows, at, ends_others=ends_others), rows, Instant(at + 1))


def check_rows(state: State, rows: Rows, now: Instant) -> None:
    for person in PEOPLE:
        listed = {row.id for closed in (False, True) for row in rows.list_cases(person, now, closed=closed)}
        exported = {row.id for row in rows.export(person, now)}
        found = {row.id for words in ("الف", "ب", "كتاب ی", "c") for row in rows.search(person, now, words)}
        counted = sum(n for each in rows.counts(person, now).values() for n in each.values())
        apart = {row.id for row in rows.list_cases(person, now, apart=True)} | {
            row.id for row in rows.limited(person, now)
        }
        found |= apart | {row.id for c_ in state.cases.values() for row in rows.topic_cases(person, now, c_.topic)}
        noticed = {notice.case_id for notice in rows.notices(person, now)}
        told = set(rows.counted(person, now))
        assert exported <= told, "who has a case is told of it in numbers too"
        for case in state.cases.values():
            if person in shut_by_hand(state, case):
                assert case.id not in told, "a commander who is shut out has it in no number"
                assert case.id not in listed | exported | found | noticed and not rows.has(person, now, case.id)
            # The rows say of everybody what the core says.
            assert (case.id in exported) == sees(case, person, now, state.register) == rows.has(person, now, case.id)
        assert listed == exported and counted == len(exported) and found | noticed <= exported


@settings(max_examples=30, deadline=None)
@given(trees(), scripts(), st.data())
def test_no_transfer_opens_a_case_to_somebody_it_was_shut_to(
    tree: tuple[OfficeLine, ...], script: list[Step], data: st.DataObject
) -> None:
    state, _, rows = play(tree, script)
    at = script[-1][0]
    accused = {c_.id: {a.person for a in c_.allegations if a.person} for c_ in state.cases.values()}
    shut = {c_.id: {p for p in PEOPLE if is_of_unit(state, c_, p)} for c_ in state.cases.values()}
    for number in range(data.draw(st.integers(1, 6))):
        at += DAY_S * 1_000_000
        command = data.draw(postings(at).map(lambda p: msgspec.structs.replace(p, since=Instant(at))))  # noqa: B023
        facts = decide(state, command, Context(Instant(at), LEADER, CommandId(f"move{number}")), AROUND)
        state = reduce(evolve, facts, state)
        rows.apply(state, facts)
        for case_id, persons in shut.items():
            for person in persons | accused[case_id]:
                assert not rows.has(person, Instant(at + 1), case_id)


def is_of_unit(state: State, case: Case, person: PersonId) -> bool:
    """Whether somebody is shut out for what has been, which nothing that comes later undoes: accused, kin or colleague."""
    from nazdik.oversight.closure import closure_of
    from nazdik.oversight.model import Rule

    return closure_of(case, state.register).find(person, state.register) in (Rule.ACCUSED, Rule.KIN, Rule.UNIT)


@settings(max_examples=30, deadline=None)
@given(trees(), scripts())
def test_the_log_leads_to_the_same_state_and_rows_again(tree: tuple[OfficeLine, ...], script: list[Step]) -> None:
    state, log, rows = play(tree, script)
    read = [msgspec.json.decode(msgspec.json.encode(fact), type=AnyEvent) for fact in log]
    assert reduce(evolve, read, State()) == state
    again = Rows(AROUND)
    again.apply(state, read)
    now = Instant(script[-1][0])
    for person in PEOPLE:
        assert again.export(person, now) == rows.export(person, now)
        assert again.notices(person, now) == rows.notices(person, now)


@settings(max_examples=30, deadline=None)
@given(trees(), scripts())
def test_a_closed_case_had_its_answer_and_its_findings(tree: tuple[OfficeLine, ...], script: list[Step]) -> None:
    state, log, _ = play(tree, script)
    for fact in log:
        if isinstance(fact, e.CaseClosed):
            assert fact.answer.strip()
    for case in state.cases.values():
        if case.closed and case.formal:
            assert all(one.finding is not None for one in case.allegations)
        assert len({clock.type for clock in case.clocks}) == len(case.clocks)
        if any(one.category in SERIOUS for one in case.allegations):
            assert case.referred_at is not None


def test_only_the_common_table_reads_cases() -> None:
    """What `seen` leaves out cannot come back by another statement."""
    source = Path(__file__).resolve().parents[2].joinpath("src/nazdik/oversight/rows.py").read_text(encoding="utf-8")
    assert len(re.findall(r"(?:FROM|JOIN) case_row", source)) == 1
