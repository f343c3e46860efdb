"""The audit log: written before the data leaves, and whoever changes it is found out."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import apsw
import pytest

from nazdik.kernel import Unavailable
from nazdik.platform.audit import Audit
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import LogFull, MemoryLog, NewEntry, SqliteLog, verify_file


async def test_an_access_is_on_disk_when_it_was_recorded(tmp_path: Path) -> None:
    audit = Audit(SqliteLog(tmp_path / "audit.sqlite"), VirtualClock(7))
    position = await audit.record(actor="desk one", what="read", subject="i1", purpose="on duty", details={"rows": 3})
    assert position == 1
    (access,) = audit.read()
    assert (access.at, access.actor, access.what, access.subject, access.purpose) == (
        7,
        "desk one",
        "read",
        "i1",
        "on duty",
    )
    assert access.details == {"rows": 3}
    assert audit.read_subject("i1") == [access]
    assert audit.read_subject("i2") == []
    await audit.close()


async def test_many_at_once_each_get_their_own_position(tmp_path: Path) -> None:
    audit = Audit(SqliteLog(tmp_path / "audit.sqlite"), VirtualClock())
    said = [audit.record(actor="desk one", what="read", subject=f"i{n}", purpose="p") for n in range(100)]
    assert await asyncio.gather(*said) == list(range(1, 101))
    assert [a.subject for a in audit.read()] == [f"i{n}" for n in range(100)]
    assert audit.verify().whole
    await audit.close()


async def test_a_changed_access_is_found(tmp_path: Path) -> None:
    path = tmp_path / "audit.sqlite"
    audit = Audit(SqliteLog(path), VirtualClock())
    for n in range(5):
        await audit.record(actor="desk one", what="read", subject=f"i{n}", purpose="p")
    head = audit.head()
    await audit.close()
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE entries SET actor = 'nobody' WHERE position = 3")
    connection.close()
    assert verify_file(path, head).position == 3


async def test_when_it_cannot_be_written_the_data_stays(tmp_path: Path) -> None:
    class Full(MemoryLog):
        is_full = True

        def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
            if self.is_full:
                raise LogFull("full")
            super().append(entries, expected_position=expected_position)

    log = Full()
    audit = Audit(log, VirtualClock())
    with pytest.raises(Unavailable) as problem:
        await audit.record(actor="desk one", what="read", subject="i1", purpose="p")
    assert problem.value.code == "audit.unavailable"
    log.is_full = False
    assert await audit.record(actor="desk one", what="read", subject="i1", purpose="p") == 1
    await audit.close()
    with pytest.raises(Unavailable):
        await audit.record(actor="desk one", what="read", subject="i1", purpose="p")
