"""
Who vouches for a region: an Ed25519 signature over its manifest, which names the size and SHA-256 of every file.

    manifest.sig   {"format": "nazdik-signature", "key": public key, "signature": …}, both in base64

A region without one is opened all the same, and that is said. One whose signature does not fit what it signs is refused. Which
keys are trusted is a setting of each server; a signature by another key is worth no more than none.
"""

import base64
import os
from collections.abc import Collection
from enum import StrEnum
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

from nazdik.geo.errors import KeyUnreadable, SignatureInvalid
from nazdik.geo.region import MANIFEST, SIGNATURE, Region

_FORMAT = "nazdik-signature"


class Trust(StrEnum):
    """What a region's signature is worth here."""

    UNSIGNED = "unsigned"
    STRANGER = "stranger"  # signed, by a key that is not among the trusted
    TRUSTED = "trusted"


class _Signature(msgspec.Struct, frozen=True):
    format: str
    key: str
    signature: str


def make_key(path: Path) -> str:
    """
    Write a new private key, readable by its owner only, and return its public key in base64.

    Raises:
        FileExistsError: Something is there; a key is never overwritten.
    """
    key = Ed25519PrivateKey.generate()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return public_name(key.public_key())


def public_name(key: Ed25519PublicKey) -> str:
    """Return a public key as it stands in settings."""
    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode("ascii")


def sign(region: Region, key_path: Path) -> str:
    """Sign a region, after reading every byte of it, and return the public key; `KeyUnreadable` when the key is none."""
    region.verify()
    try:
        key = load_pem_private_key(key_path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise _unreadable(key_path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unreadable(key_path)
    name = public_name(key.public_key())
    signature = base64.b64encode(key.sign((region.folder / MANIFEST).read_bytes())).decode("ascii")
    said = msgspec.json.format(msgspec.json.encode(_Signature(_FORMAT, name, signature)), indent=1) + b"\n"
    beside = region.folder / f".{SIGNATURE}"
    beside.write_bytes(said)
    beside.replace(region.folder / SIGNATURE)
    return name


def check_signature(region: Region, trusted: Collection[str] = ()) -> Trust:
    """
    Return what the signature of a region is worth. Of a signed one every byte is read.

    Raises:
        SignatureInvalid: There is a signature and it is not over this manifest.
        RegionDamaged: A file is not the one the manifest names.
    """
    path = region.folder / SIGNATURE
    if not path.exists():
        return Trust.UNSIGNED
    try:
        said = msgspec.json.decode(path.read_bytes(), type=_Signature)
        if said.format != _FORMAT:
            raise ValueError("another format")
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(said.key, validate=True))
        key.verify(base64.b64decode(said.signature, validate=True), (region.folder / MANIFEST).read_bytes())
    except (OSError, ValueError, msgspec.MsgspecError, InvalidSignature) as error:
        raise SignatureInvalid(
            f"امضای منطقهٔ «{region.folder.name}» درست نیست: منطقه پس از امضا دست خورده است.",
            f"The signature of region “{region.folder.name}” does not hold: the region was changed after it was signed.",
        ) from error
    region.verify()
    return Trust.TRUSTED if public_name(key) in trusted else Trust.STRANGER


def _unreadable(path: Path) -> KeyUnreadable:
    return KeyUnreadable(
        f"پروندهٔ «{path.name}» کلید خصوصی Ed25519 نیست.", f"The file “{path.name}” is no Ed25519 private key."
    )
