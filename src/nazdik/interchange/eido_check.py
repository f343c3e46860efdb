"""
What an EIDO must be: our own strict reading of NENA-STA-021.1.

The published schema has faults of its own and checks neither references nor registries, so these are the checks that both what
leaves and what comes in go through. Fields that are unknown are left alone: others may know more than we do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from nazdik.interchange import codes
from nazdik.kernel import from_rfc3339

DEPTH_MAX = 24
VALUES_MAX = 20_000
TEXT_MAX = 256 * 1024
FAULTS_MAX = 50

_REQUIRED: dict[str, tuple[str, ...]] = {
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
    "notesComponent": ("notesActionComments",),
    "dispositionComponent": ("dispositionCommonRegistryCode",),
}
_REGISTRIES: dict[tuple[str, str], frozenset[str]] = {
    ("incidentComponent", "incidentStatusCommonRegistryText"): codes.INCIDENT_STATUSES,
    ("agencyComponent", "agencyRoleDescriptionRegistryText"): codes.AGENCY_ROLES,
    ("callComponent", "callStateRegistryText"): codes.CALL_STATES,
    ("locationComponent", "locationTypeDescriptionRegistryText"): codes.LOCATION_TYPES,
    ("emergencyResourceComponent", "primaryUnitStatusRegistryText"): codes.PRIMARY_UNIT_STATUSES,
}
_TIMES = ("callStartTimestamp", "answerDate")
_COMMON = ("$id", "lastUpdateTimeStamp", "updatedByAgencyReference")


@dataclass(frozen=True, slots=True)
class Fault:
    """Where an EIDO is wrong, and how: a stable word."""

    where: str
    what: str


def faults_of(document: Any) -> tuple[Fault, ...]:
    """Return what is wrong with an EIDO, in the order met and at most `FAULTS_MAX`; empty for a sound one."""
    if not isinstance(document, dict):
        return (Fault("", "not_an_object"),)
    if (too_big := _too_big(document)) is not None:
        return (too_big,)
    found: list[Fault] = []
    for fault in _faults(document):
        found.append(fault)
        if len(found) == FAULTS_MAX:
            break
    return tuple(found)


def components_of(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the components of one kind, whether one stands alone or in a list; what is no object is left out."""
    value = document.get(name)
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, dict)]


def _too_big(document: Any) -> Fault | None:
    """Bounds before anything else; no recursion, so that depth itself can do no harm."""
    todo: list[tuple[Any, int]] = [(document, 1)]
    seen = 0
    while todo:
        value, depth = todo.pop()
        seen += 1
        if depth > DEPTH_MAX:
            return Fault("", "too_deep")
        if seen > VALUES_MAX:
            return Fault("", "too_many_values")
        if isinstance(value, str) and len(value) > TEXT_MAX:
            return Fault("", "text_too_long")
        if isinstance(value, dict):
            todo.extend((one, depth + 1) for one in value.values())
        elif isinstance(value, list):
            todo.extend((one, depth + 1) for one in value)
    return None


def _faults(document: dict[str, Any]) -> Iterator[Fault]:
    ids: set[str] = set()
    yield from _named(document, "", ids)
    if document.get("eidoVersion") != codes.EIDO_VERSION:
        yield Fault("eidoVersion", "unknown_version")
    if not _is_text(document.get("issuingElementIdentification")):
        yield Fault("issuingElementIdentification", "missing")
    if not components_of(document, "agencyComponent"):
        yield Fault("agencyComponent", "missing")
    for name, value in document.items():
        if not name.endswith("Component"):
            continue
        if name == "incidentComponent" and not isinstance(value, dict):
            yield Fault(name, "not_one_object")
        for where, one in _each(name, value):
            if not isinstance(one, dict):
                yield Fault(where, "not_an_object")
                continue
            yield from _named(one, where, ids)
            yield from _component(name, one, where)
            if name == "incidentComponent":
                for at, inner in _each(f"{where}.dispositionComponent", one.get("dispositionComponent", [])):
                    yield from _nested(inner, at, ids)
    yield from _dangling(document, ids)


def _nested(disposition: Any, where: str, ids: set[str]) -> Iterator[Fault]:
    """A disposition stands inside the incident's component."""
    if not isinstance(disposition, dict):
        yield Fault(where, "not_an_object")
        return
    yield from _named(disposition, where, ids)
    yield from _component("dispositionComponent", disposition, where)


def _each(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, list):
        yield name, value
        return
    for n, one in enumerate(value):
        yield f"{name}[{n}]", one


def _named(component: dict[str, Any], where: str, ids: set[str]) -> Iterator[Fault]:
    for field in _COMMON:
        if field not in component:
            yield Fault(_at(where, field), "missing")
    own = component.get("$id")
    if "$id" in component and not _is_text(own):
        yield Fault(_at(where, "$id"), "not_a_text")
    elif isinstance(own, str):
        if own in ids:
            yield Fault(_at(where, "$id"), "id_used_twice")
        ids.add(own)
    if "lastUpdateTimeStamp" in component and not is_time(component["lastUpdateTimeStamp"]):
        yield Fault(_at(where, "lastUpdateTimeStamp"), "not_a_time")


def _component(name: str, component: dict[str, Any], where: str) -> Iterator[Fault]:
    for field in _REQUIRED.get(name, ()):
        if field not in component:
            yield Fault(_at(where, field), "missing")
    for field in _TIMES:
        if field in component and not is_time(component[field]):
            yield Fault(_at(where, field), "not_a_time")
    for (of, field), registry in _REGISTRIES.items():
        if of == name and field in component and not _all_in(component[field], registry.__contains__):
            yield Fault(_at(where, field), "not_in_registry")
    if "locationByValue" in component and not isinstance(component["locationByValue"], str):
        yield Fault(_at(where, "locationByValue"), "not_a_text")
    priority = component.get("incidentCommonPriorityNumber")
    if priority is not None and not (type(priority) is int and 0 <= priority <= codes.PRIORITY_MAX):
        yield Fault(_at(where, "incidentCommonPriorityNumber"), "outside_0_to_10")


def _dangling(document: dict[str, Any], ids: set[str]) -> Iterator[Fault]:
    """Every reference leads to a component of this document, and is nothing but a reference."""
    todo: list[tuple[str, Any]] = [("", document)]
    while todo:
        where, value = todo.pop()
        if isinstance(value, dict):
            if "$ref" in value:
                reference = value["$ref"]
                if not isinstance(reference, str) or len(value) != 1:
                    yield Fault(where, "not_a_reference")
                elif reference not in ids:
                    yield Fault(where, "leads_nowhere")
            elif _names_reference(where):
                yield Fault(where, "not_a_reference")
            todo.extend((_at(where, name), one) for name, one in reversed(value.items()) if name != "$ref")
        elif isinstance(value, list):
            todo.extend((f"{where}[{n}]", one) for n, one in reversed(list(enumerate(value))))
        elif _names_reference(where):
            yield Fault(where, "not_a_reference")


def _names_reference(where: str) -> bool:
    """Whether this place, or the list it stands in, is one for references."""
    return where.endswith("Reference") or (where.endswith("]") and where.rpartition("[")[0].endswith("Reference"))


def _all_in(value: Any, known: Callable[[str], bool]) -> bool:
    several = value if isinstance(value, list) else [value]
    return all(isinstance(one, str) and known(one) for one in several)


def is_time(text: Any) -> bool:
    """Whether a value is an RFC 3339 time with its zone."""
    if not isinstance(text, str) or len(text) > 40 or "T" not in text:
        return False
    try:
        from_rfc3339(text)
    except (ValueError, OverflowError):
        return False
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _at(where: str, field: str) -> str:
    return f"{where}.{field}" if where else field
