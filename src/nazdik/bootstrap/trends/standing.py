"""What stood when: crews at work and at scenes, units that could not go, alarms, callers who wait. Folded from the log's facts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from nazdik.bootstrap.day_report.material import Incident
from nazdik.dispatch import events as d
from nazdik.dispatch.model import AlarmCause, AssignmentState, World
from nazdik.kernel import Instant
from nazdik.published.offices import TIERS_UPWARD, Tier

LONG_AGO = Instant(0)
_THERE = (AssignmentState.ON_SCENE, AssignmentState.TRANSPORTING)
_FACTS = (
    d.DutyStarted, d.DutyEnded, d.UnitStatusSet, d.EmergencyDeclared, d.EmergencyEnded, d.UnitReserved, d.PostGiven,
    d.OfferRefused, d.OfferUnanswered, d.UnitOnScene, d.UnitTransporting, d.UnitCleared, d.StepTakenBack,
    d.AssignmentWithdrawn, d.AssignmentDiverted, d.AssignmentCancelled, d.IncidentAbsorbed, d.IncidentParted,
    d.IncidentDrafted, d.DraftUpdated, d.IncidentClassified, d.PriorityChanged, d.PlaceChanged, d.StationChanged, d.KindChanged,
    d.BackupRequested, d.IncidentHeld, d.HoldEnded, d.IncidentWaits, d.IncidentClosed, d.IncidentCancelled, d.IncidentReopened,
    d.AlarmRaised, d.AlarmClimbed, d.AlarmCleared, d.CallBackAwaited, d.CallBackSettled,
)  # fmt: skip
KINDS: frozenset[str] = frozenset(str(fact.__struct_config__.tag) for fact in _FACTS)

OF_DUTY: frozenset[str] = frozenset(
    str(fact.__struct_config__.tag) for fact in (d.DutyStarted, d.DutyEnded, d.UnitStatusSet)
)

Said = list[tuple[Instant, bool]]
"""What was said of something, in order: so it is from then on."""


@dataclass(frozen=True, slots=True)
class Crewed:
    """Whose a unit is, and what it is now: on duty, available, without an emergency; `at_work` with an assignment."""

    office: str
    on_duty: bool
    available: bool = True
    emergency: bool = False
    at_work: bool = False


@dataclass(slots=True)
class Going:
    """
    A unit's way to an incident, or to a post of a cordon.

    `scenes` says from when on it was at the scene of which incident, None: of none.
    """

    since: Instant
    until: Instant | None = None
    post: bool = False
    scenes: list[tuple[Instant, str | None]] = field(default_factory=list)
    # Of which incident it was from when on; done there, or only ended.
    incidents: list[tuple[Instant, str]] = field(default_factory=list)
    done: bool = False

    def of(self, at: Instant) -> str | None:
        """Return the incident that it was about."""
        return next((incident for when, incident in reversed(self.incidents) if when < at), None)

    def runs(self, at: Instant) -> bool:
        """Whether it had begun and was not over."""
        return self.since < at and (self.until is None or self.until >= at)

    def scene(self, at: Instant) -> str | None:
        """Return the incident at whose scene the unit was. Who holds a post of a cordon is not at the scene."""
        if self.post or not self.runs(at):
            return None
        return next((incident for when, incident in reversed(self.scenes) if when < at), None)


@dataclass(slots=True)
class Stood:
    """An alarm or a caller who waits: whose it is, and from when until when."""

    office: str
    since: Instant
    incident: str | None = None
    until: Instant | None = None
    # How far an alarm had climbed from when on.
    tiers: list[tuple[Instant, Tier]] = field(default_factory=list)

    def has_reached(self, tier: Tier, at: Instant) -> bool:
        """Whether an alarm was seen at a tier."""
        reached = next((one for when, one in reversed(self.tiers) if when < at), Tier.NATIONAL)
        return TIERS_UPWARD.index(tier) <= TIERS_UPWARD.index(reached)

    def stands(self, at: Instant) -> bool:
        """Whether it had begun and was not over."""
        return self.since < at and (self.until is None or self.until >= at)


@dataclass(slots=True)
class Standing:
    """Everything that stood in some hours: by unit what was said of it and its ways, by alarm and by call what stood."""

    duty: dict[str, Said] = field(default_factory=dict)
    available: dict[str, Said] = field(default_factory=dict)
    emergency: dict[str, Said] = field(default_factory=dict)
    goings: dict[str, Going] = field(default_factory=dict)
    of_unit: dict[str, list[Going]] = field(default_factory=dict)
    alarms: dict[str, list[Stood]] = field(default_factory=dict)
    call_backs: dict[str, list[Stood]] = field(default_factory=dict)
    held: dict[str, Said] = field(default_factory=dict)
    waits: dict[str, list[Instant]] = field(default_factory=dict)
    # None: a draft of which nobody had said it yet.
    priorities: dict[str, list[tuple[Instant, int | None]]] = field(default_factory=dict)
    drafts: dict[str, Said] = field(default_factory=dict)
    # Whose an incident was from when on.
    stations: dict[str, list[tuple[Instant, str]]] = field(default_factory=dict)
    # How many units an incident needed from when on.
    needed: dict[str, list[tuple[Instant, int]]] = field(default_factory=dict)

    def take(self, fact: Any) -> None:
        """Take in the next fact of the log."""
        match fact:
            case d.IncidentDrafted() | d.DraftUpdated() | d.IncidentClassified() | d.PriorityChanged():
                self._told(fact)
            case d.KindChanged() | d.BackupRequested():
                self._needs(fact)
            case d.IncidentReopened() if fact.incident_id in self.drafts:
                self.drafts[fact.incident_id].append((fact.at, False))
            case d.PlaceChanged() | d.StationChanged():
                self._is_of(fact, fact.station)
            case d.AssignmentEvent():
                self._assignment(fact)
            case d.UnitEvent():
                self._unit(fact)
            case d.IncidentAbsorbed():
                self._moved(fact, fact.other, fact.incident_id)
            case d.IncidentParted():
                self._moved(fact, fact.incident_id, fact.other)
            case d.AlarmRaised():
                # Everybody is told of an officer in danger at once.
                tier = Tier.NATIONAL if fact.cause is AlarmCause.PANIC else fact.tier
                alarm = Stood(fact.office, fact.at, fact.incident_id, tiers=[(fact.at, tier)])
                _rises(self.alarms, fact.alarm_id, alarm)
            case d.AlarmClimbed():
                for alarm in self.alarms.get(fact.alarm_id, [])[-1:]:
                    highest = max(alarm.tiers[-1][1], fact.tier, key=TIERS_UPWARD.index)
                    alarm.tiers.append((fact.at, highest))
            case d.IncidentWaits():
                self.waits.setdefault(fact.incident_id, []).append(fact.at)
            case d.IncidentHeld() | d.HoldEnded():
                self.held.setdefault(fact.incident_id, []).append((fact.at, isinstance(fact, d.IncidentHeld)))
            case d.IncidentClosed() | d.IncidentCancelled() if fact.incident_id in self.held:
                self.held[fact.incident_id].append((fact.at, False))
            case d.AlarmCleared():
                # Whose an old one was that is about no incident, its end does not say.
                _falls(self.alarms, fact.alarm_id, fact.at, Stood("", LONG_AGO, fact.incident_id))
            case d.CallBackAwaited():
                self._waits(fact)
            case d.CallBackSettled():
                _falls(self.call_backs, fact.call_id, fact.at, Stood(fact.office, LONG_AGO))

    def relieved(self) -> list[str]:
        """Return the units of which a log-on is the first that is known: it does not say whether another crew was on."""
        return [unit for unit, said in self.duty.items() if said[0][1] and said[0][0] != LONG_AGO]

    def remember(self, unit: str, facts: Iterable[Any]) -> None:
        """Take in what was said of a unit before these hours; one of which nothing was said was off duty."""
        earlier = Standing()
        for fact in facts:
            earlier.take(fact)
        for of, before in ((self.duty, earlier.duty), (self.available, earlier.available)):
            of[unit] = [(LONG_AGO, unit in before and before[unit][-1][1]), *of.get(unit, ())]

    def go(self, name: str, unit: str, incident: str, since: Instant) -> Going:
        """Return the way of an assignment; one that is not known yet began then."""
        going = self.goings.get(name)
        if going is None:
            going = self.goings[name] = Going(since, incidents=[(since, incident)])
            self.of_unit.setdefault(unit, []).append(going)
        return going

    def is_on_duty(self, unit: str, now: Crewed, at: Instant) -> bool:
        """Whether a unit was on duty."""
        return is_so(self.duty.get(unit, []), at, now.on_duty)

    def is_free(self, unit: str, now: Crewed, at: Instant) -> bool:
        """Whether a unit could have been sent: on duty, available, with no assignment and no emergency."""
        goings = self.of_unit.get(unit)
        # With none known, nothing in these hours began or ended what it is at.
        at_work = now.at_work if goings is None else any(going.runs(at) for going in goings)
        return (
            not at_work
            and self.is_on_duty(unit, now, at)
            and is_so(self.available.get(unit, []), at, now.available)
            and not is_so(self.emergency.get(unit, []), at, now.emergency)
        )

    def priority(self, incident: str, now: int | None, at: Instant) -> int | None:
        """Return the priority that an incident had; of one that was said before these hours, the first that is known."""
        said = self.priorities.get(incident, [])
        return next((one for when, one in reversed(said) if when < at), said[0][1] if said else now)

    def station(self, incident: str, now: str | None, at: Instant) -> str | None:
        """Return whose an incident was: a draft without a place is of the desk that takes the call."""
        return next((one for when, one in reversed(self.stations.get(incident, ())) if when < at), now)

    def _told(self, fact: d.IncidentDrafted | d.DraftUpdated | d.IncidentClassified | d.PriorityChanged) -> None:
        said: list[tuple[Instant, int | None]] = self.priorities.setdefault(fact.incident_id, [])
        if isinstance(fact, d.IncidentDrafted):
            said.append((fact.at, None))
            self.drafts[fact.incident_id] = [(fact.at, True)]
            self._is_of(fact, fact.office)
            return
        said.append((fact.at, fact.priority))
        if isinstance(fact, d.IncidentClassified):
            self.drafts.setdefault(fact.incident_id, []).append((fact.at, False))
        if not isinstance(fact, d.PriorityChanged):
            self._needs(fact)
            self._is_of(fact, fact.station)

    def _needs(self, fact: d.DraftUpdated | d.IncidentClassified | d.KindChanged | d.BackupRequested) -> None:
        units = sum(need.units for need in fact.needs)
        self.needed.setdefault(fact.incident_id, []).append((fact.at, units))

    def _is_of(self, fact: d.IncidentEvent, office: str | None) -> None:
        if office is not None:
            self.stations.setdefault(fact.incident_id, []).append((fact.at, office))

    def _waits(self, fact: d.CallBackAwaited) -> None:
        """They wait on after a try in vain; when it is known by then where they are, for the office there."""
        known = self.call_backs.get(fact.call_id)
        moves = known is not None and known[-1].until is None and known[-1].office != fact.office
        if known is not None and moves:
            known[-1].until = fact.at
        _rises(self.call_backs, fact.call_id, Stood(fact.office, fact.at if moves else fact.since))

    def _unit(self, fact: d.UnitEvent) -> None:
        def say(of: dict[str, Said], so: bool) -> None:
            of.setdefault(fact.unit_id, []).append((fact.at, so))

        match fact:
            case d.DutyStarted() | d.DutyEnded():
                say(self.duty, isinstance(fact, d.DutyStarted))
                say(self.available, isinstance(fact, d.DutyStarted))
            case d.UnitStatusSet():
                say(self.available, fact.available)
            case d.EmergencyDeclared() | d.EmergencyEnded():
                say(self.emergency, isinstance(fact, d.EmergencyDeclared))

    def _assignment(self, fact: d.AssignmentEvent) -> None:
        began = fact.at if isinstance(fact, d.UnitReserved) else LONG_AGO
        going = self.go(fact.assignment_id, fact.unit_id, fact.incident_id, began)
        match fact:
            case d.UnitReserved():
                pass
            case d.PostGiven():
                going.post = True
            case d.UnitOnScene() | d.UnitTransporting():
                going.scenes.append((fact.at, fact.incident_id))
            case d.StepTakenBack():
                going.until, going.done = None, False
                going.scenes.append((fact.at, fact.incident_id if fact.state in _THERE else None))
            case _:
                going.until, going.done = fact.at, isinstance(fact, d.UnitCleared)
                going.scenes.append((fact.at, None))

    def _moved(self, fact: d.IncidentAbsorbed | d.IncidentParted, of: str, to: str) -> None:
        """A crew at a scene is at that of the incident that its own turned out to be."""
        for name in fact.assignments:
            going = self.goings.get(name)
            if going is None:
                continue
            # The world, which knows the oldest, has it where it went.
            going.incidents[-1] = (going.incidents[-1][0], of)
            going.incidents.append((fact.at, to))
            if going.scenes and going.scenes[-1][1] is not None:
                going.scenes[-1] = (going.scenes[-1][0], of)
                going.scenes.append((fact.at, to))


def begin(world: World, since: Instant) -> tuple[Standing, dict[str, Incident]]:
    """
    Return what had begun before `since` and had not ended by then, as the world still knows it; with its incidents.

    The world is of now, and what came after `since` is left to the log. What was closed and forgotten since is not in it.
    """
    found = Standing()
    for each in world.assignments.values():
        # Work that is done tells an incident whose report is awaited from one to which nobody goes.
        done = each.state is AssignmentState.CLEARED and each.ended_at is not None and each.ended_at < since
        if each.reserved_at < since and (each.ended_at is None or each.ended_at >= since or done):
            going = found.go(each.id, each.unit_id, each.incident_id, each.reserved_at)
            going.post = each.post is not None
            if done:
                going.until, going.done = each.ended_at, True
                continue
            if each.on_scene_at is not None and each.on_scene_at < since:
                going.scenes.append((each.on_scene_at, each.incident_id))
    for alarm in world.alarms.values():
        if alarm.raised_at < since:
            tiers = [(alarm.raised_at, Tier.NATIONAL if alarm.cause is AlarmCause.PANIC else alarm.tier)]
            _rises(found.alarms, alarm.id, Stood(alarm.office, alarm.raised_at, alarm.incident_id, tiers=tiers))
    for back in world.call_backs.values():
        if back.since < since:
            _rises(found.call_backs, back.call_id, Stood(back.office, back.since))
    for one in world.incidents.values():
        if one.waiting_since is not None and one.waiting_since < since:
            found.waits[one.id] = [one.waiting_since]
        # One that was cancelled and opened again is a draft no more.
        if one.created_at < since and (one.draft or (one.classified_at or one.reopened_at or since) >= since):
            found.drafts[one.id] = [(one.created_at, True)]
            found.priorities[one.id] = [(one.created_at, one.priority if one.draft else None)]
            # Of the desk that took the call, until it had a place whose station was told.
            told = [(each.since, str(each.office)) for each in one.taskings if each.office == one.station]
            found.stations[one.id] = [
                (one.created_at, str(one.taskings[0].office)),
                *(each for each in told if each[0] < since),
            ]
        found.needed[one.id] = [(LONG_AGO, sum(need.units for need in one.needs))]
        if one.hold is not None and one.hold.since < since:
            found.held[one.id] = [(one.hold.since, True)]
    return found, dict(_incidents(world, since))


def _incidents(world: World, since: Instant) -> Iterator[tuple[str, Incident]]:
    for one in world.incidents.values():
        over = one.closed_at or one.cancelled_at
        if one.created_at >= since or (over is not None and over < since):
            continue
        # Until a draft has a place it is of the desk that takes the call.
        station = one.station or one.taskings[0].office
        made = Incident(one.created_at, station, None if one.draft else one.kind, one.priority or 5)
        if one.calls:
            made.calls["before"] = one.created_at
        for each in (world.assignments[name] for name in one.assignments):
            if each.sent_at is not None and each.sent_at < since:
                made.sent_at = min(made.sent_at or each.sent_at, each.sent_at)
            if each.on_scene_at is not None and each.on_scene_at < since:
                made.arrived[each.id] = each.on_scene_at
        yield one.id, made


def is_so(said: Said, at: Instant, now: bool) -> bool:
    """Whether something was so: as was said last before; else the other of what was said next; else as it is."""
    before = [on for when, on in said if when < at]
    if before:
        return before[-1]
    return not said[0][1] if said else now


def _rises(of: dict[str, list[Stood]], name: str, one: Stood) -> None:
    """It stands from then on; one that stood already goes on."""
    known = of.setdefault(name, [])
    if not known or known[-1].until is not None:
        known.append(one)


def _falls(of: dict[str, list[Stood]], name: str, at: Instant, unknown: Stood) -> None:
    """It stands no more; one of which nothing is known stood before these hours."""
    of.setdefault(name, [unknown])[-1].until = at
