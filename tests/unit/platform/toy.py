"""A toy machine: places that one thing at a time may stand on. Used wherever a writer needs something to drive."""

import json
from dataclasses import dataclass, field
from typing import Any

from immutables import Map

from nazdik.kernel import Actor, CommandId, Conflict, Context, Instant
from nazdik.platform.eventlog import Claim, Entry, EventLog, Handled, Record

State = Map[str, str]
EMPTY: State = Map()


class PlaceTaken(Conflict):
    code = "toy.place_taken"


@dataclass(frozen=True)
class Put:
    """Put a thing on a place; `times` facts, to make long commands."""

    thing: str
    place: str
    times: int = 1


@dataclass(frozen=True)
class Lift:
    """Lift whatever stands on a place; nothing happens when it is free."""

    place: str


@dataclass(frozen=True)
class Break:
    """Ask for something the rules got wrong."""


@dataclass(frozen=True)
class Stood:
    thing: str
    place: str


@dataclass(frozen=True)
class Lifted:
    thing: str
    place: str


def evolve(state: State, event: Any) -> State:
    if isinstance(event, Stood):
        return state.set(event.place, event.thing)
    return state.delete(event.place)


@dataclass
class Toy:
    """The machine. `careless` forgets to look before it puts, as a bug would."""

    careless: bool = False
    rolled_back_to: list[State] = field(default_factory=list)

    def handle(self, state: State, command: Any, ctx: Context) -> Handled[State]:
        assert not isinstance(command, Break), "the rules are wrong"
        if isinstance(command, Lift):
            if command.place not in state:
                return Handled(state, ())
            events: tuple[Any, ...] = (Lifted(state[command.place], command.place),)
        else:
            if command.place in state and not self.careless:
                raise PlaceTaken(place=command.place, by=state[command.place])
            events = (Stood(command.thing, command.place),)
            events += tuple(Stood(command.thing, f"{command.place}/{n}") for n in range(1, command.times))
        for event in events:
            state = evolve(state, event)
        return Handled(state, events, {"thing": events[0].thing})

    def record(self, event: Any) -> Record:
        taken = isinstance(event, Stood)
        return Record(
            kind="toy.stood.v1" if taken else "toy.lifted.v1",
            subject=event.thing,
            body=json.dumps([event.thing, event.place]).encode(),
            claims=(Claim(event.place, event.thing, taken),),
        )

    def digest(self, command: Any) -> bytes:
        return repr(command).encode()

    def rolled_back(self, state: State) -> None:
        self.rolled_back_to.append(state)


def event_of(entry: Entry) -> Any:
    thing, place = json.loads(entry.body)
    return Stood(thing, place) if entry.kind == "toy.stood.v1" else Lifted(thing, place)


def replay(log: EventLog) -> State:
    state = EMPTY
    for entry in log.read(0, 1_000_000):
        state = evolve(state, event_of(entry))
    return state


def ctx(command_id: str, at: int = 1_000_000) -> Context:
    return Context(at=Instant(at), actor=Actor(id="desk one", role="tester"), command_id=CommandId(command_id))
