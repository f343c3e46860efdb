"""Facts about units: duty, status, an officer's emergency."""

from collections.abc import Iterable
from functools import reduce

from immutables import Map
from msgspec.structs import replace

from nazdik.dispatch import events as e
from nazdik.dispatch.evolution.changes import set_due, set_free_soon, set_unit, step
from nazdik.dispatch.field_model import FreeSoon, HandheldTest
from nazdik.dispatch.model import Emergency, Unit, World
from nazdik.kernel import UnitId


@step(e.UnitEnrolled)
def _(world: World, event: e.UnitEnrolled) -> World:
    unit = Unit(
        id=event.unit_id,
        call_sign=event.call_sign,
        office=event.office,
        kind=event.kind,
        skills=event.skills,
        own_skills=event.skills,
        crew=0,
        on_duty=False,
        available=False,
        secondary="OffDuty",
        status_since=event.at,
    )
    return replace(world, units=world.units.set(unit.id, unit), signs=with_signs(world.signs, unit))


def with_signs(signs: Map[str, UnitId], unit: Unit) -> Map[str, UnitId]:
    """Return call signs with those that a unit has and had."""
    for sign in (*unit.former_signs, unit.call_sign):
        signs = signs.set(sign.upper(), unit.id)
    return signs


def signs_of(units: Iterable[Unit]) -> Map[str, UnitId]:
    """Return whose each call sign is or was."""
    return reduce(with_signs, units, Map())


@step(e.UnitChanged)
def _(world: World, event: e.UnitChanged) -> World:
    unit = world.units[event.unit_id]
    former = tuple(sign for sign in (*unit.former_signs, unit.call_sign) if sign != event.call_sign)
    world = set_unit(
        world,
        unit.id,
        call_sign=event.call_sign,
        former_signs=tuple(dict.fromkeys(former)),
        kind=event.kind,
        own_skills=event.skills,
        skills=unit.skills if unit.on_duty else event.skills,
    )
    return replace(world, signs=with_signs(world.signs, world.units[unit.id]))


@step(e.UnitRetired)
def _(world: World, event: e.UnitRetired) -> World:
    return set_unit(world, event.unit_id, retired_at=event.at, status_since=event.at)


@step(e.UnitBroughtBack)
def _(world: World, event: e.UnitBroughtBack) -> World:
    return set_unit(world, event.unit_id, retired_at=None, status_since=event.at)


@step(e.UnitRehomed)
def _(world: World, event: e.UnitRehomed) -> World:
    # Sectors are an office's own.
    return set_unit(world, event.unit_id, office=event.office, sector=None)


@step(e.DutyStarted)
def _(world: World, event: e.DutyStarted) -> World:
    world = set_due(set_free_soon(world, event.unit_id, None), f"crew:{event.unit_id}", None)
    return set_unit(
        world,
        event.unit_id,
        on_duty=True,
        available=True,
        secondary="InService",
        crew=event.crew,
        skills=event.skills,
        members=(),
        lapsed=(),
        sector=None,
        status_since=event.at,
    )


@step(e.CrewLoggedOn)
def _(world: World, event: e.CrewLoggedOn) -> World:
    return set_unit(world, event.unit_id, members=event.members, sector=event.sector)


@step(e.CrewChecked)
def _(world: World, event: e.CrewChecked) -> World:
    world = set_due(world, f"crew:{event.unit_id}", event.until)
    return set_unit(world, event.unit_id, lapsed=event.lapsed)


@step(e.CrewSkillsSet)
def _(world: World, event: e.CrewSkillsSet) -> World:
    return set_unit(world, event.unit_id, skills=event.skills)


@step(e.DutyEnded)
def _(world: World, event: e.DutyEnded) -> World:
    world = set_due(set_free_soon(world, event.unit_id, None), f"crew:{event.unit_id}", None)
    return set_unit(
        world,
        event.unit_id,
        on_duty=False,
        available=False,
        secondary="OffDuty",
        crew=0,
        members=(),
        lapsed=(),
        sector=None,
        status_since=event.at,
    )


@step(e.UnitStatusSet)
def _(world: World, event: e.UnitStatusSet) -> World:
    world = set_free_soon(world, event.unit_id, None)
    return set_unit(world, event.unit_id, available=event.available, secondary=event.secondary, status_since=event.at)


@step(e.HandheldTested)
def _(world: World, event: e.HandheldTested) -> World:
    failed = tuple(check.name for check in event.checks if check.state == "failed")
    tested = HandheldTest(at=event.at, app_version=event.app_version, failed=failed)
    return set_unit(world, event.unit_id, tested=tested)


@step(e.FreeSoonSaid)
def _(world: World, event: e.FreeSoonSaid) -> World:
    return set_free_soon(world, event.unit_id, FreeSoon(free_at=event.free_at, said_at=event.at, by=event.by))


@step(e.FreeSoonOver)
def _(world: World, event: e.FreeSoonOver) -> World:
    return set_free_soon(world, event.unit_id, None)


@step(e.EmergencyDeclared)
def _(world: World, event: e.EmergencyDeclared) -> World:
    emergency = Emergency(incident_id=event.incident_id, started_at=event.at)
    world = set_free_soon(world, event.unit_id, None)
    return set_unit(world, event.unit_id, emergency=emergency)


@step(e.EmergencyAcknowledged)
def _(world: World, event: e.EmergencyAcknowledged) -> World:
    emergency = world.units[event.unit_id].emergency
    assert emergency is not None, "only a declared emergency is acknowledged"
    return set_unit(world, event.unit_id, emergency=replace(emergency, acknowledged_at=event.at))


@step(e.EmergencyEnded)
def _(world: World, event: e.EmergencyEnded) -> World:
    return set_unit(world, event.unit_id, emergency=None)
