"""Facts about a desk's own order."""

from msgspec.structs import replace

from nazdik.dispatch import events as e
from nazdik.dispatch.desk_model import HandOver
from nazdik.dispatch.evolution.changes import set_incident, step
from nazdik.dispatch.model import World


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
