"""
The keys of a log's words, in a folder of their own: a file a day, and what is held back of a day whose key was destroyed.

`2026-11-22.9f3a01bc.key` is a day's key; `2026-11-22.9f3a01bc.77ab01c2.held` has, after it, the keys of single subjects as JSON.
"""

import os
import secrets
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec

from nazdik.platform.eventlog.words import subject_key
from nazdik.platform.sqlite import from_os, sync_folder

KEY, HELD = ".key", ".held"
KEY_BYTES = 32
_DAY_0 = date(1970, 1, 1).toordinal()


class KeyFiles:
    """The keys of one log, read as they are asked for."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first key is."""
        self.folder = folder
        self._of_day: dict[int, tuple[str, bytes]] = {}
        self._known: dict[str, bytes] = {}

    def of_day(self, day: int) -> tuple[str, bytes]:
        """See `WordKeys`."""
        known = self._of_day.get(day)
        if known is None:
            name = day_name(day)
            key_id = min((path.name[: -len(KEY)] for path in self.folder.glob(f"{name}.*{KEY}")), default=None)
            key = self._read(key_id) if key_id is not None else None
            known = (key_id, key) if key_id is not None and key is not None else self._make(name)
            self._of_day[day] = known
        return known

    def find(self, key_id: str, subject: str) -> bytes | None:
        """See `WordKeys`."""
        key = self._read(key_id)
        if key is not None:
            return subject_key(key, subject)
        held = self.held_of(key_id)
        return bytes.fromhex(held[subject]) if subject in held else None

    def held_of(self, key_id: str) -> dict[str, str]:
        """Return what is held back of a day's key, in hex by subject."""
        held: dict[str, str] = {}
        for path in self.folder.glob(f"{key_id}.*{HELD}"):
            held |= read_held(path)
        return held

    def hold(self, key_id: str, keys: Mapping[str, str]) -> None:
        """Keep the keys of single subjects, on disk when this returns; the day's own, or an earlier such file, goes after this."""
        # Never a name that was there before: erasures go by names.
        path = self.folder / f"{key_id}.{secrets.token_hex(4)}{HELD}"
        put(path, msgspec.json.encode(dict(sorted(keys.items()))))

    def fetch(self) -> None:
        """See `WordKeys`; nobody else makes any."""

    def drop(self, key_id: str) -> None:
        """See `WordKeys`; there is nothing but the files."""

    def forget(self) -> None:
        """See `WordKeys`."""
        self._of_day, self._known = {}, {}

    def close(self) -> None:
        """See `WordKeys`; files are not kept open."""

    def _read(self, key_id: str) -> bytes | None:
        known = self._known.get(key_id)
        if known is None:
            try:
                known = (self.folder / f"{key_id}{KEY}").read_bytes()
            except OSError:
                return None
            self._known[key_id] = known
        return known

    def _make(self, name: str) -> tuple[str, bytes]:
        key_id, key = f"{name}.{secrets.token_hex(4)}", secrets.token_bytes(KEY_BYTES)
        put(self.folder / f"{key_id}{KEY}", key)
        self._known[key_id] = key
        return key_id, key


def day_name(day: int) -> str:
    """Return a day counted from 1970 as files are named."""
    return date.fromordinal(_DAY_0 + day).isoformat()


def key_id_of(name: str) -> str:
    """Return the id of the day's key that a file is named after."""
    return ".".join(name.split(".")[:2])


def read_held(path: Path) -> dict[str, str]:
    """Return the keys of single subjects in a file; none when it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError):
        return {}


def put(path: Path, content: bytes) -> None:
    """Write a file that must not be lost, for its owner only. Raises `LogUnavailable`."""
    fresh = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
        sync_folder(path.parent.parent)
    except OSError as error:
        raise from_os(error, path) from error
