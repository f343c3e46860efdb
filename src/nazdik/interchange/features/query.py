"""What a question about features asks for. Whatever the standard does not know is refused (400), as it demands."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nazdik.interchange.errors import QueryInvalid
from nazdik.kernel import Instant, from_rfc3339
from nazdik.published.features import MapFeature

LIMIT, LIMIT_MAX, OFFSET_MAX = 100, 1_000, 1_000_000
ITEMS = frozenset(("limit", "bbox", "datetime", "offset"))
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Query:
    """
    Which features, and how many at once.

    Attributes:
        boxes: West, south, east, north; two when the box lies over the meridian of 180 degrees, None for everywhere.
        starts, ends: The time asked for; None is open. Both None when no time was asked for.
    """

    limit: int = LIMIT
    offset: int = 0
    boxes: tuple[Box, ...] | None = None
    starts: Instant | None = None
    ends: Instant | None = None
    timed: bool = False

    def holds(self, feature: MapFeature) -> bool:
        """Whether a feature is asked for."""
        if self.boxes is not None and not any(_meet(box, feature.bounds) for box in self.boxes):
            return False
        if not self.timed:
            return True
        after_end = self.ends is not None and feature.starts is not None and feature.starts > self.ends
        before_start = self.starts is not None and feature.ends is not None and feature.ends < self.starts
        return not after_end and not before_start


def read_query(given: Iterable[tuple[str, str]], known: frozenset[str] = ITEMS) -> Query:
    """Return what the parameters ask for. Raises `QueryInvalid` for one that is unknown, twice there or wrong."""
    told: dict[str, str] = {}
    for name, value in given:
        if name not in known or name in told:
            raise QueryInvalid(parameter=name[:60], known=sorted(known))
        told[name] = value
    boxes = _boxes(told["bbox"]) if "bbox" in told else None
    starts, ends = _times(told["datetime"]) if "datetime" in told else (None, None)
    return Query(
        limit=min(LIMIT_MAX, _whole(told, "limit", LIMIT, least=1)),
        offset=_whole(told, "offset", 0, least=0),
        boxes=boxes,
        starts=starts,
        ends=ends,
        timed="datetime" in told,
    )


def _whole(told: Mapping[str, str], name: str, otherwise: int, *, least: int) -> int:
    text = told.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text)):
        raise QueryInvalid(parameter=name, value=text[:60])
    return min(int(text), OFFSET_MAX)


def _boxes(text: str) -> tuple[Box, ...]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    # With heights the box has six numbers; what lies on the ground has no height.
    flat = numbers if len(numbers) == 4 else [*numbers[:2], *numbers[3:5]] if len(numbers) == 6 else []
    if not flat or not all(map(math.isfinite, numbers)):
        raise QueryInvalid(parameter="bbox", value=text[:60])
    west, south, east, north = flat
    if not (abs(west) <= 180 and abs(east) <= 180 and -90 <= south <= north <= 90):
        raise QueryInvalid(parameter="bbox", value=text[:60])
    if west > east:
        return ((west, south, 180.0, north), (-180.0, south, east, north))
    return ((west, south, east, north),)


def _times(text: str) -> tuple[Instant | None, Instant | None]:
    """An instant, or two with a slash between; `..` or nothing is open."""
    parts = text.split("/")
    try:
        if len(parts) == 1:
            at = from_rfc3339(text)
            return at, at
        start, end = (None if part in ("", "..") else from_rfc3339(part) for part in parts)
    except (ValueError, OverflowError):
        raise QueryInvalid(parameter="datetime", value=text[:60]) from None
    if (start is None and end is None) or (start is not None and end is not None and start > end):
        raise QueryInvalid(parameter="datetime", value=text[:60])
    return start, end


def _meet(box: Box, other: Box) -> bool:
    return box[0] <= other[2] and other[0] <= box[2] and box[1] <= other[3] and other[1] <= box[3]
