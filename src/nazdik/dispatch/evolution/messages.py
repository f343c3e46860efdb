"""Facts about short texts: sent, delivered, read, and forgotten after a day."""

from msgspec.structs import replace

from nazdik.dispatch import events as e
from nazdik.dispatch.evolution.changes import step
from nazdik.dispatch.field_model import Addressee, Message
from nazdik.dispatch.model import World
from nazdik.dispatch.vocabulary import MESSAGE_KEPT_S
from nazdik.kernel.instant import plus_s


@step(e.MessageSent)
def _(world: World, event: e.MessageSent) -> World:
    kept = world.messages
    oldest = plus_s(event.at, -MESSAGE_KEPT_S)
    for message in world.messages.values():
        if message.at < oldest:
            kept = kept.delete(message.id)
    message = Message(
        id=event.message_id,
        at=event.at,
        by=event.by,
        from_unit=event.from_unit,
        to=tuple(Addressee(unit_id) for unit_id in event.to),
        incident_id=event.incident_id,
        text=event.text,
    )
    return replace(world, messages=kept.set(message.id, message))


@step(e.MessageDelivered)
def _(world: World, event: e.MessageDelivered) -> World:
    return _stamped(world, event, delivered_at=event.at)


@step(e.MessageRead)
def _(world: World, event: e.MessageRead) -> World:
    if not event.at_desk:
        return _stamped(world, event, read_at=event.at)
    message = replace(world.messages[event.message_id], read_at=event.at)
    return replace(world, messages=world.messages.set(message.id, message))


def _stamped(world: World, event: e.MessageDelivered | e.MessageRead, **stamps: object) -> World:
    message = world.messages[event.message_id]
    to = tuple(replace(a, **stamps) if a.unit_id == event.unit_id else a for a in message.to)
    return replace(world, messages=world.messages.set(message.id, replace(message, to=to)))
