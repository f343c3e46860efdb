"""
How well a text answers what somebody typed: whole words, beginnings, something inside, one slip of the finger.

Both sides are folded, so ی and ي, digits of three scripts, a joiner or none and capitals make no difference. What makes no sense
as typed is read once more as the same keys of the other keyboard.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from nazdik.geo.places.keyboard import on_the_other_keyboard
from nazdik.intake.numbers import tidy_number
from nazdik.kernel.text import fold

WHOLE, BEGINS, INSIDE, SLIP = 1.0, 0.9, 0.7, 0.5
# What the other keyboard wrote is believed a little less than what stands there.
_OTHER_KEYBOARD = 0.95
_INSIDE_MIN = 2
_SLIP_MIN = 4
# Fewer digits are in too many telephone numbers.
_NUMBER_MIN = 4
_REMEMBERED_MAX = 65_536
# Between the digits of a number plate people write «ایران», or do not.
_PLATE = re.compile(r"(?<=\d)[\W_]*(?:ایران|iran|ir)[\W_]*(?=\d)", re.IGNORECASE)


@lru_cache(_REMEMBERED_MAX)
def _key(text: str) -> str:
    return fold(_PLATE.sub(" ", text))


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, ready for comparing: as it stands, and as the other keyboard would have it."""

    readings: tuple[tuple[tuple[str, ...], float], ...]
    digits: str
    is_number: bool

    @classmethod
    def of(cls, text: str) -> "Asked":
        """Read what somebody typed."""
        text = _PLATE.sub(" ", text)
        other = on_the_other_keyboard(text)
        readings = [(_words(text), 1.0), *([(_words(other), _OTHER_KEYBOARD)] if other is not None else [])]
        number = tidy_number(text.strip().removeprefix("#"))
        return cls(tuple(each for each in readings if each[0]), national(number), len(number) >= _NUMBER_MIN)

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.readings


def _words(text: str) -> tuple[str, ...]:
    """What stands between spaces is one word: `A1` is the beginning of A12, not an A and a 1."""
    return tuple(word for part in text.split() if (word := fold(part).replace(" ", "")))


def national(number: str) -> str:
    """Return the digits that every way of writing a telephone number shares: without +98 or the leading 0."""
    return number.removeprefix("+98").lstrip("+").lstrip("0")


def text_score(asked: Asked, texts: Iterable[str]) -> float:
    """Return how well the best of some texts answers; 0 when none does."""
    best = 0.0
    for text in texts:
        key = _key(text) if text else ""
        if key:
            best = max(best, *(_score(words, key) * trust for words, trust in asked.readings))
    return best


def number_score(asked: Asked, number: int) -> float:
    """Return how well the number of an incident answers: it whole, or its beginning."""
    if not asked.digits or len(asked.digits) > 9:
        return 0.0
    return WHOLE if str(number) == asked.digits else BEGINS if str(number).startswith(asked.digits) else 0.0


def telephone_score(asked: Asked, numbers: Iterable[str | None]) -> float:
    """Return how well telephone numbers answer: the whole one, or four digits or more within it."""
    if not asked.is_number or not asked.digits:
        return 0.0
    known = [national(tidy_number(number)) for number in numbers if number]
    return WHOLE if asked.digits in known else INSIDE if any(asked.digits in each for each in known) else 0.0


def _score(asked: tuple[str, ...], key: str) -> float:
    joined, inside = "".join(asked), key.replace(" ", "")
    if joined == inside:
        return WHOLE
    known = key.split(" ")
    # From each word on without spaces: کیانپارس is کیان پارس.
    known = ["".join(known[n:]) for n in range(len(known))]
    if all(any(word.startswith(one) for word in known) for one in asked):
        return BEGINS
    if len(joined) >= _INSIDE_MIN and joined in inside:
        return INSIDE
    if all(any(word.startswith(one) or _one_slip(one, word) for word in known) for one in asked):
        return SLIP
    return 0.0


def _one_slip(typed: str, word: str) -> bool:
    """Whether a letter too many, too few, another or two swapped lie between what was typed and the beginning of a word."""
    if len(typed) < _SLIP_MIN:
        return False
    at = next((n for n, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), min(len(typed), len(word)))
    rest, left = typed[at:], word[at:]
    return (
        left.startswith(rest[1:])  # one too many
        or left[1:].startswith(rest)  # one too few
        or left[1:].startswith(rest[1:])  # another one
        or (len(rest) > 1 and left.startswith(rest[1] + rest[0] + rest[2:]))  # two swapped
    )
