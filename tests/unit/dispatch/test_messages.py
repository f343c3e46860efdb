"""Short texts between the desk and crews."""

import pytest

from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch.field_model import MessageId
from nazdik.dispatch.projections import message_view
from nazdik.dispatch.vocabulary import MESSAGE_KEPT_S, MESSAGE_MAX
from nazdik.kernel import Actor, IncidentId, UnitId
from tests.town import Town, dispatcher, officer


def write(
    town: Town, name: str, by: Actor, *, unit: UnitId | None = None, incident: IncidentId | None = None
) -> MessageId:
    sent = c.SendMessage(
        message_id=MessageId(f"p.m{name}"), text=" به ایستگاه برگردید ", unit_id=unit, incident_id=incident
    )
    town.do(sent, by=by)
    return sent.message_id


def receipt(town: Town, message: MessageId, unit: UnitId, stage: str, by: Actor | None = None) -> None:
    told = c.AcknowledgeMessage(message_id=message, unit_id=unit, stage=stage)  # type: ignore[arg-type]
    town.do(told, by=by or officer(unit))


def test_a_message_to_a_unit_is_sent_delivered_and_read_each_once() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    message = write(town, "1", dispatcher(), unit=unit)
    since = len(town.names())
    for stage in ("delivered", "delivered", "read", "read", "delivered"):
        receipt(town, message, unit, stage)
    assert town.names(since) == ["message_delivered", "message_read"]
    view = message_view(town.world, town.world.messages[message])
    assert (view.text, view.from_unit, [a.call_sign for a in view.to]) == ("به ایستگاه برگردید", None, ["A01"])
    assert view.to[0].delivered_at and view.to[0].read_at and view.read_at is None
    assert restore(snapshot(town.writer.state)) == town.writer.state


def test_all_units_on_an_incident_are_told_and_those_that_know_nothing_of_it_are_not() -> None:
    town = Town()
    first, second = town.unit("A01", 1000), town.unit("A02", 1200)
    town.unit("A03", 9000)
    incident = town.incident("fight_weapon", east_m=1100)
    message = write(town, "1", dispatcher(), incident=incident)
    assert {a.unit_id for a in town.world.messages[message].to} == {first, second}
    assert town.world.messages[message].incident_id == incident
    town.do(c.CancelIncident(incident_id=incident), by=dispatcher())
    with pytest.raises(errors.NobodyToTell):
        write(town, "2", dispatcher(), incident=incident)


def test_what_a_crew_writes_is_for_the_desk_and_read_there() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    message = write(town, "1", officer(unit), unit=unit)
    assert (town.world.messages[message].from_unit, town.world.messages[message].to) == (unit, ())
    with pytest.raises(errors.MessageNotFound):
        receipt(town, message, unit, "read")
    receipt(town, message, unit, "read", dispatcher())
    assert town.world.messages[message].read_at is not None


def test_nobody_reads_for_another_and_the_desk_not_for_a_crew() -> None:
    town = Town()
    unit, other = town.unit("A01", 1000), town.unit("A02", 2000)
    message = write(town, "1", dispatcher(), unit=unit)
    for by, whose in ((officer(other), other), (officer(other), unit), (dispatcher(), unit)):
        with pytest.raises(errors.MessageNotFound):
            receipt(town, message, whose, "read", by)
    with pytest.raises(errors.MessageNotFound):
        receipt(town, MessageId("p.mnone"), unit, "read")


@pytest.mark.parametrize(
    ("text", "refusal"), [("  ", errors.MessageEmpty), ("x" * (MESSAGE_MAX + 1), errors.TextTooLong)]
)
def test_words_there_must_be_and_not_too_many(text: str, refusal: type[Exception]) -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    with pytest.raises(refusal):
        town.do(c.SendMessage(message_id=MessageId("p.m1"), text=text, unit_id=unit), by=dispatcher())


def test_a_message_never_touches_an_offer() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    incident = town.incident(east_m=1200)
    before = town.on(incident)
    receipt(town, write(town, "1", dispatcher(), unit=unit), unit, "read")
    assert town.on(incident) == before


def test_after_a_day_a_message_leaves_with_the_next() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    old = write(town, "1", dispatcher(), unit=unit)
    town.wait(MESSAGE_KEPT_S + 60)
    assert old in town.world.messages
    new = write(town, "2", dispatcher(), unit=unit)
    assert set(town.world.messages) == {new}
