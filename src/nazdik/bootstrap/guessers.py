"""The dictionaries in force, each made ready once."""

from nazdik.administration.model import Settings
from nazdik.bootstrap.administration.incident_kinds import SHIPPED, kinds_in_force
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.guide.guessing import Guesser
from nazdik.guide.layers import content_of, label_in_force, nations_of
from nazdik.guide.model import Book, BookName, Words
from nazdik.guide.shipped import label_of, shipped
from nazdik.kernel import ProvinceId


class Guessers:
    """Makes a dictionary ready when it is first asked, and again when another, or other kinds, are in force."""

    def __init__(self) -> None:
        self._shipped: Guesser | None = None
        self._of_province: dict[ProvinceId, tuple[tuple[object, object, Settings], Guesser]] = {}

    def of(self, room: ControlRoom | None) -> tuple[Guesser, str]:
        """Return the dictionary of a province and its version; without a province what ships."""
        if room is None:
            if self._shipped is None:
                self._shipped = Guesser(words_of(shipped(BookName.WORDS)), SHIPPED)
            return self._shipped, label_of(Book(name=BookName.WORDS))
        guide, settings = room.state.guide, room.state.settings
        rests_on = (guide.book(BookName.WORDS).content, nations_of(guide, BookName.WORDS), settings)
        kept = self._of_province.get(room.province)
        if kept is None or any(one is not other for one, other in zip(kept[0], rests_on, strict=True)):
            guesser = Guesser(words_of(content_of(guide, BookName.WORDS)), kinds_in_force(settings))
            kept = self._of_province[room.province] = (rests_on, guesser)
        return kept[1], label_in_force(guide, BookName.WORDS)


def words_of(content: object) -> Words:
    """Return a dictionary's content as what it is."""
    assert isinstance(content, Words)
    return content
