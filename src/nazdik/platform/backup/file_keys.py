"""
A key of its own in the copy for each file that a rule will erase: without the key, no copy gives the file back.

The bytes of such a file are closed with its key before they are sealed with all the rest. The key lies sealed in the copy's
`keys` folder, to be opened with the secret key like everything there, and in the server's folder, so that it can go on with it.
Both are destroyed with the file. A copy of the copy has to follow: `keys` is the one folder of it that shrinks.
"""

import os
import secrets
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from nazdik.platform.backup.sealed import sealed_cipher
from nazdik.platform.sqlite import sync_folder

KEYS_HERE, KEYS_IN_COPY = "copy-keys", "keys"
ERASABLE = ("trail/", "photos/", "journal/", "words/")
# Begins no MessagePack value: what follows is closed with a file's own key.
_MARK = b"\xc1"
_ID_BYTES, _NONCE_BYTES, _KEY_BYTES, _STREAM = 16, 12, 32, "keys"


class FileKeys:
    """The keys of a server's erasable files, made when one is first copied."""

    def __init__(self, data: Path, copy: Path, recipient: X25519PublicKey) -> None:
        self._here, self._copy, self._recipient = data / KEYS_HERE, copy / KEYS_IN_COPY, recipient
        self._known: dict[str, tuple[bytes, ChaCha20Poly1305]] = {}

    def close(self, name: str, said: bytes) -> bytes:
        """Return what is to be sealed for a file: closed with the file's key when a rule will erase it. May raise `OSError`."""
        if not name.startswith(ERASABLE):
            return said
        known = self._known.get(name)
        # A picture may come again after its key was destroyed.
        if known is None or not (self._here / _stem(name)).exists():
            known = self._key_of(name)
        key_id, cipher = known
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _MARK + key_id + nonce + cipher.encrypt(nonce, said, key_id)

    def forget(self) -> None:
        """Read the keys again from the disk."""
        self._known.clear()

    def _key_of(self, name: str) -> tuple[bytes, ChaCha20Poly1305]:
        path = self._here / _stem(name)
        stored = path.read_bytes() if path.exists() else b""
        if len(stored) != _ID_BYTES + _KEY_BYTES:
            stored = secrets.token_bytes(_ID_BYTES + _KEY_BYTES)
            # In the copy first: what is closed with a key that nobody has is lost.
            self._put(self._copy / f"{_stem(name)}.{stored[:_ID_BYTES].hex()}", self._sealed(stored[_ID_BYTES:]))
            self._put(path, stored)
        self._known[name] = stored[:_ID_BYTES], ChaCha20Poly1305(stored[_ID_BYTES:])
        return self._known[name]

    def _sealed(self, key: bytes) -> bytes:
        own = X25519PrivateKey.generate()
        public = own.public_key().public_bytes_raw()
        cipher = sealed_cipher(own.exchange(self._recipient), public, self._recipient, _STREAM)
        return public + cipher.encrypt(bytes(_NONCE_BYTES), key, None)

    def _put(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.tmp")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)


class KeyGone(Exception):
    """The key of a file was destroyed: a rule erased it."""


class FileOpener:
    """Opens what was closed with files' own keys."""

    def __init__(self, copy: Path, key: X25519PrivateKey) -> None:
        self._keys = {path.suffix[1:]: path for path in copy.glob(f"{KEYS_IN_COPY}/*.*") if path.suffix != ".tmp"}
        self._key = key

    def open(self, said: bytes) -> bytes:
        """
        Return what a frame says of a file.

        Raises:
            KeyGone: The file was erased by a rule.
        """
        if not said.startswith(_MARK):
            return said
        key_id, rest = said[1 : 1 + _ID_BYTES], said[1 + _ID_BYTES :]
        path = self._keys.get(key_id.hex())
        if path is None:
            raise KeyGone(key_id.hex())
        sealed = path.read_bytes()
        public, recipient = sealed[:_KEY_BYTES], self._key.public_key()
        shared = self._key.exchange(X25519PublicKey.from_public_bytes(public))
        try:
            cipher = sealed_cipher(shared, public, recipient, _STREAM)
            own = ChaCha20Poly1305(cipher.decrypt(bytes(_NONCE_BYTES), sealed[_KEY_BYTES:], None))
            return own.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], key_id)
        except InvalidTag as error:
            raise KeyGone(key_id.hex()) from error


def has_key(data: Path, copy: Path | None, name: str) -> bool:
    """Whether the copy can still give a file back."""
    here = (data / KEYS_HERE / _stem(name)).exists()
    return here or (copy is not None and next((copy / KEYS_IN_COPY).glob(f"{_stem(name)}.*"), None) is not None)


def destroy_key(data: Path, copy: Path | None, name: str) -> None:
    """Destroy a file's keys. Raises `OSError` when the copy cannot be reached; then it is tried again the next time."""
    if copy is not None:
        if not copy.is_dir():
            raise FileNotFoundError(copy)
        destroy_files((copy / KEYS_IN_COPY).glob(f"{_stem(name)}.*"))
    destroy_files([data / KEYS_HERE / _stem(name)])


def destroy_files(paths: Iterable[Path]) -> None:
    """Destroy files that hold keys."""
    for path in paths:
        if not path.exists():
            continue
        # Over the same blocks where the disk allows it; one that does not needs its own encryption.
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(path.parent)


def _stem(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:40]
