"""A small country: two provinces, three counties, four stations."""

from nazdik.kernel import Instant, LonLat, OfficeId, ProvinceId
from nazdik.published.offices import Office, Tier

NATIONAL = OfficeId("iran")
KHUZESTAN, TEHRAN = OfficeId("khuzestan"), OfficeId("tehran-central")
AHVAZ, DEZFUL, CENTRE = OfficeId("khuzestan.ahvaz"), OfficeId("khuzestan.dezful"), OfficeId("tehran-central.d6")
AHVAZ_11, AHVAZ_12 = OfficeId("khuzestan.ahvaz.11"), OfficeId("khuzestan.ahvaz.12")
DEZFUL_11, CENTRE_107 = OfficeId("khuzestan.dezful.11"), OfficeId("tehran-central.d6.107")

_TREE: tuple[tuple[OfficeId, Tier, OfficeId | None], ...] = (
    (NATIONAL, Tier.NATIONAL, None),
    (KHUZESTAN, Tier.PROVINCE, NATIONAL),
    (TEHRAN, Tier.PROVINCE, NATIONAL),
    (AHVAZ, Tier.COUNTY, KHUZESTAN),
    (DEZFUL, Tier.COUNTY, KHUZESTAN),
    (CENTRE, Tier.COUNTY, TEHRAN),
    (AHVAZ_11, Tier.STATION, AHVAZ),
    (AHVAZ_12, Tier.STATION, AHVAZ),
    (DEZFUL_11, Tier.STATION, DEZFUL),
    (CENTRE_107, Tier.STATION, CENTRE),
)


def _office(id_: OfficeId, tier: Tier, parent: OfficeId | None) -> Office:
    province = None if tier is Tier.NATIONAL else ProvinceId(id_.partition(".")[0])
    return Office(id_, tier, parent, province, id_.upper(), f"نام {id_}", f"Name {id_}", LonLat(48.68, 31.32))


class SmallTree:
    """Implements `OfficeTree`."""

    def __init__(self, offices: tuple[Office, ...] | None = None) -> None:
        listed = tuple(_office(*entry) for entry in _TREE) if offices is None else offices
        self._offices = {office.id: office for office in listed}

    def find_office(self, office_id: OfficeId) -> Office | None:
        return self._offices.get(office_id)

    def is_open(self, office_id: OfficeId) -> bool:
        return office_id in self._offices

    def list_offices(self, at: Instant | None = None) -> tuple[Office, ...]:
        return tuple(self._offices.values())

    def chain_of(self, office_id: OfficeId, at: Instant | None = None) -> tuple[OfficeId, ...]:
        chain: list[OfficeId] = []
        above: OfficeId | None = office_id
        while above is not None and above in self._offices:
            chain.append(above)
            above = self._offices[above].parent_id
        return tuple(chain)

    def is_within(self, office_id: OfficeId, ancestor_id: OfficeId, at: Instant | None = None) -> bool:
        return ancestor_id in self.chain_of(office_id)

    def station_at(self, point: LonLat, at: Instant | None = None) -> OfficeId | None:
        raise AssertionError("these tests ask about offices, not about places")


def wide_tree(counties: int, stations_each: int, province: OfficeId = KHUZESTAN) -> SmallTree:
    """A province of so many counties with so many stations each."""
    entries: list[tuple[OfficeId, Tier, OfficeId | None]] = [
        (NATIONAL, Tier.NATIONAL, None),
        (province, Tier.PROVINCE, NATIONAL),
    ]
    for county in range(counties):
        county_id = OfficeId(f"{province}.c{county:02d}")
        entries.append((county_id, Tier.COUNTY, province))
        entries += [(OfficeId(f"{county_id}.{n}"), Tier.STATION, county_id) for n in range(stations_each)]
    return SmallTree(tuple(_office(*entry) for entry in entries))
