"""The law of the streams at a province's height: everyone holds what they may see, all of it and nothing else, at all times."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.bootstrap.desk import subscription_of
from nazdik.bootstrap.door import House
from nazdik.bootstrap.province_state import ProvinceState
from nazdik.bootstrap.views import ProvinceViews
from nazdik.dispatch.field_model import Message
from nazdik.dispatch.model import ACTIVE, Alarm, AlarmCause, Incident, World
from nazdik.fleet.lane import PositionLane
from nazdik.kernel import OfficeId, PersonId, ProvinceId, UnitId
from nazdik.organisation.model import Posting, Role
from nazdik.platform.eventlog.machine import Batch
from nazdik.platform.live import Hub
from tests.property.strategies import Step, new_town, play, scripts
from tests.property.test_live_streams import Client
from tests.town import START, PlainOffices, Town, VirtualClock

TREE = PlainOffices()
CREW = UnitId("p.u.A01")
POSTINGS = (
    Posting(PersonId("d"), Role.DISPATCHER, OfficeId("p")),
    Posting(PersonId("t"), Role.CALL_TAKER, OfficeId("p")),
    Posting(PersonId("s"), Role.STATION_DESK, OfficeId("p.a.1")),
    Posting(PersonId("s2"), Role.STATION_DESK, OfficeId("p.b.1")),
    Posting(PersonId("c"), Role.COUNTY_DESK, OfficeId("p.a")),
    Posting(PersonId("v"), Role.PROVINCE_DESK, OfficeId("p")),
    Posting(PersonId("n"), Role.NATIONAL_DESK, OfficeId("iran")),
    Posting(PersonId("o"), Role.OFFICER, OfficeId("p.a.1"), CREW),
)


@dataclass
class Slots:
    """The one thing that views ask of the position lane."""

    slots: dict[UnitId, int] = field(default_factory=dict)

    def enrol(self, unit_id: UnitId) -> int:
        return self.slots.setdefault(unit_id, len(self.slots))


class StreamedTown(Town):
    """A town whose every batch goes out through the real views and the real hub, as the control room does it."""

    def __init__(self) -> None:
        self.hub = Hub(changes_kept=40)
        self.views = ProvinceViews(TREE, cast(PositionLane, Slots()), VirtualClock(START))
        super().__init__()
        everything = self.views.everything(self.writer.state)
        self.hub.open("p", epoch="e", pos=0, at=self.now, items=everything)

    def _committed(self, batch: Batch[ProvinceState]) -> None:
        super()._committed(batch)
        facts = [fact for commit in batch.commits for fact in commit.events]
        items = self.views.touched(facts, batch.before, batch.after)
        self.hub.publish("p", pos=batch.position, at=batch.at, cmds=batch.command_ids, items=items)


def has(office: str, offices: list[str]) -> bool:
    return any(TREE.is_within(OfficeId(one), OfficeId(office)) for one in offices)


def alarm_reached(world: World, alarm: Alarm, office: str) -> bool:
    """Whether an alarm has climbed as far as this office, or is everybody's at once because an officer is in danger."""
    incident = world.incidents.get(alarm.incident_id) if alarm.incident_id is not None else None
    origin = incident.station if incident is not None else world.units[alarm.unit_id].office if alarm.unit_id else None
    origin = world.call_backs[alarm.call_id].office if alarm.call_id else origin
    origin = world.hand_overs[alarm.hand_over_id].office if alarm.hand_over_id else origin
    chain = TREE.chain_of(origin or alarm.office)
    if office not in chain:
        return office == alarm.office
    if alarm.cause is AlarmCause.PANIC:
        return True
    # A national office has itself above it, a province one more, and so on down to the station with four.
    return len(TREE.chain_of(OfficeId(office))) >= {"national": 1, "province": 2, "county": 3, "station": 4}[alarm.tier]


def told_crew(world: World, incident: Incident) -> bool:
    """Whether the crew works on it, or was told in its last turn on it that it is no longer theirs."""
    own = [world.assignments[a] for a in incident.assignments if world.assignments[a].unit_id == CREW]
    return bool(own) and own[-1].state not in ("refused", "cleared")


def talking(message: Message) -> list[str]:
    """The units that take part in a message."""
    return [message.from_unit] if message.from_unit is not None else [a.unit_id for a in message.to]


def works_on(world: World, incident: Incident) -> bool:
    return any(
        world.assignments[a].unit_id == CREW and world.assignments[a].state in ACTIVE for a in incident.assignments
    )


def expected(state: ProvinceState, posting: Posting) -> set[tuple[str, str]]:
    """What docs/architecture.md gives to whom, worked out without the views."""
    world, role, office = state.world, posting.role, str(posting.office)
    if role is Role.OFFICER:
        every = world.incidents.values()
        return {
            *(("unit", CREW) for _ in range(not world.units[CREW].is_gone)),
            *(("incident", i.id) for i in every if told_crew(world, i)),
            *(("crew_detail", i.id) for i in every if works_on(world, i)),
            *(("message", m.id) for m in world.messages.values() if CREW in talking(m)),
        }
    room = role in (Role.DISPATCHER, Role.CALL_TAKER)
    held = {i.id for i in world.incidents.values() if has(office, [t.office for t in i.taskings])}
    units = {u.id for u in world.units.values() if has(office, [u.office])}
    units |= {a.unit_id for a in world.assignments.values() if a.state in ACTIVE and a.incident_id in held}
    units -= {u.id for u in world.units.values() if u.is_gone}
    keys = {("incident", i) for i in held} | {("unit", u) for u in units}
    keys |= {("call_back", b.call_id) for b in world.call_backs.values() if has(office, [b.office]) or b.office == "p"}
    keys |= {("alarm", a.id) for a in world.alarms.values() if room or alarm_reached(world, a, office)}
    if room or role is Role.STATION_DESK:
        keys |= {("detail", i) for i in held}
    if role in (Role.DISPATCHER, Role.STATION_DESK):
        every_one = world.messages.values()
        keys |= {("message", m.id) for m in every_one if has(office, [world.units[u].office for u in talking(m)])}
    if room:
        keys |= {("call", call) for call in state.calls}
        keys |= {("hand_over", h.id) for h in world.hand_overs.values() if h.office == office}
    return keys


def secrets_in(held: dict[tuple[str, str], Any], posting: Posting) -> list[str]:
    """Personal words where none belong: in anything but details and calls, and at boards above the station."""
    found = []
    for (kind, thing), view in held.items():
        if kind not in ("detail", "crew_detail", "call") and "secret" in str(view):
            found.append(f"{kind} {thing}")
        if kind == "crew_detail" and view["recommendation"] is not None:
            found.append(f"the crew of {thing} sees who else could have gone")
    return found


@settings(max_examples=120, deadline=None)
@given(scripts, st.lists(st.integers(0, 3), min_size=45, max_size=45))
def test_everyone_holds_what_they_may_see_and_nothing_else(script: list[Step], fates: list[int]) -> None:
    town = new_town(StreamedTown)
    assert isinstance(town, StreamedTown)
    house = House(rooms={ProvinceId("p"): cast(Any, SimpleNamespace())}, offices=TREE, clock=town.clock)
    clients = [Client(subscription_of(posting, house)) for posting in POSTINGS]

    def back(client: Client) -> None:
        client.connection = town.hub.connect(client.subscription)
        town.hub.begin(client.connection, client.at)

    def look(client: Client, posting: Posting) -> None:
        client.read()
        held = client.held["p"]
        assert set(held) == expected(town.writer.state, posting), posting.role
        assert secrets_in(held, posting) == []
        fresh = Client(client.subscription)
        back(fresh)
        fresh.read()
        assert held == fresh.held["p"], "snapshot plus changes is the later snapshot"
        assert fresh.connection is not None
        town.hub.disconnect(fresh.connection)

    for client in clients:
        back(client)
    for n, step in enumerate(script):
        play(town, step)
        for number, (client, posting) in enumerate(zip(clients, POSTINGS, strict=True)):
            fate = (fates[n] + number) % 4
            if client.connection is None and fate < 2:
                back(client)
            elif client.connection is not None and fate == 3 and n % 5 == 0:
                town.hub.disconnect(client.connection)
                client.connection = None
            if client.connection is not None and n % 3 == fates[n] % 3:
                look(client, posting)
    for client, posting in zip(clients, POSTINGS, strict=True):
        if client.connection is None:
            back(client)
        look(client, posting)
