"""Reports: whatever a form holds is read, nothing of a reporter's leaves, and both formats say the same."""

from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.intake.callers.reports import presented, read_report, without_key
from nazdik.intake.decisions import decide
from nazdik.intake.model import Channel
from nazdik.interchange.open311 import documents
from nazdik.interchange.open311.format import written
from nazdik.interchange.open311.services import SERVICES, definition, listed
from nazdik.kernel import Actor, CommandId, Context, Instant, LonLat, ProvinceId, Rejected
from nazdik.published.catalogue import KINDS
from tests.interfaces import samples

SAMPLE = samples("open311", "http")[0].strip().encode()
P = ProvinceId("p")
TOKEN = "0f3a91c2d07f3a91c2d0"


def test_the_sample_of_the_page_is_read_whole() -> None:
    call = presented(P, TOKEN, read_report(SAMPLE))
    assert (call.call_id, call.channel) == (f"p.c{TOKEN}", Channel.REPORT)
    assert call.point == LonLat(51.4089, 35.7156)
    assert (call.number, call.name) == ("+15555550143", "Example Reporter")
    assert call.narrative == "دو خودرو دوبل پارک کرده‌اند"
    data = dict(call.data)
    assert data["open311-service"] == "traffic_offence" and data["open311-plate"] == "12-345"
    assert data["open311-address_string"] == "Valiasr 12" and data["open311-email"] == "reporter@example.org"


def test_the_key_does_not_reach_the_journal_and_nothing_else_is_changed() -> None:
    key = "a-secret_0"
    for before in (b"", SAMPLE + b"&"):
        body = before + b"api_key=" + key.encode() + b"&description=my+api_key=is+lost"
        assert read_report(body).key == key
        kept = without_key(body)
        assert key.encode() not in kept and kept == body.replace(key.encode(), b"")
        assert read_report(kept).words == read_report(body).words


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300)
    | st.dictionaries(
        st.sampled_from(["service_code", "lat", "long", "description", "phone", "first_name", "attribute[x]", "email"]),
        st.text(max_size=80),
    ).map(lambda fields: urlencode(fields, errors="replace").encode())
)
def test_no_form_makes_us_stumble_and_each_becomes_a_call(body: bytes) -> None:
    command = presented(P, TOKEN, read_report(body))
    try:
        decide({}, command, Context(at=Instant(1), actor=Actor(id="a", role="gateway"), command_id=CommandId("k")))  # type: ignore[arg-type]
    except Rejected as refused:
        raise AssertionError(f"{command} was refused: {refused.code}") from refused


def test_words_that_are_no_form_are_kept_as_words() -> None:
    assert read_report("کمک کنید".encode()).words == "کمک کنید"
    assert read_report(b"a=1&" * 500).words.startswith("a=1&")


def test_every_service_is_a_kind_of_ours_and_none_is_urgent() -> None:
    priorities = {kind.code: kind.priority for kind in KINDS}
    assert all(priorities[code] > 2 for code in SERVICES)
    assert {one["service_code"] for one in listed() if one["metadata"]} == {
        code for code, one in SERVICES.items() if definition(one)["attributes"]
    }


def plain(element: Element) -> Any:
    """Return what an element says, as the JSON says it."""
    if len(element):
        return {child.tag: plain(child) for child in element}
    return element.text


@settings(max_examples=50, deadline=None)
@given(
    lon=st.floats(-180, 180), lat=st.floats(-90, 90), state=st.sampled_from(["waiting", "read", "over"]), word=st.text()
)
def test_both_formats_say_the_same_and_only_about_where(lon: float, lat: float, state: str, word: str) -> None:
    report = documents.PublicReport("p.c1", "noise", state, word, Instant(0), Instant(1_000_000), lon, lat)
    said = documents.request(report)
    assert said["status"] == ("closed" if state == "over" else "open")
    assert abs(said["lat"] - lat) <= 0.005001 and len(f"{said['lat']}".partition(".")[2]) <= 2
    assert said["description"] is None and said["address"] is None and said["media_url"] is None
    root = ElementTree.fromstring(written("requests", [said], "xml"))
    (one,) = (plain(each) for each in root)
    assert root.tag == "service_requests" and set(one) == set(said)
    assert one["service_request_id"] == "p.c1" and one["status"] == said["status"] and one["description"] is None


def test_a_definition_in_xml_lists_its_attributes() -> None:
    root = ElementTree.fromstring(written("definition", definition(SERVICES["theft_past"]), "xml"))
    assert root.tag == "service_definition"
    assert [one.findtext("code") for one in root.iterfind("attributes/attribute")] == ["when", "what"]
