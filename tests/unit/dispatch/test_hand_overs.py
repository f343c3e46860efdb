"""A desk changes hands at the end of a shift, and nothing is without somebody who answers for it meanwhile."""

from dataclasses import replace

import pytest

from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch import events as e
from nazdik.dispatch.desk_commands import HandOverDesk, TakeOverDesk, WithdrawHandOver
from nazdik.dispatch.desk_model import HandOverId
from nazdik.dispatch.hand_overs import TAKE_WITHIN_S
from nazdik.dispatch.model import Alarm, AlarmCause
from nazdik.dispatch.rules import DESK_SILENT_S
from nazdik.intake import commands as i
from nazdik.intake.model import Channel, RingingEnd
from nazdik.kernel import Actor, CallId, OfficeId
from tests.town import Town, dispatcher

LEAVER = dispatcher()
COMER = replace(LEAVER, id="dispatcher:2")
GIVEN = HandOverId("p.h1")


@pytest.fixture
def town() -> Town:
    return Town()


def give(town: Town, *incidents: str, by: Actor = LEAVER, name: str = GIVEN) -> None:
    town.do(
        HandOverDesk(
            hand_over_id=HandOverId(name),
            office=OfficeId("p"),
            incidents=incidents,  # type: ignore[arg-type]
            note=" watch the river ",
        ),
        by=by,
    )


def take(town: Town, by: Actor = COMER) -> None:
    town.do(TakeOverDesk(hand_over_id=GIVEN), by=by)


def left(town: Town) -> list[Alarm]:
    return [alarm for alarm in town.world.alarms.values() if alarm.cause is AlarmCause.DESK_LEFT]


def keepers(town: Town) -> dict[str, str | None]:
    return {str(each.id): each.keeper for each in town.world.incidents.values()}


def test_a_desk_of_no_office_is_not_given(town: Town) -> None:
    for silent in (None, town.now):
        with pytest.raises(errors.OfficeNotFound):
            town.do(
                HandOverDesk(hand_over_id=GIVEN, office=OfficeId(""), incidents=(), note="", silent_since=silent),
                by=LEAVER,
            )
    assert not town.world.hand_overs


def test_until_a_desk_is_taken_it_is_its_leavers_and_then_all_of_it_the_next_ones(town: Town) -> None:
    first, second = town.incident(name="1"), town.incident(name="2", east_m=4000)
    town.do(c.CancelIncident(incident_id=second))
    give(town, first, second)
    assert keepers(town) == {first: "dispatcher:1", second: None}, "what has ended is nobody's"
    assert town.world.hand_overs[GIVEN].note == "watch the river"
    take(town)
    assert keepers(town)[first] == "dispatcher:2" and not town.world.hand_overs
    said = [type(fact) for fact in town.facts]
    assert e.DeskHandedOver in said and e.DeskTakenOver in said and said.count(e.IncidentKept) == 2


def test_what_came_to_the_leaver_after_giving_goes_too(town: Town) -> None:
    first = town.incident(name="1")
    give(town, first)
    take(town)
    later = town.incident(name="2", east_m=4000)
    give(town, first, later, by=COMER, name="p.h2")
    third = replace(LEAVER, id="dispatcher:3")
    town.do(TakeOverDesk(hand_over_id=HandOverId("p.h2")), by=third)
    assert keepers(town) == {first: "dispatcher:3", later: "dispatcher:3"}


def test_callers_on_the_line_and_to_call_back_go_with_the_desk(town: Town) -> None:
    line, back, other = CallId("p.c1"), CallId("p.c2"), CallId("p.c3")
    for call in (line, back, other):
        town.do(i.PresentCall(call_id=call, channel=Channel.TELEPHONE, number="0611"))
    town.do(i.AnswerCall(call_id=line), by=LEAVER)
    town.do(i.AnswerCall(call_id=other), by=COMER)
    town.do(i.EndRinging(call_id=back, how=RingingEnd.ABANDONED))
    town.do(i.TakeCallBack(call_id=back), by=LEAVER)
    give(town)
    assert town.writer.state.calls[line].answered_by == "dispatcher:1", "nobody is left alone in between"
    take(town)
    assert {town.writer.state.calls[call].answered_by for call in (line, other)} == {"dispatcher:2"}
    taken = town.writer.state.calls[back]
    assert taken.call_back_taker == "dispatcher:2" and (taken.call_back_taken_until or 0) > town.now


def test_whoever_leaves_takes_nothing_themselves_and_may_stay_after_all(town: Town) -> None:
    incident = town.incident()
    give(town, incident)
    with pytest.raises(errors.HandOverStands):
        give(town, incident, name="p.h2")
    with pytest.raises(errors.HandOverOwn):
        take(town, by=LEAVER)
    with pytest.raises(errors.HandOverNotYours):
        town.do(WithdrawHandOver(hand_over_id=GIVEN), by=COMER)
    town.do(WithdrawHandOver(hand_over_id=GIVEN), by=LEAVER)
    assert keepers(town) == {incident: "dispatcher:1"} and not town.world.hand_overs
    with pytest.raises(errors.HandOverNotFound):
        take(town)


def test_a_desk_that_nobody_takes_is_an_alarm_of_the_room_and_climbs(town: Town) -> None:
    incident = town.incident(priority=2)
    give(town, incident)
    town.wait(TAKE_WITHIN_S - 1)
    assert not left(town)
    town.wait(2)
    (alarm,) = left(town)
    assert (alarm.office, alarm.tier, alarm.priority, alarm.incident_id) == ("p", "province", 2, None)
    town.wait(121)
    assert left(town)[0].tier == "national"
    take(town)
    assert not left(town)


def test_an_empty_desk_and_one_that_is_taken_or_taken_back_in_time_alarm_nobody(town: Town) -> None:
    give(town)
    town.wait(TAKE_WITHIN_S + 1)
    assert not left(town), "nothing is open at it"
    take(town)
    give(town, town.incident())
    take(town)
    give(town, name="p.h2", by=COMER)
    town.do(WithdrawHandOver(hand_over_id=HandOverId("p.h2")), by=COMER)
    town.wait(TAKE_WITHIN_S + 1)
    assert not left(town) and not [key for key in town.world.deadlines if key.startswith("desk:")]


def test_a_desk_whose_screens_fell_silent_is_left_once_that_lasts_and_its_holder_may_come_back(town: Town) -> None:
    incident = town.incident(priority=2)
    gone = HandOverDesk(hand_over_id=GIVEN, office=OfficeId("p"), incidents=(incident,), silent_since=town.now)
    town.wait(DESK_SILENT_S - 1)
    town.do(gone, by=LEAVER)
    assert not town.world.hand_overs, "a page that is read again is back by then"
    town.wait(2)
    town.do(gone, by=LEAVER)
    assert town.world.hand_overs[GIVEN].silent_since == gone.silent_since
    town.wait(TAKE_WITHIN_S + 1)
    assert left(town)[0].priority == 2, "and it climbs as if it had been given"
    town.do(WithdrawHandOver(hand_over_id=GIVEN), by=LEAVER)
    assert not left(town) and keepers(town) == {incident: "dispatcher:1"}


def test_a_colleagues_incident_and_another_rooms_desk_are_refused(town: Town) -> None:
    incident = town.incident()
    give(town, incident)
    with pytest.raises(errors.HandOverNotYours):
        give(town, incident, by=COMER, name="p.h2")
    with pytest.raises(errors.HandOverNotFound):
        take(town, by=replace(COMER, office_id=OfficeId("p.a.1")))


def test_at_a_seat_of_the_demo_the_next_person_has_the_same_name(town: Town) -> None:
    seat = replace(LEAVER, id="seat:dispatcher:p")
    give(town, town.incident(), by=seat)
    take(town, by=seat)
    assert not town.world.hand_overs
