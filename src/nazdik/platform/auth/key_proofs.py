"""
Proofs of a handheld's key: each request is signed by a key that cannot be taken out of the handheld (after RFC 9449).

A proof is a signature over method, path with query, a digest of the body, a word of chance, and a word of ours (`nonce`) that says
when it was made by our clock: a handheld's own clock is never asked, so a wrong one locks nobody out.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from nazdik.kernel import Rejected
from nazdik.platform.auth.seals import Seals
from nazdik.platform.clock import Clock

NONCE = "key proof"
NONCE_LASTS_S = 600.0
# A handheld gets a new word while the old one still lasts, so that no request waits for one.
NONCE_RENEWED_AFTER_S = 200.0
PROOF_CHARACTERS_MAX = 2_000
_HALF = 32


class KeyProofNeeded(Rejected):
    """This session belongs to a handheld with a key, and the request is not signed by it, or by an old word (401)."""

    code = "auth.key_proof_needed"
    retryable = True


class KeyUnfit(Rejected):
    """What was sent as a handheld's key is no public P-256 key."""

    code = "auth.key_unfit"


class _Head(msgspec.Struct):
    alg: str
    jwk: dict[str, Any]


class _Said(msgspec.Struct):
    htm: str
    htu: str
    bh: str
    jti: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A good signature: by which key, and over which words."""

    key: str
    jti: str
    nonce: bytes


class KeyProofs:
    """Reads proofs and sees to it that none is taken twice; belongs to one event loop."""

    def __init__(self, clock: Clock, seals: Seals) -> None:
        self._clock = clock
        self._seals = seals
        # Words of proofs that were taken, in two generations as long as a nonce lasts: what is in neither is too old.
        self._taken: set[str] = set()
        self._taken_before: set[str] = set()
        self._since_s = clock.monotonic_s()

    def nonce(self) -> str:
        """Return a word that says when a proof was made."""
        return _text(self._seals.word(NONCE, lasts_s=NONCE_LASTS_S))

    def is_to_be_renewed(self, nonce: bytes) -> bool:
        """Whether a handheld should be told a new word by now."""
        left_us = self._seals.ends_at(nonce) - self._clock.now()
        return left_us < (NONCE_LASTS_S - NONCE_RENEWED_AFTER_S) * 1_000_000

    def read(self, text: str, method: str, address: str, body: bytes) -> Proof | None:
        """Return a proof when its signature is good and is over this request; None otherwise. Nothing is remembered."""
        if len(text) > PROOF_CHARACTERS_MAX:
            return None
        try:
            head_text, said_text, signature = text.split(".")
            head = msgspec.json.decode(_bytes(head_text), type=_Head)
            said = msgspec.json.decode(_bytes(said_text), type=_Said)
            public, key = read_key(head.jwk)
            raw = _bytes(signature)
            if head.alg != "ES256" or len(raw) != 2 * _HALF:
                return None
            if (said.htm, said.htu) != (method, address) or not hmac.compare_digest(
                said.bh.encode(), _text(sha256(body).digest()).encode()
            ):
                return None
            der = encode_dss_signature(int.from_bytes(raw[:_HALF]), int.from_bytes(raw[_HALF:]))
            public.verify(der, f"{head_text}.{said_text}".encode(), ec.ECDSA(SHA256()))
            return Proof(key, said.jti, _bytes(said.nonce))
        except (ValueError, msgspec.DecodeError, InvalidSignature, KeyUnfit, UnicodeError):
            return None

    def take(self, proof: Proof) -> bool:
        """Take a proof by a key that is enrolled here: once, and while its word lasts. Returns whether it was taken."""
        if not self._seals.is_ours(proof.nonce, NONCE):
            return False
        now_s = self._clock.monotonic_s()
        if now_s - self._since_s > NONCE_LASTS_S:
            self._taken, self._taken_before, self._since_s = set(), self._taken, now_s
        word = f"{proof.key}{proof.jti}"
        if word in self._taken or word in self._taken_before:
            return False
        self._taken.add(word)
        return True


def read_key(jwk: Mapping[str, Any]) -> tuple[ec.EllipticCurvePublicKey, str]:
    """Return a public P-256 key in JWK's form, and its thumbprint (RFC 7638). Raises `KeyUnfit`."""
    if (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256") or "d" in jwk:
        raise KeyUnfit()
    try:
        x, y = _bytes(str(jwk.get("x"))), _bytes(str(jwk.get("y")))
        if len(x) != _HALF or len(y) != _HALF:
            raise KeyUnfit()
        public = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), ec.SECP256R1()).public_key()
    except (ValueError, UnicodeError) as error:
        raise KeyUnfit() from error
    said = f'{{"crv":"P-256","kty":"EC","x":"{_text(x)}","y":"{_text(y)}"}}'
    return public, _text(sha256(said.encode()).digest())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(text[:20]) from error
