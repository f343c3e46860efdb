"""
Calls that ended long ago, in a file of their own: which call was of which number, made which incident, and how it ended.

It can be thrown away: it is made from the log, and made anew when it is missing. It knows no number, name or word, only numbers'
digests under a key of this server; whoever may read more of a call reads it in the log. What is older than the settings allow is
forgotten.
"""

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from nazdik.intake import events as e
from nazdik.intake.model import CallBackResult, CallState, Outcome, RingingEnd
from nazdik.intake.nuisance import Finding
from nazdik.intake.numbers import tidy_number
from nazdik.kernel import CallId, IncidentId, Instant, ProvinceId
from nazdik.platform.sqlite import connect, translated

_SCHEMA = """
CREATE TABLE IF NOT EXISTS call (
    id TEXT PRIMARY KEY, province TEXT NOT NULL, at INTEGER NOT NULL, channel TEXT NOT NULL, state TEXT NOT NULL,
    outcome TEXT, kind TEXT, incident TEXT, is_test INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS call_of_incident ON call (incident, at);
CREATE INDEX IF NOT EXISTS call_by_age ON call (at);
CREATE TABLE IF NOT EXISTS number (
    digest TEXT NOT NULL, call TEXT NOT NULL, PRIMARY KEY (digest, call)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS number_of_call ON number (call);
CREATE TABLE IF NOT EXISTS incident (id TEXT PRIMARY KEY, disposition TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS read_to (province TEXT PRIMARY KEY, epoch TEXT NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
"""
# What a crew found: nothing to it, or something after all. Everything else leaves the question open.
UNFOUNDED = "unfounded"
REAL = ("report_taken", "arrest", "citation", "settled_on_scene", "transported")


@dataclass(frozen=True, slots=True)
class Disposed:
    """How an incident ended, as its crew or desk found it; None when it is open again."""

    incident_id: IncidentId
    at: Instant
    disposition: str | None


@dataclass(frozen=True, slots=True)
class PastCall:
    """One call, without anything that says who."""

    id: CallId
    at: Instant
    channel: str
    state: str
    outcome: str | None
    kind: str | None
    incident: IncidentId | None
    is_test: bool


class PastCalls:
    """The file. Used by one thread at a time."""

    def __init__(self, path: Path, key_path: Path) -> None:
        """`key_path` holds the key with which numbers are digested; it is made when it is not there."""
        if not key_path.exists():
            key_path.touch(mode=0o600)
            key_path.write_bytes(secrets.token_bytes(32))
        self._key = key_path.read_bytes()[:64]
        with translated():
            self._db = connect(path)
            # What the power takes is read from the log again: no call waits for the disk over it.
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def read_to(self, province: ProvinceId, epoch: str) -> int:
        """Return how far the log of a province has been read; 0 when it is another log than before."""
        with translated():
            row = self._db.execute(
                "SELECT position FROM read_to WHERE province = ? AND epoch = ?", (province, epoch)
            ).fetchone()
        return int(row[0]) if row else 0

    def take(self, province: ProvinceId, epoch: str, position: int, facts: Iterable[e.Event | Disposed]) -> None:
        """Take in facts of a log up to a position, all or nothing."""
        with translated(), self._db:
            for fact in facts:
                self._take(province, fact)
            self._db.execute("INSERT OR REPLACE INTO read_to VALUES (?, ?, ?)", (province, epoch, position))

    def forget(self, before: Instant) -> None:
        """Forget calls and outcomes that are older."""
        with translated(), self._db:
            self._db.execute("DELETE FROM number WHERE call IN (SELECT id FROM call WHERE at < ?)", (before,))
            self._db.execute("DELETE FROM call WHERE at < ?", (before,))
            self._db.execute("DELETE FROM incident WHERE at < ?", (before,))

    def of_numbers(self, province: ProvinceId, numbers: Iterable[str], limit: int) -> tuple[int, list[PastCall]]:
        """Return how many calls of these numbers there are, and the newest of them."""
        digests = self._digests(numbers)
        with translated():
            ids: list[Any] = self._db.execute(
                "SELECT c.id FROM call c WHERE c.province = ?"
                " AND c.id IN (SELECT call FROM number WHERE digest IN (SELECT value FROM json_each(?)))",
                (province, digests),
            ).fetchall()
            rows = self._db.execute(
                "SELECT c.id, c.at, c.channel, c.state, c.outcome, c.kind, c.incident, c.is_test FROM call c"
                " WHERE c.province = ?"
                " AND c.id IN (SELECT call FROM number WHERE digest IN (SELECT value FROM json_each(?)))"
                " ORDER BY c.at DESC, c.id DESC LIMIT ?",
                (province, digests, limit),
            ).fetchall()
        return len(ids), [_past(row) for row in rows]

    def digests_of(self, calls: Iterable[str]) -> dict[str, str]:
        """Return a digest of the number of each call, as far as they are known; the same number has the same."""
        query = "SELECT call, min(digest) FROM number WHERE call IN (SELECT value FROM json_each(?)) GROUP BY call"
        with translated():
            rows: list[Any] = self._db.execute(query, (json.dumps(sorted(set(calls))),)).fetchall()
        return {str(call): str(digest) for call, digest in rows}

    def of_incident(self, incident: IncidentId, limit: int) -> list[PastCall]:
        """Return the calls that made an incident or were linked to it, oldest first."""
        with translated():
            rows = self._db.execute(
                "SELECT c.id, c.at, c.channel, c.state, c.outcome, c.kind, c.incident, c.is_test FROM call c"
                " WHERE c.incident = ? ORDER BY c.at, c.id LIMIT ?",
                (incident, limit),
            ).fetchall()
        return [_past(row) for row in rows]

    def findings(self, province: ProvinceId, numbers: Iterable[str]) -> Iterator[tuple[Instant, Finding]]:
        """Yield what calls of these numbers turned out to be, as far as a person confirmed it; a test is none."""
        with translated():
            rows: list[Any] = self._db.execute(
                "SELECT c.at, c.outcome, i.disposition FROM call c LEFT JOIN incident i ON i.id = c.incident"
                " WHERE c.province = ? AND NOT c.is_test"
                " AND c.id IN (SELECT call FROM number WHERE digest IN (SELECT value FROM json_each(?)))",
                (province, self._digests(numbers)),
            ).fetchall()
        for at, outcome, disposition in rows:
            if outcome == Outcome.HOAX:
                yield Instant(at), Finding.HOAX
            elif disposition == UNFOUNDED:
                yield Instant(at), Finding.UNFOUNDED
            elif disposition in REAL:
                yield Instant(at), Finding.REAL

    def _digests(self, numbers: Iterable[str]) -> str:
        return json.dumps(sorted({self._digest(number) for number in numbers if tidy_number(number)}))

    def _digest(self, number: str) -> str:
        return blake2b(tidy_number(number).encode(), key=self._key, digest_size=12).hexdigest()

    def _take(self, province: ProvinceId, fact: e.Event | Disposed) -> None:
        """Keep what a fact changes. An old log is read again from any place, so every change may come twice."""
        run = self._db.execute
        match fact:
            case Disposed(incident_id=incident, disposition=None):
                run("DELETE FROM incident WHERE id = ?", (incident,))
            case Disposed(incident_id=incident, at=at, disposition=disposition):
                run("INSERT OR REPLACE INTO incident VALUES (?, ?, ?)", (incident, disposition, at))
            case e.CallPresented(call_id=call):
                run(
                    "INSERT OR REPLACE INTO call VALUES (?, ?, ?, ?, ?, NULL, NULL, NULL, ?)",
                    (call, province, fact.at, fact.channel, CallState.RINGING, fact.is_test),
                )
                self._number(call, fact.number)
            case e.CallerLearnt(call_id=call, callback=callback):
                self._number(call, callback)
            case e.CallAnswered(call_id=call):
                run("UPDATE call SET state = ? WHERE id = ?", (CallState.ANSWERED, call))
            case e.CallDescribed(call_id=call, kind=kind) if kind is not None:
                run("UPDATE call SET kind = ? WHERE id = ?", (kind, call))
            case e.CallClassified(call_id=call):
                run(
                    "UPDATE call SET state = ?, kind = ?, incident = ? WHERE id = ?",
                    (CallState.CLASSIFIED, fact.kind, fact.incident_id, call),
                )
            case e.CallLinked(call_id=call, incident_id=incident):
                run("UPDATE call SET state = ?, incident = ? WHERE id = ?", (CallState.LINKED, incident, call))
            case e.CallUnlinked(call_id=call):
                run("UPDATE call SET state = ?, incident = NULL WHERE id = ?", (CallState.ANSWERED, call))
            case e.CallClosed(call_id=call, outcome=outcome):
                state = CallState.ABANDONED if outcome is Outcome.ABANDONED else CallState.CLOSED
                run("UPDATE call SET state = ?, outcome = ? WHERE id = ?", (state, outcome, call))
            case e.RingingEnded(call_id=call, how=how):
                elsewhere = how is RingingEnd.ELSEWHERE
                state, ended = (CallState.ANSWERED, None) if elsewhere else (CallState.ABANDONED, Outcome.ABANDONED)
                run(
                    "UPDATE call SET state = ?, outcome = ? WHERE id = ? AND state = ?",
                    (state, ended, call, CallState.RINGING),
                )
            case e.CallBackTried(call_id=call, result=CallBackResult.REACHED):
                run(
                    "UPDATE call SET state = ?, outcome = NULL WHERE id = ? AND state = ?",
                    (CallState.ANSWERED, call, CallState.ABANDONED),
                )
            case _:
                pass

    def _number(self, call: CallId, number: str | None) -> None:
        if number and tidy_number(number):
            self._db.execute("INSERT OR IGNORE INTO number VALUES (?, ?)", (self._digest(number), call))


def _past(row: Any) -> PastCall:
    call, at, channel, state, outcome, kind, incident, is_test = row
    return PastCall(CallId(call), Instant(at), channel, state, outcome, kind, incident, bool(is_test))
