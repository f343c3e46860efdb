"""What the server itself has to read again, sealed; and words of its own that it knows when they come back."""

import logging
import os
import secrets
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nazdik.platform.auth.marks import Marks
from nazdik.platform.clock import Clock
from nazdik.platform.sqlite import sync_folder

KEY_BYTES = 32
_log = logging.getLogger(__name__)
_NONCE_BYTES = 12


class SealBroken(Exception):
    """What was sealed was sealed with another key, for something else, or changed since."""


class Sealing(Marks):
    """Seals and marks with one key."""

    def __init__(self, key: bytes, clock: Clock, *, clocks_apart_s: float = 0.0) -> None:
        """See `Marks`."""
        marking = blake2b(key, digest_size=32, person=b"mark").digest()
        super().__init__(marking, clock, clocks_apart_s=clocks_apart_s)
        self._sealing = AESGCM(blake2b(key, digest_size=32, person=b"seal").digest())

    def seal(self, secret: bytes, what: str) -> bytes:
        """Return a secret as it may be kept; it is opened only as the same `what`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._sealing.encrypt(nonce, secret, what.encode())

    def open(self, sealed: bytes, what: str) -> bytes:
        """Return a secret that was sealed as `what`. Raises `SealBroken`."""
        try:
            return self._sealing.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], what.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(what) from error


class Seals(Sealing):
    """Seals and marks with a key that lies in a file of its own beside what is sealed, or elsewhere."""

    def __init__(self, path: Path, clock: Clock) -> None:
        super().__init__(_key(path), clock)


def _key(path: Path) -> bytes:
    """Return the key in a file; the first time it is made, for its owner's eyes only."""
    if path.exists():
        key = path.read_bytes()
        if len(key) == KEY_BYTES:
            return key
        # A server that did not start for this would take no calls. What was sealed is lost; administrators reset it.
        _log.error("%s is no key of ours: it is put aside and a new one made", path)
        path.rename(path.with_suffix(".broken"))
    fresh, key = path.with_suffix(".new"), secrets.token_bytes(KEY_BYTES)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_folder(path.parent)
    return key
