"""
What is fuzzed: each parser with good samples of its own, and what must hold whatever it is sent.

A target may refuse in the way that its door refuses, and in no other; what it returns must be fit to be stored and sent on.
"""

import csv
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from nazdik.fleet import doors
from nazdik.fleet.model import Fix
from nazdik.geo.conditions.select import check_points
from nazdik.geo.coordinates import parse_coordinates
from nazdik.geo.errors import GeoBuildError
from nazdik.geo.inputs import read_boundary
from nazdik.geo.places.kilometres import read_post
from nazdik.geo.places.pluscode import decode, find_plus_code, recover
from nazdik.guide.guessing import Guesser
from nazdik.guide.model import BookName, Words
from nazdik.guide.shipped import shipped
from nazdik.intake import aml, numbers
from nazdik.intake.ami import Manager
from nazdik.intake.callers.envelope import Came, wrap
from nazdik.intake.callers.reading import read_page, read_sms_body, read_sos
from nazdik.intake.callers.reports import presented as reported
from nazdik.intake.callers.reports import read_report, without_key
from nazdik.intake.callers.subscribers import Line as Subscriber
from nazdik.intake.callers.subscribers import located as subscriber_located
from nazdik.intake.callers.subscribers import read_file
from nazdik.intake.exchange import located, presented
from nazdik.intake.model import LocationSource, RingingEnd
from nazdik.intake.raw import read_care, read_raw, read_ringing_end
from nazdik.intake.shapes import is_place
from nazdik.intake.sip.agent import Agent, Ended, Rang, Send
from nazdik.intake.sip.body import PARTS_MAX, parts_of
from nazdik.intake.sip.location import Told, read_pidf
from nazdik.intake.sip.message import MESSAGE_BYTES_MAX, take_message
from nazdik.interchange.conveyance import Line
from nazdik.interchange.features.query import read_query
from nazdik.interchange.inbox import read_eido
from nazdik.interchange.warnings.cap_check import faults_of as cap_faults
from nazdik.kernel import CallId, IncidentId, Instant, Invalid, LonLat, ProvinceId, UnitId
from nazdik.platform.journal import Kept
from nazdik.platform.mqtt.packets import MqttError, Reader
from nazdik.published.catalogue import KINDS
from tests.fuzz import uploads
from tests.interfaces import samples
from tests.unit.intake import test_aml, test_sip

CAR = UnitId("khuzestan.u.A12")
CALL = CallId("khuzestan.c0")
HERE = LonLat(51.4089, 35.7156)
AROUND = (51.3, 35.6, 51.5, 35.8)
PEER = ("tcp", "192.0.2.10", 40_000)


class Target(NamedTuple):
    """One parser: good samples, and a look at what it makes of others."""

    name: str
    samples: tuple[bytes, ...]
    look: Callable[[bytes], None]


# The telephone


def _sip(data: bytes) -> None:
    """Whatever begins as a call rings, and all of its news can be stored."""
    agent = Agent(lambda: "tag")
    said = agent.receive(data, PEER, 0.0)
    said += agent.receive(data, PEER, 1.0)
    said += [thing for rang in said if isinstance(rang, Rang) for thing in agent.kept(rang.handle, 2.0)]
    said += agent.tick(700.0)
    rings = [thing for thing in said if isinstance(thing, Rang)]
    if data[:16].lstrip().upper().startswith(b"INVITE"):
        assert rings, "somebody rang and nobody was told"
    for rang in rings:
        _stored(presented(CALL, rang.ring))
        _stored_places(rang.ring.places)
    for thing in said:
        if isinstance(thing, Send):
            assert thing.data.startswith(b"SIP/2.0 ") and thing.data.count(b"\r\n\r\n") == 1, "one answer, and no more"
        elif isinstance(thing, Ended):
            thing.reason.encode()


def _sip_stream(data: bytes) -> None:
    """A stream is cut into messages of an allowed size, or is out of step."""
    buffer = bytearray(data)
    with suppress(ValueError):
        while (message := take_message(buffer)) is not None:
            assert 0 < len(message) <= MESSAGE_BYTES_MAX


def _body(data: bytes) -> None:
    content_type, _, body = data.partition(b"\n")
    parts = parts_of(content_type.decode("utf-8", "replace"), body)
    assert len(parts) <= PARTS_MAX
    assert all(len(part.data) <= len(body) for part in parts)


def _pidf(data: bytes) -> None:
    _stored_places(read_pidf(data))


def _ami(data: bytes) -> None:
    manager = Manager(frozenset({"110"}))
    for block in data.split(b"\r\n\r\n"):
        for thing in manager.take(block):
            if isinstance(thing, Rang):
                _stored(presented(CALL, thing.ring))


# Messages


def _aml_text(data: bytes) -> None:
    found = aml.read_sms(data.decode("utf-8", "replace"), sender="09161112233")
    _stored_places([found.told] if found is not None and found.told is not None else [])
    _stored(found)


def _aml_data(data: bytes) -> None:
    found = aml.read_data_sms(data)
    _stored_places([found.told] if found is not None and found.told is not None else [])


def _aml_form(data: bytes) -> None:
    found = aml.read_form(data, key="demo-key")
    _stored_places([found.told] if found.told is not None else [])
    _stored(found)


def _sms(data: bytes) -> None:
    kind = "application/json" if data[:1] == b"{" else "application/x-www-form-urlencoded"
    sms = read_sms_body(data, kind)
    sos = read_sos(data.decode("utf-8", "replace"))
    read_page(data)
    for found in (sms.sos, sos):
        assert found is None or found.point is None or is_place(found.point)
    _stored(sms)
    _stored(sos)


def _words(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert len(numbers.tidy_number(text)) <= len(text) + 3
    assert len(_guesser().guess(text).guesses) <= 5


@cache
def _guesser() -> Guesser:
    words = shipped(BookName.WORDS)
    assert isinstance(words, Words)
    return Guesser(words, {kind.code: kind for kind in KINDS})


def _raw(data: bytes) -> None:
    """What the journal holds can always be looked at, and says nothing that hides."""
    for door in ("sip", "ami", "sms", "aml", "sos", "call", "update", "ended", "handled"):
        for record in (data, wrap(Came(door, "1", ProvinceId("khuzestan"), "-", data))):
            kept = Kept(0, Instant(1), record)
            raw = read_raw(kept)
            care, end = read_care(kept), read_ringing_end(kept)
            assert care is None or care.of == 1 or record is data
            assert end is None or isinstance(end[1], RingingEnd)
            assert not any(char in raw.text for char in "\x00\x1b\u202e\u2028"), "shown as it is"
            raw.text.encode()


# Trackers


def _fixes(fixes: Iterable[Fix | Invalid | None]) -> None:
    for fix in fixes:
        if isinstance(fix, Fix):
            assert isfinite(fix.lon) and isfinite(fix.lat)
            assert 946_684_800_000_000 <= fix.fixed_at < 4_102_444_800_000_000
            assert not fix.speed_m_per_s < 0 and not fix.accuracy_m < 0
            assert not (fix.heading_deg < 0 or fix.heading_deg >= 360)
            assert isinstance(fix.mock, bool)


def _osmand(data: bytes) -> None:
    with suppress(Invalid):
        fields = doors.parse_fields(data)
        with suppress(Invalid):
            doors.credential_of(fields)
        _fixes([doors.parse_osmand(fields, unit_id=CAR)])


def _traccar(data: bytes) -> None:
    with suppress(Invalid):
        message = doors.parse_object(data)
        with suppress(Invalid):
            doors.parse_heartbeat(message)
        _fixes([doors.parse_traccar(message, unit_id=CAR)])


def _owntracks(data: bytes) -> None:
    with suppress(Invalid):
        _fixes([doors.parse_owntracks(data, unit_id=CAR)])


def _batch(data: bytes) -> None:
    for unit_id in (CAR, None):
        with suppress(Invalid):
            _fixes(doors.parse_batch(data, unit_id=unit_id))


def _mqtt(data: bytes) -> None:
    with suppress(MqttError):
        for size in (len(data), 1):
            reader = Reader(1_000)
            for at in range(0, len(data), max(size, 1)):
                reader.feed(data[at : at + size])


# Other systems, maps and places


def _eido(data: bytes) -> None:
    handed = read_eido(data)
    _stored(handed)


def _conveyance(data: bytes) -> None:
    """Whatever a subscriber says, it is answered by one message or by none."""
    line = Line(_NoIncidents(), lambda: "n1")
    for said in (data, data.decode("utf-8", "replace")):
        answer = line.hear(said, Instant(1))
        assert answer is None or len(answer) == 1
        _stored(answer)
    line.due(Instant(2))


class _NoIncidents:
    def active(self) -> list[IncidentId]:
        return []

    def find(self, name: str) -> tuple[IncidentId, Instant | None] | None:
        return None


def _open311(data: bytes) -> None:
    _stored(reported(ProvinceId("khuzestan"), "0f3a91c2d07f3a91c2d0", read_report(data)))
    without_key(data)


def _features(data: bytes) -> None:
    with suppress(Invalid):
        read_query(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True))


def _subscribers(data: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="nazdik-fuzz-") as folder:
        file = Path(folder, "lines.csv")
        file.write_bytes(data)
        with suppress(UnicodeDecodeError, csv.Error):
            for line in read_file(file):
                if isinstance(line, Subscriber):
                    _stored(subscriber_located(CALL, line))


def _cap(data: bytes) -> None:
    for fault in cap_faults(data):
        str(fault).encode()


def _geojson(data: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="nazdik-fuzz-") as folder:
        file = Path(folder, "area.geojson")
        file.write_bytes(data)
        with suppress(GeoBuildError):
            area = read_boundary(file)
            assert area.geom_type in ("Polygon", "MultiPolygon", "GeometryCollection")


def _polygon(data: bytes) -> None:
    with suppress(Invalid, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        points = msgspec.json.decode(data, type=list[tuple[float, float]])
        assert all(is_place(point) or point == (0, 0) for point in check_points(points, 3))


def _coordinates(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    point = parse_coordinates(text, AROUND)
    assert point is None or (isfinite(point.lon) and abs(point.lon) <= 180 and abs(point.lat) <= 90)
    read_post(text)
    code = find_plus_code(text)
    if code is not None:
        whole = recover(code.code, HERE) if code.is_short else code.code
        middle, _ = decode(whole)
        assert abs(middle.lon) <= 180 and abs(middle.lat) <= 90


def _stored(value: Any) -> None:
    msgspec.json.encode(value)


def _stored_places(places: Iterable[Told]) -> None:
    for told in places:
        assert told.point is None or is_place(told.point)
        assert told.accuracy_m is None or 0 <= told.accuracy_m <= 2.1e7
        assert told.confidence is None or 0 < told.confidence <= 1
        _stored(located(CALL, told, LocationSource.SIGNALLING))


def _of(page: str, language: str) -> tuple[bytes, ...]:
    return tuple(sample.encode() for sample in samples(page, language))


SHAPES = (
    test_sip.CIRCLE,
    "<gml:Point><gml:pos>31.3 48.6 17</gml:pos></gml:Point><con:confidence>95</con:confidence>",
    "<gs:Ellipse><gml:pos>31.3 48.6</gml:pos><gs:semiMajorAxis>70</gs:semiMajorAxis><gs:semiMinorAxis>20</gs:semiMinorAxis>"
    "<gs:orientation>40</gs:orientation></gs:Ellipse>",
    "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>31.3 48.6 31.4 48.6 31.4 48.7 31.3 48.6</gml:posList>"
    "</gml:LinearRing></gml:exterior></gml:Polygon>",
    "<gs:ArcBand><gml:pos>31.3 48.6</gml:pos><gs:innerRadius>100</gs:innerRadius><gs:outerRadius>900</gs:outerRadius>"
    "<gs:startAngle>350</gs:startAngle><gs:openingAngle>60</gs:openingAngle></gs:ArcBand>",
    "<ca:civicAddress><ca:country>IR</ca:country><ca:A1>خوزستان</ca:A1><ca:RD>طالقانی</ca:RD><ca:HNO>12</ca:HNO>"
    "</ca:civicAddress>",
)
PIDFS = tuple(test_sip.PIDF.format(shape=shape).encode() for shape in SHAPES)
INVITES = (
    test_sip.sip(),
    *(test_sip.with_location(shape) for shape in SHAPES),
    test_sip.sip("CANCEL", more='Reason: SIP;cause=200;text="Call completed elsewhere"\r\n'),
    test_sip.sip("OPTIONS"),
    test_sip.sip("PRACK", more="RAck: 1 1 INVITE\r\n"),
    test_sip.sip(more="Require: 100rel\r\nP-Asserted-Identity: \"نام\" <tel:+989161112233>, <sip:1@x>\r\nCall-Info: "
                      "<urn:emergency:uid:callid:9c01ab44e2:bcf.example>;purpose=emergency-CallId\r\n"),
)  # fmt: skip
AMI = (
    b"Event: Newchannel\r\nUniqueid: 1.1\r\nLinkedid: 1.1\r\nExten: 110\r\nCallerIDNum: 09161112233\r\nCallerIDName: x",
    b"Event: Newchannel\r\nUniqueid: 1.1\r\nExten: 110\r\n\r\n"
    b"Event: Hangup\r\nUniqueid: 1.1\r\nLinkedid: 1.1\r\nCause-txt: Busy",
    b"Event: DialEnd\r\nDestLinkedid: 1.1\r\nDialStatus: ANSWER\r\n\r\n"
    b"Event: BridgeEnter\r\nLinkedid: 1.1\r\nBridgeNumChannels: 2",
)
EIDO = _of("eido", "json")
NESTED = (
    b'multipart/mixed;boundary="b1"\n--b1\r\nContent-Type: multipart/mixed;boundary=b2\r\n\r\n'
    b"--b2\r\n\r\nx\r\n--b2--\r\n--b1--"
)
MULTIPARTS = (
    *(b"multipart/mixed; boundary=b1\n" + invite.partition(b"\r\n\r\n")[2] for invite in INVITES[1:4]),
    NESTED,
)
AML_TEXTS = tuple(text.encode() for text in (test_aml.FIRST, test_aml.NOWHERE, test_aml.SECOND))
AML_DATA = (test_aml.packed(test_aml.FIRST), b"\x06\x05\x04\x0b\x84\x23\xf0" + test_aml.packed(test_aml.FIRST))
OSMAND = (
    b"id=t&lat=31.32&lon=48.68&timestamp=1795223702&speed=10&bearing=271.5&accuracy=6&batt=71&valid=true&altitude=5",
    b"deviceid=t&location=31.32,48.68&timestamp=2026-11-21T01:15:02Z&heading=-1&speed=-1&mock=0&cell=1,2,3,4",
)
TRACCAR = (
    b'{"device_id":"9f3c","location":{"timestamp":"2026-11-21T01:15:02.412Z","coords":{"latitude":35.70061,'
    b'"longitude":51.33702,"accuracy":6,"speed":9.4,"heading":271},"mock":false},"sound":"ok","battery":0.7}'
)
TRANSITION = b'{"_type":"transition","wtst":1,"tst":1795223702,"event":"enter","lat":31.3,"lon":48.6,"acc":6}'
BATCH = (
    b'[{"lon":48.68,"lat":31.32,"at":"2026-11-21T01:15:02Z","heading":370,"speed_m_per_s":3.5,"accuracy_m":4},'
    b'{"unit":"khuzestan.u.M07","lon":48.6,"lat":31.3,"at":"2026-11-21T04:45:02+03:30","mock":true}]'
)
MQTT = b"\x20\x02\x00\x00\x90\x04\x00\x01\x01\x01\xd0\x00\x32\x09\x00\x03a/b\x00\x01hi\x31\x06\x00\x03a/cx"
CAP = (
    b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier><sender>b</sender>'
    b"<sent>2026-11-21T09:20:00+08:00</sent><status>Exercise</status><msgType>Alert</msgType><scope>Public</scope>"
    b"<info><category>Security</category><event>e</event><urgency>Immediate</urgency><severity>Severe</severity>"
    b"<certainty>Likely</certainty><area><areaDesc>d</areaDesc><polygon>35.7,51.3 35.8,51.3 35.8,51.4 35.7,51.3"
    b"</polygon><circle>35.7,51.3 2</circle></area></info></alert>"
)
AREA = b'{"type":"Polygon","coordinates":[[[51.33,35.70],[51.35,35.70],[51.35,35.71],[51.33,35.70]]]}'
FEATURES = (
    b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"x"},"geometry":' + AREA + b"}]}"
)
LINES = (
    "number,kind,address,lon,lat,accuracy_m,start_deg,opening_deg,outer_m\n"
    '0611234567,address,"اهواز، نادری ۱۲",48.68,31.32,20,,,\n'
    "09161234567,sector,دکل ۱,48.7,31.3,,350,120,2000\n"
).encode()
PLACES = (
    "35.7156, 51.4089",
    "۳۵٫۷۱۵۶ ۵۱٫۴۰۸۹",
    "N35 42.9 E51 24.5",
    "35°42'56\"N 51°24'32\"E",
    "8H7GP97C+2V",
    "P97C+2V تهران",
    "https://maps.example/?q=35.7,51.4",
    "geo:35.7,51.4",
    "کیلومتر ۱۲ جاده اهواز به شوش",
)
WORDS = ("تصادف در خیابان طالقانی ۲ نفر زخمی", "0098 916 111 2233", "robbery")
ENDED = b'{"how": "elsewhere", "reason": "answered"}'
CARED = '{"by": "seat:call_taker:p", "words": "گشت فرستاده شد"}'.encode()
TARGETS = (
    Target("sip", INVITES, _sip),
    Target("sip_stream", (INVITES[0] + INVITES[1], b"\r\n\r\n" + INVITES[0]), _sip_stream),
    Target("sip_body", MULTIPARTS, _body),
    Target("pidf", PIDFS, _pidf),
    Target("ami", AMI, _ami),
    Target("aml_text", AML_TEXTS, _aml_text),
    Target("aml_data", AML_DATA, _aml_data),
    Target("aml_form", (test_aml.FORM, *_of("aml", "form")), _aml_form),
    Target("sms", (*_of("sms", "json"), *_of("sms", "sos"), b"from=0916&text=help&id=1&data=41424344"), _sms),
    Target("words", tuple(text.encode() for text in WORDS), _words),
    Target("raw", (*INVITES[:3], *AMI[:1], *_of("sms", "json"), test_aml.FORM, ENDED, CARED), _raw),
    Target("osmand", OSMAND, _osmand),
    Target("traccar", (TRACCAR,), _traccar),
    Target("owntracks", (*_of("mqtt", "json"), TRANSITION), _owntracks),
    Target("batch", (BATCH,), _batch),
    Target("mqtt", (MQTT,), _mqtt),
    Target("eido", EIDO, _eido),
    Target("conveyance", (*EIDO[:1], b'{"unsubscribe":{"requestId":"r","subscriptionId":"s"}}'), _conveyance),
    Target("open311", _of("open311", "http"), _open311),
    Target("features", (b"limit=10&bbox=51.3,35.6,51.5,35.8&datetime=2026-11-21T01:30:00Z/..&offset=2",), _features),
    Target("subscribers", (LINES,), _subscribers),
    Target("cap", (CAP,), _cap),
    Target("geojson", (AREA, FEATURES), _geojson),
    Target("polygon", (b"[[51.33,35.70],[51.35,35.70],[51.35,35.71],[51.33,35.70]]",), _polygon),
    Target("coordinates", tuple(text.encode() for text in PLACES), _coordinates),
    Target("sheet", (uploads.BOOK, "نشان;یگان\nA12;کلانتری ۱۱\n".encode(), b"sep=,\na,b\n"), uploads.sheet),
    Target(
        "sheet_part",
        tuple(uploads.part_of(part) for part in (uploads.SHEET, uploads.WORKBOOK, uploads.STYLES)),
        uploads.sheet_part,
    ),
    Target("photo", uploads.PICTURES, uploads.photo),
    Target("voice", uploads.VOICES, uploads.voice),
    Target("stream", uploads.LINES, uploads.stream),
)
