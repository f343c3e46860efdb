"""
Codes of six digits that change every thirty seconds (RFC 6238), and the address by which a telephone learns to make them.

Source: RFC 4226 section 5.3, RFC 6238.
"""

import base64
import hmac
import secrets
from urllib.parse import quote

from nazdik.kernel import Instant

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
# A telephone's clock may be one step off, or a code be typed as it ends.
WINDOW = 1


def new_secret() -> bytes:
    """Return a secret for one telephone."""
    return secrets.token_bytes(SECRET_BYTES)


def step_of(at: Instant) -> int:
    """Return the step that an instant is in."""
    return int(at // (STEP_S * 1_000_000))


def code_of(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """Return the code of a step."""
    digest = hmac.digest(secret, step.to_bytes(8), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def find_step(secret: bytes, code: str, at: Instant) -> int | None:
    """Return the step around an instant whose code this is, or None. Every step is compared, whichever it is."""
    now = step_of(at)
    plain = code.encode("utf-8", "replace")
    found = [
        step
        for step in range(now - WINDOW, now + WINDOW + 1)
        if hmac.compare_digest(code_of(secret, step).encode(), plain)
    ]
    return max(found, default=None)


def base32(secret: bytes) -> str:
    """Return a secret as it is typed into a telephone without a camera."""
    return base64.b32encode(secret).decode().rstrip("=")


def address(secret: bytes, *, issuer: str, name: str) -> str:
    """Return the address that a telephone's camera reads."""
    label = f"{quote(issuer, safe='')}:{quote(name, safe='')}"
    return f"otpauth://totp/{label}?secret={base32(secret)}&issuer={quote(issuer, safe='')}&period={STEP_S}&digits={DIGITS}"
