"""
A province's machine: intake, dispatch, the roads' conditions, the books that guide and the settings over one state and one log.

Facts of intake ask things of dispatch (`reactions`), facts of dispatch ask further things of dispatch (`follow_ups`). All of it
is decided within the one command that began it and stored in one transaction. After every fact the road learns which units it
touched and which streets, so that the next question sees the world as it now is.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace as dataclass_replace
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from nazdik.administration import commands as setting_commands
from nazdik.administration import decisions as setting
from nazdik.administration import events as setting_events
from nazdik.administration import evolution as setting_evolution
from nazdik.administration.model import Settings
from nazdik.bootstrap.administration.incident_kinds import kinds_in_force, nations_kinds
from nazdik.bootstrap.administration.register import PeopleOfSettings
from nazdik.bootstrap.administration.setting_kinds import Published, SettingKind, setting_kind
from nazdik.bootstrap.province_state import ProvinceState
from nazdik.bootstrap.reactions import asked_by_repair, asked_of_calls, conditions_changed, ids_of, reactions
from nazdik.dispatch import commands as dispatch_commands
from nazdik.dispatch import events as dispatch_events
from nazdik.dispatch.decisions import follow_ups, unfold
from nazdik.dispatch.event_base import IncidentEvent
from nazdik.dispatch.model import (
    BEFORE_SCENE,
    World,
)
from nazdik.dispatch.recommend import fitness_of
from nazdik.dispatch.starts import start_of
from nazdik.dispatch.surroundings import Surroundings
from nazdik.dispatch.touched import units_touched
from nazdik.geo.addresses import commands as address_commands
from nazdik.geo.addresses import decisions as addressing
from nazdik.geo.addresses import events as address_events
from nazdik.geo.addresses import evolution as address_evolution
from nazdik.geo.conditions import commands as road_commands
from nazdik.geo.conditions import decisions as roads
from nazdik.geo.conditions import events as road_events
from nazdik.geo.conditions import evolution as road_evolution
from nazdik.geo.conditions.model import ConditionId, CutOff, Roads
from nazdik.geo.tables import HOURS_1
from nazdik.guide import commands as guide_commands
from nazdik.guide import decisions as guiding
from nazdik.guide import events as guide_events
from nazdik.guide import evolution as guide_evolution
from nazdik.guide.in_force import plans_in_force, questions_in_force
from nazdik.guide.model import OF_NATION, Guide
from nazdik.intake import commands as intake_commands
from nazdik.intake import decisions as intake
from nazdik.intake import events as intake_events
from nazdik.intake import evolution as intake_evolution
from nazdik.interchange.warnings import commands as warning_commands
from nazdik.interchange.warnings import decisions as warning
from nazdik.interchange.warnings import events as warning_events
from nazdik.interchange.warnings import evolution as warning_evolution
from nazdik.kernel import Context, Instant, UnitId
from nazdik.platform.eventlog.entry import Claim, Record
from nazdik.platform.eventlog.machine import Handled
from nazdik.premises import commands as premise_commands
from nazdik.premises import decisions as noting
from nazdik.premises import events as premise_events
from nazdik.premises import evolution as premise_evolution
from nazdik.published.kinds import Kind
from nazdik.published.sight import Sight

# A chain of reactions longer than this is a loop, not a decision.
REACTIONS_MAX = 1000
_encode = msgspec.json.Encoder().encode

_ENDS = (
    dispatch_events.OfferRefused,
    dispatch_events.OfferUnanswered,
    dispatch_events.AssignmentWithdrawn,
    dispatch_events.AssignmentDiverted,
    dispatch_events.AssignmentCancelled,
    dispatch_events.UnitCleared,
)
_SUBJECTS: tuple[tuple[type[Any], Callable[[Any], str]], ...] = (
    (IncidentEvent, attrgetter("incident_id")),
    (dispatch_events.Event, dispatch_events.subject_of),
    (intake_events.Event, attrgetter("call_id")),
    (road_events.Event, road_events.subject_of),
    (address_events.Event, address_events.subject_of),
    (warning_events.Event, attrgetter("warning_id")),
    (guide_events.Event, guide_events.subject_of),
    (premise_events.Event, premise_events.subject_of),
    (setting_events.Event, setting_events.subject_of),
)
_Recording = tuple[str, Callable[[Any], str], Callable[[Any], tuple[Claim, ...]]]
_RECORDINGS: dict[type[Any], _Recording] = {}


def _recording(event_type: type[Any]) -> _Recording:
    """Return the stored name of a kind of event, what finds whom one is about and what it claims; worked out once a kind."""
    known = _RECORDINGS.get(event_type)
    if known is None:
        known = _RECORDINGS[event_type] = _recording_of(event_type)
    return known


def _recording_of(event_type: type[Any]) -> _Recording:
    subject_of = next(subject_of for base, subject_of in _SUBJECTS if issubclass(event_type, base))
    claims_of = _claims_nothing
    if issubclass(event_type, dispatch_events.UnitReserved):
        claims_of = _takes_unit
    elif issubclass(event_type, dispatch_events.StepTakenBack):
        claims_of = _resumes
    elif issubclass(event_type, _ENDS):
        claims_of = _gives_unit_back
    return str(event_type.__struct_config__.tag), subject_of, claims_of


def _claims_nothing(event: Any) -> tuple[Claim, ...]:
    return ()


def _takes_unit(event: Any) -> tuple[Claim, ...]:
    return (Claim(event.unit_id, event.assignment_id, taken=True),)


def _resumes(event: Any) -> tuple[Claim, ...]:
    """A unit has an assignment again that was said to be done, or that it was taken off."""
    return _takes_unit(event) if event.step in ("cleared", "withdrawn") else ()


def _gives_unit_back(event: Any) -> tuple[Claim, ...]:
    return (Claim(event.unit_id, event.assignment_id, taken=False),)


class RoadTimes(Protocol):
    """What turns the conditions of the roads into the time of every street."""

    @property
    def table(self) -> str:
        """The id of the time table in force."""

    def show(self, roads: Roads, at: Instant) -> None:
        """See that the next question is answered with these conditions, at this hour. Nothing to do is found out at once."""

    def newly_closed(self, before: Roads, after: Roads) -> Mapping[int, ConditionId]:
        """Return the arcs that are closed after and were not before, each with the condition that closes it."""


def _effects(
    kind: SettingKind, state: ProvinceState, fact: setting_events.DraftSaved | setting_events.ChangePublished
) -> list[Any]:
    """Return what a value would cause, or causes, once it is in force."""
    value = kind.tidy(fact.value)
    if isinstance(fact, setting_events.ChangePublished):
        change = Published(value, fact.former, by=fact.drafted_by, why=fact.why, at=fact.at)
    else:
        change = Published(value, None, by=fact.by, why=fact.why, at=fact.at)
    return list(kind.put_in_force(state, fact.subject, change))


class ProvinceMachine:
    """The rules of a province's log; see `platform.eventlog.machine.Machine`."""

    def __init__(self, surroundings: Surroundings, times: RoadTimes | None = None) -> None:
        """Without `times` the road knows no hours and no conditions; they are recorded all the same."""
        self._around = surroundings
        self._times = times
        # The books that `_around` was last given.
        self._guide: Guide | None = None
        self._settings: Settings | None = None
        self._catalogue = surroundings.kinds

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """The kinds of incident in force."""
        return self._around.kinds

    @property
    def sight(self) -> Sight:
        """The road and fleet that decisions see."""
        return self._around.sight

    def handle(self, state: ProvinceState, command: Any, ctx: Context) -> Handled[ProvinceState]:
        """Decide a command and everything that follows from it."""
        world, calls, streets, addresses = state.world, state.calls, state.roads, state.addresses
        warnings = state.warnings
        guide, premises, settings = state.guide, state.premises, state.settings
        self.show_roads(streets, ctx.at)
        queue: deque[Any] = deque([command])
        events: list[Any] = []
        fact: Any
        facts: tuple[Any, ...]
        told: dict[UnitId, None] = {}
        try:
            for _ in range(REACTIONS_MAX):
                if not queue:
                    break
                asked = queue.popleft()
                if isinstance(asked, dispatch_commands.Command):
                    unfolding = unfold(world, asked, ctx, self._guided(guide, settings))
                    world, facts = unfolding.world, tuple(unfolding.events)
                    told |= self._show(world, facts)
                    queue.extend(follow_ups(world, facts))
                    queue.extend(asked_of_calls(facts, calls, ctx.at))
                elif isinstance(asked, intake_commands.Command):
                    facts = intake.decide(calls, asked, ctx)
                    for fact in facts:
                        calls = intake_evolution.evolve(calls, fact)
                        queue.extend(reactions(fact, state.world.incidents, calls))
                elif isinstance(asked, road_commands.Command):
                    table = self._times.table if self._times is not None else HOURS_1.id
                    facts = roads.decide(streets, asked, ctx, table=table)
                    before = streets
                    for fact in facts:
                        streets = road_evolution.evolve(streets, fact)
                    queue.extend(self._ways_changed(world, before, streets))
                    self.show_roads(streets, ctx.at)
                elif isinstance(asked, address_commands.Command):
                    facts = addressing.decide(addresses, asked, ctx)
                    for fact in facts:
                        addresses = address_evolution.evolve(addresses, fact)
                    queue.extend(asked_by_repair(asked))
                elif isinstance(asked, warning_commands.Command):
                    facts = warning.decide(warnings, asked, ctx)
                    for fact in facts:
                        warnings = warning_evolution.evolve(warnings, fact)
                elif isinstance(asked, guide_commands.Command):
                    # What holds in every province speaks of kinds that every province may have.
                    national = asked.book in OF_NATION.values()
                    known = nations_kinds(settings) if national else self._guided(guide, settings).kinds
                    facts = guiding.decide(guide, asked, ctx, known)
                    for fact in facts:
                        guide = guide_evolution.evolve(guide, fact)
                elif isinstance(asked, premise_commands.Command):
                    facts = noting.decide(premises, asked, ctx)
                    for fact in facts:
                        premises = premise_evolution.evolve(premises, fact)
                elif isinstance(asked, setting_commands.Command):
                    kind = setting_kind(asked.kind)
                    in_force = kind.own(state, asked.subject)
                    facts = setting.decide(
                        settings, asked, ctx, in_force=in_force, second_person=kind.second_person
                    )  # fmt: skip
                    for fact in facts:
                        settings = setting_evolution.evolve(settings, fact)
                        if isinstance(fact, setting_events.DraftDropped):
                            continue
                        effects = _effects(kind, state, fact)
                        if isinstance(fact, setting_events.ChangePublished):
                            queue.extend(effects)
                            continue
                        for effect in effects:
                            # Whoever drafts learns at once what would be refused; nothing comes of it yet.
                            if isinstance(effect, premise_commands.Command):
                                noting.decide(premises, effect, ctx)
                            elif not isinstance(effect, setting_commands.Command):
                                unfold(world, effect, ctx, self._guided(guide, settings))
                else:
                    raise AssertionError(f"nobody decides {type(asked).__name__}")
                events.extend(facts)
            assert not queue, "reactions without end"
        except BaseException:
            if events:
                # A later step failed: what the road was told of the earlier ones never happened.
                self._tell(state.world, told)
                self.show_roads(state.roads, ctx.at)
            raise
        after = state
        if events:
            after = ProvinceState(
                world=world,
                calls=calls,
                roads=streets,
                addresses=addresses,
                warnings=warnings,
                guide=guide,
                premises=premises,
                settings=settings,
            )
        return Handled(after, tuple(events), ids_of(events))

    def _guided(self, guide: Guide, settings: Settings) -> Surroundings:
        """Return what decisions may ask, with the books and the kinds that are in force."""
        if guide is not self._guide:
            self._guide = guide
            self._around = dataclass_replace(
                self._around, questions=questions_in_force(guide), plans=plans_in_force(guide)
            )
        if settings is not self._settings:
            self._settings = settings
            self._around = dataclass_replace(
                self._around, kinds=kinds_in_force(settings, self._catalogue), crews=PeopleOfSettings(settings)
            )
        return self._around

    def record(self, event: Any) -> Record:
        """Return an event as stored: JSON, about its incident, unit, call or office; a unit reserved is a claim."""
        kind, subject_of, claims_of = _recording(type(event))
        return Record(kind, subject_of(event), _encode(event), claims_of(event))

    def digest(self, command: Any) -> bytes:
        """Return a digest of the command's type and of what its sender asked for."""
        if isinstance(command, road_commands.SetCondition):
            # Who is cut off was worked out by us: sent again, another unit may stand there.
            command = replace(command, cut_off=CutOff())
        return blake2b(type(command).__name__.encode() + _encode(command), digest_size=16).digest()

    def rolled_back(self, state: ProvinceState) -> None:
        """Show the road the durable world again."""
        self.show_all(state.world)

    def show_all(self, world: World) -> None:
        """Tell the road the fitness of every unit."""
        self._tell(world, world.units)

    def show_fact(self, state: ProvinceState, fact: Any) -> None:
        """Tell the road of the units that a fact decided elsewhere touched."""
        if isinstance(fact, dispatch_events.Event):
            self._show(state.world, (fact,))

    def show_roads(self, streets: Roads, at: Instant) -> None:
        """Tell the road its conditions and the hour."""
        if self._times is not None:
            self._times.show(streets, at)

    def _ways_changed(self, world: World, before: Roads, after: Roads) -> Iterator[dispatch_commands.Command]:
        """
        Ask dispatch to look at every assignment on its way when what is in force on the roads changes.

        Ways are taken as they still are: one that leads over a street that closes now is asked about as blocked, any other may
        have become longer or shorter.
        """
        changed = conditions_changed(before, after)
        if self._times is None or not changed:
            return
        closed = self._times.newly_closed(before, after)
        for assignment_id in sorted(a for u in world.units.values() if (a := u.assignment_id) is not None):
            assignment = world.assignments[assignment_id]
            point = world.destination_of(assignment)
            if assignment.state not in BEFORE_SCENE or point is None:
                continue
            way = self._around.sight.way(assignment.unit_id, point)
            crossed = next((closed[arc] for arc in way.arcs if arc in closed), None) if way is not None else None
            if way is not None and crossed is not None:
                yield dispatch_commands.ReviewRoute(
                    assignment_id=assignment_id, condition_id=crossed, before_s=way.travel_time_s
                )
            else:
                yield dispatch_commands.ReviewArrival(
                    assignment_id=assignment_id,
                    condition_id=changed[0],
                    before_s=way.travel_time_s if way is not None else None,
                )

    def _show(self, world: World, facts: Iterable[Any]) -> dict[UnitId, None]:
        """Tell the road of the units that facts touched, and return them."""
        touched = {unit_id: None for fact in facts for unit_id in units_touched(world, fact)}
        self._tell(world, touched)
        return touched

    def _tell(self, world: World, unit_ids: Iterable[UnitId]) -> None:
        """Tell the road what units are fit for and how soon they can set out; who is not known is fit for nothing."""
        for unit_id in unit_ids:
            unit = world.units.get(unit_id)
            if unit is None:
                self._around.sight.set_duty(unit_id, 0)
                continue
            delay_s, ready_at = start_of(world, unit, self._around.rules_for(world, unit.office))
            self._around.sight.set_duty(unit_id, fitness_of(world, unit), delay_s=delay_s, ready_at=ready_at)
