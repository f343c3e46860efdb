"""Letters to other systems as a desk sees them: those of its own cases that nobody has signed for. Bootstrap gives: `outbox`."""

from typing import Protocol

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import SkipValidation

from nazdik.oversight.desk_api import Staff
from nazdik.oversight.model import Case, Letter
from nazdik.oversight.public_api import Service
from nazdik.oversight.views import LetterView, letter_view


class Outbox(Protocol):
    """Carries letters."""

    def open_letters(self) -> list[tuple[Case, Letter, int, str]]:
        """Return the letters that nobody has signed for: case, letter, tries since the start, and what came of the last."""


class OpenLetter(msgspec.Struct):
    """A letter that nobody has signed for. `last` is what came of the last try: a status, a fault, or `no_line`."""

    case_id: str
    letter: LetterView
    tries: int
    last: str


@get("/v1/letters")
async def list_letters(
    sitting: Staff, oversight: Service, outbox: NamedDependency[SkipValidation[Outbox]]
) -> list[OpenLetter]:
    """Return the letters of the desk's cases that nobody has signed for yet."""
    await oversight.note(sitting.person, "oversight_letters", "duty")
    who = oversight.now_for(sitting.person)
    return [
        OpenLetter(case.id, letter_view(letter), tries, last)
        for case, letter, tries, last in outbox.open_letters()
        if oversight.rows.has(*who, case.id)
    ]


ROUTES: tuple[BaseRouteHandler, ...] = (list_letters,)
