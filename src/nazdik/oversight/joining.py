"""
Two cases that are the same matter of the same citizen are joined: linked, and nothing deleted. Pure; see `case_decisions`.

The one that came later stands under the first, whose allegations it adds to. What is written, answered and ended at the first
reaches the citizen by either code. Whom one of the two is shut to, the other is shut to as well, and parting them opens neither.
"""

from collections.abc import Iterable, Iterator

from nazdik.kernel import Context, PersonId
from nazdik.oversight import commands as c
from nazdik.oversight import errors
from nazdik.oversight import events as e
from nazdik.oversight.closure import closure_of, sees
from nazdik.oversight.model import Allegation, Case, Kind, State
from nazdik.oversight.words import check_text

ALLEGED = frozenset({Kind.COMPLAINT, Kind.CRITICISM})
# What judges a case is done at the one that it stands under.
OF_THE_FIRST = (
    c.OpenCase,
    c.AddAllegation,
    c.IdentifyOfficer,
    c.Find,
    c.Conciliate,
    c.CloseCase,
    c.PassCommendation,
)  # fmt: skip


def check_leads(state: State, case: Case, command: c.CaseCommand) -> None:
    """Raise `CaseIsJoined` for what has to be done at the case that this one stands under, while that is open."""
    if case.joined_to and not state.cases[case.joined_to].closed and isinstance(command, OF_THE_FIRST):
        raise errors.CaseIsJoined(case_id=case.id)


def join(state: State, case: Case, command: c.JoinCases, ctx: Context) -> Iterator[e.Event]:
    """Yield that a case stands under another, and what that one is about from now on."""
    check_text(command.why, 2_000)
    first = state.cases.get(command.to)
    if first is None or not sees(first, PersonId(ctx.actor.id), ctx.at, state.register):
        raise errors.CaseNotFound(case_id=command.to[:64])
    if first.closed:
        raise errors.CaseIsClosed(case_id=first.id)
    if not _fits(case, first):
        raise errors.JoinInvalid(case_id=case.id)
    at, by = ctx.at, ctx.actor.id
    yield e.CaseJoined(at=at, by=by, case_id=case.id, to=first.id, why=command.why)
    number = len(first.allegations)
    for made in _new_to(first, case.allegations):
        number += 1
        fresh = Allegation(number, made.category, made.unit, made.person)
        yield e.AllegationMade(at=at, by=by, case_id=first.id, allegation=fresh)


def part(case: Case, why: str, ctx: Context) -> Iterable[e.Event]:
    """Return that a case stands by itself again; whom it was shut to meanwhile it stays shut to."""
    check_text(why, 2_000)
    if not case.joined_to:
        raise errors.JoinInvalid(case_id=case.id)
    return (e.CaseParted(at=ctx.at, by=ctx.actor.id, case_id=case.id, to=case.joined_to, why=why),)


def under(state: State, case: Case, ctx: Context) -> list[Case]:
    """Return the open cases that stand under a case, but for one that is shut to whoever acts: it may have been shut before."""
    others = (state.cases[case_id] for case_id in case.joined)
    who, register = PersonId(ctx.actor.id), state.register
    return [one for one in others if not one.closed and closure_of(one, register).find(who, register) is None]


def findings_of(case: Case, first: Case, ctx: Context) -> list[e.Event] | None:
    """Return the findings of the first case for what is alleged in the other too; None when one of them is nowhere found."""
    found: list[e.Event] = []
    for one in case.allegations:
        same = next((other.finding for other in first.allegations if other.finding and _is_same(one, other)), None)
        if one.finding is None and same is None:
            return None
        if one.finding is None and same is not None:
            at, by = ctx.at, ctx.actor.id
            found.append(e.FindingMade(at=at, by=by, case_id=case.id, number=one.number, finding=same))
    return found


def _fits(case: Case, first: Case) -> bool:
    """Whether one may stand under the other: no chains, no review under way, alike in kind, and the first reaches back as far."""
    alone = first.id != case.id and not (case.joined_to or case.joined or first.joined_to)
    reviewed = case.review is not None or first.review is not None
    alike = case.kind is first.kind or {case.kind, first.kind} <= ALLEGED
    # Else somebody who served there on the day of the later one alone would be free of the first, and read of it there.
    return alone and not reviewed and alike and (first.formal or not case.formal) and first.since <= case.since


def _is_same(one: Allegation, other: Allegation) -> bool:
    """Whether two allegations are the same; the officer may have been named since in one of the cases."""
    return (one.category, one.unit) == (other.category, other.unit) and one.person in (None, other.person)


def _new_to(first: Case, allegations: Iterable[Allegation]) -> list[Allegation]:
    known = {(one.category, one.unit, one.person) for one in first.allegations}
    return [one for one in allegations if (one.category, one.unit, one.person) not in known]
