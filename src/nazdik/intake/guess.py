"""Which kinds do typed words suggest? Fast, explainable, and as good as the catalogue's words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nazdik.published.kinds import Kind

_SAME_LETTER = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ؤ": "و", "\u200c": " ", "\u0640": None}
)
_NOT_WORDS = re.compile(r"[^\w]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Guess:
    """A suggested kind, how strongly, and the words that spoke for it."""

    code: str
    score: float
    words: tuple[str, ...]


def normalise(text: str) -> str:
    """Return text with one spelling: Persian letters, no half-space, lower case, single spaces."""
    return _NOT_WORDS.sub(" ", text.translate(_SAME_LETTER).casefold()).strip()


def guess_kinds(text: str, kinds: Sequence[Kind], limit: int = 5) -> list[Guess]:
    """Return the kinds whose words or names stand in `text`, best first; longer words weigh more, so does urgency in a tie."""
    heard = f" {normalise(text)} "
    guesses = []
    for kind in kinds:
        own = {normalise(word) for word in (*kind.words, kind.name_fa, kind.name_en)}
        # A word counts where it begins: Persian adds endings («دزدها», «دعوای»), hardly ever beginnings.
        spoken = sorted(word for word in own if word and f" {word}" in heard)
        if spoken:
            score = sum(len(word) ** 1.5 for word in spoken)
            guesses.append((score, -kind.priority, Guess(kind.code, round(score, 1), tuple(spoken))))
    guesses.sort(key=lambda g: (-g[0], -g[1], g[2].code))
    return [guess for _, _, guess in guesses[:limit]]
