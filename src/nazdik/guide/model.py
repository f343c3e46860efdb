"""Books that people edit: what is in them, which version is in force, and what is being drafted."""

from enum import StrEnum

import msgspec
from immutables import Map

from nazdik.kernel import Instant, ProvinceId
from nazdik.published.plans import PlanRule
from nazdik.published.questions import QuestionSet

# A word that speaks for no kind, only for urgency, whatever it is.
ANY_KIND = "*"
# The weight, in a province's book, of an entry of the nation that does not count there.
SILENT = 0


class BookName(StrEnum):
    """Which book."""

    WORDS = "words"
    QUESTIONS = "questions"
    PLANS = "plans"
    # The nation's, in force under what a province has in its own.
    NATION_WORDS = "nation_words"
    NATION_QUESTIONS = "nation_questions"
    NATION_PLANS = "nation_plans"


# Which book of the nation lies under which of a province.
OF_NATION = {
    BookName.WORDS: BookName.NATION_WORDS,
    BookName.QUESTIONS: BookName.NATION_QUESTIONS,
    BookName.PLANS: BookName.NATION_PLANS,
}


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    What callers say, and the kind it speaks for.

    Attributes:
        text: One to five words; `a / b` says the same in two ways; `a + b` counts when both are said anywhere.
        kind: The kind's code, or `*` for words that only make it more urgent.
        weight: 1 (a hint) to 9 (says it all).
        priority: What these words alone make of it; None leaves the kind's own.
        gloss: The same in the other language, for readers of it.
    """

    text: str
    kind: str
    weight: int = 3
    priority: int | None = None
    gloss: str = ""


class Sentence(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something a caller may say, and the kind it should be taken for; a draft is tried on these."""

    text: str
    kind: str


class Words(msgspec.Struct, frozen=True, tag="words"):
    """
    The dictionary, and the sentences on which a draft of it is tried.

    `over` holds only what a province has otherwise than the nation: an entry of weight 0 is one that does not count there.
    """

    entries: tuple[Entry, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    over: bool | msgspec.UnsetType = msgspec.UNSET


class Questions(msgspec.Struct, frozen=True, tag="questions"):
    """
    The key questions of the kinds that have some.

    `over` holds only what a province asks otherwise than the nation: a set without questions is one that it does not ask.
    """

    sets: tuple[QuestionSet, ...] = ()
    over: bool | msgspec.UnsetType = msgspec.UNSET


class Plans(msgspec.Struct, frozen=True, tag="plans"):
    """Response plans of offices; what no rule says is the kind's own plan."""

    rules: tuple[PlanRule, ...] = ()


Content = Words | Questions | Plans

# Who drafts these does not publish them: they decide how many cars come, or hold in the whole country.
SECOND_PERSON = frozenset({BookName.PLANS, *OF_NATION.values()})


class Trial(msgspec.Struct, frozen=True):
    """How many of the tried sentences were guessed right at first, and within three; what is in force now beside it."""

    sentences: int
    first: int
    within_three: int
    first_before: int
    within_three_before: int


class Draft(msgspec.Struct, frozen=True):
    """What may become the next version; every save raises the revision."""

    revision: int
    content: Content
    by: str
    at: Instant


class Version(msgspec.Struct, frozen=True):
    """What was published; never changed again."""

    number: int
    content: Content
    by: str
    at: Instant
    note: str
    trial: Trial | None = None


class Book(msgspec.Struct, frozen=True):
    """One book. Version 0 is what ships with the program; `versions` are the newest of those published, oldest first."""

    name: BookName
    in_force: int = 0
    last: int = 0
    versions: tuple[Version, ...] = ()
    draft: Draft | None = None
    revisions: int = 0
    since: Instant | None = None
    # Who put in force what is.
    by: str = ""

    def find_version(self, number: int) -> Version | None:
        """Return a version that is still held."""
        return next((version for version in self.versions if version.number == number), None)

    @property
    def content(self) -> Content | None:
        """What is in force; None while that is what ships."""
        version = self.find_version(self.in_force)
        return version.content if version is not None else None


class Guide(msgspec.Struct, frozen=True):
    """All books of a province; one that nobody has touched is not there."""

    province: ProvinceId
    books: Map[BookName, Book] = Map()

    def book(self, name: BookName) -> Book:
        """Return a book as it stands."""
        return self.books.get(name) or Book(name=name)
