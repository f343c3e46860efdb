"""Two people change a province's office tree: who answers for ground, who stands above whom, and what moves when one closes."""

from collections.abc import Iterator
from typing import Any, cast

import msgspec
import pytest

from nazdik.administration.commands import RollBack
from nazdik.administration.errors import ValueInvalid
from nazdik.bootstrap.administration.fields import Text, Words
from nazdik.bootstrap.desk import subscription_of
from nazdik.bootstrap.door import House
from nazdik.bootstrap.imports.columns import OfficeNames, table_of
from nazdik.bootstrap.imports.listings import LISTINGS
from nazdik.bootstrap.imports.rows import Ground, Read
from nazdik.bootstrap.imports.settings import value_of
from nazdik.bootstrap.imports.sheets import read_sheet
from nazdik.bootstrap.office_tree.errors import OfficeHasPeople, OfficeStillUsed
from nazdik.bootstrap.office_tree.follow import OfficeBook
from nazdik.bootstrap.office_tree.settings import EMPTY, NAME, lines, tidy
from nazdik.bootstrap.province import ProvinceMachine
from nazdik.bootstrap.province_state import decode, first_state, fold
from nazdik.bootstrap.views import ProvinceViews
from nazdik.dispatch import commands as c
from nazdik.dispatch.errors import OfficeNotFound
from nazdik.geo.errors import OfficesUnsound
from nazdik.geo.office_changes import OfficeChanges, OfficeRow
from nazdik.geo.responsible import OfficeForest, OfficesFile
from nazdik.kernel import CallId, OfficeId, PersonId, ProvinceId
from nazdik.organisation.model import Posting, Role
from nazdik.platform.live import Hub
from tests.property.test_live_streams import Client
from tests.property.test_province_streams import Slots
from tests.town import Town, at_m, dispatcher
from tests.unit.administration.people import ONE, draft, publish
from tests.unit.geo.test_office_versions import office, sector

P = ProvinceId("p")


def strip(from_m: float, to_m: float) -> dict[str, Any]:
    (west, lat), (east, _) = at_m(from_m), at_m(to_m)
    ring = [[west, lat - 0.01], [east, lat - 0.01], [east, lat + 0.01], [west, lat + 0.01], [west, lat - 0.01]]
    return {"type": "Polygon", "coordinates": [ring]}


def ground(office_id: str, from_m: float, to_m: float) -> dict[str, Any]:
    return {"office": office_id, "area": [strip(from_m, to_m)["coordinates"]]}


def region() -> OfficesFile:
    """Counties `p.a` (stations 1 and 2, 5 km each) and `p.b` (station 1, from 10 to 15 km)."""
    offices = [
        office("p", "province", "iran"),
        office("p.a", "county", "p", strip(0, 10_000)),
        office("p.b", "county", "p", strip(10_000, 15_000)),
        office("p.a.1", "station", "p.a", strip(0, 5_000)),
        office("p.a.2", "station", "p.a", strip(5_000, 10_000)),
        office("p.b.1", "station", "p.b", strip(10_000, 15_000)),
    ]
    sectors = [sector("p.a.2.1", "p.a.2", strip(5_000, 7_000)), sector("p.a.2.2", "p.a.2", strip(7_000, 10_000))]
    file = {"format": "nazdik-offices", "version": 1, "offices": offices, "sectors": sectors}
    return msgspec.json.decode(msgspec.json.encode(file), type=OfficesFile)


def row(office_id: str, **more: Any) -> dict[str, Any]:
    parent = office_id.rpartition(".")[0]
    (lon, lat) = at_m(2_000)
    code = office_id.upper().replace(".", "-")
    said = {"id": office_id, "tier": "station", "parent": parent, "code": code, "seat": [lon, lat]}
    return {**said, "name_fa": f"یگان {office_id}", "name_en": f"Office {office_id}", **more}


class TreeTown(Town):
    """The small province with areas; what is published is in force as it is in a server."""

    def __init__(self) -> None:
        super().__init__()
        self.forest = OfficeForest([(P, region())], now=self.clock.now)
        self.book = OfficeBook(self.forest)
        self.around = type(self.around)(sight=self.road, offices=self.forest, kinds=self.around.kinds)
        self.machine = ProvinceMachine(self.around)
        self.writer._machine = self.machine

    def change(self, **value: Any) -> None:
        self.clock.move_to(self.clock.now() + 1)  # type: ignore[arg-type]
        publish(self, tidy({**EMPTY, **value}), kind=NAME)
        self.book.open(P, self.writer.state.settings)

    def back(self, to: int) -> None:
        self.clock.move_to(self.clock.now() + 1)  # type: ignore[arg-type]
        self.do(RollBack(kind=NAME, subject="p", to=to, why="آزمون"), by=ONE)
        self.book.open(P, self.writer.state.settings)

    def station(self, east_m: float) -> str | None:
        return self.forest.station_at(at_m(east_m))


@pytest.fixture
def town() -> Iterator[TreeTown]:
    """Whatever was done: each point has one station, and replaying the log gives the state and the tree."""
    there = TreeTown()
    yield there
    points = [there.station(m) for m in range(50, 15_000, 100)]
    assert None not in points
    replayed = first_state(P)
    for entry in there.log.read(0, 10_000):
        replayed = fold(replayed, decode(entry.kind, entry.body))
    assert replayed == there.writer.state
    again = OfficeForest([(P, region())], now=there.clock.now)
    OfficeBook(again).open(P, replayed.settings)
    assert [again.station_at(at_m(m)) for m in range(50, 15_000, 100)] == points
    assert again.list_offices() == there.forest.list_offices()


def test_an_added_station_answers_for_the_ground_it_was_given(town: TreeTown) -> None:
    old = town.incident(east_m=6_000, name="old")
    town.change(offices=[row("p.a.9", added=True)], grounds=[ground("p.a.9", 4_000, 7_000)])
    assert [town.station(m) for m in (3_900, 4_100, 6_000, 7_100)] == ["p.a.1", "p.a.9", "p.a.9", "p.a.2"]
    new = town.incident(east_m=6_000, name="new")
    assert (town.get(old).station, town.get(new).station) == ("p.a.2", "p.a.9")
    assert town.forest.chain_of(OfficeId("p.a.9")) == ("p.a.9", "p.a", "p", "iran")
    # A sector stays within its station: one is gone with its ground.
    assert [each.id for each in town.forest.list_sectors(OfficeId("p.a.2"))] == ["p.a.2.2"]
    assert town.unit("A09", 5_000, office="p.a.9")


def test_a_renamed_office_has_its_new_name_and_had_the_old_one(town: TreeTown) -> None:
    before = town.now
    town.change(offices=[row("p.a.1", name_fa="کلانتری بازار", name_en="Bazaar")])
    now, then = (town.forest.find_office(OfficeId("p.a.1"), at) for at in (None, before))
    assert now is not None and then is not None
    assert (now.name_en, then.name_en) == ("Bazaar", "Office p.a.1")
    assert [town.station(m) for m in (100, 6_000)] == ["p.a.1", "p.a.2"]


def test_a_station_that_moves_takes_its_ground_its_units_and_its_incidents_along(town: TreeTown) -> None:
    unit, before = town.unit("A01", 6_000, office="p.a.2"), town.now
    incident = town.incident(east_m=6_000)
    town.change(offices=[row("p.a.2", parent="p.b", code="P-A-2")])
    assert town.forest.chain_of(OfficeId("p.a.2")) == ("p.a.2", "p.b", "p", "iran")
    assert town.forest.chain_of(OfficeId("p.a.2"), before) == ("p.a.2", "p.a", "p", "iran")
    assert [town.forest.county_at(at_m(m)) for m in (2_000, 6_000, 12_000)] == ["p.a", "p.b", "p.b"]
    who = town.forest.who_answers(at_m(6_000), before)
    assert who is not None and who.county == "p.a"
    assert (town.get(incident).station, town.car(unit).office) == ("p.a.2", "p.a.2")


def test_who_closes_hands_ground_units_and_open_incidents_on(town: TreeTown) -> None:
    unit = town.unit("A01", 6_000, office="p.a.2")
    incident = town.incident(east_m=6_000, name="open")
    given = town.incident(east_m=1_000, name="given")
    town.do(c.DelegateIncident(incident_id=given, to_office=OfficeId("p.a.2")), by=dispatcher("p.a.1"))
    ended = town.incident(east_m=6_500, name="ended")
    town.do(c.CancelIncident(incident_id=ended))
    town.change(offices=[row("p.a.2", closed=True, ground_to="p.b.1")])
    assert town.station(6_000) == "p.b.1" and town.forest.county_at(at_m(6_000)) == "p.b"
    assert town.car(unit).office == "p.b.1"
    has = {tasking.office for tasking in town.get(incident).taskings}
    assert town.get(incident).station == "p.b.1" and {"p.a.2", "p.b.1"} <= has
    assert town.get(given).station == "p.a.1" and "p.b.1" in {t.office for t in town.get(given).taskings}
    assert town.get(ended).station == "p.a.2", "what is over stays where it was"
    assert town.forest.chain_of(OfficeId("p.a.2")) == ("p.a.2", "p.a", "p", "iran"), "whoever sits there still sees it"
    with pytest.raises(OfficeNotFound):
        town.do(c.DelegateIncident(incident_id=given, to_office=OfficeId("p.a.2")), by=dispatcher("p.a.1"))
    assert not town.forest.is_open(OfficeId("p.a.2")) and "p.a.2" not in {o.id for o in town.forest.list_offices()}


def sector_row(sector_id: str, station: str, code: str, **more: Any) -> dict[str, Any]:
    said = {"id": sector_id, "station": station, "code": code, "name_fa": f"محدودهٔ {code}", "name_en": f"Sector {code}"}
    return {**said, **more}


def drawn(from_m: float, to_m: float) -> list[Any]:
    return [strip(from_m, to_m)["coordinates"]]


def sectors(town: TreeTown) -> dict[str, str]:
    """Code and name of each sector of the second station."""
    return {each.code: each.name_en for each in town.forest.list_sectors(OfficeId("p.a.2"))}


def sector_at(town: TreeTown, east_m: float) -> str | None:
    found = town.forest.sector_at(at_m(east_m))
    return None if found is None else found.code


def test_sectors_are_renamed_redrawn_added_and_removed_one_by_one(town: TreeTown) -> None:
    codes = [sector_at(town, m) for m in (6_000, 8_000)]
    first, second = sector_row("p.a.2.1", "p.a.2", "S1"), sector_row("p.a.2.2", "p.a.2", "S2")
    town.change(sectors=[first])
    assert sectors(town)["S1"] == "Sector S1" and sector_at(town, 6_000) == "S1", "another name, the same ground"
    assert sector_at(town, 8_000) == codes[1]
    # Beyond its station a sector does not reach, and what it gets its neighbour has no more.
    town.change(sectors=[first, second | {"area": drawn(6_000, 12_000)}])
    assert [sector_at(town, m) for m in (5_500, 6_500, 9_900, 11_000)] == ["S1", "S2", "S2", None]
    new = sector_row("p.a.2.s3", "p.a.2", "S3", added=True, area=drawn(9_000, 10_000))
    town.change(sectors=[first, second | {"area": drawn(6_000, 12_000)}, new])
    assert [sector_at(town, m) for m in (8_000, 9_500)] == ["S2", "S3"]
    town.change(sectors=[first | {"removed": True}, second])
    assert [sector_at(town, m) for m in (6_000, 8_000, 9_500)] == [None, "S2", "S2"]
    town.back(0)
    assert [sector_at(town, m) for m in (6_000, 8_000)] == codes


@pytest.mark.parametrize(
    ("row_of", "word"),
    [
        (sector_row("p.a.2.9", "p.a.2", "S9"), "not one of that station's"),
        (sector_row("p.a.2.1", "p.a.1", "S1"), "not one of that station's"),
        (sector_row("p.a.2.9", "p.a.2", "S9", added=True), "lies outside its station"),
        (sector_row("p.a.2.1", "p.a.2", "S1", area=drawn(0, 4_000)), "lies outside its station"),
        (sector_row("p.a.2.1", "p.a.2", "S1", area=drawn(5_000, 10_000)), "would take all"),
        (sector_row("p.a.2.1", "p.a.2", "P.A.2.2"), "share a code"),
    ],
)
async def test_a_sector_that_could_not_be_is_refused_in_words(town: TreeTown, row_of: Any, word: str) -> None:
    with pytest.raises(ValueInvalid) as refused:
        await town.book.make_ready(P, tidy({**EMPTY, "sectors": [row_of]}))
    assert word in refused.value.details["en"] and refused.value.details["fa"]


def test_a_sector_goes_with_the_station_that_closes_and_a_draft_says_what_becomes_of_it(town: TreeTown) -> None:
    mine = sector_row("p.a.2.1", "p.a.2", "S1", area=drawn(5_000, 6_000))
    town.change(sectors=[mine])
    closed = {"offices": [row("p.a.2", closed=True, ground_to="p.a.1")], "sectors": [mine]}
    told = lines(tidy({**EMPTY, "sectors": [mine]}) or {}, tidy(mine_gone(mine)) or {}, Words({}))
    assert [(line.what.en, line.after.en) for line in told] == [("sector “Sector S1”, “p.a.2”", "removed")]
    town.change(**closed)
    assert sector_at(town, 5_500) is None and town.station(5_500) == "p.a.1"


def mine_gone(mine: dict[str, Any]) -> dict[str, Any]:
    return {**EMPTY, "sectors": [mine | {"removed": True}]}


def seat(office_id: str, **more: str) -> dict[str, Any]:
    return {"role": "station_desk", "office": office_id, "unit": None, "since": "", "until": "", **more}


def test_nobody_is_left_at_an_office_that_closes_and_nobody_is_seated_there_after(town: TreeTown) -> None:
    def put(*seats: dict[str, Any], active: bool = True) -> None:
        value = {"active": active, "seats": list(seats), "number": "", "skills": []}
        publish(town, value, subject="p.p.desk-a", kind="person")

    closing = tidy({**EMPTY, "offices": [row("p.a.2", closed=True, ground_to="p.a.1")]})
    later, past = "2030-01-01T00:00:00.000Z", "2020-01-01T00:00:00.000Z"
    for seats in ([seat("p.a.2")], [seat("p.a.2", until=later)], [seat("p.a.1"), seat("p.a.2", since=later)]):
        put(*seats)
        with pytest.raises(OfficeHasPeople) as refused:
            draft(town, closing, kind=NAME)
        assert refused.value.details == {"office": "p.a.2", "people": ["desk-a"], "count": 1}
    for seats in ([seat("p.a.2", until=past)], [seat("p.a.2"), seat("p.a.1", since=past)]):
        put(*seats)
        # Each time another draft: the same one again would not be looked at.
        named = row("p.a.2", closed=True, ground_to="p.a.1", name_en=f"Closed with {len(seats)}")
        assert draft(town, tidy({**EMPTY, "offices": [named]}), kind=NAME)
    put(seat("p.a.2"), active=False)
    town.change(**(closing or {}))
    with pytest.raises(OfficeHasPeople):
        put(seat("p.a.2"))
    put(seat("p.a.1"))


class StreamedTreeTown(TreeTown):
    """A town whose every batch goes to the tree and out through the real views and hub, as the control room does it."""

    def __init__(self) -> None:
        self.hub, self.opened = Hub(), False
        super().__init__()
        self.views = ProvinceViews(self.forest, cast(Any, Slots()), self.clock)
        self.hub.open("p", epoch="e", pos=0, at=self.now, items=self.views.everything(self.writer.state))
        self.province, self.opened = P, True

    def offices_changed(self) -> None:
        self.machine.show_all(self.world)

    def _committed(self, batch: Any) -> None:
        super()._committed(batch)
        assert self.opened
        self.book.follow(cast(Any, self), batch)
        facts = [fact for commit in batch.commits for fact in commit.events]
        items = self.views.touched(facts, batch.before, batch.after)
        self.hub.publish("p", pos=batch.position, at=batch.at, cmds=[], items=items)

    def desk(self, role: Role, office_id: str) -> Client:
        rooms: Any = {P: None}
        house = House(rooms=rooms, offices=self.forest, clock=self.clock)
        client = Client(subscription_of(Posting(PersonId("x"), role, OfficeId(office_id)), house))
        client.connection = self.hub.connect(client.subscription)
        self.hub.begin(client.connection, {})
        return client


def seen(client: Client) -> set[str]:
    client.read()
    return {thing for kind, thing in client.held["p"] if kind in ("incident", "unit", "alarm")}


def test_both_counties_screens_follow_a_station_that_moves_and_the_heirs_one_that_closes() -> None:
    town = StreamedTreeTown()
    unit, incident = town.unit("A01", 6_000, office="p.a.2"), town.incident(east_m=6_000)
    first, second = town.desk(Role.COUNTY_DESK, "p.a"), town.desk(Role.COUNTY_DESK, "p.b")
    heir = town.desk(Role.STATION_DESK, "p.b.1")
    town.wait(200)
    climbed = set(town.world.alarms)
    assert climbed and seen(first) == {unit, incident, *climbed} and seen(second) == set()
    town.change(offices=[row("p.a.2", parent="p.b")])
    # An alarm stays with whom it has reached.
    reached = {alarm.id for alarm in town.world.alarms.values() if alarm.office == "p.a"}
    assert seen(first) == reached != set() and seen(second) == {unit, incident, *climbed} and seen(heir) == set()
    town.change(offices=[row("p.a.2", parent="p.b", closed=True, ground_to="p.b.1")])
    assert seen(heir) == {unit, incident, *climbed}


def test_going_back_opens_a_closed_office_again(town: TreeTown) -> None:
    town.change(offices=[row("p.a.2", closed=True, ground_to="p.a.1")])
    closed_at = town.now
    town.back(0)
    assert (town.station(6_000), town.forest.station_at(at_m(6_000), closed_at)) == ("p.a.2", "p.a.1")
    assert [each.id for each in town.forest.list_sectors(OfficeId("p.a.2"))] == ["p.a.2.1", "p.a.2.2"]


def test_going_back_leaves_nobody_without_an_office(town: TreeTown) -> None:
    town.change(offices=[row("p.a.9", added=True)], grounds=[ground("p.a.9", 4_000, 7_000)])
    town.incident(east_m=6_000)
    with pytest.raises(OfficeStillUsed) as refused:
        town.back(0)
    assert refused.value.details == {"office": "p.a.9", "units": 0, "incidents": 1, "call_backs": 0}
    town.change(
        offices=[row("p.a.9", added=True, closed=True, ground_to="p.a.2")], grounds=[ground("p.a.9", 4_000, 7_000)]
    )
    assert [town.station(m) for m in (4_100, 6_000)] == ["p.a.2", "p.a.2"]
    town.back(0)
    assert [town.station(m) for m in (4_100, 6_000)] == ["p.a.1", "p.a.2"]


def test_where_a_caller_waits_to_be_called_back_no_office_closes(town: TreeTown) -> None:
    town.do(c.AwaitCallBack(call_id=CallId("p.c1"), priority=2, point=at_m(6_000)))
    with pytest.raises(OfficeStillUsed):
        draft(town, tidy({"offices": [row("p.a.2", closed=True, ground_to="p.a.1")]}), kind=NAME)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ({"offices": [row("p.a.9", added=True)]}, "no ground"),
        ({"offices": [row("p.a.2", closed=True)]}, "gets its ground"),
        ({"offices": [row("p.a.2", closed=True, ground_to="p.b")]}, "gets its ground"),
        ({"offices": [row("p.a", tier="county", parent="p", code="P-A", closed=True)]}, "above it"),
        ({"offices": [row("p.a.1", parent="p.a.2")]}, "above it"),
        ({"offices": [row("p.a.1")], "grounds": [ground("p.a.1", 0, 10_000)]}, "no ground"),
        ({"offices": [row("p.a.1", seat=[31.0, 48.0])]}, "seat"),
        ({"offices": [row("p.a.1", added=True)]}, "added"),
        ({"offices": [row("q.a.1")]}, "another province"),
        ({"offices": [row("p", tier="province", code="PP", closed=True)]}, "neither added nor closed"),
        ({"offices": [row("p.a.1"), row("p.a.1")]}, "twice"),
        ({"grounds": [ground("p.a.7", 0, 2_000)]}, "no station"),
        (
            {"grounds": [{"office": "p.a.1", "area": [[[[48, 31], [49, 32], [49, 31], [48, 32], [48, 31]]]]}]},
            "crosses itself",
        ),
        ({"grounds": [{"office": "p.a.1", "area": [[[[48, 31], [48, 31]]]]}]}, "crosses itself"),
    ],
)
async def test_what_would_not_hang_together_is_refused_in_words(town: TreeTown, value: Any, word: str) -> None:
    with pytest.raises(ValueInvalid) as refused:
        await town.book.make_ready(P, tidy({**EMPTY, **value}))
    assert word in refused.value.details["en"] and refused.value.details["fa"]


def test_two_offices_share_no_code(town: TreeTown) -> None:
    changes = OfficeChanges(offices=(msgspec.convert(row("p.a.1", code="p.b.1"), OfficeRow),))
    with pytest.raises(OfficesUnsound, match="share a code"):
        town.forest.make_ready(P, changes)


@pytest.mark.parametrize(
    "bad",
    [
        {"offices": [row("p.a.1", name_fa=" ")]},
        {"offices": [row("P A")]},
        {"offices": [row("p.a.1", code="کد")]},
        {"x": []},
    ],
)
def test_what_is_no_office_is_refused(bad: Any) -> None:
    with pytest.raises(ValueInvalid):
        tidy(bad)


def test_a_draft_reads_in_words(town: TreeTown) -> None:
    def named(office_id: str) -> Text:
        found = town.forest.find_office(OfficeId(office_id))
        return Text(found.name_fa, found.name_en) if found is not None else Text(office_id, office_id)

    value = tidy(
        {
            "offices": [row("p.a.9", added=True), row("p.a.2", closed=True, ground_to="p.a.9")],
            "grounds": [ground("p.a.9", 4_000, 5_000)],
        }
    )
    assert value is not None
    told = lines(EMPTY, value, Words({}, {}, named))
    assert [(line.what.en, line.before.en) for line in told] == [
        ("Office p.a.9", "—"),
        ("Office p.a.2", "as the region has it"),
        ("ground for “Office p.a.9”", "—"),
    ]
    assert "“Office p.a.9”" in told[1].after.en and told[2].after.en == "2.22 km²"
    assert lines(value, value, Words({})) == ()


def test_another_map_of_the_province_keeps_what_was_changed(town: TreeTown) -> None:
    town.change(offices=[row("p.a.1", name_en="Bazaar")])
    newer = OfficeForest([(P, region())]).changed_as(town.forest)
    found = newer.find_office(OfficeId("p.a.1"))
    assert found is not None and found.name_en == "Bazaar" and newer.changed_at(P) == town.now
    without = msgspec.structs.replace(region(), offices=region().offices[:-1])
    town.change(offices=[row("p.b.1", name_en="Port")])
    with pytest.raises(OfficesUnsound):
        OfficeForest([(P, without)]).changed_as(town.forest)


def brought(town: TreeTown, text: str) -> Read:
    ground = Ground(
        province=P,
        offices=OfficeNames(town.forest, OfficeId("p")),
        station_at=town.forest.station_at,
        world=town.world,
        settings=town.writer.state.settings,
        person_before=lambda subject: {},
        new_note=str,
        offset_min=210,
        tree=town.forest,
    )
    listing = LISTINGS["offices"]
    return listing.read(table_of(read_sheet(text.encode()), listing.columns), ground)


FILE = (
    "کد;رده;نام فارسی;نام انگلیسی;زیر;عرض;طول;محدوده‌های گشت\n"
    # A station before its county, digits of another script, an office that is there and is renamed, and one as it is.
    "PC11;کلانتری;کلانتری نو;New station;شهرستان نو;۳۱٫۰;۴۸٫۰۵;p.a.2.1\n"
    "PC;شهرستان;شهرستان نو;New county;p;31.0;48.05;\n"
    "p.a.1;;کلانتری بازار;Bazaar;;;;\n"
    "p.b.1;;;;;;;\n"
)


def test_offices_from_a_file_come_in_force_together_and_are_taken_back_together(town: TreeTown) -> None:
    found = brought(town, FILE)
    assert (found.bad, found.same, len(found.good)) == ((), 1, 3)
    town.clock.move_to(town.clock.now() + 1)  # type: ignore[arg-type]
    publish(town, value_of("x.csv", found.good), subject="p.i1", kind="import_offices")
    town.book.open(P, town.writer.state.settings)
    assert [town.station(m) for m in (2_000, 6_000, 8_000)] == ["p.a.1", "p.pc.pc11", "p.a.2"]
    assert town.forest.chain_of(OfficeId("p.pc.pc11")) == ("p.pc.pc11", "p.pc", "p", "iran")
    assert town.forest.county_at(at_m(6_000)) == "p.pc"
    bazaar = town.forest.find_office(OfficeId("p.a.1"))
    assert bazaar is not None and bazaar.name_en == "Bazaar"
    (change,) = town.writer.state.settings.setting(NAME, "p").changes[1:]
    assert (change.drafted_by, change.by) == ("administrator-1", "administrator-2")
    town.clock.move_to(town.clock.now() + 1)  # type: ignore[arg-type]
    town.do(RollBack(kind="import_offices", subject="p.i1", to=0, why="آزمون"), by=ONE)
    town.book.open(P, town.writer.state.settings)
    assert [town.station(m) for m in (2_000, 6_000)] == ["p.a.1", "p.a.2"]
    assert town.writer.state.settings.setting(NAME, "p").changes[-1].value == EMPTY


@pytest.mark.parametrize(
    ("line", "column", "why"),
    [
        ("PC11;;نو;New;p.a;31;48.05;", "sectors", "a new station needs ground"),
        ("PC11;;نو;New;p.a;31;48.05;p.z.1", "sectors", "no such sector"),
        ("PC11;;نو;New;p;31;48.05;p.a.2.1", "under", "cannot be under"),
        ("PC11;;نو;New;nowhere;31;48.05;p.a.2.1", "under", "no such office"),
        ("PC11;;;New;p.a;31;48.05;p.a.2.1", "Persian name", "empty"),
        ("PC11;;نو;New;p.a;x;48.05;p.a.2.1", "latitude", "no number"),
        ("کد;;نو;New;p.a;31;48.05;p.a.2.1", "code", "a code is Latin"),
        ("p.a.1;شهرستان;;;;;;", "tier", "stays of its tier"),
        (";;نو;New;p.a;31;48.05;", "code", "empty"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(town: TreeTown, line: str, column: str, why: str) -> None:
    found = brought(town, "کد;رده;نام;name en;زیر;عرض;طول;محدوده\n" + line + "\np.a.2;;دوم;Second;;;;\n")
    (bad,) = found.bad
    assert (bad.row, bad.column and bad.column.en) == (2, column) and why in bad.why.en and bad.why.fa
    assert [each.now.id for each in found.good] == ["p.a.2"]


def test_a_sector_and_a_code_are_one_rows_only(town: TreeTown) -> None:
    head, row_of = "code,name,name en,under,lat,lon,sectors\n", "{},نو,New,p.a,31,48.05,p.a.2.1\n"
    found = brought(town, head + row_of.format("N11") + row_of.format("N12") + row_of.format("N11"))
    assert [(bad.row, bad.why.en) for bad in found.bad] == [
        (3, "another row has got this sector"),
        (4, "this code stands in the file before"),
    ]
