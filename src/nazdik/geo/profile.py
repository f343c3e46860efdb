"""
How fast a patrol drives a way: a pure function from OpenStreetMap tags to seconds per metre in each direction.

Every number is a starting value with its reason beside it. They decide *between* units, so their ratios matter more
than their size; replace them by recorded runs as soon as a province has some.
"""

from collections.abc import Mapping
from enum import IntEnum
from math import inf

KM_PER_MILE = 1.609344
KMH_PER_M_PER_S = 3.6


class RoadClass(IntEnum):
    """The kind of a road, from the fastest to the slowest; links stand beside the road they serve."""

    MOTORWAY = 0
    MOTORWAY_LINK = 1
    TRUNK = 2
    TRUNK_LINK = 3
    PRIMARY = 4
    PRIMARY_LINK = 5
    SECONDARY = 6
    SECONDARY_LINK = 7
    TERTIARY = 8
    TERTIARY_LINK = 9
    UNCLASSIFIED = 10
    RESIDENTIAL = 11
    LIVING_STREET = 12
    SERVICE = 13
    BUSWAY = 14
    ROAD = 15
    TRACK = 16


# Average speed of ordinary traffic by class in km/h, waiting at junctions included: about 0.7 of the usual limit on
# roads with crossings and 0.85 without, as map-based free-flow profiles have it (OSRM's and Valhalla's car profiles).
CLASS_SPEED_KMH: Mapping[RoadClass, float] = {
    RoadClass.MOTORWAY: 95,
    RoadClass.MOTORWAY_LINK: 50,
    RoadClass.TRUNK: 70,
    RoadClass.TRUNK_LINK: 40,
    RoadClass.PRIMARY: 45,
    RoadClass.PRIMARY_LINK: 35,
    RoadClass.SECONDARY: 40,
    RoadClass.SECONDARY_LINK: 32,
    RoadClass.TERTIARY: 35,
    RoadClass.TERTIARY_LINK: 28,
    RoadClass.UNCLASSIFIED: 32,
    RoadClass.RESIDENTIAL: 25,
    RoadClass.LIVING_STREET: 12,
    RoadClass.SERVICE: 15,
    RoadClass.BUSWAY: 40,
    RoadClass.ROAD: 25,
    RoadClass.TRACK: 15,
}

# Of a posted limit, the share that traffic holds on average between two junctions; same reasoning as above.
LIMIT_KEPT_WITH_CROSSINGS = 0.75
LIMIT_KEPT_WITHOUT_CROSSINGS = 0.85

# What lights and sirens gain. Ambulance studies find trips 15-40 % shorter in towns (e.g. Ho & Casey 1998,
# doi:10.1016/S0196-0644(98)70037-X), all of it won in queues and at signals: hence more on main roads with crossings,
# little where speed is bounded by walls and children.
SIREN_MAIN_ROAD = 1.3
SIREN_MOTORWAY = 1.15
SIREN_SMALL_ROAD = 1.1

# Against a one-way street: possible and sometimes right, at the pace of someone who may have to stop at every car.
CONTRAFLOW_SPEED_SHARE = 0.4

# A private or closed service road is behind a gate or a guard; half the pace stands for having it opened.
GATED_SPEED_SHARE = 0.5

# Gravel and earth; rural Khuzestan has much of it.
UNPAVED_SPEED_SHARE = 0.6
# Car-park aisles and drive-throughs: walking people and sharp corners.
AISLE_SPEED_KMH = 10.0

# No patrol car is planned faster than this, whatever a sign says, and none slower than a brisk walk.
SPEED_KMH_MAX = 130.0
SPEED_KMH_MIN = 5.0

# "none" is a motorway without a limit; "walk" is a walking-pace zone. The Iranian words are the limits of the traffic
# code (آیین‌نامه راهنمایی و رانندگی): 50 km/h in towns, 95 on two-way rural roads, 110 on main roads, 120 on motorways.
SPOKEN_LIMIT_KMH: Mapping[str, float] = {
    "none": 130,
    "walk": 7,
    "ir:urban": 50,
    "ir:living_street": 30,
    "ir:rural": 95,
    "ir:trunk": 110,
    "ir:motorway": 120,
    "ir:freeway": 120,
}

_BY_TAG: Mapping[str, RoadClass] = {road.name.lower(): road for road in RoadClass}
_LINKS_AND_FAST = frozenset(road for road in RoadClass if road.name.endswith("_LINK")) | {
    RoadClass.MOTORWAY,
    RoadClass.TRUNK,
}
_WITHOUT_CROSSINGS = frozenset({RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK, RoadClass.TRUNK})
_MAIN_ROADS = frozenset(road for road in RoadClass if RoadClass.TRUNK <= road <= RoadClass.TERTIARY_LINK) | {
    RoadClass.BUSWAY
}
# Roads where a closed gate can be opened to a patrol; a closed main road is closed for a reason (works, collapse).
_GATE_OPENS = frozenset(
    {RoadClass.SERVICE, RoadClass.RESIDENTIAL, RoadClass.LIVING_STREET, RoadClass.UNCLASSIFIED, RoadClass.TRACK}
)
_CLOSED = frozenset({"no", "private"})
_ONE_WAY = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}
_UNPAVED = frozenset(
    {"unpaved", "gravel", "dirt", "earth", "ground", "mud", "sand", "fine_gravel", "compacted", "pebblestone"}
)


def travel_profile(tags: Mapping[str, str]) -> tuple[float, float] | None:
    """
    Seconds per metre along and against the way as drawn, for a patrol with lights and sirens; None when not drivable.

    A direction that may not be driven at all (against a motorway, a link or a roundabout) is `math.inf`.
    """
    road = road_class(tags)
    if road is None:
        return None
    gate = _gate_share(tags, road)
    if gate is None:
        return None
    along = _seconds_per_m(_speed_kmh(tags, road, "forward") * gate)
    against = _seconds_per_m(_speed_kmh(tags, road, "backward") * gate)
    direction = one_way(tags)
    if direction == 0:
        return along, against
    price = 1 / CONTRAFLOW_SPEED_SHARE if _allows_contraflow(tags, road) else inf
    return (along, against * price) if direction > 0 else (along * price, against)


def road_class(tags: Mapping[str, str]) -> RoadClass | None:
    """The class of a way, or None when it is no road for cars: footways, steps, sites, areas, roads not yet built."""
    if tags.get("area") == "yes" or tags.get("smoothness") == "impassable":
        return None
    return _BY_TAG.get(tags.get("highway", ""))


def one_way(tags: Mapping[str, str]) -> int:
    """The legal direction: 1 along the way as drawn, -1 against it, 0 both."""
    stated = tags.get("oneway", "")
    if stated in _ONE_WAY:
        return _ONE_WAY[stated]
    # Motorways and roundabouts are one-way unless they say no; reversible lanes are open to a patrol either way.
    implied = tags.get("highway") in {"motorway", "motorway_link"} or is_roundabout(tags)
    return 1 if implied and not stated else 0


def is_roundabout(tags: Mapping[str, str]) -> bool:
    """Whether the way is the ring of a roundabout."""
    return tags.get("junction") in {"roundabout", "circular"}


def parse_limit_kmh(text: str) -> float | None:
    """
    A `maxspeed` value in km/h, or None when it says nothing usable.

    Understands numbers, `km/h`, `mph`, `none`, `walk` and the Iranian zone words; of several values, the first.
    """
    word = text.partition(";")[0].strip().lower()
    if word in SPOKEN_LIMIT_KMH:
        return SPOKEN_LIMIT_KMH[word]
    unit = 1.0
    for suffix, factor in (("km/h", 1.0), ("kmh", 1.0), ("kph", 1.0), ("mph", KM_PER_MILE)):
        if word.endswith(suffix):
            word, unit = word.removesuffix(suffix).strip(), factor
            break
    try:
        limit = float(word) * unit  # int and float read Persian digits as well
    except ValueError:
        return None
    return limit if 0 < limit < inf else None


def _speed_kmh(tags: Mapping[str, str], road: RoadClass, direction: str) -> float:
    """Planned speed with lights and sirens in one direction, before gates and contraflow."""
    limit = parse_limit_kmh(tags.get(f"maxspeed:{direction}") or tags.get("maxspeed", ""))
    kept = LIMIT_KEPT_WITHOUT_CROSSINGS if road in _WITHOUT_CROSSINGS else LIMIT_KEPT_WITH_CROSSINGS
    speed = CLASS_SPEED_KMH[road] if limit is None else limit * kept
    if road is RoadClass.SERVICE:
        # A limit on a yard or an alley is an upper bound, never how fast one gets through.
        aisle = tags.get("service") in {"parking_aisle", "drive-through"}
        speed = min(speed, AISLE_SPEED_KMH if aisle else CLASS_SPEED_KMH[road])
    if tags.get("surface") in _UNPAVED and road is not RoadClass.TRACK:
        speed *= UNPAVED_SPEED_SHARE
    return min(SPEED_KMH_MAX, max(SPEED_KMH_MIN, speed * _siren(road)))


def _siren(road: RoadClass) -> float:
    if road in {RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK}:
        return SIREN_MOTORWAY
    return SIREN_MAIN_ROAD if road in _MAIN_ROADS else SIREN_SMALL_ROAD


def _gate_share(tags: Mapping[str, str], road: RoadClass) -> float | None:
    """1 where the way is open, less where a gate has to be opened, None where it stays closed even to a patrol."""
    if tags.get("emergency") in {"yes", "designated"}:
        return 1.0
    if tags.get("emergency") == "no":
        return None
    access = next((tags[key] for key in ("motor_vehicle", "vehicle", "access") if key in tags), "yes")
    if access not in _CLOSED or road is RoadClass.BUSWAY:
        return 1.0
    return GATED_SPEED_SHARE if road in _GATE_OPENS else None


def _allows_contraflow(tags: Mapping[str, str], road: RoadClass) -> bool:
    """Never where oncoming traffic is fast or cannot see or avoid a car: motorways, trunks, links, rings, tunnels."""
    return road not in _LINKS_AND_FAST and not is_roundabout(tags) and tags.get("tunnel", "no") == "no"


def _seconds_per_m(speed_kmh: float) -> float:
    return KMH_PER_M_PER_S / max(speed_kmh, SPEED_KMH_MIN * GATED_SPEED_SHARE)
