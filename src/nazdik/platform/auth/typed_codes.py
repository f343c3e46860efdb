"""Codes that people type, about 59 bits each: how one is kept so that whoever reads the file cannot find it out."""

import hashlib

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from nazdik.kernel.text import latin_digits

# Nothing that looks like another letter or digit when read aloud or from paper.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12
# The first letters find the row; the others, forty bits, are stretched as a passphrase is, with a salt of their own.
_FOUND_BY = 4
# OWASP's choice of least memory: a telephone comes with eight codes on paper, and chance has done most of the work.
_ARGON2 = PasswordHasher(time_cost=5, memory_cost=7 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)


def plain(text: str) -> str:
    """Return a code as it was made, however it was typed."""
    return "".join(letter for letter in latin_digits(text[:200]).upper() if letter.isascii() and letter.isalnum())[:40]


def kept_code(text: str) -> bytes:
    """Return what is kept of a code. Blocking: about twenty milliseconds."""
    return _found_by(text) + _ARGON2.hash(_stretched(text)).encode()


def rows_of(text: str) -> tuple[bytes, bytes, bytes]:
    """Return how a code was kept before, and between which two values it is kept now: where to look for it."""
    now = _found_by(text)
    return hashlib.sha256(plain(text).encode("utf-8", "surrogatepass")).digest(), now, now[:-1] + b";"


def is_code(text: str, row: bytes) -> bool:
    """Whether a row is of this code. Blocking."""
    now = _found_by(text)
    if row.startswith(now + b"$argon2"):
        try:
            return _ARGON2.verify(row[len(now) :].decode(), _stretched(text))
        except (VerifyMismatchError, InvalidHashError):
            return False
    return row == rows_of(text)[0]


def _stretched(text: str) -> bytes:
    return plain(text)[_FOUND_BY:].encode("utf-8", "replace")


def _found_by(text: str) -> bytes:
    return plain(text)[:_FOUND_BY].encode("utf-8", "replace") + b":"
