"""Being the one who writes a log: taken from the store, kept up by the store's clock, and worth nothing once another has it."""

import secrets
from dataclasses import dataclass
from typing import Any

import psycopg

from nazdik.platform.eventlog.entry import Head
from nazdik.platform.eventlog.errors import Fenced
from nazdik.platform.eventlog.postgres.connection import Connection, translated
from nazdik.platform.faults import LogInUse, LogUnavailable

# A standby takes over when nothing was heard for so long; or after the grace, when the writer's session is known to be gone.
TTL_S = 6.0
GRACE_S = 2.0
RENEW_EVERY_S = 1.5
_TAKE = "SELECT taken, log, epoch, position, hash, token, node FROM nazdik.take(%s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Node:
    """Who we are to others: a name that stays over restarts, and where commands for our provinces are taken."""

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A log that is ours to write: its number in the store, our token, and where the log ended when we took it."""

    log: int
    token: int
    head: Head


class Lease:
    """The right to write one log, taken anew with a greater token over each new connection."""

    def __init__(self, name: str, node: Node, *, ttl_s: float = TTL_S, grace_s: float = GRACE_S) -> None:
        self.name = name
        self.ttl_s = ttl_s
        self._node = node
        self._grace_s = grace_s
        self._holder = secrets.token_hex(8)
        self._held_once = False

    def take(self, connection: Connection) -> Taken:
        """
        Take the log, or take it again over a new connection: what an older one still has under way can no longer be stored.

        Raises:
            LogInUse: Another has it.
            Fenced: Another has it, and we had it before.
            LogUnavailable: The login has no right to it, or the store does not answer.
        """
        told = (self.name, self._holder, self._node.name, self._node.address, self.ttl_s, self._grace_s)
        with translated():
            try:
                row = connection.execute(_TAKE, told).fetchone()
            except psycopg.Error as error:
                if error.sqlstate in {"NZ006", "42501"}:
                    raise LogUnavailable(f"this login has no right to write the log {self.name}") from error
                if error.sqlstate == "NZ008":
                    raise LogUnavailable(f"the log {self.name} was moved from PostgreSQL to a file") from error
                raise
        assert row is not None
        taken, log, epoch, position, hash_, token, node = row
        if taken:
            self._held_once = True
            return Taken(log, token, Head(epoch, position, hash_))
        said = f"the log {self.name} is written by {node}"
        raise Fenced(said) if self._held_once else LogInUse(said)

    def renew(self, connection: Connection, taken: Taken) -> bool:
        """Keep it; False when another has it now."""
        with translated():
            return _one(connection.execute("SELECT nazdik.renew(%s, %s, %s)", (taken.log, taken.token, self.ttl_s)))

    def release(self, connection: Connection, taken: Taken) -> None:
        """Give it back."""
        with translated():
            connection.execute("SELECT nazdik.release(%s, %s)", (taken.log, taken.token))


def _one(cursor: "psycopg.Cursor[tuple[Any, ...]]") -> bool:
    row = cursor.fetchone()
    return row is not None and bool(row[0])
