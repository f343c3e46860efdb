"""
A neighbour's EIDO, read into what a call is made of. Whatever is wrong with it, what can be understood is; nothing is thrown
away, because somebody waits for help behind it.
"""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import msgspec

from nazdik.interchange import codes
from nazdik.interchange.eido_check import Fault, components_of, faults_of, is_time

LINE_MAX = 300
DATA_MAX = 24
DATA_TEXT_MAX = 2_000
PLACES_MAX = 8
RAW_SHOWN = 2_000
_SCHEME = re.compile(r"(tel|sips?):", re.IGNORECASE)
_TAGS = re.compile(r"<[a-zA-Z/!][^<>]{0,500}>")


@dataclass(frozen=True, slots=True)
class Handover:
    """
    What a neighbour told of one incident.

    Attributes:
        incident_id, version: Their name for it and for this state of it; None when there is none to read.
        number: Where the caller can be called back.
        words: What was said, theirs; never longer than a narrative may be.
        places: PIDF-LO documents.
        data: Everything else that is understood, as (kind, text).
        faults: Where it departs from the standard.
    """

    incident_id: str | None
    version: str | None
    agency: str
    kind_common: str
    priority: int | None
    number: str | None
    name: str | None
    words: str
    places: tuple[str, ...]
    data: tuple[tuple[str, str], ...]
    faults: tuple[Fault, ...]


def read_eido(body: bytes) -> Handover:
    """Read what came. Never refuses: what is no EIDO is handed over as the text that it is."""
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return unread(body, "not_json")
    faults = faults_of(document)
    if faults and not faults[0].where:
        # Beyond our bounds, or no object: not looked into any further.
        return unread(body, faults[0].what)
    return _read(document, faults)


def unread(body: bytes, what: str) -> Handover:
    """Return what came as the text that it is, with what is wrong with it."""
    shown = body[:RAW_SHOWN].decode("utf-8", "replace").replace("\x00", "")
    return Handover(None, None, "", "", None, None, None, "", (), (("eido-unread", shown),), (Fault("", what),))


def _read(document: dict[str, Any], faults: tuple[Fault, ...]) -> Handover:
    about = next(iter(components_of(document, "incidentComponent")), {})
    version = document.get("lastUpdateTimeStamp")
    numbers = [uri for one in components_of(document, "callbackComponent") for uri in _callback(one)]
    names = [name for one in components_of(document, "personComponent") for name in _names(one)]
    said = [
        _plain(text) for one in components_of(document, "notesComponent") for text in _texts(one, "notesActionComments")
    ]
    places = [text for one in components_of(document, "locationComponent") for text in _texts(one, "locationByValue")]
    return Handover(
        incident_id=_line(document.get("$id")) or None,
        version=version if is_time(version) else None,
        agency=_reference(document.get("updatedByAgencyReference")),
        kind_common=_line(about.get("incidentTypeCommonRegistryText")),
        priority=_priority(about.get("incidentCommonPriorityNumber")),
        number=next((_number(uri) for uri in numbers), None),
        name=next((name[:LINE_MAX] for name in names), None),
        words="\n".join(said),
        places=tuple(places[:PLACES_MAX]),
        data=tuple(_data(document, about))[:DATA_MAX],
        faults=faults,
    )


def _data(document: dict[str, Any], about: dict[str, Any]) -> list[tuple[str, str]]:
    """What has no field of its own in a call is kept beside it, as it came."""
    data = [
        ("eido-incident", _line(document.get("$id"))),
        ("eido-agency", _reference(document.get("updatedByAgencyReference"))),
    ]
    data += [("eido-issuer", _line(document.get("issuingElementIdentification")))]
    data += [("eido-about", _json(about))] if about else []
    for name in document:
        if name.endswith("Component") and name not in ("incidentComponent", "locationComponent", "agencyComponent"):
            data += [(f"eido-{name.removesuffix('Component')}", _json(one)) for one in components_of(document, name)]
    data += [
        ("eido-location", text[:DATA_TEXT_MAX])
        for one in components_of(document, "locationComponent")
        for text in (*_texts(one, "locationByValue"), *_texts(one, "locationByReferenceUrl"))
    ]
    return [(kind, text) for kind, text in data if text]


def _priority(value: Any) -> int | None:
    known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= codes.PRIORITY_MAX
    return codes.priority_in(value) if known else None


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()[:DATA_TEXT_MAX]


def _texts(component: dict[str, Any], field: str) -> list[str]:
    value = component.get(field)
    several = value if isinstance(value, list) else [value]
    return [text for text in several if isinstance(text, str) and text.strip()]


def _plain(html: str) -> str:
    """Notes travel as HTML; a call-taker reads words."""
    return unescape(_TAGS.sub(" ", html)).strip()


def _callback(component: dict[str, Any]) -> list[str]:
    """Return where the caller can be reached: a number that was told later before the one that was rung from."""
    later = [uri for one in components_of(component, "updatedCbn") for uri in _texts(one, "updatedCbnIdentifierUri")]
    return [*later, *_texts(component, "callBackInformationUri")]


def _names(person: dict[str, Any]) -> list[str]:
    """Return a person's names: whole ones, else what they are made of. NIEM's texts are objects, some write them plainly."""
    inner = person.get("ncPersonComponent")
    named = components_of(inner, "name") if isinstance(inner, dict) else []
    whole = [text for one in named for text in _niem(one, "personFullName")]
    parts = (" ".join((*_niem(one, "personGivenName"), *_niem(one, "personSurName"))) for one in named)
    return whole or [name for name in parts if name]


def _niem(component: dict[str, Any], field: str) -> list[str]:
    wrapped = [text for one in components_of(component, field) for text in _texts(one, "value")]
    return wrapped or _texts(component, field)


def _line(value: Any) -> str:
    return value.strip()[:LINE_MAX] if isinstance(value, str) else ""


def _reference(value: Any) -> str:
    return _line(value.get("$ref")) if isinstance(value, dict) else ""


def _number(uri: str) -> str:
    return _SCHEME.sub("", uri.strip()).partition(";")[0].partition("@")[0][:40]
