"""
The tree at work follows the log: what is published is in force before anybody is told of it, and each start reads it again.

Working out areas takes a quarter of a second, so it is done beside the work when something is drafted and before it is
published; what is left when it comes in force is putting one tree in the place of another.
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from nazdik.administration.errors import ValueInvalid
from nazdik.administration.events import ChangePublished
from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.office_tree import nation
from nazdik.bootstrap.office_tree.settings import NAME, read
from nazdik.geo.errors import GeoBuildError
from nazdik.geo.office_changes import OfficeChanges
from nazdik.geo.responsible import Changed, OfficeForest
from nazdik.kernel import Instant, OfficeId, ProvinceId

if TYPE_CHECKING:
    from collections.abc import Callable

    from nazdik.bootstrap.control_room import ControlRoom
    from nazdik.platform.eventlog.machine import Batch

_log = logging.getLogger(__name__)


class OfficeBook:
    """Keeps one forest as the logs of its provinces have it. Belongs to the event loop."""

    def __init__(self, forest: OfficeForest) -> None:
        self.forest = forest
        # When national command got the name it has; each province's log may tell of it.
        self._named_at = Instant(0)
        # Told of each province whose tree is another one.
        self.listeners: list[Callable[[ProvinceId], None]] = []

    def open(self, province: ProvinceId, settings: Settings) -> None:
        """Bring the forest to what a log says, before anything is decided."""
        called = nation.named(settings)
        if called is not None and called[0] >= self._named_at:
            self._named_at = called[0]
            self.forest.take_over(self.forest.with_national(called[1]))
        try:
            self.forest.take_over(self.forest.with_changes(province, changed_of(settings)))
        except GeoBuildError as error:
            # Better served by the tree of the region than by nobody; whoever runs the server has to know.
            _log.exception("the offices of %s are those of its region: %s", province, error.message_en)

    def follow(self, room: "ControlRoom", batch: "Batch[Any]") -> None:
        """Put a published tree in force."""
        facts = (fact for commit in batch.commits for fact in commit.events)
        if not any(isinstance(fact, ChangePublished) and fact.kind in (NAME, nation.NAME) for fact in facts):
            return
        before = {office.id: self.forest.chain_of(office.id) for office in self.forest.list_offices()}
        self.open(room.province, batch.after.settings)
        moved = {
            office.id
            for office in self.forest.list_offices()
            if self.forest.chain_of(office.id) != before.get(office.id)
        }
        room.views.offices_moved(frozenset(moved & set(before)) | _closed(before, self.forest))
        room.offices_changed()
        for listener in self.listeners:
            listener(room.province)

    async def make_ready(self, province: ProvinceId, value: Value | None) -> None:
        """Work out what a value would come to. Raises `ValueInvalid` when it would not hang together."""
        try:
            await asyncio.to_thread(self.forest.make_ready, province, _changes(value))
        except GeoBuildError as error:
            raise ValueInvalid(
                field="offices", what=error.message_en, fa=error.message_fa, en=error.message_en
            ) from error


def changed_of(settings: Settings) -> Changed:
    """Return what was changed when, as far back as it is held."""
    changes = settings.setting(NAME, str(settings.province)).changes
    return tuple((change.at, _changes(change.value)) for change in changes if change.at is not None)


def _changes(value: Value | None) -> OfficeChanges | None:
    return None if value is None else read(value)


def _closed(before: dict[OfficeId, tuple[OfficeId, ...]], forest: OfficeForest) -> frozenset[OfficeId]:
    """Return the offices that are there no more: what they had is another's now."""
    there = {office.id for office in forest.list_offices()}
    return frozenset(before.keys() - there)
