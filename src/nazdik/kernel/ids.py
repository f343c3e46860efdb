"""Ids, each its own type so that two of them cannot be swapped unseen."""

from typing import NewType

CallId = NewType("CallId", str)
IncidentId = NewType("IncidentId", str)
AssignmentId = NewType("AssignmentId", str)
AlarmId = NewType("AlarmId", str)
UnitId = NewType("UnitId", str)
DeviceId = NewType("DeviceId", str)
OfficeId = NewType("OfficeId", str)
ProvinceId = NewType("ProvinceId", str)
PersonId = NewType("PersonId", str)
CommandId = NewType("CommandId", str)
