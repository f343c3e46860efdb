"""
One province's messages on their way from the journal to the log.

Each record of the journal has one key, so that reading the journal again after a crash presents nothing twice: a key that was
used for something else by then was done with. What the log cannot take now is tried again until it does.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Any, Protocol

from nazdik.intake import commands as c
from nazdik.intake import events as e
from nazdik.intake.aml import Aml, read_form
from nazdik.intake.callers.envelope import Came
from nazdik.intake.callers.matching import (
    CallIndex,
    Waiting,
    WaitingPlaces,
    call_for_place,
    call_for_words,
    names_of_call,
)
from nazdik.intake.callers.reading import Sms, metres_of, point_of, read_page, read_sms_body
from nazdik.intake.callers.reports import presented as report_presented
from nazdik.intake.callers.reports import read_report
from nazdik.intake.callers.sms_keys import SmsKeys, sms_key
from nazdik.intake.exchange import came_then, located
from nazdik.intake.model import PAGE, Call, Calls, Channel, LocationSource
from nazdik.kernel import CallId, Instant, ProvinceId, Rejected, Unavailable

TRY_AGAIN_S = 1.0
QUEUE_MAX = 5_000
# In a call's data: the digest of the address from which its page was opened.
PAGE_FROM = "page-from"
_log = logging.getLogger(__name__)

Submit = Callable[[Any, str], Awaitable[object]]


class Room(Protocol):
    """What a line needs of its province."""

    province: ProvinceId

    @property
    def calls(self) -> Calls:
        """The calls as they durably are."""


class Line:
    """Reads what came, in order, and puts it into the log. Belongs to one event loop."""

    def __init__(
        self, room: Room, *, submit: Submit, aml_key: Callable[[str], str], urgency: Callable[[str], int]
    ) -> None:
        """
        Args:
            submit: Sends a command with its key into the province's log.
            aml_key: Gives the key that senders of places sign with, by the gateway's name; empty when there is none.
            urgency: Gives the priority that the words of a report are worth.
        """
        self._room = room
        self._submit = submit
        self._aml_key = aml_key
        self._urgency = urgency
        self.index = CallIndex(room.calls.values())
        self.waiting = WaitingPlaces()
        self._sms_keys = SmsKeys()
        self._queue: asyncio.Queue[tuple[Came | Waiting, Instant, str]] = asyncio.Queue()
        # From when to when there was no log: of a call that came then, it is kept when.
        self.unheard: tuple[Instant, Instant] | None = None
        self._came_at: Instant | None = None

    @property
    def unread(self) -> int:
        """How many messages wait to be read."""
        return self._queue.qsize()

    @property
    def full(self) -> bool:
        """Whether so much waits that no more may be acknowledged."""
        return self.unread >= QUEUE_MAX

    def put(self, came: Came, at: Instant, offset: int) -> None:
        """Take on a message that lies in the journal."""
        self._queue.put_nowait((came, at, door_key(offset)))

    def hear(self, fact: object, now: Instant) -> None:
        """Take in one fact of the log."""
        self.index.hear(fact)
        if isinstance(fact, e.CallPresented):
            for place in self.waiting.take(names_of_call(fact), now):
                self._queue.put_nowait((place, place.at, place.key))

    async def run(self) -> None:
        """Work for ever; one message that cannot be read holds nothing up."""
        while True:
            item, at, key = await self._queue.get()
            self._came_at = at if self.unheard is not None and self.unheard[0] <= at < self.unheard[1] else None
            try:
                await self._take(item, at, key)
            except Exception:
                _log.exception("a message could not be read: %s", key)
            finally:
                self._queue.task_done()

    async def drained(self) -> None:
        """Wait until everything that was put is done."""
        await self._queue.join()

    async def _take(self, item: Came | Waiting, at: Instant, key: str) -> None:
        if isinstance(item, Waiting):
            await self._place(item)
            return
        match item.door:
            case "aml":
                secret = self._aml_key(item.gateway)
                aml = read_form(item.body, key=secret)
                await self._place(Waiting(at, aml, trusted=not secret or aml.signed is True, key=key))
            case "sms":
                sms = read_sms_body(item.body, item.note)
                if sms.aml is not None:
                    await self._place(Waiting(at, sms.aml, trusted=True, key=key))
                else:
                    await self._sms(sms, at, self._sms_keys.of(item, sms, at, key))
            case "report":
                await self._report(item)
            case _:
                await self._page(item, key)

    # Places

    async def _place(self, place: Waiting) -> None:
        aml = place.aml
        if aml.told is None or aml.is_test or not (aml.number or aml.imei):
            return
        call = self._call_of(aml, place.at)
        if call is None:
            self.waiting.wait(place, place.at)
            return
        self.index.know_device(aml.imei, call.id)
        command = located(call.id, aml.told, LocationSource.AML)
        if not place.trusted:
            command = c.LocateCall(**{**_fields(command), "trusted": False})
        await self._surely(command, place.key)

    def _call_of(self, aml: Aml, at: Instant) -> Call | None:
        calls = self._room.calls
        by_number = call_for_place(self.index.of_number(calls, aml.number), at) if aml.number else None
        return by_number or (call_for_place(self.index.of_device(calls, aml.imei), at) if aml.imei else None)

    # Messages

    async def _sms(self, sms: Sms, at: Instant, key: str) -> None:
        sos, calls = sms.sos, self._room.calls
        call = self.index.of_page(calls, sos.page) if sos is not None and sos.page else None
        if call is not None and sms.sender and not call.callback and not call.number:
            await self._surely(c.SetCaller(call_id=call.id, name=call.name, callback=sms.sender), f"{key}:number")
        if call is None and sms.sender:
            call = call_for_words(self.index.of_number(calls, sms.sender), at)
        words = sos.words if sos is not None else sms.text
        point, accuracy = (sos.point, sos.accuracy_m) if sos is not None else (None, None)
        if call is None:
            channel = Channel.SOS if sos is not None else Channel.SMS
            data = (("silent", "1"),) if sos is not None and sos.silent else ()
            presented = c.PresentCall(
                call_id=_call(self._room.province, key),
                channel=channel,
                number=sms.sender or None,
                narrative=words,
                point=point,
                accuracy_m=accuracy,
                data=data,
            )
            await self._surely(presented, key)
            return
        if words:
            await self._surely(c.HearText(call_id=call.id, text=words), key)
        if point is not None:
            where = c.LocateCall(call_id=call.id, source=LocationSource.DEVICE, point=point, accuracy_m=accuracy)
            await self._surely(where, f"{key}:at")

    # Pages

    async def _page(self, came: Came, key: str) -> None:
        said = read_page(came.body) or {}
        own = str(said.get("id", ""))[:40]
        key = f"page:{came.gateway}:{own}" if own else key
        words = str(said.get("words") or "").replace("\x00", "")[:2_000].strip()
        point, accuracy = point_of(said.get("lon"), said.get("lat")), metres_of(said.get("accuracy"))
        if came.door == "begin":
            await self._surely(self._begun(came, said, words), f"page:{came.gateway}:begin")
            return
        call = self.index.of_page(self._room.calls, came.gateway)
        if call is None:
            return
        if point is not None:
            where = c.LocateCall(call_id=call.id, source=LocationSource.DEVICE, point=point, accuracy_m=accuracy)
            await self._surely(where, f"{key}:at")
        if words:
            await self._surely(c.HearText(call_id=call.id, text=words), key)

    def _begun(self, came: Came, said: dict[str, Any], words: str) -> c.PresentCall:
        marks = {"silent": said.get("silent") is True, "no-voice": said.get("no_voice") is True}
        data = [(name, "1") for name, is_so in marks.items() if is_so]
        data += [(PAGE_FROM, came.note)] if came.note != "-" else []
        return c.PresentCall(
            call_id=page_call(self._room.province, came.gateway),
            channel=Channel.SOS,
            narrative=words,
            point=point_of(said.get("lon"), said.get("lat")),
            accuracy_m=metres_of(said.get("accuracy")),
            exchange_id=f"{PAGE}{came.gateway}",
            is_test=said.get("test") is True,
            data=tuple(data),
        )

    # Reports

    async def _report(self, came: Came) -> None:
        """A report rings like any call; its priority says that it can wait, unless its words say otherwise."""
        report = read_report(came.body)
        presented = report_presented(self._room.province, came.gateway, report)
        await self._surely(presented, f"report:{came.gateway}")
        worth = c.DescribeCall(call_id=presented.call_id, priority=self._urgency(report.words))
        await self._surely(worth, f"report:{came.gateway}:priority")

    async def _surely(self, command: Any, key: str) -> None:
        """Try until the log has it. A refusal is final: it is the same each time."""
        if isinstance(command, c.PresentCall):
            command = came_then(command, self._came_at)
        while True:
            try:
                await self._submit(command, key)
                return
            except Unavailable as away:
                _log.error("the log cannot take a message now: %s", away)
                await asyncio.sleep(TRY_AGAIN_S)
            except Rejected as refusal:
                _log.info("%s was refused: %s", type(command).__name__, refusal.code)
                return


def page_call(province: ProvinceId, page: str) -> CallId:
    """The id of the call that begins on a page."""
    return _call(province, PAGE + page)


def sms_call(province: ProvinceId, came: Came, sms: Sms, offset: int) -> CallId:
    """The id of the call that a short message begins, unless its sender has one already."""
    return _call(province, sms_key(came, sms, door_key(offset)))


def door_key(offset: int) -> str:
    """The key of a message that lies at this place of the journal."""
    return f"door:{offset}"


def _call(province: ProvinceId, key: str) -> CallId:
    return CallId(f"{province}.c{_word(key)}")


def _word(key: str) -> str:
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def _fields(command: c.LocateCall) -> dict[str, Any]:
    return {name: getattr(command, name) for name in command.__struct_fields__}
