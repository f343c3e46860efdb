"""What partners may be told of a province's incidents, and how what they hand over becomes a call."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from nazdik.bootstrap.administration.incident_kinds import kind_of_word
from nazdik.bootstrap.administration.kind_names import kind_names
from nazdik.bootstrap.answered import answered
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.door import House
from nazdik.bootstrap.province_state import ProvinceState
from nazdik.dispatch import commands as dispatch_commands
from nazdik.dispatch import projections as dispatch
from nazdik.dispatch.model import AssignmentState, Incident
from nazdik.dispatch.vocabulary import DISPOSITIONS
from nazdik.intake import commands as intake_commands
from nazdik.intake import events as intake_events
from nazdik.intake.callers.envelope import Came, wrap
from nazdik.intake.decisions import NARRATIVE_MAX, incident_of
from nazdik.intake.errors import CallExists
from nazdik.intake.exchange import located
from nazdik.intake.model import Call, CallState, Channel, LocationSource
from nazdik.intake.sip.location import Told, read_pidf
from nazdik.intake.transfers import KEY_ANSWERS
from nazdik.interchange.eido import eido_of
from nazdik.interchange.inbox import Handover, read_eido, unread
from nazdik.interchange.names import Names
from nazdik.interchange.partners import Partner, Partners
from nazdik.kernel import Actor, CallId, CommandId, Context, IncidentId, Instant, OfficeId, Rejected
from nazdik.platform.eventlog.machine import Batch
from nazdik.platform.journal import Journal
from nazdik.platform.mutual_tls import FINGERPRINT, PROOF
from nazdik.published.kinds import Kind
from nazdik.published.shared import SharedCall, SharedIncident, SharedNote, SharedOffice, SharedPlace, SharedUnit

PLACES_MAX = 8
_log = logging.getLogger(__name__)
Listener = Callable[[Iterable[IncidentId]], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a neighbour's EIDO; `known` when this state of it had come before."""

    call_id: CallId
    known: bool
    handover: Handover


@dataclass(slots=True)
class Interchange:
    """Partners' view of the house, and their way in."""

    house: House
    partners: Partners
    names: Names
    journal: Journal
    # The word by which a request is known to have come through the door that asks for certificates.
    proof: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _listeners: list[Listener] = field(default_factory=list)
    _changed_at: dict[IncidentId, Instant] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for room in self.house.rooms.values():
            room.listeners.append(self._committed)

    def partner(self, token: str | None, headers: Mapping[str, str]) -> Partner:
        """
        Return the partner a token belongs to, with the certificate that is bound to it where one is.

        Raises:
            PartnerUnknown: The token is nobody's.
            CertificateWrong: Another certificate came with it, or none.
        """
        found = self.partners.get_by_token(token)
        through = secrets.compare_digest(headers.get(PROOF, "").encode(), self.proof.encode())
        found.show(headers.get(FINGERPRINT) if through else None)
        return found

    # Out

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` which incidents changed; return how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def find(self, partner: Partner, name: str) -> tuple[ControlRoom, Incident] | None:
        """Return an incident by its URN or our id, when this partner may be told of it."""
        incident_id = self.names.find_incident(name) or IncidentId(name)
        room = self.house.rooms.get(incident_id.partition(".")[0])  # type: ignore[call-overload]
        incident = room.state.world.incidents.get(incident_id) if room is not None else None
        if room is None or incident is None or not self.sees(partner, room, incident):
            return None
        return room, incident

    def sees(self, partner: Partner, room: ControlRoom, incident: Incident) -> bool:
        """Whether an office that has it is the partner's or below it. A draft is not told to anyone."""
        if incident.draft or incident.kind is None:
            return False
        offices = dispatch.offices_of(room.state.world, incident)
        return any(self.house.offices.is_within(OfficeId(office), partner.office) for office in offices)

    def active(self, partner: Partner) -> list[IncidentId]:
        """Return the incidents that are open and that this partner may be told of, oldest first."""
        found = [
            incident
            for room in self.house.rooms.values()
            for incident in room.state.world.incidents.values()
            if not incident.ended and self.sees(partner, room, incident)
        ]
        return [incident.id for incident in sorted(found, key=lambda one: (one.created_at, one.id))]

    async def eidos(self, partner: Partner, incident_ids: Iterable[IncidentId]) -> list[dict[str, Any]]:
        """Return these incidents as EIDOs, each written down in the audit log before; those not his are left out."""
        found = [one for one in (self.find(partner, incident_id) for incident_id in incident_ids) if one is not None]
        if self.house.audit is not None:
            details = {"office": partner.office, "personal": partner.personal}
            record = self.house.audit.record
            await asyncio.gather(
                *(
                    record(
                        actor=f"partner:{partner.id}",
                        what="eido",
                        subject=incident.id,
                        purpose="interchange",
                        details=details,
                    )
                    for _, incident in found
                )
            )
        documents = []
        for _, noted in found:
            # A newcomer may be sent hundreds; others get their turn at the loop in between, and the world moves on.
            await asyncio.sleep(0)
            now = self.find(partner, noted.id)
            if now is not None:
                documents.append(eido_of(self.shared(*now), self.names, personal=partner.personal))
        return documents

    def shared(self, room: ControlRoom, incident: Incident) -> SharedIncident:
        """Return what may be told of an incident, as it stands."""
        return shared(room.state, incident, self._stamp(room, incident))

    def _stamp(self, room: ControlRoom, incident: Incident) -> Instant:
        """When its newest fact was recorded: not every change leaves a stamp in the state, so the log is asked once."""
        kept = self._changed_at.get(incident.id)
        if kept is None:
            subjects = (incident.id, *incident.calls)
            entries = (entry.at for subject in subjects for entry in room.log.read_subject(subject))
            kept = self._changed_at[incident.id] = max(entries, default=incident.created_at)
        return kept

    def _committed(self, batch: Batch[ProvinceState]) -> None:
        changed = dict.fromkeys(_incidents_of(batch))
        for incident_id in changed:
            if incident_id in batch.after.world.incidents:
                self._changed_at[incident_id] = batch.at
            else:
                self._changed_at.pop(incident_id, None)
        if changed:
            for listener in self._listeners:
                listener(changed)

    # In

    async def take(self, partner: Partner, body: bytes) -> Taken:
        """
        Take a neighbour's EIDO: to disk first, then a call, or more of a call that is here.

        The same state of the same incident changes nothing a second time, and nothing that is here is ever overwritten.

        Raises:
            Unavailable: The journal or the log cannot take it now; the neighbour sends it again.
        """
        handover = _read(body)
        told = [one for document in handover.places for one in read_pidf(document.encode())][:PLACES_MAX]
        room = self._room(partner, told)
        own = handover.incident_id or _digest(body)
        version = handover.version or _digest(body)
        call_id = CallId(f"{room.province}.c{_digest(partner.id, own)}")
        # Reading is bounded and guarded, and it gives the record the name of its call; nothing is done before it is on disk.
        await self.journal.append(wrap(Came("call", call_id, room.province, "eido", body)))
        kind = kind_of_word(kind_names(room.state.settings).kinds, handover.kind_common)
        command = presented(call_id, partner, handover, kind)
        actor = Actor(id=f"partner:{partner.id}", role="gateway", office_id=partner.office)

        async def submit(thing: Any, step: str) -> bool:
            key = CommandId(f"eido:{_digest(partner.id, own, version)}:{step}")
            answer = await room.submit(thing, Context(at=self.house.clock.now(), actor=actor, command_id=key))
            return answer.duplicate

        try:
            known = await submit(command, "call")
        except CallExists:
            before = room.state.calls.get(call_id)
            if before is not None and before.state in (CallState.CLOSED, CallState.ABANDONED):
                # Nobody looks at a call that is over; what is new about it rings again.
                call_id = CallId(f"{room.province}.c{_digest(partner.id, own, version)}")
                known = await submit(presented(call_id, partner, handover, kind), "again")
            else:
                known = await self._more(call_id, before, command.narrative, submit)
        for n, place in enumerate(told):
            try:
                await submit(located(call_id, place, LocationSource.SIGNALLING), f"place:{n}")
            except Rejected as refused:
                _log.info("a neighbour's place was not taken: %s", refused.code)
        return Taken(call_id, known, handover)

    async def _more(self, call_id: CallId, before: Call | None, words: str, submit: Any) -> bool:
        """Add what a newer state says to the call, and to the incident it has become."""
        known: bool = await submit(intake_commands.HearText(call_id=call_id, text=words), "text")
        if before is not None and before.over and before.incident_id is not None:
            note = dispatch_commands.AddNote(incident_id=before.incident_id, text=words)
            try:
                await submit(note, "note")
            except Rejected as refused:
                _log.info("a neighbour's note was not taken: %s", refused.code)
        return known

    def _room(self, partner: Partner, told: list[Told]) -> ControlRoom:
        """The partner's own province; for one that speaks for several, the place's, else the first."""
        rooms: Mapping[Any, ControlRoom] = self.house.rooms
        office = self.house.offices.find_office(partner.office)
        names: list[Any] = [office.province_id if office is not None else None]
        for place in told:
            station = self.house.offices.station_at(place.point) if place.point is not None else None
            names.append(station.partition(".")[0] if station is not None else None)
        return next((rooms[name] for name in names if name in rooms), rooms[min(rooms)])


def _read(body: bytes) -> Handover:
    """Whatever a parser of ours should stumble over, what came is kept and rings."""
    try:
        return read_eido(body)
    except Exception:
        _log.exception("a neighbour's EIDO could not be read")
        return unread(body, "not_read")


def presented(call_id: CallId, partner: Partner, handover: Handover, kind: Kind | None) -> intake_commands.PresentCall:
    """Return the call that a neighbour's EIDO becomes; `kind` is ours for the word that came, None when we know none."""
    named = f"{kind.name_fa} ({kind.name_en})" if kind is not None else handover.kind_common
    urgent = f"P{handover.priority}" if handover.priority is not None else ""
    head = " · ".join(word for word in (handover.agency or partner.id, named, urgent) if word)
    faults = (
        ("eido-faults", ", ".join(f"{f.where}: {f.what}" if f.where else f.what for f in handover.faults)[:2000]),
    )
    return intake_commands.PresentCall(
        call_id=call_id,
        channel=Channel.NEIGHBOUR,
        number=handover.number,
        name=handover.name,
        narrative="\n".join(filter(None, (head, handover.words)))[:NARRATIVE_MAX],
        exchange_id=handover.incident_id,
        data=(*handover.data, *(faults if handover.faults else ())),
    )


def _incidents_of(batch: Batch[ProvinceState]) -> Iterable[IncidentId]:
    """Which incidents a batch's facts are about, through their calls too."""
    for commit in batch.commits:
        for fact in commit.events:
            if isinstance(fact, intake_events.Event):
                call = batch.after.calls.get(fact.call_id)
                about = call.incident_id if call is not None else None
                if about is not None and about in batch.after.world.incidents:
                    yield about
            elif (incident_id := getattr(fact, "incident_id", None)) is not None:
                yield incident_id


def shared(state: ProvinceState, incident: Incident, changed_at: Instant) -> SharedIncident:
    """Return what may be told of an incident of a state."""
    world = state.world
    roles: dict[OfficeId, list[str]] = {}
    for tasking in incident.taskings:
        roles.setdefault(tasking.office, []).append(tasking.role)
    units = [
        world.units[assignment.unit_id]
        for assignment in world.active_assignments(incident)
        if assignment.state is not AssignmentState.RESERVED
    ]
    views = [(unit, dispatch.unit_view(world, unit, 0)) for unit in units]
    calls = [state.calls[call_id] for call_id in incident.calls if call_id in state.calls]
    return SharedIncident(
        id=incident.id,
        number=incident.number,
        province=world.province,
        desk=incident.station or OfficeId(str(world.province)),
        kind=incident.kind or "",
        kind_common=incident.kind_common or "",
        priority=incident.priority,
        status=world.status_of(incident),
        reopened=incident.reopened_at is not None,
        point=incident.point,
        place=incident.place,
        narrative=incident.narrative,
        hazards=incident.hazards,
        changed_at=changed_at,
        created_at=incident.created_at,
        ended_at=incident.closed_at or incident.cancelled_at,
        disposition=incident.disposition,
        disposition_common=DISPOSITIONS.get(incident.disposition or ""),
        offices=tuple(SharedOffice(office, tuple(dict.fromkeys(words))) for office, words in roles.items()),
        units=tuple(
            SharedUnit(unit.id, unit.call_sign, unit.office, unit.skills, view.primary, view.secondary)
            for unit, view in views
        ),
        calls=tuple(_call(call) for call in calls),
        notes=tuple(SharedNote(note.at, note.text) for note in incident.notes),
        answers=tuple(f"{answer.fa} / {answer.en}" for answer in incident.answers if answer.fa),
    )


def handed_over(state: ProvinceState, call: Call) -> SharedIncident:
    """Return a call that others were given, as the incident that it would have been here."""
    kind = kind_names(state.settings).kinds.get(call.kind or "")
    best = next((place.point for place in reversed(call.locations) if place.point is not None), None)
    note = call.transfer.note if call.transfer is not None else ""
    ended = call.ended_at or call.presented_at
    return SharedIncident(
        id=incident_of(call.id),
        number=0,
        province=state.world.province,
        desk=OfficeId(str(state.world.province)),
        kind=call.kind or "other",
        kind_common=kind.common if kind is not None else "OTHER",
        priority=call.priority,
        status="Active",
        reopened=False,
        point=call.point or best,
        place=call.place,
        narrative=call.narrative,
        hazards="",
        changed_at=ended,
        created_at=call.presented_at,
        ended_at=None,
        disposition=None,
        disposition_common=None,
        offices=(SharedOffice(OfficeId(str(state.world.province)), ("CallReceiving",)),),
        units=(),
        calls=(_call(call),),
        notes=(
            *(SharedNote(ended, words) for words in (note, *_wishes(call)) if words),
            *(SharedNote(text.at, f"پیام / Message: {text.text}") for text in call.texts),
        ),
        answers=(
            *(f"{question}: {answer}" for question, answer in answered(state, call)),
            *(text for kind, text in call.data if kind == KEY_ANSWERS),
        ),
    )


def _wishes(call: Call) -> Iterable[str]:
    """What the caller waits for and agreed to, in words: no field of the standard holds either."""
    if call.transfer is not None and call.transfer.call_back_due:
        yield f"باید به تماس‌گیرنده زنگ زد / call-back is due; tried {call.call_back_tries} times"
    if call.may_text is not None:
        fa, en = ("پذیرفت", "agreed") if call.may_text else ("نپذیرفت", "refused")
        yield f"پیام نوشتن: {fa} / {en} to be written to"


def _call(call: Call) -> SharedCall:
    return SharedCall(
        id=call.id,
        number=call.number,
        name=call.name,
        callback=call.callback,
        presented_at=call.presented_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        places=tuple(SharedPlace(one.point, one.accuracy_m, one.civic, one.at) for one in call.locations[-PLACES_MAX:]),
        data=call.data,
    )


def _digest(*parts: str | bytes) -> str:
    said = b"\0".join(part.encode() if isinstance(part, str) else part for part in parts)
    return blake2b(said, digest_size=10).hexdigest()
