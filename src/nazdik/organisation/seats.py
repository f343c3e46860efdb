"""The demo's seats: places to sit down at with one click. They are roles and call signs; nobody is made up for them."""

from collections.abc import Iterable
from dataclasses import dataclass

from nazdik.kernel import OfficeId, PersonId, UnitId
from nazdik.organisation.model import Posting, Role
from nazdik.organisation.units import EstablishedUnit
from nazdik.published.offices import Office, OfficeTree, Tier


@dataclass(frozen=True, slots=True)
class Seat:
    """One place to sit down at. An officer's seat has no unit yet: the car is chosen among those of its office."""

    id: str
    role: Role
    office_id: OfficeId
    unit_id: UnitId | None
    title_fa: str
    title_en: str
    about_fa: str
    about_en: str


@dataclass(frozen=True, slots=True)
class _Words:
    title_fa: str
    title_en: str
    about_fa: str
    about_en: str


_OF_A_PROVINCE: tuple[tuple[Role, _Words], ...] = (
    (
        Role.CALL_TAKER,
        _Words(
            "تلفن‌گیر ۱۱۰",
            "110 call-taker",
            "تماس را پاسخ دهید، جا و نوع آن را ثبت کنید.",
            "Answer calls: place and kind.",
        ),
    ),
    (
        Role.DISPATCHER,
        _Words(
            "اعزام‌کننده",
            "Dispatcher",
            "همهٔ رخدادها و واحدهای استان؛ اعزام، پس گرفتن و پیگیری.",
            "All incidents and units of the province: send, withdraw, follow.",
        ),
    ),
)
_OF_A_UNIT = _Words(
    "مأمور گشت",
    "Patrol officer",
    "یک خودرو برگزینید؛ مأموریت روی همین صفحه می‌رسد.",
    "Choose a car; offers arrive on this screen.",
)
# Two of them, because what safety rests on is drafted by one person and published by another.
_ADMINISTRATORS: tuple[tuple[str, _Words], ...] = (
    (
        "",
        _Words(
            "مدیر سامانه",
            "Administrator",
            "قواعد، واژه‌ها و پرسش‌ها، واحدها و افراد؛ پیش‌نویس بنویسید و منتشر کنید.",
            "Rules, words and questions, units and people: draft and publish.",
        ),
    ),
    (
        ":2",
        _Words(
            "مدیر دوم",
            "Second administrator",
            "پیش‌نویس مدیر نخست را بخوانید و منتشر کنید.",
            "Read and publish what the first has drafted.",
        ),
    ),
)
_AUDITOR = _Words(
    "بازرس",
    "Inspector",
    "چه کسی به چه کسی نگاه کرد، و چه چیزی پرسیدنی است.",
    "Who looked at whom, and what should be asked about.",
)
_OF_A_TIER: dict[Tier, tuple[Role, _Words]] = {
    Tier.STATION: (
        Role.STATION_DESK,
        _Words("میز کلانتری", "Station desk", "رخدادها و واحدهای این کلانتری.", "This station's incidents and units."),
    ),
    Tier.COUNTY: (
        Role.COUNTY_DESK,
        _Words("میز شهرستان", "County desk", "کلانتری‌های شهرستان در یک نگاه.", "The county's stations at a glance."),
    ),
    Tier.PROVINCE: (
        Role.PROVINCE_DESK,
        _Words("میز استان", "Province desk", "شهرستان‌های استان در یک نگاه.", "The province's counties at a glance."),
    ),
    Tier.NATIONAL: (
        Role.NATIONAL_DESK,
        _Words("میز کشور", "National desk", "استان‌ها در یک نگاه.", "The provinces at a glance."),
    ),
}
_FROM_THE_TOP = (Tier.NATIONAL, Tier.PROVINCE, Tier.COUNTY, Tier.STATION)


def demo_seats(tree: OfficeTree, units: Iterable[EstablishedUnit]) -> tuple[Seat, ...]:
    """
    Return the seats of the demo, those of one province together.

    A call-taker, a dispatcher and an officer (choose a car) for each province that has units, a desk for each province,
    and a desk for the county and the station with the most units, because an empty board shows nothing; and two administrators
    and an inspector for each province, two administrators for the nation. Ties go by id.
    """
    offices = {office.id: office for office in tree.list_offices()}
    of_station: dict[OfficeId, int] = {}
    for unit in units:
        of_station[unit.office_id] = of_station.get(unit.office_id, 0) + 1
    seats: list[Seat] = []
    for province in (office for office in offices.values() if office.tier is Tier.PROVINCE):
        held = {station: n for station, n in of_station.items() if tree.is_within(station, province.id)}
        if held:
            seats += [_seat(role, province, words) for role, words in _OF_A_PROVINCE]
            seats.append(_seat(Role.OFFICER, province, _OF_A_UNIT))
            seats += [_desk(offices[busiest]) for busiest in _busiest(tree, held, offices)]
        seats.append(_desk(province))
        seats += [_seat(Role.ADMINISTRATOR, province, words, mark) for mark, words in _ADMINISTRATORS]
        seats.append(_seat(Role.AUDITOR, province, _AUDITOR))
    for nation in (office for office in offices.values() if office.tier is Tier.NATIONAL):
        seats.append(_desk(nation))
        seats += [_seat(Role.ADMINISTRATOR, nation, words, mark) for mark, words in _ADMINISTRATORS]
    return tuple(seats)


def units_to_choose(units: Iterable[EstablishedUnit], seat: Seat, tree: OfficeTree) -> tuple[EstablishedUnit, ...]:
    """Return the units that an officer's seat may choose from, by call sign."""
    held = (unit for unit in units if tree.is_within(unit.office_id, seat.office_id))
    return tuple(sorted(held, key=lambda unit: unit.call_sign))


def posting_of(seat: Seat, unit: EstablishedUnit | None = None) -> Posting:
    """Return the posting of whoever sits here. Raises `PostingNeedsUnit` when an officer has chosen no car."""
    if seat.role is Role.OFFICER and unit is not None:
        return Posting(PersonId(f"seat:{unit.id}"), seat.role, unit.office_id, unit.id)
    return Posting(PersonId(f"seat:{seat.id}"), seat.role, seat.office_id, seat.unit_id)


def _busiest(tree: OfficeTree, held: dict[OfficeId, int], offices: dict[OfficeId, Office]) -> list[OfficeId]:
    """The county with the most units, and in it the station with the most."""
    of_county: dict[OfficeId, int] = {}
    for station, n in held.items():
        for above in tree.chain_of(station):
            if offices[above].tier is Tier.COUNTY:
                of_county[above] = of_county.get(above, 0) + n
    if not of_county:
        return [min(held, key=lambda station: (-held[station], station))]
    county = min(of_county, key=lambda office: (-of_county[office], office))
    within = [station for station in held if tree.is_within(station, county)]
    return [county, min(within, key=lambda station: (-held[station], station))]


def _desk(office: Office) -> Seat:
    role, words = _OF_A_TIER[office.tier]
    return _seat(role, office, words)


def _seat(role: Role, office: Office, words: _Words, mark: str = "") -> Seat:
    return Seat(
        id=f"{role.value}:{office.id}{mark}",
        role=role,
        office_id=office.id,
        unit_id=None,
        title_fa=f"{words.title_fa}، {office.name_fa}",
        title_en=f"{words.title_en}, {office.name_en}",
        about_fa=words.about_fa,
        about_en=words.about_en,
    )
