"""
Seals: every minute what each log has become is signed and written beside the logs, and where the settings say, elsewhere too.

Whoever keeps a head out of the server's reach can show later that something was changed, cut off or put back. At the start
the newest head is compared with each log, so that a log that lost its end does not go on as if nothing had been.
"""

import asyncio
import logging
import threading
from collections.abc import Mapping
from pathlib import Path

import msgspec

from nazdik.kernel import Unavailable, rfc3339
from nazdik.platform.audit import Audit
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog import EventLog, Head
from nazdik.platform.eventlog.heads import (
    HEADS_FILE,
    HeadsUnreadable,
    SignedHead,
    append_heads,
    load_key,
    newest,
    read_heads,
    sign_head,
)
from nazdik.platform.eventlog.merkle import Tree
from nazdik.platform.faults import LogUnavailable

SEAL_EVERY_S = 60.0
PARTS_FILE = "heads.parts.json"
_PAGE = 1_000
_log = logging.getLogger(__name__)


class _Parts(msgspec.Struct, frozen=True):
    """The whole parts of a log's tree, so that a start need not read all of it again."""

    epoch: str
    size: int
    parts: list[str]


class Lost(msgspec.Struct, frozen=True):
    """A log that is not what was signed: it ends too early, or has something else there."""

    log: str
    signed_position: int
    position: int
    signed_at: str


class Seals:
    """Signs the heads of logs. All of its work is done on threads; one at a time."""

    def __init__(
        self,
        logs: Mapping[str, EventLog],
        folder: Path,
        clock: Clock,
        *,
        audit: Audit | None,
        copies: Path | None = None,
    ) -> None:
        """
        Take charge of the heads of `logs`, by name.

        Args:
            folder: Where the key and the heads are kept.
            copies: Another folder that gets every head too: another disk, or a witness's.
        """
        self._logs = logs
        self._folder = folder
        self._copies = copies
        self._clock = clock
        self._audit = audit
        self._key = load_key(folder)
        self._trees: dict[str, Tree] = {}
        self._sealed: dict[str, int] = {}
        self._mutex = threading.Lock()
        self.newest: dict[str, SignedHead] = {}

    async def run(self) -> None:
        """Compare at the start, then seal again and again."""
        for lost in await asyncio.to_thread(self.begin):
            _log.critical(
                "%s IS NOT WHAT WAS SIGNED at %s: it had %d entries then, and has %d now or others; see `nazdik log verify`",
                lost.log, lost.signed_at, lost.signed_position, lost.position,
            )  # fmt: skip
            await self._note(lost)
        while True:
            try:
                await asyncio.to_thread(self.seal)
            except OSError as fault:
                _log.error("heads cannot be kept now: %s", fault.strerror)
            await asyncio.sleep(SEAL_EVERY_S)

    async def close(self) -> None:
        """Seal what came last; the logs are still open."""
        try:
            await asyncio.to_thread(self.seal)
        except OSError as fault:
            _log.error("the last heads cannot be kept: %s", fault.strerror)

    def begin(self) -> list[Lost]:
        """Go on where the last start ended, and return the logs that are not what was signed of them."""
        with self._mutex:
            return self._begin()

    def _begin(self) -> list[Lost]:
        path = self._folder / HEADS_FILE
        try:
            heads = read_heads(path) if path.exists() else []
        except HeadsUnreadable as fault:
            # Somebody was at it. Calls are taken all the same; what was kept elsewhere will tell.
            _log.critical("THE KEPT HEADS WERE CHANGED: %s", fault)
            heads = []
        kept = self._read_parts()
        lost: list[Lost] = []
        for name, log in self._logs.items():
            head, end = newest(heads, name), log.head()
            self._trees[name] = Tree()
            if head is None:
                continue
            self._sealed[name], self.newest[name] = head.position, head
            if not _is_there(log, head):
                lost.append(Lost(name, head.position, end.position, head.at))
                self._sealed[name] = -1
                continue
            tree = _tree_of(kept.get(name), head)
            if tree is not None:
                self._trees[name] = tree
        return lost

    def seal(self) -> list[SignedHead]:
        """Sign the logs that grew since, keep what was signed, and return it."""
        with self._mutex:
            return self._seal()

    def _seal(self) -> list[SignedHead]:
        at = rfc3339(self._clock.now())
        made: list[SignedHead] = []
        for name, log in self._logs.items():
            try:
                end = log.head()
                if end.position != self._sealed.get(name, 0):
                    made.append(sign_head(self._key, name, end, self._grown(name, log, end).root(), at))
            except LogUnavailable as fault:
                _log.error("%s cannot be sealed now: %s", name, fault)
        if not made:
            return made
        append_heads(self._folder / HEADS_FILE, made)
        for head in made:
            self._sealed[head.log], self.newest[head.log] = head.position, head
        self._keep_parts()
        if self._copies is not None:
            try:
                append_heads(self._copies / HEADS_FILE, made)
            except OSError as fault:
                _log.error("heads cannot be copied to %s: %s", self._copies, fault.strerror)
        return made

    def _grown(self, name: str, log: EventLog, end: Head) -> Tree:
        """Return a log's tree, brought up to where the log ends."""
        tree = self._trees.setdefault(name, Tree())
        while tree.size < end.position:
            entries = log.read(tree.size, min(_PAGE, end.position - tree.size))
            if not entries:
                # A copy of a log that is kept elsewhere may be behind.
                raise LogUnavailable(f"entry {tree.size + 1} is not here yet")
            for entry in entries:
                tree.add(entry.hash)
        return tree

    def _keep_parts(self) -> None:
        said = {
            name: _Parts(self._logs[name].head().epoch, tree.size, [part.hex() for part in tree.parts])
            for name, tree in self._trees.items()
        }
        fresh = self._folder / (PARTS_FILE + ".new")
        fresh.write_bytes(msgspec.json.encode(said))
        fresh.replace(self._folder / PARTS_FILE)

    def _read_parts(self) -> dict[str, _Parts]:
        try:
            return msgspec.json.decode((self._folder / PARTS_FILE).read_bytes(), type=dict[str, _Parts])
        except (OSError, msgspec.MsgspecError):
            return {}  # It only saves time: without it the logs are read from their beginning.

    async def _note(self, lost: Lost) -> None:
        if self._audit is None:
            return
        details = msgspec.to_builtins(lost)
        try:
            await self._audit.record(
                actor="system", what="log_not_as_signed", subject=lost.log, purpose="seal", details=details
            )
        except Unavailable as fault:
            _log.error("this cannot be written into the audit log: %s", fault)


def _is_there(log: EventLog, head: SignedHead) -> bool:
    if log.head().epoch != head.epoch:
        return False
    if head.position == 0:
        return True
    return [entry.hash.hex() for entry in log.read(head.position - 1, 1)] == [head.hash]


def _tree_of(kept: _Parts | None, head: SignedHead) -> Tree | None:
    """Return a tree made of kept parts; None when they are not those under the signed root."""
    if kept is None or (kept.epoch, kept.size) != (head.epoch, head.position):
        return None
    try:
        tree = Tree(kept.size, [bytes.fromhex(part) for part in kept.parts])
    except ValueError:
        return None
    return tree if tree.root().hex() == head.root else None
