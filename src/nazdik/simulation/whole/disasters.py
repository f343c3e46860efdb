"""Scripts of scenarios in which what lies on a disk is gone or is not what was written: S20, S21, S43 and S48."""

import asyncio
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import apsw

from nazdik.kernel.instant import plus_s
from nazdik.platform.eventlog import Verdict
from nazdik.simulation.whole.chance import chance_for
from nazdik.simulation.whole.checker.record import Reader
from nazdik.simulation.whole.clocks import ProcessClock
from nazdik.simulation.whole.server import AUDIT, LOG

if TYPE_CHECKING:
    from nazdik.simulation.whole.run import World

LOG_FILE, AUDIT_FILE = (name.rpartition("/")[2] for name in (LOG, AUDIT))
SEALED_EVERY_S = 60.0
Wrong = tuple[int, str]


async def restored(world: "World") -> None:
    """S21: the disk is gone and the newest is restored, twice over; later everybody is sent back by minutes, and forward again."""
    rescue, chance = world.rescue, chance_for(world.plan.seed, "disasters")
    while True:
        for older_s in (0.0, 0.0, 120.0 + 240.0 * chance.random(), 0.0):
            await asyncio.sleep(150.0 + 200.0 * chance.random())
            parts = world.server.parts
            now = (parts.clock if parts is not None else ProcessClock(world.time)).now()
            await rescue.rehearse()
            await _next_acknowledged(world)
            await rescue.hold()
            if chance.random() < 0.5:
                world.disk.cut_power()
            signed = rescue.signed_up_to(LOG_FILE)
            for _ in range(1 if older_s else chance.randint(1, 2)):
                done = rescue.restore(plus_s(now, -older_s) if older_s else None)
            _said(world, "S21", rescue.checked(LOG_FILE), done.heads[LOG_FILE].position, signed)
            if older_s:
                rescue.put_heads_aside()
            # What is not on the disk yet when the power goes is not there when the server starts.
            if chance.random() < 0.5:
                world.disk.cut_power()
            rescue.go_on()
            world.counts["scripted"] += 1


async def _next_acknowledged(world: "World") -> None:
    """Wait until somebody has just been told that we have their call; a disk that dies a moment later is the one to fear."""
    known = len(world.ledger.acknowledged)
    for _ in range(3_000):
        if len(world.ledger.acknowledged) != known:
            return
        await asyncio.sleep(0.02)


def _said(world: "World", name: str, verdict: Verdict, kept: int, signed: int) -> None:
    """By the heads of a witness a log that came back is whole, or it is said from where on something is missing."""
    world.judge.checks += 1
    if signed <= kept and not verdict.whole:
        world.judge.fail(name, f"all that was signed came back, and it is said: {verdict.said}")
    if signed > kept and (verdict.whole or verdict.reason != "log.cut_off" or verdict.position != kept + 1):
        world.judge.fail(name, f"it ends at {kept}, was signed at {signed}, and it is said: {verdict.said or 'whole'}")


async def damaged(world: "World") -> None:
    """S20: bytes of the log change while nobody looks; the check names the first entry that is not as it was."""
    rescue, chance = world.rescue, chance_for(world.plan.seed, "disasters")
    path = world.disk.folder / LOG
    while True:
        await asyncio.sleep(60.0 + 60.0 * chance.random())
        await rescue.stop()
        _settled(world, path)
        before, whole = _entries(path), path.read_bytes()
        if not (verdict := rescue.checked(LOG_FILE)).whole:
            world.judge.fail("S20", f"nothing was changed, and it is said: {verdict.said}")
        for _ in range(20):
            content = bytearray(whole)
            at = chance.randrange(len(content))
            size = chance.choice([1, 1, 16, 512])
            content[at : at + size] = bytes(byte ^ chance.randrange(1, 256) for byte in content[at : at + size])
            world.disk.put(str(path), bytes(content))
            # What points at entries may be damaged too: then some are missing when looked up, others when read in their order.
            sought, read, verdict = _first_sought(before, path), _first_read(before, path), rescue.checked(LOG_FILE)
            world.judge.checks += 1
            world.counts["damaged"] += bool(sought or read)
            least, most = min(sought, read), max(sought, read)
            if verdict.reason == "log.unreadable_file":
                least = 0
            if (most and verdict.whole) or (not verdict.whole and not least <= (verdict.position or 0) <= most):
                world.judge.fail("S20", f"entry {sought} or {read} is another than it was, and it is said: {verdict}")
        done = rescue.restore()
        if done.heads[LOG_FILE].position != len(before):
            world.judge.fail("S20", f"{len(before)} entries were there, {done.heads[LOG_FILE].position} came back")
        rescue.go_on()
        world.counts["scripted"] += 1


async def ransomed(world: "World") -> None:
    """S43: everything on the server's disk is enciphered by somebody else; nothing starts on that, and a clean disk goes on."""
    rescue, chance = world.rescue, chance_for(world.plan.seed, "disasters")
    while True:
        await asyncio.sleep(200.0 + 100.0 * chance.random())
        await rescue.hold()
        world.judge.let_go()
        for path in sorted(rescue.data.rglob("*")):
            if path.is_file() and path.stat().st_size:
                world.disk.put(str(path), chance.randbytes(path.stat().st_size))
        starts, failed = world.server.starts, world.server.failed_starts
        rescue.go_on(mended=False)
        await asyncio.sleep(30.0)
        if world.server.starts - starts != world.server.failed_starts - failed:
            world.judge.fail("S43", "a server began on what somebody else had enciphered")
        await rescue.hold()
        signed = rescue.signed_up_to(LOG_FILE)
        done = rescue.restore()
        _said(world, "S43", rescue.checked(LOG_FILE), done.heads[LOG_FILE].position, signed)
        rescue.go_on()
        world.counts["scripted"] += 1


async def edited(world: "World") -> None:
    """S48: who keeps the machine edits the audit log; the check says where, also what only the heads of a witness can show."""
    rescue, chance = world.rescue, chance_for(world.plan.seed, "disasters")
    path = world.disk.folder / AUDIT
    edits: list[Callable[[apsw.Connection, int, Random], Wrong]] = [_change, _cut, _rewrite, _take_out]
    while True:
        await asyncio.sleep(3 * SEALED_EVERY_S)
        await rescue.stop()
        signed = rescue.signed_up_to(AUDIT_FILE)
        if signed < 4:
            rescue.go_on()
            continue
        _settled(world, path)
        whole = path.read_bytes()
        for edit in edits:
            connection = apsw.Connection(str(path), vfs="unix")
            position, reason = edit(connection, signed, chance)
            connection.close(True)
            verdict = rescue.checked(AUDIT_FILE)
            world.judge.checks += 1
            if verdict.whole or (verdict.position or 0) > position or verdict.reason != reason:
                said = f"{verdict.reason} at {verdict.position}" if not verdict.whole else "whole"
                world.judge.fail(
                    "S48", f"{edit.__name__.strip('_')} from {position} on is not found: {said}, not {reason}"
                )
            world.disk.put(str(path), whole)
        rescue.go_on()
        world.counts["scripted"] += 1


def _change(connection: apsw.Connection, signed: int, chance: Random) -> Wrong:
    """Somebody else looked."""
    position = chance.randint(1, signed)
    connection.execute("UPDATE entries SET actor = 'nobody' WHERE position = ?", (position,))
    return position, "log.entry_changed"


def _take_out(connection: apsw.Connection, signed: int, chance: Random) -> Wrong:
    """Nobody looked."""
    position = chance.randint(1, signed - 1)
    connection.execute("DELETE FROM entries WHERE position = ?", (position,))
    return position, "log.entry_missing"


def _cut(connection: apsw.Connection, signed: int, chance: Random) -> Wrong:
    """The last minutes did not happen."""
    position = chance.randint(1, signed)
    connection.execute("DELETE FROM entries WHERE position >= ?", (position,))
    return position, "log.cut_off"


def _rewrite(connection: apsw.Connection, signed: int, chance: Random) -> Wrong:
    """All hashes are made anew from an entry on, so that the chain holds."""
    position = chance.randint(1, signed)
    connection.execute("UPDATE entries SET actor = 'nobody' WHERE position = ?", (position,))
    rows = list(Reader(Path(connection.filename)).rechained(position - 1))
    connection.executemany("UPDATE entries SET hash = ? WHERE position = ?", [(hash_, at) for at, hash_ in rows])
    return position, "log.head_differs"


def _settled(world: "World", path: Path) -> None:
    """Bring all of a log that nobody has open into the file itself."""
    world.judge.let_go()
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close(True)


def _entries(path: Path) -> list[Any]:
    """Return every entry as it is stored, up to the first that cannot be read."""
    reader, found = Reader(path), []
    try:
        for position in range(1, reader.end() + 1):
            found.append(reader.find_raw(position))
    except apsw.Error:
        return found
    finally:
        reader.release()
    return found


def _first_read(before: list[Any], path: Path) -> int:
    """As `_first_sought`, by reading one after the other."""
    reader, position = Reader(path), 0
    try:
        for position, (was, now) in enumerate(zip_longest(before, reader.read_raw()), start=1):
            if was != now:
                return position
        return 0
    except (apsw.Error, ValueError):
        return position + 1
    finally:
        reader.release()


def _first_sought(before: list[Any], path: Path) -> int:
    """Return the first entry that is not found as it was; 0 when all are."""
    reader = Reader(path)
    try:
        for position, was in enumerate(before, start=1):
            try:
                if reader.find_raw(position) != was:
                    return position
            except (apsw.Error, ValueError):
                return position
        return 0
    finally:
        reader.release()
