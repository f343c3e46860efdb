"""Who asks, may they, and into which province's log: the way in of every request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from nazdik.bootstrap.control_room import KEY_MARK, ControlRoom
from nazdik.dispatch.model import ACTIVE, World
from nazdik.geo.addresses.model import AliasId
from nazdik.geo.conditions.model import ConditionId
from nazdik.kernel import (
    Actor,
    CallId,
    CommandId,
    Context,
    Forbidden,
    IncidentId,
    Instant,
    NotFound,
    OfficeId,
    PersonId,
    ProvinceId,
    UnitId,
)
from nazdik.organisation.model import Act, Posting, Role
from nazdik.organisation.policy import may
from nazdik.platform.audit import Audit
from nazdik.platform.auth import Session
from nazdik.platform.clock import Clock
from nazdik.published.door import CommandAnswer
from nazdik.published.offices import OfficeTree


class ProvinceNotFound(NotFound):
    """This server holds no such province; ids begin with theirs."""

    code = "organisation.province_not_found"


class NoProvince(Forbidden):
    """The office of this session belongs to no single province, and the act names none."""

    code = "organisation.no_province"


def posting_of(session: Session) -> Posting:
    """Return the posting a session stands for."""
    unit = session.grants.get("unit")
    return Posting(
        person=PersonId(session.person),
        role=Role(session.role),
        office=OfficeId(session.grants["office"]),
        unit=UnitId(unit) if unit is not None else None,
    )


def province_of(thing: str) -> ProvinceId:
    """Return the province an id begins with."""
    return ProvinceId(thing.partition(".")[0].partition("!")[0])


@dataclass(frozen=True, slots=True)
class House:
    """What doors lead to: the control rooms, the tree, the clock; and who writes down what was looked at."""

    rooms: Mapping[ProvinceId, ControlRoom]
    offices: OfficeTree
    clock: Clock
    audit: Audit | None = None

    def room(self, thing: str) -> ControlRoom:
        """Return the control room that the thing with this id belongs to."""
        room = self.rooms.get(province_of(thing))
        if room is None:
            raise ProvinceNotFound(id=thing[:120])
        return room

    def is_under_way(self, about: str) -> bool:
        """Whether an id is that of an open incident, of its call, or of a call that is not over: looking at it is work."""
        room = self.rooms.get(province_of(about))
        if room is None:
            return False
        call = room.state.calls.get(CallId(about))
        if call is not None and call.ended_at is None:
            return True
        incident_id = call.incident_id if call is not None else IncidentId(about)
        incident = room.state.world.incidents.get(incident_id) if incident_id is not None else None
        return incident is not None and not incident.ended

    def concerned(self, world: World, about: str) -> tuple[frozenset[OfficeId], UnitId | None]:
        """Return the offices that an id touches and, when it has one, its unit; an unknown thing touches nobody's."""
        alarm = world.alarms.get(about)  # type: ignore[call-overload]
        if alarm is not None:
            chain = self.offices.chain_of(alarm.office)
            origin = world.incidents.get(alarm.incident_id) if alarm.incident_id is not None else None
            station = {origin.station} if origin is not None and origin.station is not None else set()
            if origin is None and alarm.unit_id is not None:
                # An emergency that outlasts its incident is still the unit's own offices'.
                station = {world.units[alarm.unit_id].office}
            awaited = world.call_backs.get(alarm.call_id) if alarm.call_id is not None else None
            if awaited is not None:
                station = {awaited.office}
            desk = world.hand_overs.get(alarm.hand_over_id) if alarm.hand_over_id is not None else None
            if desk is not None:
                station = {desk.office}
            return frozenset({*station, chain[0]}), alarm.unit_id
        assignment = world.assignments.get(about)  # type: ignore[call-overload]
        if assignment is not None:
            offices = self._of_incident(world, assignment.incident_id) | {world.units[assignment.unit_id].office}
            return frozenset(offices), assignment.unit_id
        if about in world.incidents:
            return frozenset(self._of_incident(world, IncidentId(about))), None
        unit = world.units.get(UnitId(about))
        if unit is not None:
            return frozenset({unit.office}), unit.id
        office = self.offices.find_office(OfficeId(about))
        if office is not None:
            return frozenset({office.id}), None
        return frozenset({OfficeId(str(world.province))}), None

    def _of_incident(self, world: World, incident_id: IncidentId) -> set[OfficeId]:
        return {tasking.office for tasking in world.incidents[incident_id].taskings}


class RequestDoor:
    """The door of one signed-in request; see `published.door.Door`."""

    def __init__(self, house: House, posting: Posting, key: str, waited_ms: int | None = None) -> None:
        """`waited_ms`: how long the sender held this back, by a counter that nobody can set."""
        self._house = house
        self._posting = posting
        self._key = key
        self._waited_ms = waited_ms
        self.office = posting.office

    @property
    def actor(self) -> Actor:
        """Who acts, as the record will have it."""
        posting = self._posting
        return Actor(id=posting.person, role=posting.role, office_id=posting.office, unit_id=posting.unit)

    def incident_id(self) -> IncidentId:
        """Return the id of the incident this request begins."""
        return IncidentId(f"{self._province()}.i{self._digest('incident')}")

    def call_id(self) -> CallId:
        """Return the id of the call this request begins."""
        return CallId(f"{self._province()}.c{self._digest('call')}")

    def alias_id(self, province: ProvinceId) -> AliasId:
        """Return the id of the alias this request adds."""
        return AliasId(f"{province}.a{self._digest('alias')}")

    def new_id(self, letter: str, province: ProvinceId) -> str:
        """Return the id of something else that this request begins in a province."""
        return f"{province}.{letter}{self._digest(letter)}"

    def _digest(self, what: str) -> str:
        # The same sender and key always begin the same thing, so a repeated request is recognised as such.
        said = f"{self._posting.person}\0{self._key}\0{what}".encode()
        return blake2b(said, digest_size=10).hexdigest()

    def _province(self) -> ProvinceId:
        office = self._house.offices.find_office(self.office)
        if office is None or office.province_id is None:
            raise NoProvince(office=self.office)
        return office.province_id

    def allow(self, act: Act, about: str, room: ControlRoom | None = None) -> ControlRoom:
        """Ask the policy, and return the control room that the thing belongs to. Raises `Forbidden`, `ProvinceNotFound`."""
        room = room or self._house.room(about)
        world = room.state.world
        offices, unit = self._house.concerned(world, about)
        condition = room.state.roads.conditions.get(ConditionId(about))
        if condition is not None:
            offices = frozenset({condition.office})
        if act in (Act.ADD_NOTE, Act.READ_HAZARD) and self._posting.unit is not None:
            unit = self._own_unit_on(world, about)
        may(self._posting, act, offices=offices, unit=unit, tree=self._house.offices)
        return room

    async def act(
        self,
        act: str,
        command: Any,
        *,
        about: str,
        also: Sequence[str] = (),
        device_at: Instant | None = None,
        personal: str | None = None,
        room: ControlRoom | None = None,
    ) -> CommandAnswer:
        """Ask the policy, write down what is personal, submit, answer. `room` is where it is decided if not by its id."""
        room = room or self._house.room(about)
        room.check_writes()
        standing = [each for each in (about, *also) if each in room.state.world.alarms] if also else []
        for each in standing or [about]:
            self.allow(Act(act), each, room)
        if personal is not None and self._house.audit is not None:
            await self._house.audit.record(
                actor=self._posting.person,
                what=personal,
                subject=about,
                purpose="duty",
                details={"role": self._posting.role, "act": act},
            )
        now = self._house.clock.now()
        if self._waited_ms is not None:
            # Counted back from our own clock: that of a telephone can be wrong, or be set while something waits in it.
            device_at = Instant(now - self._waited_ms * 1000)
        ctx = Context(
            at=now,
            actor=self.actor,
            # Keys are the sender's own: two senders may use the same one.
            command_id=CommandId(f"{self._posting.person}{KEY_MARK}{self._key}"),
            device_at=device_at,
        )
        answer = await room.submit(command, ctx)
        return CommandAnswer(
            command_id=self._key,
            province=str(room.province),
            position=answer.position,
            events=answer.events,
            incident_id=answer.ids.get("incident_id"),
            incident_number=answer.ids.get("incident_number"),
            call_id=answer.ids.get("call_id"),
            condition_id=answer.ids.get("condition_id"),
            warning_id=answer.ids.get("warning_id"),
            note_id=answer.ids.get("note_id"),
            assignment_ids=tuple(answer.ids.get("assignment_ids", ())),
            duplicate=answer.duplicate,
        )

    def _own_unit_on(self, world: World, about: str) -> UnitId | None:
        """
        Return the asker's own unit when it works on the incident, or has, so that a crew may write to what it serves.

        What was written or photographed at the scene may come hours later, when there is a network again.
        """
        incident = world.incidents.get(IncidentId(about))
        if incident is None:
            return None
        every = (world.assignments[a] for a in incident.assignments)
        crews = {a.unit_id for a in every if a.state in ACTIVE or a.accepted_at is not None}
        return self._posting.unit if self._posting.unit in crews else None
