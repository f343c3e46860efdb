"""
The citizen's code: 16 digits and a check digit, spoken as four groups of four and one.

The digits come out of a keyed hash, so they tell neither when nor where; the check digit (Damm's) catches every single wrong
digit and every swap of neighbours before anybody is asked. What is kept is a stretched hash under a key of the server: neither
the log nor a copy of it gives a code away.
"""

import hmac
import os
import re
from hashlib import scrypt, sha256
from pathlib import Path

from nazdik.kernel import Instant
from nazdik.kernel.text import latin_digits
from nazdik.platform.sqlite import sync_folder

DIGITS = 16
KEY_FILE = "codes.key"
OFFLINE = "off"
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_SPACES = re.compile(r"[\s\u200c\u200e\u200f\u2066-\u2069–—-]+")


def check_digit(digits: str) -> str:
    """Return Damm's check digit."""
    at = "0"
    for digit in digits:
        at = _DAMM[int(at)][int(digit)]
    return at


def read_code(typed: str) -> str | None:
    """Return the 16 digits that somebody typed, in whatever digits and groups; None when they cannot be a code."""
    digits = _SPACES.sub("", latin_digits(typed[:100]))
    if len(digits) != DIGITS + 1 or not (digits.isascii() and digits.isdigit()):
        return None
    return digits[:DIGITS] if check_digit(digits) == "0" else None


def shown(digits: str) -> str:
    """Return a code as it is read out and printed."""
    groups = [digits[n : n + 4] for n in range(0, DIGITS, 4)]
    return " ".join([*groups, check_digit(digits)])


class Codes:
    """Draws codes and hashes them, with a key that lies beside the log and is readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        path = folder / KEY_FILE
        if not path.exists():
            fresh = path.with_suffix(".new")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(os.urandom(32))
                file.flush()
                os.fsync(file.fileno())
            fresh.rename(path)
            sync_folder(folder)
        self._key = path.read_bytes()

    def drawn(self, what: str, key: str) -> bytes:
        """Return 32 bytes of chance that are the same for the same request: sent again, it gets the same receipt."""
        return hmac.digest(self._key, f"{what}\0{key}".encode(), sha256)

    def key_for(self, actor: str, at: Instant, chance: str) -> str:
        """Return a request's key that says, signed, when it was given to this actor."""
        plain = f"{OFFLINE}.{at:x}.{chance}"
        return f"{plain}.{self._seal_of(actor, plain)}"

    def issued_at(self, actor: str, key: str) -> Instant | None:
        """Return when a key was given to this actor; None when it was not."""
        plain, _, seal = key.rpartition(".")
        if not hmac.compare_digest(seal.encode(), self._seal_of(actor, plain).encode()):
            return None
        return Instant(int(plain.split(".")[1], 16))

    def _seal_of(self, actor: str, plain: str) -> str:
        return self.drawn("offline", f"{actor}\0{plain}").hex()[:24]

    def code_for(self, key: str) -> str:
        """Return the 16 digits for a request."""
        return str(int.from_bytes(self.drawn("code", key)) % 10**DIGITS).rjust(DIGITS, "0")

    def hash_of(self, digits: str) -> str:
        """Return what is kept of a code. Takes about ten milliseconds and 4 MiB on purpose: call it in a thread."""
        return scrypt(digits.encode(), salt=self._key, n=2**12, r=8, p=1, dklen=16).hex()
