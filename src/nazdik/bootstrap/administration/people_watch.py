"""Puts published changes of people into the list by which they sign in: at once, and at a start what a crash kept out."""

import asyncio
import logging
from typing import Any

from nazdik.administration.events import ChangePublished
from nazdik.administration.model import Value
from nazdik.bootstrap.administration.persons import NAME, dated, person_of
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.organisation.store import People

_log = logging.getLogger(__name__)


class PeopleWatch:
    """The log says who people are; the list follows it."""

    def __init__(self, room: ControlRoom, people: People) -> None:
        self._room = room
        self._people = people
        self._tasks: set[asyncio.Task[None]] = set()
        self.catch_up()
        room.listeners.append(lambda batch: self._heard([fact for c in batch.commits for fact in c.events]))

    def catch_up(self) -> None:
        """Bring the list to what the log says."""
        for (kind, subject), setting in self._room.state.settings.items.items():
            if kind == NAME and setting.changes:
                self._put(subject, setting.changes[-1].value, setting.last)

    def _heard(self, facts: list[Any]) -> None:
        for fact in facts:
            if isinstance(fact, ChangePublished) and fact.kind == NAME:
                work = asyncio.to_thread(self._put, fact.subject, fact.value, fact.number)
                task = asyncio.get_running_loop().create_task(work)
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def _put(self, subject: str, value: Value | None, number: int) -> None:
        person_id = person_of(subject)
        if person_id is None:
            return
        try:
            seats, active = dated(person_id, value)
            self._people.put(person_id, seats, active=active, number=number)
        except Exception:
            # It stands in the log; the next start tries again.
            _log.exception("change %s of %s is not in the list of people", number, subject)
