"""What a province's facts look like on the stream: which items a batch touched, how they look now, and who may see each."""

import logging
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from nazdik.administration import events as setting_events
from nazdik.bootstrap.province_state import ProvinceState
from nazdik.bootstrap.watch.mark import is_of_watch
from nazdik.dispatch import events as dispatch_events
from nazdik.dispatch import projections as dispatch
from nazdik.dispatch.desk_model import HandOverId
from nazdik.dispatch.field_model import Message, MessageId
from nazdik.dispatch.model import Alarm, AwaitedCallBack, Incident, Unit, World
from nazdik.dispatch.touched import units_touched
from nazdik.dispatch.views import CallerView, DetailView
from nazdik.fleet.lane import PositionLane
from nazdik.geo.addresses import events as address_events
from nazdik.geo.conditions import events as road_events
from nazdik.geo.conditions.model import ConditionId
from nazdik.geo.conditions.projections import condition_view
from nazdik.guide import events as guide_events
from nazdik.intake import events as intake_events
from nazdik.intake.model import Call
from nazdik.intake.projections import call_view
from nazdik.interchange.warnings import events as warning_events
from nazdik.interchange.warnings.model import WarningId
from nazdik.interchange.warnings.projections import warning_view
from nazdik.kernel import AlarmId, CallId, IncidentId, Instant, OfficeId, ProvinceId, UnitId
from nazdik.platform.clock import Clock
from nazdik.platform.live import Item, Subscription
from nazdik.premises import events as premise_events
from nazdik.premises.nearby import Squares, reaches
from nazdik.premises.projections import premise_view
from nazdik.published.offices import TIERS_UPWARD, OfficeTree
from nazdik.published.premises import PremiseView

_encode = msgspec.json.Encoder().encode
Key = tuple[str, str]
# An alarm is seen from its incident's station upwards; these change the station, or leave none.
_MOVES_ALARMS = (
    dispatch_events.DraftUpdated,
    dispatch_events.IncidentClassified,
    dispatch_events.PlaceChanged,
    dispatch_events.StationChanged,
    dispatch_events.IncidentArchived,
)
_MOVES_OFFICES = (dispatch_events.OfficeTasked, dispatch_events.OfficeReleased)
# Facts of dispatch that touch more than the things they name.
# After these others see the unit, or nobody does.
_MOVES_UNIT = (dispatch_events.UnitRehomed, dispatch_events.UnitRetired, dispatch_events.UnitBroughtBack)
_TOUCHES_MORE = (*_MOVES_UNIT, dispatch_events.MessageSent, *_MOVES_ALARMS, *_MOVES_OFFICES)
Ints = npt.NDArray[np.int64]
_log = logging.getLogger(__name__)


def room_of(office: str) -> str:
    """Return the scope of those who work in an office's control room: they see alarms of every tier at once."""
    return f"room:{office}"


def roads_of(province: ProvinceId | str) -> str:
    """Return the scope of a province's roads: everyone who follows the province, desks and crews alike."""
    return f"roads:{province}"


def maps_of(province: ProvinceId | str) -> str:
    """Return the scope of which map of a province is in force: everyone who follows the province."""
    return f"maps:{province}"


# The scope of every desk, whatever it follows: what two people opened in an emergency concerns all.
DESKS = "desks"


def warnings_of(province: ProvinceId | str) -> str:
    """Return the scope of a province's warnings to the public: every desk that follows the province."""
    return f"warnings:{province}"


def unplaced_of(province: ProvinceId | str) -> str:
    """Return the scope of what is the whole province's, because nobody knows whose station it is."""
    return f"unplaced:{province}"


def crew_of(unit_id: str) -> str:
    """Return the scope of a unit's own crew."""
    return f"unit:{unit_id}"


def late_at(world: World, call: Call) -> Instant | None:
    """Return when calling back is late; None when nobody waits for it."""
    awaited = world.call_backs.get(call.id)
    return awaited.late_at if awaited is not None else None


@cache
def _source_of(kind: type[Any]) -> str:
    """Return whose views a kind of fact may change; empty when it changes none. Asked of every fact."""
    if issubclass(kind, intake_events.CallsArchived):
        return "archive"
    if issubclass(kind, intake_events.Event):
        return "intake"
    if issubclass(kind, road_events.ConditionEvent):
        return "road"
    if issubclass(kind, warning_events.Event):
        return "warning"
    if issubclass(kind, premise_events.Event):
        return "premise"
    silent = road_events.Event | address_events.Event | guide_events.Event | setting_events.Event
    return "" if issubclass(kind, silent) else "dispatch"


class ProvinceViews:
    """Turns the state of one province into items; knows the offices and the fleet's slots."""

    def __init__(self, offices: OfficeTree, lane: PositionLane, clock: Clock) -> None:
        self._clock = clock
        # Notes about places by squares, made anew when they change.
        self._squares: Squares | None = None
        self._offices = offices
        self._lane = lane
        self._chains: dict[str, frozenset[str]] = {}
        self._home_scopes: dict[UnitId, frozenset[str]] = {}
        self._moved: frozenset[OfficeId] = frozenset()
        # Units whose own offices are noted, and the slots by scope.
        self._at_home: set[str] = set()
        self._home_slots: dict[str, list[int]] = {}
        self._home_arrays: dict[str, Ints] = {}
        # Units whose last view had an assignment: only these can be away from their own offices.
        self._on_assignment: dict[UnitId, None] = {}

    def forget_offices(self) -> None:
        """Ask anew who stands above whom: the tree has changed."""
        self._chains.clear()
        self._home_scopes.clear()
        self._forget_homes()

    def offices_moved(self, moved: frozenset[OfficeId]) -> None:
        """Some offices stand under others than before: with the fact that says so, what is theirs is told anew."""
        self.forget_offices()
        self._moved = moved

    def _forget_homes(self) -> None:
        """Note anew which units are whose."""
        self._at_home.clear()
        self._home_slots.clear()
        self._home_arrays.clear()

    def touched(self, facts: Iterable[Any], before: ProvinceState, after: ProvinceState) -> list[Item]:
        """Return the items that these facts may have changed, as they look now, each once."""
        keys: dict[Key, None] = {}
        for fact in facts:
            keys.update(dict.fromkeys(self._keys(fact, before, after)))
        if self._moved:
            keys.update(dict.fromkeys(self._keys_of_moved(after.world)))
        return [item for key in keys for item in self._shown(key, after)]

    def everything(self, state: ProvinceState) -> Iterator[Item]:
        """Return every item of a state."""
        world = state.world
        for unit_id in world.units:
            yield from self._shown(("unit", unit_id), state)
        for incident_id in world.incidents:
            yield from self._shown(("incident", incident_id), state)
            yield from self._shown(("detail", incident_id), state)
        for alarm_id in world.alarms:
            yield from self._shown(("alarm", alarm_id), state)
        for message_id in world.messages:
            yield from self._shown(("message", message_id), state)
        for hand_over_id in world.hand_overs:
            yield from self._shown(("hand_over", hand_over_id), state)
        for call_id in state.calls:
            yield from self._shown(("call", call_id), state)
        for condition_id in state.roads.conditions:
            yield from self._shown(("condition", condition_id), state)
        for warning_id in state.warnings.items:
            yield from self._shown(("warning", warning_id), state)
        for call_id in world.call_backs:
            yield from self._shown(("call_back", call_id), state)

    def _shown(self, key: Key, state: ProvinceState) -> list[Item]:
        """
        Return the items of a thing; none of one that cannot be shown.

        One call that nobody foresaw must take neither the changes that came with it off the screens nor the server down at its
        next start. Its words are in the journal, which shows them as they came.
        """
        try:
            return list(self._items(key, state))
        except Exception:
            _log.exception("%s %s cannot be shown", *key)
            return []

    def _keys(self, fact: Any, before: ProvinceState, after: ProvinceState) -> Iterator[Key]:
        match _source_of(fact.__class__):
            case "dispatch":
                yield from self._of_dispatch(fact, before, after)
            case "archive":
                yield from (("call", call_id) for call_id in before.calls if call_id not in after.calls)
            case "intake":
                yield ("call", fact.call_id)
                about = after.calls[fact.call_id].incident_id
                if isinstance(fact, intake_events.CallerLearnt) and about in after.world.incidents:
                    yield ("detail", str(about))
            case "road":
                yield ("condition", fact.condition_id)
                gone = (i for i in before.roads.over if i not in after.roads.conditions)
                yield from (("condition", condition_id) for condition_id in gone)
            case "warning":
                yield ("warning", fact.warning_id)
                replaced = after.warnings.items.get(fact.warning_id)
                if replaced is not None and replaced.replaces is not None:
                    yield ("warning", replaced.replaces)
                past = (i for i in before.warnings.published if i not in after.warnings.items)
                yield from (("warning", warning_id) for warning_id in past)
            case "premise":
                yield from self._details_about(fact, before, after)

    def _of_dispatch(self, fact: Any, before: ProvinceState, after: ProvinceState) -> Iterator[Key]:
        yield from dispatch.keys_touched(fact)
        if isinstance(fact, dispatch_events.IncidentEvent) and fact.incident_id in after.world.incidents:
            for unit_id in units_touched(after.world, fact):
                yield ("unit", unit_id)
        if not isinstance(fact, _TOUCHES_MORE):
            return
        if isinstance(fact, _MOVES_UNIT):
            self._forget_homes()
            self._home_scopes.pop(fact.unit_id, None)
            yield from self._about_unit(fact.unit_id, after.world)
        if isinstance(fact, dispatch_events.MessageSent):
            # Those that are more than a day old went with it.
            yield from (("message", m) for m in before.world.messages if m not in after.world.messages)
        if isinstance(fact, _MOVES_ALARMS):
            yield from (("alarm", a.id) for a in after.world.alarms.values() if a.incident_id == fact.incident_id)
        if isinstance(fact, _MOVES_OFFICES):
            # An office sees the units on what it has, whosever they are.
            incident = after.world.incidents.get(fact.incident_id)
            if incident is not None:
                yield from (("unit", assignment.unit_id) for assignment in after.world.active_assignments(incident))

    def _about_unit(self, unit_id: UnitId, world: World) -> Iterator[Key]:
        """What is seen by whoever the unit belongs to: what was written to and from it, alarms about it alone."""
        yield from (("message", each.id) for each in world.messages.values() if unit_id in dispatch.units_of(each))
        yield from (("alarm", alarm.id) for alarm in world.alarms.values() if alarm.unit_id == unit_id)

    def _keys_of_moved(self, world: World) -> Iterator[Key]:
        """Everything that others see now, because its office stands under another."""
        moved, self._moved = self._moved, frozenset()
        for incident in world.incidents.values():
            if incident.station in moved or any(tasking.office in moved for tasking in incident.taskings):
                yield from (("incident", incident.id), ("detail", incident.id))
                yield from (("unit", each.unit_id) for each in world.active_assignments(incident))
        yield from (("unit", unit.id) for unit in world.units.values() if unit.office in moved)
        yield from (("alarm", alarm_id) for alarm_id in world.alarms)
        yield from (("message", message_id) for message_id in world.messages)
        yield from (("call_back", each.call_id) for each in world.call_backs.values() if each.office in moved)

    def _items(self, key: Key, state: ProvinceState) -> Iterator[Item]:
        kind, thing = key
        world = state.world
        match kind:
            case "incident":
                incident = world.incidents.get(IncidentId(thing))
                if incident is None:
                    yield Item(kind, thing, None, frozenset())
                else:
                    scopes = self.scopes_of_incident(world, incident)
                    yield Item(kind, thing, _encode(dispatch.incident_view(world, incident)), scopes)
            case "detail":
                yield from self._details(thing, state)
            case "unit":
                unit = world.units[UnitId(thing)]
                if unit.assignment_id is not None:
                    self._on_assignment[unit.id] = None
                else:
                    self._on_assignment.pop(unit.id, None)
                # Screens do not count what is out of use.
                view = None if unit.is_gone else _encode(dispatch.unit_view(world, unit, self.slot_of(unit.id)))
                yield Item(kind, thing, view, self.scopes_of_unit(world, unit) if view is not None else frozenset())
            case "alarm":
                alarm = world.alarms.get(AlarmId(thing))
                if alarm is None:
                    yield Item(kind, thing, None, frozenset())
                else:
                    view_of_alarm = dispatch.alarm_view(world, alarm)
                    yield Item(kind, thing, _encode(view_of_alarm), self.scopes_of_alarm(world, alarm))
            case "message":
                message = world.messages.get(MessageId(thing))
                if message is None:
                    yield Item(kind, thing, None, frozenset())
                else:
                    yield Item(
                        kind, thing, _encode(dispatch.message_view(world, message)), self._talking(world, message)
                    )
            case "hand_over":
                given = world.hand_overs.get(HandOverId(thing))
                view_of_desk = None if given is None else _encode(dispatch.hand_over_view(given))
                rooms = frozenset() if given is None else frozenset({room_of(given.office)})
                yield Item(kind, thing, view_of_desk, rooms)
            case "condition":
                condition = state.roads.conditions.get(ConditionId(thing))
                view_of_condition = (
                    None if condition is None else _encode(condition_view(str(world.province), condition))
                )
                yield Item(kind, thing, view_of_condition, self.scopes_of_conditions(world.province))
            case "warning":
                warning = state.warnings.items.get(WarningId(thing))
                view_of_warning = None if warning is None else _encode(warning_view(str(world.province), warning))
                yield Item(kind, thing, view_of_warning, frozenset({warnings_of(world.province)}))
            case "call_back":
                awaited = world.call_backs.get(CallId(thing))
                view_of_wait = None if awaited is None else _encode(dispatch.call_back_view(awaited))
                yield Item(kind, thing, view_of_wait, self.scopes_of_call_back(world, awaited))
            case _:
                call = state.calls.get(CallId(thing))
                view_of_call = (
                    None if call is None or is_of_watch(call) else _encode(call_view(call, late_at(world, call)))
                )
                yield Item(kind, thing, view_of_call, frozenset(self._offices.chain_of(OfficeId(world.province))))

    def _details(self, thing: str, state: ProvinceState) -> Iterator[Item]:
        """The personal part twice: whole for the desks, and for the crews on it without who else could have gone."""
        world = state.world
        incident = world.incidents.get(IncidentId(thing))
        if incident is None:
            yield Item("detail", thing, None, frozenset())
            yield Item("crew_detail", thing, None, frozenset())
            return
        detail = self.detail(state, incident)
        desks, crews = self.scopes_of_detail(world, incident)
        yield Item("detail", thing, _encode(detail), desks)
        # Most of the time no crew is on it, and nothing is written for nobody.
        for_crews = _encode(msgspec.structs.replace(detail, recommendation=None)) if crews else None
        yield Item("crew_detail", thing, for_crews, crews)

    def _talking(self, world: World, message: Message) -> frozenset[str]:
        """The crews that take part in a message, and the offices of their units with those above."""
        units = dispatch.units_of(message)
        return self._above(str(world.units[u].office) for u in units) | {crew_of(u) for u in units}

    def scopes_of_conditions(self, province: ProvinceId) -> frozenset[str]:
        """Roads lead through everybody's area: whoever follows the province follows its roads."""
        return frozenset({roads_of(province)})

    def detail(self, state: ProvinceState, incident: Incident) -> DetailView:
        """Return the personal part of an incident with its callers."""
        calls = (state.calls[c] for c in incident.calls if c in state.calls)
        callers = tuple(CallerView(call=c.id, number=c.number, name=c.name, callback=c.callback) for c in calls)
        return dispatch.detail_view(state.world, incident, callers, self._hazards(state, incident))

    def _hazards(self, state: ProvinceState, incident: Incident) -> tuple[PremiseView, ...]:
        """Return what is known of the incident's place, while it holds."""
        if incident.point is None or not state.premises.notes:
            return ()
        if self._squares is None or self._squares.notes is not state.premises.notes:
            self._squares = Squares(state.premises.notes)
        at = self._clock.now()
        return tuple(premise_view(near, at, incident.id) for near in self._squares.near(incident.point, at))

    def _details_about(self, fact: premise_events.Event, before: ProvinceState, after: ProvinceState) -> Iterator[Key]:
        """Every open incident that a note is about, or was about before it was changed or removed."""
        forms = [one for state in (before, after) if (one := state.premises.notes.get(fact.note_id)) is not None]
        for incident in after.world.incidents.values():
            point = incident.point
            if not incident.ended and point is not None and any(reaches(note, point) for note in forms):
                yield ("detail", incident.id)

    def slot_of(self, unit_id: UnitId) -> int:
        """Return the unit's slot in position frames."""
        return self._lane.enrol(unit_id)

    # Who sees what

    def _above(self, offices: Iterable[str]) -> frozenset[str]:
        """Return these offices and all above them. The tree does not change while a server runs."""
        chains = [self._chains.get(office) or self._chain(office) for office in offices]
        return frozenset[str]().union(*chains)

    def _chain(self, office: str) -> frozenset[str]:
        chain = self._chains[office] = frozenset(map(str, self._offices.chain_of(OfficeId(office))))
        return chain

    def scopes_of_incident(self, world: World, incident: Incident) -> frozenset[str]:
        """Every office that has it, all above them, and the crews on it."""
        scopes = self._above(dispatch.offices_of(world, incident))
        return frozenset(scopes | {crew_of(u) for u in dispatch.units_on(world, incident)})

    def scopes_of_detail(self, world: World, incident: Incident) -> tuple[frozenset[str], frozenset[str]]:
        """Those who see the personal part: the desks that have the incident, and the crews, only while they work on it."""
        desks = frozenset(s for s in self.scopes_of_incident(world, incident) if not s.startswith("unit:"))
        return desks, frozenset(crew_of(u) for u in dispatch.crew_sees_detail(world, incident))

    def scopes_of_unit(self, world: World, unit: Unit) -> frozenset[str]:
        """The unit's own office and all above it, those of the incident it works on, and its crew."""
        if unit.assignment_id is None:
            kept = self._home_scopes.get(unit.id)
            if kept is None:
                kept = self._home_scopes[unit.id] = self._above((unit.office,)) | {crew_of(unit.id)}
            return kept
        incident = world.incidents[world.assignments[unit.assignment_id].incident_id]
        offices = {str(unit.office), *dispatch.offices_of(world, incident)}
        return self._above(offices) | {crew_of(unit.id)}

    def scopes_of_alarm(self, world: World, alarm: Alarm) -> frozenset[str]:
        """The offices it has reached on its way up, every control room above, and an emergency everybody at once."""
        incident = world.incidents.get(alarm.incident_id) if alarm.incident_id is not None else None
        unit = world.units.get(alarm.unit_id) if alarm.unit_id is not None else None
        awaited = world.call_backs.get(alarm.call_id) if alarm.call_id is not None else None
        # An emergency may outlast its incident; then it is the unit's own offices that must go on seeing it.
        origin = incident.station if incident is not None else unit.office if unit is not None else None
        origin = awaited.office if awaited is not None else origin
        desk = world.hand_overs.get(alarm.hand_over_id) if alarm.hand_over_id is not None else None
        # However high it has climbed, the room whose desk it is goes on seeing it.
        origin = desk.office if desk is not None else origin
        chain = self._offices.chain_of(origin or alarm.office)
        tiers = TIERS_UPWARD if alarm.cause == "panic" else TIERS_UPWARD[: TIERS_UPWARD.index(alarm.tier) + 1]
        # By tier and not by office: the incident may have moved to another station since the alarm climbed.
        reached = {alarm.office, *(o.id for o in map(self._offices.find_office, chain) if o and o.tier in tiers)}
        return frozenset({*map(str, reached), *(room_of(office) for office in chain)})

    def scopes_of_call_back(self, world: World, awaited: AwaitedCallBack | None) -> frozenset[str]:
        """The station of whoever waits and all above it; where no place is known, every desk of the province."""
        if awaited is None:
            return frozenset()
        unplaced = {unplaced_of(world.province)} if awaited.office == str(world.province) else set()
        return self._above((awaited.office,)) | unplaced

    def visible(self, state: ProvinceState, slots: Ints) -> Callable[[Subscription], Ints]:
        """
        Return who may see which rows of a position frame: units of their offices, and those sent to them.

        Args:
            slots: The slot of each row.
        """
        self._learn_homes(state.world)
        row_of_slot = np.full(int(slots.max(initial=-1)) + 2, -1, dtype=np.int64)
        row_of_slot[slots] = np.arange(len(slots))
        guests: dict[str, list[int]] = {}
        for unit in self._away(state.world):
            for scope in self.scopes_of_unit(state.world, unit):
                guests.setdefault(scope, []).append(self.slot_of(unit.id))

        def rows(subscription: Subscription) -> Ints:
            seen = [
                np.asarray(slots_there, dtype=np.int64)
                for scope, kinds in subscription.kinds_by_scope.items()
                if kinds is None or "unit" in kinds
                for slots_there in (self._slots_at_home(scope), guests.get(scope, ()))
                if len(slots_there)
            ]
            if not seen:
                return np.zeros(0, dtype=np.int64)
            every = np.concatenate(seen) if len(seen) > 1 else seen[0]
            found = row_of_slot[np.minimum(every, len(row_of_slot) - 1)]
            if len(seen) > 1:
                # A guest may be at home there too; a mask is much sooner made than a sorted set.
                mask = np.zeros(len(slots), dtype=np.bool_)
                mask[found[found >= 0]] = True
                return np.flatnonzero(mask)
            return np.asarray(found[found >= 0])

        return rows

    def _learn_homes(self, world: World) -> None:
        """Note the slot of each new unit under the scopes that always see it."""
        if len(self._at_home) == len(world.units):
            return
        for unit in world.units.values():
            if unit.id not in self._at_home:
                self._at_home.add(unit.id)
                for scope in () if unit.is_gone else (*self._above((unit.office,)), crew_of(unit.id)):
                    self._home_slots.setdefault(scope, []).append(self.slot_of(unit.id))

    def _slots_at_home(self, scope: str) -> Ints:
        slots = self._home_slots.get(scope, [])
        kept = self._home_arrays.get(scope)
        if kept is None or len(kept) != len(slots):
            kept = self._home_arrays[scope] = np.sort(np.array(slots, dtype=np.int64))
        return kept

    def _away(self, world: World) -> list[Unit]:
        """Units on an incident of a station that is not their own."""
        away = []
        for unit_id in self._on_assignment:
            unit = world.units[unit_id]
            if unit.assignment_id is not None:
                incident = world.incidents[world.assignments[unit.assignment_id].incident_id]
                if unit.office != incident.station:
                    away.append(unit)
        return away
