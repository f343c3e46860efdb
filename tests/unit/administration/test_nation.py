"""Settings of the nation: drafted once, in force in every province, under what a province has set itself."""

from typing import Any, cast

from nazdik.bootstrap.administration import rules
from nazdik.bootstrap.administration.message_texts import SHIPPED, inherited, text_in_force
from nazdik.bootstrap.administration.nation import NationWatch, behind, leader_of
from nazdik.bootstrap.administration.setting_kinds import SETTING_KINDS
from nazdik.kernel import OfficeId, ProvinceId
from tests.town import Town
from tests.unit.administration.people import publish, rules_with

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
