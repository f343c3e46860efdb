"""
Value types every context shares: ids, instants, places, the context of a command, and refusals.

Standard library only; nothing here knows a clock, a disk or a network.
"""

from nazdik.kernel.context import Actor, Context
from nazdik.kernel.geometry import LonLat, distance_m
from nazdik.kernel.ids import (
    AlarmId,
    AssignmentId,
    CallId,
    CommandId,
    DeviceId,
    IncidentId,
    OfficeId,
    PersonId,
    ProvinceId,
    UnitId,
)
from nazdik.kernel.instant import LAST_INSTANT, Instant, from_rfc3339, rfc3339
from nazdik.kernel.rejected import Conflict, Forbidden, Invalid, Malformed, NotFound, Rejected, Unavailable

__all__ = [
    "LAST_INSTANT",
    "Actor",
    "AlarmId",
    "AssignmentId",
    "CallId",
    "CommandId",
    "Conflict",
    "Context",
    "DeviceId",
    "Forbidden",
    "IncidentId",
    "Instant",
    "Invalid",
    "LonLat",
    "Malformed",
    "NotFound",
    "OfficeId",
    "PersonId",
    "ProvinceId",
    "Rejected",
    "Unavailable",
    "UnitId",
    "distance_m",
    "from_rfc3339",
    "rfc3339",
]
