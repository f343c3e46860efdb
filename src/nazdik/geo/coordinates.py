"""Coordinates as people type and paste them: decimal, degrees and minutes, map links; in three scripts of digits."""

import re

from nazdik.kernel import LonLat
from nazdik.kernel.text import latin_digits, persian_digits

Bounds = tuple[float, float, float, float]

# Links are long; a text that is longer still is no coordinate.
TEXT_MAX = 2_000
_NUMBER = r"[+-]?\d{1,3}(?:\.\d+)?"
_PAIR = re.compile(rf"^\(?\s*({_NUMBER})\s*(?:[,;/|]|\s)\s*({_NUMBER})\s*\)?$")
# What a link or a message pins goes before where its map is centred.
_LINKS = (
    re.compile(rf"!3d({_NUMBER})!4d({_NUMBER})"),
    re.compile(
        rf"(?:[?&](?:q|ll|sll|query|destination|daddr|mlat)=|geo:|loc:)({_NUMBER})(?:,|%2[Cc]|/|&mlon=|\+|%20)+({_NUMBER})"
    ),
    re.compile(
        rf"(?:lat|latitude|عرض(?:\s+جغرافیایی)?)\s*[=:]?\s*({_NUMBER})\W{{0,3}}(?:&|\s|و)*"
        rf"(?:lon|lng|long|longitude|طول(?:\s+جغرافیایی)?)\s*[=:]?\s*({_NUMBER})",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:@|[?&]center=|#(?:map=)?\d+(?:\.\d+)?/)({_NUMBER})(?:,|%2[Cc]|/)({_NUMBER})"),
)
_LON_FIRST = re.compile(
    rf"(?:lon|lng|long|longitude|طول(?:\s+جغرافیایی)?)\s*[=:]?\s*({_NUMBER})\W{{0,3}}(?:&|\s|و)*"
    rf"(?:lat|latitude|عرض(?:\s+جغرافیایی)?)\s*[=:]?\s*({_NUMBER})",
    re.IGNORECASE,
)
# «31,3183 48,6706»: a comma for the point, as half of Europe writes.
_DECIMAL_COMMAS = re.compile(r"^\(?\s*([+-]?\d{1,3}),(\d{3,})\s*(?:[;/|]|\s)\s*([+-]?\d{1,3}),(\d{3,})\s*\)?$")
# «N31 19.1 E48 40.2», «31 19 06 N, 48 40 14 E»: degrees, minutes and seconds without their signs.
_BARE = r"(\d{1,3})[\s:]+(\d{1,2}(?:\.\d+)?)(?:[\s:]+(\d{1,2}(?:\.\d+)?))?"
_BARE_FIRST = re.compile(rf"^([NSEW])\s*{_BARE}\s*[,;]?\s*([NSEW])\s*{_BARE}$", re.IGNORECASE)
_BARE_LAST = re.compile(rf"^{_BARE}\s*([NSEW])\s*[,;]?\s*{_BARE}\s*([NSEW])$", re.IGNORECASE)
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
    plain = _INVISIBLE.sub("", latin_digits(text[:TEXT_MAX])).translate(_SAME_SIGN).strip()
    if found := _LON_FIRST.search(plain):
        return _valid(float(found[1]), float(found[2]))
    for form in _LINKS:
        if link := form.search(plain):
            return _ordered(float(link[1]), float(link[2]), bounds, sure=True)
    if commas := _DECIMAL_COMMAS.match(plain):
        return _ordered(float(f"{commas[1]}.{commas[2]}"), float(f"{commas[3]}.{commas[4]}"), bounds, sure=True)
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
    if bare := _BARE_FIRST.match(plain):
        return _of_letters(bare[1], bare.group(2, 3, 4), bare[5], bare.group(6, 7, 8))
    if bare := _BARE_LAST.match(plain):
        return _of_letters(bare[4], bare.group(1, 2, 3), bare[8], bare.group(5, 6, 7))
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


def _of_letters(one: str, first: tuple[str, ...], other: str, second: tuple[str, ...]) -> LonLat | None:
    """Return a point from two letters of the compass and degrees, minutes and perhaps seconds beside each."""
    values: dict[str, float] = {}
    for letter, parts in ((one.upper(), first), (other.upper(), second)):
        degrees, minutes, seconds = (float(part or 0) for part in parts)
        if minutes >= 60 or seconds >= 60:
            return None
        size = degrees + minutes / 60 + seconds / 3600
        values["lat" if letter in "NS" else "lon"] = -size if letter in "SW" else size
    return _valid(values["lon"], values["lat"]) if len(values) == 2 else None


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
