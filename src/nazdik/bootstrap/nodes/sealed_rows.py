"""
Rows of a file that are good at every node: what somebody signs in with, partners, webhooks.

Each node keeps them in a file of its own, where everything that asks for them finds them, also while the store is away. Triggers in
that file note whose have changed, whoever changed them. What an owner has goes to the store as a whole, sealed with a key that only
the nodes have, in the place of what this node knew to be there: of two nodes that change it at once one is refused, and learns.
"""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nazdik.platform.auth.seals import SealBroken
from nazdik.platform.eventlog.postgres.credentials import CredentialTable, Sealed
from nazdik.platform.sqlite import connect, translated

SCHEMA = """
-- Of whose credentials this file has which edition, and by which change of the store.
CREATE TABLE IF NOT EXISTS shared_credential (owner TEXT PRIMARY KEY, edition INTEGER NOT NULL, changed INTEGER NOT NULL) STRICT;
-- Whose have changed here and are not in the store yet, and how often.
CREATE TABLE IF NOT EXISTS untold_credential (owner TEXT PRIMARY KEY, times INTEGER NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has rows of a table: a word that says what they are, and the column that names them."""

    kind: str
    column: str
    in_bytes: bool = False


# Another node may come first; what is not told by then is told with the next change, or a second later.
ROUNDS_MAX = 3
_NONCE_BYTES = 12
_log = logging.getLogger(__name__)
Row = dict[str, Any]
Rows = dict[str, list[Row]]


class Held(msgspec.Struct, frozen=True):
    """What an owner has, by table; each edition is the one before and a change."""

    edition: int
    rows: Rows


_encode = msgspec.msgpack.encode
_decode = msgspec.msgpack.Decoder(Held).decode


@dataclass(frozen=True, slots=True)
class _Known:
    """Which edition of an owner's credentials this file has, and the change of the store that it came by or went with."""

    edition: int = 0
    changed: int = 0


class SealedRows:
    """Keeps tables of a file and the store alike. Blocking: call it in a thread."""

    def __init__(self, path: Path, table: CredentialTable, key: bytes, owners: Mapping[str, Owner]) -> None:
        """
        Open the file beside those who use it.

        Args:
            key: What nodes seal with, 32 bytes.
            owners: The tables of the file that are shared, and by which column whose they are.
        """
        self._table = table
        self._sealing = AESGCM(key)
        self._owners = owners
        self._learnt = 0
        self._lock = Lock()
        with translated():
            self._db = connect(path)
            self._db.execute(SCHEMA)
            self._tables = {name: self._columns(name) for name in owners if self._columns(name)}
            self._watch()

    def even(self) -> None:
        """Learn what other nodes changed, and tell them what changed here. Raises `LogUnavailable`."""
        with self._lock, translated():
            for _ in range(ROUNDS_MAX):
                self._learn()
                if not self._tell():
                    break

    # What is particular to some tables

    def bare(self, table: str, row: Row) -> Row:
        """Return a row of this file as it travels. Raises `SealBroken`."""
        return row

    def kept(self, table: str, row: Row) -> Row:
        """Return a row that travelled as this file keeps it."""
        return row

    def together(self, owner: str, ours: Rows, theirs: Rows) -> Rows:
        """Return what an owner has when two nodes had each their own before they shared."""
        if any(ours.values()) and ours != theirs:
            _log.warning("two nodes had each a %s: what the other told first holds here too", owner)
        return theirs

    def outlasts(self, ours: Rows, theirs: Rows) -> bool:
        """Whether what was changed here, and was not told yet, holds against what another node told first."""
        return False

    def close(self) -> None:
        """Close the file and let go of the store."""
        self._table.close()
        self._db.close()

    # What is here

    def _owner_of(self, table: str, row: str) -> str:
        """Return the SQL that says whose a row is."""
        owner = self._owners[table]
        named = f"hex({row}.{owner.column})" if owner.in_bytes else f"{row}.{owner.column}"
        return f"'{owner.kind}:' || {named}"

    def _named(self, owner: str) -> tuple[str, str | bytes]:
        kind, _, name = owner.partition(":")
        in_bytes = any(one.kind == kind and one.in_bytes for one in self._owners.values())
        return kind, bytes.fromhex(name) if in_bytes else name

    def _columns(self, table: str) -> list[str]:
        return [str(row[1]) for row in self._db.execute(f"PRAGMA table_info({table})")]

    def _watch(self) -> None:
        """Note from now on whose credentials change, and all that are here and were never told."""
        with self._db:
            for table in self._tables:
                for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
                    self._db.execute(
                        f"CREATE TRIGGER IF NOT EXISTS tell_{table}_{event.lower()} AFTER {event} ON {table} BEGIN "  # noqa: S608
                        f"INSERT INTO untold_credential VALUES ({self._owner_of(table, row)}, 1) "
                        "ON CONFLICT (owner) DO UPDATE SET times = times + 1; END"
                    )
                self._db.execute(
                    f"INSERT INTO untold_credential SELECT DISTINCT {self._owner_of(table, table)}, 1 FROM {table} "  # noqa: S608 - our names
                    f"WHERE {self._owner_of(table, table)} NOT IN (SELECT owner FROM shared_credential) ON CONFLICT DO NOTHING"
                )

    def _known(self, owner: str) -> _Known:
        row = self._db.execute("SELECT edition, changed FROM shared_credential WHERE owner = ?", (owner,)).fetchone()
        return _Known(*row) if row is not None else _Known()

    def _note(self, owner: str, edition: int, changed: int) -> None:
        row = (owner, edition, changed)
        self._db.execute("INSERT OR REPLACE INTO shared_credential (owner, edition, changed) VALUES (?, ?, ?)", row)

    def _read(self, owner: str) -> Rows:
        """Return what an owner has here. Raises `SealBroken` when the key of this machine was lost since."""
        kind, name = self._named(owner)
        found: Rows = {}
        for table, columns in self._tables.items():
            if self._owners[table].kind == kind:
                said = f"SELECT {', '.join(columns)} FROM {table} WHERE {self._owners[table].column} = ?"  # noqa: S608 - our names
                rows = [dict(zip(columns, row, strict=True)) for row in self._db.execute(said, (name,))]
                found[table] = [self.bare(table, row) for row in rows]
        return found

    def _write(self, owner: str, held: Held, changed: int, *, untold: bool) -> None:
        """Put an edition in the place of what is here. Triggers note that; it is forgotten unless it is to be told on."""
        kind, name = self._named(owner)
        with self._db:
            for table, columns in self._tables.items():
                if self._owners[table].kind != kind:
                    continue
                self._db.execute(f"DELETE FROM {table} WHERE {self._owners[table].column} = ?", (name,))  # noqa: S608 - our names
                for given in held.rows.get(table, ()):
                    row = {column: value for column, value in given.items() if column in columns}
                    row = self.kept(table, row)
                    marks = ", ".join("?" * len(row))
                    said = f"INSERT OR REPLACE INTO {table} ({', '.join(row)}) VALUES ({marks})"  # noqa: S608 - our names
                    self._db.execute(said, tuple(row.values()))
            self._note(owner, held.edition, changed)
            if not untold:
                self._db.execute("DELETE FROM untold_credential WHERE owner = ?", (owner,))

    # What others know

    def _learn(self) -> None:
        for one in self._table.after(self._learnt):
            known = self._known(one.owner)
            if one.changed > known.changed:
                held = self._open(one)
                if held is not None and held.edition > known.edition:
                    self._adopt(one, held, known)
                else:
                    self._put_right(one, known)
            self._learnt = one.changed

    def _put_right(self, one: Sealed, known: _Known) -> None:
        """Tell once more what this node knows of somebody, in the place of what no node can have stored last."""
        _log.error("PostgreSQL has of %s what is older than what is known, or no node's: it is not believed", one.owner)
        if known.edition:
            with self._db:
                self._note(one.owner, known.edition, one.changed)
                row = (one.owner,)
                self._db.execute("INSERT INTO untold_credential VALUES (?, 1) ON CONFLICT DO NOTHING", row)

    def _adopt(self, one: Sealed, held: Held, known: _Known) -> None:
        waiting = (
            self._db.execute("SELECT 1 FROM untold_credential WHERE owner = ?", (one.owner,)).fetchone() is not None
        )
        if waiting and self._outlasts(one.owner, held):
            with self._db:
                # Told next, in the place of theirs.
                self._note(one.owner, held.edition, one.changed)
            return
        if waiting and known.edition == 0:
            # Two nodes had each their own before they shared: whoever could sign in at one still can.
            try:
                both = Held(held.edition, self.together(one.owner, self._read(one.owner), held.rows))
            except SealBroken:
                both = held
            self._write(one.owner, both, one.changed, untold=True)
            return
        if waiting and self._differs(one.owner, held):
            _log.warning("%s was changed at two nodes at once; the first change holds", one.owner)
        self._write(one.owner, held, one.changed, untold=False)

    def _outlasts(self, owner: str, held: Held) -> bool:
        try:
            return self.outlasts(self._read(owner), held.rows)
        except SealBroken:
            return False

    def _differs(self, owner: str, held: Held) -> bool:
        """Whether this node has something else: of what both took from the log nobody need be told."""
        try:
            return self._read(owner) != held.rows
        except SealBroken:
            return True

    def _tell(self) -> bool:
        """Tell what changed here; return whether some has to be told once more, because another node came first."""
        again = False
        untold: list[Any] = self._db.execute("SELECT owner, times FROM untold_credential").fetchall()
        for owner, times in untold:
            known = self._known(owner)
            try:
                rows = self._read(owner)
            except SealBroken:
                # Told without it, nobody would be asked for a telephone any more: an administrator has to say so.
                _log.error(
                    "the key of this machine was lost, and with it a secret of %s: other nodes are told nothing", owner
                )
                continue
            held = Held(known.edition + 1, rows)
            gone = not any(rows.values())
            changed = self._table.put(owner, self._seal(owner, held), gone=gone, before=known.changed)
            if changed is None:
                again = True
                continue
            with self._db:
                self._note(owner, held.edition, changed)
                # What was changed while this was told is told next.
                told = (owner, times)
                self._db.execute("DELETE FROM untold_credential WHERE owner = ? AND times = ?", told)
        return again

    def _seal(self, owner: str, held: Held) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._sealing.encrypt(nonce, _encode(held), owner.encode())

    def _open(self, one: Sealed) -> Held | None:
        try:
            return _decode(self._sealing.decrypt(one.body[:_NONCE_BYTES], one.body[_NONCE_BYTES:], one.owner.encode()))
        except (InvalidTag, ValueError, msgspec.DecodeError):
            return None


def realm_of(key: bytes) -> str:
    """Return a name for a key by which nothing is learnt of it; it is one that was derived for this alone."""
    return key[:8].hex()
