"""
Every code of life and state that is one thing here and another outside, and the registries that outside words come from.

Words for kinds of incidents have a table of their own, which others than this room need too: `published.kind_codes`.

Source: NENA-STA-021.1 (EIDO) and its registries.
"""

from types import MappingProxyType

EIDO_VERSION = "1.0"

INCIDENT_STATUSES = frozenset(
    {
        "Active",
        "ResourcesAssigned",
        "ResourcesEnroute",
        "ResourcesOnscene",
        "NewLocation",
        "ReOpened",
        "Cancelled",
        "Closed",
    }
)
# A draft is no incident yet and is told to nobody. Waiting, and a report that is owed, are matters of ours.
STATUSES = MappingProxyType(
    {
        "Active": ("Active",),
        "Waiting": ("Active",),
        "ReportPending": ("Active",),
        "ResourcesAssigned": ("Active", "ResourcesAssigned"),
        "ResourcesEnroute": ("Active", "ResourcesEnroute"),
        "ResourcesOnscene": ("Active", "ResourcesOnscene"),
        "Closed": ("Closed",),
        "Cancelled": ("Cancelled",),
    }
)
AGENCY_ROLES = frozenset({"CallReceiving", "Dispatching", "Dispatched", "Assisting", "Informational", "TransferredTo"})
LOCATION_TYPES = frozenset(
    {
        "RoutingLocation",
        "Caller",
        "InitialIncident",
        "CurrentIncident",
        "UnitLocation",
        "Staging",
        "TowerLocation",
        "Investigation",
        "Other",
    }
)
PRIMARY_UNIT_STATUSES = frozenset({"Available", "ConditionallyAvailable", "NotAvailable"})
_SECONDARY = """
    Assigned Dispatched AcknowledgedTransmission EnRoute Delayed Staging Arrived OnScene PatientContact Backup TrafficStop
    ResponderInitiatedEvent Investigation Transporting Hospital Court Station Post COP_or_POP CoveringAlternateArea
    BacktoAssignedArea Cleared AssignmentCancelled CheckedIn RollCall Break Meal Meeting Training Event EquipmentIssues
    OutofService OnDuty OffDuty ShiftPending Unmanned Departed Location AlternateLocation InService Roster
"""
SECONDARY_UNIT_STATUSES = frozenset(_SECONDARY.split())
# What a resource can do is said in the registry's words; ours go beside them, and this one says so.
RESOURCE_ATTRIBUTE_OTHER = "Other"
CALL_DIRECTIONS = frozenset({"incoming", "outgoing", "internal"})
CALL_ALERTING, CALL_ANSWERED, CALL_ENDED = "callAlerting", "callAnswered", "callEnd"
CALL_STATES = frozenset(
    {
        CALL_ALERTING,
        CALL_ANSWERED,
        CALL_ENDED,
        "callBegin",
        "callQueued",
        "callHold",
        "callPark",
        "callCancel",
        "partyAdd",
    }
)

# Ours runs from 1 (most urgent) to 5; an EIDO's from 0 to 10 the other way, 10 the most urgent.
_PRIORITY_OUT = MappingProxyType({1: 10, 2: 8, 3: 6, 4: 3, 5: 1})
PRIORITY_MAX = 10


def priority_out(priority: int) -> int:
    """Return an EIDO's number for a priority of ours."""
    return _PRIORITY_OUT[priority]


def priority_in(number: int) -> int:
    """Return our priority for an EIDO's number; what lies between two goes to the more urgent."""
    return min(priority for priority, least in {1: 9, 2: 7, 3: 5, 4: 2, 5: 0}.items() if number >= least)
