"""The pair of keys of a backup: the server holds the half that seals; the half that opens is kept elsewhere."""

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

_SECRET, _PUBLIC = "nazdik-backup-secret-1:", "nazdik-backup-1:"
_BYTES = 32


class BackupKeyUnreadable(Exception):
    """Not a key of a backup."""


def make_key(path: Path) -> str:
    """
    Write a new secret key to `path`, for its owner only, and return the public half as one word.

    Raises:
        FileExistsError: There is a file already; a key is never written over.
    """
    key = X25519PrivateKey.generate()
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", encoding="ascii") as file:
        file.write(f"{_SECRET}{base64.urlsafe_b64encode(key.private_bytes_raw()).decode()}\n")
        file.flush()
        os.fsync(fd)
    return public_word(key)


def public_word(key: X25519PrivateKey) -> str:
    """Return the half of a key that a server is given."""
    return _PUBLIC + base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode()


def read_key(path: Path) -> X25519PrivateKey:
    """
    Return the secret key in a file.

    Raises:
        BackupKeyUnreadable: There is none.
    """
    try:
        return X25519PrivateKey.from_private_bytes(_word(path.read_text(encoding="ascii"), _SECRET))
    except (OSError, UnicodeDecodeError) as error:
        raise BackupKeyUnreadable(f"{path} cannot be read: {error}") from error


def read_recipient(word: str) -> X25519PublicKey:
    """
    Return the public key that a word names.

    Raises:
        BackupKeyUnreadable: It names none.
    """
    return X25519PublicKey.from_public_bytes(_word(word, _PUBLIC))


def _word(text: str, mark: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text.strip().removeprefix(mark))
    except ValueError as error:
        raise BackupKeyUnreadable("this is not a key of a backup") from error
    if not text.strip().startswith(mark) or len(raw) != _BYTES:
        raise BackupKeyUnreadable(f"a key of a backup begins with {mark}")
    return raw
