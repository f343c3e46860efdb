"""How a draft of the dictionary does on its sentences, and how what is in force does on the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from nazdik.guide.guessing import Guesser
from nazdik.guide.model import Trial, Words
from nazdik.published.kinds import Kind


@dataclass(frozen=True, slots=True)
class Differing:
    """A sentence that the draft takes for another kind than what is in force; None: for none."""

    text: str
    kind: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Tried:
    """The figures, sentences that changed, and those that the draft still gets wrong."""

    trial: Trial
    changed: tuple[Differing, ...]
    wrong: tuple[Differing, ...]


def try_words(draft: Words, now: Words, kinds: Mapping[str, Kind]) -> Tried:
    """Try the draft's sentences on both."""
    before, after = Guesser(now, kinds), Guesser(draft, kinds)
    firsts = withins = firsts_before = withins_before = 0
    changed, wrong = [], []
    for sentence in draft.sentences:
        old, new = _codes(before, sentence.text), _codes(after, sentence.text)
        firsts += new[:1] == [sentence.kind]
        withins += sentence.kind in new
        firsts_before += old[:1] == [sentence.kind]
        withins_before += sentence.kind in old
        differing = Differing(sentence.text, sentence.kind, next(iter(old), None), next(iter(new), None))
        if differing.before != differing.after:
            changed.append(differing)
        if differing.after != sentence.kind:
            wrong.append(differing)
    trial = Trial(
        sentences=len(draft.sentences),
        first=firsts,
        within_three=withins,
        first_before=firsts_before,
        within_three_before=withins_before,
    )
    return Tried(trial, tuple(changed), tuple(wrong))


def _codes(guesser: Guesser, text: str) -> list[str]:
    return [guess.code for guess in guesser.guess(text, 3).guesses]
