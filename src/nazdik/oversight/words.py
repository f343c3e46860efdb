"""What counts as words, and how they are kept. Pure."""

import re

from nazdik.kernel.text import fold, latin_digits
from nazdik.oversight.errors import TextMissing

_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))


def check_text(text: str, most: int) -> None:
    """Raise `TextMissing` unless there is something to read: emoji say something too, blanks do not."""
    if not text.strip("\u200b\u200c\u200d\u200e\u200f\ufeff \t\r\n") or len(text) > most:
        raise TextMissing(characters_max=most)


def cleaned(text: str) -> str:
    """Return text as it is kept: one form for each line end, without control characters and halves of characters."""
    whole = text.encode("utf-8", "ignore").decode()
    return whole.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)


_PHONE = re.compile(r"(?<!\d)(?:\+?98|0)?9\d{9}(?!\d)")
_NATIONAL_ID = re.compile(r"(?<!\d)\d{10}(?!\d)")
_PLATE = re.compile(r"(?<!\d)\d{2}\s?(?:[آ-ی]|الف)\s?\d{3}(?:\s?(?:ایران)?\s?\d{2})?(?!\d)")


def tells_who(text: str) -> tuple[str, ...]:
    """Return what in a text may tell who wrote it: `phone`, `national_id`, `plate`."""
    plain = latin_digits(text).replace("-", "").replace("ي", "ی").replace("ك", "ک")
    found = []
    if _PHONE.search(plain):
        found.append("phone")
    if any(_is_national_id(match[0]) for match in _NATIONAL_ID.finditer(plain)):
        found.append("national_id")
    if _PLATE.search(plain):
        found.append("plate")
    return tuple(found)


def _is_national_id(digits: str) -> bool:
    """Whether the last of ten digits is the check digit of an Iranian national number."""
    if len(set(digits)) == 1:
        return False
    rest = sum(int(digit) * (10 - n) for n, digit in enumerate(digits[:9])) % 11
    return int(digits[9]) == (rest if rest < 2 else 11 - rest)


def searchable(text: str) -> str:
    """Return text as it is searched: one form for each letter and digit."""
    return fold(text)
