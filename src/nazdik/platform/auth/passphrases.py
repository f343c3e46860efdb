"""Passphrases: which are too easy to guess, and how one is kept so that it cannot be read back."""

import hashlib
import hmac
from functools import cache
from importlib.resources import files
from unicodedata import normalize

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from nazdik.platform.auth.model import CommonPassword, WeakPassword

CHARACTERS_MIN = 15
CHARACTERS_MAX = 256
# What must be left of a passphrase once everything is taken out that a guesser tries first.
LEFT_MIN = 5
DISTINCT_MIN = 4
# RFC 9106, second recommended choice, in one lane: 64 MiB, about a tenth of a second on a desk's machine.
_ARGON2 = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
# How passwords were kept before; such a row is written anew when its person signs in.
_SCRYPT = {"n": 2**15, "r": 8, "p": 3, "maxmem": 64 * 1024 * 1024, "dklen": 32}
_ROWS = (
    "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "۱۲۳۴۵۶۷۸۹۰",
    "ضصثقفغعهخحجچ", "شسیبلاتنمکگ", "ظطزرذدپو", "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
)  # fmt: skip
_NEIGHBOURS = frozenset(
    pair for row in (*_ROWS, *(row[::-1] for row in _ROWS)) for pair in zip(row, row[1:] + row[:1], strict=True)
)


def check_strength(password: str, *known: str) -> None:
    """
    Return when a password may be somebody's.

    Args:
        known: What a guesser knows too, such as the person's name.

    Raises:
        WeakPassword: It is too short or too long.
        CommonPassword: Without the words that everybody takes, `known`, rows of keys and repeats, hardly anything is left.
    """
    if not CHARACTERS_MIN <= len(password) <= CHARACTERS_MAX:
        raise WeakPassword(characters_min=CHARACTERS_MIN, characters_max=CHARACTERS_MAX)
    left = _plain(password).casefold()
    for word in (*(_plain(each).casefold() for each in known if len(each) >= 3), *_commonest()):
        left = left.replace(word, " ")
    kept = "".join(
        now for before, now in zip(f" {left}", left, strict=False) if before != now and (before, now) not in _NEIGHBOURS
    )
    letters = [letter for letter in kept if not letter.isspace()]
    if len(letters) < LEFT_MIN or len(set(letters)) < DISTINCT_MIN:
        raise CommonPassword()


def kept(password: str) -> bytes:
    """Return what is kept of a password. Blocking: about a tenth of a second."""
    return _ARGON2.hash(_plain(password)).encode()


def is_same(password: str, salt: bytes, known: bytes) -> bool:
    """Whether a password is the one of which `known` was kept. Blocking, and as long for nobody's (`known` empty)."""
    if len(password) > CHARACTERS_MAX:
        return False
    if known and not is_current(known):
        stretched = hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_SCRYPT)
        return hmac.compare_digest(stretched, known)
    try:
        return _ARGON2.verify((known or _nobody()).decode(), _plain(password)) and bool(known)
    except (VerifyMismatchError, InvalidHashError):
        return False


def is_current(known: bytes) -> bool:
    """Whether a password is kept as new ones are."""
    try:
        return not _ARGON2.check_needs_rehash(known.decode("ascii", "replace"))
    except InvalidHashError:
        return False


def spellings(password: str) -> tuple[str, ...]:
    """Return a passphrase as it was typed and as it is compared."""
    return (password, _plain(password))


def _plain(password: str) -> str:
    """One passphrase whichever keyboard it is typed on: Arabic and Persian letters for k and y, composed and not."""
    folded = normalize("NFKC", password).replace("ي", "ی").replace("ك", "ک")
    return folded.encode("utf-8", "replace").decode()


@cache
def _commonest() -> tuple[str, ...]:
    """The commonest passwords and words in them, longest first; from `commonest.txt` beside this file."""
    text = (files("nazdik.platform.auth") / "commonest.txt").read_text(encoding="utf-8")
    words = {line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@cache
def _nobody() -> bytes:
    return kept("nobody's passphrase")
