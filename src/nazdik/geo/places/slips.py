"""
Words that are spelled a slip or two off.

Comparing a typed word with every word of a province letter by letter takes milliseconds. A slip changes the length by one at
most, and the set of letters by two at most, so a look at both, for all words at once, leaves a few hundred to compare.
"""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA


class Spellings:
    """Some words, to be asked for those near a spelling."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = list(words)
        self._lengths = np.array([len(word) for word in words], dtype=np.int16)
        self._letters = np.array([_letters(word) for word in words], dtype=np.uint64)

    def near(self, word: str, slips_max: int, limit: int) -> list[tuple[int, int]]:
        """
        The words at most so many slips away, as (slips, place among the words), the nearest first and equals in their order.

        A slip is a letter too many, too few or another, or two neighbours exchanged (optimal string alignment).
        """
        other_letters = np.bitwise_count(self._letters ^ np.uint64(_letters(word)))
        maybe = (np.abs(self._lengths - len(word)) <= slips_max) & (other_letters <= 2 * slips_max)
        places = np.flatnonzero(maybe).tolist()
        found = process.extract(
            word,
            [self._words[place] for place in places],
            scorer=OSA.distance,
            score_cutoff=slips_max,
            limit=limit,
            processor=None,
        )
        return [(int(slips), places[at]) for _, slips, at in found]


def _letters(word: str) -> int:
    """One bit for each letter; letters that share one only make words look nearer than they are."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits
