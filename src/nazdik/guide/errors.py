"""What the rules of the books refuse."""

from nazdik.kernel.rejected import Conflict, Invalid, NotFound


class ContentInvalid(Invalid):
    """A book has rows that cannot be used; `details.rows` names each with why."""

    code = "guide.content_invalid"


class NoDraft(NotFound):
    """Nothing is drafted for this book."""

    code = "guide.no_draft"


class NothingToTry(NotFound):
    """This book has no sentences to be tried on."""

    code = "guide.nothing_to_try"


class DraftChanged(Conflict):
    """Somebody saved another draft meanwhile: read and try that one."""

    code = "guide.draft_changed"


class SecondPersonNeeded(Conflict):
    """Whoever drafted this book may not publish it; somebody else reads it first."""

    code = "guide.second_person_needed"


class DraftWorse(Conflict):
    """The draft guesses fewer sentences right than what is in force; it can be published all the same if that is said."""

    code = "guide.draft_worse"


class VersionNotFound(NotFound):
    """This version is not held any more, or never was."""

    code = "guide.version_not_found"


class VersionInForce(Conflict):
    """This version is in force already."""

    code = "guide.version_in_force"


class BookNotNational(NotFound):
    """The nation has no such book: each province has its own."""

    code = "guide.book_not_national"
