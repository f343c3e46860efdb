"""Key questions of a kind of incident, and what their answers make of its priority."""

from collections.abc import Iterable

import msgspec

# What a priority stands for in points, and from how many points on a priority is proposed: one is the middle of the other.
_POINTS_OF = {1: 8, 2: 6, 3: 4, 4: 2, 5: 0}


class Answered(msgspec.Struct, frozen=True):
    """An answer as it is given: which question, which of its options; an empty option takes the answer back."""

    question: str
    option: str


class Option(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    One answer. `points` are added to the score.

    `short_*` is what the crew reads in a few words; an answer without them tells the crew nothing.
    """

    key: str
    fa: str
    en: str
    points: int = 0
    short_fa: str = ""
    short_en: str = ""


class Question(msgspec.Struct, frozen=True):
    """What is asked, and the answers in the order of their keys: 1, 2, 3 …"""

    id: str
    fa: str
    en: str
    options: tuple[Option, ...]

    def find_option(self, key: str) -> Option | None:
        """Return an answer."""
        return next((option for option in self.options if option.key == key), None)


class QuestionSet(msgspec.Struct, frozen=True, omit_defaults=True):
    """The questions of a kind. `floor` is the least urgent priority that answers may propose; None: one below the kind's own."""

    kind: str
    questions: tuple[Question, ...]
    floor: int | None = None

    def find_question(self, question_id: str) -> Question | None:
        """Return a question."""
        return next((question for question in self.questions if question.id == question_id), None)


class QuestionsInForce(msgspec.Struct, frozen=True):
    """The sets in force by kind, and the version of the book they stand in."""

    sets: dict[str, QuestionSet] = {}
    version: str = ""


def proposed_priority(own: int, points: Iterable[int], floor: int | None) -> int:
    """
    Return the priority that answers propose for a kind whose own priority is `own`.

    The kind brings 8 points for priority 1, and 6, 4, 2, 0 for the others; each answer adds its own. From 8 points on priority 1 is
    proposed, from 6 on 2, from 4 on 3, from 2 on 4. Never less urgent than the floor: only a person goes lower.
    """
    score = _POINTS_OF[own] + sum(points)
    reached = next((priority for priority, least in _POINTS_OF.items() if score >= least), 5)
    return min(reached, floor if floor is not None else min(5, own + 1))
