"""The record of what was erased: a line an erasure, signed, each naming the one before it, so that none can be taken out."""

from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from nazdik.platform.eventlog.heads import append_line, public_hex

FILE = "erasures.jsonl"
_encode = msgspec.json.encode


class Gone(msgspec.Struct, frozen=True, array_like=True):
    """A file that was erased: its name in the data folder and the SHA-256 of its bytes."""

    name: str
    sha256: str


class Erasure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What was erased of one class at one time, under which rule.

    `before` is the instant that everything of it is older than, `previous` the SHA-256 of the line before, `kept` how many
    files stayed because of holds.
    """

    number: int
    at: str
    by: str
    of: str
    days: int
    before: str
    files: tuple[Gone, ...]
    size: int
    kept: int
    previous: str
    key: str
    signature: str = ""

    def said(self) -> bytes:
        """Return the bytes that are signed."""
        return b"nazdik erasure 1 " + _encode(msgspec.structs.replace(self, signature=""))

    def is_sound(self) -> bool:
        """Whether the key that it names did sign it."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            key.verify(bytes.fromhex(self.signature), self.said())
        except (InvalidSignature, ValueError):
            return False
        return True


class ErasuresUnreadable(Exception):
    """The record of erasures is not what was written."""


def digest(erasure: Erasure) -> str:
    """Return the SHA-256 of a line, by which the next one and the audit log name it."""
    return sha256(_encode(erasure)).hexdigest()


def read_erasures(data: Path, *, key: str | None = None) -> list[Erasure]:
    """
    Return every erasure, oldest first.

    Args:
        key: The public key that has to have signed them.

    Raises:
        ErasuresUnreadable: A line was changed, taken out, put in or signed by another key.
    """
    path = data / FILE
    if not path.exists():
        return []
    found: list[Erasure] = []
    previous = ""
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line:
            continue
        try:
            erasure = msgspec.json.decode(line, type=Erasure)
        except msgspec.MsgspecError as error:
            raise ErasuresUnreadable(f"line {number} of {FILE} is no erasure: {error}") from error
        if not erasure.is_sound():
            raise ErasuresUnreadable(f"line {number} of {FILE} is not what was signed")
        if erasure.previous != previous or erasure.number != len(found) + 1:
            raise ErasuresUnreadable(f"line {number} of {FILE} does not follow the one before it")
        if key is not None and erasure.key != key.lower():
            raise ErasuresUnreadable(f"line {number} of {FILE} was signed by another key, {erasure.key[:16]}…")
        found.append(erasure)
        previous = digest(erasure)
    return found


def erased_names(data: Path) -> frozenset[str]:
    """Return the names of all files that the record names; none when it cannot be trusted, and then nothing is erased either."""
    try:
        return frozenset(gone.name for line in read_erasures(data) for gone in line.files)
    except ErasuresUnreadable:
        return frozenset()


def bring_erasures(data: Path, newer: Path) -> None:
    """
    Put a record that was kept elsewhere in the place of a restored one.

    Raises:
        ErasuresUnreadable: It is not what was signed, or does not go on from the one that was restored.
        OSError: It cannot be read.
    """
    restored, path = read_erasures(data), data / FILE
    before, content = path.read_bytes() if path.exists() else b"", newer.read_bytes()
    path.write_bytes(content)
    try:
        if read_erasures(data)[: len(restored)] != restored:
            raise ErasuresUnreadable(f"{newer} is another record than the one that was restored")
    except ErasuresUnreadable:
        path.write_bytes(before)
        raise


def append_erasure(data: Path, erasure: Erasure, key: Ed25519PrivateKey) -> Erasure:
    """Sign an erasure, add it to the record, and return it once it is on disk."""
    named = msgspec.structs.replace(erasure, key=public_hex(key), signature="")
    signed = msgspec.structs.replace(named, signature=key.sign(named.said()).hex())
    append_line(data / FILE, _encode(signed))
    return signed
