"""What a province makes of its list of kinds, two people, and what the core, the words and the names make of it."""

from typing import Any

import msgspec
import pytest

from nazdik.administration.commands import RollBack
from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Value
from nazdik.bootstrap.administration import incident_kinds
from nazdik.bootstrap.administration.fields import Words
from nazdik.bootstrap.administration.incident_kinds import FIRST, Row, kind_of_word
from nazdik.bootstrap.administration.kind_lines import kind_lines
from nazdik.bootstrap.administration.kind_names import kind_names
from nazdik.bootstrap.guessers import Guessers
from nazdik.dispatch import commands as c
from nazdik.dispatch.errors import KindRetired
from nazdik.guide import commands as guide
from nazdik.guide.errors import ContentInvalid
from nazdik.guide.model import BookName, Plans
from nazdik.kernel import IncidentId
from nazdik.published.kinds import Need
from nazdik.published.plans import PlanRule
from tests.town import Town, at_m
from tests.unit.administration.people import ONE, draft, publish

DRONE = {
    "code": "drone",
    "name_fa": "پهپاد مزاحم",
    "name_en": "Drone",
    "priority": 2,
    "common": "DRONE",
    "also": ["UAV"],
    "words": ["کوادکوپتر"],
    "needs": [{"skill": "patrol", "units": 2}],
}


def kinds(*rows: dict[str, Any], **changed: dict[str, Any]) -> Value:
    """Return the list that ships with rows added and, by code, parts changed."""
    return {"rows": [{**row, **changed.get(row["code"], {})} for row in FIRST["rows"]] + list(rows)}


def opened(town: Town, name: str = "1", kind: str = "noise") -> Any:
    incident = IncidentId(f"p.i{name}")
    town.do(c.ClassifyIncident(incident_id=incident, kind=kind, point=at_m(1000)))
    return town.get(incident)


def names_of(town: Town) -> Any:
    return kind_names(town.writer.state.settings)


def guessed(town: Town, text: str) -> list[Any]:
    town.province, town.state = "p", town.writer.state  # type: ignore[attr-defined]  # as a room has them
    return list(Guessers().of(town)[0].guess(text).guesses)  # type: ignore[arg-type]


# What a part of a kind is set to, and where an incident that is opened afterwards, or whoever reads the kind, shows it.
INCIDENT = {
    "priority": (2, lambda town, one: one.priority),
    "radius_m": (500.0, lambda town, one: one.radius_m),
    "common": ("NOISEPARTY", lambda town, one: one.kind_common),
    "needs": ([{"skill": "traffic", "units": 2}], lambda town, one: [{"skill": n.skill, "units": n.units} for n in one.needs]),
    "minutes": (90.0, lambda town, one: names_of(town).kinds["noise"].minutes_on_scene),
    "name_fa": ("هیاهو", lambda town, one: names_of(town).of("noise")[0]),
    "name_en": ("Racket", lambda town, one: names_of(town).of("noise")[1]),
    "also": (["LOUDPARTY"], lambda town, one: list(kind_of_word(names_of(town).kinds, "Loud Party").also)),
    "cap": ("Health", lambda town, one: names_of(town).kinds["noise"].cap),
}  # fmt: skip
ELSEWHERE = {"code", "words", "retired"}


def test_everything_that_can_be_set_is_proved() -> None:
    assert set(Row.__struct_fields__) == set(INCIDENT) | ELSEWHERE


@pytest.mark.parametrize("part", INCIDENT)
def test_a_new_incident_has_what_the_province_set_and_an_old_one_what_it_had(part: str) -> None:
    town = Town()
    wanted, seen = INCIDENT[part]
    before = opened(town)
    if part != "also":
        assert seen(town, before) != wanted
    publish(town, kinds(noise={part: wanted}), kind="kinds")
    assert seen(town, opened(town, "2")) == wanted
    assert town.get(before.id) == before
    publish(town, kinds(), kind="kinds")
    assert opened(town, "3").priority == before.priority


def test_an_added_kind_is_sent_to_guessed_planned_and_known_to_other_systems() -> None:
    town = Town()
    publish(town, kinds(DRONE), kind="kinds")
    new = opened(town, kind="drone")
    assert (new.kind, new.kind_common, new.priority, new.needs) == ("drone", "DRONE", 2, (Need("patrol", 2),))
    assert [guess.code for guess in guessed(town, "یک کوادکوپتر بالای خانه")] == ["drone"]
    assert guessed(town, "پهپاد مزاحم")[0].code == "drone", "its names speak for it too"
    assert kind_of_word(names_of(town).kinds, "u.a.v").code == "drone"  # type: ignore[union-attr]
    rule = PlanRule(id="one", kind="drone", office="p", needs=(Need("patrol", 3),))  # type: ignore[arg-type]
    town.do(guide.SaveDraft(book=BookName.PLANS, content=Plans(rules=(rule,))), by=ONE)
    with pytest.raises(ContentInvalid):
        town.do(guide.SaveDraft(book=BookName.PLANS, content=Plans(rules=(msgspec.structs.replace(rule, kind="x"),))))


def test_a_retired_kind_is_given_to_nobody_and_stays_with_who_has_it() -> None:
    town = Town()
    publish(town, kinds(DRONE), kind="kinds")
    old, other = opened(town, kind="drone"), opened(town, "2", kind="noise")
    publish(town, kinds({**DRONE, "retired": True}), kind="kinds")
    with pytest.raises(KindRetired):
        opened(town, "3", kind="drone")
    with pytest.raises(KindRetired):
        town.do(c.ChangeKind(incident_id=other.id, kind="drone"))
    town.do(c.ChangeKind(incident_id=old.id, kind="drone"))
    assert town.get(old.id).kind == "drone"
    assert guessed(town, "کوادکوپتر") == []
    assert names_of(town).of("drone") == ("پهپاد مزاحم", "Drone")
    assert kind_of_word(names_of(town).kinds, "UAV") is None


def test_a_draft_that_has_a_kind_may_still_become_an_incident_when_it_is_retired() -> None:
    town = Town()
    publish(town, kinds(DRONE), kind="kinds")
    incident = IncidentId("p.i1")
    town.do(c.DraftIncident(incident_id=incident, call_id=None, kind="drone", point=at_m(1000)))
    publish(town, kinds({**DRONE, "retired": True}), kind="kinds")
    town.do(c.ClassifyIncident(incident_id=incident, kind="drone", point=at_m(1000)))
    assert town.get(incident).kind == "drone"


def test_going_back_to_before_a_kind_retires_it_and_keeps_its_name() -> None:
    town = Town()
    publish(town, kinds(DRONE), kind="kinds")
    opened(town, kind="drone")
    town.do(RollBack(kind="kinds", subject="p", to=0, why="آزمون"), by=ONE)
    assert names_of(town).kinds["drone"].retired
    assert names_of(town).of("drone")[1] == "Drone"
    with pytest.raises(KindRetired):
        opened(town, "2", kind="drone")


def test_an_old_incident_keeps_the_name_its_kind_had() -> None:
    town = Town()
    old = opened(town)
    town.wait(60)
    publish(town, kinds(noise={"name_fa": "هیاهو", "name_en": "Racket"}), kind="kinds")
    town.wait(60)
    new = opened(town, "2")
    names = names_of(town)
    assert [names.of("noise", one.created_at)[1] for one in (old, new)] == ["Noise", "Racket"]
    assert names.of("noise")[1] == "Racket"


def test_words_propose_the_priority_that_the_province_set() -> None:
    town = Town()
    usual = guessed(town, "سروصدا")[0]
    publish(town, kinds(**{usual.code: {"priority": 1}}), kind="kinds")
    now = guessed(town, "سروصدا")[0]
    assert (now.code, now.priority) == (usual.code, 1) and usual.priority != 1


def test_what_was_stored_as_pairs_is_read_still() -> None:
    town = Town()
    publish(town, {"priority": [["noise", "1"]], "radius_m": [["noise", "500"]]}, kind="kinds")
    new = opened(town)
    assert (new.priority, new.radius_m) == (1, 500.0)
    assert len(incident_kinds.own(town.writer.state.settings, "p")["rows"]) == len(FIRST["rows"])  # type: ignore[index]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"priority": [["war", "1"]]}, ""),
        ({"priority": [["noise", "1"], ["noise", "2"]]}, ""),
        ({"names": []}, ""),
        (kinds(noise={"priority": 9}), "1 to 5"),
        (kinds(noise={"radius_m": 1}), "radius"),
        (kinds(noise={"minutes": 0}), "time on scene"),
        (kinds(DRONE, DRONE), "twice"),
        (kinds({**DRONE, "code": "Drone!"}), "code"),
        (kinds({**DRONE, "name_en": " "}), "both names"),
        (kinds({**DRONE, "name_fa": "سروصدا"}), "share a name"),
        (kinds({**DRONE, "common": "NOISE"}), "share a name or a standard code"),
        (kinds({**DRONE, "also": ["u a v"]}), "capital Latin"),
        (kinds({**DRONE, "cap": "Zoo"}), "CAP"),
        (kinds({**DRONE, "needs": []}), "skills"),
        (kinds({**DRONE, "needs": [{"skill": "patrol", "units": 0}]}), "units"),
        (kinds({**DRONE, "words": ["یک/دو"]}), "words"),
        (kinds(other={"retired": True}), "needs this kind"),
    ],
)
def test_what_cannot_be_a_kind_is_refused_in_words(bad: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueInvalid) as refused:
        draft(Town(), bad, kind="kinds")
    assert says in str(refused.value.details["what"])


def test_a_difference_says_in_words_what_comes_goes_and_changes() -> None:
    before = incident_kinds.tidy(kinds(noise={"retired": True}))
    after = incident_kinds.tidy(kinds(DRONE, noise={"priority": 1}))
    assert before is not None and after is not None
    said = [(line.what.en, line.before.en, line.after.en) for line in kind_lines(before, after, Words({}))]
    assert said[:2] == [
        ("“Noise”, usual priority", "priority 4", "priority 1"),
        ("“Noise”, state", "retired", "in use"),
    ]
    what, was, then = said[2]
    assert (what, was) == ("new kind “Drone”", "—") and "; priority 2; " in then and "units needed: 2 patrol" in then
