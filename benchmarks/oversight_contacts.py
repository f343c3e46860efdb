"""
Contacts to 197 as fast as they come, over the citizens' own doors and a real log: how many a second, how long one waits, how
long a desk's list and a new posting take afterwards, and a start.

    python benchmarks/oversight_contacts.py --contacts 8000
"""

import argparse
import asyncio
import logging
import tempfile
import time
from pathlib import Path

import httpx

from nazdik.bootstrap.oversight.demo import seed
from nazdik.bootstrap.oversight.house import OversightHouse, build_oversight, public_app
from nazdik.kernel import Actor, PersonId
from nazdik.oversight import commands as c
from nazdik.oversight.model import Duty

REGION = Path(__file__).resolve().parents[1] / "regions/built/khuzestan"
AT_ONCE = 16
KINDS = ("complaint", "guidance", "criticism")


async def send_all(house: OversightHouse, number: int) -> list[float]:
    """Send contacts from many places and return how long each took, in seconds."""
    app, turns = public_app(house), asyncio.Semaphore(AT_ONCE)
    stations = [line.id for line in house.oversight.state.register.offices.values() if line.tier == "station"]

    async def send(n: int) -> float:
        async with turns:
            transport = httpx.ASGITransport(app=app, client=(f"198.51.{n // 250 % 250}.{n % 250}", 1))  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url="http://197") as client:
                began = time.perf_counter()
                office = stations[n % len(stations)]
                body = {"kind": KINDS[n % 3], "text": f"ساختگی {n}", "office": office, "unit": office}
                answer = await client.post(
                    "/v1/contacts", json=body, headers={"Idempotency-Key": f"benchmark contact {n:06d}"}
                )
                assert answer.status_code == 201, answer.text
                return time.perf_counter() - began

    return await asyncio.gather(*(send(n) for n in range(number)))


async def measure(number: int, folder: Path) -> None:
    """Run it and say what came of it."""
    house = build_oversight(folder)
    await house.open()
    await seed(house, [REGION], "khuzestan")
    began = time.perf_counter()
    took = sorted(await send_all(house, number))
    whole_s = time.perf_counter() - began
    print(f"{number} contacts in {whole_s:.1f} s, {number / whole_s:.0f}/s")
    print(f"one contact: p50 {took[number // 2] * 1e3:.0f} ms, p99 {took[int(number * 0.99)] * 1e3:.0f} ms")
    who = house.oversight.now_for("inspector")
    began = time.perf_counter()
    house.oversight.rows.list_cases(*who), house.oversight.rows.counts(*who)
    print(f"a desk's list and counts: {(time.perf_counter() - began) * 1e3:.0f} ms")
    began = time.perf_counter()
    station = next(line.id for line in house.oversight.state.register.offices.values() if line.tier == "station")
    post = c.PostPerson(person=PersonId("new"), office=station, duty=Duty.STAFF, since=who[1])
    await house.oversight.submit(post, Actor(id="benchmark", role="staff"), "post")
    print(f"a posting: {(time.perf_counter() - began) * 1e3:.0f} ms")
    await house.close()
    began = time.perf_counter()
    again = build_oversight(folder)
    print(f"a start: {time.perf_counter() - began:.1f} s")
    assert len(again.oversight.state.cases) >= number
    await again.close()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=8_000)
    given = parser.parse_args()
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(given.contacts, Path(folder) / "197"))


if __name__ == "__main__":
    main()
