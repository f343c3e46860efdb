"""Reports that are no emergencies: taken in through the journal, followed to their end for whoever reported them."""

import asyncio
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from nazdik.bootstrap.administration.message_texts import texts_in_force
from nazdik.bootstrap.administration.report_services import nations_services, services_in_force
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.door import House
from nazdik.bootstrap.guessers import Guessers
from nazdik.bootstrap.province_state import ProvinceState, decode
from nazdik.dispatch import events as dispatch_events
from nazdik.intake import events as intake_events
from nazdik.intake.callers.envelope import Came
from nazdik.intake.callers.reports import PRIORITY, Report, read_report, report_call, without_key
from nazdik.intake.callers.service import Callers
from nazdik.intake.model import Channel
from nazdik.interchange.open311.documents import PLACE_DECIMALS, TEXTS, PublicReport
from nazdik.interchange.open311.services import SERVICES, Service
from nazdik.interchange.open311.store import ReportStore
from nazdik.interchange.partners import Partner
from nazdik.kernel import CallId, LonLat, OfficeId, ProvinceId
from nazdik.platform.eventlog.machine import Batch

# So long an answer waits for the call; after that it names a token by which to ask again.
WAIT_S = 2.0
READ_AT_ONCE = 5_000
# Words that speak of these priorities are no matter for a form.
URGENT = 2
SERVICE_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_KINDS = ("intake.call_", "dispatch.incident_")
_INSERT = "INSERT OR IGNORE INTO report VALUES (?, ?, NULL, ?, 'waiting', ?, ?, NULL, NULL)"
_PLACE = "UPDATE report SET lon = ?, lat = ? WHERE id = ? AND lon IS NULL"
_STATE = "UPDATE report SET state = ?, changed_at = ? WHERE id = ?"
_BECAME = "UPDATE report SET state = 'read', incident = ?, changed_at = ? WHERE id = ?"
_INCIDENT = "UPDATE report SET state = ?, changed_at = ? WHERE incident = ?"
_log = logging.getLogger(__name__)
Change = tuple[str, tuple[Any, ...]]
Urgency = Callable[[ProvinceId, str], int]


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a report: its call when there is one already, else the token alone; whether its words sound urgent."""

    token: str
    call_id: CallId
    known: bool
    urgent: bool


def urgency(guessers: Guessers, room: ControlRoom | None, words: str) -> int:
    """Return the priority that a report's words are worth to whoever reads it first."""
    try:
        guesser, _ = guessers.of(room)
        guesses = guesser.guess(words).guesses
    except Exception:
        # What somebody wrote is taken whatever a dictionary makes of it.
        _log.exception("a report's words could not be weighed")
        return PRIORITY
    return min((guess.priority for guess in guesses if guess.priority <= URGENT), default=PRIORITY)


@dataclass(slots=True)
class Reports:
    """The way in for reports and what is known of them."""

    house: House
    callers: Callers
    store: ReportStore
    urgency: Urgency
    province_at: Callable[[LonLat | None], ProvinceId]
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="reports"))

    def open(self) -> None:
        """Read on in each log from where reading had got to, then follow what happens."""
        for province, room in self.house.rooms.items():
            reached = self.store.reached(province)
            # Before the first report there is nothing to find: a log of years is not read for it.
            self._thread.submit(self._catch_up, room, room.writer.position if reached is None else reached)
            room.listeners.append(self._listener(province))

    def close(self) -> None:
        """Finish what was begun and let go of the file."""
        self._thread.shutdown()
        self.store.close()

    # In

    def province_of(self, partner: Partner, report: Report, domain: str) -> ProvinceId | None:
        """Return whose a report is; None when it names a jurisdiction that is not here."""
        named = ProvinceId(report.jurisdiction)
        if report.jurisdiction and report.jurisdiction != domain:
            return named if named in self.callers.provinces else None
        office = self.house.offices.find_office(partner.office)
        if office is not None and office.province_id in self.callers.provinces:
            return office.province_id
        return self.province_at(report.point)

    async def file(self, partner: Partner, province: ProvinceId, body: bytes, report: Report) -> Filed:
        """
        Take a report: on disk, then answered, then read. The same one again on the same day is the same call.

        Raises:
            Unavailable: The journal cannot keep it now.
        """
        today = self.house.clock.now() // 86_400_000_000
        said = b"\0".join((partner.id.encode(), str(today).encode(), without_key(body)))
        token = blake2b(said, digest_size=10).hexdigest()
        await self.callers.take(Came("report", token, province, partner.id, without_key(body)))
        call_id = report_call(province, token)
        room = self.house.rooms.get(province)
        try:
            async with asyncio.timeout(WAIT_S):
                await self.callers.settled(province)
        except TimeoutError:
            _log.warning("a report waits to be read: %s", call_id)
        known = room is not None and call_id in room.state.calls
        return Filed(token, call_id, known, self.urgency(province, report.words) <= URGENT)

    # Out

    async def find(self, report_id: str) -> PublicReport | None:
        """Return what is known of a report."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.store.find, report_id)

    async def search(self, **asked: Any) -> list[PublicReport]:
        """Return reports; see `ReportStore.search`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: self.store.search(**asked))

    def agency(self, province: str) -> str:
        """Return the office that answers for a province's reports."""
        office = self.house.offices.find_office(OfficeId(province))
        return f"{office.name_fa} / {office.name_en}" if office is not None else province

    def said(self, province: str) -> Mapping[str, str]:
        """Return what reporters are told in a province; as it ships while its log is not open."""
        room = self.house.rooms.get(ProvinceId(province))
        return TEXTS if room is None else texts_in_force(room.state.settings)

    def services(self, province: str | None = None) -> Mapping[str, Service]:
        """Return what may be reported in a province; without one what the only province here, or the nation, has."""
        rooms = self.house.rooms
        room = rooms.get(ProvinceId(province)) if province is not None else next(iter(rooms.values()), None)
        if room is None:
            return SERVICES
        if province is None and len(rooms) > 1:
            return nations_services(room.state.settings)
        return services_in_force(room.state.settings)

    def is_listed(self, report: PublicReport) -> bool:
        """Whether a report is in the public list."""
        service = self.services(report.agency).get(report.service)
        return service is not None and service.listed

    def _listener(self, province: ProvinceId) -> Callable[[Batch[ProvinceState]], None]:
        def hear(batch: Batch[ProvinceState]) -> None:
            facts = [fact for commit in batch.commits for fact in commit.events]
            if any(self._concerns(fact, batch.after) for fact in facts):
                changes = list(changes_of(facts, province))
                self._thread.submit(self._keep, province, batch.position, changes)

        return hear

    def _concerns(self, fact: Any, state: ProvinceState) -> bool:
        if isinstance(fact, intake_events.Event):
            call = state.calls.get(fact.call_id)
            return call is not None and call.channel is Channel.REPORT
        if not isinstance(fact, _ENDS):
            return False
        incident = state.world.incidents.get(fact.incident_id)
        calls = (state.calls.get(call_id) for call_id in incident.calls) if incident is not None else ()
        # A call leaves the memory a day after it ended, and an incident may take longer.
        return any(call is None or call.channel is Channel.REPORT for call in calls)

    def _catch_up(self, room: ControlRoom, position: int) -> None:
        try:
            while entries := room.log.read(position, READ_AT_ONCE):
                facts = [decode(one.kind, one.body) for one in entries if one.kind.startswith(_KINDS)]
                position = entries[-1].position
                self.store.reach(room.province, position, changes_of(facts, room.province))
            self.store.reach(room.province, position)
        except Exception:
            _log.exception("the reports of %s could not be read on", room.province)

    def _keep(self, province: ProvinceId, position: int, changes: list[Change]) -> None:
        try:
            self.store.reach(province, position, changes)
        except Exception:
            _log.exception("a report's state could not be kept; it is read from the log at the next start")


_ENDS = (dispatch_events.IncidentClosed, dispatch_events.IncidentCancelled, dispatch_events.IncidentReopened)


def changes_of(facts: Iterable[Any], province: ProvinceId) -> Iterable[Change]:
    """Yield what facts change in the file of reports; what is about other calls changes nothing there."""
    for fact in facts:
        match fact:
            case intake_events.CallPresented(channel=Channel.REPORT):
                told = dict(fact.data).get("open311-service", "")
                # As it was told: which services there are may change before it is asked for.
                service = told if SERVICE_CODE.fullmatch(told) else "other"
                yield _INSERT, (fact.call_id, str(province), service, fact.at, fact.at)
            case intake_events.CallLocated(point=point) if point is not None:
                yield _PLACE, (round(point.lon, PLACE_DECIMALS), round(point.lat, PLACE_DECIMALS), fact.call_id)
            case intake_events.CallAnswered() | intake_events.CallUnlinked():
                yield _STATE, ("read", fact.at, fact.call_id)
            case intake_events.CallClassified() | intake_events.CallLinked():
                yield _BECAME, (fact.incident_id, fact.at, fact.call_id)
            case intake_events.CallClosed():
                yield _STATE, ("over", fact.at, fact.call_id)
            case dispatch_events.IncidentClosed() | dispatch_events.IncidentCancelled():
                yield _INCIDENT, ("over", fact.at, fact.incident_id)
            case dispatch_events.IncidentReopened():
                yield _INCIDENT, ("read", fact.at, fact.incident_id)
            case _:
                pass


def report_of(body: bytes) -> Report:
    """Return what a form says; whatever our reading stumbles over, it is words."""
    try:
        return read_report(body)
    except Exception:
        _log.exception("a report could not be read")
        return Report("", "", "", body[:2_000].decode("utf-8", "replace").replace("\x00", ""), None, "", "", "", ())
