"""
Which kind do typed words tell of? A dictionary read with patience for spelling; every guess names the words it rests on.

Each entry that is said adds its weight to its kind, once. A word that is denied («چاقو ندارد», "no weapon") adds nothing. A word
that is not in the dictionary is tried without its ending, by its sound (س ص ث are one), and with one letter amiss; then it
counts for less. The longest row of words that is an entry wins over those inside it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nazdik.guide.model import ANY_KIND, Entry, Words
from nazdik.guide.spelling import Found, Spelling, Way
from nazdik.guide.tokens import Token, alternatives_of, clauses_of, folded
from nazdik.published.kinds import Kind

TEXT_MAX = 4_000
WORDS_IN_A_ROW = 5
NAME_WEIGHT = 6
OWN_WEIGHT = 5
# What a call-taker chooses when nothing fits; no word speaks for it.
UNKNOWN = "other"
# How much a word counts that had to be read otherwise than it was typed.
QUALITY = {Way.EXACT: 1.0, Way.ENDING: 1.0, Way.SOUND: 0.9, Way.LETTER: 0.7}


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Deny what follows within two words: «بدون مصدوم», "no weapon".
_BEFORE = _words("بدون بی هیچ هیچکس نه no not without never none bedune bedoone bi")
# Deny what stands within two words before: «چاقو ندارد», «کسی زخمی نشده».
_AFTER = _words(
    "ندارد نداره ندارند ندارن نداریم نداشت نداشته نداشتند نیست نیستند نیستن نبود نبوده نشده نشد نشدن نشدند نکرده نکرد "
    "ندیده ندیدم ندیدیم nadare nadarad nist nistan nashode nashod"
)
# Say that it is so: what is denied after these is something else.
_SO = _words("دارد داره دارند دارن داریم هست است شده شد هستند هستن کرده کردن کردند dare hast shode")
_FILLERS = _words(
    "هم که اصلا دیگه دیگر ای ها های کسی را رو چیزی هیچی انگار فعلا خوشبختانه any of the a an is are was were"
)
_BUT = _words("ولی اما لیکن but vali ama")
_REACH = 2


@dataclass(frozen=True, slots=True)
class Spoken:
    """One entry that was said: as it was typed, as the dictionary has it, and what it adds."""

    typed: str
    entry: Entry
    way: Way
    score: float


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind, the priority the words propose for it, and the words, the weightiest first."""

    code: str
    priority: int
    score: float
    spoken: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class Guessed:
    """The kinds, best first, and words that were said and denied."""

    guesses: tuple[Guess, ...]
    denied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    typed: str
    way: Way


class Guesser:
    """A dictionary made ready to be asked at every key."""

    def __init__(self, words: Words, kinds: Mapping[str, Kind]) -> None:
        self._kinds = kinds
        given = [kind for kind in kinds.values() if not kind.retired]
        may = {ANY_KIND, *(kind.code for kind in given)}
        entries = tuple(entry for entry in (*words.entries, *_own_words(given)) if entry.kind in may)
        self._entries = (*entries, *_names(entries, given))
        self._parts_of: list[int] = []
        keys: dict[str, list[tuple[int, int]]] = {}
        for number, entry in enumerate(self._entries):
            parts = alternatives_of(entry.text)
            self._parts_of.append(len(parts))
            for part, ways in enumerate(parts):
                for way in ways:
                    keys.setdefault("".join(way), []).append((number, part))
        self._spelling = Spelling(keys)
        self._keys = keys

    def guess(self, text: str, limit: int = 5) -> Guessed:
        """Return the kinds that `text` tells of, best first, at most `limit`."""
        said: dict[int, dict[int, _Said]] = {}
        denied: dict[str, None] = {}
        for clause in clauses_of(text[:TEXT_MAX]):
            self._read(clause, said, denied)
        return Guessed(self._rated(said)[:limit], tuple(denied)[:8])

    def _read(self, clause: list[Token], said: dict[int, dict[int, _Said]], denied: dict[str, None]) -> None:
        """
        Note what a clause says.

        An entry of one part counts only in the longest row of words that is one; parts of others count wherever they stand.
        """
        free_from = 0
        for at in range(len(clause)):
            for length in range(min(WORDS_IN_A_ROW, len(clause) - at), 0, -1):
                row = clause[at : at + length]
                found = self._spelling.find(tuple(token.word for token in row))
                if not found:
                    continue
                typed, free = _typed(row), at >= free_from
                if _is_denied(clause, at, length):
                    denied[typed] = None
                else:
                    self._note(found, typed, free, said)
                if free:
                    free_from = at + length

    def _note(self, found: tuple[Found, ...], typed: str, free: bool, said: dict[int, dict[int, _Said]]) -> None:
        surest = found[0].way
        for one in found:
            for number, part in self._keys[one.key]:
                if self._parts_of[number] > 1 or (free and one.way is surest):
                    _keep_best(said.setdefault(number, {}), part, _Said(typed, one.way))

    def _rated(self, said: dict[int, dict[int, _Said]]) -> tuple[Guess, ...]:
        by_kind: dict[str, list[Spoken]] = {}
        for number, parts in said.items():
            entry = self._entries[number]
            if len(parts) < self._parts_of[number]:
                continue
            worst = min((one.way for one in parts.values()), key=lambda way: QUALITY[way])
            typed = " + ".join(dict.fromkeys(parts[part].typed for part in sorted(parts)))
            by_kind.setdefault(entry.kind, []).append(Spoken(typed, entry, worst, entry.weight * QUALITY[worst]))
        urgent = by_kind.pop(ANY_KIND, [])
        guesses = [self._guess(code, spoken, urgent) for code, spoken in by_kind.items()]
        guesses.sort(key=lambda g: (-g.score, g.priority, g.code))
        return tuple(guesses)

    def _guess(self, code: str, spoken: list[Spoken], urgent: list[Spoken]) -> Guess:
        own = self._kinds[code].priority
        priority = min([own, *(s.entry.priority for s in (*spoken, *urgent) if s.entry.priority is not None)])
        reasons = sorted((*spoken, *urgent), key=lambda s: (-s.score, s.typed))
        return Guess(code, priority, round(sum(s.score for s in spoken), 1), tuple(reasons))


def _own_words(kinds: Iterable[Kind]) -> Iterator[Entry]:
    """Return what was said with the kinds themselves to speak for them."""
    return (
        Entry(text=word, kind=kind.code, weight=OWN_WEIGHT, gloss=kind.name_en) for kind in kinds for word in kind.words
    )


def _names(entries: Iterable[Entry], kinds: Iterable[Kind]) -> tuple[Entry, ...]:
    """Return the names of the kinds as entries, but those that the dictionary has already for them."""
    known = {(way, entry.kind) for entry in entries for way in alternatives_of(entry.text)[0]}
    return tuple(
        Entry(text=name, kind=kind.code, weight=NAME_WEIGHT, gloss=other)
        for kind in kinds
        if kind.code != UNKNOWN
        for name, other in ((kind.name_fa, kind.name_en), (kind.name_en, kind.name_fa))
        if 0 < len(folded(name)) <= WORDS_IN_A_ROW and (folded(name), kind.code) not in known
    )


def _keep_best(parts: dict[int, _Said], part: int, said: _Said) -> None:
    before = parts.get(part)
    if before is None or QUALITY[said.way] > QUALITY[before.way]:
        parts[part] = said


def _typed(row: list[Token]) -> str:
    """Return the words as they were typed; one that was folded in two is told once."""
    told: list[str] = []
    for token in row:
        if not told or told[-1] != token.typed:
            told.append(token.typed)
    return " ".join(told)


def _is_denied(clause: list[Token], at: int, length: int) -> bool:
    """Whether the words at this place are denied by one before or after them."""
    left = _REACH
    for token in reversed(clause[:at]):
        if token.word in _BUT or left == 0:
            break
        if token.word in _BEFORE:
            return True
        left -= token.word not in _FILLERS
    left = _REACH
    for token in clause[at + length :]:
        if token.word in _BUT or token.word in _SO or left == 0:
            return False
        if token.word in _AFTER:
            return True
        left -= token.word not in _FILLERS
    return False
