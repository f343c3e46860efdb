"""
Signed heads: what a log was at some moment, in one line that anybody can keep and nobody can make up.

A chain of hashes shows that an entry was changed; it cannot show that the end was cut off, that the whole was written anew
from some entry on, or that an older copy was put back. A head kept where the log's keeper cannot reach it can.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from nazdik.platform.eventlog.entry import Head
from nazdik.platform.sqlite import sync_folder

HEADS_FILE = "heads.jsonl"
KEY_FILE = "heads.key"
_encode = msgspec.json.encode


class SignedHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    That the log named `log` had `position` entries at `at`, and which.

    `hash` ends the chain, `root` is the Merkle root over the entries' hashes, `key` the public key of who says so; all in hex.
    """

    log: str
    epoch: str
    position: int
    hash: str
    root: str
    at: str
    key: str
    signature: str

    def is_sound(self) -> bool:
        """Whether the key that it names did sign it."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            said = _said(self.log, self.epoch, self.position, self.hash, self.root, self.at)
            key.verify(bytes.fromhex(self.signature), said)
        except (InvalidSignature, ValueError):
            return False
        return True


class HeadsUnreadable(Exception):
    """A line among kept heads is not one that was signed."""


def _said(log: str, epoch: str, position: int, hash_: str, root: str, at: str) -> bytes:
    return b"nazdik head 1 " + _encode((log, epoch, position, hash_, root, at))


def public_hex(key: Ed25519PrivateKey) -> str:
    """Return the public half, as heads name it."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign_head(key: Ed25519PrivateKey, log: str, head: Head, root: bytes, at: str) -> SignedHead:
    """Return a head, signed."""
    said = _said(log, head.epoch, head.position, head.hash.hex(), root.hex(), at)
    signature = key.sign(said).hex()
    return SignedHead(
        log, head.epoch, head.position, head.hash.hex(), root.hex(), at, public_hex(key), signature
    )  # fmt: skip


def load_key(folder: Path) -> Ed25519PrivateKey:
    """Return the key of a data folder, made at the first start; only its owner may read the file."""
    path = folder / KEY_FILE
    if not path.exists():
        fresh = path.with_suffix(".new")
        text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
        sync_folder(folder)
    loaded = load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(loaded, Ed25519PrivateKey), f"{path} holds another kind of key"
    return loaded


def append_heads(path: Path, heads: Iterable[SignedHead]) -> None:
    """Add heads to a file, a line each, and return when they are on disk."""
    append_line(path, b"\n".join(_encode(head) for head in heads))


def append_line(path: Path, line: bytes) -> None:
    """Add a line to a file that only grows, and return when it is on disk."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        size = os.fstat(fd).st_size
        # A line that a power cut left half written must not swallow the next.
        torn = size > 0 and os.pread(fd, 1, size - 1) != b"\n"
        os.write(fd, (b"\n" if torn else b"") + line + b"\n")
        os.fsync(fd)
    finally:
        os.close(fd)


def read_heads(path: Path, *, key: str | None = None) -> list[SignedHead]:
    """
    Return the heads of a file, in its order.

    Args:
        key: The public key that has to have signed them; without it, each counts that its own key signed.

    Raises:
        HeadsUnreadable: A line is no head, its signature does not hold, or another key made it. The last line may be torn.
        OSError: The file cannot be read.
    """
    heads: list[SignedHead] = []
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            head = msgspec.json.decode(line, type=SignedHead)
        except msgspec.MsgspecError as error:
            if _is_torn(line):
                continue
            raise HeadsUnreadable(f"line {number} of {path.name} is not a head: {error}") from error
        if not head.is_sound():
            raise HeadsUnreadable(f"line {number} of {path.name} is not what was signed")
        if key is not None and head.key != key.lower():
            raise HeadsUnreadable(f"line {number} of {path.name} was signed by another key, {head.key[:16]}…")
        heads.append(head)
    return heads


def _is_torn(line: bytes) -> bool:
    """Whether a line is only the beginning of one: a power cut, and nothing was promised of it yet."""
    return line.startswith(b'{"log":') and not line.rstrip().endswith(b"}")


def newest(heads: Sequence[SignedHead], log: str) -> SignedHead | None:
    """Return the last head of a log, or None."""
    return next((head for head in reversed(heads) if head.log == log), None)


def name_of(path: Path) -> str:
    """Return the name that the heads of a log file go by: `khuzestan.log` for `khuzestan.log.sqlite`."""
    return path.name.removesuffix(".sqlite")
