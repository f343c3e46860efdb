"""The dictionaries in force, each made ready once."""

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.guide.guessing import Guesser
from nazdik.guide.model import Book, BookName, Words
from nazdik.guide.shipped import content_of, label_of, shipped
from nazdik.kernel import ProvinceId
from nazdik.published.catalogue import KINDS

BY_CODE = {kind.code: kind for kind in KINDS}


class Guessers:
    """Makes a dictionary ready when it is first asked, and again when another is in force."""

    def __init__(self) -> None:
        self._shipped: Guesser | None = None
        self._of_province: dict[ProvinceId, tuple[Words, Guesser]] = {}

    def of(self, room: ControlRoom | None) -> tuple[Guesser, str]:
        """Return the dictionary of a province and its version; without a province what ships."""
        book = room.state.guide.book(BookName.WORDS) if room is not None else Book(name=BookName.WORDS)
        if room is None or book.content is None:
            if self._shipped is None:
                self._shipped = Guesser(words_of(shipped(BookName.WORDS)), BY_CODE)
            return self._shipped, label_of(Book(name=BookName.WORDS))
        words = words_of(content_of(room.state.guide, BookName.WORDS))
        kept = self._of_province.get(room.province)
        if kept is None or kept[0] is not words:
            kept = self._of_province[room.province] = (words, Guesser(words, BY_CODE))
        return kept[1], label_of(book)


def words_of(content: object) -> Words:
    """Return a dictionary's content as what it is."""
    assert isinstance(content, Words)
    return content
