"""Texts of messages: what may stand in them, and that what is sent is what was published."""

from typing import Any

import pytest

from nazdik.administration.errors import NothingChanged, ValueInvalid
from nazdik.bootstrap.administration.message_texts import FIELDS, MARKS, SHIPPED, text_in_force
from nazdik.intake.callers.wording import filled, wrong_with
from tests.town import Town
from tests.unit.administration.people import draft, publish

LINK = frozenset({"link"})


def test_every_text_has_its_field_and_is_sound() -> None:
    assert {field.name for field in FIELDS} == set(SHIPPED) == set(MARKS)
    assert all(wrong_with(text, MARKS[name]) is None for name, text in SHIPPED.items())


@pytest.mark.parametrize(
    "text",
    ["", "   ", "بی نشانی", "{link} {link}", "{link} {name}", "{link", "{link} }", "{link}" + "x" * 400, "{link}\x00"],
)
def test_a_text_that_would_not_do_is_refused_when_it_is_drafted(text: str) -> None:
    with pytest.raises(ValueInvalid):
        draft(Town(), {"place_link": text}, kind="texts")


@pytest.mark.parametrize("value", [{"place_link": 7}, {"greeting": "سلام"}])
def test_what_is_no_text_of_ours_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(ValueInvalid):
        draft(Town(), value, kind="texts")


def test_what_was_published_is_what_is_sent() -> None:
    town = Town()
    assert text_in_force(town.writer.state.settings, "place_link") == SHIPPED["place_link"]
    publish(town, {"place_link": "جای شما: {link}"}, kind="texts")
    said = text_in_force(town.writer.state.settings, "place_link")
    assert filled(said, link="http://x/{odd}") == "جای شما: http://x/{odd}"
    with pytest.raises(NothingChanged):
        draft(town, {"place_link": "جای شما: {link}"}, kind="texts")
