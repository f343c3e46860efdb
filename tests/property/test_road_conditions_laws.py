"""Laws of the conditions of the roads: what folds, what replays, what a snapshot keeps; starts and ends in any order."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.bootstrap.control_room import load_state
from nazdik.bootstrap.province_state import STATE_VERSION, decode, first_state, fold
from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.geo.conditions import commands as c
from nazdik.geo.conditions.decisions import LEARNED_MAX, LEARNED_MIN
from nazdik.geo.conditions.evolution import OVER_KEPT, end_key, start_key
from nazdik.geo.conditions.model import OVER, ConditionId, ConditionState, CutOff, Factor, FactorsId, Piece, Roads
from nazdik.geo.tables import BANDS, GROUPS, HOURS_1
from nazdik.kernel import OfficeId, ProvinceId, Rejected
from nazdik.kernel.instant import plus_s
from tests.town import Town, at_m, dispatcher

_after = st.sampled_from([None, -60.0, 0.0, 30.0, 600.0, 4000.0, 40 * 86_400.0, 100 * 86_400.0])
_n = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("close"), _n, _after, _after, st.booleans()),
    st.tuples(st.just("slow"), _n, _after, _after, st.sampled_from([0.1, 0.5, 2.0, 20.0, 21.0])),
    st.tuples(st.just("end"), _n, _after),
    st.tuples(st.just("lift"), _n),
    st.tuples(st.just("restore"), _n),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 29.0, 31.0, 700.0, 5000.0])),
    st.tuples(
        st.just("learn"), st.sampled_from(GROUPS), st.sampled_from(BANDS), st.sampled_from([0.4, 0.5, 1.3, 2.0, 2.1])
    ),
    st.tuples(st.just("revert")),
    st.tuples(st.just("drop")),
)


def piece(n: int) -> Piece:
    return Piece(line=(at_m(100.0 * n), at_m(100.0 * n + 100)), way=n, name_fa="خیابان")


def play(town: Town, step: tuple[Any, ...]) -> Town:
    """Do one step; a refusal changes nothing. `drop` goes on with a state that came back from disk."""
    what, *given = step
    now, by = town.now, dispatcher()

    def at(after: float | None) -> Any:
        return None if after is None else plus_s(now, after)

    def id_of(n: int) -> ConditionId:
        return ConditionId(f"p.r{n}")

    command: Any
    match what:
        case "close":
            n, starts, ends, cuts = given
            command = c.SetCondition(
                condition_id=ConditionId(f"p.r{n}" if n < 3 else f"p.r{n}.{len(town.facts)}"),
                pieces=(piece(n), piece(n + 1)),
                office=OfficeId("p.a.1"),
                reason="bridge",
                starts_at=at(starts),
                ends_at=at(ends),
                cut_off=CutOff(junctions=int(cuts)),
                confirmed=n % 2 == 0,
            )
        case "slow":
            n, starts, ends, factor = given
            command = c.SetCondition(
                condition_id=id_of(n), pieces=(piece(n),), office=OfficeId("p.a.1"), reason="dust",
                time_factor=factor, starts_at=at(starts), ends_at=at(ends),
            )  # fmt: skip
        case "end":
            command = c.ChangeEnd(condition_id=id_of(given[0]), ends_at=at(given[1]))
        case "lift":
            command = c.LiftCondition(condition_id=id_of(given[0]))
        case "restore":
            command = c.RestoreCondition(condition_id=id_of(given[0]))
        case "learn":
            group, band, factor = given
            factors = (Factor(group=group, band=band, factor=factor, trips=100),)
            name = FactorsId(f"p.f{len(town.facts)}")
            command = c.ApplyFactors(factors_id=name, table=HOURS_1.id, factors=factors)
        case "revert":
            command = c.RevertFactors()
        case "drop":
            saved = restore(snapshot(town.writer.state))
            assert saved == town.writer.state
            return town
        case _:
            town.wait(given[0])
            return town
    before = town.writer.state
    try:
        town.do(command, by=by)
    except Rejected:
        assert town.writer.state == before, "a refusal changes nothing"
    return town


def check(town: Town) -> None:
    """What holds at every moment."""
    roads: Roads = town.writer.state.roads
    assert len(roads.over) <= OVER_KEPT
    assert {i for i, cond in roads.conditions.items() if cond.state in OVER} == set(roads.over)
    wanted = {}
    for condition in roads.conditions.values():
        if condition.state is ConditionState.PLANNED:
            wanted[start_key(condition.id)] = condition.starts_at
        if condition.state not in OVER and condition.ends_at is not None:
            wanted[end_key(condition.id)] = condition.ends_at
        if condition.ends_at is not None:
            assert condition.starts_at < condition.ends_at
        in_force = condition.state is ConditionState.ACTIVE
        assert not in_force or condition.ends_at is None or condition.ends_at > town.now, "it ends by itself"
        assert condition.state is not ConditionState.PLANNED or condition.starts_at > town.now, "it starts by itself"
    assert dict(roads.deadlines) == wanted
    for factor in roads.learned.factors if roads.learned is not None else ():
        assert LEARNED_MIN <= factor.factor <= LEARNED_MAX


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, max_size=30))
def test_no_sequence_of_commands_breaks_the_roads_and_the_log_leads_back_to_them(script: list[Any]) -> None:
    town = Town()
    for step in script:
        play(town, step)
        town.wait(0.0)
        check(town)
    state = first_state(ProvinceId("p"))
    for entry in town.log.read(0, 100_000):
        state = fold(state, decode(entry.kind, entry.body))
    assert state == town.writer.state
    assert snapshot(restore(snapshot(state))) == snapshot(state)


@settings(max_examples=30, deadline=None)
@given(st.lists(steps, min_size=4, max_size=20), st.integers(0, 20))
def test_a_snapshot_and_what_came_after_it_is_the_later_state(script: list[Any], when: int) -> None:
    town = Town()
    for n, step in enumerate(script):
        play(town, step)
        if n == when:
            town.log.save_snapshot(town.writer.position, STATE_VERSION, snapshot(town.writer.state))
    assert load_state(town.log, ProvinceId("p")) == town.writer.state
