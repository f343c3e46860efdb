"""
The demo's establishment: which units each station has, with call signs, skills and crews. Made up, and the same each time.

No person is in it: a crew is a list of roles.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from nazdik.kernel import OfficeId, ProvinceId, UnitId
from nazdik.published.offices import Office, OfficeTree, Tier

MOTORCYCLES_SHARE = 0.3
VANS_SHARE = 0.05
SIGNS_A_LETTER = 99
LETTERS = {"car": "ABCDEFGH", "motorcycle": "MNPR", "van": "VW"}
CREWS = {
    "car": ("commander", "driver"),
    "motorcycle": ("rider",),
    "van": ("commander", "driver", "officer", "officer"),
}
# Shares of units of a kind with a skill beyond patrol. A planning guess for the demo, not a published establishment.
SKILL_SHARES: dict[str, tuple[tuple[str, float], ...]] = {
    "car": (("armed", 0.5), ("traffic", 0.3), ("investigation", 0.15), ("female_officer", 0.15), ("first_aid", 0.25)),
    "motorcycle": (("traffic", 0.5), ("armed", 0.2), ("first_aid", 0.1)),
    "van": (("crowd", 1.0), ("armed", 1.0), ("female_officer", 0.5)),
}


@dataclass(frozen=True, slots=True)
class EstablishedUnit:
    """A unit as the establishment has it. `crew` are roles; `skills` are words of `sight.SKILLS`."""

    id: UnitId
    call_sign: str
    office_id: OfficeId
    kind: str
    skills: tuple[str, ...]
    crew: tuple[str, ...]


def establishment(
    tree: OfficeTree,
    province_id: ProvinceId,
    *,
    units: int,
    seed: int = 1,
    weights: Mapping[OfficeId, float] | None = None,
) -> tuple[EstablishedUnit, ...]:
    """
    Return a province's units, in the order of their stations.

    Args:
        units: How many in all; every station gets at least one, so there may be more when there are more stations.
        seed: The same seed and tree give the same units.
        weights: How much of the work each county (or station) has, such as its people; without it all stations are alike.
            A county's weight is shared evenly by its stations.
    """
    stations = [o for o in tree.list_offices() if o.tier is Tier.STATION and o.province_id == province_id]
    stations.sort(key=lambda station: station.id)
    chance = Random(f"{seed}:{province_id}")  # noqa: S311 - made-up units, not secrets
    signs = {kind: _call_signs(letters) for kind, letters in LETTERS.items()}
    made: list[EstablishedUnit] = []
    for station, share in zip(stations, _shares(stations, units, weights or {}), strict=True):
        for kind in _kinds(share, chance):
            call_sign = next(signs[kind])
            skills = ("patrol", *(skill for skill, part in SKILL_SHARES[kind] if chance.random() < part))
            if kind == "motorcycle":
                skills = (*skills, "motorcycle")
            unit_id = UnitId(f"{province_id}.u.{call_sign}")
            made.append(EstablishedUnit(unit_id, call_sign, station.id, kind, skills, CREWS[kind]))
    return tuple(made)


def _call_signs(letters: str) -> Iterator[str]:
    """Two digits a letter, and three when a large province has used them all."""
    for numbers in (range(1, SIGNS_A_LETTER + 1), range(SIGNS_A_LETTER + 1, 1000)):
        yield from (f"{letter}{number:02d}" for letter in letters for number in numbers)


def _kinds(share: int, chance: Random) -> list[str]:
    """The kinds of a station's units; the first is a car, because a station without one cannot take anyone along."""
    drawn = [chance.random() for _ in range(share - 1)]
    return ["car"] + [
        "motorcycle" if draw < MOTORCYCLES_SHARE else "van" if draw < MOTORCYCLES_SHARE + VANS_SHARE else "car"
        for draw in drawn
    ]


def _weight(station: Office, sisters: int, weights: Mapping[OfficeId, float]) -> float:
    if not weights:
        return 1.0
    if station.id in weights or station.parent_id is None:
        return weights.get(station.id, 0.0)
    return weights.get(station.parent_id, 0.0) / sisters


def _shares(stations: list[Office], units: int, weights: Mapping[OfficeId, float]) -> list[int]:
    """One unit each, and the rest by weight with the largest remainders (Hamilton's method); ties go by station id."""
    if not stations:
        return []
    sisters: dict[OfficeId | None, int] = {}
    for station in stations:
        sisters[station.parent_id] = sisters.get(station.parent_id, 0) + 1
    parts = [_weight(station, sisters[station.parent_id], weights) for station in stations]
    rest = max(0, units - len(stations))
    total = sum(parts) or 1.0
    exact = [rest * part / total for part in parts]
    shares = [int(one) for one in exact]
    by_remainder = sorted(range(len(stations)), key=lambda n: (shares[n] - exact[n], stations[n].id))
    for n in by_remainder[: rest - sum(shares)]:
        shares[n] += 1
    return [1 + share for share in shares]
