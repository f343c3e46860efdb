"""A handheld's key in software: it signs requests as `web/src/features/field/enrol/signing.ts` does."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from tests.authenticator import b64


@dataclass
class HandheldKey:
    """A key, and the word of the server's that it signs over."""

    nonce: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> dict[str, str]:
        """Return the public half as JWK."""
        point = self.key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": b64(point.x.to_bytes(32)), "y": b64(point.y.to_bytes(32))}

    def proof(self, method: str, address: str, body: bytes = b"", **other: Any) -> str:
        """Return a proof over a request; `other` claims take the place of the true ones."""
        head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.public}
        claims = {
            "htm": method,
            "htu": address,
            "bh": b64(hashlib.sha256(body).digest()),
            "jti": secrets.token_urlsafe(16),
            "nonce": self.nonce,
            **other,
        }
        said = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(claims).encode())}"
        r, s = decode_dss_signature(self.key.sign(said.encode(), ec.ECDSA(SHA256())))
        return f"{said}.{b64(r.to_bytes(32) + s.to_bytes(32))}"


class Signing(httpx.Auth):
    """Signs each request, and once more with the server's new word when it is refused."""

    requires_request_body = True
    requires_response_body = True

    def __init__(self, key: HandheldKey) -> None:
        self.key = key

    def auth_flow(self, request: httpx.Request) -> Any:
        """Send a request, twice at most."""
        address = request.url.raw_path.decode()
        request.headers["dpop"] = self.key.proof(request.method, address, request.content)
        answer = yield request
        if answer.status_code == 401 and answer.json().get("code") == "auth.key_proof_needed":
            self.key.nonce = answer.json()["details"]["nonce"]
            request.headers["dpop"] = self.key.proof(request.method, address, request.content)
            answer = yield request
        self.key.nonce = answer.headers.get("dpop-nonce", self.key.nonce)
