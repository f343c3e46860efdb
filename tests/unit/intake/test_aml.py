"""Advanced Mobile Location as it is sent, and as it should not be."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nazdik.intake.aml import read_data_sms, read_form, read_sms, unpack_7_bit
from nazdik.kernel import from_rfc3339

FIRST = (
    'A"ML=1;lt=+35.70050;lg=+051.33740;rd=25;top=20261121011453;lc=68;pm=W;si=001010000000000;'
    "ei=123456789012345;mcc=001;mnc=01;ml=129"
)
NOWHERE = (
    'A"ML=1;lt=+00.00000;lg=+000.00000;rd=N;top=20261121011443;lc=0;pm=N;si=001010000000000;'
    "ei=123456789012345;mcc=001;mnc=01;ml=127"
)
SECOND = (
    'A"ML=2;en=110;et=1795223682;lo=35.70050,51.33740,25;lt=11;lc=68;ls=W;ei=123456789012345;nc=00101;hc=00101;lg=fa'
)
FORM = (
    b"v=1&emergency_number=110&source=CALL&time=1795223682000&location_latitude=35.70050&location_longitude=51.33740"
    b"&location_time=1795223693000&location_accuracy=25.0&location_source=wifi&location_confidence=0.68"
    b"&device_number=%2B15555550110&device_imei=123456789012345&cell_network_mcc=001&cell_network_mnc=01"
    b"&hmac=4d9c837610c2da979df6e6b9ae7514e5e1a740c3"
)


def packed(text: str) -> bytes:
    """Pack characters into 7 bits, as a phone does."""
    bits, held, data = 0, 0, bytearray()
    for char in text:
        bits |= ord(char) << held
        held += 7
        while held >= 8:
            data.append(bits & 0xFF)
            bits >>= 8
            held -= 8
    return bytes(data + bytes([bits & 0xFF] if held else []))


def test_the_first_version() -> None:
    aml = read_sms(FIRST, sender="09161112233")
    assert aml is not None and aml.told is not None
    assert (aml.version, aml.number, aml.imei) == (1, "+989161112233", "123456789012345")
    assert tuple(aml.told.point or ()) == (51.3374, 35.7005)
    assert (aml.told.accuracy_m, aml.told.confidence, aml.told.method) == (25.0, 0.68, "wifi")
    assert aml.told.measured_at == from_rfc3339("2026-11-21T01:14:53Z")


def test_no_position_is_no_place() -> None:
    aml = read_sms(NOWHERE)
    assert aml is not None
    assert aml.told is None


def test_the_same_letters_mean_other_things_in_the_second_version() -> None:
    aml = read_sms(SECOND)
    assert aml is not None and aml.told is not None
    assert tuple(aml.told.point or ()) == (51.3374, 35.7005)
    assert aml.told.measured_at == from_rfc3339("2026-11-21T01:14:53Z"), "lt is seconds after the call began"
    assert (aml.languages, aml.emergency_number, aml.told.accuracy_m) == ("fa", "110", 25.0)
    unknown = read_sms(SECOND.replace(",25;", ",0;"))
    assert unknown is not None and unknown.told is not None
    assert unknown.told.accuracy_m is None, "0 is an unknown accuracy, not a perfect one"


@pytest.mark.parametrize(
    "text",
    [
        FIRST.replace('"', ""),
        FIRST + ";broken;=;x",
        FIRST.replace("ml=129", "ml=3"),
        FIRST.lower().replace("pm=w", "pm=W"),
    ],
)
def test_what_is_not_quite_right_is_read(text: str) -> None:
    aml = read_sms(text)
    assert aml is not None and aml.told is not None
    assert tuple(aml.told.point or ()) == (51.3374, 35.7005)


def test_a_data_message_is_unpacked() -> None:
    assert unpack_7_bit(packed(FIRST)) == FIRST
    plain = read_data_sms(packed(FIRST))
    assert plain is not None and plain.told is not None
    header = bytes([6, 5, 4, 1, 99, 0, 0])  # destination and source port
    shifted = 7 * 8 + (7 - 7 * 8 % 7) % 7
    body = packed("\0" * (shifted // 7) + FIRST)[len(header) :]
    headed = read_data_sms(header + body)
    assert headed is not None and headed.told is not None
    assert tuple(headed.told.point or ()) == (51.3374, 35.7005)


def test_a_form_with_its_signature() -> None:
    aml = read_form(FORM, key="demo-key")
    assert aml.told is not None
    assert (aml.number, aml.signed, aml.told.confidence) == ("+15555550110", True, 0.68)
    assert aml.called_at == from_rfc3339("2026-11-21T01:14:42Z")
    assert read_form(FORM.replace(b"35.70", b"35.71"), key="demo-key").signed is False, (
        "it lowers trust and discards nothing"
    )
    assert read_form(FORM).signed is None


def test_a_form_that_is_nearly_empty() -> None:
    assert read_form(b"").told is None
    assert read_form(b"&&&=&%%%&a" * 1000).told is None
    body = b"location_latitude=nan&location_longitude=51&device_number=x"
    assert (read_form(body).told, read_form(body).number) == (None, "")
    certain = read_form(b"location_latitude=35.7&location_longitude=51.3&location_certainty=68")
    assert certain.told is not None
    assert certain.told.confidence == 0.68
    assert read_form(b"location_latitude=35.7&location_longitude=51.3&gt_location_latitude=35.7").is_test


def test_a_signature_covers_every_byte_before_it() -> None:
    body = b"location_latitude=35.7&location_longitude=51.3"
    signature = hmac.new(b"k", body, hashlib.sha1).hexdigest().upper()
    assert read_form(body + f"&hmac={signature}".encode(), key="k").signed is True


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    read_sms(text)
    read_sms('A"ML=1;' + text)
    read_sms('A"ML=2;' + text)


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    read_data_sms(data)
    read_form(data, key="k")
