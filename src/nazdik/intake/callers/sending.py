"""
A call-taker's messages on their way to the caller: to the page that is open, else by the province's SMS gateway.

What is still to be carried is read from the log, so the queue survives a restart. A gateway that does not answer is asked again
with growing pauses for ten minutes; each message has an id, by which a gateway knows one that it took already.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from nazdik.intake import commands as c
from nazdik.intake import events as e
from nazdik.intake.callers.gateways import Gateway
from nazdik.intake.callers.line import TRY_AGAIN_S, Room
from nazdik.intake.model import Call, Carried, Failure, Text
from nazdik.intake.numbers import tidy_number
from nazdik.kernel import CallId, Unavailable
from nazdik.kernel.instant import seconds_between
from nazdik.kernel.later import later
from nazdik.platform.clock import Clock

if TYPE_CHECKING:
    import httpx
else:
    httpx = later("httpx")

TRIES_FOR_S = 600.0
PAUSE_S_MAX = 60.0
# An open page asks every few seconds; one that does not is not open any more.
PAGE_GETS_S = 20.0
ANSWERS_WITHIN_S = 10.0
AT_ONCE = 20
_log = logging.getLogger(__name__)

Submit = Callable[[Any, str], Awaitable[object]]


class Sending:
    """Carries one province's messages; each call's in order. Belongs to one event loop."""

    def __init__(
        self,
        room: Room,
        *,
        submit: Submit,
        clock: Clock,
        carrier: Callable[[], Gateway | None],
        transport: "httpx.AsyncBaseTransport | None" = None,
    ) -> None:
        self._room = room
        self._submit = submit
        self._clock = clock
        self._carrier = carrier
        self._transport = transport
        self._running: dict[CallId, asyncio.Task[None]] = {}
        self._changed: dict[CallId, asyncio.Event] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    def open(self) -> None:
        """Take up what was on its way when the server ended."""
        for call in self._room.calls.values():
            self._begin(call.id)

    def hear(self, fact: object) -> None:
        """Take in one fact of the log."""
        if isinstance(fact, e.TextSent):
            self._begin(fact.call_id)
        elif isinstance(fact, e.TextCarried) and fact.call_id in self._changed:
            self._changed[fact.call_id].set()

    async def close(self) -> None:
        """Stop; what is on its way goes on after the next start."""
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _begin(self, call_id: CallId) -> None:
        call = self._room.calls.get(call_id)
        if call is None or call_id in self._running or _next(call) is None:
            return
        self._changed[call_id] = asyncio.Event()
        task = asyncio.get_running_loop().create_task(self._carry_all(call_id))
        self._running[call_id] = task

    async def _carry_all(self, call_id: CallId) -> None:
        try:
            while (call := self._room.calls.get(call_id)) is not None and (text := _next(call)) is not None:
                await self._carry(call, text)
        except Exception:
            _log.exception("messages of %s are not carried on", call_id)
        finally:
            self._running.pop(call_id, None)
            self._changed.pop(call_id, None)

    async def _carry(self, call: Call, text: Text) -> None:
        if call.pages and await self._shown(call.id, text):
            return
        number, gateway = tidy_number(call.callback or call.number or ""), self._carrier()
        if number and gateway is not None:
            why = await self._by_gateway(call.id, text, number)
            await self._say(call.id, text, Carried.SENT if why is None else Carried.FAILED, gateway.name, why)
        elif call.pages and seconds_between(text.at, self._clock.now()) < TRIES_FOR_S:
            # The page may come back: a tunnel, a telephone in a pocket.
            return await self._carry(call, text)
        else:
            why = Failure.PAGE_GONE if call.pages else Failure.NO_GATEWAY if number else Failure.NO_NUMBER
            await self._say(call.id, text, Carried.FAILED, "", why)

    async def _shown(self, call_id: CallId, text: Text) -> bool:
        """Give the page a while to get it."""
        try:
            async with asyncio.timeout(PAGE_GETS_S):
                while self._waits(call_id, text):
                    self._changed[call_id].clear()
                    await self._changed[call_id].wait()
        except TimeoutError:
            return False
        return True

    def _waits(self, call_id: CallId, text: Text) -> bool:
        call = self._room.calls.get(call_id)
        return call is not None and any(t.at == text.at and t.carried is None for t in call.texts)

    async def _by_gateway(self, call_id: CallId, text: Text, number: str) -> Failure | None:
        """Hand it to the gateway; why not, when it refuses or does not answer for too long."""
        pause_s = 1.0
        body = {"id": f"{call_id}:{text.at}", "to": number, "text": text.text}
        async with httpx.AsyncClient(
            timeout=ANSWERS_WITHIN_S, follow_redirects=False, trust_env=False, transport=self._transport
        ) as client:
            while self._waits(call_id, text):
                gateway = self._carrier()
                if gateway is not None:
                    status = await self._asked(client, gateway.send_url, body)
                    if 200 <= status < 300:
                        return None
                    if 400 <= status < 500 and status not in (408, 425, 429):
                        _log.warning("gateway %s refused a message: %s", gateway.name, status)
                        return Failure.REFUSED
                if seconds_between(text.at, self._clock.now()) + pause_s > TRIES_FOR_S:
                    return Failure.SILENT
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, PAUSE_S_MAX)
        return None

    async def _asked(self, client: "httpx.AsyncClient", url: str, body: dict[str, str]) -> int:
        async with self._slots:
            try:
                answer = await client.post(url, json=body, headers={"Idempotency-Key": body["id"]})
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                _log.info("a gateway did not answer: %s", type(error).__name__)
                return 0
        return answer.status_code

    async def _say(self, call_id: CallId, text: Text, carried: Carried, way: str, why: Failure | None) -> None:
        command = c.CarryText(call_id=call_id, text_at=text.at, carried=carried, way=way, why=why)
        while True:
            try:
                await self._submit(command, f"text:{call_id}:{text.at}:{carried}")
                return
            except Unavailable:
                await asyncio.sleep(TRY_AGAIN_S)


def _next(call: Call) -> Text | None:
    """The oldest message that is still on its way."""
    return next((text for text in call.texts if text.by is not None and text.carried is None), None)
