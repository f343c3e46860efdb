"""Who learns of what: what a fact changes for those who may see it, also when it is not about the thing they see."""

from typing import Any

import numpy as np
import pytest

from nazdik.bootstrap.desk import subscription_of
from nazdik.bootstrap.door import House
from nazdik.dispatch import commands as c
from nazdik.dispatch.desk_commands import HandOverDesk
from nazdik.dispatch.desk_model import HandOverId
from nazdik.dispatch.field_model import MessageId
from nazdik.dispatch.unit_commands import BringBackUnit, ChangeUnit, RetireUnit
from nazdik.intake import commands as i
from nazdik.intake.model import Channel
from nazdik.kernel import AlarmId, CallId, IncidentId, OfficeId, PersonId, ProvinceId, UnitId
from nazdik.organisation.model import Posting, Role
from tests.property.test_live_streams import Client
from tests.property.test_province_streams import TREE, StreamedTown
from tests.town import at_m, dispatcher, officer


@pytest.fixture
def town() -> StreamedTown:
    return StreamedTown()


def listener(town: StreamedTown, role: Role, office: str, unit: UnitId | None = None) -> Client:
    rooms: Any = {ProvinceId("p"): None}
    house = House(rooms=rooms, offices=TREE, clock=town.clock)
    client = Client(subscription_of(Posting(PersonId("x"), role, OfficeId(office), unit), house))
    client.connection = town.hub.connect(client.subscription)
    town.hub.begin(client.connection, {})
    return client


def sees(client: Client, kind: str) -> set[str]:
    client.read()
    return {thing for item_kind, thing in client.held["p"] if item_kind == kind}


def panic(town: StreamedTown) -> tuple[UnitId, AlarmId]:
    unit = town.unit("A01", 1000)
    town.do(
        c.DeclareEmergency(unit_id=unit, incident_id=IncidentId("p.ip"), point=at_m(1000)), by=officer(unit)
    )  # fmt: skip
    return unit, AlarmId("p.ip!A01!panic")


def test_an_office_that_is_given_an_incident_sees_the_units_on_it_at_once(town: StreamedTown) -> None:
    unit = town.unit("A01", 1000)
    incident = town.incident()
    other = listener(town, Role.STATION_DESK, "p.b.1")
    assert sees(other, "unit") == set()
    town.do(c.MonitorIncident(incident_id=incident, office=OfficeId("p.b.1")), by=dispatcher())
    assert sees(other, "unit") == {unit}
    town.do(c.MonitorIncident(incident_id=incident, office=OfficeId("p.b.1"), watching=False), by=dispatcher())
    assert sees(other, "unit") == set()


def test_a_draft_has_its_detail_from_the_beginning(town: StreamedTown) -> None:
    room = listener(town, Role.DISPATCHER, "p")
    call = CallId("p.c1")
    town.do(i.PresentCall(call_id=call, channel=Channel.TELEPHONE))
    town.do(i.DescribeCall(call_id=call, kind="fight"))
    assert sees(room, "detail") == sees(room, "incident") == {"p.i1"}


def test_when_an_incident_moves_its_alarms_go_to_the_new_station(town: StreamedTown) -> None:
    incident = town.incident(priority=1)
    new = listener(town, Role.STATION_DESK, "p.b.1")
    town.wait(100)
    town.do(c.ChangePlace(incident_id=incident, point=at_m(16_000)), by=dispatcher())
    assert sees(new, "alarm") == set(town.world.alarms) != set()


def test_an_emergency_is_everybodys_at_once_and_stays_so_when_it_moves(town: StreamedTown) -> None:
    desks = [listener(town, Role.STATION_DESK, "p.a.1"), listener(town, Role.NATIONAL_DESK, "iran")]
    _, alarm = panic(town)
    assert all(alarm in sees(desk, "alarm") for desk in desks)
    town.do(c.ChangePlace(incident_id=IncidentId("p.ip"), point=at_m(16_000)), by=dispatcher())
    assert all(alarm in sees(desk, "alarm") for desk in desks)


def test_an_emergency_outlasts_its_incident_on_every_board(town: StreamedTown) -> None:
    desks = [listener(town, Role.DISPATCHER, "p"), listener(town, Role.STATION_DESK, "p.a.1")]
    unit, alarm = panic(town)
    town.wait(1000)
    assert town.world.alarms[alarm].tier == "national"
    town.do(c.CancelIncident(incident_id=IncidentId("p.ip")), by=dispatcher())
    town.wait(86_500)
    assert not town.world.incidents
    assert all(sees(desk, "alarm") == {alarm} for desk in desks)
    rooms: Any = {ProvinceId("p"): None}
    concerned, _ = House(rooms=rooms, offices=TREE, clock=town.clock).concerned(town.world, alarm)
    assert "p.a.1" in concerned, "the room may still take it"
    town.do(c.EndEmergency(unit_id=unit), by=officer(unit))
    assert all(sees(desk, "alarm") == set() for desk in desks)


def test_a_desk_that_nobody_takes_stays_before_its_own_room_however_high_its_alarm_climbs(town: StreamedTown) -> None:
    desks = [listener(town, Role.DISPATCHER, "p"), listener(town, Role.NATIONAL_DESK, "iran")]
    given = HandOverId("p.h1")
    leaving = HandOverDesk(hand_over_id=given, office=OfficeId("p"), incidents=(town.incident(),), note="")
    town.do(leaving, by=dispatcher())
    town.wait(10_000)
    alarm = next(each for each in town.world.alarms.values() if each.hand_over_id == given)
    assert alarm.office == "iran"
    assert all(alarm.id in sees(desk, "alarm") for desk in desks)
    rooms: Any = {ProvinceId("p"): None}
    concerned, _ = House(rooms=rooms, offices=TREE, clock=town.clock).concerned(town.world, alarm.id)
    assert "p" in concerned, "the room may still take it"


def test_a_unit_that_moves_is_its_new_stations_with_what_was_written_to_it(town: StreamedTown) -> None:
    unit = town.unit("A01", 1000)
    old, new = (listener(town, Role.STATION_DESK, office) for office in ("p.a.1", "p.b.1"))
    town.do(c.SendMessage(message_id=MessageId("p.m1"), text="بیایید", unit_id=unit), by=dispatcher())
    assert (sees(old, "unit"), sees(old, "message")) == ({unit}, {"p.m1"})
    town.do(ChangeUnit(unit_id=unit, office=OfficeId("p.b.1")))
    assert (sees(new, "unit"), sees(new, "message")) == ({unit}, {"p.m1"})
    assert (sees(old, "unit"), sees(old, "message")) == (set(), set())
    town.do(ChangeUnit(unit_id=unit, office=OfficeId("p.b")))
    assert (sees(new, "unit"), sees(new, "message")) == (set(), set()), "its county has it now"


def test_a_retired_unit_is_on_no_screen_and_its_last_place_on_no_map(town: StreamedTown) -> None:
    unit, other = town.unit("A01", 1000), town.unit("A02", 2000)
    desk = listener(town, Role.STATION_DESK, "p.a.1")
    crew = listener(town, Role.OFFICER, "p.a.1", unit)
    slots = np.array([town.views.slot_of(unit), town.views.slot_of(other)])

    def on_map() -> list[int]:
        return town.views.visible(town.writer.state, slots)(desk.subscription).tolist()

    assert (sees(desk, "unit"), sees(crew, "unit"), on_map()) == ({unit, other}, {unit}, [0, 1])
    town.do(RetireUnit(unit_id=unit))
    assert (sees(desk, "unit"), sees(crew, "unit"), on_map()) == ({other}, set(), [1])
    town.do(BringBackUnit(unit_id=unit))
    assert (sees(desk, "unit"), sees(crew, "unit"), on_map()) == ({unit, other}, {unit}, [0, 1])
