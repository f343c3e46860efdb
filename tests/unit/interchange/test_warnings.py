"""Warnings: two people, one line of messages, and CAP that holds; what is wrong with a message is named."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
import shapely
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from nazdik.interchange.warnings import commands as c
from nazdik.interchange.warnings import errors
from nazdik.interchange.warnings.areas import rings_of
from nazdik.interchange.warnings.cap import NAMESPACE, cap_time
from nazdik.interchange.warnings.cap_check import faults_of
from nazdik.interchange.warnings.content import POINTS_MAX, area_faults
from nazdik.interchange.warnings.decisions import decide
from nazdik.interchange.warnings.evolution import PUBLISHED_KEPT, evolve
from nazdik.interchange.warnings.feed import feed, in_feed
from nazdik.interchange.warnings.model import (
    Area,
    Category,
    Certainty,
    Circle,
    Content,
    Severity,
    State,
    Status,
    Urgency,
    WarningId,
    Warnings,
    Words,
)
from nazdik.kernel import Actor, CommandId, Context, Instant, LonLat, OfficeId, ProvinceId, Rejected
from nazdik.kernel.instant import plus_s
from tests.interfaces import samples

AT = Instant(1_795_223_709_000_000)
SAMPLE = samples("cap", "xml")[0]
SQUARE = (LonLat(51.405, 35.713), LonLat(51.412, 35.713), LonLat(51.412, 35.718), LonLat(51.405, 35.718))
CONTENT = Content(
    status=Status.EXERCISE,
    categories=(Category.SAFETY,),
    urgency=Urgency.IMMEDIATE,
    severity=Severity.SEVERE,
    certainty=Certainty.OBSERVED,
    expires_at=plus_s(AT, 4 * 3600),
    fa=Words(event="آتش‌سوزی", headline="دوری کنید", area="میدان", sender_name="استان"),
    en=Words(event="Fire", headline="Keep away", area="The square"),
    area=Area(polygons=(SQUARE,), circles=(Circle(centre=SQUARE[0], radius_m=1500),)),
)


@dataclass
class Desk:
    """A province's warnings and the people who write them."""

    state: Warnings = field(default_factory=lambda: Warnings(province=ProvinceId("p")))
    made: int = 0
    at: Instant = AT

    def do(self, command: c.Command, by: str = "writer") -> tuple[Any, ...]:
        ctx = Context(at=self.at, actor=Actor(id=by, role="x"), command_id=CommandId("k"))
        facts = decide(self.state, command, ctx)
        for fact in facts:
            self.state = evolve(self.state, fact)
        return facts

    def draft(self, content: Content = CONTENT, updates: WarningId | None = None, by: str = "writer") -> WarningId:
        self.made += 1
        own = WarningId(f"p.w{self.made:020x}")
        command = c.DraftWarning(warning_id=own, office=OfficeId("p.a"), content=content, updates=updates)
        self.do(command, by)
        return own

    def publish(self, own: WarningId, by: str = "reader", version: int = 1) -> str:
        command = c.PublishWarning(warning_id=own, version=version, sender="warnings@p.cad.example", offset_min=210)
        (fact,) = self.do(command, by)
        return str(fact.xml)

    def cancel(self, of: WarningId, reason: str = "خاموش شد") -> WarningId:
        self.made += 1
        own = WarningId(f"p.w{self.made:020x}")
        self.do(c.DraftCancel(warning_id=own, cancels=of, reason_fa=reason))
        return own


def read(xml: str, name: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(xml.encode()).iter(f"{{{NAMESPACE}}}{name}")]


def test_whoever_wrote_any_of_a_warning_does_not_publish_it() -> None:
    desk = Desk()
    own = desk.draft()
    with pytest.raises(errors.SecondPersonNeeded):
        desk.publish(own, by="writer")
    revise = c.ReviseWarning(warning_id=own, version=1, office=OfficeId("p.a"), content=CONTENT)
    desk.do(revise, by="helper")
    for author in ("writer", "helper"):
        with pytest.raises(errors.SecondPersonNeeded):
            desk.publish(own, by=author, version=2)
    assert faults_of(desk.publish(own, version=2).encode()) == ()
    assert desk.state.items[own].state is State.PUBLISHED


def test_what_is_published_is_what_was_read() -> None:
    desk = Desk()
    own = desk.draft()
    desk.do(c.ReviseWarning(warning_id=own, version=1, office=OfficeId("p.a"), content=CONTENT), by="helper")
    with pytest.raises(errors.WarningChanged) as refused:
        desk.publish(own, version=1)
    assert refused.value.details["version"] == 2


def test_a_message_says_what_was_written_in_both_languages() -> None:
    desk = Desk()
    xml = desk.publish(desk.draft())
    assert read(xml, "language") == ["fa", "en"]
    assert read(xml, "headline") == ["دوری کنید", "Keep away"]
    assert read(xml, "sent") == ["2026-11-21T04:45:09+03:30"]
    assert read(xml, "expires")[0] == "2026-11-21T08:45:09+03:30"
    assert read(xml, "polygon")[0] == (
        "35.71300,51.40500 35.71300,51.41200 35.71800,51.41200 35.71800,51.40500 35.71300,51.40500"
    )
    assert read(xml, "circle")[0] == "35.71300,51.40500 1.500"
    assert "writer" not in xml and "reader" not in xml


def test_an_update_and_a_cancellation_name_the_whole_line_and_take_its_place() -> None:
    desk = Desk()
    first = desk.draft()
    desk.publish(first)
    second = desk.draft(updates=first)
    desk.at = plus_s(AT, 60)
    xml = desk.publish(second)
    assert read(xml, "references") == [f"warnings@p.cad.example,{first},2026-11-21T04:45:09+03:30"]
    assert desk.state.items[first].state is State.UPDATED and desk.state.items[first].over_by == second
    with pytest.raises(errors.WarningIsOver):
        desk.cancel(first)
    third = desk.cancel(second)
    with pytest.raises(errors.SecondPersonNeeded):
        desk.publish(third, by="writer")
    xml = desk.publish(third)
    assert read(xml, "references")[0].split() == [desk.state.items[one].name for one in (first, second)]
    assert read(xml, "msgType") == ["Cancel"] and read(xml, "urgency")[0] == "Past"
    assert read(xml, "headline") == ["لغو شد: دوری کنید", "Cancelled: Keep away"]
    assert desk.state.items[second].state is State.CANCELLED
    with pytest.raises(errors.WarningIsOver):
        desk.draft(updates=third)


def test_of_two_drafts_over_one_warning_only_one_goes_out() -> None:
    desk = Desk()
    first = desk.draft()
    desk.publish(first)
    one, other = desk.draft(updates=first), desk.cancel(first)
    desk.publish(one)
    with pytest.raises(errors.WarningIsOver):
        desk.publish(other)


def test_what_has_expired_is_not_published_updated_or_in_the_feed() -> None:
    desk = Desk()
    out, late = desk.draft(), desk.draft()
    desk.publish(out)
    assert [one.id for one in in_feed(desk.state.items.values(), desk.at)] == [out]
    desk.at = CONTENT.expires_at
    with pytest.raises(errors.WarningInvalid):
        desk.publish(late)
    with pytest.raises(errors.WarningIsOver):
        desk.draft(replace(CONTENT, expires_at=plus_s(desk.at, 60)), updates=out)
    assert in_feed(desk.state.items.values(), desk.at) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"categories": ()}, "categories"),
        ({"expires_at": AT}, "expires_at"),
        ({"expires_at": plus_s(AT, 31 * 86_400)}, "expires_at"),
        ({"onset_at": plus_s(AT, 5 * 3600)}, "onset_at"),
        ({"fa": replace(CONTENT.fa, headline=" ")}, "fa.headline"),
        ({"fa": replace(CONTENT.fa, description="x" * 2001)}, "fa.description"),
        ({"en": Words(event="", headline="h", area="a")}, "en.event"),
        ({"area": Area()}, "area"),
        ({"area": Area(polygons=(SQUARE[:2],))}, "area.polygons.0"),
        ({"area": Area(polygons=((SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]),))}, "area.polygons.0"),
        ({"area": Area(polygons=((LonLat(0, 91), *SQUARE[1:]),))}, "area.polygons.0"),
        ({"area": Area(circles=(Circle(centre=SQUARE[0], radius_m=0),))}, "area.circles.0"),
        ({"area": Area(circles=(Circle(centre=LonLat(float("nan"), 0), radius_m=9),))}, "area.circles.0"),
    ],
)
def test_a_warning_that_lacks_something_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    with pytest.raises(errors.WarningInvalid) as refused:
        Desk().draft(replace(CONTENT, **change))
    assert [one["field"] for one in refused.value.details["fields"]] == [field]


def test_old_warnings_leave_the_state_and_drafts_never_do() -> None:
    desk = Desk()
    waiting = desk.draft()
    own = [desk.draft() for _ in range(1)]
    for _ in range(PUBLISHED_KEPT + 5):
        own.append(desk.draft())
        desk.publish(own[-1])
    assert len(desk.state.published) == PUBLISHED_KEPT
    assert waiting in desk.state.items and own[1] not in desk.state.items and own[-1] in desk.state.items


words = st.builds(
    Words,
    event=st.text(min_size=1, max_size=30),
    headline=st.text(min_size=1, max_size=30),
    description=st.text(max_size=50),
    instruction=st.text(max_size=20),
    area=st.text(min_size=1, max_size=20),
    sender_name=st.text(max_size=20),
)


@settings(max_examples=60, deadline=None)
@given(
    fa=words,
    en=st.none() | words,
    points=st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=12),
    radius_m=st.floats(1, 500_000),
    offset=st.sampled_from([0, 210, -300]),
)
def test_whatever_is_accepted_is_published_as_sound_cap(
    fa: Words, en: Words | None, points: list[tuple[float, float]], radius_m: float, offset: int
) -> None:
    desk = Desk()
    ring = tuple(LonLat(*point) for point in points)
    area = Area(
        polygons=(ring,) if not area_faults(Area(polygons=(ring,))) else (),
        circles=(Circle(centre=ring[0], radius_m=radius_m),),
    )
    content = replace(CONTENT, fa=fa, en=en, area=area)
    try:
        own = desk.draft(content)
    except Rejected:
        return
    command = c.PublishWarning(warning_id=own, version=1, sender="warnings@p.cad.example", offset_min=offset)
    (fact,) = desk.do(command, "reader")
    assert faults_of(fact.xml.encode()) == ()
    text = feed("urn:x", "n", "http://x/", in_feed(desk.state.items.values(), AT), {own: "http://x/a"}, AT)
    assert len(ElementTree.fromstring(text.encode()).findall("{http://www.w3.org/2005/Atom}entry")) == 1
    assert msgspec.json.decode(msgspec.json.encode(fact), type=type(fact)) == fact


def test_the_sample_of_the_page_is_sound() -> None:
    assert faults_of(SAMPLE.encode()) == ()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda x: x.replace("+03:30</sent>", "Z</sent>"), "alert.sent"),
        (lambda x: x.replace("<sent>2026-11-21", "<sent>2026-13-21"), "alert.sent"),
        (lambda x: x.replace("khuzestan.w0f", "khuzestan w0f"), "alert.identifier"),
        (lambda x: x.replace("warnings@khuzestan.cad.example.org</sender>", "a,b</sender>"), "alert.sender"),
        (lambda x: x.replace("<scope>Public</scope>", "<scope>Restricted</scope>"), "alert.restriction"),
        (lambda x: x.replace("<references>", "<restriction>Police</restriction><references>"), "alert.restriction"),
        (lambda x: x.replace("<scope>Public</scope>", "<scope>Private</scope>"), "alert.addresses"),
        (lambda x: x.replace(",2026-11-21T08:50:00+03:30</references>", "</references>"), "alert.references"),
        (lambda x: x.replace("<msgType>Update", "<msgType>Ubdate"), "alert.msgType"),
        (lambda x: x.replace("31.33,48.69 31.32,48.67", "31.33,48.69 31.32,48.66"), "info.0.area.0.polygon"),
        (lambda x: x.replace("31.33,48.67 31.33,48.69 ", ""), "info.0.area.0.polygon"),
        (lambda x: x.replace("31.33,48.67", "48.67 31.33"), "info.0.area.0.polygon"),
        (lambda x: x.replace("48.68000 1.500", "48.68000"), "info.0.area.0.circle"),
        (lambda x: x.replace("<certainty>Observed</certainty>", "", 1), "info.0.certainty"),
        (lambda x: x.replace("<severity>Severe", "<severity>Bad", 1), "info.0.severity"),
        (
            lambda x: x.replace(
                "<status>Exercise</status><msgType>Update</msgType>",
                "<msgType>Update</msgType><status>Exercise</status>",
            ),
            "alert",
        ),
        (lambda x: x.replace("<event>Warehouse fire</event>", "<event></event>"), "info.1.event"),
        (lambda x: x.replace("<headline>Keep", "<colour>red</colour><headline>Keep"), "info.1.colour"),
        (lambda x: x.replace("<expires>2026-11-21T13:20:00+03:30", "<expires>tomorrow"), "info.0.expires"),
        (lambda x: x.replace("UTF-8", "UTF-80"), ""),
        (lambda x: x[:-20], ""),
        (lambda x: '<!DOCTYPE a [<!ENTITY b "c">]>' + x.split("?>\n")[1], ""),
    ],
)
def test_what_is_wrong_with_a_message_is_named(change: Callable[[str], str], where: str) -> None:
    wrong = change(SAMPLE)
    assert wrong != SAMPLE
    assert where in [fault.where for fault in faults_of(wrong.encode())]


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(SAMPLE) - 1), piece=st.text(max_size=8), cut=st.integers(0, 30))
def test_no_message_makes_the_check_stumble(at: int, piece: str, cut: int) -> None:
    faults_of((SAMPLE[:at] + piece + SAMPLE[at + cut :]).encode("utf-8", "surrogatepass"))


def test_utc_is_written_as_cap_wants_it() -> None:
    assert cap_time(AT, 0) == "2026-11-21T01:15:09-00:00"


def test_an_offices_area_fits_whatever_its_shape() -> None:
    wild = shapely.Point(51.4, 35.7).buffer(0.5, quad_segs=2000)
    holed = wild.difference(shapely.Point(51.4, 35.7).buffer(0.1))
    for shape in (wild, holed, shapely.MultiPolygon([wild, shapely.box(60, 30, 61, 31)])):
        rings = rings_of(shape)
        assert rings and all(len(ring) <= POINTS_MAX for ring in rings)
        assert area_faults(Area(polygons=rings)) == []
        drawn = shapely.union_all([shapely.Polygon(ring) for ring in rings])
        assert drawn.symmetric_difference(shapely.union_all([wild, shape])).area < 0.01 * wild.area
