"""The exchange's signalling: what is rung, what is read, and what is never lost."""

import base64
import itertools
import quopri
from collections.abc import Callable

import pytest

from nazdik.intake.numbers import find_number
from nazdik.intake.shapes import Area, Ellipse, Sector
from nazdik.intake.sip.agent import (
    REMEMBER_S,
    RING_AGAIN_S,
    RING_MAX_S,
    Agent,
    Ended,
    Rang,
    Said,
    Send,
    Source,
    Updated,
)
from nazdik.intake.sip.call import read_any, read_ring
from nazdik.intake.sip.location import read_pidf
from nazdik.intake.sip.message import parse, take_message

PEER = ("udp", "192.0.2.10", 5060)
STREAM = ("tcp", "192.0.2.10", 40_000)
PIDF = """<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
  xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" xmlns:gml="http://www.opengis.net/gml"
  xmlns:gs="http://www.opengis.net/pidflo/1.0" xmlns:con="urn:ietf:params:xml:ns:geopriv:conf"
  xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr" entity="pres:+15555550110@osp.example">
  <dm:device id="d1"><gp:geopriv><gp:location-info>{shape}</gp:location-info>
    <gp:usage-rules/><gp:method>Wireless</gp:method></gp:geopriv>
    <dm:timestamp>2026-11-21T01:14:53Z</dm:timestamp></dm:device>
</presence>"""
CIRCLE = """<gs:Circle srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>31.3183 48.6706</gml:pos>
  <gs:radius uom="urn:ogc:def:uom:EPSG::9001">25</gs:radius></gs:Circle><con:confidence pdf="normal">68</con:confidence>"""

HELD = """<?xml version="1.0"?><locationResponse xmlns="urn:ietf:params:xml:ns:geopriv:held">
  <locationUriSet expires="2026-12-01T13:00:00.0Z"><locationURI>https://lis.example/1</locationURI></locationUriSet>
  {document}</locationResponse>"""


def sip(method: str = "INVITE", *, call: str = "5e0c", tag: str = "71", to_tag: str = "", branch: str = "z9hG4bK7a1",
        cseq: int = 1, uri: str = "urn:service:sos", more: str = "", body: str = "") -> bytes:  # fmt: skip
    to = f";tag={to_tag}" if to_tag else ""
    head = (
        f"{method} {uri} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 192.0.2.10:5060;branch={branch}\r\n"
        f"From: <sip:+989161112233@osp.example>;tag={tag}\r\n"
        f"To: <{uri}>{to}\r\n"
        f"Call-ID: {call}@192.0.2.10\r\n"
        f"CSeq: {cseq} {'INVITE' if method == 'CANCEL' else method}\r\n"
        f"{more}"
        f"Content-Length: {len(body.encode())}\r\n\r\n"
    )
    return (head + body).encode()


def with_location(shape: str) -> bytes:
    pidf = PIDF.format(shape=shape)
    body = (
        "--b1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b1\r\n"
        f"Content-Type: application/pidf+xml\r\nContent-ID: <loc1@osp.example>\r\n\r\n{pidf}\r\n--b1--\r\n"
    )
    more = "Geolocation: <cid:loc1@osp.example>\r\nContent-Type: multipart/mixed; boundary=b1\r\n"
    return sip(more=more, body=body)


def agent() -> Agent:
    numbers = itertools.count(1)
    return Agent(lambda: f"tag{next(numbers)}")


def statuses(said: list[Said]) -> list[int]:
    return [int(thing.data.split(b" ")[1]) for thing in said if isinstance(thing, Send)]


def rung(said: list[Said]) -> Rang:
    return next(thing for thing in said if isinstance(thing, Rang))


def ended(said: list[Said]) -> list[Ended]:
    return [thing for thing in said if isinstance(thing, Ended)]


def test_a_call_is_tried_at_once_and_rings_when_it_is_on_disk() -> None:
    exchange = agent()
    said = exchange.receive(sip(), PEER, 0.0)
    assert statuses(said) == [100]
    assert rung(said).ring.number == "+989161112233"
    again = exchange.kept(rung(said).handle, 0.01)
    assert statuses(again) == [180]
    assert b";tag=" in again[0].data.split(b"To:")[1].split(b"\r\n")[0], "a dialogue needs our tag"


def test_it_never_answers_however_long_it_rings() -> None:
    exchange = agent()
    exchange.kept(rung(exchange.receive(sip(), PEER, 0.0)).handle, 0.0)
    sent = [s for t in range(1, int(RING_MAX_S)) for s in statuses(exchange.tick(float(t)))]
    assert set(sent) == {180}
    assert len(sent) == (RING_MAX_S - 1) // RING_AGAIN_S, "and says so each minute, that nobody on the way gives up"


def test_a_call_nobody_ends_is_given_up_and_said_so() -> None:
    exchange = agent()
    exchange.kept(rung(exchange.receive(sip(), PEER, 0.0)).handle, 0.0)
    said = exchange.tick(RING_MAX_S + 1)
    assert statuses(said) == [480]
    assert [thing.elsewhere for thing in ended(said)] == [False]


@pytest.mark.parametrize(
    ("reason", "elsewhere"),
    [
        ('Reason: SIP;cause=200;text="Call completed elsewhere"\r\n', True),
        ("Reason: Q.850;cause=26\r\n", True),
        ('Reason: Q.850;cause=16;text="Terminated"\r\n', False),
        ('Reason: Q.850;cause=16, SIP;cause=200;text="Call completed elsewhere"\r\n', True),
        ('Reason: Q.850;cause=16;text="Normal"\r\nReason: SIP;cause=200\r\n', True),
        ("Reason: SIP;cause=487, Q.850;cause=16\r\n", False),
        ("", False),
    ],
)
def test_cancel_tells_answered_elsewhere_from_given_up(reason: str, elsewhere: bool) -> None:
    exchange = agent()
    exchange.receive(sip(), PEER, 0.0)
    said = exchange.receive(sip("CANCEL", more=reason), PEER, 1.0)
    assert statuses(said) == [200, 487]
    assert [thing.elsewhere for thing in ended(said)] == [elsewhere]
    assert ended(exchange.receive(sip("CANCEL", more=reason), PEER, 1.1)) == [], (
        "a CANCEL sent again ends nothing twice"
    )


def test_the_last_answer_is_sent_until_it_is_acknowledged() -> None:
    exchange = agent()
    exchange.receive(sip(), PEER, 0.0)
    exchange.receive(sip("CANCEL"), PEER, 1.0)
    assert statuses(exchange.tick(1.6)) == [487]
    exchange.receive(sip("ACK"), PEER, 1.7)
    assert exchange.tick(9.0) == []


def test_an_invite_sent_again_is_one_call() -> None:
    exchange = agent()
    first = exchange.receive(sip(), PEER, 0.0)
    again = exchange.receive(sip(), PEER, 0.5)
    assert not [thing for thing in again if isinstance(thing, Rang)]
    exchange.kept(rung(first).handle, 0.6)
    assert statuses(exchange.receive(sip(), PEER, 1.0)) == [180], "and is answered as it stands"


def test_the_same_call_by_another_way_is_one_call() -> None:
    exchange = agent()
    exchange.receive(sip(), PEER, 0.0)
    said = exchange.receive(sip(branch="z9hG4bKother"), PEER, 0.1)
    assert statuses(said) == [482]
    assert not [thing for thing in said if isinstance(thing, Rang)]


def test_another_number_under_the_same_names_is_another_caller() -> None:
    exchange = agent()
    exchange.receive(sip(), PEER, 0.0)
    other = sip(branch="z9hG4bKother").replace(b"+989161112233", b"+989161119999")
    assert rung(exchange.receive(other, PEER, 0.1)).ring.number == "+989161119999"


def test_a_written_message_is_refused_and_not_thrown_away_with_thanks() -> None:
    assert statuses(agent().receive(sip("MESSAGE", body="help"), PEER, 0.0)) == [405]


@pytest.mark.parametrize(
    ("uri", "source", "contact"),
    [
        ("sip:110@192.0.2.20", PEER, b"<sip:110@192.0.2.20>"),
        ("urn:service:sos", PEER, b"<sip:110@192.0.2.20:5060>"),
        ("urn:service:sos", STREAM, b"<sip:110@192.0.2.20:5060;transport=tcp>"),
    ],
)
def test_what_follows_within_the_call_has_an_address_to_go_to(uri: str, source: Source, contact: bytes) -> None:
    exchange = Agent(lambda: "tag", lambda _: "192.0.2.20:5060")
    handle = rung(exchange.receive(sip(uri=uri), source, 0.0)).handle
    (ringing,) = exchange.kept(handle, 0.0)
    assert isinstance(ringing, Send)
    assert b"\r\nContact: " + contact in ringing.data


def test_news_within_a_ringing_call_reach_it() -> None:
    exchange = agent()
    handle = rung(exchange.receive(sip(), PEER, 0.0)).handle
    body = PIDF.format(shape=CIRCLE)
    more = "Content-Type: application/pidf+xml\r\n"
    for method in ("INVITE", "UPDATE", "INFO"):
        said = exchange.receive(sip(method, to_tag="tag2", cseq=2, more=more, body=body), PEER, 1.0)
        news = [thing for thing in said if isinstance(thing, Updated)]
        assert [thing.handle for thing in news] == [handle], method
        assert len(news[0].ring.places) == 1, method


def test_a_reliable_provisional_is_sent_until_its_prack() -> None:
    exchange = agent()
    handle = rung(exchange.receive(sip(more="Require: 100rel\r\n"), PEER, 0.0)).handle
    rings = exchange.kept(handle, 0.0)
    assert b"RSeq: 1" in rings[0].data  # type: ignore[union-attr]
    assert statuses(exchange.tick(0.6)) == [180]
    assert statuses(exchange.receive(sip("PRACK", to_tag="tag2", cseq=2, more="RAck: 1 1 INVITE\r\n"), PEER, 0.7)) == [
        200
    ]
    assert exchange.tick(5.0) == []


def test_pings_and_strange_methods_are_answered() -> None:
    exchange = agent()
    assert statuses(exchange.receive(sip("OPTIONS"), PEER, 0.0)) == [200]
    assert statuses(exchange.receive(sip("REGISTER"), PEER, 0.0)) == [405]
    assert statuses(exchange.receive(sip("BYE"), PEER, 0.0)) == [481]
    assert exchange.receive(b"SIP/2.0 200 OK\r\n\r\n", PEER, 0.0) == []
    assert exchange.receive(b"\x00\x01\x02", PEER, 0.0) == []


def test_a_call_that_rings_anew_under_its_old_name_rings() -> None:
    exchange = agent()
    exchange.receive(sip(), PEER, 0.0)
    exchange.receive(sip("CANCEL"), PEER, 1.0)
    said = exchange.receive(sip(cseq=2, branch="z9hG4bK7a2"), PEER, 2.0)
    assert rung(said).ring.number == "+989161112233"


def test_a_damaged_invite_is_still_somebody_who_rings_once() -> None:
    exchange = agent()
    ruins = b'INVITE \xff\xfe SIP\x00/2.0\r\nFrom: "x" <sip:0916 111 2233@a>\r\n\r\n'
    said = exchange.receive(ruins, PEER, 0.0)
    assert rung(said).ring.number == "+989161112233"
    assert exchange.receive(ruins, PEER, 1.0) == []
    assert exchange.receive(ruins, PEER, REMEMBER_S + 2) != [], "after a while it is another caller"


def test_answers_go_where_the_sender_listens() -> None:
    exchange = agent()
    said = exchange.receive(sip(), ("udp", "192.0.2.10", 33_333), 0.0)
    assert next(s for s in said if isinstance(s, Send)).to == ("udp", "192.0.2.10", 5060), (
        "the Via's port without rport"
    )
    said = exchange.receive(sip(call="b", branch="z9hG4bKb;rport"), ("udp", "192.0.2.10", 33_333), 0.0)
    assert next(s for s in said if isinstance(s, Send)).to == ("udp", "192.0.2.10", 33_333)
    said = exchange.receive(sip(call="c"), STREAM, 0.0)
    assert next(s for s in said if isinstance(s, Send)).to == STREAM


def test_nothing_we_were_sent_can_begin_a_header_of_ours() -> None:
    said = agent().receive(sip(more="Subject: x\r\n").replace(b"5e0c", b"5e0c\rEvil: 1"), PEER, 0.0)
    for thing in said:
        if isinstance(thing, Send):
            assert b"\nEvil" not in thing.data
            assert b"\rEvil" not in thing.data


def test_the_asserted_identity_stands_before_from() -> None:
    raw = sip(more='P-Asserted-Identity: "Line 4" <tel:+98-61-3333.4444>, <sip:+98613@x>\r\n')
    ring = read_ring(parse(raw))  # type: ignore[arg-type]
    assert (ring.number, ring.name, ring.asserted) == ("+986133334444", "Line 4", True)


def test_folded_and_compact_headers_are_read() -> None:
    raw = (
        b"INVITE sip:110@x SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z9hG4bK1\r\nf: <sip:061@x>;\r\n tag=a\r\nt: <sip:110@x>\r\n"
        b"i: 1\r\nCseq: 1 INVITE\r\nl: 0\r\n\r\n"
    )
    message = parse(raw)
    assert message is not None
    assert (message.call_id, message.tag("from"), message.cseq, message.branch) == ("1", "a", (1, "INVITE"), "z9hG4bK1")


def test_a_test_call_is_known_as_one() -> None:
    assert read_ring(parse(sip(uri="urn:service:test.sos"))).is_test  # type: ignore[arg-type]
    assert not read_ring(parse(sip())).is_test  # type: ignore[arg-type]


def test_a_place_by_value_and_one_by_reference() -> None:
    raw = with_location(CIRCLE).replace(
        b"Geolocation: <cid:loc1@osp.example>",
        b"Geolocation: <cid:loc1@osp.example>;inserted-by=a, <https://lis.example/x?a=b,c>",
    )
    ring = read_ring(parse(raw))  # type: ignore[arg-type]
    assert [tuple(told.point or ()) for told in ring.places] == [(48.6706, 31.3183)], "latitude comes first in GML"
    told = ring.places[0]
    assert (told.accuracy_m, told.confidence, told.method) == (25.0, 0.68, "Wireless")
    assert ring.references == ("https://lis.example/x?a=b,c",)


SHAPES = [
    ("<gml:Point><gml:pos>31.3 48.6</gml:pos></gml:Point>", (48.6, 31.3), None, None),
    ('<gml:Point><gml:pos>31.3 48.6 22.0</gml:pos></gml:Point>', (48.6, 31.3), None, None),
    (
        "<gs:Ellipse><gml:pos>31.3 48.6</gml:pos><gs:semiMajorAxis>90</gs:semiMajorAxis>"
        "<gs:semiMinorAxis>40</gs:semiMinorAxis><gs:orientation>200</gs:orientation></gs:Ellipse>",
        (48.6, 31.3), 90.0, Ellipse,
    ),
    (
        "<gml:Polygon><gml:exterior><gml:LinearRing><gml:pos>31.30 48.60</gml:pos><gml:pos>31.30 48.62</gml:pos>"
        "<gml:pos>31.32 48.62</gml:pos><gml:pos>31.32 48.60</gml:pos><gml:pos>31.30 48.60</gml:pos>"
        "</gml:LinearRing></gml:exterior></gml:Polygon>",
        (pytest.approx(48.61), pytest.approx(31.31)), pytest.approx(1461, abs=5), Area,
    ),
    (
        "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>31.30 48.60 31.30 48.62 31.32 48.62 31.30 48.60"
        "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>",
        (pytest.approx(48.6133, abs=1e-3), pytest.approx(31.3067, abs=1e-3)), pytest.approx(1700, abs=200), Area,
    ),
    (
        "<gs:ArcBand><gml:pos>31.3 48.6</gml:pos><gs:innerRadius>500</gs:innerRadius><gs:outerRadius>1500</gs:outerRadius>"
        "<gs:startAngle>0</gs:startAngle><gs:openingAngle>120</gs:openingAngle></gs:ArcBand>",
        (pytest.approx(48.6091, abs=1e-3), pytest.approx(31.3045, abs=1e-3)), pytest.approx(1323, abs=30), Sector,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "point", "radius", "kind"), SHAPES)
def test_every_shape_is_read(shape: str, point: object, radius: object, kind: type | None) -> None:
    told = read_pidf(PIDF.format(shape=shape).encode())
    assert len(told) == 1
    assert tuple(told[0].point or ()) == point
    assert told[0].accuracy_m == radius
    assert kind is None or isinstance(told[0].shape, kind)


def test_a_place_within_an_answer_of_held_is_read() -> None:
    document = PIDF.format(shape=CIRCLE).partition("?>")[2]
    (told,) = read_pidf(HELD.format(document=document).encode())
    assert (tuple(told.point or ()), told.accuracy_m) == ((48.6706, 31.3183), 25.0)
    assert read_pidf(HELD.format(document="").encode()) == []


def test_a_civic_address_is_words() -> None:
    civic = "<ca:civicAddress><ca:A1>خوزستان</ca:A1><ca:A3>اهواز</ca:A3><ca:RD>نادری</ca:RD><ca:HNO>۱۲</ca:HNO></ca:civicAddress>"
    told = read_pidf(PIDF.format(shape=civic).encode())
    assert [(place.point, place.civic) for place in told] == [(None, "۱۲، نادری، اهواز، خوزستان")]


@pytest.mark.parametrize(
    "shape",
    [
        "<gml:Point><gml:pos>0 0</gml:pos></gml:Point>",
        "<gml:Point><gml:pos>95 48</gml:pos></gml:Point>",
        "<gml:Point><gml:pos>31.3</gml:pos></gml:Point>",
        "<gml:Point><gml:pos>nan nan</gml:pos></gml:Point>",
        "<gs:Surprise/>",
        "",
    ],
)
def test_a_place_that_cannot_be_is_no_place(shape: str) -> None:
    assert read_pidf(PIDF.format(shape=shape).encode()) == []


@pytest.mark.parametrize(
    "shape",
    [
        "<gs:Circle><gml:pos>31 48</gml:pos><gs:radius>-4</gs:radius></gs:Circle>",
        "<gs:Circle><gml:pos>31 48</gml:pos></gs:Circle>",
        "<gs:Circle><gml:pos>31,48</gml:pos><gs:radius>12,5</gs:radius></gs:Circle>",
        "<gs:Ellipse><gml:pos>31 48</gml:pos><gs:semiMajorAxis>x</gs:semiMajorAxis></gs:Ellipse>",
    ],
)
def test_a_size_that_cannot_be_read_takes_nothing_from_the_middle(shape: str) -> None:
    (told,) = read_pidf(PIDF.format(shape=shape).encode())
    assert (tuple(told.point or ()), told.accuracy_m) == ((48.0, 31.0), None)


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [("base64", base64.encodebytes), ("Quoted-Printable", quopri.encodestring), ("base64", lambda _: b"=?")],
)
def test_a_part_in_a_mails_encoding_is_read(encoding: str, encode: Callable[[bytes], bytes]) -> None:
    part = encode(PIDF.format(shape=CIRCLE).encode())
    head = f"Content-Type: application/pidf+xml\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    body = f"--b\r\n{head}{part.decode()}\r\n--b--"
    ring = read_ring(parse(sip(more="Content-Type: multipart/mixed; boundary=b\r\n", body=body)))  # type: ignore[arg-type]
    assert len(ring.places) == (part != b"=?")


def test_xml_bombs_are_not_opened() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><presence>&b;</presence>'
    assert read_pidf(bomb) == []
    assert read_pidf(b"<a>" * 20_000) == []
    assert read_pidf(b"\xff\xfe broken") == []


def test_multipart_within_multipart_within_limits() -> None:
    inner = "--in\r\nContent-Type: application/pidf+xml\r\n\r\n" + PIDF.format(shape=CIRCLE) + "\r\n--in--"
    body = f"--b1\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n{inner}\r\n--b1--"
    ring = read_ring(parse(sip(more='Content-Type: multipart/mixed; boundary="b1"\r\n', body=body)))  # type: ignore[arg-type]
    assert len(ring.places) == 1, "a document nobody points at is read as well"
    bomb = "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 5_000
    assert read_ring(parse(sip(more="Content-Type: multipart/mixed; boundary=b\r\n", body=bomb))).places == ()  # type: ignore[arg-type]


def test_a_stream_is_cut_into_messages() -> None:
    buffer = bytearray(b"\r\n\r\n" + with_location(CIRCLE) + sip("OPTIONS")[:40])
    whole = take_message(buffer)
    assert whole == with_location(CIRCLE)
    assert take_message(buffer) is None
    buffer += sip("OPTIONS")[40:]
    assert take_message(buffer) == sip("OPTIONS")
    with pytest.raises(ValueError, match="longer than is taken"):
        take_message(bytearray(b"INVITE x SIP/2.0\r\nContent-Length: 99999999\r\n\r\n"))


def test_a_body_that_stands_alone_is_named_by_the_message() -> None:
    """RFC 8262: the message's own Content-ID is what `cid:` points at."""
    more = "Geolocation: <cid:loc1@osp.example>\r\nContent-ID: <loc1@osp.example>\r\nContent-Type: application/pidf+xml\r\n"
    ring = read_any(sip(more=more, body=PIDF.format(shape=CIRCLE)))
    assert [tuple(told.point or ()) for told in ring.places] == [(48.6706, 31.3183)]
    assert ring.notes == ()


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("<sip:anonymous@192.0.2.10>;tag=1", ""),
        ("<sip:192.0.2.10>;tag=1", ""),
        ("<sip:127.0.0.1:5060>;tag=1", ""),
        ("<sip:+98.916.111.2233@192.0.2.10>;tag=1", "+989161112233"),
        ("<sip:021.123.45.67@192.0.2.10>;tag=1", "+98211234567"),
    ],
)
def test_the_address_of_a_machine_is_nobodys_number(source: str, number: str) -> None:
    """Who withholds their number must not be called back at an exchange's address; the raw calls say the same as the log."""
    invite = sip().replace(b"<sip:+989161112233@osp.example>;tag=71", source.encode())
    assert read_any(invite).number == number == find_number(invite)
