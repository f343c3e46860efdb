"""What a desk asks of incidents side by side, of other services, and of the desk that comes after it."""

from nazdik.dispatch.commands import Command
from nazdik.dispatch.desk_model import HandOverId
from nazdik.kernel import CallId, IncidentId, Instant, OfficeId


class JoinIncidents(Command, frozen=True, kw_only=True):
    """It is the same event as `into`: its calls and crews go there, and it closes."""

    incident_id: IncidentId
    into: IncidentId


class UnjoinIncident(Command, frozen=True, kw_only=True):
    """They were two after all."""

    incident_id: IncidentId


class HoldIncident(Command, frozen=True, kw_only=True):
    """Put an incident aside for so many minutes, or as before `until` an instant; why, as a code and in words."""

    incident_id: IncidentId
    minutes: int = 0
    until: Instant | None = None
    reason: str = "other"
    words: str = ""


class ReleaseIncident(Command, frozen=True, kw_only=True):
    """Bring a held incident back before its time."""

    incident_id: IncidentId


class AskService(Command, frozen=True, kw_only=True):
    """Another service was asked to come to the incident, such as the ambulance."""

    incident_id: IncidentId
    service: str


class ReleaseService(Command, frozen=True, kw_only=True):
    """It need not come after all."""

    incident_id: IncidentId
    service: str


class HandOverDesk(Command, frozen=True, kw_only=True):
    """
    Whoever leaves gives the desk to whoever comes: these incidents, the callers that are theirs, and a note.

    `silent_since` is when their screens fell silent: then nobody gave it, and it counts as left once that lasts by the rules.
    """

    hand_over_id: HandOverId
    office: OfficeId
    incidents: tuple[IncidentId, ...]
    calls: tuple[CallId, ...] = ()
    note: str = ""
    silent_since: Instant | None = None


class TakeOverDesk(Command, frozen=True, kw_only=True):
    """Whoever comes takes the desk with all that is its leaver's."""

    hand_over_id: HandOverId


class WithdrawHandOver(Command, frozen=True, kw_only=True):
    """Whoever gave the desk stays after all."""

    hand_over_id: HandOverId
