"""
A small town to simulate in: a grid of real streets as the map builder makes them, four stations in two counties, a fleet.

The road search that runs on it is the real one. A region folder is not needed, so a run is the same wherever it is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from nazdik.geo.graph import NAMELESS, RoadGraph
from nazdik.geo.network import connect
from nazdik.geo.sight import RoadSight
from nazdik.geo.streets import Streets
from nazdik.kernel import Instant, LonLat, OfficeId, ProvinceId, UnitId
from nazdik.published.catalogue import KINDS
from nazdik.published.kinds import Kind
from nazdik.published.offices import Office, Sector, Tier, WhoAnswers

PROVINCE = ProvinceId("town")
NATION = OfficeId("nation")
WEST, SOUTH, STEP = 48.0, 31.0, 0.004
WIDTH, HEIGHT = 16, 8
BOUNDS = (WEST - 0.02, SOUTH - 0.02, WEST + WIDTH * STEP + 0.02, SOUTH + HEIGHT * STEP + 0.02)
_FAST_ROWS = (0, 3, 7)
_S_PER_M = (0.12, 0.06)


def corner(column: float, row: float) -> LonLat:
    """Return the place of a corner of the grid, or between corners."""
    return LonLat(WEST + column * STEP, SOUTH + row * STEP)


class TownOffices:
    """The nation, one province, counties `town.e` and `town.w`, stations `.1` in the south and `.2` in the north of each."""

    def __init__(self) -> None:
        middle = corner(WIDTH / 2, HEIGHT / 2)
        made = [
            Office(NATION, Tier.NATIONAL, None, None, "na", "کشور", "Nation", middle),
            Office(OfficeId(PROVINCE), Tier.PROVINCE, NATION, PROVINCE, "to", "استان", "Province", middle),
        ]
        for letter in ("w", "e"):
            county = OfficeId(f"{PROVINCE}.{letter}")
            made.append(Office(county, Tier.COUNTY, OfficeId(PROVINCE), PROVINCE, letter, "شهرستان", "County", middle))
            for number in (1, 2):
                station = OfficeId(f"{county}.{number}")
                made.append(
                    Office(station, Tier.STATION, county, PROVINCE, f"{letter}{number}", "کلانتری", "Station", middle)
                )
        self._offices = {office.id: office for office in made}

    def find_office(self, office_id: OfficeId) -> Office | None:
        """Return an office or None."""
        return self._offices.get(office_id)

    def is_open(self, office_id: OfficeId) -> bool:
        """Whether there is such an office; none ever ends here."""
        return office_id in self._offices

    def list_offices(self, at: Instant | None = None) -> tuple[Office, ...]:
        """Return every office."""
        return tuple(self._offices.values())

    def list_sectors(self, station_id: OfficeId) -> tuple[Sector, ...]:
        """Return the one sector of a station."""
        return (Sector(f"{station_id}.1", station_id, "1", "محدوده", "Sector"),)

    def chain_of(self, office_id: OfficeId, at: Instant | None = None) -> tuple[OfficeId, ...]:
        """Return an office and all above it."""
        chain: list[OfficeId] = []
        above: OfficeId | None = office_id
        while above is not None:
            chain.append(above)
            above = self._offices[above].parent_id
        return tuple(chain)

    def is_within(self, office_id: OfficeId, ancestor_id: OfficeId, at: Instant | None = None) -> bool:
        """Whether an office is another one or lies below it."""
        return office_id in self._offices and ancestor_id in self.chain_of(office_id)

    def county_at(self, point: LonLat) -> OfficeId | None:
        """Return the county of a point, or None."""
        station = self.station_at(point)
        return self._offices[station].parent_id if station is not None else None

    def area_of(self, office_id: OfficeId) -> Any | None:
        """Areas have no shapes here."""
        return None

    def area_of_sector(self, sector_id: str) -> Any | None:
        """Sectors have no shapes here."""
        return None

    def who_answers(self, point: LonLat, at: Instant | None = None) -> WhoAnswers | None:
        """Nobody asks how a station was found here."""
        return None

    def station_at(self, point: LonLat, at: Instant | None = None) -> OfficeId | None:
        """Return the station that answers for a point; None outside the town."""
        west, south, east, north = BOUNDS
        if not (west <= point.lon <= east and south <= point.lat <= north):
            return None
        letter = "w" if point.lon < WEST + WIDTH * STEP / 2 else "e"
        return OfficeId(f"{PROVINCE}.{letter}.{1 if point.lat < SOUTH + HEIGHT * STEP / 2 else 2}")


STATIONS = tuple(OfficeId(f"{PROVINCE}.{letter}.{number}") for letter in ("w", "e") for number in (1, 2))


@dataclass(frozen=True, slots=True)
class Town:
    """What does not change while runs go on; shared by all of them."""

    graph: RoadGraph
    offices: TownOffices
    kinds: Mapping[str, Kind]


@cache
def town() -> Town:
    """Return the town; the first time it is built, and the road search compiled."""
    made = Town(connect(_streets()), TownOffices(), {kind.code: kind for kind in KINDS})
    RoadSight(made.graph).warm_up()
    return made


def unit_ids(count: int) -> list[tuple[UnitId, str, OfficeId]]:
    """Return so many units: id, call sign, station."""
    signs = [f"A{n + 1:02d}" for n in range(count)]
    return [(UnitId(f"{PROVINCE}.u.{sign}"), sign, STATIONS[n % len(STATIONS)]) for n, sign in enumerate(signs)]


def _streets() -> Streets:
    """A grid of two-way streets, a few of them faster."""
    tails: list[int] = []
    heads: list[int] = []
    price: list[float] = []
    for row in range(HEIGHT):
        for column in range(WIDTH):
            node = row * WIDTH + column
            if column + 1 < WIDTH:
                tails.append(node)
                heads.append(node + 1)
                price.append(_S_PER_M[row in _FAST_ROWS])
            if row + 1 < HEIGHT:
                tails.append(node)
                heads.append(node + WIDTH)
                price.append(_S_PER_M[column % 5 == 0])
    count = len(tails)
    ends = np.array([tails, heads]).T.reshape(-1)
    rows, columns = np.divmod(ends, WIDTH)
    return Streets(
        way=np.arange(count, dtype=np.int64),
        tail=np.array(tails, np.int64),
        head=np.array(heads, np.int64),
        along_s_per_m=np.array(price, np.float64),
        against_s_per_m=np.array(price, np.float64),
        first=2 * np.arange(count + 1, dtype=np.int64),
        lon=WEST + STEP * columns.astype(np.float64),
        lat=SOUTH + STEP * rows.astype(np.float64),
        road_class=np.full(count, 8, np.uint8),
        name=np.zeros(count, np.int32),
        flags=np.zeros(count, np.uint8),
        names=(NAMELESS,),
    )
