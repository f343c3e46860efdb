"""The log as it lies on disk, read with plain SQL and JSON and hashed by the written rule, not by the product's code."""

import base64
import hashlib
import hmac
import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_HEAD = struct.Struct("<IIq")
_COLUMNS = "position, at, command_id, step, command_digest, actor, kind, subject, body, claims, answer, hash"
_ROWS = f"SELECT {_COLUMNS} FROM entries WHERE position > ? ORDER BY position"  # noqa: S608 - names, no data
_RAW = f"SELECT {_COLUMNS} FROM entries WHERE position = ?"  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it is stored."""

    position: int
    at: int
    command_id: str
    step: int
    actor: str
    kind: str
    subject: str
    body: dict[str, Any]
    claims: list[Any]
    hash: bytes
    chained: bytes


class Reader:
    """Looks at one file that others write. Never writes, and lets go when the writer dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: apsw.Connection | None = None

    def release(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close(True)
            self._connection = None

    def _open(self) -> apsw.Connection:
        if self._connection is None:
            self._connection = apsw.Connection(str(self._path), flags=apsw.SQLITE_OPEN_READONLY, vfs="unix")
        return self._connection

    def rows(self, after: int, before: bytes) -> Iterator[Row]:
        """Yield what follows a position, each with the hash that it should have."""
        for row in self._open().execute(_ROWS, (after,)):
            position, at, command_id, step, _, actor, kind, subject, body, said, _, hash_ = row
            claims = json.loads(said) if said else []
            chained = _chained(before, row)
            read = self._opened(json.loads(body), f"{kind}\n{subject}\n{command_id}\n{step}", subject)
            yield Row(position, at, command_id, step, actor, kind, subject, read, claims, hash_, chained)
            before = hash_

    def _opened(self, said: dict[str, Any], bound: str, subject: str) -> dict[str, Any]:
        """Put people's words, which are sealed apart from the rest, where they belong."""
        if "sealed_words" not in said:
            return said
        key_id, _, text = said.pop("sealed_words")
        (day_key,) = [path.read_bytes() for path in self._path.parent.glob(f"words/*/{key_id}.key")]
        key = hmac.digest(day_key, b"nazdik words 1 " + subject.encode(), "sha512")[:32]
        closed = base64.b64decode(text)
        words: dict[str, Any] = json.loads(AESGCM(key).decrypt(closed[:12], closed[12:], bound.encode()))
        return said | words

    def find_raw(self, position: int) -> tuple[Any, ...] | None:
        """Return one entry as it is stored; None when there is none."""
        return self._open().execute(_RAW, (position,)).fetchone()

    def read_raw(self) -> Iterator[tuple[Any, ...]]:
        """Yield every entry as it is stored, in order."""
        yield from self._open().execute(_ROWS, (0,))

    def end(self) -> int:
        """Return the greatest position."""
        return int(self._open().execute("SELECT coalesce(max(position), 0) FROM entries").get)

    def rechained(self, after: int) -> Iterator[tuple[int, bytes]]:
        """Yield the positions that follow one, each with the hash that makes the chain hold again."""
        raw = self.find_raw(after) if after else None
        before = raw[-1] if raw is not None else self.first_hash()
        for row in self._open().execute(_ROWS, (after,)):
            before = _chained(before, row)
            yield row[0], before

    def first_hash(self) -> bytes:
        """Return what the first entry is chained to."""
        (epoch,) = next(self._open().execute("SELECT value FROM about WHERE name = 'epoch'"))
        return hashlib.sha256(b"nazdik log 1 " + str(epoch).encode()).digest()

    def hashes(self) -> list[bytes]:
        """Return the hash of every entry, in order of positions."""
        return [hash_ for (hash_,) in self._open().execute("SELECT hash FROM entries ORDER BY position")]

    def count(self, actor: str, what: str) -> int:
        """Return how many accesses of a kind one person has in an audit log."""
        query = "SELECT count(*) FROM entries WHERE actor = ? AND json_extract(CAST(body AS TEXT), '$.what') = ?"
        (found,) = next(self._open().execute(query, (actor, what)))
        return int(found)


def records(file: bytes) -> Iterator[bytes]:
    """Yield the sound records of a journal's file, as its format says: length, CRC-32, time, bytes; a torn end ends it."""
    at = 0
    while at + _HEAD.size <= len(file):
        length, crc, _ = _HEAD.unpack_from(file, at)
        data = file[at + _HEAD.size : at + _HEAD.size + length]
        if len(data) < length:
            return
        if zlib.crc32(data, zlib.crc32(file[at + 8 : at + _HEAD.size])) == crc:
            yield data
        at += _HEAD.size + length


def _chained(before: bytes, row: Sequence[Any]) -> bytes:
    position, at, command_id, step, digest, actor, kind, subject, body, said, answer, _ = row
    claims = json.loads(said) if said else []
    fields = [position, at, command_id, step, _b64(digest), actor, kind, subject, claims, _b64(answer)]
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()
    return hashlib.sha256(before + text + body).digest()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
