"""
One incident as an EIDO (NENA-STA-021.1): a JSON object of components that refer to one another.

Who called, from where and what was said goes in only for those who may have it; where a unit is goes in for nobody.
"""

import re
from html import escape
from typing import Any

from nazdik.interchange import codes
from nazdik.interchange.names import Names
from nazdik.interchange.pidf import pidf
from nazdik.kernel import LonLat, OfficeId, rfc3339
from nazdik.published.shared import SharedCall, SharedIncident

Json = dict[str, Any]
_POINTED_AT = re.compile(r"<([^<>\s]{1,400})>(?:.{0,200}?;\s*purpose\s*=\s*([\w.\-]{1,80}))?")


def eido_of(incident: SharedIncident, names: Names, *, personal: bool) -> Json:
    """Return an incident as an EIDO; with `personal` also its callers and what they said."""
    return _Build(incident, names).document(personal)


class _Build:
    def __init__(self, incident: SharedIncident, names: Names) -> None:
        self._incident = incident
        self._names = names
        self._urn = names.incident(incident.id)
        self._desk = names.agency(incident.desk)
        self._agent = f"dispatch@{self._desk}"
        self._locations: list[Json] = []

    def document(self, personal: bool) -> Json:
        """Return the whole; containers that would be empty are left out."""
        calls = self._incident.calls if personal else ()
        body = {
            **self._named(self._urn),
            "eidoVersion": codes.EIDO_VERSION,
            "issuingElementIdentification": f"cad.{self._incident.province}.{self._names.domain}",
            "agencyComponent": self._agencies(),
            "agentComponent": [
                {
                    **self._named(self._agent),
                    "agentRoleRegistryText": ["Dispatching"],
                    "agencyReference": _to(self._desk),
                }
            ],
            "incidentComponent": self._about(),
            "callComponent": [self._call(call) for call in calls],
            "callbackComponent": [self._callback(call) for call in calls if _numbers(call)],
            "additionalDataComponent": [one for call in calls for one in self._additional(call)],
            "personComponent": [self._person(call) for call in calls if call.name],
            "locationComponent": self._locations,
            "dispatchComponent": self._dispatch(),
            "emergencyResourceComponent": self._units(),
            "notesComponent": self._notes() if personal else [],
        }
        return {name: value for name, value in body.items() if value != []}

    def _named(self, own: str) -> Json:
        """What every component begins with."""
        return {
            "$id": own,
            "lastUpdateTimeStamp": rfc3339(self._incident.changed_at),
            "updatedByAgencyReference": _to(self._desk),
        }

    def _agencies(self) -> list[Json]:
        roles: dict[OfficeId, tuple[str, ...]] = {office.id: office.roles for office in self._incident.offices}
        roles.setdefault(self._incident.desk, ("Dispatching",))
        for unit in self._incident.units:
            roles.setdefault(unit.office, ("Dispatched",))
        return [
            {
                **self._named(self._names.agency(office)),
                "agencyRoleDescriptionRegistryText": list(of_office),
                "agencyType": ["police"],
            }
            for office, of_office in sorted(roles.items())
        ]

    def _about(self) -> Json:
        incident = self._incident
        statuses = codes.STATUSES[incident.status]
        if incident.reopened and "Active" in statuses:
            statuses = (*statuses, "ReOpened")
        about = {
            **self._named(f"{incident.id}.incident"),
            "incidentTypeCommonRegistryText": incident.kind_common,
            "incidentTypeInternalCode": incident.kind,
            "incidentStatusCommonRegistryText": list(statuses),
            "internalIncidentId": incident.id,
        }
        if incident.priority is not None:
            about["incidentCommonPriorityNumber"] = codes.priority_out(incident.priority)
            about["incidentPriorityInternalText"] = str(incident.priority)
        if incident.point is not None or incident.place:
            place = self._place("place", "CurrentIncident", incident.point, None, incident.place, incident.changed_at)
            about["locationReference"] = [_to(place)]
        if incident.disposition_common is not None:
            about["dispositionComponent"] = self._disposition()
        return about

    def _place(self, word: str, kind: str, point: LonLat | None, accuracy_m: float | None, civic: str, at: Any) -> str:
        own = f"{self._incident.id}.{word}"
        document = pidf(f"pres:{word}@{self._desk}", point, accuracy_m=accuracy_m, civic=civic, at=rfc3339(at))
        self._locations.append(
            {**self._named(own), "locationTypeDescriptionRegistryText": kind, "locationByValue": document}
        )
        return own

    def _call(self, call: SharedCall) -> Json:
        state = codes.CALL_ENDED if call.ended_at else codes.CALL_ANSWERED if call.answered_at else codes.CALL_ALERTING
        said = {
            **self._named(self._names.call(call.id)),
            "standardPrimaryCallType": "emergency",
            "direction": "incoming",
            "callStartTimestamp": rfc3339(call.presented_at),
            "callStateRegistryText": state,
        }
        if call.answered_at is not None:
            said["answerDate"] = rfc3339(call.answered_at)
        if _numbers(call):
            said["callBackReference"] = _to(f"{call.id}.callback")
        if call.name:
            said["personReference"] = [_to(f"{call.id}.person")]
        if additional := self._additional(call):
            said["additionalDataReference"] = [_to(one["$id"]) for one in additional]
        places = [
            self._place(f"{call.id}.{n}", "Caller", place.point, place.accuracy_m, place.civic, place.at)
            for n, place in enumerate(call.places)
        ]
        if places:
            said["locationReference"] = [_to(place) for place in places]
        return said

    def _additional(self, call: SharedCall) -> list[Json]:
        """The blocks of RFC 7852 that came with a call, and where more of them are."""
        told = [(n, _additional_of(kind, text)) for n, (kind, text) in enumerate(call.data)]
        return [{**self._named(f"{call.id}.data.{n}"), **body} for n, body in told if body]

    def _callback(self, call: SharedCall) -> Json:
        uris = [f"tel:{number}" for number in _numbers(call)]
        return {**self._named(f"{call.id}.callback"), "callBackInformationUri": uris}

    def _person(self, call: SharedCall) -> Json:
        return {
            **self._named(f"{call.id}.person"),
            "personIncidentRoleRegistryText": ["Caller"],
            # NIEM's person as NENA's schema has it: each name is a list of texts, each text an object.
            "ncPersonComponent": {"name": [{"personFullName": [{"value": call.name}]}]},
            "callIdentifier": [self._names.call(call.id)],
        }

    def _dispatch(self) -> list[Json]:
        if not self._incident.units:
            return []
        return [
            {
                **self._named(f"{self._incident.id}.dispatch"),
                "agencyReference": _to(self._desk),
                "agentReference": _to(self._agent),
                "emergencyResourceReference": [_to(unit.id) for unit in self._incident.units],
            }
        ]

    def _units(self) -> list[Json]:
        return [
            {
                **self._named(unit.id),
                "emergencyResourceTypeCommonRegistryText": "PatrolUnit",
                "emergencyResourceName": unit.call_sign,
                "resourceAttributeRegistryText": [codes.RESOURCE_ATTRIBUTE_OTHER] if unit.skills else [],
                "resourceAttributeInternalText": list(unit.skills),
                "primaryUnitStatusRegistryText": unit.primary,
                "secondaryUnitStatusRegistryText": [unit.secondary],
                "agentReference": [_to(self._agent)],
                "activeOnIncidentId": self._urn,
            }
            for unit in self._incident.units
        ]

    def _notes(self) -> list[Json]:
        incident = self._incident
        told = [(incident.created_at, text) for text in (incident.narrative, incident.hazards) if text]
        if incident.answers:
            told.append((incident.changed_at, "؛ ".join(incident.answers)))
        told += [(note.at, note.text) for note in incident.notes]
        return [
            {
                **self._named(f"{incident.id}.note.{n}"),
                "lastUpdateTimeStamp": rfc3339(at),
                "notesActionComments": escape(text),
                "agentReference": _to(self._agent),
            }
            for n, (at, text) in enumerate(told)
        ]

    def _disposition(self) -> list[Json]:
        """Part of the incident's own component, and so not among the containers."""
        own = {} if self._incident.disposition is None else {"dispositionDescriptionText": self._incident.disposition}
        return [
            {
                **self._named(f"{self._incident.id}.disposition"),
                "dispositionCommonRegistryCode": self._incident.disposition_common,
                **own,
            }
        ]


def _additional_of(kind: str, text: str) -> Json:
    if kind.lower().startswith("emergencycalldata"):
        return {"additionalDataByValue": text}
    pointed = _POINTED_AT.match(text) if kind == "call-info" else None
    if pointed is None:
        return {}
    purpose = {"urlPurpose": pointed[2]} if pointed[2] else {}
    return {"additionalDataByReferenceUrl": pointed[1], **purpose}


def _to(own: str) -> Json:
    return {"$ref": own}


def _numbers(call: SharedCall) -> list[str]:
    return list(dict.fromkeys(number for number in (call.callback, call.number) if number))
