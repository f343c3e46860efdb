"""What people ask of the books."""

import msgspec

from nazdik.guide.model import BookName, Content, Trial, Version


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A request about one book."""

    book: BookName


class SaveDraft(Command, frozen=True, kw_only=True):
    """
    Keep this as the draft, in place of the one before.

    `revision` is the draft that its writer had before their eyes (0: none), `over` the version in force; where they are given,
    anything else is refused, so that nobody's work goes unseen.
    """

    content: Content
    revision: int | None = None
    over: int | None = None


class DropDraft(Command, frozen=True, kw_only=True):
    """Throw the draft away."""


class PublishDraft(Command, frozen=True, kw_only=True):
    """
    Put the draft in force. `revision` is the draft that was tried and read; another one is refused.

    A draft that guesses fewer sentences right than what is in force is refused unless `even_if_worse`.
    """

    revision: int
    note: str = ""
    trial: Trial | None = None
    even_if_worse: bool = False


class RollBack(Command, frozen=True, kw_only=True):
    """Put an earlier version in force again; 0 is what ships."""

    to: int
    note: str = ""


class Adopt(Command, frozen=True, kw_only=True):
    """Have in force what the nation published in another province's log; None: its book is as it ships again."""

    version: Version | None
