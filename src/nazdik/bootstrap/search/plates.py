"""
Number plates in what people wrote, as `web/src/core/plates.ts` finds them: two digits, a letter that plates have, three
digits, two of the region. Kept as `24ب357-14`, so that one car is one text however it was typed.
"""

import re

from nazdik.kernel.text import latin_digits

_LETTERS = ("الف", *"بپتثجدزژسشصطعفقکگلمنوهیDS")
_OTHER_SPELLING = str.maketrans({"ي": "ی", "ك": "ک"})
_GAP = r"[\s\u200b-\u200f\u2066-\u2069|،,_-]*"
_PLATE = re.compile(
    rf"(?<!\w)(\d{{2}}){_GAP}({'|'.join(_LETTERS)}|ا){_GAP}(\d{{3}}){_GAP}(?:ایران|iran|ir)?{_GAP}(\d{{2}})(?!\w)",
    re.IGNORECASE,
)


def plates_in(text: str) -> frozenset[str]:
    """Return the plates that a text names."""
    plain = latin_digits(text).translate(_OTHER_SPELLING)
    return frozenset(
        f"{first}{'الف' if letter == 'ا' else letter.upper()}{digits}-{region}"
        for first, letter, digits, region in _PLATE.findall(plain)
    )


def plate_of(text: str) -> str | None:
    """Return the one plate that a text is; None when it is anything else."""
    plain = latin_digits(text.strip()).translate(_OTHER_SPELLING)
    return next(iter(plates_in(plain))) if _PLATE.fullmatch(plain) else None
