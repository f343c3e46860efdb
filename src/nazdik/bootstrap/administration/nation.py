"""
Settings and books of the nation: drafted and published once, in force in every province, under what a province has set itself.

Each province decides by its own log alone, so each log gets the change. It is drafted in one of them, the leader; the others
adopt what was published there, at once when they are at work, and when they are again if they were not.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from nazdik.administration.commands import Adopt
from nazdik.administration.events import ChangePublished
from nazdik.bootstrap.administration.setting_kinds import SETTING_KINDS, SettingKind
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.guide.commands import Adopt as AdoptBook
from nazdik.guide.events import VersionPublished, VersionRestored
from nazdik.guide.model import OF_NATION, Book, BookName
from nazdik.kernel import Actor, CommandId, Context, OfficeId, ProvinceId, Rejected, Unavailable
from nazdik.organisation.model import Role
from nazdik.platform.clock import Clock
from nazdik.published.offices import OfficeTree, Tier

_log = logging.getLogger(__name__)


def is_nations(tree: OfficeTree, subject: str) -> bool:
    """Whether a setting is the nation's."""
    office = tree.find_office(OfficeId(subject))
    return office is not None and office.tier is Tier.NATIONAL


def leader_of(rooms: Mapping[ProvinceId, ControlRoom], kind: str, subject: str) -> ControlRoom:
    """Return the province in whose log a setting of the nation is drafted: where it was drafted before, else the first."""
    ordered = [rooms[name] for name in sorted(rooms)]
    return max(ordered, key=lambda room: room.state.settings.setting(kind, subject).revisions)


def leader_of_book(rooms: Mapping[ProvinceId, ControlRoom], book: BookName) -> ControlRoom:
    """Return the province in whose log a book of the nation is drafted: where it was drafted before, else the first."""
    ordered = [rooms[name] for name in sorted(rooms)]
    return max(ordered, key=lambda room: room.state.guide.book(book).revisions)


def behind_in_book(rooms: Mapping[ProvinceId, ControlRoom], book: BookName) -> tuple[str, ...]:
    """Return the provinces in which the nation's book is not in force yet as it was published."""
    held = leader_of_book(rooms, book).state.guide.book(book)
    return tuple(str(name) for name in sorted(rooms) if not _same(rooms[name].state.guide.book(book), held))


def _same(one: Book, other: Book) -> bool:
    return one.in_force == other.in_force and one.content == other.content


def behind(rooms: Mapping[ProvinceId, ControlRoom], kind: SettingKind, subject: str) -> tuple[str, ...]:
    """Return the provinces in which what the nation published is not in force yet."""
    leader = leader_of(rooms, kind.name, subject)
    held = kind.own(leader.state, subject)
    return tuple(str(name) for name in sorted(rooms) if kind.own(rooms[name].state, subject) != held)


class NationWatch:
    """Sees to it that every province of this server has what the nation published. Belongs to the event loop."""

    def __init__(self, rooms: Mapping[ProvinceId, ControlRoom], nation: OfficeId, clock: Clock) -> None:
        self._rooms = rooms
        self._nation = nation
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        for room in rooms.values():
            room.listeners.append(lambda batch: self._heard(fact for c in batch.commits for fact in c.events))
            room.when_writing.append(self.open)

    def open(self) -> None:
        """Catch up with what was published while a province was not at work."""
        task = asyncio.get_running_loop().create_task(self.catch_up())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _heard(self, facts: Iterable[Any]) -> None:
        if any(map(self._is_nations, facts)):
            self.open()

    def _is_nations(self, fact: Any) -> bool:
        if isinstance(fact, VersionPublished | VersionRestored):
            return fact.book in OF_NATION.values()
        return isinstance(fact, ChangePublished) and fact.subject == self._nation

    async def catch_up(self) -> None:
        """Let every province that we write adopt what is newest of the nation's settings and books."""
        await self._catch_up_settings()
        await self._catch_up_books()

    async def _catch_up_books(self) -> None:
        for name in OF_NATION.values():
            leader = leader_of_book(self._rooms, name)
            held = leader.state.guide.book(name)
            for room in self._rooms.values() if held.since is not None else ():
                if room is leader or not room.writes or _same(room.state.guide.book(name), held):
                    continue
                adopt = AdoptBook(book=name, version=held.find_version(held.in_force))
                # Each coming into force is adopted once, however often we try.
                await self._submit(
                    room, adopt, held.by, f"nation:{name}:{leader.province}:{held.since}:{held.in_force}"
                )

    async def _catch_up_settings(self) -> None:
        for kind in (kind for kind in SETTING_KINDS.values() if kind.national):
            leader = leader_of(self._rooms, kind.name, self._nation)
            changes = leader.state.settings.setting(kind.name, self._nation).changes
            for room in self._rooms.values() if changes else ():
                if room is leader or not room.writes or kind.own(room.state, self._nation) == changes[-1].value:
                    continue
                newest = changes[-1]
                adopt = Adopt(
                    kind=kind.name,
                    subject=self._nation,
                    value=newest.value,
                    drafted_by=newest.drafted_by,
                    why=newest.why,
                )
                # Its number among the leader's changes: however often we try, it is adopted once.
                await self._submit(room, adopt, newest.by, f"nation:{kind.name}:{leader.province}:{newest.number}")

    async def _submit(self, room: ControlRoom, adopt: Adopt | AdoptBook, by: str, key: str) -> None:
        actor = Actor(id=by, role=Role.ADMINISTRATOR.value, office_id=self._nation)
        try:
            await room.submit(adopt, Context(at=self._clock.now(), actor=actor, command_id=CommandId(key)))
        except (Rejected, Unavailable) as error:
            _log.warning("%s has not got %s yet: %s", room.province, key, error)
