"""Settings of the nation: drafted once, in force in every province, under what a province has set itself."""

from typing import Any, cast

import pytest

from nazdik.administration.errors import ValueInvalid
from nazdik.bootstrap.administration import rules
from nazdik.bootstrap.administration.incident_kinds import FIRST, kinds_in_force
from nazdik.bootstrap.administration.incident_kinds import inherited as inherited_kinds
from nazdik.bootstrap.administration.kind_names import kind_names
from nazdik.bootstrap.administration.message_texts import SHIPPED, inherited, text_in_force
from nazdik.bootstrap.administration.nation import (
    NationWatch,
    behind,
    behind_in_book,
    leader_of,
    leader_of_book,
)
from nazdik.bootstrap.administration.setting_kinds import SETTING_KINDS
from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.geo.responsible import OfficeForest
from nazdik.guide import commands as guide
from nazdik.guide.in_force import plans_in_force
from nazdik.guide.model import BookName, Plans
from nazdik.kernel import OfficeId, ProvinceId
from nazdik.published.kinds import Need
from nazdik.published.plans import PlanRule
from tests.town import Town
from tests.unit.administration.people import publish, rules_with
from tests.unit.administration.test_office_tree import P, TreeTown, region
from tests.unit.dispatch.test_plans import publish as publish_book

NATION = OfficeId("iran")
RULES = SETTING_KINDS["rules"]


class Room:
    """What the watch asks of a control room, around a small province."""

    def __init__(self, name: str) -> None:
        self.town, self.province, self.writes = Town(), ProvinceId(name), True
        self.listeners: list[Any] = []
        self.when_writing: list[Any] = []

    @property
    def state(self) -> Any:
        return self.town.writer.state

    async def submit(self, command: Any, ctx: Any) -> Any:
        return self.town.writer.submit(command, ctx)

    def answer_s(self, office: str = "p.a.1") -> float:
        return self.town.around.rules_for(self.town.world, OfficeId(office)).answer_s[0]


def rooms_of(*names: str) -> dict[ProvinceId, Any]:
    return {ProvinceId(name): Room(name) for name in names}


async def test_what_the_nation_publishes_holds_in_every_province_that_has_none_of_its_own() -> None:
    rooms = rooms_of("a", "b", "c")
    a, b, c = rooms.values()
    watch = NationWatch(cast(Any, rooms), NATION, a.town.clock)
    publish(b.town, rules_with(answer_s=(40.0,) * 5), subject="p")
    publish(a.town, rules_with(answer_s=(30.0,) * 5), subject="iran")
    c.writes = False
    assert behind(rooms, RULES, "iran") == ("b", "c")
    await watch.catch_up()
    assert [room.answer_s() for room in (a, b, c)] == [30.0, 40.0, 15.0], "its own goes before the nation's"
    assert rules.inherited(b.state.world, b.town.offices, "p")[1] == "iran"
    assert rules.inherited(a.state.world, a.town.offices, "p.a.1")[1] == "iran"
    assert behind(rooms, RULES, "iran") == ("c",)
    c.writes = True
    await watch.catch_up()
    position = c.town.log.head().position
    await watch.catch_up()
    assert c.answer_s() == 30.0 and c.town.log.head().position == position, "once is enough"
    change = c.state.settings.setting("rules", "iran").changes[-1]
    assert (change.by, change.drafted_by, change.why) == ("administrator-2", "administrator-1", "آزمون")


async def test_what_the_nation_takes_back_is_gone_everywhere() -> None:
    rooms = rooms_of("a", "b")
    a, b = rooms.values()
    watch = NationWatch(cast(Any, rooms), NATION, a.town.clock)
    publish(a.town, rules_with(answer_s=(30.0,) * 5), subject="iran")
    await watch.catch_up()
    publish(a.town, None, subject="iran")
    await watch.catch_up()
    assert [room.answer_s() for room in (a, b)] == [15.0, 15.0] and behind(rooms, RULES, "iran") == ()


async def test_a_province_that_comes_later_does_not_take_the_lead() -> None:
    rooms = rooms_of("m")
    (m,) = rooms.values()
    publish(m.town, rules_with(answer_s=(30.0,) * 5), subject="iran")
    rooms = {ProvinceId("a"): Room("a"), **rooms}
    assert leader_of(rooms, "rules", "iran") is m
    await NationWatch(cast(Any, rooms), NATION, m.town.clock).catch_up()
    assert rooms[ProvinceId("a")].answer_s() == 30.0 and leader_of(rooms, "rules", "iran") is m


def test_a_text_is_the_provinces_else_the_nations_else_the_programs() -> None:
    town = Town()
    said = lambda: text_in_force(town.writer.state.settings, "place_link")  # noqa: E731
    assert said() == SHIPPED["place_link"]
    publish(town, {"place_link": "کشور: {link}"}, subject="iran", kind="texts")
    assert said() == "کشور: {link}"
    whole, whose = inherited(town.offices, town.writer.state.settings, "p")
    assert (whole["place_link"], whose) == ("کشور: {link}", "iran")
    publish(town, {"place_link": "استان: {link}"}, kind="texts")
    assert said() == "استان: {link}"


async def test_the_nations_list_of_kinds_holds_where_a_province_has_none_and_names_stay_with_what_began() -> None:
    rooms = rooms_of("a", "b")
    a, b = rooms.values()
    watch = NationWatch(cast(Any, rooms), NATION, a.town.clock)
    nations = [{**row, "name_en": "Row", "priority": 2} if row["code"] == "noise" else row for row in FIRST["rows"]]
    added = {**nations[0], "code": "drone", "name_fa": "پهپاد", "name_en": "Drone", "common": "DRONE", "also": []}
    own = [{**row, "name_en": "Din"} if row["code"] == "noise" else row for row in FIRST["rows"]]
    publish(b.town, {"rows": own}, subject="p", kind="kinds")
    a.town.clock.move_to(a.town.clock.now() + 10)
    publish(a.town, {"rows": [*nations, {**added, "words": []}]}, subject="iran", kind="kinds")
    await watch.catch_up()
    seen = [kinds_in_force(room.state.settings) for room in (a, b)]
    assert [kinds["noise"].name_en for kinds in seen] == ["Row", "Din"], (
        "a province's own list goes before the nation's"
    )
    assert [("drone" in kinds) for kinds in seen] == [True, False]
    opened = a.town.incident("noise")
    assert a.town.get(opened).priority == 2
    assert inherited_kinds(a.town.offices, a.state.settings, "p")[1] == "iran"
    begun = a.town.now
    a.town.clock.move_to(a.town.clock.now() + 10)
    publish(a.town, None, subject="iran", kind="kinds")
    kinds = kind_names(a.state.settings)
    assert kinds.of("noise") != ("", "Row") and kinds.of("noise", begun)[1] == "Row"
    assert kinds.kinds["drone"].retired, "what incidents may have stays known"


async def test_a_book_of_the_nation_is_in_force_in_every_province_and_goes_back_there_too() -> None:
    rooms = rooms_of("a", "b", "c")
    a, b, c = rooms.values()
    watch = NationWatch(cast(Any, rooms), NATION, a.town.clock)
    book = BookName.NATION_PLANS

    async def publish_plans(units: int) -> None:
        rule = PlanRule("n1", "noise", NATION, (Need("patrol", units),))
        b.town.clock.move_to(b.town.clock.now() + 10)
        publish_book(b.town, rule, book=book)
        await watch.catch_up()

    def sent(room: Any) -> int:
        held = plans_in_force(room.state.guide)
        rule = held.find_rule("noise", room.town.offices.chain_of(OfficeId("p.a.1")), room.town.now)
        return rule.needs[0].units if rule is not None else 0

    b.town.do(guide.SaveDraft(book=book, content=Plans()))
    c.writes = False
    await publish_plans(2)
    assert [sent(room) for room in (a, b, c)] == [2, 2, 0] and behind_in_book(rooms, book) == ("c",)
    assert leader_of_book(rooms, book) is b, "where it was drafted before"
    await publish_plans(3)
    c.writes = True
    await watch.catch_up()
    assert [sent(room) for room in (a, b, c)] == [3, 3, 3] and behind_in_book(rooms, book) == ()
    assert restore(snapshot(c.state)) == c.state
    version = a.state.guide.book(book).versions[-1]
    assert (version.number, version.by, a.state.guide.book(book).by) == (2, "reader", "reader")
    position = c.town.log.head().position
    await watch.catch_up()
    assert c.town.log.head().position == position, "once is enough"
    for to, units in ((1, 2), (0, 0)):
        b.town.clock.move_to(b.town.clock.now() + 10)
        b.town.do(guide.RollBack(book=book, to=to))
        await watch.catch_up()
        assert [sent(room) for room in (a, b, c)] == [units] * 3


def test_national_command_is_called_as_the_nation_says_and_as_it_ships_when_that_is_taken_back() -> None:
    town = TreeTown()

    def publish_name(value: dict[str, str] | None) -> Any:
        town.clock.move_to(town.clock.now() + 1)  # type: ignore[arg-type]
        publish(town, value, subject="iran", kind="nation")
        town.book.open(P, town.writer.state.settings)
        return town.forest.find_office(NATION)

    shipped = town.forest.find_office(NATION)
    assert shipped is not None
    named = publish_name({"name_fa": "فراجا", "name_en": "National police"})
    assert (named.name_fa, named.name_en) == ("فراجا", "National police")
    assert town.station(6_000) == "p.a.2" and town.forest.chain_of(OfficeId("p.a.2"))[-1] == "iran"
    newer = OfficeForest([(P, region())]).changed_as(town.forest)
    assert newer.find_office(NATION) == named, "another map of a province changes nothing of it"
    with pytest.raises(ValueInvalid):
        publish_name({"name_fa": "فراجا", "name_en": " "})
    assert publish_name(None) == shipped
