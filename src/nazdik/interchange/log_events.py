"""
Our log as other systems read it: log events in the manner of NENA-STA-010 (i3), made from recorded facts when they are asked for.

They tell that something happened to a call or an incident, when, and by which hand; never who called, from where, or what was said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from nazdik.interchange import codes
from nazdik.interchange.names import Names
from nazdik.interchange.times import offset_time
from nazdik.kernel import IncidentId, Instant, OfficeId, ProvinceId

Json = dict[str, Any]
_STATE = "CallStateChangeLogEvent"
# What we record, as what they call it; what is not here is no i3 log event.
TYPES: dict[str, tuple[str, Mapping[str, str]]] = {
    "intake.call_presented.v1": (
        "CallStartLogEvent",
        {"direction": "incoming", "standardPrimaryCallType": "emergency"},
    ),
    "intake.call_answered.v1": (_STATE, {"direction": "incoming", "state": codes.CALL_ANSWERED}),
    "intake.ringing_ended.v1": (_STATE, {"direction": "incoming", "state": "callCancel"}),
    "intake.call_classified.v1": ("CallEndLogEvent", {"direction": "incoming"}),
    "intake.call_linked.v1": ("CallEndLogEvent", {"direction": "incoming"}),
    "intake.call_closed.v1": ("CallEndLogEvent", {"direction": "incoming"}),
    "dispatch.incident_closed.v1": ("IncidentClearLogEvent", {}),
    "dispatch.incident_cancelled.v1": ("IncidentClearLogEvent", {}),
    "dispatch.incident_reopened.v1": ("IncidentReopenLogEvent", {}),
}
EVENT_TYPES = tuple(dict.fromkeys(name for name, _ in TYPES.values()))
_LOG_ID = re.compile(r"urn:emergency:uid:logid:p(\d{15}):([A-Za-z0-9.-]{1,255})")
_WORD = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of a province's log that is a log event: `kind` is a key of `TYPES`."""

    province: ProvinceId
    position: int
    at: Instant
    kind: str
    actor: str
    call_id: str | None = None
    incident_id: str | None = None


def log_event(fact: Fact, names: Names, offset_min: int) -> Json:
    """Return the log event of a fact."""
    name, more = TYPES[fact.kind]
    agency = names.agency(OfficeId(str(fact.province)))
    event: Json = {
        "logEventType": name,
        "timestamp": offset_time(fact.at, offset_min),
        "elementId": f"log.{agency}",
        "agencyId": agency,
        "agencyAgentId": f"{_agent(fact.actor)}@{agency}",
        **more,
    }
    if fact.call_id is not None:
        event["callId"] = names.call(fact.call_id)
    if fact.incident_id is not None:
        event["incidentId"] = names.incident(IncidentId(fact.incident_id))
    return event


def log_id(province: ProvinceId, position: int, names: Names) -> str:
    """Return the name of a log event: its place in the province's log, which never changes."""
    return f"urn:emergency:uid:logid:p{position:015d}:{names.agency(OfficeId(str(province)))}"


def place_of(text: str, names: Names) -> tuple[ProvinceId, int] | None:
    """Return the province and position that a log event's name stands for; None for a name that is not ours."""
    match = _LOG_ID.fullmatch(text)
    if match is None or not match[2].endswith(f".{names.domain}"):
        return None
    return ProvinceId(match[2].removesuffix(f".{names.domain}")), int(match[1])


def _agent(actor: str) -> str:
    """A name by which two acts of one hand are seen to be one hand's, and not whose: who works here is not told."""
    parts = actor.split(":")
    role = _WORD.sub("", parts[1] if parts[0] == "seat" and len(parts) > 1 else "staff")[:24] or "staff"
    return f"{role}-{blake2b(actor.encode(), digest_size=6, person=b'i3-agent').hexdigest()}"
