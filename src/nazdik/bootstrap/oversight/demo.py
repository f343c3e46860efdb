"""
The demo of 197: desks by their roles and plainly invented cases, the same each time. No person of it exists.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from nazdik.bootstrap.oversight.demo_weeks import WEEK_S, WEEKS, campaign, live_through
from nazdik.bootstrap.oversight.house import LOG, OversightHouse, build_oversight
from nazdik.bootstrap.oversight.keeping import put_offices
from nazdik.geo.responsible import load_offices
from nazdik.kernel import Actor, Instant, OfficeId, PersonId
from nazdik.kernel.instant import plus_s
from nazdik.oversight import commands as c
from nazdik.oversight.calendar import day_of
from nazdik.oversight.meetings.commands import (
    BookSlot,
    CallIn,
    CheckIn,
    MakePromise,
    MeetingCommand,
    OpenSession,
    PutOffPromise,
)
from nazdik.oversight.meetings.model import Need, Slot
from nazdik.oversight.model import INSPECTORATE, Category, Duty, Kind, Source
from nazdik.oversight.service import KEEPER, Said
from nazdik.platform.clock import SystemClock, VirtualClock
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
# What was promised aloud, by whom, and in how many days.
PROMISES = (
    ("ساختگی: روشنایی میدان مرکزی درست شود.", "ساختگی: معاون انتظامی شهرستان", 3),
    ("ساختگی: گشت پیاده در بازار از هفتهٔ بعد.", "ساختگی: رئیس کلانتری", 7),
)


async def seed(house: OversightHouse, clock: VirtualClock, regions: Sequence[Path], province: str) -> None:
    """Fill an empty register, live through the invented weeks up to now, and take down the invented cases."""
    tree = load_offices(regions)
    await put_offices(house, tree)
    oversight, now = house.oversight, plus_s(clock.now(), WEEKS * WEEK_S)
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
    others = [o for o in stations if o.parent_id != capital]
    await live_through(house, clock, [o.id for o in (*there[:4], *others[:: max(1, len(others) // 6)])])
    clock.move_to(now)
    handler = Actor(id=f"desk.{capital}", role="staff")
    mine = []
    for number, (kind, category, text) in enumerate(CASES):
        station = there[number % len(there)]
        said = Said(kind=kind, text=text, office=station.id, category=category, unit=station.id)
        received = await oversight.receive(said, f"demo contact number {number}", Source.WEB)
        if kind is Kind.COMPLAINT and oversight.state.cases[received.case_id].office == capital:
            mine.append(received.case_id)
    for case_id in mine[:2]:
        await oversight.submit(c.AssignHandler(case_id=case_id, handler=PersonId(handler.id)), handler, f"a{case_id}")
        write = c.Write(case_id=case_id, text="پیام شما رسید و دربارهٔ آن می‌پرسیم.")
        await oversight.submit(write, handler, f"w{case_id}")
    await campaign(house, OfficeId(str(capital)))
    head, limited = Actor(id=f"head.{capital}", role="staff"), mine[0]
    decision = "ساختگی: برای تماس‌های تهدیدآمیز، تنها نوشتاری پاسخ داده می‌شود."
    limit = c.LimitContact(case_id=limited, why=decision, review_day=day_of(now) + 30)
    await oversight.submit(limit, head, "demo:limit")
    await _announce(house, OfficeId(str(capital)), handler)
    people = (f"desk.{capital}", f"desk.{province}", f"head.{province}", f"chief.{province}", "inspector")
    await asyncio.gather(*(asyncio.to_thread(house.registry.set_password, person, PASSWORD) for person in people))


async def _announce(house: OversightHouse, office: OfficeId, handler: Actor) -> None:
    """Announce a meeting that begins in some minutes, with a queue and a promise, and one for tomorrow."""
    now = house.oversight.clock.now()
    place, official = "ساختگی: مسجد جامع", "ساختگی: مسئول میز ۱۹۷"
    offers = ((), (Need.WOMEN_ONLY,), (Need.WHEELCHAIR, Need.ARABIC), ())

    async def do(command: MeetingCommand, key: str) -> None:
        await house.oversight.submit(command, handler, f"demo:{key}")

    async def open_at(session_id: str, start: Instant, number: int) -> None:
        slots = tuple(Slot(0, plus_s(start, 900.0 * n), offers[n % len(offers)]) for n in range(number))
        await do(
            OpenSession(session_id=session_id, office=office, place=place, official=official, slots=slots), session_id
        )

    soon = plus_s(now, 300.0)
    # Who comes is there on the day itself: just before midnight it begins at once.
    await open_at("demo-now", soon if day_of(soon) == day_of(now) else plus_s(now, 2.0), 6)
    await open_at("demo", plus_s(now, 86_400.0), 4)
    taken = ((), (Need.WOMEN_ONLY,), (Need.WHEELCHAIR, Need.ARABIC), ())
    bookings = []
    for number, needs in enumerate(taken):
        _, code_hash = await house.oversight.code_of(f"demo turn {number}")
        bookings.append(code_hash[:16])
        book = BookSlot(session_id="demo-now", booking_id=code_hash[:16], code_hash=code_hash, needs=needs)
        await do(book, f"turn {number}")
    if day_of(now) == day_of(house.oversight.state.meetings.sessions["demo-now"].starts_at):
        for booking in bookings[:3]:
            await do(CheckIn(session_id="demo-now", booking_id=booking), f"here {booking}")
        await do(CallIn(session_id="demo-now", booking_id=bookings[0]), "in")
    today = day_of(now)
    for number, (text, owner, days) in enumerate(PROMISES):
        promise = MakePromise(session_id="demo-now", text=text, owner=owner, due_day=today + days)
        await do(promise, f"promise {number}")
    why = "ساختگی: پایه‌ها نرسیده است"
    await do(PutOffPromise(session_id="demo-now", number=1, due_day=today + 9, why=why), "later")


async def prepare(folder: Path, regions: Sequence[Path], province: str) -> list[str]:
    """Fill a demo's folder, and return who may sign in."""
    now, fresh = SystemClock().now(), not (folder / f"{LOG}.sqlite").exists()
    # What is filled already stays as it is; else it begins twelve weeks ago.
    clock = VirtualClock(plus_s(now, -WEEKS * WEEK_S) if fresh else now)
    house = build_oversight(folder, clock=clock)
    try:
        if fresh:
            await seed(house, clock, regions, province)
        people = house.oversight.state.register.postings
        return [person for person in people if house.registry.has_password(person)]
    finally:
        await house.close()
