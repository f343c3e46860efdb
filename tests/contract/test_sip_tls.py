"""An exchange that signals over TLS: who listens is proved by a certificate, and a call rings as over any other line."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from nazdik.bootstrap.house import Running
from nazdik.intake.model import Call
from nazdik.kernel import ProvinceId
from nazdik.platform.settings import SettingsError, load_settings
from tests.certificates import make_certificate
from tests.server import PROVINCE, free_port, inside
from tests.unit.intake.test_sip import CIRCLE, sip, with_location

Made = tuple[Running, int, Path]


@pytest.fixture
async def made(tmp_path: Path, built_region: Callable[[str], Path]) -> AsyncIterator[Made]:
    """A server with its TLS port open, and whom to trust to know it."""
    certificate, key = make_certificate(tmp_path, "server")
    port = free_port()
    told = {"sip_tls_port": port, "tls_certificate": certificate, "tls_key": key}
    async with inside(tmp_path / "data", built_region(PROVINCE), **told) as (running, _):
        yield running, port, certificate


async def status(reader: asyncio.StreamReader) -> int:
    """Return the status of the next answer."""
    async with asyncio.timeout(30):
        return int((await reader.readuntil(b"\r\n\r\n")).split(b" ")[1])


def calls(running: Running) -> list[Call]:
    return list(running.entrance.building.rooms[ProvinceId(PROVINCE)].state.calls.values())


async def test_a_call_rings_over_tls_and_is_taken_back(made: Made) -> None:
    running, port, certificate = made
    trust = ssl.create_default_context(cafile=certificate)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trust)
    invite = with_location(CIRCLE)
    for piece in (invite[:100], invite[100:]):
        writer.write(piece)
        await asyncio.sleep(0.05)
    assert [await status(reader), await status(reader)] == [100, 180]
    writer.write(sip("CANCEL", more='Reason: SIP;cause=200;text="Call completed elsewhere"\r\n'))
    assert [await status(reader), await status(reader)] == [200, 487]
    async with asyncio.timeout(30):
        while not calls(running) or calls(running)[0].ringing_ended is None or not calls(running)[0].locations:
            await asyncio.sleep(0.02)
    (call,) = calls(running)
    assert (call.number, call.ringing_ended) == ("+989161112233", "elsewhere")
    assert running.telephone is not None
    assert running.telephone.endpoint.received == {"tls": 2}
    writer.close()


async def test_neither_a_stranger_nor_a_plain_line_gets_through(made: Made) -> None:
    running, port, _ = made
    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.open_connection("127.0.0.1", port, ssl=ssl.create_default_context())
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sip())
    async with asyncio.timeout(30):
        answered = await reader.read(1_000)
    assert not answered.startswith(b"SIP/2.0"), "TLS may say why it hangs up; SIP says nothing"
    writer.close()
    assert calls(running) == []


def test_a_tls_port_without_a_certificate_is_refused() -> None:
    with pytest.raises(SettingsError, match="sip_tls_port"):
        load_settings({"NAZDIK_SIP_TLS_PORT": "5061"})
