"""The life of a call: it rings, somebody takes it, it becomes an incident, joins one, or ends without."""

import pytest

from nazdik.dispatch import errors as dispatch_errors
from nazdik.intake import commands as c
from nazdik.intake import errors
from nazdik.intake.model import Call, CallState, Channel, LocationSource, Outcome
from nazdik.intake.projections import call_view
from nazdik.kernel import Actor, CallId, IncidentId, LonLat, OfficeId
from nazdik.kernel.instant import plus_s
from tests.town import Town, at_m, dispatcher

CALL, OTHER = CallId("p.c1"), CallId("p.c2")
BEGUN = IncidentId("p.i1")
SARA = Actor("sara", "call_taker", OfficeId("p"))
REZA = Actor("reza", "call_taker", OfficeId("p"))
EXCHANGE = Actor("gateway:p", "gateway", OfficeId("p"))


@pytest.fixture
def town() -> Town:
    town = Town()
    town.do(c.PresentCall(call_id=CALL, channel=Channel.TELEPHONE, number="061"), by=EXCHANGE)
    return town


def call(town: Town, call_id: CallId = CALL) -> Call:
    return town.writer.state.calls[call_id]


def classify(town: Town, call_id: CallId = CALL) -> None:
    town.do(c.ClassifyCall(call_id=call_id, kind="fight", point=at_m(1000), narrative="two men"), by=SARA)


def test_a_ringing_call_is_taken_once_and_by_one(town: Town) -> None:
    assert call(town).state is CallState.RINGING
    town.do(c.AnswerCall(call_id=CALL), by=SARA)
    assert town.do(c.AnswerCall(call_id=CALL), by=SARA).events == (), "taking it twice changes nothing"
    with pytest.raises(errors.CallTaken) as refusal:
        town.do(c.AnswerCall(call_id=CALL), by=REZA)
    assert refusal.value.details["by"] == "sara"
    assert (call(town).answered_by, call(town).answered_at) == ("sara", town.now)


def test_a_call_that_is_presented_twice_or_was_never_presented_is_refused(town: Town) -> None:
    with pytest.raises(errors.CallExists):
        town.do(c.PresentCall(call_id=CALL, channel=Channel.APP))
    with pytest.raises(errors.CallNotFound):
        town.do(c.AnswerCall(call_id=CallId("p.c9")))


def test_every_estimate_of_the_place_is_kept_and_the_call_takers_own_counts(town: Town) -> None:
    for source, east_m in ((LocationSource.NETWORK, 4000), (LocationSource.DEVICE, 2000)):
        town.do(c.LocateCall(call_id=CALL, source=source, point=at_m(east_m), accuracy_m=east_m / 10))
    view = call_view(call(town))
    assert [place.source for place in view.locations] == ["network", "device"]
    assert (view.point, view.accuracy_m) == (at_m(2000), 200)
    town.do(c.DescribeCall(call_id=CALL, point=at_m(1000)), by=SARA)
    assert (call_view(call(town)).point, call_view(call(town)).accuracy_m) == (at_m(1000), None)


def test_a_place_that_comes_with_the_call_says_whose_estimate_it_is(town: Town) -> None:
    town.do(c.PresentCall(call_id=OTHER, channel=Channel.APP, point=at_m(500), accuracy_m=12), by=EXCHANGE)
    assert call(town, OTHER).locations[0].source is LocationSource.DEVICE
    third = CallId("p.c3")
    town.do(c.PresentCall(call_id=third, channel=Channel.OPERATOR, point=at_m(500)), by=SARA)
    assert call(town, third).locations[0].source is LocationSource.OPERATOR


@pytest.mark.parametrize(
    "point", [LonLat(float("nan"), 31), LonLat(48, float("inf")), LonLat(181, 31), LonLat(48, -91)], ids=str
)
def test_a_point_that_is_not_on_the_earth_is_refused(town: Town, point: LonLat) -> None:
    for command in (
        c.PresentCall(call_id=OTHER, channel=Channel.APP, point=point),
        c.LocateCall(call_id=CALL, source=LocationSource.DEVICE, point=point),
        c.DescribeCall(call_id=CALL, point=point),
    ):
        with pytest.raises(errors.PointInvalid):
            town.do(command)
    with pytest.raises(dispatch_errors.PlaceOutsideRegion):
        town.do(c.ClassifyCall(call_id=CALL, kind="fight", point=point))


def test_words_that_are_too_many_are_refused_with_their_number(town: Town) -> None:
    for command, field, limit in (
        (c.PresentCall(call_id=OTHER, channel=Channel.SMS, number="1" * 41), "number", 40),
        (c.PresentCall(call_id=OTHER, channel=Channel.SMS, narrative="x" * 4001), "narrative", 4000),
        (c.DescribeCall(call_id=CALL, place="x" * 301), "place", 300),
        (c.ClassifyCall(call_id=CALL, kind="fight", point=at_m(1), hazards="x" * 301), "hazards", 300),
        (c.CloseCall(call_id=CALL, outcome=Outcome.HOAX, narrative="x" * 4001), "narrative", 4000),
    ):
        with pytest.raises(errors.TextTooLong) as refusal:
            town.do(command)
        assert refusal.value.details == {"field": field, "length": limit + 1, "limit": limit}


def test_what_is_said_begins_a_draft_and_classifying_makes_it_real(town: Town) -> None:
    town.do(c.AnswerCall(call_id=CALL), by=SARA)
    town.do(c.DescribeCall(call_id=CALL, narrative="somebody"), by=SARA)
    assert not town.world.incidents, "words alone are no incident"
    town.do(c.DescribeCall(call_id=CALL, kind="fight"), by=SARA)
    assert (town.status(BEGUN), call(town).incident_id) == ("Draft", BEGUN)
    classify(town)
    assert town.status(BEGUN) == "Waiting"
    assert (call(town).state, town.get(BEGUN).narrative, town.get(BEGUN).calls) == ("classified", "two men", (CALL,))


def test_answering_and_classifying_may_come_in_one_breath(town: Town) -> None:
    classify(town)
    assert town.names()[:3] == ["call_presented", "call_answered", "call_classified"]
    assert call(town).answered_by == "sara"


def test_a_refused_incident_leaves_the_call_as_it_was(town: Town) -> None:
    town.do(c.AnswerCall(call_id=CALL), by=SARA)
    before = town.writer.state
    with pytest.raises(dispatch_errors.KindUnknown):
        town.do(c.ClassifyCall(call_id=CALL, kind="?", point=at_m(1000)), by=SARA)
    assert town.writer.state == before, "half a decision is none"


def test_a_second_call_joins_the_incident_and_its_own_draft_is_called_off(town: Town) -> None:
    classify(town)
    town.do(c.PresentCall(call_id=OTHER, channel=Channel.TELEPHONE))
    town.do(c.AnswerCall(call_id=OTHER), by=REZA)
    town.do(c.DescribeCall(call_id=OTHER, kind="fight", point=at_m(1010)), by=REZA)
    town.do(c.LinkCall(call_id=OTHER, incident_id=BEGUN), by=REZA)
    assert town.get(BEGUN).calls == (CALL, OTHER)
    assert town.status(IncidentId("p.i2")) == "Cancelled"
    assert town.do(c.LinkCall(call_id=OTHER, incident_id=BEGUN), by=REZA).events == ()
    town.do(c.UnlinkCall(call_id=OTHER), by=REZA)
    assert town.get(BEGUN).calls == (CALL,)
    assert call(town, OTHER).state is CallState.ANSWERED


def test_a_call_cannot_join_what_is_not_there_or_is_over(town: Town) -> None:
    with pytest.raises(dispatch_errors.IncidentNotFound):
        town.do(c.LinkCall(call_id=CALL, incident_id=IncidentId("p.i9")), by=SARA)
    incident = town.incident(name="3")
    from nazdik.dispatch.commands import CloseIncident

    town.do(CloseIncident(incident_id=incident, disposition="no_report"), by=dispatcher())
    with pytest.raises(dispatch_errors.IncidentIsClosed):
        town.do(c.LinkCall(call_id=CALL, incident_id=incident), by=SARA)
    with pytest.raises(errors.CallStateWrong):
        town.do(c.UnlinkCall(call_id=CALL), by=SARA)


@pytest.mark.parametrize(("outcome", "state"), [(Outcome.HOAX, "closed"), (Outcome.ABANDONED, "abandoned")])
def test_a_call_that_makes_no_incident_ends_and_takes_its_draft_with_it(
    town: Town, outcome: Outcome, state: str
) -> None:
    town.do(c.DescribeCall(call_id=CALL, kind="fight", point=at_m(1000)), by=SARA)
    town.do(c.CloseCall(call_id=CALL, outcome=outcome), by=SARA)
    assert (call(town).state, call(town).outcome, call(town).ended_at) == (state, outcome, town.now)
    assert town.status(BEGUN) == "Cancelled"
    for command in (
        c.CloseCall(call_id=CALL, outcome=outcome),
        c.DescribeCall(call_id=CALL, kind="noise"),
        c.ClassifyCall(call_id=CALL, kind="noise", point=at_m(1)),
        c.LinkCall(call_id=CALL, incident_id=BEGUN),
    ):
        with pytest.raises(errors.CallIsOver):
            town.do(command)


def test_only_calls_that_ended_long_ago_leave_the_memory(town: Town) -> None:
    for call_id in (OTHER, CallId("p.c3")):
        town.do(c.PresentCall(call_id=call_id, channel=Channel.SMS))
    town.do(c.CloseCall(call_id=CALL, outcome=Outcome.ADVICE))
    town.wait(100)
    town.do(c.CloseCall(call_id=OTHER, outcome=Outcome.ADVICE))
    sweep = c.ArchiveCalls(call_id=CallId("p.sweep"), ended_before=plus_s(town.now, -50))
    town.do(sweep)
    assert set(town.writer.state.calls) == {OTHER, "p.c3"}
    assert town.do(sweep).events == (), "nothing to sweep is nothing recorded"


def test_words_that_turn_out_wrong_are_taken_back_and_what_is_not_mentioned_stays(town: Town) -> None:
    town.do(
        c.DescribeCall(call_id=CALL, kind="fight", point=at_m(1000), place="a square", narrative="two men"), by=SARA
    )
    town.do(c.DescribeCall(call_id=CALL, kind="fight"), by=SARA)
    assert (call(town).place, call(town).narrative) == ("a square", "two men")
    assert town.world.incidents[BEGUN].place == "a square"
    town.do(c.DescribeCall(call_id=CALL, kind="fight", place="", narrative=""), by=SARA)
    assert (call(town).place, call(town).narrative) == ("", "")
    assert (town.world.incidents[BEGUN].place, town.world.incidents[BEGUN].point) == ("", at_m(1000))
    again = town.do(c.DescribeCall(call_id=CALL, place="", narrative=""), by=SARA)
    assert again.events == ("intake.call_described.v1",), "what is empty already is not taken back again"


def test_a_danger_told_while_the_caller_speaks_is_kept_for_every_desk_until_it_is_taken_back(town: Town) -> None:
    told = town.do(c.DescribeCall(call_id=CALL, hazards="a knife"), by=SARA)
    assert told.events == ("intake.call_described.v1", "intake.call_danger_told.v1")
    again = town.do(c.DescribeCall(call_id=CALL, hazards="a knife", narrative="two men"), by=SARA)
    assert again.events == ("intake.call_described.v1",)
    town.do(c.DescribeCall(call_id=CALL, narrative="three men"), by=SARA)
    assert call(town).hazards == "a knife", "what is not mentioned stays"
    town.do(c.DescribeCall(call_id=CALL, hazards=""), by=SARA)
    assert call(town).hazards == ""
    with pytest.raises(errors.TextTooLong):
        town.do(c.DescribeCall(call_id=CALL, hazards="x" * 301), by=SARA)


def test_a_name_of_a_place_is_taken_back_before_there_is_an_incident(town: Town) -> None:
    town.do(c.DescribeCall(call_id=CALL, place="a square"), by=SARA)
    town.do(c.DescribeCall(call_id=CALL, place=""), by=SARA)
    assert call(town).place == "" and BEGUN not in town.world.incidents


def test_who_calls_and_where_to_call_back_is_learnt_while_they_speak_and_after_the_incident_was_sent(
    town: Town,
) -> None:
    town.do(c.SetCaller(call_id=CALL, name=" caller A ", callback="0622"), by=SARA)
    assert (call(town).name, call(town).callback, call(town).number) == ("caller A", "0622", "061")
    assert town.do(c.SetCaller(call_id=CALL, name="caller A", callback="0622"), by=SARA).events == ()
    classify(town)
    town.do(c.SetCaller(call_id=CALL, name=None, callback=""), by=SARA)
    assert (call(town).name, call(town).callback) == (None, None)
    view = call_view(call(town))
    assert (view.number, view.name, view.callback) == ("061", None, None)


def test_a_caller_of_a_call_that_came_to_nothing_or_with_an_endless_name_is_refused(town: Town) -> None:
    with pytest.raises(errors.TextTooLong):
        town.do(c.SetCaller(call_id=CALL, name="x" * 301, callback=None), by=SARA)
    with pytest.raises(errors.TextTooLong):
        town.do(c.SetCaller(call_id=CALL, name=None, callback="1" * 41), by=SARA)
    town.do(c.CloseCall(call_id=CALL, outcome=Outcome.HOAX), by=SARA)
    with pytest.raises(errors.CallIsOver):
        town.do(c.SetCaller(call_id=CALL, name="x", callback=None), by=SARA)
