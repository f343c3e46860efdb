"""Messages of callers: read whatever comes, and find the call they belong to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.intake.aml import Aml
from nazdik.intake.callers.envelope import Came, unwrap, wrap
from nazdik.intake.callers.matching import (
    WAITING_MAX,
    WAITING_OF_ONE_MAX,
    Waiting,
    WaitingPlaces,
    call_for_place,
    call_for_words,
)
from nazdik.intake.callers.pages import RINGING_OF_ONE_MAX, TURN_CAREFUL_S, TURN_S, Turns
from nazdik.intake.callers.reading import read_page, read_sms_body, read_sos
from nazdik.intake.errors import TooManyPages
from nazdik.intake.model import Call, CallState, Channel, Text
from nazdik.kernel import CallId, Instant, ProvinceId
from nazdik.platform.clock import VirtualClock

SECOND = 1_000_000
SAMPLES = [
    b'{"from": "+989160000001", "text": "SOS;lt=35.7;lg=51.3;rd=25;si=1;pg=0123456789abcdef0123;tx=a;b=c"}',
    b"sender=09160000001&message=%DA%A9%D9%85%DA%A9&id=7",
    b'{"msisdn": 989160000001, "hex": "0605040B8423F0412200"}',
    b'{"from": "x", "text": "A\\"ML=1;lt=+35.70050;lg=+051.33740;rd=25;pm=W;ml=129"}',
]


def call(state: CallState = CallState.ANSWERED, *, at: int = 0, ended: int | None = None, **more: object) -> Call:
    made = {"channel": Channel.TELEPHONE, "number": "+989160000001", "name": None, **more}
    return Call(
        id=CallId(f"p.c{at}"),
        state=state,
        presented_at=Instant(at * SECOND),
        ended_at=None if ended is None else Instant(ended * SECOND),
        **made,  # type: ignore[arg-type]
    )


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.tuples(st.sampled_from(SAMPLES), st.integers(0, 80), st.binary(max_size=6)).map(
            lambda m: m[0][: m[1]] + m[2] + m[0][m[1] :]
        ),
    ),
    st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain", ""]),
)
def test_any_bytes_are_a_message_and_never_an_error(body: bytes, kind: str) -> None:
    sms = read_sms_body(body, kind)
    assert len(sms.text) <= 4_000 and "\x00" not in sms.text
    assert sms.sos is None or sms.sos.point is None or abs(sms.sos.point.lat) <= 90
    read_page(body)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["aml", "sms", "begin", "page"]), st.text(max_size=30), st.binary(max_size=200))
def test_what_lies_in_the_journal_comes_out_byte_for_byte(door: str, note: str, body: bytes) -> None:
    came = unwrap(wrap(Came(door, "sms-a", ProvinceId("khuzestan"), note, body)))
    assert came is not None and (came.door, came.gateway, came.province, came.body) == (
        door,
        "sms-a",
        "khuzestan",
        body,
    )


@given(st.binary(max_size=200))
def test_other_records_of_the_journal_are_left_alone(data: bytes) -> None:
    assert unwrap(data) is None


def test_the_text_of_the_page_keeps_words_with_semicolons() -> None:
    sos = read_sos("sos;lt=35.70050;lg=51.33740;rd=25;si=1;pg=0123456789abcdef0123;tx=دزد؛ در; خانه")
    assert sos is not None and sos.point is not None
    assert (sos.words, sos.silent, sos.page, sos.accuracy_m) == ("دزد؛ در; خانه", True, "0123456789abcdef0123", 25.0)
    assert read_sos("SOS") is None
    unknown = read_sos("SOS;lt=0;lg=0;pg=zz;tx=")
    assert unknown is not None and (unknown.point, unknown.page) == (None, "")


@pytest.mark.parametrize(("came", "fits"), [(0, True), (600, True), (601, False)])
def test_a_place_belongs_to_a_call_for_ten_minutes_after_its_end(came: int, fits: bool) -> None:
    ended = call(CallState.CLOSED, at=-2_000, ended=0)
    assert (call_for_place([ended], Instant(came * SECOND)) is ended) is fits


def test_a_place_belongs_to_a_call_that_goes_on_however_long() -> None:
    going = call(CallState.ANSWERED, at=0)
    assert call_for_place([going], Instant(7_200 * SECOND)) is going


@pytest.mark.parametrize(("careful", "pause_s"), [(False, TURN_S), (True, TURN_CAREFUL_S)])
def test_pages_behind_one_address_come_in_turn_though_nobody_looks(careful: bool, pause_s: float) -> None:
    clock = VirtualClock()
    turns = Turns(clock)

    def takes(waiting: int, origin: str = "a", *, in_log: bool = True) -> None:
        turns.take(origin, "page", waiting=waiting, careful=careful, in_log=lambda _: in_log)

    for waiting in range(RINGING_OF_ONE_MAX):
        takes(waiting)
    takes(0, "another")
    for more in range(3):
        with pytest.raises(TooManyPages):
            takes(RINGING_OF_ONE_MAX + more)
        clock.advance_s(pause_s)
        takes(RINGING_OF_ONE_MAX + more)
    # Once they were looked at the next comes at once; what the log has not got yet counts as well.
    takes(0)
    with pytest.raises(TooManyPages):
        takes(0, in_log=False)


def test_words_go_on_where_the_number_wrote_before() -> None:
    on_the_line, written = call(at=20), call(at=10, texts=(Text(Instant(1), None, "سلام"),))
    assert call_for_words([on_the_line, written], Instant(0)) is written
    assert call_for_words([on_the_line], Instant(0)) is on_the_line
    became = call(CallState.CLASSIFIED, at=0, ended=100)
    assert call_for_words([became], Instant(1_000 * SECOND)) is became
    assert call_for_words([became], Instant(2_000 * SECOND)) is None
    assert call_for_words([call(CallState.CLOSED, ended=1)], Instant(2 * SECOND)) is None


def place(n: int, *, at: int = 0, number: str = "", imei: str = "") -> Waiting:
    return Waiting(Instant(at * SECOND), Aml(1, number=number, imei=imei), trusted=True, key=f"k{n}")


def test_places_wait_ten_minutes_are_taken_once_and_are_bounded() -> None:
    waiting = WaitingPlaces()
    for n in range(WAITING_OF_ONE_MAX + 5):
        waiting.wait(place(n, number="+989160000001", imei="123456789012345"), Instant(0))
    assert len(waiting) == WAITING_OF_ONE_MAX
    taken = waiting.take(["number:+989160000001"], Instant(600 * SECOND))
    assert [one.key for one in taken] == [f"k{n}" for n in range(5, WAITING_OF_ONE_MAX + 5)]
    assert waiting.take(["imei:123456789012345"], Instant(0)) == [] and len(waiting) == 0
    waiting.wait(place(1, number="+989160000001"), Instant(0))
    assert waiting.take(["number:+989160000001"], Instant(601 * SECOND)) == []
    for n in range(WAITING_MAX + 100):
        waiting.wait(place(n, number=f"+9891{n:08d}"), Instant(0))
    assert len(waiting) <= WAITING_MAX
