"""
Exchanges that speak Asterisk's manager events instead of forking calls: the same rings and ends, read from its event stream.

`Manager` is the protocol without input or output; `ManagerLine` keeps a connection to one exchange, comes back after a break and
asks which calls are up, so that what rang meanwhile is not missed. Nothing is ever sent but the log-in and that question.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from nazdik.intake.numbers import tidy_number
from nazdik.intake.sip.agent import Ended, Rang
from nazdik.intake.sip.call import Ring
from nazdik.kernel import Instant

BLOCK_BYTES_MAX = 64 * 1024
CALLS_KEPT = 20_000
AGAIN_FIRST_S, AGAIN_MAX_S = 1.0, 30.0
SILENT_S, ANSWER_S = 90.0, 10.0
Hear = Callable[[Rang | Ended], Awaitable[bool]]
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Manager:
    """
    One exchange's calls.

    Attributes:
        numbers: What was dialled for a call to be ours ("110"); calls to others are passed over.
    """

    numbers: frozenset[str]
    _calls: OrderedDict[str, bool] = field(default_factory=OrderedDict)
    # While what is up is listed: who is in which bridge.
    _bridges: dict[str, list[str]] = field(default_factory=dict)
    # Who rang when the list was asked for and has not been in it yet.
    _unlisted: dict[str, None] = field(default_factory=dict)

    def ask(self) -> bytes:
        """Return the question which calls are up. Who rang before and is not among them has hung up unheard."""
        self._bridges.clear()
        self._unlisted = {linked: None for linked, rings in self._calls.items() if rings}
        return _action("CoreShowChannels")

    def take(self, block: bytes) -> list[Rang | Ended]:
        """Take one event block; what is none, or of a call that is not ours, says nothing."""
        told = fields_of(block)
        match told.get("event", "").lower():
            case "newchannel" | "newexten":
                return list(self._channel(told, block))
            case "coreshowchannel":
                self._unlisted.pop(told.get("linkedid") or told.get("uniqueid", ""), None)
                return [*self._channel(told, block), *self._in_bridge(told)]
            case "coreshowchannelscomplete":
                gone, self._unlisted = list(self._unlisted), {}
                ends = [self._end({"linkedid": linked}, elsewhere=False, reason="no longer up") for linked in gone]
                return [end for each in ends for end in each]
            case "bridgeenter":
                return (
                    self._end(told, elsewhere=True, reason="bridged")
                    if told.get("bridgenumchannels", "0") != "1"
                    else []
                )
            case "dialend":
                return self._end(told, elsewhere=True, reason="answered") if told.get("dialstatus") == "ANSWER" else []
            case "hangup":
                # Of a leg that was tried the caller's own line is not gone.
                own = told.get("uniqueid") == told.get("linkedid")
                return self._end(told, elsewhere=False, reason=told.get("cause-txt", "")) if own else []
            case _:
                return []

    def _channel(self, told: dict[str, str], raw: bytes) -> Iterator[Rang | Ended]:
        linked = told.get("linkedid") or told.get("uniqueid", "")
        dialled = told.get("exten", "")
        if not linked or dialled not in self.numbers or linked in self._calls:
            return
        self._calls[linked] = True
        while len(self._calls) > CALLS_KEPT:
            self._calls.popitem(last=False)
        yield Rang(handle=linked, ring=read_block(raw), raw=raw, door="ami")

    def _in_bridge(self, told: dict[str, str]) -> Iterator[Rang | Ended]:
        """In the list of what is up, two in one bridge speak with each other; since when was not heard. Alone it is music."""
        bridge, linked = told.get("bridgeid", ""), told.get("linkedid") or told.get("uniqueid", "")
        if not bridge or len(self._bridges) >= CALLS_KEPT:
            return
        within = self._bridges.setdefault(bridge, [])
        within.append(linked)
        for one in within if len(within) > 1 else ():
            yield from self._end({"linkedid": one}, elsewhere=True, reason="bridged")

    def _end(self, told: dict[str, str], *, elsewhere: bool, reason: str) -> list[Rang | Ended]:
        linked = told.get("linkedid") or told.get("destlinkedid", "")
        if not self._calls.get(linked):
            return []
        self._calls[linked] = False
        return [Ended(linked, elsewhere, reason[:200])]


def read_block(block: bytes) -> Ring:
    """Return who rings, from the block that told of it."""
    told = fields_of(block)
    linked = told.get("linkedid") or told.get("uniqueid", "")
    name = told.get("calleridname", "")
    return Ring(
        exchange_id=f"ami:{linked}"[:200],
        number=tidy_number(told.get("calleridnum", "")),
        name="" if name.lower() in ("<unknown>", "anonymous", "") else name[:120],
        called=told.get("exten", "")[:40],
        dialogue=f"ami:{linked}"[:200],
    )


def fields_of(block: bytes) -> dict[str, str]:
    """Return the fields of a block, names in lower case; of a name that comes twice the first."""
    fields: dict[str, str] = {}
    for line in block[:BLOCK_BYTES_MAX].decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


class ManagerLine:
    """A connection to one exchange that is made again whenever it breaks."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str,
        secret: str,
        numbers: frozenset[str],
        hear: Hear,
        now: Callable[[], Instant],
    ) -> None:
        self._host, self._port = host, port
        self._user, self._secret = user, secret
        self._manager = Manager(numbers)
        self._hear = hear
        self._task: asyncio.Task[None] | None = None
        self._now = now
        self.connected = False
        self.since: Instant | None = None
        self.why: str | None = None
        self.received = 0

    @property
    def address(self) -> str:
        """The exchange's host and port."""
        return f"{self._host}:{self._port}"

    def open(self) -> None:
        """Begin to connect, and go on until closed."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Hang up."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        wait_s = AGAIN_FIRST_S
        while True:
            why = "ami.gone"
            try:
                await self._listen()
            except PermissionError:
                why = "ami.refused"
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError) as broken:
                _log.warning("the exchange's event line broke: %s", broken)
            except Exception:
                # Nothing that an exchange can say may end the line for good.
                _log.exception("the exchange's event line failed")
            # A line that had been up is missed at once; an exchange that is not there is asked ever less often.
            wait_s = AGAIN_FIRST_S if self.connected else wait_s
            self._changed(connected=False, why=why)
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, AGAIN_MAX_S)

    def _changed(self, *, connected: bool, why: str | None) -> None:
        if connected is not self.connected or why != self.why:
            self.connected, self.why, self.since = connected, why, self._now()

    async def _listen(self) -> None:
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_connection(self._host, self._port, limit=BLOCK_BYTES_MAX)
        try:
            async with asyncio.timeout(ANSWER_S):
                await reader.readline()  # its greeting
                writer.write(_action("Login", Username=self._user, Secret=self._secret, Events="call"))
                answer = fields_of(await _block(reader))
            if answer.get("response", "").lower() != "success":
                raise PermissionError("the exchange refused the log-in")
            self._changed(connected=True, why=None)
            writer.write(self._manager.ask())
            while True:
                block = await self._next(reader, writer)
                self.received += 1
                for thing in self._manager.take(block):
                    await self._hear(thing)
        finally:
            writer.close()

    async def _next(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """Return the next block; a line that is silent for long is asked whether it is there."""
        try:
            async with asyncio.timeout(SILENT_S):
                return await _block(reader)
        except TimeoutError:
            writer.write(_action("Ping"))
        async with asyncio.timeout(ANSWER_S):
            return await _block(reader)


async def _block(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


def _action(name: str, **fields: str) -> bytes:
    lines = [f"Action: {name}", *(f"{key}: {value}" for key, value in fields.items())]
    return ("\r\n".join(line.replace("\r", "").replace("\n", "") for line in lines) + "\r\n\r\n").encode()
