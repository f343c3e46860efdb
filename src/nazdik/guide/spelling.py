"""
Finding a word of the dictionary in a word as it was typed: as it is, without its ending, by its sound, with one letter amiss.

One letter amiss is looked up by leaving letters out of both sides, so no word of the dictionary is compared that cannot be meant.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from nazdik.kernel.text import fold

# Endings that Persian adds: plural, ezafe, object, "my, your, his", "is"; and those of English.
_LISTED = (
    "ها های هایی ان ات ی ای یی م ت ش مان تان شان مون تون شون ام اش ه رو را اند ند هاش هام هاشون هایشان یم ید ن "
    "s es ed ing er"
)
_ENDINGS = tuple(sorted(_LISTED.split(), key=lambda ending: (-len(ending), ending)))
_BASE_MIN = 3
_SOUND = str.maketrans(
    {**dict.fromkeys("صث", "س"), "ط": "ت", "ح": "ه", **dict.fromkeys("ذضظ", "ز"), "غ": "ق", "ع": "ا"}
)
_SOUND_MIN = 3
# Shorter words have too many neighbours that mean something else.
_LETTER_MIN = 5
_REMEMBERED_MAX = 20_000


class Way(StrEnum):
    """How a typed word was read."""

    EXACT = "exact"
    ENDING = "ending"
    SOUND = "sound"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the dictionary that is meant, and how it was read."""

    key: str
    way: Way


class Spelling:
    """The keys of a dictionary: words joined without spaces."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = frozenset(keys)
        self._by_sound: dict[str, list[str]] = {}
        self._without_one: dict[str, list[str]] = {}
        for key in sorted(self._keys):
            if len(key) >= _SOUND_MIN:
                self._by_sound.setdefault(key.translate(_SOUND), []).append(key)
            if len(key) >= _LETTER_MIN:
                for shorter in {key, *_without_one(key)}:
                    self._without_one.setdefault(shorter, []).append(key)
        self._longest = max(map(len, self._keys), default=0) + 6
        # What was asked once is asked again at the next key.
        self._remembered: dict[tuple[str, ...], tuple[Found, ...]] = {}

    def find(self, words: tuple[str, ...]) -> tuple[Found, ...]:
        """
        Return what a word, or several in a row, may stand for, the surest first.

        Only a word that stands alone may have a letter amiss or more than one ending.
        """
        if sum(map(len, words)) > self._longest:
            return ()
        if words not in self._remembered:
            if len(self._remembered) >= _REMEMBERED_MAX:
                self._remembered.clear()
            self._remembered[words] = tuple(self._find(words))
        return self._remembered[words]

    def _find(self, words: tuple[str, ...]) -> list[Found]:
        typed, alone = "".join(words), len(words) == 1
        bases = list(dict.fromkeys(_bases(typed) if alone else _bases_of_row(typed, words[-1])))
        found = [Found(typed, Way.EXACT)] if typed in self._keys else []
        found += [Found(base, Way.ENDING) for base in bases if base in self._keys]
        if found:
            return found
        for base in (typed, *bases):
            meant = self._by_sound.get(base.translate(_SOUND)) if len(base) >= _SOUND_MIN else None
            if meant:
                return [Found(key, Way.SOUND) for key in meant]
        if not alone or typed in _COMMON:
            return []
        for base in (typed, *bases):
            near = self._one_amiss(base) if len(base) >= _LETTER_MIN else ()
            if near:
                return [Found(key, Way.LETTER) for key in near]
        return []

    def _one_amiss(self, typed: str) -> tuple[str, ...]:
        meant: dict[str, None] = {}
        for shorter in (typed, *_without_one(typed)):
            for key in self._without_one.get(shorter, ()):
                if key not in meant and _is_one_amiss(typed, key):
                    meant[key] = None
        return tuple(meant)


# Everyday words that are one letter away from words of alarm.
_COMMON = frozenset(
    fold(
        "ماشین خیابان میدان بیرون ساعت امروز دیروز اینجا آنجا خانه داخل بالای پایین بازار مدرسه کوچه سلام لطفا کنید همسایه "
        "نزدیک جلوی پشت کنار street there where about other house could would please right"
    ).split()
)


def _bases(typed: str, endings: int = 2) -> Iterator[str]:
    """Yield a word without its ending, the longest ending first, then without the one before it: «دزد‌ها‌شان»."""
    for ending in _ENDINGS:
        if typed.endswith(ending) and len(typed) - len(ending) >= _BASE_MIN:
            base = typed[: -len(ending)]
            yield base
            if endings > 1:
                yield from _bases(base, endings - 1)


def _bases_of_row(typed: str, last: str) -> Iterator[str]:
    """Yield words in a row without the ending of the last; an ending may stand apart: «زورگیر ها»."""
    for ending in _ENDINGS:
        if last == ending or (last.endswith(ending) and len(last) - len(ending) > 1):
            yield typed[: -len(ending)]


def _without_one(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _is_one_amiss(one: str, other: str) -> bool:
    """Whether one letter more, less or other, or two exchanged, makes one word the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
