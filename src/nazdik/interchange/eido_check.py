"""
What an EIDO must be: our own strict reading of NENA-STA-021.1.

The published schema has faults of its own and checks neither references nor registries, so these are the checks that both what
leaves and what comes in go through. Fields that are unknown are left alone: others may know more than we do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from nazdik.interchange import codes
from nazdik.interchange import eido_fields as fields
from nazdik.kernel import from_rfc3339

DEPTH_MAX = 24
VALUES_MAX = 20_000
TEXT_MAX = 256 * 1024
FAULTS_MAX = 50


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
    yield from _shapes("", document, "")
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
        elif name != "incidentComponent" and not isinstance(value, list):
            yield Fault(name, "not_a_list")
        for where, one in _each(name, value):
            if not isinstance(one, dict):
                yield Fault(where, "not_an_object")
                continue
            yield from _named(one, where, ids)
            yield from _component(name, one, where)
            if (inner := fields.NESTED.get(name)) is not None:
                for at, nested in _each(_at(where, inner), one.get(inner, [])):
                    yield from _nested(inner, nested, at, ids)
    yield from _dangling(document, ids)


def _nested(name: str, component: Any, where: str, ids: set[str]) -> Iterator[Fault]:
    if not isinstance(component, dict):
        yield Fault(where, "not_an_object")
        return
    yield from _named(component, where, ids)
    yield from _component(name, component, where)


def _each(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, list):
        yield name, value
        return
    for n, one in enumerate(value):
        yield f"{name}[{n}]", one


def _named(component: dict[str, Any], where: str, ids: set[str]) -> Iterator[Fault]:
    for field in fields.COMMON:
        if field not in component:
            yield Fault(_at(where, field), "missing")
    own = component.get("$id")
    if own == "":
        yield Fault(_at(where, "$id"), "not_a_text")
    elif isinstance(own, str):
        if own in ids:
            yield Fault(_at(where, "$id"), "id_used_twice")
        ids.add(own)


def _component(name: str, component: dict[str, Any], where: str) -> Iterator[Fault]:
    for field in fields.REQUIRED.get(name, ()):
        if field not in component:
            yield Fault(_at(where, field), "missing")
    yield from _shapes(name, component, where)
    priority = component.get("incidentCommonPriorityNumber")
    if priority is not None and not (type(priority) is int and 0 <= priority <= codes.PRIORITY_MAX):
        yield Fault(_at(where, "incidentCommonPriorityNumber"), "outside_0_to_10")


def _shapes(name: str, component: dict[str, Any], where: str) -> Iterator[Fault]:
    """Each field that we know is what it must be: a text, several, a time, one reference or a list of them."""
    for field, value in component.items():
        at, registry = _at(where, field), fields.REGISTRIES.get(field)
        if field in fields.TIMES and not is_time(value):
            yield Fault(at, "not_a_time")
        elif field in fields.TEXTS and not isinstance(value, str):
            yield Fault(at, "not_a_text")
        elif field in fields.TEXT_LISTS and not isinstance(value, list):
            yield Fault(at, "not_a_list")
        elif field in fields.TEXT_LISTS and not all(isinstance(one, str) for one in value):
            yield Fault(at, "not_a_text")
        elif registry is not None and not _all_in(value, registry.__contains__):
            yield Fault(at, "not_in_registry")
        elif (several := fields.is_reference_list(name, field)) is not None and isinstance(value, list) != several:
            yield Fault(at, "not_a_list" if several else "not_one_reference")


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
