"""
What the parts of an EIDO are made of: which fields each must have, and which are one text, several, a time or a reference.

Only what we write, read or can tell to be wrong is here; other fields are left alone, because others may know more than we do.

Source: NENA-STA-021.1 (EIDO 1.0) and its registries, held against the schema that NENA publishes (docs/interfaces/eido.md).
"""

from types import MappingProxyType

from nazdik.interchange import codes

# Every component begins with these, the whole document too.
COMMON = ("$id", "lastUpdateTimeStamp", "updatedByAgencyReference")

REQUIRED = MappingProxyType(
    {
        "incidentComponent": ("incidentTypeCommonRegistryText",),
        "callComponent": ("callStateRegistryText", "standardPrimaryCallType", "direction", "callStartTimestamp"),
        "emergencyResourceComponent": (
            "agentReference",
            "emergencyResourceTypeCommonRegistryText",
            "primaryUnitStatusRegistryText",
            "resourceAttributeRegistryText",
            "secondaryUnitStatusRegistryText",
        ),
        "locationComponent": ("locationTypeDescriptionRegistryText",),
        "agencyComponent": ("agencyRoleDescriptionRegistryText", "agencyType"),
        "agentComponent": ("agentRoleRegistryText", "agencyReference"),
        "personComponent": ("personIncidentRoleRegistryText",),
        "vehicleComponent": ("vehicleRelationshipType", "vehicleRelationshipTimeStamp"),
        "notesComponent": ("notesActionComments",),
        "mergeComponent": ("incidentMergeDirectionCode", "incidentTrackingIdentifier"),
        "linkComponent": ("linkDirectionCode", "incidentTrackingIdentifier"),
        "dispositionComponent": ("dispositionCommonRegistryCode",),
        "updatedCbn": ("updatedCbnIdentifierUri",),
    }
)
# Components that stand inside another one, not among the containers.
NESTED = MappingProxyType({"incidentComponent": "dispositionComponent", "callbackComponent": "updatedCbn"})

REGISTRIES = MappingProxyType(
    {
        "incidentStatusCommonRegistryText": codes.INCIDENT_STATUSES,
        "agencyRoleDescriptionRegistryText": codes.AGENCY_ROLES,
        "callStateRegistryText": codes.CALL_STATES,
        "direction": codes.CALL_DIRECTIONS,
        "locationTypeDescriptionRegistryText": codes.LOCATION_TYPES,
        "primaryUnitStatusRegistryText": codes.PRIMARY_UNIT_STATUSES,
        "secondaryUnitStatusRegistryText": codes.SECONDARY_UNIT_STATUSES,
        "incidentMergeDirectionCode": frozenset({"REPLACING", "REPLACED", "SPLIT"}),
        "linkDirectionCode": frozenset({"PARENT", "CHILD", "RELATED", "UNLINK"}),
    }
)
TIMES = frozenset({"lastUpdateTimeStamp", "callStartTimestamp", "answerDate", "vehicleRelationshipTimeStamp", "eta"})
TEXTS = frozenset(
    {
        "$id",
        "activeOnIncidentId",
        "additionalDataByReferenceUrl",
        "additionalDataByValue",
        "callStateRegistryText",
        "deviceContactHeader",
        "direction",
        "dispositionCommonRegistryCode",
        "dispositionDescriptionText",
        "emergencyResourceName",
        "emergencyResourceTypeCommonRegistryText",
        "incidentMergeDirectionCode",
        "incidentPriorityInternalText",
        "incidentTrackingIdentifier",
        "incidentTypeCommonRegistryText",
        "incidentTypeInternalCode",
        "incidentTypeInternalText",
        "internalIncidentId",
        "linkDirectionCode",
        "locationByReferenceUrl",
        "locationByValue",
        "locationDescriptionText",
        "locationTypeDescriptionRegistryText",
        "notesActionComments",
        "primaryUnitStatusRegistryText",
        "standardPrimaryCallType",
        "updatedCbnIdentifierUri",
    }
)
TEXT_LISTS = frozenset(
    {
        "agencyRoleDescriptionRegistryText",
        "agencyType",
        "agentRoleRegistryText",
        "callBackInformationUri",
        "callIdentifier",
        "incidentStatusCommonRegistryText",
        "incidentStatusInternalText",
        "personIncidentRoleRegistryText",
        "relatedCallIdentifier",
        "resourceAttributeInternalText",
        "resourceAttributeRegistryText",
        "secondaryUnitStatusRegistryText",
        "unitStatusInternal",
        "vehicleRelationshipType",
    }
)
# Where one reference is meant, and where a list of them; of what is in neither, either is taken.
_LISTS = (
    "additionalDataReference",
    "emergencyResourceReference",
    "locationReference",
    "personReference",
    "vehicleReference",
)
_ONE = ("callBackReference", "updatedByAgencyReference", "updatedByAgentReference")
_ONE_IN = (
    ("agentComponent", "agencyReference"),
    ("dispatchComponent", "agencyReference"),
    ("dispatchComponent", "agentReference"),
    ("notesComponent", "agentReference"),
)
_LISTS_IN = (
    ("callComponent", "agentReference"),
    ("emergencyResourceComponent", "agentReference"),
    ("incidentComponent", "agentReference"),
)


def is_reference_list(component: str, field: str) -> bool | None:
    """Whether a field of a component is a list of references; False when it is one, None when we cannot tell."""
    if field in _LISTS or (component, field) in _LISTS_IN:
        return True
    return False if field in _ONE or (component, field) in _ONE_IN else None
