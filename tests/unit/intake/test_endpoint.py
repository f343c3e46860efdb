"""The agent on real sockets: whoever is slow, cut off or in the way loses nobody's call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from nazdik.intake.callers.envelope import Came
from nazdik.intake.exchange import ring_of
from nazdik.intake.sip import endpoint as module
from nazdik.intake.sip.agent import Ended, Rang, Said, Source, Updated
from nazdik.intake.sip.endpoint import Endpoint
from nazdik.kernel import ProvinceId
from tests.unit.intake.test_sip import sip


class Heard:
    """What the endpoint tells."""

    def __init__(self) -> None:
        self.rings: list[Rang] = []
        self._news = asyncio.Event()

    async def __call__(self, thing: Rang | Updated | Ended) -> bool:
        if isinstance(thing, Rang):
            self.rings.append(thing)
            self._news.set()
        return True

    async def ring(self, count: int = 1) -> Rang:
        """Wait until so many rang and return the last."""
        async with asyncio.timeout(10):
            while len(self.rings) < count:
                self._news.clear()
                await self._news.wait()
        return self.rings[-1]


@asynccontextmanager
async def listening(**given: object) -> AsyncIterator[tuple[Endpoint, Heard, int]]:
    heard = Heard()
    endpoint = Endpoint(hear=heard, tcp_port=0, **given)  # type: ignore[arg-type]
    await endpoint.open()
    try:
        yield endpoint, heard, endpoint.ports()["tcp"]
    finally:
        await endpoint.close()


async def test_a_call_that_is_cut_off_in_its_words_is_still_a_call() -> None:
    async with listening() as (_, heard, port):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sip(more="Content-Type: text/plain\r\n", body="x" * 200)[:-150])
        writer.close()
        assert (await heard.ring()).ring.number == "+989161112233"


async def test_a_call_that_comes_byte_by_byte_and_never_ends_rings_in_time() -> None:
    """A slow head and a slow body alike; the line is closed, the call is not lost."""
    for whole in (sip()[:-30], sip(body="x" * 100)[:-50]):
        async with listening(message_within_s=0.3) as (_, heard, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(whole[:-3])
            for byte in whole[-3:]:
                await asyncio.sleep(0.05)
                writer.write(bytes([byte]))
            assert (await heard.ring()).ring.number == "+989161112233"
            async with asyncio.timeout(5):
                while await reader.read(1_000):
                    pass
            writer.close()


async def test_a_line_may_be_silent_between_two_calls_for_longer_than_within_one() -> None:
    async with listening(message_within_s=0.1) as (_, heard, port):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sip(call="one"))
        await heard.ring()
        await asyncio.sleep(0.4)
        writer.write(sip(call="two", branch="z9hG4bK2"))
        await heard.ring(2)
        writer.close()


async def test_lines_that_are_held_open_do_not_shut_the_exchange_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STREAMS_MAX", 5)
    async with listening() as (endpoint, heard, port):
        _, trunk = await asyncio.open_connection("127.0.0.1", port)
        trunk.write(sip(call="first"))
        await heard.ring()
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        async with asyncio.timeout(5):
            while len(endpoint._streams) < 5:
                await asyncio.sleep(0.01)
        trunk.write(sip("OPTIONS", call="ping"))
        async with asyncio.timeout(5):
            while next(reversed(endpoint._streams))[2] != trunk.get_extra_info("sockname")[1]:
                await asyncio.sleep(0.01)
        idle += [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        trunk.write(sip(call="second", branch="z9hG4bK2"))
        await heard.ring(2)
        assert len(endpoint._streams) <= 5
        for _, writer in (*idle, (None, trunk)):
            writer.close()


async def test_an_agent_that_fails_over_an_invite_still_lets_it_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes, source: Source, now: float) -> list[Said]:
        raise ZeroDivisionError

    async with listening() as (endpoint, heard, port):
        monkeypatch.setattr(type(endpoint.agent), "receive", lambda _, *given: broken(*given))
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sip("OPTIONS") + sip())
        ring = await heard.ring()
        assert (ring.ring.number, len(heard.rings)) == ("+989161112233", 1)
        writer.close()


def test_a_record_that_breaks_a_reader_does_not_keep_the_server_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("nazdik.intake.sip.call.parse", broken)
    ring = ring_of(Came("sip", "sip", ProvinceId("khuzestan"), "-", sip()))
    assert (ring.number, ring.notes) == ("+989161112233", ("damaged",))
