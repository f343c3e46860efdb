"""Watched places: which unit is to be noticed when it comes within so many metres of where it was sent."""

from dataclasses import dataclass

from nazdik.fleet.model import Entered, Place
from nazdik.kernel import AssignmentId, LonLat, UnitId, distance_m


@dataclass(frozen=True, slots=True)
class Fence:
    """A circle that one unit is on its way to."""

    assignment_id: AssignmentId
    unit_id: UnitId
    centre: LonLat
    radius_m: float


class Fences:
    """The circles being watched. Each tells of its unit once and is then taken down."""

    def __init__(self) -> None:
        self._by_assignment: dict[AssignmentId, Fence] = {}
        self._by_unit: dict[UnitId, dict[AssignmentId, Fence]] = {}

    def __len__(self) -> int:
        return len(self._by_assignment)

    def watched_units(self) -> tuple[UnitId, ...]:
        """Return the units with a circle to come to."""
        return tuple(self._by_unit)

    def put_up(self, fence: Fence) -> None:
        """Watch a circle; an assignment has one, so a new one replaces it."""
        self.take_down(fence.assignment_id)
        self._by_assignment[fence.assignment_id] = fence
        self._by_unit.setdefault(fence.unit_id, {})[fence.assignment_id] = fence

    def take_down(self, assignment_id: AssignmentId) -> None:
        """Stop watching; nothing happens when the assignment is not watched."""
        fence = self._by_assignment.pop(assignment_id, None)
        if fence is None:
            return
        of_unit = self._by_unit[fence.unit_id]
        del of_unit[assignment_id]
        if not of_unit:
            del self._by_unit[fence.unit_id]

    def crossed_by(self, unit_id: UnitId, place: Place) -> list[Entered]:
        """Return what the unit has come to by being at `place`, and take those circles down."""
        inside = [
            fence
            for fence in self._by_unit.get(unit_id, {}).values()
            if distance_m(fence.centre, place.point) <= fence.radius_m
        ]
        for fence in inside:
            self.take_down(fence.assignment_id)
        return [Entered(fence.assignment_id, unit_id, place.fixed_at) for fence in inside]
