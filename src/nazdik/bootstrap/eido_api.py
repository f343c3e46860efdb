"""EIDOs over HTTP and WebSocket: one incident fetched, many followed, a neighbour's taken in. For partner systems only."""

import asyncio
import secrets
from contextlib import suppress
from typing import Any

import msgspec
from litestar import Request, Response, WebSocket, get, post, websocket
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, SkipValidation

from nazdik.bootstrap.interchange import Interchange
from nazdik.interchange.conveyance import SUBPROTOCOL, Line, Notify
from nazdik.interchange.errors import PartnerUnknown, SharedIncidentNotFound
from nazdik.interchange.partners import Grant, Partner
from nazdik.kernel import IncidentId, Instant, Rejected
from nazdik.kernel.instant import seconds_between
from nazdik.platform.auth import token_of
from nazdik.platform.http import LitestarSocket
from nazdik.platform.live import Gone

EIDO_TYPE = 'application/emergency.eido+json; version="1"'
# Whether a partner's credential is still good is asked at least this often.
LOOK_EVERY_S = 10.0
MESSAGES_WAITING_MAX = 16
_encode = msgspec.json.Encoder().encode


class FaultView(msgspec.Struct, frozen=True):
    """Where an EIDO departs from the standard, and how."""

    where: str
    what: str


class HandoverView(msgspec.Struct, frozen=True):
    """
    The call that an EIDO became. It is one whatever is wrong with the EIDO; `faults` says what is, so that it can be mended.

    `known` says that this state of this incident had come before.
    """

    call_id: str
    known: bool
    faults: tuple[FaultView, ...]


def partner_of(
    connection: Request[Any, Any, Any] | WebSocket[Any, Any, Any], interchange: Interchange, grant: Grant
) -> Partner:
    """Return the partner whose Bearer token a request carries, or refuse."""
    partner = interchange.partner(token_of({}, connection.headers.get("authorization")), connection.headers)
    partner.need(grant)
    return partner


@get("/EIDO/{incident:str}", media_type=EIDO_TYPE)
async def get_eido(
    incident: FromPath[str], request: Request[Any, Any, Any], interchange: NamedDependency[SkipValidation[Interchange]]
) -> Response[bytes]:
    """
    Return one incident as an EIDO 1.0, by its URN or our id; for partners with the grant `eido.read`.

    Refusals: interchange.partner_unknown (401), interchange.grant_missing (403), interchange.incident_not_found (404).
    """
    partner = partner_of(request, interchange, Grant.EIDO_READ)
    found = interchange.find(partner, incident)
    documents = await interchange.eidos(partner, [found[1].id]) if found is not None else []
    if not documents:
        raise SharedIncidentNotFound(incident=incident[:120])
    return Response(_encode(documents[0]), media_type=EIDO_TYPE)


@post("/EIDO", status_code=201)
async def take_eido(
    request: Request[Any, Any, Any], interchange: NamedDependency[SkipValidation[Interchange]]
) -> HandoverView:
    """
    Take a neighbour's EIDO: it is on disk, and a call, when this is answered. For partners with the grant `eido.send`.

    Refusals: interchange.partner_unknown (401), interchange.grant_missing (403).
    """
    partner = partner_of(request, interchange, Grant.EIDO_SEND)
    taken = await interchange.take(partner, await request.body())
    faults = tuple(FaultView(fault.where, fault.what) for fault in taken.handover.faults)
    return HandoverView(taken.call_id, taken.known, faults)


@websocket("/EIDO/Subscribe")
async def follow_eidos(
    socket: WebSocket[Any, Any, Any], interchange: NamedDependency[SkipValidation[Interchange]]
) -> None:
    """Subscribe and notify, sub-protocol `emergency-ent1.0`; see docs/interfaces/eido.md."""
    try:
        partner = partner_of(socket, interchange, Grant.EIDO_READ)
    except Rejected as refused:
        await socket.accept()
        await socket.close(code=4401 if isinstance(refused, PartnerUnknown) else 4403, reason=refused.code)
        return
    if SUBPROTOCOL not in (socket.scope.get("subprotocols") or ()):
        await socket.accept()
        await socket.close(code=1002, reason=f"sub-protocol {SUBPROTOCOL} is needed")
        return
    await socket.accept(subprotocols=SUBPROTOCOL)
    with suppress(Gone):
        await _Conversation(LitestarSocket(socket), partner, interchange).run()


class _Outlook:
    """What one partner may follow; see `conveyance.Source`."""

    def __init__(self, partner: Partner, interchange: Interchange) -> None:
        self._partner = partner
        self._interchange = interchange

    def active(self) -> list[IncidentId]:
        return self._interchange.active(self._partner)

    def find(self, name: str) -> tuple[IncidentId, Instant | None] | None:
        found = self._interchange.find(self._partner, name)
        return (found[1].id, found[1].closed_at or found[1].cancelled_at) if found is not None else None


class _Conversation:
    """One socket: what is heard is answered, what changed is sent, in one place and one after the other."""

    def __init__(self, socket: LitestarSocket, partner: Partner, interchange: Interchange) -> None:
        self._socket = socket
        self._partner = partner
        self._interchange = interchange
        self._clock = interchange.house.clock
        self._line = Line(_Outlook(partner, interchange), lambda: secrets.token_hex(8))
        self._heard: asyncio.Queue[str | bytes] = asyncio.Queue(MESSAGES_WAITING_MAX)
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Talk until the partner goes, its credential is withdrawn or its last subscription ends. Raises `Gone`."""
        stop = self._interchange.listen(self._changed)
        reader = asyncio.get_running_loop().create_task(self._read())
        over: tuple[int, str] | None = None
        try:
            while not reader.done() and (over := await self._turn()) is None:
                await self._rest()
        finally:
            stop()
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        # Not before the reader has let go: a socket that is read from does not close.
        if over is not None:
            await self._socket.close(*over)

    async def _read(self) -> None:
        try:
            while True:
                await self._heard.put(await self._socket.receive())
                self._wake.set()
        finally:
            self._wake.set()

    def _changed(self, incidents: Any) -> None:
        self._line.changed(incidents)
        self._wake.set()

    async def _turn(self) -> tuple[int, str] | None:
        """Say everything there is to say; return the code and reason of the end when nothing more will come."""
        self._wake.clear()
        if not self._interchange.partners.is_good(self._partner.id):
            for goodbye in self._line.end("Forbidden"):
                await self._send(goodbye)
            return 4403, PartnerUnknown.code
        while not self._heard.empty():
            answer = self._line.hear(self._heard.get_nowait(), self._clock.now())
            if answer is not None:
                await self._send(answer)
        for thing in self._line.due(self._clock.now()):
            if isinstance(thing, Notify):
                await self._notify(thing)
            else:
                await self._send(thing)
        return (1000, "the last subscription has ended") if self._line.finished else None

    async def _notify(self, notify: Notify) -> None:
        documents = await self._interchange.eidos(self._partner, notify.incidents)
        if notify.incidents and not documents:
            return  # None of these is this partner's to know; silence says less than an empty list.
        body = {"subscriptionId": notify.subscription, "transactionId": notify.transaction, "notification": documents}
        await self._send({"event": body})

    async def _send(self, message: Any) -> None:
        await self._socket.send_text(_encode(message).decode())

    async def _rest(self) -> None:
        due = self._line.next_at()
        wait_s = LOOK_EVERY_S if due is None else min(LOOK_EVERY_S, max(0.0, seconds_between(self._clock.now(), due)))
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._wake.wait()


ROUTES: tuple[BaseRouteHandler, ...] = (get_eido, take_eido, follow_eidos)
