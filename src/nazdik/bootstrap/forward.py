"""What becomes of a command at a node that does not write its province."""

import asyncio
from typing import Any, NoReturn

from nazdik.bootstrap.stores import LogSource
from nazdik.kernel import Context
from nazdik.platform.eventlog.errors import WrittenElsewhere
from nazdik.platform.eventlog.follower import Forward
from nazdik.platform.faults import LogUnavailable

AGAIN_S = 1


def forward_to(source: LogSource) -> Forward:
    """Return what tells the sender of a command where it is decided."""

    async def refuse(_command: Any, _ctx: Context) -> NoReturn:
        try:
            address = await asyncio.to_thread(source.written_at)
        except LogUnavailable:
            address = ""
        raise WrittenElsewhere(retry_after_s=AGAIN_S, address=address)

    return refuse
