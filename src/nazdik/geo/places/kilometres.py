"""
Kilometres of a road between towns: «کیلومتر ۱۲ جاده اهواز-خرمشهر», “km 12 Ahvaz–Khorramshahr road”.

They are counted along the road graph from the middle of the town that is said first, on the fastest way to the other, unless
the text says from where (از خرمشهر) or before what (مانده به خرمشهر). Posts on the ground may start at the edge of a town, so
the place is given with a doubt of a kilometre.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock

import numpy as np

from nazdik.geo.places.index import PlaceIndex
from nazdik.geo.places.model import Place, Why
from nazdik.geo.route import OutsideRegion, Route
from nazdik.kernel import LonLat, distance_m
from nazdik.kernel.text import latin_digits, persian_digits

ACCURACY_M = 1_000
ROADS_KEPT = 256
_OTHER_WAY = 0.85

_NUMBER = r"(\d{1,4}(?:[.٫/]\d{1,3})?)(?:\s*\+\s*(\d{1,3}))?"
_UNIT = r"(?:کیلومتر(?:ی)?|کیلو|كيلومتر|km|kms|kilomet(?:er|re)s?|kilometr)"
_MARKS = (
    re.compile(rf"{_UNIT}\s*{_NUMBER}(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d){_NUMBER}\s*{_UNIT}", re.IGNORECASE),
)
_UNTIL_ROAD = r"\s+(.+?)(?=\s+(?:در\s+)?(?:جاده|محور|آزادراه|اتوبان|بزرگراه|مسیر|on)\s|$)"
_BEFORE = re.compile(rf"(?:مانده\s+به|نرسیده\s+به|before){_UNTIL_ROAD}", re.IGNORECASE)
_FROM = re.compile(rf"(?:^|\s)(?:بعد\s+از|از|from|after){_UNTIL_ROAD}", re.IGNORECASE)
_ROAD = re.compile(
    r"(?<!\w)(?:جاد[هۀ]ٔ?|محور|آزادراه|ازادراه|اتوبان|بزرگراه|مسیر|قدیم|جدید|road|highway|freeway|old|new|the|of|on)(?!\w)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*(?:-|–|—|ـ|/|،|,)\s*|\s+(?:به\s+(?:سمت|طرف)|به|تا|و|to|and|toward|towards)\s+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Post:
    """What a text says of a kilometre: how far, between which towns, and counted from which when that is said."""

    km: float
    ends: tuple[str, ...]
    start: str | None = None


def read_post(text: str) -> Post | None:
    """Return the kilometre that a text names, or None when it names none."""
    plain = re.sub(
        r"\s+", " ", latin_digits(text[:300]).replace("\u200c", " ").replace("ي", "ی").replace("ك", "ک")
    ).strip()
    found = next((match for mark in _MARKS if (match := mark.search(plain))), None)
    if found is None:
        return None
    km = float(found[1].replace("٫", ".").replace("/", "."))
    km += int(found[2]) / 1000 if found[2] else 0.0
    rest = f"{plain[: found.start()]} {plain[found.end() :]}".strip()
    start = None
    if said := _BEFORE.search(rest) or _FROM.search(rest):
        start, rest = said[1], f"{rest[: said.start()]} {rest[said.end() :]}"
    ends = tuple(part for part in _BETWEEN.split(_ROAD.sub(" ", rest)) if part.strip())
    return Post(km, tuple(part.strip() for part in ends), start.strip() if start else None) if ends or start else None


class Kilometres:
    """Finds kilometres of the roads of one region."""

    def __init__(self, index: PlaceIndex, way: Callable[[LonLat, LonLat], Route]) -> None:
        """Take the index that knows the towns, and how to drive from one point to another."""
        self._index = index
        self._way = way
        self._roads: dict[tuple[LonLat, LonLat], Route | None] = {}
        self._lock = Lock()

    def search(self, text: str, near: LonLat | None = None) -> list[Place]:
        """Return where the kilometre in `text` is, first as it was said, then counted from the other end."""
        post = read_post(text)
        if post is None:
            return []
        for start, end in self._ends(post, near):
            road = self._road(start.point, end.point)
            if road is None or not 0 <= post.km * 1000 <= road.distance_m:
                continue
            found = [_at(post.km, post.km * 1000, road, start, end, 1.0)]
            if post.start is None and len(post.ends) > 1:
                found.append(_at(post.km, road.distance_m - post.km * 1000, road, end, start, _OTHER_WAY))
            return found
        return []

    def _ends(self, post: Post, near: LonLat | None) -> Iterator[tuple[Place, Place]]:
        """Yield the towns to count from and towards, the likeliest reading first."""
        for names in _readings(post.ends):
            towns = [self._town(name, near) for name in names]
            if None in towns:
                continue
            first, *others = [town for town in towns if town is not None]
            start = self._town(post.start, near) if post.start else None
            both = [first, *others[:1]]
            if start is not None:
                away = [town for town in both if distance_m(town.point, start.point) > ACCURACY_M]
                if away:
                    yield start, away[0]
            elif others:
                yield first, others[0]
            else:
                # «جاده ماهشهر» is the road there from where the caller's county has its town.
                here = self._index.reverse_settlement(near) if near is not None else None
                if here is not None and distance_m(here.point, first.point) > ACCURACY_M:
                    yield here, first

    def _town(self, name: str, near: LonLat | None) -> Place | None:
        found = self._index.settlements_named(name, near)
        return found[0] if found else None

    def _road(self, start: LonLat, end: LonLat) -> Route | None:
        with self._lock:
            key = (start, end)
            if key not in self._roads:
                if len(self._roads) >= ROADS_KEPT:
                    self._roads.pop(next(iter(self._roads)))
                try:
                    self._roads[key] = self._way(start, end)
                except OutsideRegion:
                    self._roads[key] = None
            return self._roads[key]


def _at(km: float, along_m: float, road: Route, start: Place, end: Place, sure: float) -> Place:
    lon, lat = (float(np.interp(along_m, road.metres, column)) for column in (road.lons, road.lats))
    said = f"{km:g}"
    name_fa = f"کیلومتر {persian_digits(said.replace('.', '٫'))} جاده {start.name_fa} به {end.name_fa}"
    name_en = f"Kilometre {said}, {start.name_en}–{end.name_en} road"
    return Place(
        label_fa=f"{name_fa}، از {start.name_fa}",
        label_en=f"{name_en}, from {start.name_en}",
        kind="kilometre",
        point=LonLat(lon, lat),
        score=sure,
        accuracy_m=ACCURACY_M,
        name_fa=name_fa,
        name_en=name_en,
        why=Why.KILOMETRE,
        confidence=round(sure * min(start.confidence, end.confidence), 3),
    )


def _readings(ends: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield what was split by signs, then every way to split words that no sign parts: «اهواز خرمشهر»."""
    if ends:
        yield ends
    words = " ".join(ends).split()
    for at in range(1, min(len(words), 6)):
        yield " ".join(words[:at]), " ".join(words[at:])
