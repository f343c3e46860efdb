"""Endpoints, and what is still to be sent to them, on disk. A server and the command line may use the file at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import apsw
import msgspec

from nazdik.interchange.errors import EndpointExists, EndpointNotFound
from nazdik.kernel import Instant
from nazdik.platform.sqlite import connect, translated

FILE = "webhooks.sqlite"
OLD_SECRET_S = 86_400.0
SCHEMA = """
CREATE TABLE IF NOT EXISTS endpoint (
    id TEXT PRIMARY KEY,
    partner TEXT NOT NULL,
    url TEXT NOT NULL,
    types TEXT NOT NULL,
    secrets TEXT NOT NULL,             -- [secret, good until or null]; the newest first
    rate INTEGER,                      -- messages a minute; NULL for as many as come
    added_at INTEGER NOT NULL,
    ended_at INTEGER,
    ended_why TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS reached (
    endpoint TEXT NOT NULL, province TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (endpoint, province)
) STRICT;
CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    incident TEXT NOT NULL,
    body BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    next_at INTEGER,                   -- NULL for a dead letter
    last TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS message_due ON message (endpoint, next_at);
"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a partner wants to be told. `types` empty is everything; `ended_why` once nothing is sent any more."""

    id: str
    partner: str
    url: str
    types: tuple[str, ...]
    secrets: tuple[tuple[str, Instant | None], ...]
    rate_per_min: int | None
    added_at: Instant
    ended_why: str | None = None

    def secrets_at(self, now: Instant) -> list[str]:
        """Return the secrets that are good, the newest first."""
        return [secret for secret, until in self.secrets if until is None or now < until]


@dataclass(frozen=True, slots=True)
class Message:
    """One event for one endpoint; the same id at every try."""

    id: str
    endpoint: str
    incident: str
    body: bytes
    made_at: Instant
    tries: int = 0
    next_at: Instant | None = None
    last: str = ""


class Outbox(Protocol):
    """What is still to be sent of some provinces. Methods may block for a while; `LogUnavailable` when another node sends now."""

    def reached(self, endpoint_id: str, province: str) -> int | None:
        """Return the position of a province's log that an endpoint's messages go up to; None when it is new."""

    def put(self, endpoint_id: str, province: str, position: int, messages: Sequence[Message]) -> None:
        """Keep messages and how far the log has been read, both or neither: nothing is lost and nothing comes twice."""

    def due(self, endpoint_id: str, now: Instant, limit: int) -> list[Message]:
        """Return what is to be sent to an endpoint now, oldest first."""

    def may_send(self, message: Message) -> bool:
        """Whether a message is still to be sent, and by us."""

    def done(self, message_id: str) -> None:
        """Forget a message that was taken."""

    def failed(self, message_id: str, *, tries: int, next_at: Instant | None, last: str) -> None:
        """Note a failure, and when to try again; None makes it a dead letter."""


class WebhookStore:
    """The file. Every method blocks for a sync at most, and may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._mutex = Lock()
        with translated():
            self._db = connect(path)
            # What was sent or is past its time is written over, not only let go of.
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.execute(SCHEMA)

    def add(self, endpoint: Endpoint) -> None:
        """Keep a new endpoint. Raises `EndpointExists`."""
        row = (
            endpoint.id,
            endpoint.partner,
            endpoint.url,
            " ".join(endpoint.types),
            msgspec.json.encode(endpoint.secrets).decode(),
            endpoint.rate_per_min,
            endpoint.added_at,
        )
        sql = "INSERT INTO endpoint (id, partner, url, types, secrets, rate, added_at) VALUES (?,?,?,?,?,?,?)"
        try:
            self._ask(sql, row)
        except apsw.ConstraintError as error:
            raise EndpointExists(endpoint=endpoint.id) from error

    def get(self, endpoint_id: str) -> Endpoint:
        """Return an endpoint. Raises `EndpointNotFound`."""
        found = next((one for one in self.list_endpoints() if one.id == endpoint_id), None)
        if found is None:
            raise EndpointNotFound(endpoint=endpoint_id)
        return found

    def list_endpoints(self) -> list[Endpoint]:
        """Return all endpoints, ended ones too, by name."""
        columns = "id, partner, url, types, secrets, rate, added_at, ended_why"
        rows = self._ask(f"SELECT {columns} FROM endpoint ORDER BY id", ())  # noqa: S608
        return [
            Endpoint(
                id=row[0],
                partner=row[1],
                url=row[2],
                types=tuple(row[3].split()),
                secrets=tuple(
                    (secret, None if until is None else Instant(until)) for secret, until in msgspec.json.decode(row[4])
                ),
                rate_per_min=row[5],
                added_at=Instant(row[6]),
                ended_why=row[7],
            )
            for row in rows
        ]

    def set_secrets(self, endpoint_id: str, secrets: Sequence[tuple[str, Instant | None]]) -> None:
        """Put other secrets in the place of an endpoint's."""
        self._ask("UPDATE endpoint SET secrets = ? WHERE id = ?", (msgspec.json.encode(secrets).decode(), endpoint_id))

    def end(self, endpoint_id: str, why: str, at: Instant) -> None:
        """Send nothing more to an endpoint; what waits for it becomes dead letters."""
        with self._mutex, translated(), self._db:
            self._db.execute(
                "UPDATE endpoint SET ended_at = ?, ended_why = ? WHERE id = ? AND ended_at IS NULL",
                (at, why, endpoint_id),
            )
            self._db.execute(
                "UPDATE message SET next_at = NULL, last = ? WHERE endpoint = ? AND next_at IS NOT NULL",
                (why, endpoint_id),
            )

    def reached(self, endpoint_id: str, province: str) -> int | None:
        """Return the position of a province's log that an endpoint's messages go up to; None when it is new."""
        rows = self._ask("SELECT position FROM reached WHERE endpoint = ? AND province = ?", (endpoint_id, province))
        return int(rows[0][0]) if rows else None

    def put(self, endpoint_id: str, province: str, position: int, messages: Sequence[Message]) -> None:
        """Keep messages and how far the log has been read, both or neither: nothing is lost and nothing comes twice."""
        rows = [(m.id, m.endpoint, m.incident, m.body, m.made_at, m.tries, m.next_at, m.last) for m in messages]
        with self._mutex, translated(), self._db:
            self._db.executemany(
                "INSERT OR IGNORE INTO message (id, endpoint, incident, body, made_at, tries, next_at, last)"
                " VALUES (?,?,?,?,?,?,?,?)",
                rows,
            )
            self._db.execute("INSERT OR REPLACE INTO reached VALUES (?,?,?)", (endpoint_id, province, position))

    def due(self, endpoint_id: str, now: Instant, limit: int) -> list[Message]:
        """Return what is to be sent to an endpoint now, oldest first."""
        where = "endpoint = ? AND next_at <= ? ORDER BY next_at, made_at, id LIMIT ?"
        return self._messages(where, (endpoint_id, now, limit))

    def dead(self) -> list[Message]:
        """Return the dead letters, oldest first."""
        return self._messages("next_at IS NULL ORDER BY made_at, id", ())

    def past(self, before: Instant) -> list[Message]:
        """Return the dead letters that were made before an instant, oldest first."""
        return self._messages("next_at IS NULL AND made_at < ? ORDER BY made_at, id", (before,))

    def drop(self, ids: Sequence[str]) -> None:
        """Let go of messages for good, so that nothing of them is left in the file or beside it."""
        with self._mutex, translated():
            self._db.executemany("DELETE FROM message WHERE id = ?", [(one,) for one in ids])
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def may_send(self, message: Message) -> bool:
        """Whether a message is still to be sent. This file has one sender, who has just read that it is."""
        return True

    def waiting(self, endpoint_id: str) -> list[Message]:
        """Return all that waits for an endpoint, dead letters too, oldest first."""
        return self._messages("endpoint = ? ORDER BY made_at, id", (endpoint_id,))

    def forget(self, endpoint_id: str, province: str, messages: Sequence[Message]) -> None:
        """Let go of messages, and of how far a province's log was read for an endpoint: all of it is kept elsewhere now."""
        with self._mutex, translated(), self._db:
            self._db.execute("DELETE FROM reached WHERE endpoint = ? AND province = ?", (endpoint_id, province))
            self._db.executemany("DELETE FROM message WHERE id = ?", [(message.id,) for message in messages])

    def done(self, message_id: str) -> None:
        """Forget a message that was taken: the log has what it said."""
        self._ask("DELETE FROM message WHERE id = ?", (message_id,))

    def failed(self, message_id: str, *, tries: int, next_at: Instant | None, last: str) -> None:
        """Note a failure, and when to try again; None makes it a dead letter."""
        self._ask(
            "UPDATE message SET tries = ?, next_at = ?, last = ? WHERE id = ?", (tries, next_at, last[:200], message_id)
        )

    def revive(self, endpoint_id: str, now: Instant) -> int:
        """Try an endpoint's dead letters from the start, and return how many there are. Raises `EndpointNotFound`."""
        self.get(endpoint_id)
        sql = "UPDATE message SET next_at = ?, tries = 0 WHERE endpoint = ? AND next_at IS NULL RETURNING id"
        return len(self._ask(sql, (now, endpoint_id)))

    def close(self) -> None:
        """Let go of the file."""
        with self._mutex:
            self._db.close(True)

    def _messages(self, where: str, row: tuple[Any, ...]) -> list[Message]:
        columns = "id, endpoint, incident, body, made_at, tries, next_at, last"
        found = self._ask(f"SELECT {columns} FROM message WHERE {where}", row)  # noqa: S608
        return [
            Message(r[0], r[1], r[2], r[3], Instant(r[4]), r[5], None if r[6] is None else Instant(r[6]), r[7])
            for r in found
        ]

    def _ask(self, sql: str, row: tuple[Any, ...]) -> list[Any]:
        with self._mutex, translated():
            found: list[Any] = self._db.execute(sql, row).fetchall()
        return found
