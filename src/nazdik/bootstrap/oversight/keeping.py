"""Keeping the register of a stopped oversight server: offices of regions, and the first people."""

from collections.abc import Sequence
from pathlib import Path

from nazdik.bootstrap.oversight.house import OversightHouse, build_oversight
from nazdik.geo.responsible import load_offices
from nazdik.kernel import OfficeId, PersonId
from nazdik.oversight import commands as c
from nazdik.oversight.model import INSPECTORATE, Duty, OfficeLine
from nazdik.oversight.service import KEEPER
from nazdik.published.offices import OfficeTree, Tier

TOP = OfficeLine(
    id=INSPECTORATE, parent=None, name_fa="بازرسی کل", name_en="General inspectorate", tier="inspectorate", desk=True
)
# 197 has desks from the county upward: nobody handles a complaint about their own station.
DESK_TIERS = frozenset({Tier.COUNTY, Tier.PROVINCE, Tier.NATIONAL})


def lines_of(tree: OfficeTree) -> tuple[OfficeLine, ...]:
    """Return the offices of a tree as oversight knows them, below the inspectorate."""
    return (
        TOP,
        *(
            OfficeLine(
                id=office.id,
                parent=office.parent_id or INSPECTORATE,
                name_fa=office.name_fa,
                name_en=office.name_en,
                tier=office.tier.value,
                desk=office.tier in DESK_TIERS,
            )
            for office in tree.list_offices()
        ),
    )


async def keep_offices(folder: Path, regions: Sequence[Path]) -> int:
    """Take over the offices of regions and return how many are known. Raises what opening and the rules refuse."""
    house = build_oversight(folder)
    try:
        await put_offices(house, load_offices(regions))
        return len(house.oversight.state.register.offices)
    finally:
        await house.close()


async def put_offices(house: OversightHouse, tree: OfficeTree) -> None:
    """Make the offices of a tree known; those that are known already change nothing."""
    command = c.PutOffices(offices=lines_of(tree))
    await house.oversight.submit(command, KEEPER, f"offices:{house.oversight.clock.now()}")


async def keep_posting(folder: Path, person: str, office: str, duty: Duty, password: str | None) -> None:
    """Post somebody from now on, with a password when one is given. Raises what opening and the rules refuse."""
    house = build_oversight(folder)
    try:
        if INSPECTORATE not in house.oversight.state.register.offices:
            await house.oversight.submit(c.PutOffices(offices=(TOP,)), KEEPER, "top")
        now = house.oversight.clock.now()
        command = c.PostPerson(person=PersonId(person), office=OfficeId(office), duty=duty, since=now)
        await house.oversight.submit(command, KEEPER, f"post:{person}:{now}")
        if password is not None:
            house.registry.set_password(person, password)
    finally:
        await house.close()
