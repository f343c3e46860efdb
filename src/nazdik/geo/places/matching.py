"""
How well every record of an index answers the words of a question.

Each word of the question marks the records that hold it or something it may stand for; rare words weigh more than common
ones. A record's `recall` is the share of the question it answers, its `precision` the share of its name that was asked for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from nazdik.geo.gazetteer import PlacesFile
from nazdik.geo.places.model import Why
from nazdik.geo.places.vocabulary import Meaning, Vocabulary
from nazdik.geo.words import GENERIC_WORDS, SPOKEN, TITLES, words_of

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

_GENERIC_WEIGHT, _TITLE_WEIGHT, _POSITION_WEIGHT, _WEIGHT_MAX = 0.45, 0.2, 0.1, 6.0
_CONTEXT, _OTHER_NAME, _JOINED = 0.6, 0.95, 0.94
_WHY_OF_TABLE = {1.0: Why.NAME, _OTHER_NAME: Why.OTHER_NAME, _JOINED: Why.JOINED, _CONTEXT: Why.AROUND}
_ORDER = tuple(Why)
_NUMBER_OF = {why: n for n, why in enumerate(_ORDER)}
_HEARD = _NUMBER_OF[Why.SOUND]
# Words that say where something stands from another; the point we can find is the other.
POSITION_WORDS = frozenset(
    words_of("روبروی رو به مقابل جنب نزدیک پشت جلوی بعد قبل از در سر ته انتهای ابتدای near opposite at")
)


@dataclass(slots=True)
class Marks:
    """How well each record answers some words; see the module."""

    recall: Scores
    precision: Scores

    def text(self) -> Scores:
        """Return the two as one score; 0 where only the surroundings were named."""
        score: Scores = np.where(self.precision > 0, 0.8 * self.recall + 0.2 * self.precision, 0).astype(np.float32)
        return score


@dataclass(slots=True)
class Answers:
    """What each word of a question marks: one row a word, one column a record; `of` sums up some of the rows."""

    weights: list[float]
    latin: list[bool]
    by_word: Scores
    in_name: Scores
    how: Bytes

    def of(self, positions: Sequence[int]) -> Marks:
        """Return how the records answer the words at `positions`."""
        rows = list(positions)
        total = sum(self.weights[row] for row in rows) or 1.0
        precision = np.minimum(1.0, self.in_name[rows].sum(axis=0)).astype(np.float32)
        return Marks((self.by_word[rows].sum(axis=0) / total).astype(np.float32), precision)

    def heard(self, positions: Sequence[int], records: Ints) -> Scores:
        """
        Return, of what some records answer, the share that they answer by a word of the other script that only sounds so.

        Of what is typed in Latin letters nothing: how a name is written in them is everybody's own choice.
        """
        rows = np.array(positions, dtype=np.int64)
        cells = np.ix_(rows, records)
        weights = np.array(self.weights, dtype=np.float32)[rows]
        answered = weights @ (self.by_word[cells] > 0)
        surely_typed = weights * ~np.array(self.latin)[rows]
        share: Scores = (surely_typed @ (self.how[cells] == _HEARD) / np.maximum(answered, 1e-6)).astype(np.float32)
        return share

    def why(self, record: int) -> Why:
        """Return the least sure way in which a word of the question was taken for one of the record."""
        return _ORDER[int(self.how[:, record].max())]


class _Postings:
    """Which records hold a word, and what share of the name it is in each."""

    def __init__(self) -> None:
        self._shares: dict[str, dict[int, float]] = defaultdict(dict)

    def add(self, word: str, record: int, share: float) -> None:
        of_word = self._shares[word]
        of_word[record] = max(share, of_word.get(record, 0.0))

    def frozen(self) -> dict[str, tuple[Ints, Scores]]:
        return {
            word: (
                np.fromiter(shares, dtype=np.int64, count=len(shares)),
                np.fromiter(shares.values(), dtype=np.float32, count=len(shares)),
            )
            for word, shares in self._shares.items()
        }


class Matcher:
    """The words of all records, ready to be asked."""

    def __init__(self, file: PlacesFile) -> None:
        self._size = len(file.names)
        variants = [
            (words_of(name), words_of(name_en), *map(words_of, file.other_names.get(str(i), ())))
            for i, (name, name_en) in enumerate(zip(file.names, file.names_en, strict=True))
        ]
        contexts = [frozenset((*words_of(name), *words_of(name_en))) for name, name_en in file.contexts]
        seen = Counter(word for names in variants for word in {word for name in names for word in name})
        words = seen.keys() | {word for context in contexts for word in context}
        self._weights = {word: self._weigh(word, seen[word]) for word in words}
        tables = {quality: _Postings() for quality in _WHY_OF_TABLE}
        for i, (names, context) in enumerate(zip(variants, file.context, strict=True)):
            own: set[str] = set()
            for order, name in enumerate(names):
                total = sum(map(self.weight, name)) or 1.0
                table = tables[1.0 if order < 2 else _OTHER_NAME]
                for word in dict.fromkeys(name):
                    table.add(word, i, self.weight(word) / total)
                for first, length, whole in _joinable(name):
                    tables[_JOINED].add(whole, i, sum(map(self.weight, name[first : first + length])) / total)
                own.update(name)
            for word in contexts[context] - own:
                tables[_CONTEXT].add(word, i, 0.0)
        self._postings = {quality: table.frozen() for quality, table in tables.items()}
        self.vocabulary = Vocabulary(words, self._postings[_JOINED].keys(), SPOKEN)

    def weight(self, word: str) -> float:
        """Return how much a word of a question counts; one that no name holds counts as a rare one."""
        known = self._weights.get(word)
        return self._weigh(word, self._size // 50) if known is None else known

    def answers(self, words: Sequence[str], *, forgiving: bool) -> Answers:
        """Return what each of `words` marks."""
        count = len(words)
        found = Answers(
            weights=[self.weight(word) for word in words],
            latin=[word.isascii() for word in words],
            by_word=np.zeros((count, self._size), dtype=np.float32),
            in_name=np.zeros((count, self._size), dtype=np.float32),
            how=np.zeros((count, self._size), dtype=np.uint8),
        )
        for position, word in enumerate(words):
            for meaning in self.vocabulary.meanings(word, last=position == count - 1, forgiving=forgiving):
                self._mark(found, position, word, meaning)
        self._mark_joined(found, words)
        return found

    def _mark(self, found: Answers, position: int, word: str, meaning: Meaning) -> None:
        # What was typed of a longer word names only so much of it.
        typed = meaning.sure
        if meaning.why is Why.PREFIX:
            typed *= min(1.0, len(word) / len(meaning.word))
        for quality, table in self._postings.items():
            posting = table.get(meaning.word)
            if posting is None:
                continue
            why = max(_NUMBER_OF[_WHY_OF_TABLE[quality]], _NUMBER_OF[meaning.why])
            value = found.weights[position] * meaning.sure * quality
            _raise(found, position, posting[0], value, posting[1] * np.float32(typed), why)

    def _mark_joined(self, found: Answers, words: Sequence[str]) -> None:
        why = _NUMBER_OF[Why.JOINED]
        for first, length, whole in _joinable(words):
            for quality in (1.0, _OTHER_NAME, _JOINED):
                posting = self._postings[quality].get(whole)
                if posting is None:
                    continue
                share = posting[1] / np.float32(length)
                for position in range(first, first + length):
                    _raise(found, position, posting[0], found.weights[position] * _JOINED, share, why)

    def _weigh(self, word: str, records: int) -> float:
        if word in POSITION_WORDS:
            return _POSITION_WEIGHT
        if word in TITLES:
            return _TITLE_WEIGHT
        if word in GENERIC_WORDS:
            return _GENERIC_WEIGHT
        return min(_WEIGHT_MAX, log(2 + self._size / (1 + records)))


def _raise(found: Answers, position: int, records: Ints, value: float, share: Scores, why: int) -> None:
    row, names = found.by_word[position], found.in_name[position]
    better = row[records] < value
    chosen = records[better]
    row[chosen] = value
    found.how[position, chosen] = why
    names[records] = np.maximum(names[records], share)


def _joinable(words: Sequence[str]) -> Iterable[tuple[int, int, str]]:
    """Yield first, length and spelling of neighbouring words written as one: ولی عصر is often ولیعصر."""
    for length in (2, 3):
        for first in range(len(words) - length + 1):
            run = words[first : first + length]
            if not any(word.isdecimal() for word in run):
                yield first, length, "".join(run)
