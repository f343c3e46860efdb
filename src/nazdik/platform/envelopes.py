"""
Sealed envelopes between systems: only the receiver can open one, anyone can see whose it is, and a signed receipt says it arrived.

An envelope is one JSON object. `sealed` is ChaCha20-Poly1305 under a key from X25519 (a key of the envelope's own and the
receiver's) by HKDF-SHA-256, nonce zero, because no key is used twice; id and receiver are bound to it. The sender signs the
whole with Ed25519. A receipt names the envelope's hash, so it is for these bytes and no others. docs/interfaces/envelopes.md has a
sample of each.
"""

from base64 import b64decode, b64encode
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nazdik.platform.eventlog.heads import public_hex

_NONCE = bytes(12)
_encode = msgspec.json.encode


class EnvelopeUnsound(Exception):
    """It is not what its sender signed, or not for this receiver."""


class ReceiptUnsound(Exception):
    """It is not the receiver's receipt of this envelope."""


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes out. `key`, `own_key`, `signature` in hex, `sealed` in base64."""

    nazdik_envelope: int
    id: str
    to: str
    at: str
    key: str
    own_key: str
    sealed: str
    signature: str = ""


class Receipt(msgspec.Struct, frozen=True):
    """What comes back: the receiver has the envelope with this hash, under this reference of its own."""

    nazdik_receipt_of: str
    hash: str
    at: str
    reference: str
    signature: str = ""


def seal(letter: object, *, id_: str, to: str, at: str, key: Ed25519PrivateKey, receiver: X25519PublicKey) -> bytes:
    """Return a letter as a sealed and signed envelope."""
    own = X25519PrivateKey.generate()
    own_key = own.public_key().public_bytes_raw()
    sealed = _cipher(own.exchange(receiver), own_key, receiver).encrypt(_NONCE, _encode(letter), _bound(id_, to))
    plain = Envelope(1, id_, to, at, public_hex(key), own_key.hex(), b64encode(sealed).decode())
    return _encode(msgspec.structs.replace(plain, signature=key.sign(_said(b"envelope", plain)).hex()))


def unseal(body: bytes, *, to: str, receiver: X25519PrivateKey, sender: str) -> tuple[Envelope, bytes]:
    """Return an envelope and the letter in it. Raises `EnvelopeUnsound`."""
    try:
        envelope = msgspec.json.decode(body, type=Envelope)
        said = _said(b"envelope", msgspec.structs.replace(envelope, signature=""))
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(sender)).verify(bytes.fromhex(envelope.signature), said)
        own_key = bytes.fromhex(envelope.own_key)
        shared = receiver.exchange(X25519PublicKey.from_public_bytes(own_key))
        cipher = _cipher(shared, own_key, receiver.public_key())
        letter = cipher.decrypt(_NONCE, b64decode(envelope.sealed, validate=True), _bound(envelope.id, envelope.to))
    except (msgspec.MsgspecError, InvalidSignature, InvalidTag, ValueError) as error:
        raise EnvelopeUnsound(type(error).__name__) from error
    if envelope.to != to or envelope.key != sender:
        raise EnvelopeUnsound("for somebody else, or from somebody else")
    return envelope, letter


def receipt_for(body: bytes, *, id_: str, at: str, reference: str, key: Ed25519PrivateKey) -> bytes:
    """Return the receiver's receipt of an envelope."""
    plain = Receipt(id_, sha256(body).hexdigest(), at, reference)
    return _encode(msgspec.structs.replace(plain, signature=key.sign(_said(b"receipt", plain)).hex()))


def read_receipt(given: bytes, body: bytes, *, id_: str, key: str) -> Receipt:
    """Return what a receiver says it has. Raises `ReceiptUnsound` unless it signed that it has these very bytes."""
    try:
        receipt = msgspec.json.decode(given, type=Receipt)
        said = _said(b"receipt", msgspec.structs.replace(receipt, signature=""))
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(receipt.signature), said)
    except (msgspec.MsgspecError, InvalidSignature, ValueError) as error:
        raise ReceiptUnsound(type(error).__name__) from error
    if receipt.nazdik_receipt_of != id_ or receipt.hash != sha256(body).hexdigest():
        raise ReceiptUnsound("of another envelope")
    return receipt


def _said(what: bytes, plain: msgspec.Struct) -> bytes:
    """Return what is signed: the fields in their order, without the signature."""
    return b"nazdik " + what + b" 1 " + _encode(msgspec.structs.astuple(plain)[:-1])


def _bound(id_: str, to: str) -> bytes:
    return _encode((id_, to))


def _cipher(shared: bytes, own_key: bytes, receiver: X25519PublicKey) -> ChaCha20Poly1305:
    info = b"nazdik envelope 1" + own_key + receiver.public_bytes_raw()
    return ChaCha20Poly1305(HKDF(SHA256(), 32, salt=None, info=info).derive(shared))
