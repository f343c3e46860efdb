"""What a report is counted from: incidents, calls, offers, alarms and duty, folded from the log's facts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from nazdik.dispatch import events as d
from nazdik.intake import events as i
from nazdik.kernel import Instant

_FACTS = (
    i.CallPresented, i.CallAnswered, i.CallClassified, i.CallLinked, i.CallUnlinked, i.CallClosed,
    d.IncidentDrafted, d.DraftUpdated, d.IncidentOpened, d.IncidentClassified, d.LateIncidentEntered, d.CallJoined, d.CallParted,
    d.PriorityChanged, d.KindChanged, d.PlaceChanged, d.StationChanged, d.IncidentClosed, d.IncidentCancelled, d.IncidentReopened,
    d.OfferSent, d.OfferAccepted, d.OfferRefused, d.OfferUnanswered, d.UnitEnRoute, d.UnitOnScene, d.UnitCleared, d.StepTakenBack,
    d.AssignmentWithdrawn, d.AssignmentDiverted, d.AssignmentCancelled, d.AlarmRaised, d.AlarmClimbed,
)  # fmt: skip
KINDS: frozenset[str] = frozenset(str(fact.__struct_config__.tag) for fact in _FACTS)
"""The kinds of entries that are read; the others are not even decoded."""


@dataclass(slots=True)
class Incident:
    """One incident: when it began, whose it is, and the first time that each stage was reached."""

    began_at: Instant
    station: str | None = None
    kind: str | None = None
    priority: int = 5
    # When each of its calls rang.
    calls: dict[str, Instant] = field(default_factory=dict)
    sent_at: Instant | None = None
    # When each of its units drove off, by assignment.
    drove: dict[str, Instant] = field(default_factory=dict)
    # When each of its units arrived, by assignment.
    arrived: dict[str, Instant] = field(default_factory=dict)
    # Closed or cancelled, and opened again, in the order of the log.
    turns: list[tuple[Instant, bool]] = field(default_factory=list)

    @property
    def called_at(self) -> Instant | None:
        """When the first of its calls rang; None when it has none."""
        return min(self.calls.values(), default=None)

    @property
    def en_route_at(self) -> Instant | None:
        """When the first of its units drove off."""
        return min(self.drove.values(), default=None)

    @property
    def on_scene_at(self) -> Instant | None:
        """When the first of its units arrived."""
        return min(self.arrived.values(), default=None)

    def is_open(self, at: Instant) -> bool:
        """Whether it had begun and was not over. One that is first heard of when it is opened again was over before."""
        last = [is_open for when, is_open in self.turns if when < at]
        heard_late = bool(self.turns) and self.turns[0][1]
        return self.began_at < at and (last[-1] if last else not heard_late)


@dataclass(slots=True)
class Call:
    """One call: when it rang, when somebody took it, and the incident that it made or joined."""

    at: Instant
    answered_at: Instant | None = None
    incident: str | None = None
    is_test: bool = False


@dataclass(slots=True)
class Work:
    """A unit busy with an assignment: from when it took it until it was done; None is not yet."""

    unit: str
    since: Instant
    until: Instant | None = None


@dataclass(slots=True)
class Duty:
    """A unit on duty."""

    unit: str
    office: str
    since: Instant
    until: Instant | None = None


@dataclass(slots=True)
class Material:
    """Everything that a report is counted from. `seen` holds what happened when: (name, instant, incident, office)."""

    incidents: dict[str, Incident] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    duties: list[Duty] = field(default_factory=list)
    seen: list[tuple[str, Instant, str | None, str | None]] = field(default_factory=list)
    alarms: dict[str, tuple[str | None, str]] = field(default_factory=dict)

    def take(self, fact: Any) -> None:
        """Take in the next fact of the log. One about something that began before the reading changes nothing."""
        match fact:
            case i.Event():
                self._call(fact)
            case d.AlarmRaised():
                self.alarms[fact.alarm_id] = (fact.incident_id, fact.office)
                self.seen.append(("alarm", fact.at, fact.incident_id, fact.office))
            case d.AlarmClimbed():
                incident, office = self.alarms.get(fact.alarm_id, (fact.incident_id, fact.office))
                self.seen.append(("climb", fact.at, incident, office))
            case d.AssignmentEvent():
                self._assignment(fact)
            case d.IncidentEvent():
                self._incident(fact)

    def _call(self, fact: Any) -> None:
        if isinstance(fact, i.CallPresented):
            self.calls[fact.call_id] = Call(fact.at, is_test=fact.is_test)
            return
        call = self.calls.get(fact.call_id)
        if call is None:
            return
        match fact:
            case i.CallAnswered():
                call.answered_at = call.answered_at or fact.at
            case i.CallClassified() | i.CallLinked():
                call.incident = fact.incident_id
            case i.CallUnlinked() | i.CallClosed():
                call.incident = None

    def _incident(self, fact: Any) -> None:
        match fact:
            case d.IncidentDrafted() | d.IncidentOpened():
                self.incidents[fact.incident_id] = Incident(fact.at, station=fact.office)
                if isinstance(fact, d.IncidentDrafted):
                    self._joined(fact)
                return
            case d.LateIncidentEntered():
                self._late(fact)
                return
        incident = self.incidents.get(fact.incident_id)
        if incident is None:
            return
        match fact:
            case d.IncidentClassified():
                incident.kind, incident.priority, incident.station = fact.kind, fact.priority, fact.station
            case d.DraftUpdated():
                incident.station = fact.station or incident.station
            case d.CallJoined():
                self._joined(fact)
            case d.CallParted():
                incident.calls.pop(fact.call_id, None)
            case d.PriorityChanged():
                incident.priority = fact.priority
            case d.KindChanged():
                incident.kind = fact.kind
            case d.PlaceChanged() | d.StationChanged():
                incident.station = fact.station
            case d.IncidentClosed() | d.IncidentCancelled():
                incident.turns.append((fact.at, False))
            case d.IncidentReopened():
                incident.turns.append((fact.at, True))

    def _joined(self, fact: Any) -> None:
        call = self.calls.get(fact.call_id)
        if call is not None:
            self.incidents[fact.incident_id].calls[fact.call_id] = call.at

    def _late(self, fact: Any) -> None:
        """What was kept on paper has its true times, whenever it was entered."""
        incident = Incident(fact.received_at, fact.station, fact.kind, fact.priority, {"paper": fact.received_at})
        incident.sent_at = fact.sent_at
        if fact.en_route_at is not None:
            incident.drove["paper"] = fact.en_route_at
        if fact.on_scene_at is not None:
            incident.arrived["paper"] = fact.on_scene_at
        incident.turns.append((fact.cleared_at or fact.at, False))
        self.incidents[fact.incident_id] = incident

    def _assignment(self, fact: Any) -> None:
        incident = self.incidents.get(fact.incident_id)
        match fact:
            case d.OfferSent():
                self.seen.append(("offer", fact.at, fact.incident_id, None))
                if incident is not None:
                    incident.sent_at = incident.sent_at or fact.at
            case d.OfferAccepted():
                self._works(fact)
            case d.UnitEnRoute():
                self._works(fact)
                if incident is not None:
                    incident.drove[fact.assignment_id] = fact.at
            case d.UnitOnScene():
                self._works(fact)
                if incident is not None:
                    incident.arrived[fact.assignment_id] = fact.at
            case d.StepTakenBack():
                self._taken_back(fact, incident)
            case d.OfferRefused():
                self.seen.append(("refused", fact.at, fact.incident_id, None))
                self._ends(fact)
            case d.OfferUnanswered():
                self.seen.append(("unanswered", fact.at, fact.incident_id, None))
                self._ends(fact)
            case _:
                self._ends(fact)

    def _taken_back(self, fact: d.StepTakenBack, incident: Incident | None) -> None:
        if fact.step in ("en_route", "on_scene") and incident is not None:
            (incident.drove if fact.step == "en_route" else incident.arrived).pop(fact.assignment_id, None)
        # Its work goes on as if it had never been said to be done, nor been taken off it.
        elif fact.step in ("cleared", "withdrawn") and fact.assignment_id in self.works:
            self.works[fact.assignment_id].until = None

    def _works(self, fact: Any) -> None:
        self.works.setdefault(fact.assignment_id, Work(fact.unit_id, fact.at))

    def _ends(self, fact: Any) -> None:
        work = self.works.get(fact.assignment_id)
        if work is not None and work.until is None:
            work.until = fact.at


def duties_of(facts: Iterable[Any]) -> list[Duty]:
    """Return when a unit was on duty, from every fact about it, and of which office it was then."""
    office, found = "", list[Duty]()
    for fact in facts:
        match fact:
            case d.UnitEnrolled():
                office = fact.office
            case d.UnitRehomed():
                office = fact.office
                if found and found[-1].until is None:
                    found[-1].until = fact.at
                    found.append(Duty(fact.unit_id, office, fact.at))
            case d.DutyStarted() if not found or found[-1].until is not None:
                found.append(Duty(fact.unit_id, office, fact.at))
            case d.DutyEnded() if found and found[-1].until is None:
                found[-1].until = fact.at
    return found
