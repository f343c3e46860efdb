"""What a search gives: a place, how it was understood and how sure that is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nazdik.kernel import LonLat


class Why(StrEnum):
    """How a text was understood as a place, the surest way first; a result names the least sure that was needed."""

    NAME = "name"
    JOINED = "joined"
    OTHER_NAME = "other_name"
    AROUND = "around"
    PREFIX = "prefix"
    SOUND = "sound"
    SPELLING = "spelling"
    KEYBOARD = "keyboard"
    ALIAS = "alias"
    COORDINATES = "coordinates"
    PLUS_CODE = "plus_code"
    KILOMETRE = "kilometre"
    POINT = "point"


# A point that may be further off than this is no place to send anybody to: it only says which county.
PLACED_WITHIN_M: Final = 5_000


@dataclass(frozen=True, slots=True)
class Place:
    """
    A place found. `distance_m` is from the point asked about.

    `score` orders the results of one search, in (0, 1]; `confidence` says how surely the text means this place, whatever
    its distance. A street's `point` is its part nearest to the point asked from, or its middle.

    `kind`: city, town, village, hamlet, suburb, quarter, neighbourhood, locality, square, county, street, crossing, point,
    alias, kilometre, coordinates, near (only the distance from a settlement can be said). `accuracy_m` above 0 says that
    the place lies somewhere within that distance of `point`.
    """

    label_fa: str
    label_en: str
    kind: str
    point: LonLat
    score: float
    distance_m: float | None = None
    accuracy_m: int = 0
    name_fa: str = ""
    name_en: str = ""
    why: Why = Why.NAME
    confidence: float = 1.0
    alias_id: str | None = None
    detail_fa: str = ""
    detail_en: str = ""

    @property
    def is_placed(self) -> bool:
        """Whether it is known where this is; of many villages only the name and the county are."""
        return self.accuracy_m <= PLACED_WITHIN_M
