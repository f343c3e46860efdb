"""Whatever is asked, in whatever order, on a disk that fails now and then: what was answered is on the log, and only that."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from immutables import Map

from nazdik.kernel import Actor, CommandId, Conflict, Context, Instant, Rejected, Unavailable
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import (
    Answer,
    Batch,
    Claim,
    Handled,
    LogFull,
    LogUnavailable,
    MemoryLog,
    NewEntry,
    Record,
    SyncWriter,
    Writer,
)
from nazdik.platform.eventlog.postgres import Node, PostgresLog
from tests.postgres import Postgres, new_name

State = Map[str, str]
Ask = tuple[str, str, str]  # a command id, a thing, a place; a thing put where it stands is lifted
Fact = tuple[str, str, bool]


class Taken(Conflict):
    code = "toy.taken"


class Places:
    """One thing at a time stands on a place."""

    def handle(self, state: State, command: Ask, ctx: Context) -> Handled[State]:
        _, thing, place = command
        holder = state.get(place)
        if holder not in {None, thing}:
            raise Taken(place=place)
        fact: Fact = (thing, place, holder is None)
        return Handled(fold(state, fact), (fact,), {"thing": thing})

    def record(self, event: Fact) -> Record:
        thing, place, stands = event
        return Record("toy.moved.v1", thing, place.encode(), (Claim(place, thing, stands),))

    def digest(self, command: Ask) -> bytes:
        return repr(command[1:]).encode()

    def rolled_back(self, state: State) -> None:
        pass


def fold(state: State, fact: Fact) -> State:
    thing, place, stands = fact
    return state.set(place, thing) if stands else state.delete(place)


def replay(log: Any) -> State:
    state: State = Map()
    for e in log.entries:
        state = fold(state, (e.subject, e.body.decode(), e.claims[0].taken))
    return state


@dataclass
class Failing(MemoryLog):
    """A disk that fails at the appends it was told to fail at."""

    fails: list[int] = field(default_factory=list)
    appends: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
        self.appends += 1
        if self.appends in self.fails:
            raise LogFull("full") if self.appends % 2 else LogUnavailable("broken")
        super().append(entries, expected_position=expected_position)


@dataclass
class FailingStore:
    """A PostgreSQL whose appends fail at times: some were not stored, of some only the answer was lost."""

    log: PostgresLog
    fails: list[int]
    appends: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)

    @property
    def entries(self) -> list[Any]:
        return self.log.read(0, 10_000)

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
        self.appends += 1
        if self.appends in self.fails and self.appends % 2:
            raise LogUnavailable("the store did not answer")
        if self.appends in self.fails:
            whole = self.log._writer.execute

            def lose(*given: Any, **more: Any) -> None:
                whole(*given, **more)
                self.log._writer.close()
                raise psycopg.OperationalError("the answer was lost")

            self.log._writer.execute = lose  # type: ignore[assignment]
        self.log.append(entries, expected_position=expected_position)


asks = st.tuples(st.sampled_from([f"c{n}" for n in range(12)]), st.sampled_from("ab"), st.sampled_from("xyz"))
rounds = st.lists(st.lists(asks, min_size=1, max_size=6), max_size=8)


def ctx(ask: Ask) -> Context:
    return Context(Instant(1), Actor("desk one", "tester"), CommandId(ask[0]))


def check(log: Any, told: list[tuple[Ask, Any]], state: State, batches: list[Batch[State]]) -> None:
    assert log.verify().whole
    assert replay(log) == state
    assert log.held() == dict(state)
    first: dict[str, tuple[Ask, Answer]] = {}
    for ask, outcome in told:
        if isinstance(outcome, Answer):
            entry = log.entries[outcome.position - 1]
            assert (entry.command_id, entry.subject, entry.body.decode()) == ask, "an answer is a fact on the log"
            known = first.setdefault(ask[0], (ask, outcome))
            assert known[1].position == outcome.position and known[0] == ask, "one command, one effect"
        else:
            assert isinstance(outcome, Rejected | Unavailable)
    answered = {ask_id for ask_id, _ in first.items()}
    assert {e.command_id for e in log.entries} == answered, "nothing is on the log that nobody was told of"
    assert [b.prev for b in batches] == [0, *[b.position for b in batches]][: len(batches)], "no gap between batches"
    assert (batches[-1].position if batches else 0) == log.head().position


@given(rounds, st.lists(st.integers(1, 10), max_size=4))
def test_the_writer_answers_what_is_on_the_log_and_nothing_else(script: list[list[Ask]], fails: list[int]) -> None:
    async def run() -> None:
        await ask_all(Failing(fails=fails), script)

    asyncio.run(run())


async def ask_all(log: Any, script: list[list[Ask]]) -> None:
    batches: list[Batch[State]] = []
    writer: Writer[State] = Writer(log, Places(), Map(), VirtualClock(), batches.append)
    under_way: list[tuple[Ask, asyncio.Task[Answer]]] = []
    for together in script:
        under_way += [(ask, asyncio.ensure_future(writer.submit(ask, ctx(ask)))) for ask in together]
        await asyncio.sleep(0)  # the next round may overtake the disk, or not
    outcomes = await asyncio.gather(*[task for _, task in under_way], return_exceptions=True)
    told = [(ask, outcome) for (ask, _), outcome in zip(under_way, outcomes, strict=True)]
    await writer.close()
    check(log, told, writer.state, batches)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds, st.lists(st.integers(1, 10), max_size=4))
def test_the_writer_keeps_the_law_on_postgresql(
    postgres_server: Postgres, script: list[list[Ask]], fails: list[int]
) -> None:
    node, name = new_name("node"), new_name("log")
    log = PostgresLog(postgres_server.writer(node, name), name, Node(node))
    try:
        asyncio.run(ask_all(FailingStore(log, fails), script))
    finally:
        log.close()


@given(rounds, st.lists(st.integers(1, 10), max_size=4))
def test_the_synchronous_twin_keeps_the_same_law(script: list[list[Ask]], fails: list[int]) -> None:
    log = Failing(fails=fails)
    batches: list[Batch[State]] = []
    writer: SyncWriter[State] = SyncWriter(log, Places(), Map(), VirtualClock(), batches.append)
    told: list[tuple[Ask, Any]] = []
    for ask in (ask for together in script for ask in together):
        try:
            told.append((ask, writer.submit(ask, ctx(ask))))
        except (Rejected, Unavailable) as refusal:
            told.append((ask, refusal))
    check(log, told, writer.state, batches)
