"""Sessions that are good at every node: told to the store as they begin and end, and learnt from it."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from nazdik.kernel import Instant
from nazdik.kernel.later import later
from nazdik.platform.auth import Registry, Session
from nazdik.platform.auth.registry import NODE
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.live import Hub

if TYPE_CHECKING:
    from nazdik.platform.eventlog.postgres import sessions as store
else:
    store = later("nazdik.platform.eventlog.postgres.sessions", soon=False)

LEARN_EVERY_S = 1.0
# A word that is not a session anywhere makes us ask the store this often, whoever sends it.
ASK_AT_MOST_EVERY_S = 0.05
_log = logging.getLogger(__name__)
_read = msgspec.json.Decoder(dict[str, Any]).decode


class SharedSessions:
    """Keeps this node's registry and the store's table alike. Belongs to the event loop."""

    def __init__(self, table: "store.SessionTable", registry: Registry, hub: Hub, node: str) -> None:
        self._table = table
        self._registry = registry
        self._hub = hub
        self._node = registry.node = node
        self._learnt = 0
        self._turn = asyncio.Lock()
        self._asked_s = 0.0
        self._is_away = False
        self._is_first = True

    async def run(self) -> None:
        """Go on for ever; what the store cannot take now is told later."""
        while True:
            with suppress(LogUnavailable):
                await self.even()
            await asyncio.sleep(LEARN_EVERY_S)

    async def even(self) -> None:
        """Tell what began or ended here, and learn what did elsewhere. Raises `LogUnavailable`."""
        async with self._turn:
            touched = self._registry.take_touched()
            try:
                if self._is_first:
                    known = await self._learn()
                    # What was opened when nobody could be told.
                    touched += [s.id for s in self._registry.list_sessions() if s.id not in known]
                    self._is_first = False
                while touched:
                    await asyncio.to_thread(self._tell, touched[-1])
                    touched.pop()
                await self._learn()
                self._say(None)
            except LogUnavailable as away:
                self._registry.touch(touched)
                self._say(away)
                raise

    def close(self) -> None:
        """Let go of the store."""
        self._table.close()

    def has(self, token: str) -> bool:
        """Whether a token opens a session that is known here."""
        return self._registry.find_session(token) is not None

    async def knows(self, token: str) -> bool:
        """Whether a token opens a session here, after asking the store for what is new when it does not."""
        return await self._finds(lambda: self._registry.find_session(token))

    async def knows_id(self, session_id: str) -> bool:
        """Whether there is a session with this id here, after asking the store in the same way."""
        return await self._finds(lambda: self._registry.find_session_by_id(session_id))

    async def _finds(self, find: Callable[[], Session | None]) -> bool:
        if find() is not None:
            return True
        now_s = asyncio.get_running_loop().time()
        if now_s - self._asked_s < ASK_AT_MOST_EVERY_S:
            await asyncio.sleep(ASK_AT_MOST_EVERY_S)
        self._asked_s = asyncio.get_running_loop().time()
        with suppress(LogUnavailable):
            await self.even()
        return find() is not None

    def heard(self, token: str) -> None:
        """Somebody is at a session: what they did was decided elsewhere."""
        session = self._registry.find_session(token)
        if session is not None:
            self._registry.heard(session.id)

    def _tell(self, session_id: str) -> None:
        found = self._registry.find_row(session_id)
        if found is None:
            self._table.end(session_id)
            return
        token_hash, session = found
        grants = {NODE: self._node, **session.grants}
        said = msgspec.json.encode(grants).decode()
        self._table.put(
            store.SharedSession(
                session.id, token_hash, str(grants[NODE]), session.person, session.role, said, session.expires_at
            )
        )

    async def _learn(self) -> set[str]:
        """Take over what is new in the store, and return the ids that it is about."""
        news = await asyncio.to_thread(self._table.after, self._learnt)
        for one in news:
            if one.ended:
                # First the line: should writing fail, nobody sees more than they may.
                self._hub.cut(one.id)
                await asyncio.to_thread(self._registry.close_session, one.id, told=True)
        lasting = [
            (one.token_hash, Session(one.id, one.person, one.role, Instant(one.expires_at), _read(one.grants)))
            for one in news
            if not one.ended
        ]
        if lasting:
            await asyncio.to_thread(self._registry.adopt, lasting)
        if news:
            self._learnt = news[-1].changed
        return {one.id for one in news}

    def _say(self, away: LogUnavailable | None) -> None:
        if (away is not None) is not self._is_away:
            self._is_away = away is not None
            _log.warning("sessions are shared again" if away is None else f"sessions are not shared now: {away}")
