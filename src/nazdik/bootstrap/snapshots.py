"""A province's state as stored beside its log, so that a start need not read every fact."""

from collections.abc import Iterable
from typing import Any

import msgspec
from immutables import Map

from nazdik.administration.model import Setting, Settings
from nazdik.bootstrap.province_state import ProvinceState
from nazdik.dispatch.desk_model import HandOver
from nazdik.dispatch.evolution.units import signs_of
from nazdik.dispatch.field_model import Message
from nazdik.dispatch.model import Alarm, Assignment, Awaited, AwaitedCallBack, Incident, Unit, World
from nazdik.dispatch.rules import Rules
from nazdik.geo.addresses.model import Addresses, Alias, Flag
from nazdik.geo.conditions.model import Condition, ConditionId, LearnedFactors, Roads
from nazdik.guide.model import Book, Guide
from nazdik.intake.model import Call
from nazdik.interchange.warnings.model import PublicWarning, WarningId, Warnings
from nazdik.kernel import IncidentId, Instant, OfficeId, ProvinceId
from nazdik.premises.model import PremiseNote, Premises

_encode = msgspec.json.Encoder().encode


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
    hand_overs: list[HandOver] = []


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
            hand_overs=by_id(world.hand_overs),
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
        hand_overs=by_id(stored.hand_overs),
        last_number=stored.last_number,
        signs=signs_of(stored.units),
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
