"""
Subscribe and notify for EIDOs over one WebSocket (NENA-STA-024.1a, sub-protocol `emergency-ent1.0`), without the socket.

What is heard gives answers at once; what changes is noted and comes out by `due`, each incident once however often it changed
meanwhile. There is no resuming: whoever comes back is sent everything that is active.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from nazdik.kernel import IncidentId, Instant
from nazdik.kernel.instant import plus_s

SUBPROTOCOL = "emergency-ent1.0"
REQUEST_BYTES_MAX = 65_536
CLOSED_FOR_S = 300.0
EXPIRES_S = (15, 3_600, 86_400)  # the shortest, what is given unasked, the longest
MIN_RATE_S = (5, 3_600)
SUBSCRIPTIONS_MAX = 32
ACCEPTED = ("*/*", "application/*", "application/json", "application/emergency.eido+json")
_TEXTS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    406: "Not Acceptable",
    413: "Content Too Large",
    481: "Subscription Does Not Exist",
    501: "Not Implemented",
    503: "Service Unavailable",
}
Json = dict[str, Any]


class Source(Protocol):
    """What may be told to this subscriber."""

    def active(self) -> list[IncidentId]:
        """Return the incidents that are active now."""

    def find(self, name: str) -> tuple[IncidentId, Instant | None] | None:
        """Return an incident by its URN or our id, and when it ended; None when there is none for this subscriber."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Send these incidents as they are now; none at all is a sign of life."""

    subscription: str
    transaction: str
    incidents: tuple[IncidentId, ...]


@dataclass(slots=True)
class _Subscription:
    expires_at: Instant
    expires_s: int
    min_rate_s: int
    only: IncidentId | None
    said_at: Instant
    # The state of a closed incident is sent once, and then nothing more of it.
    last_word: bool = False
    waiting: dict[IncidentId, None] = field(default_factory=dict)
    greet: bool = True


class Line:
    """One subscriber's socket: several subscriptions at once."""

    def __init__(self, source: Source, new_id: Callable[[], str]) -> None:
        self._source = source
        self._new_id = new_id
        self._subscriptions: dict[str, _Subscription] = {}
        self._had_one = False

    @property
    def finished(self) -> bool:
        """Whether the last subscription has ended; then the socket is closed."""
        return self._had_one and not self._subscriptions

    def hear(self, text: str | bytes, now: Instant) -> Json | None:
        """Return the answer to one message; None for one that needs none."""
        if len(text) > REQUEST_BYTES_MAX or (isinstance(text, str) and len(text.encode()) > REQUEST_BYTES_MAX):
            return {"subscribeResponse": _status(413)}
        try:
            said = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            said = None
        if not isinstance(said, dict) or len(said) != 1:
            return {"subscribeResponse": _status(400)}
        ((name, body),) = said.items()
        if name in ("eventResponse", "terminateResponse"):
            return None
        if name not in ("subscribe", "unsubscribe", "terminate") or not isinstance(body, dict):
            return {"subscribeResponse": _status(400)}
        if name == "subscribe":
            return {"subscribeResponse": self._subscribe(body, now)}
        return {f"{name}Response": self._unsubscribe(body)}

    def changed(self, incidents: Iterable[IncidentId]) -> None:
        """Note that these changed, so that they are sent anew to those who follow them."""
        told = list(incidents)
        for subscription in self._subscriptions.values():
            wanted = told if subscription.only is None else [one for one in told if one == subscription.only]
            if not subscription.last_word:
                subscription.waiting.update(dict.fromkeys(wanted))

    def due(self, now: Instant) -> list[Notify | Json]:
        """Return what is to be sent now."""
        out: list[Notify | Json] = []
        for own, subscription in list(self._subscriptions.items()):
            alive = subscription.min_rate_s and now >= plus_s(subscription.said_at, subscription.min_rate_s)
            if subscription.waiting or subscription.greet or alive:
                out.append(Notify(own, self._new_id(), tuple(subscription.waiting)))
                subscription.waiting.clear()
                subscription.greet, subscription.said_at = False, now
            if now >= subscription.expires_at:
                out.append({"terminate": {"subscriptionId": own, "reason": "Expired"}})
                del self._subscriptions[own]
        return out

    def end(self, reason: str) -> list[Json]:
        """End every subscription and return what the subscriber is told."""
        ended = [{"terminate": {"subscriptionId": own, "reason": reason}} for own in self._subscriptions]
        self._subscriptions.clear()
        self._had_one = True
        return ended

    def next_at(self) -> Instant | None:
        """Return when `due` has something to say even if nothing changes."""
        times = [one.expires_at for one in self._subscriptions.values()]
        times += [plus_s(one.said_at, one.min_rate_s) for one in self._subscriptions.values() if one.min_rate_s]
        return min(times, default=None)

    def _subscribe(self, body: Json, now: Instant) -> Json:
        request = body.get("requestId")
        head = {"requestId": request[:200]} if isinstance(request, str) else {}
        expires, min_rate = body.get("expires", EXPIRES_S[1]), body.get("minRate", 0)
        if not head or not _is_count(expires) or not _is_count(min_rate):
            return head | _status(400)
        expires = min(max(expires, EXPIRES_S[0]), EXPIRES_S[2])
        own = body.get("subscriptionId")
        if own is not None:
            return head | self._renew(own, expires, now)
        refused = self._refused(body)
        if refused is not None:
            return head | _status(refused)
        only, ended_at = None, None
        if body["requestSubType"] == "single":
            found = self._source.find(str(body.get("incidentId"))[:400])
            if found is None or (found[1] is not None and now > plus_s(found[1], CLOSED_FOR_S)):
                return head | _status(404)
            only, ended_at = found
        min_rate = min(max(min_rate, MIN_RATE_S[0]), MIN_RATE_S[1]) if min_rate else 0
        own = self._new_id()
        first = [only] if only is not None else self._source.active()
        self._subscriptions[own] = _Subscription(
            expires_at=plus_s(now, expires),
            expires_s=expires,
            min_rate_s=min_rate,
            only=only,
            said_at=now,
            last_word=ended_at is not None,
            waiting=dict.fromkeys(first),
        )
        self._had_one = True
        rate = {"minRate": min_rate} if min_rate else {}
        return head | {"subscriptionId": own, "expires": expires} | rate | _status(200)

    def _refused(self, body: Json) -> int | None:
        kind, sub = body.get("requestType"), body.get("requestSubType")
        if not isinstance(kind, str) or not isinstance(sub, str):
            return 400
        if kind.upper() != "EIDO" or sub not in ("new", "single") or body.get("qualFilter") is not None:
            return 501
        accepts = body.get("requestAccepts", ACCEPTED[0])
        if not isinstance(accepts, str):
            return 400
        if not any(one.partition(";")[0].strip().lower() in ACCEPTED for one in accepts.split(",")):
            return 406
        return 503 if len(self._subscriptions) >= SUBSCRIPTIONS_MAX else None

    def _renew(self, own: Any, expires_s: int, now: Instant) -> Json:
        """Of a subscription that stands, only its end can be changed."""
        subscription = self._subscriptions.get(own) if isinstance(own, str) else None
        if subscription is None:
            return _status(481)
        subscription.expires_at, subscription.expires_s = plus_s(now, expires_s), expires_s
        return {"subscriptionId": own, "expires": expires_s} | _status(200)

    def _unsubscribe(self, body: Json) -> Json:
        own = body.get("subscriptionId")
        request = body.get("requestId")
        head = {"requestId": request[:200]} if isinstance(request, str) else {}
        if not isinstance(own, str):
            return head | _status(400)
        gone = self._subscriptions.pop(own, None)
        return head | {"subscriptionId": own[:200]} | _status(200 if gone is not None else 481)


def _status(code: int) -> Json:
    return {"statusCode": code, "statusText": _TEXTS[code]}


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**31
