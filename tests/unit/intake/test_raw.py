"""Records of the journal for eyes: a number where there is one, nothing hidden, nothing that makes it stumble."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.intake.callers.envelope import DOORS, Came, unwrap, wrap
from nazdik.intake.model import Calls
from nazdik.intake.raw import Fate, fate_of, read_raw, shown
from nazdik.kernel import Instant, ProvinceId
from nazdik.platform.journal import Kept
from tests.unit.intake.test_sip import sip

PLACE = ProvinceId("khuzestan")


def kept(data: bytes, offset: int = 7) -> Kept:
    return Kept(offset, Instant(1), data)


@pytest.mark.parametrize(
    "body",
    [
        sip(),
        b"INVITE \x00\xff\r\nf: <tel:0916 111 22 33>\r\n",
        b'{"number": "+989161112233"',
        b'{"channel":"telephone","number":"0098 916 111 2233"}',
        b"from=%2B989161112233&text=hi",
        b"Event: Newchannel\r\nCallerIDNum: 09161112233\r\nExten: 110\r\n\r\n",
    ],
)
def test_the_number_is_found_in_whole_and_in_ruined_messages(body: bytes) -> None:
    assert read_raw(kept(body)).number == "+989161112233"


def test_a_ring_is_known_by_the_exchanges_own_name_wherever_it_lies() -> None:
    record = wrap(Came("sip", "sip", PLACE, "-", sip()))
    first, second = read_raw(kept(record, 1)), read_raw(kept(record, 2))
    assert first.call_id == second.call_id and first.province == PLACE
    other = read_raw(kept(wrap(Came("sip", "sip", PLACE, "0f3a", sip())), 3))
    assert other.call_id not in (None, first.call_id), "the name was used again, and the word beside it says so"
    assert fate_of(first, Calls()) is Fate.NO_CALL


@given(st.sampled_from(DOORS), st.binary(max_size=300), st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_it_stumble_and_none_hide(door: str, body: bytes, marked: bool) -> None:
    data = wrap(Came(door, "a" * 20, PLACE, "text/plain", body)) if marked else body
    raw = read_raw(kept(data))
    fate_of(raw, Calls())
    hidden = {c for c in raw.text if unicodedata.category(c) in ("Cc", "Cf", "Cs")} - set("\n\t\u200c")
    assert not hidden
    if marked:
        came = unwrap(data)
        assert came is not None and came.body == body


def test_direction_marks_and_terminal_commands_are_written_out() -> None:
    assert shown("a\u202eb\x1b[2Jمی\u200cشود".encode() + b"\xff") == "a\\u202eb\\x1b[2Jمی\u200cشود\\xff"
