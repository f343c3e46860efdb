"""Facts about a desk's own order."""

from msgspec.structs import replace

from nazdik.dispatch import events as e
from nazdik.dispatch.desk_model import HandOver, Hold
from nazdik.dispatch.evolution.changes import set_awaits, set_due, set_incident, set_waiting, step
from nazdik.dispatch.model import World


@step(e.IncidentHeld)
def _(world: World, event: e.IncidentHeld) -> World:
    held = Hold(since=event.at, until=event.until, reason=event.reason, words=event.words, by=event.by)
    known = world.incidents[event.incident_id].hold
    if known is not None:
        held = replace(held, since=known.since)
    world = set_incident(world, event.incident_id, hold=held, waiting_reason=None, waiting_since=None)
    world = set_awaits(world, event.incident_id, ())
    world = set_waiting(world, event.incident_id, None)
    for timer in ("wait", "retry"):
        world = set_due(world, f"{timer}:{event.incident_id}", None)
    return set_due(world, f"held:{event.incident_id}", event.until)


@step(e.HoldEnded)
def _(world: World, event: e.HoldEnded) -> World:
    world = set_incident(world, event.incident_id, hold=None)
    return set_due(world, f"held:{event.incident_id}", None)


@step(e.DeskHandedOver)
def _(world: World, event: e.DeskHandedOver) -> World:
    given = HandOver(
        id=event.hand_over_id,
        office=event.office,
        by=event.by,
        at=event.at,
        note=event.note,
        incidents=event.incidents,
        calls=event.calls,
    )
    return replace(world, hand_overs=world.hand_overs.set(given.id, given))


@step(e.DeskHandOverWithdrawn)
def _(world: World, event: e.DeskHandOverWithdrawn) -> World:
    return replace(world, hand_overs=world.hand_overs.delete(event.hand_over_id))


@step(e.DeskTakenOver)
def _(world: World, event: e.DeskTakenOver) -> World:
    return replace(world, hand_overs=world.hand_overs.delete(event.hand_over_id))


@step(e.IncidentKept)
def _(world: World, event: e.IncidentKept) -> World:
    return set_incident(world, event.incident_id, keeper=event.keeper)
