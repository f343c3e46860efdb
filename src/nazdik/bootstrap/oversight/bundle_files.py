"""Whole cases in and out of a stopped oversight server, from and to a file."""

import asyncio
from pathlib import Path

from nazdik.bootstrap.oversight.bundles import Report, take
from nazdik.bootstrap.oversight.house import build_oversight
from nazdik.kernel import Actor, Instant
from nazdik.oversight.moving import lines, opened


async def import_file(
    folder: Path, file: Path, *, ours: dict[str, str], dry_run: bool, codes: bool = False
) -> Report:  # fmt: skip
    """Take a bundle over into a stopped server. Raises what opening refuses."""
    given = await asyncio.to_thread(lambda: file.read_bytes().split(b"\n"))
    house = build_oversight(folder)
    try:
        return await take(house.oversight, given, ours=ours, dry_run=dry_run, codes=codes)
    finally:
        await house.close()


async def export_file(
    folder: Path, file: Path, *, person: str, purpose: str, since: Instant | None, until: Instant | None
) -> int:
    """Write the cases that somebody's desk has, and return how many; the same rules hold as at the desk itself."""
    house = build_oversight(folder)
    try:
        oversight, actor = house.oversight, Actor(id=person, role="staff")
        key = oversight.fresh_keys(1)[0]
        ids = await opened(oversight, actor, purpose, key, since=since, until=until, most=1_000_000)
        with file.open("xb") as out:
            file.chmod(0o600)
            async for line in lines(oversight, actor, purpose, ids):
                out.write(line)
        return len(ids)
    finally:
        await house.close()
