"""What a province's facts look like on the stream: which items a batch touched, how they look now, and who may see each."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from nazdik.bootstrap.province import ProvinceState
from nazdik.dispatch import events as dispatch_events
from nazdik.dispatch import projections as dispatch
from nazdik.dispatch.evolution import units_touched
from nazdik.dispatch.model import Alarm, Incident, Unit, World
from nazdik.fleet.lane import PositionLane
from nazdik.intake import events as intake_events
from nazdik.intake.projections import call_view
from nazdik.kernel import AlarmId, CallId, IncidentId, OfficeId, UnitId
from nazdik.platform.live import Item, Subscription
from nazdik.published.offices import OfficeTree

_encode = msgspec.json.Encoder().encode
Key = tuple[str, str]


def room_of(office: str) -> str:
    """Return the scope of those who work in an office's control room: they see alarms of every tier at once."""
    return f"room:{office}"


def crew_of(unit_id: str) -> str:
    """Return the scope of a unit's own crew."""
    return f"unit:{unit_id}"


class ProvinceViews:
    """Turns the state of one province into items; knows the offices and the fleet's slots."""

    def __init__(self, offices: OfficeTree, lane: PositionLane) -> None:
        self._offices = offices
        self._lane = lane
        self._visible: dict[str, tuple[int, npt.NDArray[np.bool_]]] = {}

    def touched(self, facts: Iterable[Any], before: ProvinceState, after: ProvinceState) -> list[Item]:
        """Return the items that these facts may have changed, as they look now, each once."""
        keys: dict[Key, None] = {}
        for fact in facts:
            keys.update(dict.fromkeys(self._keys(fact, before, after)))
        return [item for key in keys for item in self._items(key, after)]

    def everything(self, state: ProvinceState) -> Iterator[Item]:
        """Return every item of a state."""
        world = state.world
        for unit_id in world.units:
            yield from self._items(("unit", unit_id), state)
        for incident_id in world.incidents:
            yield from self._items(("incident", incident_id), state)
            yield from self._items(("detail", incident_id), state)
        for alarm_id in world.alarms:
            yield from self._items(("alarm", alarm_id), state)
        for call_id in state.calls:
            yield from self._items(("call", call_id), state)

    def _keys(self, fact: Any, before: ProvinceState, after: ProvinceState) -> Iterator[Key]:
        if isinstance(fact, intake_events.CallsArchived):
            yield from (("call", call_id) for call_id in before.calls if call_id not in after.calls)
            return
        if isinstance(fact, intake_events.Event):
            yield ("call", fact.call_id)
            return
        yield from dispatch.keys_touched(fact)
        if isinstance(fact, dispatch_events.IncidentEvent) and fact.incident_id in after.world.incidents:
            for unit_id in units_touched(after.world, fact):
                yield ("unit", unit_id)

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
                view = dispatch.unit_view(world, unit, self.slot_of(unit.id))
                yield Item(kind, thing, _encode(view), self.scopes_of_unit(world, unit))
            case "alarm":
                alarm = world.alarms.get(AlarmId(thing))
                if alarm is None:
                    yield Item(kind, thing, None, frozenset())
                else:
                    view_of_alarm = dispatch.alarm_view(world, alarm)
                    yield Item(kind, thing, _encode(view_of_alarm), self.scopes_of_alarm(world, alarm))
            case _:
                call = state.calls.get(CallId(thing))
                view_of_call = None if call is None else _encode(call_view(call))
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
        desks = frozenset(s for s in self.scopes_of_incident(world, incident) if not s.startswith("unit:"))
        yield Item("detail", thing, _encode(detail), desks)
        crews = frozenset(crew_of(u) for u in dispatch.crew_sees_detail(world, incident))
        yield Item("crew_detail", thing, _encode(msgspec.structs.replace(detail, recommendation=None)), crews)

    def detail(self, state: ProvinceState, incident: Incident) -> dispatch.DetailView:
        """Return the personal part of an incident with its callers."""
        calls = (state.calls[c] for c in incident.calls if c in state.calls)
        callers = tuple(dispatch.CallerView(call=c.id, number=c.number, name=c.name) for c in calls)
        return dispatch.detail_view(state.world, incident, callers)

    def slot_of(self, unit_id: UnitId) -> int:
        """Return the unit's slot in position frames."""
        return self._lane.enrol(unit_id)

    # Who sees what

    def _above(self, offices: Iterable[str]) -> set[str]:
        return {above for office in offices for above in self._offices.chain_of(OfficeId(office))}

    def scopes_of_incident(self, world: World, incident: Incident) -> frozenset[str]:
        """Every office that has it, all above them, and the crews on it."""
        scopes = self._above(dispatch.offices_of(world, incident))
        return frozenset(scopes | {crew_of(u) for u in dispatch.units_on(world, incident)})

    def scopes_of_unit(self, world: World, unit: Unit) -> frozenset[str]:
        """The unit's own office and all above it, those of the incident it works on, and its crew."""
        offices = {str(unit.office)}
        if unit.assignment_id is not None:
            incident = world.incidents[world.assignments[unit.assignment_id].incident_id]
            offices.update(dispatch.offices_of(world, incident))
        return frozenset(self._above(offices) | {crew_of(unit.id)})

    def scopes_of_alarm(self, world: World, alarm: Alarm) -> frozenset[str]:
        """The offices it has reached on its way up, every control room above, and an emergency everybody at once."""
        incident = world.incidents.get(alarm.incident_id) if alarm.incident_id is not None else None
        origin = incident.station if incident is not None and incident.station is not None else alarm.office
        chain = self._offices.chain_of(origin)
        reached = (
            chain
            if alarm.cause == "panic"
            else chain[: chain.index(alarm.office) + 1]
            if alarm.office in chain
            else (alarm.office,)
        )
        return frozenset({*map(str, reached), *(room_of(office) for office in chain)})

    def visible(
        self, subscription: Subscription, state: ProvinceState, slots: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """Return which of these slots a subscription may see on the map: units of its offices, and those sent to it."""
        count, mask = self._visible.get(subscription.key, (-1, np.zeros(0, dtype=np.bool_)))
        units = state.world.units
        if count != len(units):
            mask = np.zeros(int(slots.max(initial=-1)) + 1 + len(units), dtype=np.bool_)
            for unit in units.values():
                home = frozenset({*self._above((unit.office,)), crew_of(unit.id)})
                mask[self.slot_of(unit.id)] = subscription.sees("unit", home)
            self._visible[subscription.key] = (len(units), mask)
        seen = mask[slots]
        guests = [u for u in self._away(state.world) if subscription.sees("unit", self.scopes_of_unit(state.world, u))]
        if guests:
            seen = seen | np.isin(slots, np.array([self.slot_of(u.id) for u in guests]))
        return seen

    def _away(self, world: World) -> list[Unit]:
        """Units on an incident of a station that is not their own."""
        away = []
        for incident in world.incidents.values():
            if incident.ended:
                continue
            for assignment in world.active_assignments(incident):
                unit = world.units[assignment.unit_id]
                if unit.office != incident.station:
                    away.append(unit)
        return away
