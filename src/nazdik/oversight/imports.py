"""What taking over a case from another system causes. Pure; see `decisions`."""

from collections.abc import Iterator

import msgspec

from nazdik.kernel import Context
from nazdik.oversight import case_decisions as cases
from nazdik.oversight import commands as c
from nazdik.oversight import errors
from nazdik.oversight import events as e
from nazdik.oversight.clocks import Around, calendar_for, started
from nazdik.oversight.evolution import evolve
from nazdik.oversight.following import rerouted
from nazdik.oversight.model import Case, Clock, ClockType, State
from nazdik.oversight.topics import topic_of


def decide(state: State, command: c.ImportCase, ctx: Context, around: Around) -> Iterator[e.Event]:
    """Yield that a case is here from now on, where it goes, that a serious matter is referred, and the clocks of what is open."""
    if command.case_id in state.cases or command.code_hash in state.by_code:
        raise errors.CaseIsHere(id=command.stated.id)
    cases.check_said(command.text, command.recordings)
    _check_offices(state, command)
    _check_days(command, ctx)
    fields = msgspec.structs.asdict(command) | {"topic": topic_of(command.text)}
    del fields["recordings"]
    yield from _following(state, e.CaseImported(at=ctx.at, by=ctx.actor.id, **fields), ctx, around)
    yield from cases.added(command.case_id, command.recordings, ctx)


def _following(state: State, imported: e.CaseImported, ctx: Context, around: Around) -> Iterator[e.Event]:
    yield imported
    case_id, after = imported.case_id, evolve(state, imported)
    case = after.cases[case_id]
    follows = [*(cases.referred(case, ctx) if not case.closed else ())]
    for fact in follows:
        after = evolve(after, fact)
    for fact in rerouted(after, after.cases[case_id], ctx, always=True):
        follows.append(fact)
        after = evolve(after, fact)
    yield from follows
    calendar = calendar_for(after, after.cases[case_id].office, around)
    for clock in _clocks(case, ctx, around):
        due = calendar.due_at(ctx.at, clock.days)
        yield e.ClockStarted(at=ctx.at, by=ctx.actor.id, case_id=case_id, clock=clock.type, days=clock.days, due_at=due)


def _clocks(case: Case, ctx: Context, around: Around) -> tuple[Clock, ...]:
    """Return what is promised from now on: nothing for what is over, a review that is open, else as for a new contact."""
    if not case.closed:
        return started(case, ctx.at, around)
    open_review = case.review is not None and not case.review.by
    return (Clock(ClockType.REVIEW, ctx.at, around.review_days),) if open_review else ()


def _check_offices(state: State, command: c.ImportCase) -> None:
    named = [command.office, *(one.unit for one in command.allegations if one.unit is not None)]
    if command.review is not None:
        named.append(command.review.office)
    for office in named:
        if office not in state.register.offices:
            raise errors.OfficeUnknown(office=office[:120])


def _check_days(command: c.ImportCase, ctx: Context) -> None:
    """Raise `DayInvalid` for what lies ahead, and for an end before its beginning."""
    stated = command.stated
    said = {
        "received_at": stated.received_at,
        "closed_at": stated.closed_at,
        "said_at": stated.said_at,
        "incident_at": command.incident_at,
        "referred_at": command.referred_at,
        "passed_at": command.passed_at,
        "messages": max((message.at for message in command.messages), default=None),
        "withdrawal": command.withdrawal.asked_at if command.withdrawal is not None else None,
        "review": command.review.asked_at if command.review is not None else None,
    }
    for name, at in said.items():
        if at is not None and at > ctx.at:
            raise errors.DayInvalid(field=name)
    if command.closed != (stated.closed_at is not None):
        raise errors.DayInvalid(field="closed_at")
    if stated.closed_at is not None and stated.closed_at < stated.received_at:
        raise errors.DayInvalid(field="closed_at")
