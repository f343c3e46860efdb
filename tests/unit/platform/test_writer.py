"""The writer: prompt decisions, durable answers, and nothing half-done when the disk says no."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from toy import EMPTY, Break, Lift, PlaceTaken, Put, State, Toy, ctx, replay

from nazdik.kernel import Conflict, Unavailable
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import (
    Batch,
    ClaimTaken,
    LogFull,
    LogUnavailable,
    MemoryLog,
    NewEntry,
    SqliteLog,
    SyncWriter,
    Writer,
)


class GatedLog(MemoryLog):
    """A disk that writes when it is let, and fails when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()
        self.fails: list[Exception] = []
        self.batches: list[int] = []

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
        assert self.gate.wait(timeout=10)
        if self.fails:
            raise self.fails.pop(0)
        self.batches.append(len(entries))
        super().append(entries, expected_position=expected_position)


class Setup:
    def __init__(self, log: Any, machine: Toy | None = None, **options: Any) -> None:
        self.log = log
        self.machine = machine or Toy()
        self.batches: list[Batch[State]] = []
        self.writer: Writer[State] = Writer(
            log, self.machine, replay(log), VirtualClock(), self.batches.append, **options
        )

    def later(self, command: Any, command_id: str) -> asyncio.Task[Any]:
        return asyncio.ensure_future(self.writer.submit(command, ctx(command_id)))


async def turns(count: int = 5) -> None:
    """Let whatever can go on go on, without letting time pass."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_an_answer_names_positions_events_and_ids() -> None:
    s = Setup(MemoryLog())
    answer = await s.writer.submit(Put("cup", "table", times=2), ctx("c1"))
    assert (answer.first_position, answer.position) == (1, 2)
    assert answer.events == ("toy.stood.v1", "toy.stood.v1")
    assert answer.ids == {"thing": "cup"}
    assert not answer.duplicate
    assert s.writer.state == replay(s.log)


async def test_a_refusal_records_nothing() -> None:
    s = Setup(MemoryLog())
    await s.writer.submit(Put("cup", "table"), ctx("c1"))
    with pytest.raises(PlaceTaken):
        await s.writer.submit(Put("plate", "table"), ctx("c2"))
    assert s.writer.position == s.log.head().position == 1


async def test_a_command_that_changes_nothing_answers_at_once_with_the_present_position() -> None:
    s = Setup(MemoryLog())
    await s.writer.submit(Put("cup", "table"), ctx("c1"))
    answer = await s.writer.submit(Lift("shelf"), ctx("c2"))
    assert (answer.first_position, answer.position, answer.events) == (1, 1, ())
    assert len(s.batches) == 1


async def test_nothing_is_answered_or_told_before_it_is_on_disk() -> None:
    log = GatedLog()
    s = Setup(log)
    log.gate.clear()
    put = s.later(Put("cup", "table"), "c1")
    await turns()
    assert not put.done()
    assert (s.batches, s.writer.state, s.writer.position) == ([], EMPTY, 0)
    log.gate.set()
    assert (await put).position == 1
    assert len(s.batches) == 1


async def test_decisions_go_on_while_the_disk_is_busy_and_share_the_next_write() -> None:
    log = GatedLog()
    s = Setup(log)
    log.gate.clear()
    first = s.later(Put("cup", "a"), "c1")
    await turns()
    rest = [s.later(Put(f"t{n}", f"p{n}"), f"d{n}") for n in range(20)]
    taken = s.later(Put("plate", "a"), "c3")
    await turns()
    log.gate.set()
    answers = [await first, *[await task for task in rest]]
    with pytest.raises(PlaceTaken):
        await taken
    assert [a.position for a in answers] == list(range(1, 22))
    assert log.batches == [1, 20]
    assert [(b.prev, b.position) for b in s.batches] == [(0, 1), (1, 21)]


async def test_a_refusal_that_rests_on_an_undurable_fact_waits_for_it() -> None:
    log = GatedLog()
    s = Setup(log)
    log.gate.clear()
    first = s.later(Put("cup", "a"), "c1")
    await turns()
    refused = s.later(Put("plate", "a"), "c2")
    nothing = s.later(Lift("b"), "c3")
    await turns()
    assert not refused.done() and not nothing.done()
    log.fails.append(LogUnavailable("broken"))
    log.gate.set()
    for task in (first, refused, nothing):
        with pytest.raises(Unavailable) as problem:
            await task
        assert problem.value.code == "log.unavailable"
    assert (await s.writer.submit(Put("plate", "a"), ctx("c2"))).position == 1, "what was told to c2 was no refusal"


async def test_when_the_disk_is_full_nothing_is_lost_and_work_goes_on_when_it_is_not() -> None:
    log = GatedLog()
    s = Setup(log)
    await s.writer.submit(Put("cup", "a"), ctx("c1"))
    kept = s.writer.state
    log.gate.clear()
    flying = s.later(Put("plate", "b"), "c2")
    await turns()
    waiting = s.later(Put("spoon", "c"), "c3")
    await turns()
    log.fails.append(LogFull("full"))
    log.gate.set()
    for task in (flying, waiting):
        with pytest.raises(Unavailable) as problem:
            await task
        assert problem.value.code == "log.disk_full"
    assert s.writer.state is kept
    assert s.machine.rolled_back_to == [kept]
    answer = await s.writer.submit(Put("plate", "b"), ctx("c2"))
    assert (answer.position, answer.duplicate) == (2, False)
    assert replay(log) == s.writer.state
    assert [b.position for b in s.batches] == [1, 2]


async def test_a_repeated_command_gets_the_first_answer() -> None:
    s = Setup(MemoryLog())
    first = await s.writer.submit(Put("cup", "a"), ctx("c1"))
    again = await s.writer.submit(Put("cup", "a"), ctx("c1"))
    assert again.duplicate
    assert (again.position, again.events, again.ids) == (first.position, first.events, first.ids)
    assert s.log.head().position == 1


async def test_a_command_repeated_while_the_first_is_under_way_gets_its_answer() -> None:
    log = GatedLog()
    s = Setup(log)
    log.gate.clear()
    first, again = s.later(Put("cup", "a"), "c1"), s.later(Put("cup", "a"), "c1")
    other = s.later(Put("plate", "b"), "c1")
    await turns()
    log.gate.set()
    assert ((await first).position, (await first).duplicate) == (1, False)
    assert ((await again).position, (await again).duplicate) == (1, True)
    with pytest.raises(Conflict) as refused:
        await other
    assert refused.value.code == "http.idempotency_key_reused"
    assert log.head().position == 1


async def test_a_key_used_for_another_command_is_refused() -> None:
    s = Setup(MemoryLog())
    await s.writer.submit(Put("cup", "a"), ctx("c1"))
    with pytest.raises(Conflict) as refused:
        await s.writer.submit(Put("plate", "b"), ctx("c1"))
    assert refused.value.code == "http.idempotency_key_reused"


async def test_a_refusal_is_remembered_even_when_it_would_no_longer_be_refused() -> None:
    s = Setup(MemoryLog())
    await s.writer.submit(Put("cup", "a"), ctx("c1"))
    with pytest.raises(PlaceTaken):
        await s.writer.submit(Put("plate", "a"), ctx("c2"))
    await s.writer.submit(Lift("a"), ctx("c3"))
    with pytest.raises(PlaceTaken):
        await s.writer.submit(Put("plate", "a"), ctx("c2"))


async def test_a_refusal_that_waited_for_the_disk_is_remembered_too() -> None:
    log = GatedLog()
    s = Setup(log)
    log.gate.clear()
    put = s.later(Put("cup", "a"), "c1")
    await turns()
    refused = s.later(Put("plate", "a"), "c2")
    await turns()
    log.gate.set()
    await put
    with pytest.raises(PlaceTaken):
        await refused
    await s.writer.submit(Lift("a"), ctx("c3"))
    with pytest.raises(PlaceTaken):
        await s.writer.submit(Put("plate", "a"), ctx("c2"))


async def test_the_first_answer_survives_a_restart(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    s = Setup(log)
    first = await s.writer.submit(Put("cup", "a", times=3), ctx("c1"))
    await s.writer.close()
    log.close()
    log = SqliteLog(tmp_path / "log.sqlite")
    s = Setup(log)
    again = await s.writer.submit(Put("cup", "a", times=3), ctx("c1"))
    assert again.duplicate
    assert (again.first_position, again.position, again.events, again.ids) == (
        first.first_position,
        first.position,
        first.events,
        first.ids,
    )
    with pytest.raises(Conflict):
        await s.writer.submit(Put("cup", "b"), ctx("c1"))
    await s.writer.close()
    log.close()


async def test_a_sender_who_goes_away_does_not_stop_the_command_or_another_asking_the_same() -> None:
    log = GatedLog()
    s = Setup(log)
    log.gate.clear()
    gone, stays = s.later(Put("cup", "a"), "c1"), s.later(Put("cup", "a"), "c1")
    await turns()
    gone.cancel()
    await turns()
    log.gate.set()
    assert (await stays).position == 1
    assert gone.cancelled()


async def test_when_we_are_wrong_that_command_fails_and_the_writer_lives() -> None:
    s = Setup(MemoryLog())
    with pytest.raises(AssertionError):
        await s.writer.submit(Break(), ctx("c1"))
    assert s.log.head().position == 0
    assert (await s.writer.submit(Put("cup", "a"), ctx("c2"))).position == 1


async def test_what_the_store_knows_to_be_impossible_blames_only_its_own_command() -> None:
    log = GatedLog()
    s = Setup(log, Toy(careless=True))
    await s.writer.submit(Put("cup", "a"), ctx("c1"))
    log.gate.clear()
    first = s.later(Put("fork", "z"), "c2")
    await turns()
    guilty, innocent = s.later(Put("plate", "a"), "c3"), s.later(Put("spoon", "b"), "c4")
    await turns()
    log.gate.set()
    assert (await first).position == 2
    with pytest.raises(AssertionError):
        await guilty
    with pytest.raises(Unavailable):
        await innocent
    assert log.held() == {"a": "cup", "z": "fork"}
    assert (await s.writer.submit(Put("spoon", "b"), ctx("c4"))).position == 3


async def test_a_text_that_cannot_be_stored_fails_alone() -> None:
    s = Setup(MemoryLog())
    bad, good = s.later(Put("\ud800", "a"), "c1"), s.later(Put("cup", "b"), "c2")
    with pytest.raises(UnicodeEncodeError):
        await bad
    assert (await good).position == 1


async def test_a_writer_whose_log_moved_on_without_it_stops() -> None:
    s = Setup(MemoryLog())
    other = Setup(s.log)
    await other.writer.submit(Put("cup", "a"), ctx("c1"))
    for command_id in ("c2", "c3"):
        with pytest.raises(Unavailable):
            await s.writer.submit(Put("plate", "b"), ctx(command_id))
    assert s.log.head().position == 1


async def test_too_many_waiting_commands_are_refused_not_kept() -> None:
    log = GatedLog()
    s = Setup(log, waiting_max=3)
    log.gate.clear()
    first = s.later(Put("cup", "first"), "c")
    await turns()
    tasks = [s.later(Put(f"t{n}", f"p{n}"), f"c{n}") for n in range(5)]
    await turns()
    log.gate.set()
    results = await asyncio.gather(first, *tasks, return_exceptions=True)
    assert [isinstance(r, Unavailable) for r in results] == [False, False, False, False, True, True]


async def test_a_listener_that_fails_does_not_stop_the_writer() -> None:
    def fail(batch: Batch[State]) -> None:
        raise RuntimeError("listener")

    writer: Writer[State] = Writer(MemoryLog(), Toy(), EMPTY, VirtualClock(), fail)
    assert (await writer.submit(Put("cup", "a"), ctx("c1"))).position == 1
    assert (await writer.submit(Put("plate", "b"), ctx("c2"))).position == 2


async def test_a_batch_carries_states_commands_and_events_in_order() -> None:
    s = Setup(MemoryLog())
    await asyncio.gather(s.later(Put("cup", "a", times=2), "c1"), s.later(Put("plate", "b"), "c2"))
    batch = s.batches[0]
    assert batch.command_ids == ("c1", "c2")
    assert [(c.first_position, c.position, len(c.events)) for c in batch.commits] == [(1, 2, 2), (3, 3, 1)]
    assert batch.before == EMPTY
    assert batch.after == s.writer.state == replay(s.log)


async def test_a_closed_writer_finishes_its_work_and_takes_no_more() -> None:
    log = GatedLog()
    s = Setup(log)
    log.gate.clear()
    put = s.later(Put("cup", "a"), "c1")
    await turns()
    closing = asyncio.ensure_future(s.writer.close())
    await turns()
    log.gate.set()
    await closing
    assert (await put).position == 1
    with pytest.raises(Unavailable):
        await s.writer.submit(Put("plate", "b"), ctx("c2"))


def test_the_synchronous_twin_answers_alike() -> None:
    log = GatedLog()
    batches: list[Batch[State]] = []
    machine = Toy()
    writer: SyncWriter[State] = SyncWriter(log, machine, EMPTY, VirtualClock(), batches.append)
    assert writer.submit(Put("cup", "a"), ctx("c1")).position == 1
    assert writer.submit(Put("cup", "a"), ctx("c1")).duplicate
    with pytest.raises(PlaceTaken):
        writer.submit(Put("plate", "a"), ctx("c2"))
    with pytest.raises(Conflict):
        writer.submit(Put("plate", "b"), ctx("c1"))
    log.fails.append(LogFull("full"))
    with pytest.raises(Unavailable) as problem:
        writer.submit(Put("plate", "b"), ctx("c3"))
    assert problem.value.code == "log.disk_full"
    assert machine.rolled_back_to == [writer.state]
    log.fails.append(ClaimTaken("held", ctx("c4").command_id))
    with pytest.raises(AssertionError):
        writer.submit(Put("plate", "b"), ctx("c4"))
    assert writer.submit(Put("plate", "b"), ctx("c3")).position == 2
    assert [(b.prev, b.position) for b in batches] == [(0, 1), (1, 2)]
    assert replay(log) == writer.state
