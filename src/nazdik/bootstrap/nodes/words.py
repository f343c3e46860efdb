"""
Words that every node knows and one of them takes: what a key, or somebody at an identity service, was asked at one node is answered
at another, once.

A word carries a mark made with the nodes' key, so nothing travels when it is given. When it is used, the store says whether it
was used before. While the store is away nodes give words that they alone know: those cannot be used a second time elsewhere.
"""

import logging

from nazdik.platform.auth import Sealing
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog.postgres.words import WordTable
from nazdik.platform.faults import LogUnavailable

# By how much the clocks of nodes may differ; the guide asks for a minute.
CLOCKS_APART_S = 60.0
_log = logging.getLogger(__name__)


class SharedWords:
    """What `Words` asks where nodes share a store and a key. May be called from any thread."""

    def __init__(self, table: WordTable, key: bytes, clock: Clock) -> None:
        """Nothing is shared until `look` has found the store."""
        self.seals = Sealing(key, clock, clocks_apart_s=CLOCKS_APART_S)
        self._table = table
        self._is_there = False
        self._told = True

    def is_there(self) -> bool:
        """Whether the store answered when it was last asked."""
        return self._is_there

    def use(self, word: bytes) -> bool:
        """Use a word up; False when some node did before. Raises `LogUnavailable`."""
        try:
            return self._table.use(word)
        except LogUnavailable as away:
            self._say(away)
            raise

    def look(self) -> None:
        """Ask whether the store is there, and let it forget what has ended. Blocking."""
        try:
            self._table.forget()
        except LogUnavailable as away:
            self._say(away)
        else:
            self._say(None)

    def close(self) -> None:
        """Let go of the store."""
        self._table.close()

    def _say(self, away: LogUnavailable | None) -> None:
        self._is_there = away is None
        if self._is_there is not self._told:
            self._told = self._is_there
            _log.warning(
                "tickets and keys' questions are shared again"
                if away is None
                else f"tickets and keys' questions are not shared now: {away}"
            )
