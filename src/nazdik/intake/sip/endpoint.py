"""
The agent on the network: UDP, TCP and TLS, one clock, and bounded everything.

What the agent tells goes to an `Exchange` (see `intake.exchange`) in the order it came; the loop never waits for the disk
between two datagrams.
"""

import asyncio
import logging
import secrets
import socket
import ssl
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_address
from typing import Any

from nazdik.intake.sip.agent import Agent, Ended, Rang, Said, Send, Source, Updated
from nazdik.intake.sip.call import read_any
from nazdik.intake.sip.message import MESSAGE_BYTES_MAX, take_message

TICK_S = 0.25
STREAMS_MAX = 256
STREAM_IDLE_S, MESSAGE_WITHIN_S = 3_600.0, 15.0
QUEUED_MAX = 10_000
RECEIVE_BYTES = 4 << 20
Hear = Callable[[Rang | Updated | Ended], Awaitable[bool]]
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Endpoint:
    """
    One place where an exchange's calls arrive.

    Attributes:
        host: The address to listen on.
        udp_port, tcp_port, tls_port: 0 for any free one, None for none.
        tls: The server's certificate, needed for TLS.
        hear: Told each ring, update and end; returns whether a ring is on disk.
        peers: Addresses that may talk to us; empty for everyone who reaches the port.
        message_within_s: A message over a stream has to be whole so soon after its first byte.
        received, turned_away: Messages taken in, and those of strangers, by transport.
    """

    hear: Hear
    host: str = "127.0.0.1"
    udp_port: int | None = None
    tcp_port: int | None = None
    tls_port: int | None = None
    tls: ssl.SSLContext | None = None
    peers: frozenset[str] = frozenset()
    message_within_s: float = MESSAGE_WITHIN_S
    agent: Agent = field(default_factory=lambda: Agent(lambda: secrets.token_hex(8)))
    received: Counter[str] = field(default_factory=Counter)
    turned_away: Counter[str] = field(default_factory=Counter)
    _udp: asyncio.DatagramTransport | None = None
    _servers: list[asyncio.Server] = field(default_factory=list)
    # In the order in which they were last heard.
    _streams: OrderedDict[Source, asyncio.StreamWriter] = field(default_factory=OrderedDict)
    _queues: dict[str, asyncio.Queue[Rang | Updated | Ended]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _waiting: int = 0

    async def open(self) -> None:
        """
        Begin to listen.

        Raises:
            OSError: An address or port cannot be had.
        """
        loop = asyncio.get_running_loop()
        self.agent.ours = self._ours
        if self.udp_port is not None:
            self._udp, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self._arrived), local_addr=(self.host, self.udp_port)
            )
            # What comes while the loop is held up waits here; the system may allow less (net.core.rmem_max).
            self._udp.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        for port, context in ((self.tcp_port, None), (self.tls_port, self.tls)):
            if port is not None:
                transport = "tcp" if context is None else "tls"
                server = await asyncio.start_server(
                    partial(self._stream, transport),
                    self.host,
                    port,
                    ssl=context,
                    limit=2 * MESSAGE_BYTES_MAX,
                )
                self._servers.append(server)
        self._start(self._tick())

    async def close(self) -> None:
        """Stop listening; what was heard is still told."""
        if self._udp is not None:
            self._udp.close()
        for server in self._servers:
            server.close()
        for writer in list(self._streams.values()):
            writer.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def waiting(self) -> int:
        """How many calls' news wait to be written down."""
        return self._waiting

    def ports(self) -> dict[str, int]:
        """The ports in use by transport, for tests and for the log."""
        found = {"udp": self._udp.get_extra_info("sockname")[1]} if self._udp is not None else {}
        names = [name for name, port in (("tcp", self.tcp_port), ("tls", self.tls_port)) if port is not None]
        return found | {
            name: server.sockets[0].getsockname()[1] for name, server in zip(names, self._servers, strict=True)
        }

    def _ours(self, source: Source) -> str:
        """Host and port at which a peer reaches us, as its own messages came in."""
        transport, host, port = source
        if transport == "udp":
            assert self._udp is not None, "a datagram came in"
            own, own_port = self._udp.get_extra_info("sockname")[:2]
            if ip_address(own.partition("%")[0]).is_unspecified:
                # Listening everywhere: the system says which address it would send from. Nothing is sent.
                with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as probe:
                    probe.connect((host, port))
                    own = probe.getsockname()[0]
        else:
            writer = self._streams.get(source)
            own, own_port = writer.get_extra_info("sockname")[:2] if writer is not None else (self.host, port)
        return f"[{own}]:{own_port}" if ":" in own else f"{own}:{own_port}"

    # In

    def _arrived(self, data: bytes, source: Source) -> None:
        if self.peers and source[1] not in self.peers:
            self.turned_away[source[0]] += 1
            return
        if data.strip():
            self.received[source[0]] += 1
            self._say(self._heard(data, source))

    def _heard(self, data: bytes, source: Source) -> list[Said]:
        """What the agent makes of a message; when it fails over an INVITE, the bytes still ring."""
        try:
            return self.agent.receive(data, source, time.monotonic())
        except Exception:
            _log.exception("the agent failed over a message")
            begins = data[:16].lstrip().upper().startswith(b"INVITE")
            return [Rang("", read_any(data), data)] if begins else []

    async def _stream(self, transport: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port, *_ = writer.get_extra_info("peername")
        source = (transport, host, port)
        if self.peers and host not in self.peers:
            self.turned_away[transport] += 1
            writer.close()
            return
        while len(self._streams) >= STREAMS_MAX:
            # Whoever said nothing for longest makes room: lines that are held open must not shut the exchange out.
            self._streams.popitem(last=False)[1].close()
        self._streams[source] = writer
        buffer = bytearray()
        try:
            await self._read_stream(reader, writer, source, buffer)
        except (TimeoutError, OSError, ValueError):
            # Too slow, broken, or out of step and cannot be found again.
            pass
        finally:
            # What came is looked at once more as it lies: a call that was cut off in its words is still a call.
            if buffer.strip():
                self._arrived(bytes(buffer[:MESSAGE_BYTES_MAX]), source)
            if self._streams.get(source) is writer:
                del self._streams[source]
            writer.close()

    async def _read_stream(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, source: Source, buffer: bytearray
    ) -> None:
        """Take messages off a stream until it ends. Between two it may be silent for long, within one it may not."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while True:
            until = begun + self.message_within_s if buffer else loop.time() + STREAM_IDLE_S
            async with asyncio.timeout_at(until):
                data = await reader.read(65_536)
            if not data:
                return
            if not buffer:
                begun = loop.time()
            buffer += data
            if source in self._streams:
                self._streams.move_to_end(source)
            if buffer == b"\r\n\r\n":  # a ping that wants its pong (RFC 5626)
                buffer.clear()
                writer.write(b"\r\n")
            while (message := take_message(buffer)) is not None:
                begun = loop.time()
                self._arrived(message, source)

    # Out

    def _say(self, said: Iterable[Said]) -> None:
        for thing in said:
            if isinstance(thing, Send):
                self._send(thing)
            else:
                self._tell(thing)

    def _send(self, send: Send) -> None:
        transport, host, port = send.to
        if transport == "udp":
            if self._udp is not None and not self._udp.is_closing():
                self._udp.sendto(send.data, (host, port))
            return
        writer = self._streams.get(send.to)
        if writer is not None and not writer.is_closing():
            writer.write(send.data)

    def _tell(self, thing: Rang | Updated | Ended) -> None:
        """In its own call's order, side by side with all other calls: one sync of the disk serves many."""
        if thing.handle in self._queues:
            self._queues[thing.handle].put_nowait(thing)
            return
        if self._waiting >= QUEUED_MAX and not isinstance(thing, Rang):
            _log.error("the exchange tells more than can be written down; news of a ringing call was dropped")
            return
        queue: asyncio.Queue[Rang | Updated | Ended] = asyncio.Queue()
        queue.put_nowait(thing)
        if thing.handle:
            self._queues[thing.handle] = queue
        self._start(self._tell_all(thing.handle, queue))

    async def _tell_all(self, handle: str, queue: "asyncio.Queue[Rang | Updated | Ended]") -> None:
        self._waiting += 1
        try:
            while not queue.empty():
                thing = queue.get_nowait()
                try:
                    kept = await self.hear(thing)
                except Exception:
                    _log.exception("a call's news could not be taken in")
                    continue
                if kept and isinstance(thing, Rang):
                    self._say(self.agent.kept(thing.handle, time.monotonic()))
                elif kept and isinstance(thing, Updated) and thing.then is not None:
                    self._send(thing.then)
        finally:
            self._waiting -= 1
            if self._queues.get(handle) is queue:
                del self._queues[handle]

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._say(self.agent.tick(time.monotonic()))

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, arrived: Callable[[bytes, Source], None]) -> None:
        self._arrived = arrived

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Hand a datagram on."""
        self._arrived(data, ("udp", addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        """A peer's port is closed; the transaction's own timers decide what that means."""
        _log.debug("datagram: %s", exc)
