"""JSON Web Signatures, flattened, by Ed25519 (RFC 7515, RFC 8037), with the certificate of the key that signed."""

import base64
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

KEY_FILE = "log-signing.pem"
# The certificate says whose the key is; it is as old as the key, and does not run out while anybody reads what it signed.
VALID_DAYS = 3_650
Json = dict[str, Any]


class SignatureWrong(Exception):
    """Not a signature, or not by the key it names."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key and its certificate."""

    key: Ed25519PrivateKey
    certificate: x509.Certificate

    @property
    def kid(self) -> str:
        """The key's name: its thumbprint (RFC 7638)."""
        said = b'{"crv":"Ed25519","kty":"OKP","x":"' + _b64(self._public()).encode() + b'"}'
        digest = Hash(SHA256())
        digest.update(said)
        return _b64(digest.finalize())

    def sign(self, payload: Json) -> Json:
        """Return a payload, signed."""
        header = {"alg": "EdDSA", "kid": self.kid, "x5c": [self._x5c()]}
        protected, body = _b64(msgspec.json.encode(header)), _b64(msgspec.json.encode(payload))
        signature = self.key.sign(f"{protected}.{body}".encode())
        return {"payload": body, "protected": protected, "signature": _b64(signature)}

    def published(self) -> Json:
        """Return the public key as a set of keys (RFC 7517)."""
        key = {"kty": "OKP", "crv": "Ed25519", "x": _b64(self._public()), "kid": self.kid, "use": "sig", "alg": "EdDSA"}
        return {"keys": [key | {"x5c": [self._x5c()]}]}

    def _public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def _x5c(self) -> str:
        # In x5c it is plain base64, not that of URLs.
        return base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()


def load_signer(folder: Path, name: str, now: datetime | None = None) -> Signer:
    """Return the key of a data folder, made at the first start; only its owner may read the file."""
    path = folder / KEY_FILE
    if not path.exists():
        key = Ed25519PrivateKey.generate()
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        text += _certificate(key, name, now or datetime.now(UTC)).public_bytes(Encoding.PEM)
        fresh = path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    kept = path.read_bytes()
    loaded = load_pem_private_key(kept, password=None)
    assert isinstance(loaded, Ed25519PrivateKey), f"{path} holds another kind of key"
    return Signer(loaded, x509.load_pem_x509_certificate(kept))


def verified(signed: Any, key: Ed25519PublicKey) -> Json:
    """Return the payload of a flattened JWS. Raises `SignatureWrong`."""
    try:
        header = msgspec.json.decode(_unb64(signed["protected"]))
        if header["alg"] != "EdDSA" or "crit" in header or ("x5c" in header) is ("x5u" in header):
            raise SignatureWrong
        key.verify(_unb64(signed["signature"]), f"{signed['protected']}.{signed['payload']}".encode())
        payload: Json = msgspec.json.decode(_unb64(signed["payload"]))
    except (InvalidSignature, KeyError, TypeError, ValueError, AttributeError, msgspec.DecodeError):
        raise SignatureWrong from None
    return payload


def _certificate(key: Ed25519PrivateKey, name: str, now: datetime) -> x509.Certificate:
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    return (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, None)
    )


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
