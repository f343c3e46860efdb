"""How a point is said in words: its street, the junction it is near, on which side, how far."""

from dataclasses import dataclass
from math import atan2, cos, degrees, radians

from nazdik.kernel import LonLat
from nazdik.kernel.text import persian_digits

AT_CROSSING_M = 25.0
ON_STREET_M = 5.0
_SIDES = (
    ("شمال", "north"),
    ("شمال شرق", "north-east"),
    ("شرق", "east"),
    ("جنوب شرق", "south-east"),
    ("جنوب", "south"),
    ("جنوب غرب", "south-west"),
    ("غرب", "west"),
    ("شمال غرب", "north-west"),
)


@dataclass(frozen=True, slots=True)
class Compass:
    """One of eight directions, in both languages."""

    fa: str
    en: str

    @classmethod
    def of(cls, start: LonLat, end: LonLat) -> "Compass":
        """Return the direction of `end` seen from `start`."""
        east = (end.lon - start.lon) * cos(radians(start.lat))
        return cls(*_SIDES[round(degrees(atan2(east, end.lat - start.lat)) / 45) % 8])


@dataclass(frozen=True, slots=True)
class Said:
    """A place in words: a label, and a detail for who has to find it."""

    label_fa: str
    label_en: str
    detail_fa: str
    detail_en: str


def on_street(
    street: tuple[str, str],
    beside: tuple[tuple[str, str], LonLat, float] | None,
    point: LonLat,
    foot: LonLat,
    gap_m: float,
) -> Said:
    """
    Return a point on or off a street in words.

    Args:
        street: Its names, Persian and English.
        beside: A street that meets it nearby: names, where, and how far from the point; None when there is none.
        foot: The nearest point of the street.
        gap_m: How far the point is off it.
    """
    name_fa, name_en = street
    details: list[tuple[str, str]] = []
    label_fa, label_en = name_fa, name_en
    if beside is not None:
        (other_fa, other_en), met, away_m = beside
        if away_m <= AT_CROSSING_M:
            label_fa, label_en = f"تقاطع {name_fa} و {other_fa}", f"{name_en} and {other_en}"
        else:
            label_fa, label_en = f"{name_fa}، نزدیک {other_fa}", f"{name_en}, near {other_en}"
            side = Compass.of(met, point)
            metres = _tens(away_m)
            details.append((f"{_fa(metres)} متر {side.fa} {other_fa}", f"{metres} m {side.en} of {other_en}"))
    if gap_m > ON_STREET_M:
        side = Compass.of(foot, point)
        metres = _tens(gap_m)
        details.append((f"{_fa(metres)} متر {side.fa} خیابان", f"{metres} m {side.en} of the street"))
    return Said(label_fa, label_en, "، ".join(fa for fa, _ in details), ", ".join(en for _, en in details))


def km_away(gap_m: float, side: Compass, name_fa: str, name_en: str) -> tuple[str, str]:
    """Return a point far from streets in words."""
    km = f"{gap_m / 1000:.1f}"
    return f"{_fa(km.replace('.', '٫'))} کیلومتری {side.fa} {name_fa}", f"{km} km {side.en} of {name_en}"


def with_context(name: str, context: str, comma: str) -> str:
    """Return a name with the settlement or county it is in."""
    return f"{name}{comma}{context}" if context and context != name else name


def _tens(metres: float) -> int:
    return round(metres) if metres < 10 else round(metres / 10) * 10


def _fa(number: object) -> str:
    return persian_digits(str(number))
