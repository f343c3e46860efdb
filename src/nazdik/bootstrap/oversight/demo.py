"""
The demo of 197: desks by their roles and plainly invented cases, the same each time. No person of it exists.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from nazdik.bootstrap.oversight.house import OversightHouse, build_oversight
from nazdik.bootstrap.oversight.keeping import KEEPER, put_offices
from nazdik.geo.responsible import load_offices
from nazdik.kernel import Actor, OfficeId, PersonId
from nazdik.kernel.instant import plus_s
from nazdik.oversight import commands as c
from nazdik.oversight.meetings.commands import OpenSession
from nazdik.oversight.meetings.model import Need, Slot
from nazdik.oversight.model import INSPECTORATE, Category, Duty, Kind, Source
from nazdik.oversight.service import Said
from nazdik.published.offices import Tier

PASSWORD = "nazdik demo 197 desk"  # noqa: S105 - the demo's, and said on the screen
YEAR_S = 365 * 86_400.0
# What they say, whether it is about a station (else its county), and of what category.
CASES: tuple[tuple[Kind, Category, str], ...] = (
    (Kind.COMPLAINT, Category.DELAY, "ساختگی: یک ساعت پس از تماس با ۱۱۰ گشت رسید و دزد رفته بود."),
    (Kind.COMPLAINT, Category.CONDUCT, "ساختگی: مأمور گشت سر چهارراه با من تند حرف زد و نگذاشت توضیح بدهم."),
    (Kind.COMPLAINT, Category.TRAFFIC, "ساختگی: خودرویم در پارکینگ بود و برایش جریمهٔ توقف نوشتند."),
    (Kind.COMPLAINT, Category.CUSTODY, "ساختگی: برادرم را شب نگه داشتند و تا صبح نگفتند کجاست."),
    (Kind.COMPLAINT, Category.CORRUPTION, "ساختگی: برای آزاد کردن موتور از من پول خواستند."),
    (Kind.CRITICISM, Category.OTHER, "ساختگی: نوبت‌دهی صبح‌ها خیلی شلوغ است و جای نشستن نیست."),
    (Kind.SUGGESTION, Category.OTHER, "ساختگی: ساعت گشت نزدیک مدرسه را با زنگ آخر یکی کنید."),
    (Kind.COMMENDATION, Category.OTHER, "ساختگی: سپاس از گشتی که مادر گم‌شده‌ام را پیدا کرد."),
    (Kind.GUIDANCE, Category.OTHER, "ساختگی: برای گم شدن گواهی‌نامه اول کجا باید بروم؟"),
)


async def seed(house: OversightHouse, regions: Sequence[Path], province: str) -> None:
    """Fill an empty register and take down the invented cases; a folder that has been filled stays as it is."""
    tree = load_offices(regions)
    await put_offices(house, tree)
    oversight = house.oversight
    if oversight.state.cases:
        return
    since = plus_s(oversight.clock.now(), -YEAR_S)
    offices = tree.list_offices()
    posts = [(f"chief.{office.id}", office.id, Duty.COMMANDER) for office in offices]
    posts += [(f"crew.{office.id}", office.id, Duty.STAFF) for office in offices if office.tier is Tier.STATION]
    desks = [office.id for office in offices if office.tier is not Tier.STATION]
    posts += [(f"desk.{office}", office, Duty.HANDLER) for office in desks]
    posts += [(f"head.{office}", office, Duty.SUPERVISOR) for office in desks]
    posts.append(("inspector", INSPECTORATE, Duty.SUPERVISOR))
    commands = [
        c.PostPerson(person=PersonId(person), office=OfficeId(office), duty=duty, since=since)
        for person, office, duty in posts
    ]
    # Together, so that they share one sync.
    await asyncio.gather(*(oversight.submit(post, KEEPER, f"demo:{post.person}") for post in commands))
    stations = [o for o in offices if o.tier is Tier.STATION and o.province_id == province]
    counties = sorted({o.parent_id for o in stations if o.parent_id is not None})
    capital = max(counties, key=lambda county: sum(o.parent_id == county for o in stations))
    there = [o for o in stations if o.parent_id == capital]
    for number, (kind, category, text) in enumerate(CASES):
        station = there[number % len(there)]
        said = Said(kind=kind, text=text, office=station.id, category=category, unit=station.id)
        await oversight.receive(said, f"demo contact number {number}", Source.WEB)
    handler = Actor(id=f"desk.{capital}", role="staff")
    mine = [
        case.id for case in oversight.state.cases.values() if case.office == capital and case.kind is Kind.COMPLAINT
    ]
    for case_id in sorted(mine)[:2]:
        await oversight.submit(c.AssignHandler(case_id=case_id, handler=PersonId(handler.id)), handler, f"a{case_id}")
        write = c.Write(case_id=case_id, text="پیام شما رسید و دربارهٔ آن می‌پرسیم.")
        await oversight.submit(write, handler, f"w{case_id}")
    await _announce(house, OfficeId(str(capital)), handler)
    people = (f"desk.{capital}", f"desk.{province}", f"head.{province}", "inspector")
    await asyncio.gather(*(asyncio.to_thread(house.registry.set_password, person, PASSWORD) for person in people))


async def _announce(house: OversightHouse, office: OfficeId, handler: Actor) -> None:
    """Announce a meeting for tomorrow, with turns of a quarter of an hour."""
    start = plus_s(house.oversight.clock.now(), 86_400.0)
    offers = ((), (Need.WOMEN_ONLY,), (Need.WHEELCHAIR, Need.ARABIC), ())
    slots = tuple(Slot(0, plus_s(start, 900.0 * n), each) for n, each in enumerate(offers))
    place, official = "ساختگی: مسجد جامع", "ساختگی: مسئول میز ۱۹۷"
    command = OpenSession(session_id="demo", office=office, place=place, official=official, slots=slots)
    await house.oversight.submit(command, handler, "demo:session")


async def prepare(folder: Path, regions: Sequence[Path], province: str) -> list[str]:
    """Fill a demo's folder, and return who may sign in."""
    house = build_oversight(folder)
    try:
        await seed(house, regions, province)
        people = house.oversight.state.register.postings
        return [person for person in people if house.registry.has_password(person)]
    finally:
        await house.close()
