"""The index of past calls follows a log: it takes what is told of calls and leaves everybody else's words sealed."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.past_calls import CallBook
from nazdik.bootstrap.province import ProvinceMachine
from nazdik.bootstrap.words import PERSONAL
from nazdik.dispatch import events as d
from nazdik.intake import events as e
from nazdik.intake.model import Channel
from nazdik.intake.past import PastCalls
from nazdik.kernel import CallId, CommandId, IncidentId, ProvinceId
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import MemoryLog, NewEntry
from nazdik.platform.eventlog.entry import Entry
from nazdik.platform.eventlog.word_keys import KeyFiles
from nazdik.platform.eventlog.words import SealedLog
from tests.town import START, Town

P, NUMBER = ProvinceId("p"), "09161234567"


class _Watched(SealedLog):
    """Notes which entries were opened."""

    opened_kinds: list[str]

    def opened(self, e: Entry) -> Entry:
        self.opened_kinds.append(e.kind)
        return super().opened(e)


def _log_of(tmp_path: Path, machine: ProvinceMachine, facts: list[Any]) -> _Watched:
    log = _Watched(MemoryLog(), KeyFiles(tmp_path / "words"), PERSONAL)
    log.opened_kinds = []
    for n, fact in enumerate(facts):
        r = machine.record(fact)
        entry = NewEntry(START, CommandId(f"c{n}"), 0, b"digest of it 16b", "desk", r.kind, r.subject, r.body)
        log.append([entry], expected_position=n)
    return log


def test_a_call_is_found_by_its_number_and_no_other_words_are_opened(tmp_path: Path) -> None:
    call, incident = CallId("p.c1"), IncidentId("p.i1")
    facts = [
        e.CallPresented(at=START, call_id=call, channel=Channel.TELEPHONE, number=NUMBER),
        d.NoteAdded(at=START, incident_id=incident, by="desk", text="words of an incident"),
        d.DispositionRecorded(at=START, incident_id=incident, disposition="unfounded"),
    ]
    log = _log_of(tmp_path, Town().machine, facts)
    room = cast(ControlRoom, SimpleNamespace(province=P, log=log, listeners=[]))
    book = CallBook(PastCalls(tmp_path / "past.sqlite", tmp_path / "key"), {P: room}, VirtualClock(START), days=30)

    async def look() -> tuple[int, list[Any]]:
        try:
            return await book.calls_of(P, (NUMBER,), 5)
        finally:
            await book.close()

    count, found = asyncio.run(look())
    assert (count, [each.id for each in found]) == (1, [call])
    assert log.opened_kinds == ["intake.call_presented.v1", "dispatch.disposition_recorded.v1"]
