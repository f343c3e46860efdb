"""
Sending webhooks: from the province's log to a file of what is still to be sent, and from there to partners until they have it.

The log is read on from where each endpoint had got to, so a crash loses nothing and repeats nothing; a receiver that was away gets
what it missed. What waits, waits on disk.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.interchange import Interchange, handed_over
from nazdik.interchange import webhooks as rules
from nazdik.interchange.eido import eido_of
from nazdik.interchange.errors import EventTypeUnknown, HandshakeRefused, UrlNotAllowed
from nazdik.interchange.partners import Grant, Partner
from nazdik.interchange.webhook_store import OLD_SECRET_S, Endpoint, Message, Outbox, WebhookStore
from nazdik.kernel import CallId, IncidentId, Instant, OfficeId, Unavailable
from nazdik.kernel.instant import MICROSECONDS_PER_S, plus_s, seconds_between
from nazdik.kernel.later import later
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog.entry import Entry
from nazdik.platform.faults import LogUnavailable

if TYPE_CHECKING:
    import httpx
else:
    httpx = later("httpx")

LOOK_EVERY_S = 1.0
SETTLE_S = 0.05
ENTRIES_AT_ONCE = 100
SENT_AT_ONCE = 20
ANSWER_WITHIN_S = 15.0
TURN_S = 5.0
_log = logging.getLogger(__name__)


def client() -> "httpx.AsyncClient":
    """Return a client that goes where it is told and nowhere else: no proxy of the environment, no redirect, no line kept open."""
    once = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(timeout=ANSWER_WITHIN_S, follow_redirects=False, trust_env=False, limits=once)


async def shake_hands(url: str, origin: str) -> int | None:
    """
    Ask a receiver whether it wants our webhooks, and return how many a minute (None: as many as come).

    Raises:
        HandshakeRefused: It does not answer, or does not name us.
    """
    headers = {"webhook-request-origin": origin, "webhook-request-rate": "*"}
    try:
        async with client() as http, http.stream("OPTIONS", url, headers=headers) as answer:
            said = answer.headers
            wanted, rate = rules.allows(said.get("webhook-allowed-origin"), said.get("webhook-allowed-rate"), origin)
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise HandshakeRefused(url=url, why=type(error).__name__) from error
    if status >= 300 or not wanted:
        raise HandshakeRefused(url=url, why=f"status {status}, no WebHook-Allowed-Origin for {origin}")
    return rate


def new_endpoint(
    name: str, partner: str, url: str, types: Iterable[str], *, hosts: frozenset[str], origin: str, at: Instant
) -> tuple[Endpoint, str]:
    """Return a new endpoint whose receiver has agreed, and its secret; see `shake_hands` and `checked_url` for refusals."""
    wanted = tuple(sorted(set(types)))
    if unknown := [one for one in wanted if one not in rules.TYPES]:
        raise EventTypeUnknown(type=unknown[0], known=list(rules.TYPES))
    url = rules.checked_url(url, hosts)
    rate = asyncio.run(shake_hands(url, origin))
    secret = rules.new_secret()
    return Endpoint(name, partner, url, wanted, ((secret, None),), rate, at), secret


def rotated(store: WebhookStore, name: str, now: Instant) -> str:
    """Give an endpoint a new secret and return it; the old one signs beside it for a day."""
    endpoint, secret = store.get(name), rules.new_secret()
    until = plus_s(now, OLD_SECRET_S)
    old = [(one, until if good is None else good) for one, good in endpoint.secrets if good is None or now < good]
    store.set_secrets(name, [(secret, None), *old])
    return secret


@dataclass(slots=True)
class Webhooks:
    """The sender of one server; belongs to one event loop."""

    store: WebhookStore
    interchange: Interchange
    hosts: frozenset[str]
    clock: Clock
    # For which provinces this server sends, and where what it sends is kept: everything in the file, unless nodes share.
    outboxes: Callable[[], list[tuple[Outbox, list[ControlRoom]]]] | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _rests_until: dict[str, Instant] = field(default_factory=dict)
    _waits: str = ""

    async def run(self) -> None:
        """Send what there is, again and again."""
        stop = self.interchange.listen(lambda _: self._wake.set())
        try:
            while True:
                self._wake.clear()
                try:
                    await self.turn()
                    self._waits = ""
                except (LogUnavailable, Unavailable) as fault:
                    # Each second the same would be said, for as long as a store is away.
                    if self._waits != str(fault):
                        _log.error("webhooks wait: %s", fault)
                    self._waits = str(fault)
                except Exception:
                    _log.exception("a turn of the webhooks failed")
                rests = [seconds_between(self.clock.now(), until) for until in self._rests_until.values()]
                with suppress(TimeoutError):
                    async with asyncio.timeout(min([LOOK_EVERY_S, *(rest for rest in rests if rest > 0)])):
                        await self._wake.wait()
                # What comes in the same moment goes in one turn.
                await asyncio.sleep(SETTLE_S)
        finally:
            stop()

    async def turn(self) -> None:
        """Take what is new in the logs, then send what is due to each endpoint side by side."""
        endpoints = [one for one in await asyncio.to_thread(self.store.list_endpoints) if one.ended_why is None]
        if not endpoints:
            return
        partners = {one.id: one for one in self.interchange.partners.list_partners()}
        if ours := self._ours():
            await asyncio.gather(*(self._serve(one, partners.get(one.partner), ours) for one in endpoints))

    def _ours(self) -> list[tuple[Outbox, list[ControlRoom]]]:
        if self.outboxes is not None:
            return self.outboxes()
        return [(self.store, list(self.interchange.house.rooms.values()))]

    async def _serve(
        self, endpoint: Endpoint, partner: Partner | None, ours: Iterable[tuple[Outbox, list[ControlRoom]]]
    ) -> None:
        if partner is None:
            return  # It was added at another node, and is known here in a moment.
        if partner.revoked_at is not None or Grant.WEBHOOK not in partner.grants:
            await asyncio.to_thread(self.store.end, endpoint.id, "the partner was revoked", self.clock.now())
            return
        for outbox, rooms in ours:
            for room in rooms:
                await self._gather(outbox, endpoint, partner, room)
            if self._rests_until.get(endpoint.id, Instant(0)) <= self.clock.now():
                await self._send_due(outbox, endpoint)

    # From the log to the file

    async def _gather(self, outbox: Outbox, endpoint: Endpoint, partner: Partner, room: ControlRoom) -> None:
        province = str(room.province)
        reached = await asyncio.to_thread(outbox.reached, endpoint.id, province)
        if reached is None:
            # A new endpoint is told of what happens from now on.
            await asyncio.to_thread(outbox.put, endpoint.id, province, room.writer.position, [])
            return
        while entries := room.log.read(reached, ENTRIES_AT_ONCE):
            # Never past what the state has: a fact is told with the incident as it then stands.
            known = [entry for entry in entries if entry.position <= room.writer.position]
            if not known:
                return
            messages = [m for entry in known if (m := self._message(endpoint, partner, room, entry)) is not None]
            reached = known[-1].position
            await asyncio.to_thread(outbox.put, endpoint.id, province, reached, messages)

    def _message(self, endpoint: Endpoint, partner: Partner, room: ControlRoom, entry: Entry) -> Message | None:
        if entry.kind == rules.HAND_OVER_FACT:
            return self._hand_over(endpoint, partner, room, entry)
        word = rules.WORDS.get(entry.kind)
        incident = room.state.world.incidents.get(IncidentId(entry.subject)) if word is not None else None
        if word is None or incident is None or not self.interchange.sees(partner, room, incident):
            return None
        event = rules.cloud_event(
            self.interchange.shared(room, incident),
            self.interchange.names,
            word=word,
            position=entry.position,
            at=entry.at,
            personal=partner.personal,
        )
        return self._written(endpoint, event, incident.id)

    def _hand_over(self, endpoint: Endpoint, partner: Partner, room: ControlRoom, entry: Entry) -> Message | None:
        """A call that was given to the service of this partner's name, as an EIDO."""
        call = room.state.calls.get(CallId(entry.subject))
        if call is None or call.transfer is None or call.transfer.target != partner.id:
            return None
        if not self.interchange.house.offices.is_within(OfficeId(str(room.province)), partner.office):
            return None
        names = self.interchange.names
        eido = eido_of(handed_over(room.state, call), names, personal=partner.personal)
        event = rules.hand_over_event(eido, str(room.province), call.id, names, position=entry.position, at=entry.at)
        return self._written(endpoint, event, call.id)

    def _written(self, endpoint: Endpoint, event: dict[str, Any], about: str) -> Message | None:
        if endpoint.types and event["type"] not in endpoint.types:
            return None
        digest = blake2b(f"{endpoint.id}\0{event['id']}".encode(), digest_size=12).hexdigest()
        now = self.clock.now()
        return Message(f"evt_{digest}", endpoint.id, about, msgspec.json.encode(event), now, next_at=now)

    # From the file to the receiver

    async def _send_due(self, outbox: Outbox, endpoint: Endpoint) -> None:
        messages = await asyncio.to_thread(outbox.due, endpoint.id, self.clock.now(), SENT_AT_ONCE)
        if messages:
            # Making a client reads all that is trusted, which takes longer than sending.
            async with client() as http:
                await self._send_all(http, outbox, endpoint, messages)
        if len(messages) == SENT_AT_ONCE:
            self._wake.set()  # There may be more.

    async def _send_all(
        self, http: "httpx.AsyncClient", outbox: Outbox, endpoint: Endpoint, messages: Iterable[Message]
    ) -> None:
        begun_s = self.clock.monotonic_s()
        for message in messages:
            if self.clock.monotonic_s() - begun_s > TURN_S:
                return  # A slow receiver must not hold up the others.
            if not await asyncio.to_thread(outbox.may_send, message):
                continue
            status, retry_after = await self._send(http, endpoint, message)
            now = self.clock.now()
            if status.isdecimal() and 200 <= int(status) < 300:
                await asyncio.to_thread(outbox.done, message.id)
                if endpoint.rate_per_min is not None:
                    self._rests_until[endpoint.id] = plus_s(now, 60 / endpoint.rate_per_min)
                    return
                continue
            if status == "410":
                await asyncio.to_thread(self.store.end, endpoint.id, "the receiver said 410 Gone", now)
                return
            wait_s = rules.next_try_s(message.tries + 1, retry_after)
            next_at = plus_s(now, wait_s) if wait_s is not None else None
            await asyncio.to_thread(outbox.failed, message.id, tries=message.tries + 1, next_at=next_at, last=status)
            _log.warning("webhook %s was not taken by %s: %s", message.id, endpoint.id, status)
            self._rests_until[endpoint.id] = plus_s(now, min(wait_s or 0.0, rules.REST_S_MAX))
            return

    async def _send(self, http: "httpx.AsyncClient", endpoint: Endpoint, message: Message) -> tuple[str, str | None]:
        """Send one message and return the status or the name of the failure, and how long the receiver asks us to wait."""
        try:
            # The setting may have changed since the endpoint was made.
            url = rules.checked_url(endpoint.url, self.hosts)
        except UrlNotAllowed:
            return "host not allowed", None
        audit, now = self.interchange.house.audit, self.clock.now()
        if audit is not None:
            details = {"endpoint": endpoint.id, "message": message.id}
            actor = f"partner:{endpoint.partner}"
            await audit.record(
                actor=actor, what="webhook", subject=message.incident, purpose="interchange", details=details
            )
        at_s = now // MICROSECONDS_PER_S
        headers = {
            "content-type": rules.CONTENT_TYPE,
            "webhook-id": message.id,
            "webhook-timestamp": str(at_s),
            "webhook-signature": rules.signed(message.id, at_s, message.body, endpoint.secrets_at(now)),
        }
        try:
            async with http.stream("POST", url, content=message.body, headers=headers) as answer:
                # What the receiver says besides is not read: it could be endless.
                return str(answer.status_code), answer.headers.get("retry-after")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return type(error).__name__, None
