"""
Webhooks: CloudEvents 1.0 bodies, signed by Standard Webhooks. What is sent, how it is signed, where it may go and when
it is tried again.

Without the grant `personal` an event says what happened to which incident, its kind, priority and status: no place, no words.
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from nazdik.interchange.errors import UrlNotAllowed
from nazdik.interchange.names import Names
from nazdik.kernel import Instant, rfc3339
from nazdik.published.shared import SharedIncident

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret of this kind begins with
SECRET_BYTES = 32
URL_MAX = 500
# Seconds before each further try, as Standard Webhooks proposes: 75 hours in all, then it is a dead letter.
TRY_AGAIN_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
# An endpoint that failed is left alone for a while; not for as long as one event may have to wait.
REST_S_MAX = 300
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"

# A stored event of ours and the word by which the world outside knows it. An incident is real once it is classified.
WORDS = MappingProxyType(
    {
        "dispatch.incident_classified.v1": "opened",
        "dispatch.late_incident_entered.v1": "opened",
        "dispatch.kind_changed.v1": "changed",
        "dispatch.priority_changed.v1": "changed",
        "dispatch.place_changed.v1": "changed",
        "dispatch.offer_sent.v1": "unit_sent",
        "dispatch.unit_en_route.v1": "unit_en_route",
        "dispatch.unit_on_scene.v1": "unit_on_scene",
        "dispatch.unit_cleared.v1": "unit_cleared",
        "dispatch.disposition_recorded.v1": "disposition",
        "dispatch.incident_closed.v1": "closed",
        "dispatch.incident_cancelled.v1": "cancelled",
        "dispatch.incident_reopened.v1": "reopened",
    }
)
# A call that a service was given: told to the partner of the service's name, and to nobody else.
HAND_OVER_FACT = "intake.transfer_done.v1"
HANDED_OVER = "nazdik.call.handed_over.v1"
EIDO_TYPE = 'application/emergency.eido+json; version="1"'
TYPES = (HANDED_OVER, *sorted({f"nazdik.incident.{word}.v1" for word in WORDS.values()}))


def hand_over_event(
    eido: dict[str, Any], province: str, call_id: str, names: Names, *, position: int, at: Instant
) -> dict[str, Any]:  # fmt: skip
    """Return that a call was handed over as a CloudEvent; `data` is all that is known of it, as an EIDO."""
    return {
        "specversion": "1.0",
        "id": f"{province}:{position}",
        "source": f"https://{province}.{names.domain}/",
        "type": HANDED_OVER,
        "subject": f"call/{call_id}",
        "time": rfc3339(at),
        "datacontenttype": EIDO_TYPE,
        "data": eido,
    }


def cloud_event(
    incident: SharedIncident, names: Names, *, word: str, position: int, at: Instant, personal: bool
) -> dict[str, Any]:
    """Return what happened at a position of the log as a CloudEvent; `data` is the incident as it stood when this was made."""
    data: dict[str, Any] = {
        "incident": incident.id,
        "urn": names.incident(incident.id),
        "number": incident.number,
        "kind": incident.kind,
        "kindCommon": incident.kind_common,
        "priority": incident.priority,
        "status": incident.status,
        "station": incident.desk,
        "units": [unit.call_sign for unit in incident.units],
        "disposition": incident.disposition,
        "changedAt": rfc3339(incident.changed_at),
    }
    if personal:
        data |= {
            "point": list(incident.point) if incident.point is not None else None,
            "place": incident.place,
            "narrative": incident.narrative,
            "callers": [
                {"number": call.number, "name": call.name, "callback": call.callback} for call in incident.calls
            ],
        }
    return {
        "specversion": "1.0",
        "id": f"{incident.province}:{position}",
        "source": f"https://{incident.province}.{names.domain}/",
        "type": f"nazdik.incident.{word}.v1",
        "subject": f"incident/{incident.id}",
        "time": rfc3339(at),
        "datacontenttype": "application/json",
        "data": data,
    }


def new_secret() -> str:
    """Return a new secret in the form that receivers' libraries want."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed(message_id: str, at_s: int, body: bytes, with_secrets: Iterable[str]) -> str:
    """Return the `webhook-signature` of a message: one for each secret, so that a receiver may change over."""
    content = f"{message_id}.{at_s}.".encode() + body
    marks = (hmac.digest(b64decode(secret.removeprefix(SECRET_PREFIX)), content, sha256) for secret in with_secrets)
    return " ".join(f"v1,{b64encode(mark).decode()}" for mark in marks)


def verifies(header: str, message_id: str, at_s: int, body: bytes, secret: str) -> bool:
    """Whether one of the signatures of a header is ours: what a receiver does, and our tests with it."""
    wanted = signed(message_id, at_s, body, [secret]).encode()
    try:
        return any(hmac.compare_digest(one.encode(), wanted) for one in header.split(" "))
    except (Base64Error, UnicodeError):
        return False


def checked_url(url: str, hosts: frozenset[str]) -> str:
    """
    Return an address that may be sent to.

    Args:
        hosts: `host`, for port 443, or `host:port`.

    Raises:
        UrlNotAllowed: It is not https (http only within this machine), names a user, or its host is not among `hosts`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UrlNotAllowed(url=url[:URL_MAX]) from None
    host = (parts.hostname or "").lower()
    plain = parts.scheme == "http" and host in ("127.0.0.1", "localhost")
    named = f"{host}:{port}" if port is not None and port != 443 else host
    sound = parts.scheme == "https" or plain
    harmless = all("!" <= char <= "~" and char != "\\" for char in url) and "@" not in parts.netloc
    if len(url) > URL_MAX or not sound or not harmless or named not in hosts or parts.fragment:
        raise UrlNotAllowed(url=url[:URL_MAX], hosts=sorted(hosts))
    return url


def allows(allowed_origin: str | None, allowed_rate: str | None, origin: str) -> tuple[bool, int | None]:
    """
    Read a receiver's answer to the handshake: whether we may send, and how many a minute (None: as many as come).

    Source: CloudEvents HTTP webhook 1.0, section 4.
    """
    names = [one.strip().lower() for one in (allowed_origin or "").split(",")]
    if origin.lower() not in names and "*" not in names:
        return False, None
    rate = (allowed_rate or "*").strip()
    if rate == "*":
        return True, None
    return (True, int(rate)) if rate.isascii() and rate.isdecimal() and 0 < int(rate) < 1_000_000 else (False, None)


def next_try_s(tries: int, retry_after: str | None) -> float | None:
    """Return in how many seconds to try again after so many failures, None when it is time to give up."""
    if tries > len(TRY_AGAIN_S):
        return None
    wait_s = TRY_AGAIN_S[tries - 1]
    asked = retry_after.strip() if retry_after is not None else ""
    if asked.isascii() and asked.isdecimal() and len(asked) < 9:
        wait_s = min(max(wait_s, int(asked)), TRY_AGAIN_S[-1])
    return float(wait_s)
