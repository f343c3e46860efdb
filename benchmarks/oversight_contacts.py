"""
Contacts to 197 as fast as they come, over the citizens' own doors and a real log: how many a second, how long one waits, how
long a desk's list and a new posting take afterwards, and a start. Then fifty who want one turn at once, and somebody who guesses
codes while others follow their cases.

    python benchmarks/oversight_contacts.py --contacts 8000
"""

import argparse
import asyncio
import logging
import secrets
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from facts import write_results
from nazdik.bootstrap.oversight.demo import prepare
from nazdik.bootstrap.oversight.house import OversightHouse, build_oversight, public_app
from nazdik.kernel import Actor, PersonId
from nazdik.kernel.instant import plus_s
from nazdik.oversight import commands as c
from nazdik.oversight.codes import check_digit
from nazdik.oversight.meetings.commands import OpenSession
from nazdik.oversight.meetings.model import Slot
from nazdik.oversight.model import Duty

REGION = Path(__file__).resolve().parents[1] / "regions/built/khuzestan"
AT_ONCE = 16
WANT_ONE_TURN = 50
FOLLOW, GUESSERS, GUESSES = 200, 20, 20
KINDS = ("complaint", "guidance", "criticism")


def citizen(app: Any, n: int) -> httpx.AsyncClient:
    """Return somebody with an address of their own."""
    transport = httpx.ASGITransport(app=app, client=(f"198.51.{n // 250 % 250}.{n % 250}", 1))
    return httpx.AsyncClient(transport=transport, base_url="http://197")


def percentiles(took_s: list[float]) -> dict[str, float]:
    """Return the median, the 99th percentile and the longest, in milliseconds."""
    took_s = sorted(took_s)
    marks = {"p50_ms": len(took_s) // 2, "p99_ms": int(len(took_s) * 0.99), "longest_ms": -1}
    return {name: round(took_s[at] * 1e3, 1) for name, at in marks.items()}


async def contacts(house: OversightHouse, app: Any, number: int) -> tuple[dict[str, Any], list[str]]:
    """Send contacts from many places; return how that went, and some of the codes."""
    turns, codes = asyncio.Semaphore(AT_ONCE), []
    stations = [line.id for line in house.oversight.state.register.offices.values() if line.tier == "station"]

    async def send(n: int) -> float:
        async with turns, citizen(app, n) as client:
            began = time.perf_counter()
            office = stations[n % len(stations)]
            body = {"kind": KINDS[n % 3], "text": f"ساختگی {n}", "office": office, "unit": office}
            key = {"Idempotency-Key": f"benchmark contact {n:06d}"}
            answer = await client.post("/v1/contacts", json=body, headers=key)
            assert answer.status_code == 201, answer.text
            if n < FOLLOW:
                codes.append(answer.json()["code"])
            return time.perf_counter() - began

    began, used = time.perf_counter(), time.process_time()
    took = await asyncio.gather(*(send(n) for n in range(number)))
    whole_s, used_s = time.perf_counter() - began, time.process_time() - used
    said = {
        "number": number,
        "at_once": AT_ONCE,
        "whole_s": round(whole_s, 1),
        "per_s": round(number / whole_s),
        # On a machine that others use too, this is what a contact costs; it includes the client that sends it.
        "processor_ms_each": round(used_s / number * 1e3, 1),
        **percentiles(took),
    }
    return said, codes


async def desk(house: OversightHouse) -> dict[str, float]:
    """Return how long a desk's list and counts, a search and a new posting take over all of it."""
    who = house.oversight.now_for("inspector")
    station = next(line.id for line in house.oversight.state.register.offices.values() if line.tier == "station")
    post = c.PostPerson(person=PersonId("new"), office=station, duty=Duty.STAFF, since=who[1])
    marks = [time.perf_counter()]
    house.oversight.rows.list_cases(*who), house.oversight.rows.counts(*who)
    marks.append(time.perf_counter())
    house.oversight.rows.search(*who, "ساختگی ۷۷۷")
    marks.append(time.perf_counter())
    await house.oversight.submit(post, Actor(id="benchmark", role="staff"), "post")
    marks.append(time.perf_counter())
    names = ("list_and_counts_ms", "search_ms", "posting_ms")
    return {name: round((marks[n + 1] - marks[n]) * 1e3, 1) for n, name in enumerate(names)}


async def one_turn(house: OversightHouse, app: Any) -> dict[str, Any]:
    """Return what becomes of many who want the same turn in the same moment: one has it."""
    capital = next(line.id for line in house.oversight.state.register.offices.values() if line.tier == "county")
    start = plus_s(house.oversight.clock.now(), 86_400.0)
    session = OpenSession(
        session_id="benchmark", office=capital, place="ساختگی", official="ساختگی", slots=(Slot(0, start, ()),)
    )
    await house.oversight.submit(session, Actor(id=f"desk.{capital}", role="staff"), "session")

    async def want(n: int) -> tuple[int, float]:
        async with citizen(app, 20_000 + n) as client:
            began = time.perf_counter()
            key = {"Idempotency-Key": f"benchmark booking {n:06d}"}
            answer = await client.post("/v1/meetings/benchmark/bookings", json={}, headers=key)
            return answer.status_code, time.perf_counter() - began

    answers = await asyncio.gather(*(want(n) for n in range(WANT_ONE_TURN)))
    statuses = [status for status, _ in answers]
    assert sorted(set(statuses)) == [201, 409] and statuses.count(201) == 1, statuses
    return {"wanted_by": WANT_ONE_TURN, "had_by": statuses.count(201), **percentiles([took for _, took in answers])}


async def guessing(app: Any, codes: list[str]) -> dict[str, Any]:
    """Return how citizens fare by their codes alone, and while others guess; and how far guessing gets."""

    async def follow(n: int) -> float:
        async with citizen(app, 30_000 + n) as client:
            began = time.perf_counter()
            answer = await client.post("/v1/follow-up", json={"code": codes[n]})
            assert answer.status_code == 200, answer.text
            return time.perf_counter() - began

    async def guess(n: int) -> list[int]:
        async with citizen(app, 40_000 + n) as client:
            digits = [str(secrets.randbelow(10**16)).rjust(16, "0") for _ in range(GUESSES)]
            tried = [await client.post("/v1/follow-up", json={"code": d + check_digit(d)}) for d in digits]
            return [answer.status_code for answer in tried]

    alone = [await follow(n) for n in range(len(codes))]
    guessers = [asyncio.ensure_future(guess(n)) for n in range(GUESSERS)]
    meanwhile = [await follow(n) for n in range(len(codes))]
    statuses = [status for each in await asyncio.gather(*guessers) for status in each]
    assert set(statuses) == {404, 429}, statuses
    return {
        "guessers": GUESSERS,
        "guesses_each": GUESSES,
        "looked_up": statuses.count(404),
        "refused_unseen": statuses.count(429),
        "follow_alone": percentiles(alone),
        "follow_meanwhile": percentiles(meanwhile),
    }


async def measure(number: int, folder: Path) -> dict[str, Any]:
    """Run all of it."""
    await prepare(folder, [REGION], "khuzestan")
    house = build_oversight(folder)
    app = public_app(house)
    await house.open()
    said, codes = await contacts(house, app, number)
    figures: dict[str, Any] = {"contacts": said, "desk": await desk(house), "one_turn": await one_turn(house, app)}
    figures["guessing"] = await guessing(app, codes)
    await house.close()
    began = time.perf_counter()
    again = build_oversight(folder)
    figures["start_s"] = round(time.perf_counter() - began, 1)
    assert len(again.oversight.state.cases) >= number
    await again.close()
    return figures


def main() -> None:
    """Read the arguments, measure and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=8_000)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(given.contacts, Path(folder) / "197"))
    for name, said in figures.items():
        print(f"{name}: {said}")
    print(write_results("oversight_contacts", figures))


if __name__ == "__main__":
    main()
