"""A line to one broker: messages as they come, acknowledged once they were taken, and made again whenever it breaks."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nazdik.kernel import Instant
from nazdik.platform.clock import Clock
from nazdik.platform.mqtt.packets import (
    GOODBYE,
    PING,
    REFUSED_FILTER,
    Accepted,
    Message,
    MqttError,
    Packet,
    Reader,
    Subscribed,
    acknowledge,
    connect,
    subscribe,
)

KEEP_ALIVE_S = 30
ANSWER_S = 10.0
AGAIN_FIRST_S, AGAIN_MAX_S = 1.0, 30.0
READ_BYTES = 65_536
Take = Callable[[Sequence[Message]], None]
_REFUSALS = {
    1: "broker.version_refused",
    2: "broker.client_id_refused",
    3: "broker.unavailable",
    4: "broker.wrong_password",
    5: "broker.not_authorised",
}
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class LineState:
    """How it is with the line. `since` is when it came up or went down; `why` is the code of what broke it last."""

    connected: bool = False
    since: Instant | None = None
    why: str | None = None
    connections: int = 0


class _Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BrokerLine:
    """
    A subscription at one broker.

    Args:
        client_id: The broker keeps our session, and what comes meanwhile, under this name.
        filters: Topics to ask for.
        take: Is given messages in the order they came. They are acknowledged when it returns.
        tls: None speaks in the clear.
        bytes_max: Larger payloads are not read.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        client_id: str,
        user: str,
        password: str,
        filters: Sequence[str],
        take: Take,
        clock: Clock,
        tls: ssl.SSLContext | None = None,
        bytes_max: int = 65_536,
        again_first_s: float = AGAIN_FIRST_S,
    ) -> None:
        self._host, self._port, self._tls = host, port, tls
        self._hello = connect(client_id, user=user, password=password, keep_alive_s=KEEP_ALIVE_S)
        self._filters = tuple(filters)
        self._take = take
        self._clock = clock
        self._bytes_max = bytes_max
        self._again_first_s = again_first_s
        self._task: asyncio.Task[None] | None = None
        self.state = LineState()

    @property
    def address(self) -> str:
        """The broker's host and port."""
        return f"{self._host}:{self._port}"

    def open(self) -> None:
        """Begin to connect, and go on until closed."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Hang up; the broker keeps what comes from now on for the next time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._changed(connected=False, why="broker.closed")

    async def _run(self) -> None:
        wait_s = self._again_first_s
        while True:
            before = self.state.connections
            why = await self._until_it_breaks()
            self._changed(connected=False, why=why)
            # A line that had been up is missed at once; a broker that is not there is asked ever less often.
            wait_s = self._again_first_s if self.state.connections > before else wait_s
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, AGAIN_MAX_S)

    async def _until_it_breaks(self) -> str:
        """Listen, and return the code of what ended it."""
        try:
            await self._listen()
        except _Refused as refused:
            return refused.code
        except ssl.SSLCertVerificationError:
            return "broker.certificate_not_trusted"
        except TimeoutError:
            return "broker.silent"
        except OSError:
            return "broker.unreachable" if not self.state.connected else "broker.gone"
        except EOFError:
            return "broker.gone"
        except (MqttError, ValueError) as error:
            _log.warning("the broker at %s cannot be understood: %s", self.address, error)
            return "broker.not_understood"
        except Exception:
            # A message nobody could have foreseen must not end the line for good.
            _log.exception("the line to the broker at %s failed", self.address)
            return "broker.failed"
        return "broker.gone"

    async def _listen(self) -> None:
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_connection(self._host, self._port, ssl=self._tls)
        packets = Reader(self._bytes_max)
        try:
            async with asyncio.timeout(ANSWER_S):
                early = await self._greet(reader, writer, packets)
            self.state.connections += 1
            self._changed(connected=True, why=None)
            self._hear(early, writer)
            await self._hear_on(reader, writer, packets)
        finally:
            if not writer.is_closing():
                writer.write(GOODBYE)
            writer.close()

    async def _greet(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, packets: Reader
    ) -> list[Message]:
        """Say who we are and what we want; return what came before the answer to the second."""
        writer.write(self._hello)
        early: list[Message] = []
        granted = False
        while not granted:
            for packet in packets.feed(await _some(reader)):
                if isinstance(packet, Message):
                    early.append(packet)
                elif isinstance(packet, Accepted):
                    if packet.code:
                        raise _Refused(_REFUSALS.get(packet.code, "broker.refused"))
                    writer.write(subscribe(1, self._filters))
                elif isinstance(packet, Subscribed):
                    if REFUSED_FILTER in packet.granted:
                        raise _Refused("broker.topic_refused")
                    granted = True
        return early

    async def _hear_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, packets: Reader) -> None:
        loop = asyncio.get_running_loop()
        heard_at, asked_at = loop.time(), loop.time()
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE_S / 3):
                    data = await _some(reader)
                heard_at = loop.time()
                self._hear(packets.feed(data), writer)
                await writer.drain()
            except TimeoutError:
                if loop.time() - heard_at > KEEP_ALIVE_S + ANSWER_S:
                    raise
            # However much comes in, the broker wants to hear from us as well.
            if loop.time() - asked_at > KEEP_ALIVE_S / 2:
                asked_at = loop.time()
                writer.write(PING)

    def _hear(self, packets: Sequence[Packet], writer: asyncio.StreamWriter) -> None:
        messages = [packet for packet in packets if isinstance(packet, Message)]
        if not messages:
            return
        self._take(messages)
        writer.write(acknowledge(m.packet_id for m in messages if m.packet_id is not None))

    def _changed(self, *, connected: bool, why: str | None) -> None:
        state = self.state
        if connected is not state.connected or why != state.why:
            state.connected, state.why, state.since = connected, why, self._clock.now()
            _log.info("the broker at %s: %s", self.address, "connected" if connected else why)


async def _some(reader: asyncio.StreamReader) -> bytes:
    data = await reader.read(READ_BYTES)
    if not data:
        raise EOFError
    return data
