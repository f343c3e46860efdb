"""
What a typed word may stand for among the words of an index: itself, a longer word it begins, one that sounds alike in the
other script, or one that differs by a slip or two.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rapidfuzz.distance import OSA

from nazdik.geo.places.model import Why
from nazdik.geo.places.slips import Spellings
from nazdik.geo.places.sounds import same_letters, sound, voiced

_PREFIX, _SOUND, _SOUND_PREFIX, _SLIP, _SHORT_SLIP, _TWO_SLIPS = 0.85, 0.93, 0.8, 0.78, 0.7, 0.64
_OFF_VOWEL, _OWN_VOWEL = 0.04, 0.07
_BEGUN_MAX, _ALIKE_MAX, _SIMILAR_MAX = 40, 16, 24
# Below these lengths another word is as likely as a slip.
_SLIP_LETTERS, _TWO_SLIPS_LETTERS = 3, 7
_SOUND_SLIP_LETTERS = 4
_PIECES_MAX = 5


@dataclass(frozen=True, slots=True)
class Meaning:
    """A word of the index that a typed word may stand for, how sure that is, and how it was found."""

    word: str
    sure: float
    why: Why


class Vocabulary:
    """The words of an index, to be asked in any spelling."""

    def __init__(
        self, words: Collection[str], joined: Collection[str] = (), spoken: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """
        Take the words of names, and those made of neighbouring words written as one.

        Args:
            spoken: Words that names hold in another form: numbers in words, short forms.
        """
        self._spoken = spoken
        self._known = frozenset((*words, *joined))
        self._sorted = sorted(self._known)
        spelled = [word for word in self._sorted if not word.isdecimal()]
        self._spelled = [word for word in (*spelled, *sorted(spoken)) if len(word) >= _SLIP_LETTERS]
        self._plain = Spellings([same_letters(word) for word in self._spelled])
        self._alike: dict[str, list[str]] = defaultdict(list)
        for word in (*spelled, *spoken):
            if (key := sound(word)) and len(word) > 1:
                self._alike[key].append(word)
        self._sounds = sorted(self._alike)
        self._heard = Spellings(self._sounds)
        # Only whole words are pieces of another: the joined ones are what the pieces make.
        self._whole = frozenset((*words, *spoken))

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def meanings(self, word: str, *, last: bool, forgiving: bool) -> list[Meaning]:
        """
        Return what `word` may stand for, itself first.

        Args:
            last: It may be half typed.
            forgiving: Look for slips even where the word as typed is known.
        """
        found = {word: Meaning(word, 1.0, Why.NAME)}
        if word.isdecimal():
            return list(found.values())
        known = word in self._known

        def add(meaning: Meaning) -> None:
            before = found.get(meaning.word)
            if before is None or before.sure < meaning.sure:
                found[meaning.word] = meaning

        if len(word) >= 2 and (last or not known):
            for begun in self._beginning_with(word):
                add(Meaning(begun, _PREFIX, Why.PREFIX))
        for meaning in self._sounding_like(word, last=last, known=known and not forgiving):
            add(self._as_held(meaning))
        if (not known or forgiving) and len(word) >= _SLIP_LETTERS:
            for meaning in self._with_slips(word):
                add(self._as_held(meaning))
        return list(found.values())

    def pieces(self, word: str) -> list[str] | None:
        """Return the known words that `word` is made of when it is itself unknown: «خیابانآزادی»."""
        if word in self._known or len(word) < 6 or word.isdecimal():
            return None
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(2, len(word) + 1):
            for start in range(end - 1):
                before = best[start]
                piece = word[start:end]
                if before is None or len(before) == _PIECES_MAX or piece not in self._whole:
                    continue
                here = best[end]
                if here is None or len(before) + 1 < len(here):
                    best[end] = [*before, piece]
        found = best[len(word)]
        if not found or len(found) < 2 or max(map(len, found)) < 3:
            return None
        return [self._spoken.get(piece, piece) for piece in found]

    def _as_held(self, meaning: Meaning) -> Meaning:
        """Return a meaning in the form in which names hold it."""
        held = self._spoken.get(meaning.word)
        return meaning if held is None else Meaning(held, meaning.sure, meaning.why)

    def _beginning_with(self, word: str) -> Iterator[str]:
        at = bisect_left(self._sorted, word)
        for candidate in self._sorted[at : at + _BEGUN_MAX]:
            if not candidate.startswith(word):
                return
            if candidate != word:
                yield candidate

    def _sounding_like(self, word: str, *, last: bool, known: bool) -> Iterator[Meaning]:
        """Yield words of equal sound: of the other script always, of the same script when the word is not known."""
        key = sound(word)
        if not key:
            return
        latin = word.isascii()
        alike = (c for c in self._alike.get(key, ()) if c != word and (c.isascii() != latin or not known))
        yield from _closest(word, alike, _SOUND)
        if last and len(key) >= 3 and not known:
            at = bisect_left(self._sounds, key)
            begun: list[str] = []
            for longer in self._sounds[at : at + _BEGUN_MAX]:
                if not longer.startswith(key):
                    break
                if longer != key:
                    begun += (c for c in self._alike[longer] if c.isascii() != latin)
            for candidate in begun[:_BEGUN_MAX]:
                yield Meaning(candidate, _SOUND_PREFIX, Why.PREFIX)

    def _with_slips(self, word: str) -> Iterator[Meaning]:
        far = 2 if len(word) >= _TWO_SLIPS_LETTERS else 1
        for slips, place in self._plain.near(same_letters(word), far, _SIMILAR_MAX):
            other = self._spelled[place]
            short = len(word) == _SLIP_LETTERS
            if slips and short and len(other) <= len(word):
                # Three letters with one changed are another word; with one missing they may be this one.
                continue
            sure = _SOUND if not slips else _TWO_SLIPS if slips == 2 else _SHORT_SLIP if short else _SLIP
            yield Meaning(other, sure, Why.SPELLING)
        if not word.isascii() or len(key := sound(word)) < _SOUND_SLIP_LETTERS:
            return
        # A slip in a transliteration: its sound is compared with the sounds of all words.
        near: list[str] = []
        for _, place in self._heard.near(key, 1, _SIMILAR_MAX):
            near += (c for c in self._alike[self._sounds[place]] if not c.isascii())
        yield from _closest(word, near, _SLIP)


def _closest(word: str, candidates: Iterator[str] | Sequence[str], sure: float) -> Iterator[Meaning]:
    """Yield the candidates whose vowels are nearest to those of `word`."""
    whole = voiced(word)
    ranked = sorted((OSA.distance(whole, voiced(candidate)), candidate) for candidate in candidates)
    for off, candidate in ranked[:_ALIKE_MAX]:
        if candidate.isascii() == word.isascii():
            # In one script a long vowel more or less is a slip like any other.
            yield Meaning(candidate, sure - _OWN_VOWEL * (1 + min(off, 4)), Why.SPELLING)
        else:
            yield Meaning(candidate, sure - _OFF_VOWEL * min(off, 6), Why.SOUND)
