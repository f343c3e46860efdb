"""Which notes are about a point? Looked up in squares, so that thousands of notes cost an incident nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

from nazdik.kernel import Instant, LonLat, distance_m
from nazdik.premises.model import NoteId, PremiseNote

# At least 1.1 km up to 48° north: no note reaches beyond the squares around its own.
_SQUARE_DEG = 0.015
# A caller's place is seldom better than this.
BESIDE_M = 60.0


@dataclass(frozen=True, slots=True)
class Near:
    """A note, and how far its middle is."""

    note: PremiseNote
    distance_m: float


class Squares:
    """The notes of a province by squares; made anew when they change."""

    def __init__(self, notes: Mapping[NoteId, PremiseNote]) -> None:
        self.notes = notes
        self._squares: dict[tuple[int, int], list[PremiseNote]] = {}
        for note_id in sorted(notes):
            self._squares.setdefault(_square(notes[note_id].point), []).append(notes[note_id])

    def near(self, point: LonLat, at: Instant) -> list[Near]:
        """Return the notes that hold and reach the point, or nearly: severe ones first, then the nearest."""
        if not self._squares:
            return []
        east, north = _square(point)
        found = [
            Near(note, round(distance_m(point, note.point), 1))
            for x in (east - 1, east, east + 1)
            for y in (north - 1, north, north + 1)
            for note in self._squares.get((x, y), ())
            if note.holds(at)
        ]
        found = [near for near in found if reaches(near.note, point)]
        return sorted(found, key=lambda near: (not near.note.severe, near.distance_m, near.note.id))


def reaches(note: PremiseNote, point: LonLat) -> bool:
    """Whether a note is about a point, or one beside it."""
    return distance_m(point, note.point) <= note.radius_m + BESIDE_M


def _square(point: LonLat) -> tuple[int, int]:
    return floor(point.lon / _SQUARE_DEG), floor(point.lat / _SQUARE_DEG)
