"""Test calls through every way in: two misses are said, and a way that is mended is believed again."""

import asyncio
import logging
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from nazdik.bootstrap.watch import capacity, rounds
from nazdik.bootstrap.watch.capacity import Bound, Capacity, Disk, disks_of, of_process
from nazdik.bootstrap.watch.probes import Missed, Probe, sip_probe
from nazdik.bootstrap.watch.rounds import Rounds
from nazdik.platform.clock import SystemClock


async def test_a_way_in_is_doubted_after_two_misses_and_believed_again_after_one_call(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers = iter([None, Missed("watch.refused"), OSError("gone"), Missed("watch.not_ringing"), None])

    async def ring() -> None:
        if (said := next(answers)) is not None:
            raise said

    probe = Probe("sos", ring)
    watch = Rounds([probe], SystemClock(), 60)
    seen = []
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            await watch.try_door(probe)
            door = watch.doors["sos"]
            seen.append((door.ok, door.misses, door.why))
    assert seen == [
        (True, 0, None),
        (True, 1, "watch.refused"),
        (False, 2, "watch.unreachable"),
        (False, 3, "watch.not_ringing"),
        (True, 0, None),
    ]
    critical = [record.message for record in caplog.records if record.levelno == logging.CRITICAL]
    assert len(critical) == 1 and "sos" in critical[0], "said once, loudly"
    assert watch.doors["sos"].last_at is not None


async def test_a_port_that_is_silent_or_shut_is_a_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "ANSWERS_WITHIN_S", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent, socket.socket() as shut:
        silent.bind(("127.0.0.1", 0))
        shut.bind(("127.0.0.1", 0))
        probes = [
            sip_probe("udp", "127.0.0.1", silent.getsockname()[1], None),  # type: ignore[arg-type]
            sip_probe("tcp", "127.0.0.1", shut.getsockname()[1], None),  # type: ignore[arg-type]
        ]
        watch = Rounds(probes, SystemClock(), 60)
        for probe in probes:
            await watch.try_door(probe)
    assert {name: door.why for name, door in watch.doors.items()} == {
        "sip-udp": "watch.no_answer",
        "sip-tcp": "watch.unreachable",
    }


async def test_a_port_that_says_busy_is_a_miss() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SIP/2.0 486 Busy Here\r\nContent-Length: 0\r\n\r\n")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        probe = sip_probe("tcp", "127.0.0.1", server.sockets[0].getsockname()[1], None)  # type: ignore[arg-type]
        with pytest.raises(Missed, match=r"watch\.not_ringing"):
            await probe.ring()


def test_each_level_is_said_once_when_it_is_reached(caplog: pytest.LogCaptureFixture) -> None:
    used = [0.0]
    bounds = Capacity(lambda: iter([Bound("queue", used[0], 100)]))
    said = []
    for used[0] in (10, 49, 50, 60, 79, 80, 90, 95, 96, 40, 96):
        # At no other level than a server's own: what is less than a warning is not in its log.
        caplog.clear()
        bounds.look()
        said.append([record.levelname for record in caplog.records])
    nothing: list[str] = []
    assert said == [
        nothing, nothing, ["WARNING"], nothing, nothing, ["ERROR"], nothing, ["CRITICAL"], nothing, nothing, ["CRITICAL"],
    ]  # fmt: skip


async def test_what_fills_up_is_said_though_nobody_asks_and_a_look_that_fails_ends_nothing(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capacity, "LOOK_EVERY_S", 0.0)
    seen = iter([OSError("gone"), 81.0])

    def bounds() -> Iterator[Bound]:
        used = next(seen)
        if isinstance(used, OSError):
            raise used
        yield Bound("queue", used, 100)

    looking = asyncio.get_running_loop().create_task(Capacity(bounds).run())
    for _ in range(20):
        await asyncio.sleep(0)
        if len(caplog.records) == 2:
            break
    looking.cancel()
    assert [record.getMessage() for record in caplog.records] == [
        "how full things are cannot be seen now: gone",
        "queue is 81 % full",
    ]


async def seen_of(*folders: Path) -> dict[str, Bound]:
    """Return what is found when each folder's disk has been asked once."""
    disks = [Disk(folder) for folder in folders]
    await asyncio.gather(*(disk.ask() for disk in disks))
    return {bound.name: bound for bound in Capacity(of_process, disks=disks).look()}


async def test_the_machine_tells_its_disks_memory_and_files(tmp_path: Path) -> None:
    found = await seen_of(tmp_path, tmp_path / "none")
    assert set(found) == {f"disk:{tmp_path.name}", "memory", "open_files"}
    assert all(0 < bound.used <= bound.limit for bound in found.values())


async def test_a_folder_on_a_disk_of_its_own_is_watched_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, journal, copy = (tmp_path / name for name in ("data", "journal", "copy"))
    for folder in (data, journal, copy):
        folder.mkdir()
    monkeypatch.setattr(capacity, "_disk_of", lambda folder: folder == journal)
    found = await seen_of(data, journal, copy)
    assert {name for name in found if name.startswith("disk:")} == {"disk:data", "disk:journal"}


def test_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one/data", "two/data", "journal", "one/data")]
    named = [disk.name for disk in disks_of(folders)]
    assert named == ["disk:one/data", "disk:two/data", "disk:journal"]


async def test_a_disk_that_hangs_holds_nothing_up_and_is_said_until_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(capacity, "ANSWER_WITHIN_S", 0.05)
    released = threading.Event()
    asked: list[Path] = []

    def usage_of_a_hung_mount(folder: Path) -> SimpleNamespace:
        asked.append(folder)
        assert released.wait(60)
        return SimpleNamespace(total=100, free=40)

    monkeypatch.setattr(shutil, "disk_usage", usage_of_a_hung_mount)
    disk = Disk(tmp_path)
    bounds = Capacity(lambda: iter([Bound("queue", 1, 100)]), disks=[disk])
    try:
        for _ in range(3):
            await asyncio.wait_for(disk.ask(), 10)
            assert bounds.unseen == (disk.name,)
            assert [bound.name for bound in bounds.look()] == ["queue"], "nothing is told of what was not seen"
        assert len(asked) == 1, "the same thread is waited for, however long it hangs"
    finally:
        released.set()
    monkeypatch.setattr(capacity, "ANSWER_WITHIN_S", 60)
    await disk.ask()
    assert bounds.unseen == ()
    assert [(bound.name, bound.share) for bound in bounds.look()] == [(disk.name, 0.6), ("queue", 0.01)]
    assert [record.getMessage() for record in caplog.records if "cannot" in record.getMessage()] == [
        f"{disk.name} cannot be looked at: no answer"
    ]


async def test_a_disk_that_refuses_is_said_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(_: Path) -> None:
        raise OSError("stale file handle")

    monkeypatch.setattr(shutil, "disk_usage", gone)
    disk = Disk(tmp_path)
    await disk.ask()
    await disk.ask()
    assert Capacity(disks=[disk]).unseen == (disk.name,)
    assert [record.getMessage() for record in caplog.records] == [f"{disk.name} cannot be looked at: stale file handle"]
