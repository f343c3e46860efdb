"""
Persian and Latin text as people type it, folded to one form for searching; digits as people read them.

Folding is for keys only: what was typed and what is shown keep their own spelling.
"""

import re
import unicodedata

_LATIN_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_PERSIAN_DIGITS = str.maketrans("0123456789٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵۶۷۸۹")
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("يىئےېۍ", "ی"),
        **dict.fromkeys("كڪ", "ک"),
        **dict.fromkeys("ةۀہھەۂ", "ه"),
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ؤۆۇۋ", "و"),
        **dict.fromkeys("ءـ'’‘ʻʼ`´ʿʾ\u200d\u200e\u200f", ""),
        **dict.fromkeys("\u200c\u00a0\u00ad", " "),
        "ı": "i",
        "đ": "d",
        "ø": "o",
        "ł": "l",
    }
)
# Marks of direction, spaces without width, the mark of byte order; not the ZWNJ, which is part of how a word is spelled.
_UNSEEN = dict.fromkeys(
    [0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF]
)
_NOT_A_WORD = re.compile(r"[\W_]+")
_DIGITS_APART = re.compile(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)")
_LATIN_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")


def latin_digits(text: str) -> str:
    """Return `text` with Persian and Arabic digits as 0–9."""
    return text.translate(_LATIN_DIGITS)


def persian_digits(text: str) -> str:
    """Return `text` with every digit as ۰–۹."""
    return text.translate(_PERSIAN_DIGITS)


def without_marks(text: str) -> str:
    """Return `text` without what comes along unseen when something is copied from a page or a message in Persian."""
    return text.translate(_UNSEEN)


def code_of(text: str) -> str:
    """Return a code or call sign as it was meant: Latin digits, nothing unseen in it or around it."""
    return without_marks(latin_digits(text)).strip()


def fold(text: str) -> str:
    """Return `text` with one form for each letter and digit, words apart by single spaces, in lower case."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(c for c in plain.translate(_LETTERS) if not unicodedata.combining(c))
    lower = unicodedata.normalize("NFKC", bare).translate(_LETTERS).translate(_LATIN_DIGITS)
    lower = _LATIN_ORDINAL.sub(r"\1", lower)
    return _NOT_A_WORD.sub(" ", _DIGITS_APART.sub(" ", lower)).strip()
