"""Facts about alarms and call-backs, and the rules an office sets for itself."""

from msgspec.structs import replace

from nazdik.dispatch import events as e
from nazdik.dispatch.evolution.changes import set_due, set_incident, step
from nazdik.dispatch.model import Alarm, AwaitedCallBack, Shelf, World
from nazdik.published.offices import TIERS_UPWARD


@step(e.AlarmRaised)
def _(world: World, event: e.AlarmRaised) -> World:
    alarm = Alarm(
        id=event.alarm_id,
        cause=event.cause,
        incident_id=event.incident_id,
        unit_id=event.unit_id,
        priority=event.priority,
        tier=event.tier,
        office=event.office,
        raised_at=event.at,
        climbs_at=event.climbs_at,
    )
    world = replace(world, alarms=world.alarms.set(alarm.id, alarm))
    if event.timer is not None:
        world = set_due(world, event.timer, None)
    return set_due(_escalated(world, event), f"climb:{alarm.id}", event.climbs_at)


@step(e.AlarmClimbed)
def _(world: World, event: e.AlarmClimbed) -> World:
    alarm = replace(world.alarms[event.alarm_id], tier=event.tier, office=event.office, climbs_at=event.climbs_at)
    world = replace(world, alarms=world.alarms.set(alarm.id, alarm))
    return set_due(_escalated(world, event), f"climb:{alarm.id}", event.climbs_at)


def _escalated(world: World, event: e.AlarmRaised | e.AlarmClimbed) -> World:
    """Note the highest tier an incident's alarms have reached."""
    if event.incident_id is None or event.incident_id not in world.incidents:
        return world
    reached = world.incidents[event.incident_id].escalated_to
    if reached is not None and TIERS_UPWARD.index(reached) >= TIERS_UPWARD.index(event.tier):
        return world
    return set_incident(world, event.incident_id, escalated_to=event.tier)


@step(e.AlarmAcknowledged)
def _(world: World, event: e.AlarmAcknowledged) -> World:
    alarm = replace(world.alarms[event.alarm_id], acknowledged_at=event.at, acknowledged_by=event.by, climbs_at=None)
    world = replace(world, alarms=world.alarms.set(alarm.id, alarm))
    return set_due(world, f"climb:{alarm.id}", None)


@step(e.AlarmShelved)
def _(world: World, event: e.AlarmShelved) -> World:
    alarm = replace(world.alarms[event.alarm_id], shelf=Shelf(event.until, event.reason, event.by))
    return replace(world, alarms=world.alarms.set(alarm.id, alarm))


@step(e.AlarmUnshelved)
def _(world: World, event: e.AlarmUnshelved) -> World:
    alarm = replace(world.alarms[event.alarm_id], shelf=None)
    return replace(world, alarms=world.alarms.set(alarm.id, alarm))


@step(e.AlarmCleared)
def _(world: World, event: e.AlarmCleared) -> World:
    world = replace(world, alarms=world.alarms.delete(event.alarm_id))
    return set_due(world, f"climb:{event.alarm_id}", None)


@step(e.CallBackAwaited)
def _(world: World, event: e.CallBackAwaited) -> World:
    awaited = AwaitedCallBack(
        call_id=event.call_id,
        office=event.office,
        priority=event.priority,
        since=event.since,
        late_at=event.late_at,
        tries=event.tries,
    )
    world = replace(world, call_backs=world.call_backs.set(event.call_id, awaited))
    return set_due(world, f"callback:{event.call_id}", event.late_at)


@step(e.CallBackSettled)
def _(world: World, event: e.CallBackSettled) -> World:
    world = replace(world, call_backs=world.call_backs.delete(event.call_id))
    return set_due(world, f"callback:{event.call_id}", None)


@step(e.RulesSet)
def _(world: World, event: e.RulesSet) -> World:
    if event.rules is not None:
        return replace(world, rules=world.rules.set(event.office, event.rules))
    if event.office in world.rules:
        return replace(world, rules=world.rules.delete(event.office))
    return world
