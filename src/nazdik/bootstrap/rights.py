"""
Rights that were changed beside the server: who left, who was posted elsewhere, whose sessions and trackers were revoked.

The command line writes to the files; the server looks at them every two seconds, ends what is no longer good, and writes
down in the audit log that it did.
"""

import asyncio
import logging
from dataclasses import dataclass

from nazdik.bootstrap.door import posting_of
from nazdik.bootstrap.entrance import HANDHELD, Entrance
from nazdik.bootstrap.identity.glass import GLASS
from nazdik.bootstrap.leaving import leave
from nazdik.kernel import DeviceId, PersonId
from nazdik.organisation.store import Person
from nazdik.platform.auth import Session
from nazdik.platform.faults import LogUnavailable

LOOK_EVERY_S = 2.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that is no longer good, and why."""

    session: Session
    why: str


class Rights:
    """Keeps sessions and trackers to what the files say now."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    async def run(self) -> None:
        """Look again and again. A store that does not answer is looked at next time."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except LogUnavailable as fault:
                _log.error("rights could not be looked at: %s", fault)

    async def look(self) -> list[Ended]:
        """End what is no longer good, and return it."""
        ended, devices = await asyncio.to_thread(self._read)
        for one in ended:
            # First the line: should writing fail, nobody sees more than they may.
            self._entrance.hub.cut(one.session.id)
            self._entrance.registry.close_session(one.session.id)
        for one in ended:
            await leave(self._entrance, one.session)
        audit = self._entrance.building.audit
        if audit is not None:
            for one in ended:
                details = {"why": one.why, "role": one.session.role}
                await audit.record(
                    actor="system", what="end_session", subject=one.session.person, purpose="rights", details=details
                )
            for device in devices:
                await audit.record(actor="system", what="revoke_device", subject=device, purpose="rights")
        return ended

    def _read(self) -> tuple[list[Ended], list[str]]:
        registry = self._entrance.registry
        devices = [str(device) for device in self._entrance.fleet.devices.refresh()]
        found = [Ended(session, "revoked") for session in registry.find_ended_elsewhere()]
        revoked = {one.session.id for one in found}
        sessions = registry.list_sessions()
        people = self._entrance.people.find_people(PersonId(one.person) for one in sessions)
        for session in sessions:
            why = self._why_not(session, people.get(PersonId(session.person)))
            if why is not None and session.id not in revoked:
                found.append(Ended(session, why))
        return found, devices

    def _why_not(self, session: Session, person: Person | None) -> str | None:
        """Return why a session of this person may not go on, or None."""
        if session.expires_at <= self._entrance.building.clock.now():
            return "expired"
        if self._entrance.registry.is_idle(session):
            return "left_alone"
        if session.person.startswith(HANDHELD):
            device = self._entrance.fleet.devices.find_device(DeviceId(session.person.removeprefix(HANDHELD)))
            if device is None and self._entrance.registry.is_from_elsewhere(session):
                return None
            return "revoked" if device is None or device.revoked_at is not None else None
        if person is None:
            return None  # A seat of the demo: nobody in the list of people.
        if not person.active:
            return "deactivated"
        if GLASS in session.grants:
            return None  # Another's seat, for half an hour, by two people.
        return "posted_elsewhere" if person.posting != posting_of(session) else None
