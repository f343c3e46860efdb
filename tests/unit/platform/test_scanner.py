"""Files are shown to a virus scanner before anything of them is kept."""

import logging
import tempfile
from pathlib import Path

import pytest
from tests.clamd import MARK, clamd

from nazdik.platform.scanner import FileInfected, Scanner, ScannerAway
from nazdik.platform.settings import Settings, SettingsError

pytestmark = pytest.mark.asyncio


async def _nobody(found: str) -> None:
    raise AssertionError(f"nothing was to be found: {found}")


async def test_what_the_scanner_passes_is_sent_whole_by_port_and_by_socket() -> None:
    bodies = [b"", b"x", bytes(65_536), bytes(range(256)) * 1_000]
    with tempfile.TemporaryDirectory() as short:
        for socket in (None, Path(short) / "clamd.ctl"):
            async with clamd(socket) as there:
                scanner = Scanner(there.address)
                for body in bodies:
                    await scanner.check(body, _nobody)
                assert there.seen == bodies


async def test_what_the_scanner_knows_is_told_and_refused() -> None:
    told: list[str] = []

    async def tell(found: str) -> None:
        told.append(found)

    async with clamd() as there:
        with pytest.raises(FileInfected) as refused:
            # Across the border of two pieces.
            await Scanner(there.address).check(b"x" * 65_530 + MARK, tell)
    assert told == ["Nazdik.Test.Mark"] and refused.value.details == {"found": "Nazdik.Test.Mark"}


async def test_what_the_scanner_does_not_answer_for_is_not_kept() -> None:
    async with clamd() as there:
        scanner = Scanner(there.address)
        for instead in (b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK", b"", b"x" * 10_000, b"stream: OKAY\0"):
            there.instead = instead
            with pytest.raises(ScannerAway):
                await scanner.check(b"x", _nobody)
    with pytest.raises(ScannerAway):
        await scanner.check(b"x", _nobody)


async def test_without_a_scanner_the_log_says_so_and_files_go_on(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        await Scanner("").check(MARK, _nobody)
    assert "no virus scanner is configured" in caplog.text
    for wrong in ("clamd", "host:port", "relative/socket"):
        with pytest.raises(SettingsError):
            Settings(clamd=wrong)
