"""A province's machine: what is decided in one command, what is claimed, how a state comes back from its log."""

from typing import Any

import pytest

from nazdik.bootstrap.control_room import load_state
from nazdik.bootstrap.desk import subscription_of
from nazdik.bootstrap.door import House, RequestDoor, province_of
from nazdik.bootstrap.province_state import STATE_VERSION, fold
from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.dispatch import commands as c
from nazdik.intake import commands as i
from nazdik.intake.model import Channel
from nazdik.kernel import CallId, OfficeId, PersonId, ProvinceId, UnitId
from nazdik.organisation.model import Posting, Role
from nazdik.platform.eventlog.entry import NewEntry
from nazdik.platform.eventlog.memory import MemoryLog
from tests.property.test_province_streams import TREE
from tests.town import Town, at_m, dispatcher, officer

ROOMS: Any = {ProvinceId("p"): None}


@pytest.fixture
def town() -> Town:
    return Town()


def test_a_unit_that_is_sent_is_claimed_and_given_back_when_it_is_done(town: Town) -> None:
    unit = town.unit("A01", 1000)
    incident = town.incident()
    (assignment,) = town.on(incident)
    assert town.log.held() == {unit: assignment.id}
    town.do(c.RefuseOffer(assignment_id=assignment.id, reason="vehicle_fault"), by=officer(unit))
    assert town.log.held() == {}


def test_one_command_with_all_that_follows_is_one_entry_in_the_log_of_answers(town: Town) -> None:
    town.unit("A01", 1000)
    call = CallId("p.c1")
    town.do(i.PresentCall(call_id=call, channel=Channel.TELEPHONE))
    before = len(town.log.entries)
    answer = town.do(i.ClassifyCall(call_id=call, kind="fight", point=at_m(900)), by=dispatcher(), key="k")
    entries = town.log.entries[before:]
    assert {entry.command_id for entry in entries} == {"k"}
    assert [entry.step for entry in entries] == list(range(len(entries)))
    assert answer.ids == {"incident_id": "p.i1", "incident_number": 1, "assignment_ids": ["p.i1.1"]}
    again = town.do(i.ClassifyCall(call_id=call, kind="fight", point=at_m(900)), by=dispatcher(), key="k")
    assert again.duplicate and again.ids == answer.ids and len(town.log.entries) == before + len(entries)


def test_a_command_that_fails_half_way_leaves_the_road_as_it_was(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal had freed the unit and the road had heard of it, when the question who is next broke down."""
    unit = town.unit("A01", 1000)
    (assignment,) = town.on(town.incident())
    state, masks = town.writer.state, dict(town.road.masks)

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("the road is gone")

    monkeypatch.setattr(town.road, "nearest", broken)
    with pytest.raises(RuntimeError):
        town.do(c.RefuseOffer(assignment_id=assignment.id, reason="vehicle_fault"), by=officer(unit))
    assert town.writer.state == state
    assert town.road.masks == masks


def test_a_state_comes_back_from_a_snapshot_and_what_came_after_it(town: Town) -> None:
    town.unit("A01", 1000)
    town.incident(name="1")
    middle = town.writer.state
    town.log.save_snapshot(len(town.log.entries), STATE_VERSION, snapshot(middle))
    town.incident(name="2", east_m=4000)
    town.wait(40)
    assert load_state(town.log, ProvinceId("p")) == town.writer.state != middle
    fresh = MemoryLog(town.log.epoch)
    for entry in town.log.entries:
        given = {name: getattr(entry, name) for name in NewEntry.__struct_fields__}
        fresh.append([NewEntry(**given)], expected_position=entry.position - 1)
    assert load_state(fresh, ProvinceId("p")) == town.writer.state, "with the snapshot or without"


def test_equal_states_give_equal_bytes_whatever_way_they_came_about(town: Town) -> None:
    for number in range(40):
        town.unit(f"A{number:02d}", 100.0 * number)
    live = town.writer.state
    assert snapshot(restore(snapshot(live))) == snapshot(live)
    state = restore(snapshot(live))
    for fact in town.facts[-4:]:
        state = fold(state, fact)
    assert snapshot(state) == snapshot(live)


def test_every_id_says_its_province() -> None:
    for thing in ("khuzestan.i01", "khuzestan.u.A01", "khuzestan!x", "khuzestan", "khuzestan.i01!waiting"):
        assert province_of(thing) == "khuzestan"


def test_the_same_sender_and_key_begin_the_same_thing_and_no_other() -> None:
    from nazdik.platform.clock import VirtualClock

    house = House(rooms=ROOMS, offices=TREE, clock=VirtualClock())
    sara, reza = (Posting(PersonId(name), Role.CALL_TAKER, OfficeId("p")) for name in ("sara", "reza"))
    ids = {
        (posting.person, key): RequestDoor(house, posting, key).incident_id()
        for posting in (sara, reza)
        for key in ("1", "2")
    }
    assert len(set(ids.values())) == 4
    assert RequestDoor(house, sara, "1").incident_id() == ids["sara", "1"]
    assert RequestDoor(house, sara, "1").call_id() != ids["sara", "1"].replace(".i", ".c")


def test_a_desk_follows_the_provinces_below_it_and_a_crew_its_own(town: Town) -> None:
    rooms: Any = {ProvinceId(name): None for name in ("p", "q")}
    house = House(rooms=rooms, offices=TREE, clock=town.clock)

    def follows(role: Role, office: str, unit: str | None = None) -> tuple[str, ...]:
        own = UnitId(unit) if unit else None
        return subscription_of(Posting(PersonId("x"), role, OfficeId(office), own), house).streams

    assert follows(Role.NATIONAL_DESK, "iran") == ("p",), "q is in no tree"
    assert follows(Role.STATION_DESK, "p.b.1") == ("p",)
    assert follows(Role.OFFICER, "p.a.1", "p.u.A01") == ("p",)
