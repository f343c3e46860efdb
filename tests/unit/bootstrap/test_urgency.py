"""An urgent call never waits for one that can wait, whatever waits (I16)."""

import asyncio
import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.province_state import ProvinceState
from nazdik.bootstrap.urgency import LAST, Turn, turn_of
from nazdik.bootstrap.views import ProvinceViews
from nazdik.dispatch import commands as c
from nazdik.fleet.lane import PositionLane
from nazdik.geo.conditions.commands import ConditionDue
from nazdik.intake import commands as i
from nazdik.intake.model import Channel
from nazdik.kernel import Actor, AlarmId, CallId, CommandId, Context, Instant, ProvinceId
from nazdik.kernel.context import SYSTEM
from nazdik.platform.eventlog.entry import NewEntry
from nazdik.platform.eventlog.memory import MemoryLog
from nazdik.platform.live import Hub
from nazdik.platform.turns import AT_ONCE, Busy, Turns
from tests.property.test_province_streams import TREE, Slots
from tests.town import Town, at_m, dispatcher, officer

TAKER = Actor(id="taker", role="call_taker")
CALL = CallId("p.c1")


@pytest.fixture
def town() -> Town:
    town = Town()
    for sign, east_m in (("A01", 1000), ("A02", 2000)):
        town.unit(sign, east_m)
    town.incident("shooting", name="urgent")
    town.incident("noise", 1500, name="slow")
    town.do(i.PresentCall(call_id=CALL, channel=Channel.TELEPHONE))
    return town


def turn(town: Town, command: Any, by: Actor = TAKER) -> Turn | None:
    return turn_of(town.writer.state, command, by, town.machine.kinds)


def rank(town: Town, command: Any, by: Actor = TAKER) -> int:
    taken = turn(town, command, by)
    return taken.rank if taken is not None else 1


def test_what_is_urgent_passes_and_what_is_not_goes_by_its_priority(town: Town) -> None:
    urgent, slow = town.get("p.iurgent"), town.get("p.islow")  # type: ignore[arg-type]
    assert urgent.priority == 1 and slow.priority is not None and slow.priority > 1
    for incident, wanted in ((urgent, 1), (slow, slow.priority)):
        assert rank(town, c.AddNote(incident_id=incident.id, text="x"), dispatcher()) == wanted
        assert rank(town, c.DeadlinePassed(key=f"wait:{incident.id}"), SYSTEM) == wanted
        for assignment in town.on(incident.id):
            assert rank(town, c.WithdrawAssignment(assignment_id=assignment.id), dispatcher()) == wanted
            assert rank(town, c.DeadlinePassed(key=f"answer:{assignment.id}"), SYSTEM) == wanted
            assert rank(town, c.SendMessage(message_id="m", text="x", unit_id=assignment.unit_id)) == wanted  # type: ignore[arg-type]
            assert turn(town, c.AcceptOffer(assignment_id=assignment.id), officer(assignment.unit_id)) is None
    raised = c.ChangePriority(incident_id=slow.id, priority=1)
    assert turn(town, raised, dispatcher()) is None, "who says that it is urgent is believed"


def test_a_call_is_never_sent_away_and_goes_by_what_is_told_of_it(town: Town) -> None:
    assert turn(town, i.PresentCall(call_id=CallId("p.c2"), channel=Channel.SOS)) is None
    assert turn(town, i.AnswerCall(call_id=CALL)) is None
    told = i.ClassifyCall(call_id=CALL, kind="noise", point=at_m(10))
    taken = turn(town, told)
    assert taken is not None and taken.rank > 1 and not taken.may_refuse
    assert turn(town, i.ClassifyCall(call_id=CALL, kind="noise", point=at_m(10), priority=1)) is None
    assert turn(town, i.ClassifyCall(call_id=CALL, kind="shooting", point=at_m(10))) is None
    assert turn(town, i.DescribeCall(call_id=CALL, narrative="…")) is None, "nobody knows yet: it may be urgent"
    town.do(i.DescribeCall(call_id=CALL, kind="shooting", point=at_m(10)))
    assert turn(town, told) is None, "what was drafted as urgent is not put back before it is decided"


def test_what_is_about_nothing_urgent_comes_last(town: Town) -> None:
    seen = c.RecordSeen(incident_id=town.get("p.islow").id, tier="county")  # type: ignore[arg-type]
    assert turn(town, seen) == Turn(LAST, may_refuse=False)
    assert turn(town, ConditionDue(key="x"), SYSTEM) == Turn(LAST, may_refuse=False)
    assert turn(town, c.AcknowledgeAlarm(alarm_id=AlarmId("none"))) == Turn(LAST, may_refuse=True)
    assert turn(town, c.AcknowledgeAlarms(alarm_ids=(AlarmId("none"),))) == Turn(LAST, may_refuse=True)
    assert turn(town, c.StartDuty(unit_id=town.car("p.u.A01").id), SYSTEM) is None  # type: ignore[arg-type]


class SlowDisk(MemoryLog):
    """A disk that writes when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
        assert self.gate.wait(10)
        super().append(entries, expected_position=expected_position)


async def test_a_flood_of_slow_incidents_does_not_stand_before_an_urgent_one() -> None:
    town, disk = Town(), SlowDisk()
    lane = cast(PositionLane, SimpleNamespace(enrol=Slots().enrol, watch=None, unwatch=lambda _: None))
    room = ControlRoom(
        ProvinceId("p"),
        log=disk,
        machine=town.machine,
        views=ProvinceViews(TREE, lane, town.clock),
        lane=lane,
        hub=Hub(),
        clock=town.clock,
    )
    room._hub.open("p", epoch="e", pos=0, at=town.now, items=())

    async def open_(name: str, kind: str) -> int:
        command = c.ClassifyIncident(incident_id=f"p.i{name}", kind=kind, point=at_m(1000))  # type: ignore[arg-type]
        return (await room.submit(command, Context(Instant(town.now), dispatcher(), CommandId(name)))).position

    disk.gate.clear()
    flood = [asyncio.ensure_future(open_(f"slow{n}", "noise")) for n in range(40)]
    await asyncio.sleep(0.01)
    assert room.turns.waiting == 40 - AT_ONCE
    urgent = asyncio.ensure_future(open_("urgent", "shooting"))
    await asyncio.sleep(0.01)
    disk.gate.set()
    position, *slow = await asyncio.gather(urgent, *flood)
    assert sum(other < position for other in slow) <= AT_ONCE
    assert len({position, *slow}) == 41 and len(room.state.world.incidents) == 41, "all of it was done in the end"
    room.turns = Turns(waiting_max=0, at_once=0)
    with pytest.raises(Busy):
        note = c.AddNote(incident_id="p.islow1", text="x")  # type: ignore[arg-type]
        await room.submit(note, Context(town.now, dispatcher(), CommandId("note")))
    assert await open_("late", "noise"), "a new incident is not sent away"
    await room.writer.close()


def test_one_thing_that_cannot_be_shown_takes_nothing_else_off_the_screens(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, town: Town
) -> None:
    views = ProvinceViews(TREE, cast(PositionLane, Slots()), town.clock)
    state: ProvinceState = town.writer.state
    whole = {(item.kind, item.id) for item in views.everything(state)}
    scopes = ProvinceViews.scopes_of_incident

    def poisoned(self: ProvinceViews, world: Any, incident: Any) -> frozenset[str]:
        if incident.id == "p.islow":
            raise ValueError("a call that nobody foresaw")
        return scopes(self, world, incident)

    monkeypatch.setattr(ProvinceViews, "scopes_of_incident", poisoned)
    shown = {(item.kind, item.id) for item in views.everything(state)}
    assert {thing for _, thing in whole - shown} == {"p.islow"} and ("incident", "p.iurgent") in shown
    assert "incident p.islow cannot be shown" in caplog.text
