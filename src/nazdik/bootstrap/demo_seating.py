"""The demo's seats: who may sit down without a password, which cars there are, and the word by which its simulator is known."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from nazdik.bootstrap.entrance import SeatView, Text
from nazdik.geo.region import Region
from nazdik.geo.responsible import OfficeForest
from nazdik.kernel import OfficeId, PersonId, ProvinceId
from nazdik.organisation.model import Posting, Role
from nazdik.organisation.seats import Seat, units_to_choose
from nazdik.organisation.units import EstablishedUnit, establishment
from nazdik.platform.settings import Settings

# Units of the demo: about one patrol for every 25,000 people in Khuzestan, and a dense city centre (assumed).
DEMO_UNITS = {"khuzestan": 200, "tehran-central": 40}
DEMO_UNITS_ELSEWHERE = 60
SIMULATOR_TOKEN = "simulator.token"  # noqa: S105 - a file's name


def exchange_of(province: ProvinceId) -> Posting:
    """The telephone exchange of a province: it presents calls, and does nothing else."""
    return Posting(PersonId(f"gateway:{province}"), Role.GATEWAY, OfficeId(str(province)))


def simulator_token(data: Path) -> str:
    """Return the word by which the demo's simulator is known; whoever may read the data folder may be the simulator."""
    path = data / SIMULATOR_TOKEN
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), encoding="ascii")
    return path.read_text(encoding="ascii")


def establishments_of(
    settings: Settings, forest: OfficeForest, regions: Mapping[ProvinceId, Region]
) -> dict[ProvinceId, tuple[EstablishedUnit, ...]]:
    """Return the units of each province of the demo; none when this is no demo."""
    if not settings.demo:
        return {}
    return {
        name: establishment(forest, name, units=DEMO_UNITS.get(str(name), DEMO_UNITS_ELSEWHERE)) for name in regions
    }


def seat_views(
    seats: tuple[Seat, ...], forest: OfficeForest, establishments: Mapping[ProvinceId, tuple[EstablishedUnit, ...]]
) -> tuple[SeatView, ...]:
    """Return the seats as the first page lists them; an officer's seat becomes one for each car."""
    views: list[SeatView] = []
    for seat in seats:
        office = forest.find_office(seat.office_id)
        province = office.province_id if office is not None else None
        whole = SeatView(
            id=seat.id,
            role=seat.role,
            group=seat.role,
            office=seat.office_id,
            province=province,
            unit=None,
            call_sign=None,
            title=Text(seat.title_fa, seat.title_en),
            hint=Text(seat.about_fa, seat.about_en),
        )
        if seat.role is not Role.OFFICER or province is None:
            views.append(whole)
            continue
        views += [_car(whole, unit, forest) for unit in units_to_choose(establishments[province], seat, forest)]
    return tuple(views)


def _car(seat: SeatView, unit: EstablishedUnit, forest: OfficeForest) -> SeatView:
    station = forest.find_office(unit.office_id)
    names = Text(station.name_fa, station.name_en) if station is not None else Text("", "")
    return SeatView(
        id=f"officer:{unit.id}",
        role=Role.OFFICER,
        group=Role.OFFICER,
        office=unit.office_id,
        province=seat.province,
        unit=unit.id,
        call_sign=unit.call_sign,
        title=Text(f"{unit.call_sign}، {names.fa}", f"{unit.call_sign}, {names.en}"),
        hint=seat.hint,
    )
