"""Twelve invented weeks of the demo: what came, what was answered, agreed upon and forgotten. The same each time."""

import asyncio
from collections.abc import Sequence
from random import Random

from nazdik.bootstrap.oversight.house import OversightHouse
from nazdik.kernel import Actor, Instant, OfficeId, PersonId
from nazdik.kernel.instant import seconds_between
from nazdik.kernel.text import persian_digits
from nazdik.oversight import commands as c
from nazdik.oversight.model import Case, Category, Finding, Kind, Source
from nazdik.oversight.service import Said
from nazdik.platform.clock import VirtualClock

WEEKS, WEEK_S = 12, 7 * 86_400.0
CONTACTS_A_WEEK = (7, 10)
KINDS = (Kind.COMPLAINT, Kind.COMPLAINT, Kind.COMPLAINT, Kind.CRITICISM, Kind.SUGGESTION, Kind.GUIDANCE)
CATEGORIES = (Category.CONDUCT, Category.DELAY, Category.TRAFFIC)
FINDINGS = (Finding.SUBSTANTIATED, Finding.WITHIN_GUIDELINES, Finding.UNFOUNDED, None, None, None)
CAMPAIGN = "ساختگی: چراغ چهارراه مدرسه هفته‌هاست خاموش است و بچه‌ها از میان خودروها می‌گذرند."
CAMPAIGN_SIZE = 12


async def live_through(house: OversightHouse, clock: VirtualClock, stations: Sequence[OfficeId]) -> None:
    """Take contacts down week after week; desks end most complaints by agreement, some by a finding, and leave some lying."""
    chance = Random(197)  # noqa: S311 - the same weeks each time
    for week in range(WEEKS):
        many = chance.randint(*CONTACTS_A_WEEK)
        said = [_said(chance, f"هفتهٔ {week + 1}، {n + 1}", stations) for n in range(many)]
        await asyncio.gather(
            *(house.oversight.receive(one, f"demo week {week} number {n}", Source.WEB) for n, one in enumerate(said))
        )
        clock.advance_s(WEEK_S * 0.6)
        waiting = sorted(
            (one for one in house.oversight.state.cases.values() if not one.closed), key=lambda one: one.id
        )
        await asyncio.gather(*(_work(house, one, clock.now()) for one in waiting))
        clock.advance_s(WEEK_S * 0.4)


async def campaign(house: OversightHouse, office: OfficeId) -> None:
    """Take the same words down from many."""
    said = Said(kind=Kind.CRITICISM, text=CAMPAIGN, office=office)
    for number in range(CAMPAIGN_SIZE):
        await house.oversight.receive(said, f"demo campaign number {number}", Source.WEB)


def _said(chance: Random, number: str, stations: Sequence[OfficeId]) -> Said:
    # Some stations are written about more than others.
    station = stations[int(len(stations) * chance.random() ** 2)]
    kind = chance.choice(KINDS)
    unit = station if kind is Kind.COMPLAINT else None
    text = persian_digits(f"ساختگی ({number}): نمونه‌ای برای نمایش.")
    return Said(kind=kind, text=text, office=station, category=chance.choice(CATEGORIES), unit=unit)


async def _work(house: OversightHouse, case: Case, now: Instant) -> None:
    """Leave some lying, answer some, and end the rest after a while: each as its own luck has it."""
    chance = Random(f"197 {case.text}")  # noqa: S311 - the same each time
    luck, wait_days, finding = chance.random(), chance.choice((1, 8, 15, 22, 29)), chance.choice(FINDINGS)
    if luck < 0.13:
        return
    desk = Actor(id=f"desk.{case.office}", role="staff")

    async def do(command: c.CaseCommand) -> None:
        await house.oversight.submit(command, desk, f"demo:{type(command).__name__}:{case.id}")

    if not case.handler:
        await do(c.AssignHandler(case_id=case.id, handler=PersonId(desk.id)))
        await do(c.Write(case_id=case.id, text="ساختگی: پیام شما رسید و می‌پرسیم.", answers=True))
    if luck < 0.3 or seconds_between(case.received_at, now) < wait_days * 86_400.0:
        return
    if case.formal and finding is None:
        await do(c.Conciliate(case_id=case.id, terms="ساختگی: گفت‌وگو شد.", citizen_agreed=True, office_agreed=True))
    elif finding is not None and case.allegations:
        await do(c.Find(case_id=case.id, number=1, finding=finding))
    await do(c.CloseCase(case_id=case.id, answer="ساختگی: پاسخ پایانی."))
