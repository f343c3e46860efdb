"""What a province sets for kinds of incidents, two people, and what the core makes of it."""

from typing import Any

import pytest

from nazdik.administration.errors import ValueInvalid
from nazdik.bootstrap.administration.incident_kinds import FIELDS
from nazdik.bootstrap.guessers import Guessers
from nazdik.dispatch import commands as c
from nazdik.kernel import IncidentId
from tests.town import Town, at_m
from tests.unit.administration.people import draft, publish


def kinds(**said: Any) -> dict[str, Any]:
    return {"priority": [], "radius_m": [], **said}


def opened(town: Town, name: str = "1") -> Any:
    incident = IncidentId(f"p.i{name}")
    town.do(c.ClassifyIncident(incident_id=incident, kind="noise", point=at_m(1000)))
    return town.get(incident)


SEEN = {
    "priority": ("priority", [["noise", "2"]], 2),
    "radius_m": ("radius_m", [["noise", "500"]], 500.0),
}


def test_everything_that_can_be_set_is_proved() -> None:
    assert {field.name for field in FIELDS} == set(SEEN)


@pytest.mark.parametrize("name", SEEN)
def test_a_new_incident_has_what_the_province_set_and_an_old_one_what_it_had(name: str) -> None:
    town = Town()
    part, value, wanted = SEEN[name]
    before = opened(town)
    usual = getattr(before, part)
    assert usual != wanted
    publish(town, kinds(**{name: value}), kind="kinds")
    assert getattr(opened(town, "2"), part) == wanted
    assert getattr(town.get(before.id), part) == usual
    publish(town, kinds(), kind="kinds")
    assert getattr(opened(town, "3"), part) == usual


def test_words_propose_the_priority_that_the_province_set() -> None:
    town = Town()
    town.province, town.state = "p", town.writer.state  # type: ignore[attr-defined]  # as a room has them
    guessers = Guessers()
    usual = guessers.of(town)[0].guess("سروصدا").guesses[0]  # type: ignore[arg-type]
    publish(town, kinds(priority=[[usual.code, "1"]]), kind="kinds")
    town.state = town.writer.state  # type: ignore[attr-defined]
    now = guessers.of(town)[0].guess("سروصدا").guesses[0]  # type: ignore[arg-type]
    assert (now.code, now.priority) == (usual.code, 1) and usual.priority != 1


@pytest.mark.parametrize(
    "bad",
    [
        kinds(priority=[["war", "1"]]),
        kinds(priority=[["noise", "9"]]),
        kinds(priority=[["noise", "1"], ["noise", "2"]]),
        kinds(names=[]),
    ],
)
def test_a_kind_that_does_not_exist_or_stands_there_twice_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueInvalid):
        draft(Town(), bad, kind="kinds")
