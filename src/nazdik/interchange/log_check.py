"""Whether a log event is what i3 asks for: times, host names, unique ids, agents, addresses. What is wrong is named."""

import re
from datetime import datetime
from typing import Any

from nazdik.interchange.eido_check import Fault

_NEEDED = ("logEventType", "timestamp", "elementId", "agencyId")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?([+-])(\d\d):(\d\d)")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_USER = re.compile(r"[A-Za-z0-9._+-]{1,64}")
_UNIQUE = re.compile(r"urn:emergency:uid:(callid|incidentid|logid):([A-Za-z0-9]{10,36}):(.+)")
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,60}LogEvent")
_NAME_MAX = 253
_OFFSET_H_MAX = 14
_DIRECTIONS = ("incoming", "outgoing")


def faults_of(event: Any, *, signer: str | None = None) -> tuple[Fault, ...]:
    """
    Return where a log event departs from i3; empty when it holds.

    Args:
        signer: The agency, or the agent, that signed it: an event is signed by whom it names, or by their agency.
    """
    if not isinstance(event, dict):
        return (Fault("", "not_an_object"),)
    faults = [Fault(name, "missing") for name in _NEEDED if not isinstance(event.get(name), str)]
    checks = (
        ("logEventType", lambda text: _TYPE.fullmatch(text) is not None, "not_a_type"),
        ("timestamp", is_time, "not_a_time"),
        ("elementId", is_host, "not_a_host"),
        ("agencyId", is_host, "not_a_host"),
        ("agencyAgentId", is_agent, "not_an_agent"),
        ("callId", lambda text: is_unique(text, "callid"), "not_a_unique_id"),
        ("incidentId", lambda text: is_unique(text, "incidentid"), "not_a_unique_id"),
        ("ipAddressPort", is_address, "not_an_address"),
        ("direction", lambda text: text in _DIRECTIONS, "not_a_direction"),
    )
    for name, holds, what in checks:
        value = event.get(name)
        if value is not None and not (isinstance(value, str) and holds(value)):
            faults.append(Fault(name, what))
    if signer is not None and not faults and signer not in (event.get("agencyAgentId"), event["agencyId"]):
        faults.append(Fault("agencyAgentId", "signed_by_another"))
    return tuple(dict.fromkeys(faults))


def is_time(text: str) -> bool:
    """Whether a text is a time with a numeric offset that can be."""
    match = _TIME.fullmatch(text)
    if match is None or int(match[4]) > _OFFSET_H_MAX or int(match[5]) > 59:
        return False
    try:
        datetime.fromisoformat(match[1])
    except ValueError:
        return False
    return True


def is_host(text: str) -> bool:
    """Whether a text is a fully qualified host name."""
    labels = text.split(".")
    return len(text) <= _NAME_MAX and len(labels) >= 2 and all(map(_LABEL.fullmatch, labels))


def is_agent(text: str) -> bool:
    """Whether a text is `name@host`."""
    user, at, host = text.partition("@")
    return bool(at) and _USER.fullmatch(user) is not None and ".." not in user and is_host(host)


def is_unique(text: str, kind: str) -> bool:
    """Whether a text is a unique id of a kind: 10 to 36 letters and digits, then who gave it."""
    match = _UNIQUE.fullmatch(text)
    return match is not None and match[1] == kind and is_host(match[3])


def is_address(text: str) -> bool:
    """Whether a text is an address and a port; an address of IPv6 stands in brackets."""
    host, colon, port = text.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= 65_535):
        return False
    if host.startswith("[") and host.endswith("]"):
        return re.fullmatch(r"[0-9a-fA-F:.]{2,45}", host[1:-1]) is not None
    parts = host.split(".")
    if len(parts) == 4 and all(part.isascii() and part.isdigit() for part in parts):
        return all(len(part) <= 3 and int(part) <= 255 for part in parts)
    return is_host(host)
