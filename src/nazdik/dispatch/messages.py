"""Short texts between the desk and crews. They never take the place of an offer: nothing is accepted or refused here."""

from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import MessageEmpty, MessageNotFound, NobodyToTell
from nazdik.dispatch.model import AssignmentState
from nazdik.dispatch.unfolding import Unfolding, check_text
from nazdik.dispatch.vocabulary import MESSAGE_MAX
from nazdik.kernel import IncidentId, UnitId


def send_message(u: Unfolding, command: c.SendMessage) -> None:
    """A crew writes to the desk, or the desk to a unit or to all units on an incident."""
    text = check_text("text", command.text.strip(), MESSAGE_MAX)
    if not text:
        raise MessageEmpty()
    if command.message_id in u.world.messages:
        return
    writer = u.ctx.actor.unit_id
    incident_id = command.incident_id
    if command.unit_id is not None:
        to: tuple[UnitId, ...] = (u.unit(command.unit_id).id,)
        held = u.unit(command.unit_id).assignment_id
        incident_id = u.world.assignments[held].incident_id if held is not None else None
    elif incident_id is not None:
        to = _units_on(u, incident_id)
    else:
        raise NobodyToTell(incident_id=None)
    u.add(
        e.MessageSent(
            at=u.at,
            message_id=command.message_id,
            by=u.ctx.actor.id,
            from_unit=writer,
            to=() if writer is not None else to,
            incident_id=incident_id,
            text=text,
            device_at=u.ctx.device_at,
        )
    )


def _units_on(u: Unfolding, incident_id: IncidentId) -> tuple[UnitId, ...]:
    """Return the units that have been told of the incident and are still on it; one merely held for it knows nothing yet."""
    active = u.world.active_assignments(u.incident(incident_id))
    units = tuple(a.unit_id for a in active if a.state is not AssignmentState.RESERVED)
    if not units:
        raise NobodyToTell(incident_id=incident_id)
    return units


def acknowledge_message(u: Unfolding, command: c.AcknowledgeMessage) -> None:
    """Receipts; one that comes twice, or after a later one, changes nothing."""
    message = u.world.messages.get(command.message_id)
    if message is None:
        raise MessageNotFound(message_id=command.message_id[:120])
    reader = u.ctx.actor
    if message.from_unit is not None:
        # What a crew wrote is read at the desk; a crew does not read for the desk.
        if message.from_unit != command.unit_id or reader.unit_id is not None:
            raise MessageNotFound(message_id=message.id)
        if command.stage == "read" and message.read_at is None:
            _read(u, command, at_desk=True)
        return
    addressee = next((a for a in message.to if a.unit_id == command.unit_id), None)
    if addressee is None or reader.unit_id != command.unit_id:
        raise MessageNotFound(message_id=message.id)
    if command.stage == "read":
        if addressee.read_at is None:
            _read(u, command, at_desk=False)
    elif addressee.delivered_at is None and addressee.read_at is None:
        u.add(e.MessageDelivered(at=u.at, unit_id=command.unit_id, message_id=message.id, device_at=u.ctx.device_at))


def _read(u: Unfolding, command: c.AcknowledgeMessage, *, at_desk: bool) -> None:
    u.add(
        e.MessageRead(
            at=u.at,
            unit_id=command.unit_id,
            message_id=command.message_id,
            by=u.ctx.actor.id,
            at_desk=at_desk,
            device_at=u.ctx.device_at,
        )
    )
