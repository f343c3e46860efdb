"""
Time tables: how many times as long a road of some group takes at some hour of the local day. Pure.

The road graph's own time (`profile`) stands for an ordinary day with lights and sirens. A table bends it by the hour: at night
streets are empty, in the peaks main roads stand. Every number is a starting value with its reason beside it; `nazdik eta` learns
better ones from trips and puts them on top.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from nazdik.geo.profile import RoadClass
from nazdik.kernel import Instant
from nazdik.kernel.instant import MICROSECONDS_PER_S

HOUR_US = 3600 * MICROSECONDS_PER_S
MINUTE_US = 60 * MICROSECONDS_PER_S

# Road classes that behave alike by the hour, so that a few hundred trips say something about each.
GROUP_OF_CLASS: Mapping[RoadClass, str] = {
    RoadClass.MOTORWAY: "motorway",
    RoadClass.MOTORWAY_LINK: "motorway",
    RoadClass.TRUNK: "trunk",
    RoadClass.TRUNK_LINK: "trunk",
    RoadClass.PRIMARY: "primary",
    RoadClass.PRIMARY_LINK: "primary",
    RoadClass.SECONDARY: "secondary",
    RoadClass.SECONDARY_LINK: "secondary",
    RoadClass.TERTIARY: "tertiary",
    RoadClass.TERTIARY_LINK: "tertiary",
    RoadClass.UNCLASSIFIED: "local",
    RoadClass.RESIDENTIAL: "local",
    RoadClass.LIVING_STREET: "local",
    RoadClass.SERVICE: "other",
    RoadClass.BUSWAY: "other",
    RoadClass.ROAD: "other",
    RoadClass.TRACK: "other",
}
GROUPS: tuple[str, ...] = ("motorway", "trunk", "primary", "secondary", "tertiary", "local", "other")
NIGHT, DAY, MORNING, EVENING = "night", "day", "morning", "evening"
BANDS: tuple[str, ...] = (NIGHT, MORNING, DAY, EVENING)


@dataclass(frozen=True, slots=True)
class TimeTable:
    """
    Hours of the day by band, and for each band the factor of each road group (1 where it names none).

    `id` is stored with every decision: a table with other numbers gets another id.
    """

    id: str
    band_of_hour: tuple[str, ...]
    factors: Mapping[str, Mapping[str, float]]

    def factor(self, group: str, band: str) -> float:
        """How many times as long a road of this group takes in this band."""
        return self.factors.get(band, {}).get(group, 1.0)

    def band_at(self, at: Instant, offset_min: int) -> str:
        """The band of an instant; `offset_min` is how far local time is ahead of UTC."""
        return self.band_of_hour[_local_hour(at, offset_min)]

    def band_until(self, at: Instant, offset_min: int) -> Instant:
        """When the band of an instant gives way to the next; a day later when there is only one."""
        hour = _local_hour(at, offset_min)
        ahead = next((n for n in range(1, 24) if self.band_of_hour[(hour + n) % 24] != self.band_of_hour[hour]), 24)
        local = at + offset_min * MINUTE_US
        return Instant(local - local % HOUR_US + ahead * HOUR_US - offset_min * MINUTE_US)


def _local_hour(at: Instant, offset_min: int) -> int:
    return (at + offset_min * MINUTE_US) // HOUR_US % 24


def _hours(**bands: range) -> tuple[str, ...]:
    """The band of each hour; hours that nobody names are day."""
    band_of_hour = [DAY] * 24
    for band, hours in bands.items():
        for hour in hours:
            band_of_hour[hour % 24] = band
    return tuple(band_of_hour)


# Nothing bends: for comparison, and for tests that reckon by hand.
FLAT = TimeTable(id="flat", band_of_hour=(DAY,) * 24, factors={})

# Working hours in Iran begin between 7 and 8 and end between 14 and 17; shops are busiest from 18 to 21, later in summer heat.
# Night: signals blink and queues are gone, so roads with crossings gain most; a motorway had no crossings to lose.
# Peaks: main roads fill first; a siren still gets through, so the loss is about half of what ordinary traffic loses there
# (congestion indices of large cities put that at 40 to 60 %). Small streets hardly change.
HOURS_1 = TimeTable(
    id="hours-1",
    band_of_hour=_hours(night=range(22, 30), morning=range(7, 9), evening=range(16, 21)),
    factors={
        NIGHT: {
            "motorway": 0.97,
            "trunk": 0.95,
            "primary": 0.88,
            "secondary": 0.88,
            "tertiary": 0.92,
            "local": 0.97,
        },
        MORNING: {"motorway": 1.15, "trunk": 1.15, "primary": 1.25, "secondary": 1.2, "tertiary": 1.1, "local": 1.03},
        EVENING: {"motorway": 1.15, "trunk": 1.15, "primary": 1.3, "secondary": 1.25, "tertiary": 1.15, "local": 1.05},
    },
)
