"""What an exchange and a caller add to a call's life: ringing that ends, calling back, words, and places."""

import pytest

from nazdik.intake import commands as c
from nazdik.intake import errors
from nazdik.intake.estimates import best_of, doubt_m
from nazdik.intake.model import (
    Call,
    CallBack,
    CallBackResult,
    CallState,
    Channel,
    Location,
    LocationSource,
    Outcome,
    RingingEnd,
)
from nazdik.intake.projections import call_view
from nazdik.kernel import Actor, CallId, LonLat, OfficeId
from nazdik.kernel.instant import plus_s
from tests.town import START, Town, at_m

CALL, OTHER = CallId("p.c1"), CallId("p.c2")
DESK = Actor("desk-1", "call_taker", OfficeId("p"))
DESK_2 = Actor("desk-2", "call_taker", OfficeId("p"))
EXCHANGE = Actor("gateway:p", "gateway", OfficeId("p"))
HERE = LonLat(48.67, 31.31)


@pytest.fixture
def town() -> Town:
    town = Town()
    ring(town, CALL)
    return town


def ring(town: Town, call_id: CallId, *, number: str | None = "+98611", is_test: bool = False) -> None:
    command = c.PresentCall(
        call_id=call_id, channel=Channel.TELEPHONE, number=number, is_test=is_test, exchange_id=call_id
    )
    town.do(command, by=EXCHANGE)


def call(town: Town, call_id: CallId = CALL) -> Call:
    return town.writer.state.calls[call_id]


def test_a_caller_who_gives_up_is_to_be_called_back(town: Town) -> None:
    town.do(c.EndRinging(call_id=CALL, how=RingingEnd.ABANDONED), by=EXCHANGE)
    assert (call(town).state, call(town).outcome) == (CallState.ABANDONED, Outcome.ABANDONED)
    assert call(town).call_back is CallBack.DUE
    again = town.do(c.EndRinging(call_id=CALL, how=RingingEnd.ELSEWHERE), by=EXCHANGE)
    assert again.events == (), "ringing ends once"


def test_a_caller_without_a_number_cannot_be_called_back() -> None:
    town = Town()
    ring(town, CALL, number=None)
    town.do(c.EndRinging(call_id=CALL, how=RingingEnd.ABANDONED), by=EXCHANGE)
    assert call(town).call_back is None


def test_a_call_answered_at_the_exchange_waits_for_a_desk(town: Town) -> None:
    town.do(c.EndRinging(call_id=CALL, how=RingingEnd.ELSEWHERE), by=EXCHANGE)
    assert (call(town).state, call(town).answered_by, call(town).call_back) == (CallState.ANSWERED, None, None)
    town.do(c.AnswerCall(call_id=CALL), by=DESK)
    assert call(town).answered_by == "desk-1"
    with pytest.raises(errors.CallTaken):
        town.do(c.AnswerCall(call_id=CALL), by=DESK_2)


def test_a_caller_who_hangs_up_on_a_desk_stays_with_the_desk_and_is_to_be_called_back(town: Town) -> None:
    town.do(c.AnswerCall(call_id=CALL), by=DESK)
    town.do(c.EndRinging(call_id=CALL, how=RingingEnd.ABANDONED), by=EXCHANGE)
    assert (call(town).state, call(town).call_back) == (CallState.ANSWERED, CallBack.DUE)


def test_calling_back_is_tried_until_somebody_answers(town: Town) -> None:
    town.do(c.EndRinging(call_id=CALL, how=RingingEnd.ABANDONED), by=EXCHANGE)
    town.do(c.TryCallBack(call_id=CALL, result=CallBackResult.NO_ANSWER), by=DESK)
    assert (call(town).call_back, call(town).call_back_tries) == (CallBack.DUE, 1)
    town.do(c.TryCallBack(call_id=CALL, result=CallBackResult.REACHED), by=DESK)
    assert (call(town).call_back, call(town).call_back_tries) == (CallBack.DONE, 2)
    assert (call(town).state, call(town).answered_by) == (CallState.ANSWERED, "desk-1"), "who is reached is on the line"
    town.do(c.ClassifyCall(call_id=CALL, kind="fight", point=at_m(1000)), by=DESK)
    assert call(town).state is CallState.CLASSIFIED
    with pytest.raises(errors.NoCallBackDue):
        town.do(c.TryCallBack(call_id=CALL, result=CallBackResult.REACHED), by=DESK)


def test_who_calls_again_need_not_be_called_back(town: Town) -> None:
    town.do(c.EndRinging(call_id=CALL, how=RingingEnd.ABANDONED), by=EXCHANGE)
    ring(town, OTHER)
    assert call(town).call_back is CallBack.DUE
    town.do(c.AnswerCall(call_id=OTHER), by=DESK)
    assert (call(town).call_back, call(town).call_back_tries) == (CallBack.DONE, 0)


def test_a_call_that_waits_to_be_called_back_is_never_archived(town: Town) -> None:
    town.do(c.EndRinging(call_id=CALL, how=RingingEnd.ABANDONED), by=EXCHANGE)
    later = plus_s(town.now, 10.0)
    sweep = c.ArchiveCalls(call_id=CallId("p.sweep"), ended_before=later)
    town.do(sweep)
    assert CALL in town.writer.state.calls
    town.do(c.TryCallBack(call_id=CALL, result=CallBackResult.NOT_NEEDED), by=DESK)
    town.do(sweep)
    assert CALL not in town.writer.state.calls


def test_a_test_call_goes_the_whole_way_and_nobody_is_ever_sent() -> None:
    town = Town()
    ring(town, CALL, is_test=True)
    town.do(c.AnswerCall(call_id=CALL), by=DESK)
    for command in (
        c.ClassifyCall(call_id=CALL, kind="fight", point=at_m(1000)),
        c.DescribeCall(call_id=CALL, kind="fight", point=at_m(1000)),
    ):
        with pytest.raises(errors.CallIsTest):
            town.do(command, by=DESK)
    assert not town.world.incidents
    town.do(c.CloseCall(call_id=CALL, outcome=Outcome.TEST), by=DESK)
    assert call(town).state is CallState.CLOSED


def test_words_go_both_ways(town: Town) -> None:
    town.do(c.HearText(call_id=CALL, text="کمک"), by=EXCHANGE)
    town.do(c.SendText(call_id=CALL, text="کجا هستید؟"), by=DESK)
    assert [(text.by, text.text) for text in call_view(call(town)).texts] == [(None, "کمک"), ("desk-1", "کجا هستید؟")]
    with pytest.raises(errors.TextTooLong):
        town.do(c.SendText(call_id=CALL, text="x" * 4001), by=DESK)
    for nothing in (c.SendText(call_id=CALL, text=" \n"), c.TextCallers(call_id=CALL, calls=(CALL,), text="")):
        with pytest.raises(errors.TextEmpty):
            town.do(nothing, by=DESK)


@pytest.mark.parametrize(
    "given",
    [{"point": None}, {"accuracy_m": -1.0}, {"accuracy_m": float("nan")}, {"confidence": 0.0}, {"confidence": 1.5}],
)
def test_a_place_that_cannot_be_is_refused(town: Town, given: dict[str, object]) -> None:
    told: dict[str, object] = {"point": HERE, "source": LocationSource.AML} | given
    with pytest.raises(errors.ShapeInvalid):
        town.do(c.LocateCall(call_id=CALL, **told), by=EXCHANGE)  # type: ignore[arg-type]


def where(source: LocationSource, accuracy_m: float | None = None, **more: object) -> Location:
    given: dict[str, object] = {"point": HERE, "at": START} | more
    return Location(source=source, accuracy_m=accuracy_m, **given)  # type: ignore[arg-type]


def test_the_operators_point_stands_before_any_device() -> None:
    aml, operator = where(LocationSource.AML, 5.0), where(LocationSource.OPERATOR)
    assert best_of((operator, aml), START) is operator
    assert best_of((aml, operator), START) is operator


def test_the_smallest_doubt_is_proposed_and_age_adds_to_it() -> None:
    sector, aml = where(LocationSource.NETWORK, 1500.0), where(LocationSource.AML, 30.0, confidence=0.68)
    assert best_of((aml, sector), START) is aml
    old = where(LocationSource.AML, 30.0, measured_at=plus_s(START, -3600.0))
    near = where(LocationSource.SIGNALLING, 800.0)
    assert best_of((old, near), START) is near, "an hour ago is far away"
    assert best_of((where(LocationSource.AML, 10.0, trusted=False), near), START) is near
    assert best_of((where(LocationSource.SUBSCRIBER, civic="x", point=None),), START) is None


def test_a_lower_confidence_means_a_wider_circle() -> None:
    at_68 = doubt_m(where(LocationSource.AML, 100.0, confidence=0.68), START)
    at_95 = doubt_m(where(LocationSource.AML, 100.0, confidence=0.95), START)
    assert at_95 == pytest.approx(100.0)
    # sqrt(ln 0.05 / ln 0.32)
    assert at_68 == pytest.approx(162.1, abs=0.1)


def test_of_equal_doubts_the_newer_is_proposed() -> None:
    older, newer = where(LocationSource.AML, 30.0), where(LocationSource.AML, 30.0)
    assert best_of((older, newer), START) is newer


def test_no_word_from_the_exchange_ends_only_a_call_that_still_rings(town: Town) -> None:
    town.do(c.EndRinging(call_id=CALL, how=RingingEnd.NO_WORD), by=EXCHANGE)
    assert (call(town).state, call(town).call_back) == (CallState.ABANDONED, CallBack.DUE)
    taken = CallId(f"{CALL}0")
    ring(town, taken, number="+98612")
    town.do(c.AnswerCall(call_id=taken), by=DESK)
    town.do(c.EndRinging(call_id=taken, how=RingingEnd.NO_WORD), by=EXCHANGE)
    assert (call(town, taken).state, call(town, taken).call_back) == (CallState.ANSWERED, None)
