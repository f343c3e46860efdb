"""Facts about a desk's own order: put aside, joined, shared, handed over, taken, kept. `events` gathers them with all others."""

from nazdik.dispatch.desk_model import HandOverId
from nazdik.dispatch.event_base import Event, IncidentEvent
from nazdik.kernel import AssignmentId, CallId, IncidentId, Instant, OfficeId


class IncidentHeld(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_held.v1"):
    """Put aside until an instant: nobody is sought for it."""

    until: Instant
    reason: str
    words: str
    by: str


class HoldEnded(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.hold_ended.v1"):
    """It is back: its time was `over`, it was `released`, it became more `urgent`, or somebody was `sent`."""

    cause: str
    by: str


class ServiceAsked(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.service_asked.v1"):
    """Another service was asked to come: its code, and who asked."""

    service: str
    by: str


class ServiceReleased(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.service_released.v1"):
    """It was told that it need not come after all."""

    service: str
    by: str


class IncidentJoined(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_joined.v1"):
    """It was the same event as another one, which has its calls and its running assignments from now on."""

    into: IncidentId
    calls: tuple[CallId, ...]
    assignments: tuple[AssignmentId, ...]


class IncidentAbsorbed(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_absorbed.v1"):
    """Another incident was the same event; what came with it."""

    other: IncidentId
    calls: tuple[CallId, ...]
    assignments: tuple[AssignmentId, ...]


class IncidentParted(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_parted.v1"):
    """An incident that had been put into it was another event after all; what goes back with it."""

    other: IncidentId
    calls: tuple[CallId, ...]
    assignments: tuple[AssignmentId, ...]


class IncidentUnjoined(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_unjoined.v1"):
    """It was an event of its own after all, and has back what came from it and still runs."""

    of: IncidentId
    calls: tuple[CallId, ...]
    assignments: tuple[AssignmentId, ...]


class DeskHandedOver(Event, frozen=True, kw_only=True, tag="dispatch.desk_handed_over.v1"):
    """Somebody leaves a desk at the end of a shift: what is open, which callers are theirs, and what the next one should know."""

    hand_over_id: HandOverId
    office: OfficeId
    by: str
    note: str
    incidents: tuple[IncidentId, ...]
    calls: tuple[CallId, ...]
    # When it becomes an alarm that nobody is there; None where nothing was open.
    take_by: Instant | None = None
    # Since when its screens had been silent, where nobody gave it.
    silent_since: Instant | None = None


class DeskHandOverWithdrawn(Event, frozen=True, kw_only=True, tag="dispatch.desk_hand_over_withdrawn.v1"):
    """They stay after all, and so does all of it."""

    hand_over_id: HandOverId
    office: OfficeId
    by: str


class DeskTakenOver(Event, frozen=True, kw_only=True, tag="dispatch.desk_taken_over.v1"):
    """Somebody took the desk: all that was `left_by`'s is theirs. Calls follow as facts of their own."""

    hand_over_id: HandOverId
    office: OfficeId
    by: str
    left_by: str
    incidents: tuple[IncidentId, ...]


class IncidentKept(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_kept.v1"):
    """Who at the desk answers for it from now on."""

    keeper: str
    hand_over_id: HandOverId
