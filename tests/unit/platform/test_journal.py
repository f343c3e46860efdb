"""The raw journal: what was acknowledged is there, whatever happened to the end of the file."""

import asyncio
import errno
import os
from pathlib import Path

import pytest

from nazdik.kernel import Instant, Unavailable
from nazdik.platform.clock import VirtualClock
from nazdik.platform.faults import LogInUse
from nazdik.platform.journal import RECORD_BYTES_MAX, Journal, read_journal, read_newest

CLOCK = VirtualClock(1_234)


async def filled(folder: Path, messages: list[bytes], **options: int) -> list[int]:
    journal = Journal(folder, CLOCK, **options)
    offsets = [await journal.append(message) for message in messages]
    await journal.close()
    return offsets


async def test_messages_come_back_byte_for_byte_with_their_offsets_and_times(tmp_path: Path) -> None:
    messages = [b"", b"\x00\xff" * 50, "سلام".encode()]
    offsets = await filled(tmp_path, messages)
    kept = list(read_journal(tmp_path))
    assert [k.data for k in kept] == messages
    assert [k.offset for k in kept] == offsets
    assert {k.at for k in kept} == {Instant(1_234)}
    assert [k.data for k in read_journal(tmp_path, offsets[1])] == messages[1:]


async def test_many_at_once_share_a_sync_and_keep_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path, CLOCK)
    syncs = 0
    sync = os.fdatasync

    def counted(fd: int) -> None:
        nonlocal syncs
        syncs += 1
        sync(fd)

    monkeypatch.setattr(os, "fdatasync", counted)
    messages = [f"m{n}".encode() for n in range(200)]
    offsets = await asyncio.gather(*[journal.append(message) for message in messages])
    assert offsets == sorted(offsets)
    assert [k.data for k in read_journal(tmp_path)] == messages
    assert syncs <= 2
    await journal.close()


async def test_each_day_has_a_file_of_its_own_so_that_it_can_go_as_a_whole(tmp_path: Path) -> None:
    clock = VirtualClock(Instant(1_790_000_000_000_000))
    offsets = []
    for _ in range(2):
        journal = Journal(tmp_path, clock)
        for _ in range(3):
            offsets.append(await journal.append(b"x"))
            clock.advance_s(43_200)
        await journal.close()
    kept = list(read_journal(tmp_path))
    days = {k.at // 86_400_000_000 for k in kept}
    assert len(kept) == 6 and len(list(tmp_path.glob("*.journal"))) == len(days)
    assert [k.offset for k in kept] == offsets


async def test_files_are_rotated_by_size_and_read_as_one(tmp_path: Path) -> None:
    messages = [b"x" * 100 for _ in range(50)]
    offsets = await filled(tmp_path, messages, file_bytes_max=1_000)
    assert len(list(tmp_path.glob("*.journal"))) > 3
    assert [k.offset for k in read_journal(tmp_path)] == offsets
    more = await filled(tmp_path, [b"more"], file_bytes_max=1_000)
    assert [k.offset for k in read_journal(tmp_path)] == offsets + more


@pytest.mark.parametrize("cut", range(1, 25))
async def test_a_torn_end_costs_only_what_was_torn(tmp_path: Path, cut: int) -> None:
    await filled(tmp_path, [b"first", b"second", b"third"])
    (file,) = tmp_path.glob("*.journal")
    os.truncate(file, file.stat().st_size - cut)
    whole = [b"first", b"second"] if cut <= 16 + 5 else [b"first"]
    assert [k.data for k in read_journal(tmp_path)] == whole
    await filled(tmp_path, [b"fourth"])
    assert [k.data for k in read_journal(tmp_path)] == [*whole, b"fourth"]


async def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    await filled(tmp_path, [b"first", b"second"])
    (file,) = tmp_path.glob("*.journal")
    sound = file.read_bytes()
    for offset in range(len(sound)):
        file.write_bytes(sound[:offset] + bytes([sound[offset] ^ 1]) + sound[offset + 1 :])
        read = [k.data for k in read_journal(tmp_path)]
        in_length, in_first = offset < 4, offset < 16 + 5
        if not in_length:
            assert read == ([b"second"] if in_first else [b"first"])
        assert set(read) < {b"first", b"second"}


async def test_opening_never_cuts_off_what_lies_behind_a_changed_byte(tmp_path: Path) -> None:
    await filled(tmp_path, [b"first", b"second"])
    (file,) = tmp_path.glob("*.journal")
    file.write_bytes(b"\xff" + file.read_bytes()[1:])
    size = file.stat().st_size
    await filled(tmp_path, [b"third"])
    assert file.stat().st_size == size
    assert [k.data for k in read_journal(tmp_path)] == [b"third"]


async def test_when_the_disk_is_full_it_is_said_and_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path, CLOCK)
    await journal.append(b"before")
    write = os.pwrite

    def half(fd: int, data: bytes, at: int) -> int:
        write(fd, data[: len(data) // 2], at)
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", half)
        with pytest.raises(Unavailable) as problem:
            await journal.append(b"lost")
        assert problem.value.code == "log.disk_full"
    await journal.append(b"after")
    await journal.close()
    assert [k.data for k in read_journal(tmp_path)] == [b"before", b"after"]


async def test_one_process_writes_a_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path, CLOCK)
    with pytest.raises(LogInUse):
        Journal(tmp_path, CLOCK)
    with pytest.raises(ValueError, match="longer"):
        await journal.append(b"x" * (RECORD_BYTES_MAX + 1))
    await journal.close()


async def test_the_newest_come_first_over_several_files_and_none_from_before(tmp_path: Path) -> None:
    messages = [bytes([n]) * 40 for n in range(20)]
    await filled(tmp_path, messages, file_bytes_max=150)
    assert len(list(tmp_path.glob("*.journal"))) > 3
    assert [k.data for k in read_newest(tmp_path, 7, Instant(0))] == messages[:-8:-1]
    assert [k.data for k in read_newest(tmp_path, 99, Instant(1_234))] == messages[::-1]
    assert read_newest(tmp_path, 99, Instant(1_235)) == []
