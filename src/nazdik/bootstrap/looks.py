"""Who looked at what is personal or long past, and what for: told to whoever looks next, so that nobody looks unseen."""

import asyncio
from collections.abc import Iterable

import msgspec

from nazdik.bootstrap.desk import Desk
from nazdik.kernel import rfc3339

LOOKS_MAX = 20


class LookView(msgspec.Struct, frozen=True):
    """Somebody looked, and said why."""

    at: str
    by: str
    purpose: str


async def looks_at(desk: Desk, what: str, subjects: Iterable[str]) -> tuple[LookView, ...]:
    """Return who looked at these things before for a stated purpose, the newest first."""
    audit = desk.house.audit
    if audit is None:
        return ()
    wanted = sorted(set(subjects))
    read = await asyncio.to_thread(lambda: [access for each in wanted for access in audit.read_subject(each)])
    found = sorted((access for access in read if access.what == what), key=lambda access: access.at, reverse=True)
    return tuple(LookView(rfc3339(each.at), each.actor, each.purpose) for each in found[:LOOKS_MAX])
