"""Typed text as the guesser reads it: clauses of folded words, each with the spelling it was typed in."""

import re
from dataclasses import dataclass

from nazdik.kernel.text import fold

# What is said on one side of these does not negate what is said on the other.
_CLAUSE_ENDS = re.compile(r"[.,;:!?…،؛؟\n\r()\[\]«»\"|]+")
_BETWEEN = re.compile(r"[\s/\\]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One folded word and what stood in the text for it; a word typed with a half-space is two tokens of one spelling."""

    word: str
    typed: str


def folded(text: str) -> tuple[str, ...]:
    """Return the folded words of a text."""
    return tuple(fold(text).split())


def clauses_of(text: str) -> list[list[Token]]:
    """Return the clauses of a text, none of them empty."""
    clauses = []
    for clause in _CLAUSE_ENDS.split(text):
        tokens = [Token(word, typed) for typed in _BETWEEN.split(clause) if typed for word in folded(typed)]
        if tokens:
            clauses.append(tokens)
    return clauses


def alternatives_of(text: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return an entry's parts (`+`), in each the ways to say it (`/`), each as folded words."""
    return tuple(tuple(folded(way) for way in part.split("/")) for part in text.split("+"))
