"""
Plus codes: places as a few letters, full (8G9P3WGJ+2V) or short beside a known place (3WGJ+2V اهواز).

After the public specification of Open Location Code: pairs of base-20 digits, latitude first, down to 1/8000 degree, then
single digits that cut the cell into 5 rows and 4 columns.
"""

import re
from dataclasses import dataclass

from nazdik.kernel import LonLat
from nazdik.kernel.text import latin_digits

_DIGITS = "23456789CFGHJMPQRVWX"
_VALUE = {digit: n for n, digit in enumerate(_DIGITS)}
_BASE, _MARK_AT, _PAIR_DIGITS, _DIGITS_MAX = 20, 8, 10, 15
_ROWS, _COLUMNS = 5, 4
# Sizes in whole units of the finest cell, so that nothing is lost to rounding.
_LAT_UNITS = 8000 * _ROWS**5
_LON_UNITS = 8000 * _COLUMNS**5

_LETTER = f"[{_DIGITS}]"
_CODE = re.compile(rf"(?<![\w+])(?:({_LETTER}{{2,8}})(0*)\+({_LETTER}{{0,7}}))(?![\w+])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlusCode:
    """A code as typed, upper case, and what stood beside it: the name of a place nearby, or nothing."""

    code: str
    beside: str

    @property
    def is_short(self) -> bool:
        """Whether leading digits were left out, so that a place nearby must say which are meant."""
        return self.code.index("+") < _MARK_AT


def find_plus_code(text: str) -> PlusCode | None:
    """Return the plus code in a text, or None when there is none that is complete."""
    plain = latin_digits(text[:300]).translate({0x200E: None, 0x200F: None, 0x200C: " "})
    found = _CODE.search(plain)
    if found is None:
        return None
    first, zeros, rest = (part.upper() for part in found.groups())
    before = len(first) + len(zeros)
    # Two or more letters after the sign, or none after noughts; one alone is no code.
    if before % 2 or before > _MARK_AT or len(rest) == 1 or (zeros and (rest or before != _MARK_AT)):
        return None
    if before == _MARK_AT and not zeros and first[0] not in "23456789C":
        return None
    if before < 4 or (before < _MARK_AT and not rest):
        return None
    beside = f"{plain[: found.start()]} {plain[found.end() :]}".strip(" ,،")
    return PlusCode(f"{first}{zeros}+{rest}", beside)


def encode(point: LonLat, digits: int = _PAIR_DIGITS) -> str:
    """Return the full code of a point with `digits` digits: even up to 10, up to 15."""
    lat = min(max(int((point.lat + 90) * _LAT_UNITS), 0), 180 * _LAT_UNITS - 1)
    lon = int((point.lon + 180) * _LON_UNITS) % (360 * _LON_UNITS)
    fine: list[str] = []
    for _ in range(_DIGITS_MAX - _PAIR_DIGITS):
        lat, row = divmod(lat, _ROWS)
        lon, column = divmod(lon, _COLUMNS)
        fine.append(_DIGITS[row * _COLUMNS + column])
    pairs: list[str] = []
    for _ in range(_PAIR_DIGITS // 2):
        lat, north = divmod(lat, _BASE)
        lon, east = divmod(lon, _BASE)
        pairs.append(_DIGITS[north] + _DIGITS[east])
    whole = ("".join(reversed(pairs)) + "".join(reversed(fine)))[:digits]
    return f"{whole[:_MARK_AT].ljust(_MARK_AT, '0')}+{whole[_MARK_AT:]}"


def decode(code: str) -> tuple[LonLat, float]:
    """Return the middle of a full code's cell and the length of its longer side in degrees."""
    digits = code.replace("+", "").rstrip("0")[:_DIGITS_MAX]
    lat, lon, step_lat, step_lon = -90.0, -180.0, 400.0, 400.0
    for at in range(0, min(len(digits), _PAIR_DIGITS), 2):
        step_lat, step_lon = step_lat / _BASE, step_lon / _BASE
        lat += _VALUE[digits[at]] * step_lat
        lon += _VALUE[digits[at + 1]] * step_lon
    for digit in digits[_PAIR_DIGITS:]:
        step_lat, step_lon = step_lat / _ROWS, step_lon / _COLUMNS
        row, column = divmod(_VALUE[digit], _COLUMNS)
        lat, lon = lat + row * step_lat, lon + column * step_lon
    return LonLat(lon + step_lon / 2, min(lat + step_lat / 2, 90.0)), max(step_lat, step_lon)


def recover(short: str, near: LonLat) -> str:
    """Return the full code nearest to `near` that ends as `short` does."""
    missing = _MARK_AT - short.index("+")
    size = float(_BASE ** (2 - missing // 2))
    there = decode(encode(near)[:missing] + short)[0]
    lat, lon = there.lat, there.lon
    if near.lat + size / 2 < lat and lat - size >= -90:
        lat -= size
    elif near.lat - size / 2 > lat and lat + size <= 90:
        lat += size
    if near.lon + size / 2 < lon:
        lon -= size
    elif near.lon - size / 2 > lon:
        lon += size
    return encode(LonLat(lon, lat), len(short) - 1 + missing)
