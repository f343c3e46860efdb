"""A call handed over: all of it, once, and never nowhere."""

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from immutables import Map

from nazdik.intake import commands as c
from nazdik.intake.decisions import decide
from nazdik.intake.errors import CallIsMoving, CallIsOver, CallIsTest
from nazdik.intake.evolution import evolve
from nazdik.intake.model import (
    CallBack,
    CallBackResult,
    Calls,
    CallState,
    Channel,
    LocationSource,
    Outcome,
    RingingEnd,
)
from nazdik.intake.transfers import handed, name_at
from nazdik.kernel import Actor, CallId, CommandId, Context, Instant, LonLat, Rejected
from nazdik.kernel.instant import plus_s

AT = Instant(1_795_223_709_000_000)
HERE = CallId("p.c0011aa22bb33cc44dd55")
THERE = name_at("q", HERE)


@dataclass
class Room:
    """One province's calls."""

    calls: Calls = field(default_factory=Map)
    at: Instant = AT

    def do(self, command: c.Command) -> tuple[Any, ...]:
        ctx = Context(at=self.at, actor=Actor(id="taker", role="call_taker"), command_id=CommandId("k"))
        facts = decide(self.calls, command, ctx)
        for fact in facts:
            self.calls = evolve(self.calls, fact)
        return facts


def spoken(is_test: bool = False) -> Room:
    """A call that somebody has spoken with for a while."""
    room = Room()
    room.do(
        c.PresentCall(
            call_id=HERE,
            channel=Channel.TELEPHONE,
            number="+15555550143",
            exchange_id="x1",
            data=(("a", "b"),),
            is_test=is_test,
        )
    )
    room.do(c.LocateCall(call_id=HERE, source=LocationSource.AML, point=LonLat(51.4, 35.7), accuracy_m=25.0))
    room.at = plus_s(AT, 40)
    room.do(c.AnswerCall(call_id=HERE))
    room.do(c.SetCaller(call_id=HERE, name="a caller", callback="+15555550144"))
    room.do(c.HearText(call_id=HERE, text="کمک"))
    room.do(c.SendText(call_id=HERE, text="کجایید؟"))
    if not is_test:
        room.do(
            c.DescribeCall(
                call_id=HERE,
                kind="fight",
                priority=2,
                point=LonLat(51.41, 35.71),
                place="پل",
                narrative="دعوا",
                hazards="چاقو",
            )
        )
    return room


ASK = c.TransferCall(call_id=HERE, target="q", to_call=THERE, note="رو به جنوب")


def test_the_receiver_has_everything_and_the_sender_says_where_it_went() -> None:
    here, there = spoken(), Room(at=plus_s(AT, 60))
    here.do(ASK)
    moving = here.calls[HERE]
    assert moving.state is CallState.ANSWERED and moving.transfer is not None and moving.transfer.done_at is None
    there.do(handed(moving, by="p", note="رو به جنوب"))
    here.do(c.FinishTransfer(call_id=HERE))
    gone, come = here.calls[HERE], there.calls[THERE]
    assert (gone.state, gone.outcome) == (CallState.CLOSED, Outcome.TRANSFERRED)
    assert gone.transfer is not None and gone.transfer.to_call == THERE and gone.transfer.done_at is not None
    assert come.state is CallState.RINGING and come.received is not None
    assert (come.received.from_call, come.received.note, come.received.presented_at) == (HERE, "رو به جنوب", AT)
    for same in (
        "number",
        "name",
        "callback",
        "channel",
        "kind",
        "priority",
        "point",
        "place",
        "narrative",
        "hazards",
        "data",
    ):
        assert getattr(come, same) == getattr(gone, same), same
    assert [text.text for text in come.texts] == ["کمک", "کجایید؟"]
    (place,) = come.locations
    assert (place.source, place.point, place.accuracy_m, place.measured_at) == (
        LocationSource.AML,
        LonLat(51.4, 35.7),
        25.0,
        AT,
    )


def test_it_is_given_back_as_a_call_that_names_the_one_before() -> None:
    here, there = spoken(), Room(at=plus_s(AT, 60))
    here.do(ASK)
    there.do(handed(here.calls[HERE], by="p", note=""))
    here.do(c.FinishTransfer(call_id=HERE))
    back = name_at("p", THERE)
    there.do(c.TransferCall(call_id=THERE, target="p", to_call=back))
    here.do(handed(there.calls[THERE], by="q", note=""))
    there.do(c.FinishTransfer(call_id=THERE))
    again = here.calls[back]
    assert back != HERE and again.received is not None and again.received.from_call == THERE
    assert again.number == "+15555550143" and [text.text for text in again.texts] == ["کمک", "کجایید؟"]


def test_while_it_moves_nobody_makes_something_else_of_it() -> None:
    here = spoken()
    here.do(ASK)
    assert here.do(ASK) == ()
    for other in (
        c.CloseCall(call_id=HERE, outcome=Outcome.ADVICE),
        c.ClassifyCall(call_id=HERE, kind="fight", point=LonLat(51.4, 35.7)),
        c.TransferCall(call_id=HERE, target="r", to_call=name_at("r", HERE)),
    ):
        with pytest.raises(CallIsMoving):
            here.do(other)
    here.do(c.FinishTransfer(call_id=HERE))
    assert here.do(c.FinishTransfer(call_id=HERE)) == ()
    with pytest.raises(CallIsOver):
        here.do(ASK)


def test_what_is_there_already_is_not_taken_twice_and_does_not_ring_again() -> None:
    here, there = spoken(), Room(at=plus_s(AT, 60))
    here.do(ASK)
    again = handed(here.calls[HERE], by="p", note="")
    there.do(again)
    there.do(c.AnswerCall(call_id=THERE))
    assert there.do(again) == () and there.calls[THERE].state is CallState.ANSWERED


def test_a_service_has_it_at_once_and_a_test_goes_nowhere() -> None:
    here = spoken()
    here.do(c.TransferCall(call_id=HERE, target="ambulance-115"))
    assert here.calls[HERE].outcome is Outcome.TRANSFERRED
    with pytest.raises(CallIsTest):
        spoken(is_test=True).do(ASK)
    with pytest.raises(CallIsOver):
        spoken().do(c.CloseCall(call_id=HERE, outcome=Outcome.TRANSFERRED))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["ask", "carry", "finish", "words", "close"]), max_size=14))
def test_in_whatever_order_and_however_often_it_is_somewhere_and_never_twice(steps: list[str]) -> None:
    """Each step may be cut off by a crash and come again: that is any order with any repeats."""
    here, there = spoken(), Room()
    for n, step in enumerate(steps):
        here.at = there.at = plus_s(AT, 100 + n)
        moving = here.calls[HERE].transfer
        try:
            if step == "ask":
                here.do(ASK)
            elif step == "carry" and moving is not None and moving.done_at is None:
                there.do(handed(here.calls[HERE], by="p", note=""))
            elif step == "finish" and THERE in there.calls:
                here.do(c.FinishTransfer(call_id=HERE))
            elif step == "words":
                here.do(c.HearText(call_id=HERE, text=str(n)))
            elif step == "close":
                here.do(c.CloseCall(call_id=HERE, outcome=Outcome.ADVICE))
        except Rejected:
            pass
        gone = here.calls[HERE]
        assert len(there.calls) <= 1
        # Over as transferred only where it is there; open here until then, unless somebody closed it for another reason.
        assert gone.outcome is not Outcome.TRANSFERRED or THERE in there.calls
        assert not gone.over or gone.outcome in (Outcome.TRANSFERRED, Outcome.ADVICE)
        assert not (gone.outcome is Outcome.ADVICE and THERE in there.calls)


def test_names_at_other_provinces_never_meet() -> None:
    calls = [CallId(f"p.c{n:020x}") for n in range(200)]
    names = {name_at(target, call) for target, call in itertools.product(("q", "r"), calls)}
    assert len(names) == 400


def test_answers_to_key_questions_go_along_in_words() -> None:
    here = spoken()
    here.do(ASK)
    moving = here.calls[HERE]
    answers = [("سلاح دارند؟ / Armed?", "سرد / Blade"), ("still_there", "yes")]
    assert handed(moving, by="p", note="", answers=answers).data[-1] == (
        "key-answers",
        "سلاح دارند؟ / Armed?: سرد / Blade؛ still_there: yes",
    )
    assert handed(moving, by="p", note="").data == moving.data


def gave_up() -> Room:
    """Somebody rang, gave up, was tried once in vain; they may be written to."""
    room = Room()
    room.do(c.PresentCall(call_id=HERE, channel=Channel.TELEPHONE, number="+15555550143"))
    room.do(c.AgreeToTexts(call_id=HERE, agreed=True))
    room.do(c.EndRinging(call_id=HERE, how=RingingEnd.ABANDONED))
    room.do(c.TryCallBack(call_id=HERE, result=CallBackResult.NO_ANSWER))
    return room


def test_a_due_call_back_and_the_consent_to_texts_go_along_and_end_here() -> None:
    here, there = gave_up(), Room(at=plus_s(AT, 60))
    here.do(ASK)
    there.do(handed(here.calls[HERE], by="p", note=""))
    here.do(c.FinishTransfer(call_id=HERE))
    gone, come = here.calls[HERE], there.calls[THERE]
    assert (gone.state, gone.outcome, gone.call_back) == (CallState.CLOSED, Outcome.TRANSFERRED, CallBack.DONE)
    assert (come.state, come.call_back, come.call_back_tries) == (CallState.ABANDONED, CallBack.DUE, 1)
    assert come.may_text is True and not come.call_back_asked
    there.do(c.TakeCallBack(call_id=THERE))
    there.do(c.TryCallBack(call_id=THERE, result=CallBackResult.REACHED))
    assert there.calls[THERE].state is CallState.ANSWERED


def test_a_call_back_that_was_asked_for_rings_on_there_and_stays_asked_for() -> None:
    here, there = spoken(), Room()
    here.do(c.AgreeToTexts(call_id=HERE, agreed=False))
    here.do(c.AskCallBacks(call_id=HERE, calls=(HERE,)))
    here.do(ASK)
    there.do(handed(here.calls[HERE], by="p", note=""))
    come = there.calls[THERE]
    assert (come.state, come.call_back, come.call_back_asked) == (CallState.RINGING, CallBack.DUE, True)
    assert come.may_text is False


def test_to_a_service_the_call_back_is_theirs_and_the_record_says_that_it_was_due() -> None:
    here = gave_up()
    here.do(c.TransferCall(call_id=HERE, target="ambulance-115", to_call=None))
    gone = here.calls[HERE]
    assert gone.call_back is CallBack.DONE and gone.transfer is not None and gone.transfer.call_back_due


def test_who_gave_up_and_waits_for_nothing_is_over() -> None:
    here = gave_up()
    here.do(c.TryCallBack(call_id=HERE, result=CallBackResult.NOT_NEEDED, note="a child"))
    with pytest.raises(CallIsOver):
        here.do(ASK)
