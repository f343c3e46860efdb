"""What trackers and handhelds may send, in good form and in bad."""

import json
import math
from typing import Any

import pytest

from nazdik.fleet.doors import (
    credential_of,
    parse_batch,
    parse_fields,
    parse_heartbeat,
    parse_object,
    parse_osmand,
    parse_owntracks,
    parse_traccar,
)
from nazdik.fleet.model import Fix, Heartbeat, Sound
from nazdik.kernel import Invalid, UnitId, from_rfc3339

CAR = UnitId("khuzestan.u.A12")
AT = from_rfc3339("2026-11-21T01:15:02Z")
LONG = "9" * 20_000
OSMAND = {"id": "token", "lat": "31.32", "lon": "48.68", "timestamp": "1795223702"}
OWN = {"lon": 48.68, "lat": 31.32, "at": "2026-11-21T01:15:02Z"}


def body(message: object) -> bytes:
    return json.dumps(message).encode()


def only(items: list[Fix | Invalid]) -> Fix | Invalid:
    (item,) = items
    return item


def code_of(items: list[Fix | Invalid]) -> str:
    item = only(items)
    assert isinstance(item, Invalid)
    return item.code


# OsmAnd


@pytest.mark.parametrize(
    "timestamp",
    ["1795223702", "1795223702000", "2026-11-21T01:15:02Z", "2026-11-21T04:45:02+03:30", "2026-11-21 01:15:02"],
)
def test_osmand_times_in_seconds_milliseconds_and_iso_are_one_instant(timestamp: str) -> None:
    fix = parse_osmand({**OSMAND, "timestamp": timestamp}, unit_id=CAR)
    assert fix is not None and fix.fixed_at == AT


def test_osmand_speed_is_in_knots() -> None:
    fix = parse_osmand({**OSMAND, "speed": "10", "bearing": "271.5", "accuracy": "6", "batt": "71"}, unit_id=CAR)
    assert fix is not None
    assert fix.speed_m_per_s == pytest.approx(5.14444, abs=1e-4)
    assert (fix.lon, fix.lat, fix.heading_deg, fix.accuracy_m, fix.mock) == (48.68, 31.32, 271.5, 6.0, False)


def test_osmand_location_is_latitude_first() -> None:
    fix = parse_osmand({"location": "31.32,48.68", "timestamp": "1795223702"}, unit_id=CAR)
    assert fix is not None and (fix.lon, fix.lat) == (48.68, 31.32)


def test_osmand_without_coordinates_says_nothing_new() -> None:
    assert parse_osmand({"id": "token", "timestamp": "1795223702", "batt": "12"}, unit_id=CAR) is None


@pytest.mark.parametrize("valid", ["false", "0"])
def test_a_tracker_that_doubts_itself_is_endlessly_inaccurate(valid: str) -> None:
    fix = parse_osmand({**OSMAND, "valid": valid, "accuracy": "5"}, unit_id=CAR)
    assert fix is not None and fix.accuracy_m == math.inf


def test_minus_one_from_a_telephone_means_unknown() -> None:
    fix = parse_osmand({**OSMAND, "speed": "-1", "bearing": "-1.0"}, unit_id=CAR)
    assert fix is not None and math.isnan(fix.speed_m_per_s) and math.isnan(fix.heading_deg)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("lat", "nan", "position.bad_number"),
        ("lon", "inf", "position.bad_number"),
        ("lat", "north", "position.bad_number"),
        ("lat", "", "position.bad_number"),
        ("lon", "1e400", "position.bad_number"),
        ("lon", "4_8", "position.bad_number"),
        ("lon", LONG, "position.bad_number"),
        ("timestamp", "", "position.field_missing"),
        ("timestamp", "yesterday", "position.bad_time"),
        ("timestamp", LONG, "position.bad_time"),
        ("timestamp", "1e30", "position.bad_time"),
        ("timestamp", "12345", "position.bad_time"),
        ("timestamp", "9999-12-31T23:59:59-14:00", "position.bad_time"),
        ("speed", "-5", "position.bad_number"),
        ("speed", "fast", "position.bad_number"),
        ("bearing", "1e9", "position.bad_number"),
        ("accuracy", "-2", "position.bad_number"),
        ("valid", "perhaps", "position.bad_text"),
        ("mock", LONG, "position.bad_text"),
        ("location", "31.32", "position.bad_number"),
    ],
)
def test_a_bad_osmand_field_is_refused_by_its_code(field: str, value: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_osmand({**OSMAND, field: value}, unit_id=CAR)
    assert refusal.value.code == code


def test_the_credential_is_whatever_the_tracker_calls_its_id() -> None:
    assert [credential_of({name: "t"}) for name in ("id", "deviceid", "device_id")] == ["t"] * 3
    for fields in ({}, {"id": ""}, {"id": 5}):
        with pytest.raises(Invalid):
            credential_of(fields)


def test_fields_are_read_from_a_query_or_a_form() -> None:
    sent = b"id=t&cell=1,2&cell=3,4&desc=%D8%AE%D9%88%D8%A8+ok&empty=&lat=31.32"
    assert parse_fields(sent) == {"id": "t", "cell": "3,4", "desc": "خوب ok", "empty": "", "lat": "31.32"}
    assert parse_fields(b"") == {}


@pytest.mark.parametrize("sent", [b"a=1&" * 201, b"a=" + b"x" * 70_000, b"\xff=1", b"a=%ff"])
def test_fields_beyond_all_measure_are_refused(sent: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_fields(sent)
    assert refusal.value.code == "position.bad_body"


# Traccar Client

TRACCAR: dict[str, Any] = {
    "device_id": "token",
    "location": {
        "timestamp": "2026-11-21T01:15:02.412Z",
        "coords": {"latitude": 31.32, "longitude": 48.68, "accuracy": 6, "speed": 9.4, "heading": 271, "altitude": 17},
        "is_moving": True,
        "mock": False,
        "battery": {"level": 0.71, "is_charging": True},
    },
}


def with_location(**changes: object) -> dict[str, Any]:
    return {**TRACCAR, "location": {**TRACCAR["location"], **changes}}


def test_the_traccar_client_speaks_of_metres_a_second() -> None:
    assert parse_traccar(TRACCAR, unit_id=CAR) == Fix(
        CAR, 48.68, 31.32, from_rfc3339("2026-11-21T01:15:02.412Z"), 271.0, 9.4, 6.0
    )


def test_minus_one_from_the_traccar_client_means_unknown() -> None:
    coords = {"latitude": 31.32, "longitude": 48.68, "accuracy": -1, "speed": -1, "heading": -1}
    fix = parse_traccar(with_location(coords=coords), unit_id=CAR)
    assert fix is not None and all(math.isnan(v) for v in (fix.heading_deg, fix.speed_m_per_s, fix.accuracy_m))


def test_the_traccar_clients_mock_mark_is_kept() -> None:
    fix = parse_traccar(with_location(mock=True), unit_id=CAR)
    assert fix is not None and fix.mock


def test_a_traccar_message_without_coordinates_says_nothing_new() -> None:
    assert parse_traccar(with_location(coords=None), unit_id=CAR) is None


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"location": 5},
        {"location": [1, 2]},
        with_location(coords="here"),
        with_location(coords={"latitude": 31.32}),
        with_location(coords={"latitude": True, "longitude": 48.0}),
        with_location(coords={"latitude": 10**400, "longitude": 48.0}),
        with_location(timestamp=None),
        with_location(timestamp={}),
        with_location(timestamp=10**400),
        with_location(mock="maybe"),
        with_location(mock=[]),
    ],
)
def test_a_bad_traccar_message_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        parse_traccar(message, unit_id=CAR)


# OwnTracks

OWNTRACKS = {
    "_type": "location",
    "tid": "A1",
    "lat": 31.32,
    "lon": 48.68,
    "acc": 6,
    "vel": 36,
    "cog": 271,
    "tst": 1795223702,
}


def test_owntracks_speaks_of_kilometres_an_hour() -> None:
    assert parse_owntracks(body(OWNTRACKS), unit_id=CAR) == Fix(CAR, 48.68, 31.32, AT, 271.0, 10.0, 6.0)


def test_an_owntracks_transition_says_where_the_phone_was() -> None:
    transition = {"_type": "transition", "event": "enter", "wtst": 1, "desc": "base", "t": "c"}
    sent = {**transition, "tst": 1795223702, "lat": 31.32, "lon": 48.68, "acc": 6}
    fix = parse_owntracks(body(sent), unit_id=CAR)
    assert fix is not None and (fix.lon, fix.lat, fix.fixed_at, fix.accuracy_m) == (48.68, 31.32, AT, 6.0)
    assert parse_owntracks(body({**transition, "tst": 1795223702}), unit_id=CAR) is None


def test_what_owntracks_leaves_out_or_calls_minus_one_is_not_known() -> None:
    """It omits zeros; a speed that is not told must not look like a parked car."""
    for more in ({}, {"vel": -1, "cog": -1, "acc": -1}):
        sent = {"_type": "location", "lat": 31.32, "lon": 48.68, "tst": 1795223702, **more}
        fix = parse_owntracks(body(sent), unit_id=CAR)
        assert fix is not None
        assert all(math.isnan(value) for value in (fix.heading_deg, fix.speed_m_per_s, fix.accuracy_m))


def test_what_owntracks_says_of_itself_is_not_read() -> None:
    sent = {**OWNTRACKS, "tid": "B2", "topic": "owntracks/other/phone", "created_at": 1, "username": "other"}
    assert parse_owntracks(body(sent), unit_id=CAR) == parse_owntracks(body(OWNTRACKS), unit_id=CAR)


@pytest.mark.parametrize("sent", [b"", b"  ", body({"_type": "lwt", "tst": 1}), body({"_type": "waypoints"})])
def test_an_owntracks_message_that_is_no_place_is_let_by(sent: bytes) -> None:
    assert parse_owntracks(sent, unit_id=CAR) is None


@pytest.mark.parametrize(
    "sent",
    [
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"_type": 5}',
        b"[" * 100_000,
        body({"_type": "encrypted", "data": "x"}),
        body({**OWNTRACKS, "lat": None}),
        body({**OWNTRACKS, "tst": "soon"}),
        body({**OWNTRACKS, "vel": "NaN"}),
        body({**OWNTRACKS, "tst": float("nan")}),
    ],
)
def test_a_bad_owntracks_message_is_refused(sent: bytes) -> None:
    with pytest.raises(Invalid):
        parse_owntracks(sent, unit_id=CAR)


# Our own batch


def test_a_handhelds_batch_is_for_its_own_unit() -> None:
    sent = [{**OWN, "heading": 370, "speed_m_per_s": 3.5, "accuracy_m": 4, "mock": True}]
    assert only(parse_batch(body(sent), unit_id=CAR)) == Fix(CAR, 48.68, 31.32, AT, 10.0, 3.5, 4.0, mock=True)


def test_a_gateway_names_the_unit_of_each_position() -> None:
    fix = only(parse_batch(body([{**OWN, "unit": "khuzestan.u.M07"}]), unit_id=None))
    assert isinstance(fix, Fix) and fix.unit_id == "khuzestan.u.M07"


@pytest.mark.parametrize(
    ("changes", "gateway", "code"),
    [
        ({"unit": "khuzestan.u.A12"}, False, "position.unit_not_allowed"),
        ({}, True, "position.unit_missing"),
        ({"unit": ""}, True, "position.unit_missing"),
        ({"unit": LONG}, True, "position.bad_text"),
        ({"unit": "a\nb"}, True, "position.bad_text"),
        ({"at": "now"}, False, "position.bad_time"),
        ({"at": "2126-11-21T01:15:02Z"}, False, "position.bad_time"),
        ({"at": 5}, False, "position.bad_body"),
        ({"lon": "48"}, False, "position.bad_body"),
        ({"lon": None}, False, "position.bad_body"),
        ({"lat": 1e300}, False, "position.bad_number"),
        ({"speed_m_per_s": -1.5}, False, "position.bad_number"),
        ({"heading": 1e8}, False, "position.bad_number"),
        ({"mock": "yes"}, False, "position.bad_body"),
    ],
)
def test_a_bad_item_is_refused_by_its_code(changes: dict[str, object], gateway: bool, code: str) -> None:
    assert code_of(parse_batch(body([{**OWN, **changes}]), unit_id=None if gateway else CAR)) == code


def test_one_bad_item_does_not_hold_back_the_others() -> None:
    items = parse_batch(body([OWN, {"lon": "x"}, 7, {**OWN, "at": ""}, OWN]), unit_id=CAR)
    assert [isinstance(item, Fix) for item in items] == [True, False, False, False, True]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"heading": -90, "speed_m_per_s": 0, "accuracy_m": 5},
        {"heading": 720.0, "speed_m_per_s": 12.5, "accuracy_m": 1e9, "mock": True},
        {"heading": None, "speed_m_per_s": None, "accuracy_m": None},
        {"lon": 500, "lat": -1e9},
    ],
)
def test_a_report_is_read_alike_beside_one_that_is_refused(said: dict[str, Any]) -> None:
    """A batch of good reports is read by the quick way, any other one by one."""
    good = {"unit": CAR, "lon": 48.68, "lat": 31.32, "at": "2026-11-21T01:15:02Z", **said}
    (alone,) = parse_batch(json.dumps([good]).encode(), unit_id=None)
    beside, refused = parse_batch(json.dumps([good, {**good, "speed_m_per_s": -1}]).encode(), unit_id=None)
    assert isinstance(alone, Fix)
    assert str(beside) == str(alone)
    assert isinstance(refused, Invalid) and refused.code == "position.bad_number"


@pytest.mark.parametrize(
    "sent", [b"", b"{}", b"null", b"[", b"[NaN]", b"\xff", b"[" * 100_000, b" " * (5 << 20), body([OWN] * 10_001)]
)
def test_a_body_that_is_no_batch_is_refused(sent: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_batch(sent, unit_id=CAR)
    assert refusal.value.code == "position.bad_body"


def test_an_object_is_wanted_where_an_object_is_wanted() -> None:
    assert parse_object(b'{"a":1}') == {"a": 1}
    with pytest.raises(Invalid):
        parse_object(b"5")


# Heartbeats


def test_a_heartbeat_is_read() -> None:
    message = {"t": "health", "battery": 0.8, "sound": "ok", "gps_age_s": 3, "app_version": "0.1.0"}
    assert parse_heartbeat(message) == Heartbeat(Sound.OK, 0.8, 3.0, "0.1.0")


@pytest.mark.parametrize("sound", [None, 5, "loud", []])
def test_a_sound_that_is_not_known_to_be_ok_is_unknown(sound: object) -> None:
    assert parse_heartbeat({"sound": sound}) == Heartbeat(Sound.UNKNOWN)


@pytest.mark.parametrize(
    "message", [{"battery": 80}, {"battery": "full"}, {"gps_age_s": -3}, {"app_version": 5}, {"app_version": LONG}]
)
def test_a_bad_heartbeat_is_refused(message: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        parse_heartbeat({"sound": "ok", **message})
