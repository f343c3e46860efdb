"""Whoever gave up ringing is called back in time, or an alarm climbs until somebody is."""

import pytest

from nazdik.dispatch import commands as d
from nazdik.dispatch.errors import RulesInvalid
from nazdik.dispatch.model import Alarm
from nazdik.dispatch.rules import CallBackRules, Rules
from nazdik.intake import commands as c
from nazdik.intake import errors
from nazdik.intake.model import Call, CallBack, CallBackResult, Channel, LocationSource, Outcome, RingingEnd
from nazdik.kernel import Actor, AlarmId, CallId, OfficeId, rfc3339
from nazdik.kernel.instant import plus_s
from tests.town import START, Town, at_m, dispatcher

CALL, OTHER = CallId("p.c1"), CallId("p.c2")
ALARM = AlarmId("p.c1!call_back")
EXCHANGE = Actor("gateway:p", "gateway", OfficeId("p"))
ONE, TWO = (Actor(f"desk-{n}", "call_taker", OfficeId("p")) for n in (1, 2))


@pytest.fixture
def town() -> Town:
    town = Town()
    give_up(town, CALL)
    return town


def give_up(town: Town, call_id: CallId, *, number: str = "+98611", east_m: float | None = None) -> None:
    town.do(c.PresentCall(call_id=call_id, channel=Channel.TELEPHONE, number=number, exchange_id=call_id), by=EXCHANGE)
    if east_m is not None:
        place = c.LocateCall(call_id=call_id, source=LocationSource.NETWORK, point=at_m(east_m), accuracy_m=300.0)
        town.do(place, by=EXCHANGE)
    town.do(c.EndRinging(call_id=call_id, how=RingingEnd.ABANDONED), by=EXCHANGE)


def tried(town: Town, result: CallBackResult, *, by: Actor = ONE, call_id: CallId = CALL) -> None:
    town.do(c.TryCallBack(call_id=call_id, result=result), by=by)


def alarm(town: Town) -> Alarm | None:
    return town.world.alarms.get(ALARM)


def call(town: Town, call_id: CallId = CALL) -> Call:
    return town.writer.state.calls[call_id]


def test_nobody_called_back_in_time_becomes_an_alarm_that_climbs(town: Town) -> None:
    town.wait(119)
    assert alarm(town) is None
    town.wait(1)
    raised = alarm(town)
    assert raised is not None and (raised.office, raised.tier, raised.priority) == ("p", "province", 2)
    assert raised.call_id == CALL
    town.wait(121)
    raised = alarm(town)
    assert raised is not None and raised.tier == "national", "nobody took it"


def test_the_alarm_begins_at_the_station_of_the_telephone() -> None:
    town = Town()
    give_up(town, CALL, east_m=7_500)
    assert town.world.call_backs[CALL].office == "p.a.2"
    town.wait(120)
    raised = alarm(town)
    assert raised is not None and (raised.office, raised.tier) == ("p.a.2", "station")
    for tier, climb_s in (("county", 30), ("province", 60), ("national", 120)):
        town.wait(climb_s)
        raised = alarm(town)
        assert raised is not None and raised.tier == tier


def test_a_try_in_vain_takes_the_alarm_down_and_winds_the_clock_anew(town: Town) -> None:
    town.wait(130)
    tried(town, CallBackResult.NO_ANSWER)
    assert alarm(town) is None
    assert town.world.call_backs[CALL].late_at == plus_s(town.now, 300)
    assert (town.world.call_backs[CALL].since, town.world.call_backs[CALL].tries) == (START, 1)
    town.wait(299)
    assert alarm(town) is None
    town.wait(1)
    assert alarm(town) is not None


@pytest.mark.parametrize("result", [CallBackResult.REACHED, CallBackResult.NOT_NEEDED])
def test_who_is_reached_or_need_not_be_leaves_no_clock_and_no_alarm(town: Town, result: CallBackResult) -> None:
    town.wait(130)
    tried(town, result)
    assert alarm(town) is None and not town.world.call_backs
    town.wait(3600)
    assert alarm(town) is None
    assert not [key for key in town.world.deadlines if key.startswith(("callback:", "climb:"))]


def test_who_calls_again_settles_it_by_answering(town: Town) -> None:
    town.wait(130)
    town.do(c.PresentCall(call_id=OTHER, channel=Channel.TELEPHONE, number="+98611", exchange_id=OTHER), by=EXCHANGE)
    assert call(town).call_back is CallBack.DUE, "ringing again is not being heard"
    town.do(c.AnswerCall(call_id=OTHER), by=TWO)
    assert call(town).call_back is CallBack.DONE and alarm(town) is None


def test_who_gave_up_twice_is_reached_once(town: Town) -> None:
    give_up(town, OTHER)
    tried(town, CallBackResult.REACHED)
    assert (call(town).call_back, call(town, OTHER).call_back) == (CallBack.DONE, CallBack.DONE)
    assert not town.world.call_backs


def test_a_desk_that_closes_the_call_settles_it_unless_it_is_only_called_abandoned() -> None:
    town = Town()
    for call_id, outcome in ((CALL, Outcome.ABANDONED), (OTHER, Outcome.WRONG_NUMBER)):
        town.do(
            c.PresentCall(call_id=call_id, channel=Channel.TELEPHONE, number=call_id, exchange_id=call_id), by=EXCHANGE
        )
        town.do(c.AnswerCall(call_id=call_id), by=ONE)
        town.do(c.EndRinging(call_id=call_id, how=RingingEnd.ABANDONED), by=EXCHANGE)
        town.do(c.CloseCall(call_id=call_id, outcome=outcome), by=ONE)
    assert set(town.world.call_backs) == {CALL}


def test_two_desks_take_it_and_one_has_it(town: Town) -> None:
    town.do(c.TakeCallBack(call_id=CALL), by=ONE)
    with pytest.raises(errors.CallBackTakenByOther) as refused:
        town.do(c.TakeCallBack(call_id=CALL), by=TWO)
    assert refused.value.details == {"call_id": CALL, "by": "desk-1", "until": call(town).call_back_taken_until}
    with pytest.raises(errors.CallBackTakenByOther):
        tried(town, CallBackResult.BUSY, by=TWO)
    tried(town, CallBackResult.BUSY)
    assert call(town).call_back_taker is None, "a try gives it back to all"
    tried(town, CallBackResult.REACHED, by=TWO)
    assert call(town).answered_by == "desk-2"


def test_who_took_it_and_walked_away_holds_it_for_three_minutes(town: Town) -> None:
    town.do(c.TakeCallBack(call_id=CALL), by=ONE)
    town.wait(179)
    with pytest.raises(errors.CallBackTakenByOther):
        town.do(c.TakeCallBack(call_id=CALL), by=TWO)
    town.wait(1)
    town.do(c.TakeCallBack(call_id=CALL), by=TWO)
    assert call(town).call_back_taker == "desk-2"
    assert alarm(town) is not None, "taking it on stops no clock: only a try does"


def test_what_is_left_is_everybodys_again(town: Town) -> None:
    town.do(c.TakeCallBack(call_id=CALL), by=ONE)
    assert town.do(c.LeaveCallBack(call_id=CALL), by=TWO).events == (), "it is not theirs to leave"
    town.do(c.LeaveCallBack(call_id=CALL), by=ONE)
    town.do(c.TakeCallBack(call_id=CALL), by=TWO)
    assert call(town).call_back_taker == "desk-2"


def test_an_office_sets_its_own_limits() -> None:
    town = Town()
    own = CallBackRules(within_s=(20, 30, 40, 50, 60), unknown_s=45, again_s=90)
    town.do(d.SetRules(office=OfficeId("p"), rules=Rules(call_backs=own)), by=dispatcher())
    give_up(town, CALL)
    assert town.world.call_backs[CALL].late_at == plus_s(START, 45)
    with pytest.raises(RulesInvalid):
        bad = Rules(call_backs=CallBackRules(unknown_s=1))
        town.do(d.SetRules(office=OfficeId("p"), rules=bad), by=dispatcher())


def test_taking_the_alarm_stops_its_climbing_and_a_later_limit_raises_it_again(town: Town) -> None:
    town.wait(120)
    town.do(d.AcknowledgeAlarm(alarm_id=ALARM), by=dispatcher())
    town.wait(600)
    standing = alarm(town)
    assert standing is not None and standing.tier == "province" and standing.acknowledged_by == "dispatcher:1"
    tried(town, CallBackResult.NO_ANSWER)
    town.wait(300)
    standing = alarm(town)
    assert standing is not None and standing.acknowledged_at is None
    assert rfc3339(standing.raised_at) == rfc3339(town.now)
