"""What the writer of the oversight log drives: decide, fold, record; and how a stored fact is read again."""

from functools import reduce
from hashlib import blake2b
from typing import Any

import msgspec

from nazdik.kernel import Context
from nazdik.oversight import commands as c
from nazdik.oversight.clocks import Around
from nazdik.oversight.decisions import decide
from nazdik.oversight.events import EVENT_TYPES as CASE_EVENTS
from nazdik.oversight.events import AnyEvent, Event, subject_of
from nazdik.oversight.evolution import evolve
from nazdik.oversight.meetings import events as meetings
from nazdik.oversight.meetings.model import BookingState
from nazdik.oversight.model import State
from nazdik.platform.eventlog.entry import Claim, EventLog, Record
from nazdik.platform.eventlog.errors import LogDamaged
from nazdik.platform.eventlog.machine import Handled

READ_AT_ONCE = 5_000
_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(AnyEvent | meetings.AnyMeetingEvent).decode
EVENT_TYPES: tuple[type[Event], ...] = (*CASE_EVENTS, *meetings.EVENT_TYPES)


class OversightMachine:
    """The rules of the oversight log; see `platform.eventlog.machine.Machine`."""

    def __init__(self, around: Around) -> None:
        self._around = around

    def handle(self, state: State, command: c.Command, ctx: Context) -> Handled[State]:
        """Decide a command and fold its facts into the state."""
        facts = decide(state, command, ctx, self._around)
        ids = {"case_id": command.case_id} if isinstance(command, c.ReceiveContact) else {}
        return Handled(reduce(evolve, facts, state), facts, ids)

    def record(self, event: Event) -> Record:
        """Return a fact as it is stored: JSON, about its case or the register."""
        kind = str(type(event).__struct_config__.tag)
        if isinstance(event, meetings.MeetingEvent):
            return Record(kind, event.session_id, _encode(event), _claims(event))
        return Record(kind, subject_of(event), _encode(event))

    def digest(self, command: Any) -> bytes:
        """Return a digest of the command's type and of what its sender asked for."""
        return blake2b(type(command).__name__.encode() + _encode(command), digest_size=16).digest()

    def rolled_back(self, state: State) -> None:
        """Nothing outside the state was told yet."""


def _claims(event: meetings.MeetingEvent) -> tuple[Claim, ...]:
    """A slot with two holders cannot be stored, whatever was decided."""
    if isinstance(event, meetings.SlotBooked):
        return (Claim(f"{event.session_id}#{event.booking.slot}", event.booking.id, taken=True),)
    if isinstance(event, meetings.BookingEnded) and event.state is not BookingState.SERVED:
        return (Claim(f"{event.session_id}#{event.slot}", event.booking_id, taken=False),)
    return ()


def decode(kind: str, body: bytes) -> Event:
    """Return a stored fact; its kind is within the body too."""
    fact: Event = _decode(body)
    assert fact.__struct_config__.tag == kind, f"entry says {kind}, body says {fact.__struct_config__.tag}"
    return fact


def load(log: EventLog) -> tuple[State, list[tuple[int, Event]]]:
    """
    Return the state that a log leads to, and every fact with its position.

    Raises:
        LogDamaged: An entry cannot be understood.
    """
    state, facts, position = State(), [], 0
    while entries := log.read(position, READ_AT_ONCE):
        for entry in entries:
            position = entry.position
            try:
                fact = decode(entry.kind, entry.body)
            except (msgspec.MsgspecError, AssertionError) as error:
                raise LogDamaged(f"the oversight log cannot be read: entry {position} is {entry.kind}") from error
            state = evolve(state, fact)
            facts.append((position, fact))
    return state, facts
