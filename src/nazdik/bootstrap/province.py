"""
A province's machine: intake, dispatch, the roads' conditions, the books that guide and the settings over one state and one log.

Facts of intake ask things of dispatch (`_reactions`), facts of dispatch ask further things of dispatch (`follow_ups`). All of it
is decided within the one command that began it and stored in one transaction. After every fact the road learns which units it
touched and which streets, so that the next question sees the world as it now is.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as dataclass_replace
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Protocol

import msgspec
from immutables import Map
from msgspec.structs import replace

from nazdik.administration import commands as setting_commands
from nazdik.administration import decisions as setting
from nazdik.administration import events as setting_events
from nazdik.administration import evolution as setting_evolution
from nazdik.administration.model import Setting, Settings
from nazdik.bootstrap.administration.incident_kinds import kinds_in_force
from nazdik.bootstrap.administration.setting_kinds import setting_kind
from nazdik.dispatch import commands as dispatch_commands
from nazdik.dispatch import events as dispatch_events
from nazdik.dispatch.decisions import follow_ups, unfold
from nazdik.dispatch.evolution import evolve
from nazdik.dispatch.field_model import Message
from nazdik.dispatch.model import (
    BEFORE_SCENE,
    Alarm,
    Assignment,
    Awaited,
    AwaitedCallBack,
    Incident,
    Rules,
    Unit,
    World,
)
from nazdik.dispatch.recommend import fitness_of
from nazdik.dispatch.starts import start_of
from nazdik.dispatch.surroundings import Surroundings
from nazdik.dispatch.touched import deadline_keys, units_touched
from nazdik.geo.addresses import commands as address_commands
from nazdik.geo.addresses import decisions as addressing
from nazdik.geo.addresses import events as address_events
from nazdik.geo.addresses import evolution as address_evolution
from nazdik.geo.addresses.model import Addresses, Alias, Flag
from nazdik.geo.conditions import commands as road_commands
from nazdik.geo.conditions import decisions as roads
from nazdik.geo.conditions import events as road_events
from nazdik.geo.conditions import evolution as road_evolution
from nazdik.geo.conditions.model import Condition, ConditionId, ConditionState, CutOff, LearnedFactors, Roads
from nazdik.geo.tables import HOURS_1
from nazdik.guide import commands as guide_commands
from nazdik.guide import decisions as guiding
from nazdik.guide import events as guide_events
from nazdik.guide import evolution as guide_evolution
from nazdik.guide.model import Book, Guide
from nazdik.guide.shipped import plans_in_force, questions_in_force
from nazdik.intake import commands as intake_commands
from nazdik.intake import decisions as intake
from nazdik.intake import events as intake_events
from nazdik.intake.estimates import best_of
from nazdik.intake.model import Call, CallBack, Calls, Outcome
from nazdik.interchange.warnings import commands as warning_commands
from nazdik.interchange.warnings import decisions as warning
from nazdik.interchange.warnings import events as warning_events
from nazdik.interchange.warnings import evolution as warning_evolution
from nazdik.interchange.warnings.model import PublicWarning, WarningId, Warnings
from nazdik.kernel import Context, IncidentId, Instant, OfficeId, ProvinceId, UnitId
from nazdik.platform.eventlog.entry import Claim, Record
from nazdik.platform.eventlog.machine import Handled
from nazdik.premises import commands as premise_commands
from nazdik.premises import decisions as noting
from nazdik.premises import events as premise_events
from nazdik.premises import evolution as premise_evolution
from nazdik.premises.model import PremiseNote, Premises
from nazdik.published.sight import Sight

# A chain of reactions longer than this is a loop, not a decision.
REACTIONS_MAX = 1000
STATE_VERSION = 11

AnyEvent = (
    dispatch_events.AnyEvent
    | intake_events.AnyEvent
    | road_events.AnyEvent
    | address_events.AnyEvent
    | warning_events.AnyEvent
    | guide_events.AnyEvent
    | premise_events.AnyEvent
    | setting_events.AnyEvent
)
_decode_event = msgspec.json.Decoder(AnyEvent).decode
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
    (dispatch_events.Event, dispatch_events.subject_of),
    (intake_events.Event, attrgetter("call_id")),
    (road_events.Event, road_events.subject_of),
    (address_events.Event, address_events.subject_of),
    (warning_events.Event, attrgetter("warning_id")),
    (guide_events.Event, guide_events.subject_of),
    (premise_events.Event, premise_events.subject_of),
    (setting_events.Event, setting_events.subject_of),
)


_RECORDINGS: dict[type[Any], tuple[str, Callable[[Any], str]]] = {}


def _recording(event_type: type[Any]) -> tuple[str, Callable[[Any], str]]:
    """Return the stored name of a kind of event and what finds whom one is about; worked out once a kind."""
    known = _RECORDINGS.get(event_type)
    if known is None:
        subject_of = next(subject_of for base, subject_of in _SUBJECTS if issubclass(event_type, base))
        known = _RECORDINGS[event_type] = str(event_type.__struct_config__.tag), subject_of
    return known


class ProvinceState(msgspec.Struct, frozen=True):
    """Everything a province's decisions need."""

    world: World
    calls: Calls
    roads: Roads
    addresses: Addresses
    warnings: Warnings
    guide: Guide
    premises: Premises
    settings: Settings


class RoadTimes(Protocol):
    """What turns the conditions of the roads into the time of every street."""

    @property
    def table(self) -> str:
        """The id of the time table in force."""

    def show(self, roads: Roads, at: Instant) -> None:
        """See that the next question is answered with these conditions, at this hour. Nothing to do is found out at once."""

    def newly_closed(self, before: Roads, after: Roads) -> Mapping[int, ConditionId]:
        """Return the arcs that are closed after and were not before, each with the condition that closes it."""


def first_state(province: ProvinceId) -> ProvinceState:
    """Return the state before the first fact."""
    return ProvinceState(
        world=World(province=province),
        calls=Map(),
        roads=Roads(province=province),
        addresses=Addresses(province=province),
        warnings=Warnings(province=province),
        guide=Guide(province=province),
        premises=Premises(province=province),
        settings=Settings(province=province),
    )


def fold(state: ProvinceState, event: Any) -> ProvinceState:
    """Apply one stored fact."""
    if isinstance(event, dispatch_events.Event):
        return replace(state, world=evolve(state.world, event))
    if isinstance(event, road_events.Event):
        return replace(state, roads=road_evolution.evolve(state.roads, event))
    if isinstance(event, address_events.Event):
        return replace(state, addresses=address_evolution.evolve(state.addresses, event))
    if isinstance(event, warning_events.Event):
        return replace(state, warnings=warning_evolution.evolve(state.warnings, event))
    if isinstance(event, guide_events.Event):
        return replace(state, guide=guide_evolution.evolve(state.guide, event))
    if isinstance(event, premise_events.Event):
        return replace(state, premises=premise_evolution.evolve(state.premises, event))
    if isinstance(event, setting_events.Event):
        return replace(state, settings=setting_evolution.evolve(state.settings, event))
    return replace(state, calls=intake.evolve(state.calls, event))


def decode(kind: str, body: bytes) -> Any:
    """Return a stored event; its kind is within the body too, so that a body alone can be read."""
    event = _decode_event(body)
    assert event.__struct_config__.tag == kind, f"entry says {kind}, body says {event.__struct_config__.tag}"
    return event


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
        told: dict[UnitId, None] = {}
        try:
            for _ in range(REACTIONS_MAX):
                if not queue:
                    break
                asked = queue.popleft()
                if isinstance(asked, intake_commands.Command):
                    facts: tuple[Any, ...] = intake.decide(calls, asked, ctx)
                    for fact in facts:
                        calls = intake.evolve(calls, fact)
                        queue.extend(_reactions(fact, state.world.incidents, calls))
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
                    queue.extend(_asked_by_repair(asked))
                elif isinstance(asked, warning_commands.Command):
                    facts = warning.decide(warnings, asked, ctx)
                    for fact in facts:
                        warnings = warning_evolution.evolve(warnings, fact)
                elif isinstance(asked, guide_commands.Command):
                    facts = guiding.decide(guide, asked, ctx)
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
                        effect = kind.put_in_force(fact.subject, kind.tidy(fact.value))
                        if effect is None:
                            continue
                        if isinstance(fact, setting_events.ChangePublished):
                            queue.append(effect)
                        else:
                            # Whoever drafts learns at once what would be refused; nothing comes of it yet.
                            unfold(world, effect, ctx, self._guided(guide, settings))
                else:
                    unfolding = unfold(world, asked, ctx, self._guided(guide, settings))
                    world, facts = unfolding.world, tuple(unfolding.events)
                    told.update(dict.fromkeys(self._show(world, facts)))
                    queue.extend(follow_ups(world, facts))
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
        return Handled(after, tuple(events), _ids(events))

    def _guided(self, guide: Guide, settings: Settings) -> Surroundings:
        """Return what decisions may ask, with the books and the kinds that are in force."""
        if guide is not self._guide:
            self._guide = guide
            self._around = dataclass_replace(
                self._around, questions=questions_in_force(guide), plans=plans_in_force(guide)
            )
        if settings is not self._settings:
            self._settings = settings
            self._around = dataclass_replace(self._around, kinds=kinds_in_force(settings, self._catalogue))
        return self._around

    def record(self, event: Any) -> Record:
        """Return an event as stored: JSON, about its incident, unit, call or office; a unit reserved is a claim."""
        kind, subject_of = _recording(type(event))
        claims: tuple[Claim, ...] = ()
        if isinstance(event, dispatch_events.UnitReserved):
            claims = (Claim(event.unit_id, event.assignment_id, taken=True),)
        elif isinstance(event, _ENDS):
            claims = (Claim(event.unit_id, event.assignment_id, taken=False),)
        return Record(kind, subject_of(event), _encode(event), claims)

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
        changed = _conditions_changed(before, after)
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

    def _show(self, world: World, facts: Iterable[Any]) -> Iterable[UnitId]:
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


def _conditions_changed(before: Roads, after: Roads) -> list[ConditionId]:
    """Return the conditions that came into force or went out of it, in the order of their ids."""
    if before.revision == after.revision:
        return []

    def in_force(roads: Roads) -> set[ConditionId]:
        return {c.id for c in roads.conditions.values() if c.state is ConditionState.ACTIVE}

    return sorted(in_force(before) ^ in_force(after))


def _asked_by_repair(command: address_commands.Command) -> Iterator[dispatch_commands.ChangePlace]:
    """What the repair of an address asks of dispatch: the incident's place, when another was given."""
    if isinstance(command, address_commands.SettleAddress) and command.point is not None:
        yield dispatch_commands.ChangePlace(incident_id=command.incident_id, point=command.point, place=command.place)


_REACTED_TO = frozenset(
    {
        intake_events.RingingEnded,
        intake_events.CallBackTried,
        intake_events.CallDescribed,
        intake_events.CallWordsCleared,
        intake_events.CallClassified,
        intake_events.QuestionsAnswered,
        intake_events.CallLinked,
        intake_events.CallUnlinked,
        intake_events.CallClosed,
    }
)


def _reactions(fact: Any, incidents: Mapping[Any, Incident], calls: Calls) -> tuple[Any, ...]:
    """What a fact about a call asks of dispatch."""
    if type(fact) not in _REACTED_TO:
        return ()
    match fact:
        case intake_events.RingingEnded(call_back=True) | intake_events.CallBackTried():
            return (_about_call_back(calls[fact.call_id], fact.at),)
        case intake_events.CallDescribed(kind=kind, point=point) if kind is not None or point is not None:
            return (
                dispatch_commands.DraftIncident(
                    incident_id=fact.incident_id,
                    call_id=fact.call_id,
                    kind=kind,
                    priority=fact.priority,
                    point=point,
                    place=fact.place or None,
                ),
            )
        case intake_events.CallWordsCleared(no_place=True, incident_id=incident_id):
            draft = incidents.get(incident_id)
            if draft is None or draft.ended or not draft.draft:
                return ()
            return (dispatch_commands.DraftIncident(incident_id=incident_id, call_id=fact.call_id, place=""),)
        case intake_events.CallClassified():
            return (
                dispatch_commands.ClassifyIncident(
                    incident_id=fact.incident_id,
                    call_id=fact.call_id,
                    kind=fact.kind,
                    priority=fact.priority,
                    point=fact.point,
                    place=fact.place,
                    narrative=fact.narrative,
                    hazards=fact.hazards,
                ),
            )
        case intake_events.QuestionsAnswered(incident_id=incident_id, answers=answers):
            return (dispatch_commands.AnswerQuestions(incident_id=incident_id, answers=answers, strict=False),)
        case intake_events.CallLinked(incident_id=incident_id, call_id=call_id):
            begun = intake.incident_of(call_id)
            draft = incidents.get(begun)
            joined = dispatch_commands.JoinCall(incident_id=incident_id, call_id=call_id)
            if draft is None or begun == incident_id or not draft.draft or draft.ended:
                return (joined,)
            return (joined, dispatch_commands.CancelIncident(incident_id=begun, reason="linked"))
        case intake_events.CallUnlinked(incident_id=incident_id, call_id=call_id):
            return (dispatch_commands.PartCall(incident_id=incident_id, call_id=call_id),)
        case intake_events.CallClosed(incident_id=incident_id, outcome=outcome) if incident_id is not None:
            draft = incidents.get(incident_id)
            if draft is None or draft.ended or not draft.draft:
                return ()
            return (
                dispatch_commands.CancelIncident(
                    incident_id=incident_id, reason="transferred" if outcome is Outcome.TRANSFERRED else "no_incident"
                ),
            )
        case _:
            return ()


def _about_call_back(call: Call, now: Instant) -> dispatch_commands.Command:
    """Whoever still waits is to be called in time."""
    if call.call_back is not CallBack.DUE or call.call_back_asked:
        return dispatch_commands.SettleCallBack(call_id=call.id)
    best = best_of(call.locations, now)
    return dispatch_commands.AwaitCallBack(
        call_id=call.id,
        priority=call.priority,
        point=call.point or (best.point if best is not None else None),
        tries=call.call_back_tries,
    )


_MAKES = frozenset(
    {
        dispatch_events.UnitReserved,
        dispatch_events.IncidentDrafted,
        dispatch_events.IncidentOpened,
        dispatch_events.IncidentClassified,
        dispatch_events.LateIncidentEntered,
        intake_events.CallPresented,
        road_events.RoadClosed,
        road_events.TrafficFactorSet,
        address_events.AliasAdded,
        warning_events.WarningDrafted,
        premise_events.NoteAdded,
    }
)


def _ids(events: Iterable[Any]) -> dict[str, Any]:
    """Return the ids of what came into being, for the sender's answer."""
    ids: dict[str, Any] = {}
    for event in events:
        # Most facts make nothing new, and this is asked of every one.
        if type(event) not in _MAKES:
            continue
        match event:
            case dispatch_events.UnitReserved(assignment_id=assignment_id):
                ids.setdefault("assignment_ids", []).append(assignment_id)
            case (
                dispatch_events.IncidentDrafted()
                | dispatch_events.IncidentOpened()
                | dispatch_events.IncidentClassified()
                | dispatch_events.LateIncidentEntered()
            ):
                ids["incident_id"] = event.incident_id
                if not isinstance(event, dispatch_events.IncidentClassified):
                    ids["incident_number"] = event.number
            case intake_events.CallPresented(call_id=call_id):
                ids["call_id"] = call_id
            case road_events.RoadClosed() | road_events.TrafficFactorSet():
                ids["condition_id"] = event.condition_id
            case premise_events.NoteAdded(note_id=note_id):
                ids["note_id"] = note_id
            case address_events.AliasAdded(alias_id=alias_id):
                ids["alias_id"] = alias_id
            case warning_events.WarningDrafted(warning_id=warning_id):
                ids["warning_id"] = warning_id
    return ids


# Timers


def deadlines_moved(
    before: ProvinceState, after: ProvinceState, facts: Sequence[Any]
) -> Iterator[tuple[str, Instant | None]]:
    """Yield the timers that facts may have set, moved or stopped, each once, and when it rings now."""
    # Most facts of a call or a status move none: the maps are then the very same.
    if after.world.deadlines is before.world.deadlines and after.roads.deadlines is before.roads.deadlines:
        return
    for key in {key: None for fact in facts for key in _deadlines_touched(fact)}:
        yield key, deadline_of(after, key)


def _deadlines_touched(event: Any) -> Sequence[str]:
    if isinstance(event, dispatch_events.Event):
        return deadline_keys(event)
    return road_evolution.deadline_keys(event) if isinstance(event, road_events.Event) else ()


def deadlines_of(state: ProvinceState) -> dict[str, Instant]:
    """Return every timer that runs, and when it rings."""
    return {**state.world.deadlines, **state.roads.deadlines}


def deadline_of(state: ProvinceState, key: str) -> Instant | None:
    """Return when a timer rings, None when it does not run."""
    of_roads = road_evolution.is_timer_of_roads(key)
    return state.roads.deadlines.get(key) if of_roads else state.world.deadlines.get(key)


def timer_command(key: str) -> Any:
    """Return the command for a timer that rings."""
    if road_evolution.is_timer_of_roads(key):
        return road_commands.ConditionDue(key=key)
    return dispatch_commands.DeadlinePassed(key=key)


class _Stored(msgspec.Struct, frozen=True):
    """A state as it lies in a snapshot: lists instead of maps, each thing carries its own id."""

    province: ProvinceId
    units: list[Unit]
    incidents: list[Incident]
    assignments: list[Assignment]
    alarms: list[Alarm]
    waiting: dict[IncidentId, Instant]
    awaits: dict[IncidentId, tuple[Awaited, ...]]
    deadlines: dict[str, Instant]
    rules: dict[OfficeId, Rules]
    call_backs: list[AwaitedCallBack]
    last_number: int
    calls: list[Call]
    conditions: list[Condition]
    conditions_over: tuple[ConditionId, ...]
    road_deadlines: dict[str, Instant]
    learned: LearnedFactors | None
    learned_before: tuple[LearnedFactors | None, ...]
    road_revision: int
    aliases: list[Alias]
    flags: list[Flag]
    flags_settled: tuple[IncidentId, ...]
    warnings: list[PublicWarning]
    warnings_published: tuple[WarningId, ...]
    books: list[Book]
    premise_notes: list[PremiseNote]
    # Not in snapshots from before there were any.
    settings: list[Setting] = []
    messages: list[Message] = []


def snapshot(state: ProvinceState) -> bytes:
    """Return the state as bytes: equal states give equal bytes, and `restore` gives back an equal state."""
    world = state.world

    # Persistent maps keep no order; two states that are equal would otherwise differ as bytes.
    def by_id(things: Map[Any, Any]) -> list[Any]:
        return [things[key] for key in sorted(things)]

    return msgspec.msgpack.encode(
        _Stored(
            province=world.province,
            units=by_id(world.units),
            incidents=by_id(world.incidents),
            assignments=by_id(world.assignments),
            alarms=by_id(world.alarms),
            waiting=dict(sorted(world.waiting.items())),
            awaits=dict(sorted(world.awaits.items())),
            deadlines=dict(sorted(world.deadlines.items())),
            rules=dict(sorted(world.rules.items(), key=lambda rule: rule[0])),
            call_backs=by_id(world.call_backs),
            last_number=world.last_number,
            calls=by_id(state.calls),
            conditions=by_id(state.roads.conditions),
            conditions_over=state.roads.over,
            road_deadlines=dict(sorted(state.roads.deadlines.items())),
            learned=state.roads.learned,
            learned_before=state.roads.learned_before,
            road_revision=state.roads.revision,
            aliases=by_id(state.addresses.aliases),
            flags=[state.addresses.flags[incident] for incident in sorted(state.addresses.flags)],
            flags_settled=state.addresses.settled,
            warnings=by_id(state.warnings.items),
            warnings_published=state.warnings.published,
            books=[state.guide.books[name] for name in sorted(state.guide.books)],
            premise_notes=by_id(state.premises.notes),
            messages=by_id(world.messages),
            settings=[state.settings.items[key] for key in sorted(state.settings.items)],
        )
    )


def restore(body: bytes) -> ProvinceState:
    """Return the state a snapshot holds."""
    stored = msgspec.msgpack.decode(body, type=_Stored)

    def by_id(things: Iterable[Any]) -> Map[Any, Any]:
        return Map({thing.id: thing for thing in things})

    world = World(
        province=stored.province,
        units=by_id(stored.units),
        incidents=by_id(stored.incidents),
        assignments=by_id(stored.assignments),
        alarms=by_id(stored.alarms),
        waiting=Map(stored.waiting),
        awaits=Map(stored.awaits),
        deadlines=Map(stored.deadlines),
        rules=Map(stored.rules),
        call_backs=Map({awaited.call_id: awaited for awaited in stored.call_backs}),
        messages=by_id(stored.messages),
        last_number=stored.last_number,
    )
    streets = Roads(
        province=stored.province,
        conditions=by_id(stored.conditions),
        over=stored.conditions_over,
        deadlines=Map(stored.road_deadlines),
        learned=stored.learned,
        learned_before=stored.learned_before,
        revision=stored.road_revision,
    )
    addresses = Addresses(
        province=stored.province,
        aliases=by_id(stored.aliases),
        flags=Map({flag.incident_id: flag for flag in stored.flags}),
        settled=stored.flags_settled,
    )
    warnings = Warnings(
        province=stored.province, items=by_id(stored.warnings), published=stored.warnings_published
    )  # fmt: skip
    guide = Guide(province=stored.province, books=Map({book.name: book for book in stored.books}))
    calls = by_id(stored.calls)
    return ProvinceState(
        world=world,
        calls=calls,
        roads=streets,
        addresses=addresses,
        warnings=warnings,
        guide=guide,
        premises=Premises(province=stored.province, notes=by_id(stored.premise_notes)),
        settings=Settings(
            province=stored.province, items=Map({(one.kind, one.subject): one for one in stored.settings})
        ),
    )
