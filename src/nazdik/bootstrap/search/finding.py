"""What is found in the memory of the provinces: each kind of thing by what people know it by, the best and the nearest first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from nazdik.bootstrap.administration.kind_names import kind_names
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.search.matching import Asked, number_score, telephone_score, text_score
from nazdik.dispatch.model import Incident, Unit, World
from nazdik.intake.model import Call
from nazdik.kernel import LonLat, distance_m
from nazdik.published.offices import Office

# Who types a call sign means the unit before those of an office that sounds like it.
_BY_OFFICE = 0.8
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """Something found: by what, how well, and how far from where the reader looks."""

    item: T
    room: ControlRoom | None
    why: str
    score: float
    point: LonLat | None
    distance_m: float | None


def best(hits: Iterable[Hit[T]], limit: int) -> list[Hit[T]]:
    """Return the best: what answers better first, of equals the nearest, then the newest."""
    # Ids carry the time of birth, so the greater one is the younger.
    found = sorted(hits, key=lambda hit: str(getattr(hit.item, "id", "")), reverse=True)
    found.sort(key=lambda hit: (-hit.score, hit.distance_m if hit.distance_m is not None else float("inf")))
    return found[:limit]


def incidents(desk: Desk, rooms: Sequence[ControlRoom], asked: Asked, near: LonLat | None) -> Iterator[Hit[Incident]]:
    """Find incidents by number, kind, place and the units on them."""
    for room in rooms:
        world, names = room.state.world, kind_names(room.state.settings)
        for incident in world.incidents.values():
            called = {names.of(incident.kind), names.of(incident.kind, incident.created_at)} if incident.kind else ()
            why, score = _best_of(
                ("number", number_score(asked, incident.number)),
                ("place", text_score(asked, (incident.place,))),
                ("kind", text_score(asked, [name for pair in called for name in pair])),
                ("unit", text_score(asked, _signs(world, incident))),
            )
            if score and desk.sees("incident", room.views.scopes_of_incident(world, incident)):
                yield Hit(incident, room, why, score, incident.point, _apart(incident.point, near))


def told(desk: Desk, rooms: Sequence[ControlRoom], asked: Asked, near: LonLat | None) -> Iterator[Hit[Incident]]:
    """Find incidents by what was said: the narrative, the hazards, the notes. Personal: by those who may read that."""
    for room in rooms:
        world = room.state.world
        for incident in world.incidents.values():
            score = text_score(asked, (incident.narrative, incident.hazards, *(note.text for note in incident.notes)))
            desks, crews = room.views.scopes_of_detail(world, incident)
            if score and (desk.sees("detail", desks) or desk.sees("crew_detail", crews)):
                yield Hit(incident, room, "words", score, incident.point, _apart(incident.point, near))


def units(desk: Desk, rooms: Sequence[ControlRoom], asked: Asked, near: LonLat | None) -> Iterator[Hit[Unit]]:
    """Find units by call sign and by the names of their office."""
    for room in rooms:
        world = room.state.world
        for unit in world.units.values():
            if unit.is_gone:
                continue
            office = desk.house.offices.find_office(unit.office)
            names = (office.name_fa, office.name_en) if office is not None else ()
            why, score = _best_of(
                ("unit", text_score(asked, (unit.call_sign, *unit.former_signs))),
                ("office", text_score(asked, names) * _BY_OFFICE),
            )
            if score and desk.sees("unit", room.views.scopes_of_unit(world, unit)):
                place = room.lane.position_of(unit.id)
                point = place.point if place is not None else None
                yield Hit(unit, room, why, score, point, _apart(point, near))


def offices(desk: Desk, asked: Asked, near: LonLat | None) -> Iterator[Hit[Office]]:
    """Find offices by name, code and tier."""
    for office in desk.house.offices.list_offices():
        score = text_score(asked, (office.name_fa, office.name_en, office.code))
        if score:
            yield Hit(office, None, "name", score, office.seat, _apart(office.seat, near))


def calls(rooms: Sequence[ControlRoom], asked: Asked, near: LonLat | None) -> Iterator[Hit[Call]]:
    """Find calls by the caller's number or name, by place and by what was said. Personal."""
    for room in rooms:
        for call in room.state.calls.values():
            why, score = _best_of(
                ("number", telephone_score(asked, (call.number, call.callback))),
                ("name", text_score(asked, (call.name or "",))),
                ("place", text_score(asked, (call.place,))),
                ("words", text_score(asked, (call.narrative, call.hazards))),
            )
            if score:
                yield Hit(call, room, why, score, call.point, _apart(call.point, near))


def _best_of(*ways: tuple[str, float]) -> tuple[str, float]:
    """Return by what something answers best, and how well; of equals the first."""
    return max(ways, key=lambda each: each[1])


def _signs(world: World, incident: Incident) -> tuple[str, ...]:
    return tuple(
        world.units[world.assignments[each].unit_id].call_sign
        for each in incident.assignments
        if world.assignments[each].unit_id in world.units
    )


def _apart(point: LonLat | None, near: LonLat | None) -> float | None:
    return round(distance_m(point, near)) if point is not None and near is not None else None
