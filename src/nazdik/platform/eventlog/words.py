"""
Words that can be erased out of a log that never changes.

What people said of themselves and others is sealed within the body of its entry, under a key that lies apart from the log, and
the chain runs over what is stored. Once the key is destroyed an entry says what it said before, who, when and what kind of fact,
and `ERASED` where words were; no hash, head or proof changes. Each subject's words have a key of their own, made from that of
their day, so that one incident's can be kept when the day's key goes.

Written `"sealed_words":[key's id, [names of fields], base64 of nonce and AES-256-GCM]`, the last member of a body. The fields
themselves are empty, so that who has no key reads a fact without words. The digest of the command is masked with the same key:
else a telephone number could be tried out on it.
"""

import hmac
import logging
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec.structs import replace

from nazdik.kernel import CommandId, Instant
from nazdik.platform.eventlog.entry import Entry, EventLog, Head, NewEntry, Progress, Snapshot, Verdict

ERASED = "پاک‌شده / erased"
# The key is there and does not fit: a damaged file of keys. Nothing was erased.
UNREADABLE = "ناخوانا / unreadable"
FIELD = "sealed_words"
_MARK = b'"sealed_words":['
_NONCE_BYTES = 12
_HALF = 32
_KEYS_KNOWN_MAX = 20_000
_US_PER_DAY = 86_400_000_000
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_log = logging.getLogger(__name__)


class WordKeys(Protocol):
    """Where the keys of a log's words are."""

    def of_day(self, day: int) -> tuple[str, bytes]:
        """
        Return the id and the key that words of a day (counted from 1970, UTC) are sealed with, on disk before this returns.

        Raises:
            LogUnavailable: A new one could not be kept.
        """

    def find(self, key_id: str, subject: str) -> bytes | None:
        """Return the key of one subject's words on the day of a key, as `subject_key` makes it; None when it was destroyed."""

    def fetch(self) -> None:
        """Bring what others made here, before they destroy it. Raises `LogUnavailable`."""

    def drop(self, key_id: str) -> None:
        """Destroy a key where it lies besides the files that a rule erased. Raises `LogUnavailable`."""

    def forget(self) -> None:
        """Let go of what is remembered: keys were destroyed."""

    def close(self) -> None:
        """Let go of the store that nodes share."""


def subject_key(day_key: bytes, subject: str) -> bytes:
    """Return the key of one subject's words on one day: half of it seals, half of it makes nonces and masks."""
    return hmac.digest(day_key, b"nazdik words 1 " + subject.encode(), "sha512")


def sealed_with(body: bytes) -> str | None:
    """Return the id of the key that words of a body are sealed with; None when it has none that are."""
    return str(_decode(body)[FIELD][0]) if _MARK in body else None


class SealedLog:
    """An `EventLog` that seals words on their way in and opens them on their way out."""

    def __init__(self, log: EventLog, keys: WordKeys, personal: Mapping[str, Sequence[str]]) -> None:
        """`personal` names, for each kind of entry, the fields that hold people's words."""
        self.stored = log
        self._keys = keys
        self._personal = personal
        self._known: dict[tuple[str, str], bytes] = {}

    # On their way in

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
        """See `EventLog`."""
        self.stored.append(self._sealed(entries), expected_position=expected_position)

    def _sealed(self, entries: Sequence[NewEntry]) -> Sequence[NewEntry]:
        closed: list[NewEntry] = []
        masks: dict[CommandId, bytes] = {}
        for e in entries:
            words = self._words_of(e)
            if not words:
                closed.append(e)
                continue
            key_id, day_key = self._keys.of_day(e.at // _US_PER_DAY)
            key = self._known.get((key_id, e.subject))
            if key is None:
                key = self._know(key_id, e.subject, subject_key(day_key, e.subject))
            masks.setdefault(e.command_id, key)
            closed.append(replace(e, body=_seal(e, words, key_id, key)))
        if not masks:
            return entries
        return [_masked(e, masks[e.command_id]) if e.command_id in masks else e for e in closed]

    def _words_of(self, e: NewEntry) -> dict[str, Any]:
        fields = self._personal.get(e.kind)
        if fields is None:
            return {}
        said = _decode(e.body)
        return {field: value for field in fields if (value := said.get(field))}

    # On their way out

    def opened(self, e: Entry) -> Entry:
        """Return a stored entry with its words, or with `ERASED` in their place."""
        if _MARK not in e.body:
            return e
        said = _decode(e.body)
        sealed = said.pop(FIELD, None)
        if sealed is None:
            return e
        key_id, fields, text = sealed
        key = self._key(key_id, e.subject)
        if key is None:
            instead = ERASED
        else:
            closed = b64decode(text)
            try:
                cipher = AESGCM(key[:_HALF])
                said |= _decode(cipher.decrypt(closed[:_NONCE_BYTES], closed[_NONCE_BYTES:], _bound(e)))
                return replace(e, body=_encode(said))
            except InvalidTag:
                _log.error("the words of entry %d cannot be opened with the key %s", e.position, key_id)
                instead = UNREADABLE
        # A list of words is empty then, as its reader expects a list.
        said |= {field: instead for field in fields if said.get(field) == ""}
        return replace(e, body=_encode(said))

    def _key(self, key_id: str, subject: str) -> bytes | None:
        known = self._known.get((key_id, subject))
        if known is None:
            known = self._keys.find(key_id, subject)
            if known is not None:
                self._know(key_id, subject, known)
        return known

    def _know(self, key_id: str, subject: str, key: bytes) -> bytes:
        if len(self._known) >= _KEYS_KNOWN_MAX:
            self._known = {}
        self._known[key_id, subject] = key
        return key

    def prepare(self, at: Instant) -> None:
        """See that the key of a day is there before it is needed, and so has time to come to a copy. May raise `LogUnavailable`."""
        self._keys.of_day(at // _US_PER_DAY)

    def forget_keys(self) -> None:
        """Ask for every key anew: some were destroyed."""
        self._keys.forget()
        self._known = {}

    def fetch_keys(self) -> None:
        """Bring keys that other nodes made here, so that they can be held back here too. Raises `LogUnavailable`."""
        self._keys.fetch()

    def drop_key(self, key_id: str) -> None:
        """Destroy a key where nodes share it. Raises `LogUnavailable`."""
        self._keys.drop(key_id)

    def read(self, after: int, limit: int) -> list[Entry]:
        """See `EventLog`."""
        return [self.opened(e) for e in self.stored.read(after, limit)]

    def read_subject(self, subject: str) -> list[Entry]:
        """See `EventLog`."""
        return [self.opened(e) for e in self.stored.read_subject(subject)]

    def find_command(self, command_id: CommandId) -> list[Entry]:
        """See `EventLog`. Of a command whose words were erased nobody can tell any more whether it was the same."""
        stored = self.stored.find_command(command_id)
        key = next((self._key(key_id, e.subject) for e in stored if (key_id := sealed_with(e.body)) is not None), None)
        return [self.opened(_masked(e, key) if key is not None else e) for e in stored]

    # As the log itself

    def head(self) -> Head:
        """See `EventLog`."""
        return self.stored.head()

    def held(self) -> dict[str, str]:
        """See `EventLog`."""
        return self.stored.held()

    def save_snapshot(self, position: int, state_version: int, body: bytes) -> None:
        """See `EventLog`."""
        self.stored.save_snapshot(position, state_version, body)

    def load_snapshot(self, state_version: int) -> Snapshot | None:
        """See `EventLog`."""
        return self.stored.load_snapshot(state_version)

    def verify(self, known: Head | None = None, progress: Progress | None = None) -> Verdict:
        """See `EventLog`; the chain runs over what is stored, and needs no key."""
        return self.stored.verify(known, progress)

    def close(self) -> None:
        """See `EventLog`."""
        self.stored.close()
        self._keys.close()


def stored_in(log: EventLog) -> EventLog:
    """Return a log as it is stored, chained and copied: with its words sealed."""
    return log.stored if isinstance(log, SealedLog) else log


def opened_by(log: EventLog, entries: Iterable[Entry]) -> list[Entry]:
    """Return stored entries of a log as its readers see them."""
    return [log.opened(e) for e in entries] if isinstance(log, SealedLog) else list(entries)


def _seal(e: NewEntry, words: dict[str, Any], key_id: str, key: bytes) -> bytes:
    said = _decode(e.body)
    # Who reads without a key finds the shape that it expects.
    said |= {field: "" if isinstance(value, str) else [] for field, value in words.items()}
    plain, bound = _encode(words), _bound(e)
    # Made from what it is for, so that no two entries share one by chance or by a clock that was put back.
    nonce = hmac.digest(key[_HALF:], bound + b"\n" + plain, "sha256")[:_NONCE_BYTES]
    closed = nonce + AESGCM(key[:_HALF]).encrypt(nonce, plain, bound)
    said[FIELD] = [key_id, list(words), b64encode(closed).decode()]
    return _encode(said)


def _bound(e: NewEntry | Entry) -> bytes:
    """Return what ties sealed words to their place: nobody can move them to another entry."""
    return f"{e.kind}\n{e.subject}\n{e.command_id}\n{e.step}".encode()


def _masked(e: Any, key: bytes) -> Any:
    """Return an entry with its command's digest masked; masked again it is what it was."""
    digest: bytes = e.command_digest
    mask = hmac.digest(key[_HALF:], b"digest\n" + e.command_id.encode(), "sha256")
    assert len(digest) <= len(mask), "a digest is longer than its mask"
    return replace(e, command_digest=bytes(a ^ b for a, b in zip(digest, mask, strict=False)))
