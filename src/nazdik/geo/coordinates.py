"""Coordinates as people type and paste them: decimal, degrees and minutes, map links; in three scripts of digits."""

import re

from nazdik.geo.words import latin_digits, persian_digits
from nazdik.kernel import LonLat

Bounds = tuple[float, float, float, float]

_NUMBER = r"[+-]?\d{1,3}(?:\.\d+)?"
_PAIR = re.compile(rf"^\(?\s*({_NUMBER})\s*(?:[,;/|]|\s)\s*({_NUMBER})\s*\)?$")
_LINK = re.compile(
    rf"(?:@|[?&](?:q|ll|center|query|mlat)=|geo:|#map=\d+(?:\.\d+)?/)({_NUMBER})(?:,|%2[Cc]|/|&mlon=)({_NUMBER})"
)
_DEGREES = (
    r"(?P<degrees>\d{1,3}(?:\.\d+)?)\s*°?\s*"
    r"(?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s*')?\s*(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*\")?"
)
_LETTER_FIRST = re.compile(rf"(?P<letter>[NSEW])\s*{_DEGREES}", re.IGNORECASE)
_LETTER_LAST = re.compile(rf"{_DEGREES}\s*(?P<letter>[NSEW])?", re.IGNORECASE)
_SPELLED = (
    ("شمالی", "N"),
    ("شمال", "N"),
    ("جنوبی", "S"),
    ("شرقی", "E"),
    ("شرق", "E"),
    ("غربی", "W"),
    ("درجه", "°"),
    ("دقیقه", "'"),
    ("ثانیه", '"'),
)
_SAME_SIGN = str.maketrans(
    {
        "٫": ".",
        "،": ",",
        "٬": ",",
        "؛": ";",
        "′": "'",
        "’": "'",
        "‘": "'",
        "″": '"',
        "”": '"',
        "“": '"',
        "º": "°",
        "−": "-",
    }
)
_INVISIBLE = re.compile("[\u200c-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

# A pair of numbers this far outside a region is no place in it, unless it is written to the metre.
_MARGIN_DEG = 1.0


def parse_coordinates(text: str, bounds: Bounds) -> LonLat | None:
    """
    Return the point that `text` writes as coordinates, or None when it is something else.

    Without compass letters the order is latitude, longitude as map services write it, unless only the other order lies in
    `bounds` (west, south, east, north).
    """
    plain = _INVISIBLE.sub("", latin_digits(text)).translate(_SAME_SIGN).strip()
    if link := _LINK.search(plain):
        return _ordered(float(link[1]), float(link[2]), bounds, sure=True)
    if pair := _PAIR.match(plain):
        sure = all("." in part and len(part.split(".")[1]) >= 3 for part in pair.groups())
        return _ordered(float(pair[1]), float(pair[2]), bounds, sure=sure)
    return _with_compass(plain, bounds)


def coordinate_label(point: LonLat) -> tuple[str, str]:
    """Return a point for people, Persian and English, to the metre."""
    north, east = ("N" if point.lat >= 0 else "S"), ("E" if point.lon >= 0 else "W")
    lat, lon = f"{abs(point.lat):.5f}", f"{abs(point.lon):.5f}"
    north_fa, east_fa = ("شمالی" if north == "N" else "جنوبی"), ("شرقی" if east == "E" else "غربی")
    label_fa = f"{persian_digits(lat.replace('.', '٫'))} {north_fa}، {persian_digits(lon.replace('.', '٫'))} {east_fa}"
    return label_fa, f"{lat}° {north}, {lon}° {east}"


def _with_compass(plain: str, bounds: Bounds) -> LonLat | None:
    for word, sign in _SPELLED:
        plain = plain.replace(word, sign)
    plain = plain.replace("''", '"')
    if not re.fullmatch(r"[\dNSEWnsew°'\".,;\s+-]+", plain) or not re.search(r"[°NSEWnsew]", plain):
        return None
    form = _LETTER_FIRST if plain[0] in "NSEWnsew" else _LETTER_LAST
    parts = list(form.finditer(plain))
    if len(parts) != 2:
        return None
    values: dict[str, float] = {}
    loose: list[float] = []
    for part in parts:
        letter = (part["letter"] or "").upper()
        value = float(part["degrees"]) + float(part["minutes"] or 0) / 60 + float(part["seconds"] or 0) / 3600
        if letter in ("N", "S"):
            values["lat"] = -value if letter == "S" else value
        elif letter in ("E", "W"):
            values["lon"] = -value if letter == "W" else value
        else:
            loose.append(value)
    if len(values) == 2:
        return _valid(values["lon"], values["lat"])
    return _ordered(loose[0], loose[1], bounds, sure=True) if len(loose) == 2 else None


def _ordered(first: float, second: float, bounds: Bounds, *, sure: bool) -> LonLat | None:
    written, swapped = _valid(second, first), _valid(first, second)
    for point in (written, swapped):
        if point is not None and _near(point, bounds):
            return point
    return (written or swapped) if sure else None


def _near(point: LonLat, bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return (
        west - _MARGIN_DEG <= point.lon <= east + _MARGIN_DEG
        and south - _MARGIN_DEG <= point.lat <= north + _MARGIN_DEG
    )


def _valid(lon: float, lat: float) -> LonLat | None:
    return LonLat(lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None
