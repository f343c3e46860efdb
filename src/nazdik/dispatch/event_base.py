"""
What every stored fact of dispatch has, and what facts of incidents, assignments and units have besides.

`at` is the server's clock when the fact was recorded; `device_at` is when the sender did it, if it said anything: counted back from
the server's clock by how long it waited on the device, or else what the device's clock said.
"""

import msgspec

from nazdik.kernel import AssignmentId, IncidentId, Instant, UnitId


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A recorded fact."""

    at: Instant


class IncidentEvent(Event, frozen=True, kw_only=True):
    """A fact about an incident."""

    incident_id: IncidentId


class AssignmentEvent(IncidentEvent, frozen=True, kw_only=True):
    """A fact about an assignment."""

    assignment_id: AssignmentId
    unit_id: UnitId
    device_at: Instant | None = None
    by: str | None = None


class UnitEvent(Event, frozen=True, kw_only=True):
    """A fact about a unit."""

    unit_id: UnitId
