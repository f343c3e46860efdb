"""The cars' trackers: each reports where it is as an OsmAnd tracker does, often while driving, seldom while standing."""

import asyncio
import heapq
import time
from collections.abc import Iterable
from random import Random

from nazdik.bootstrap.trackers import read_trackers
from nazdik.kernel import UnitId
from nazdik.simulation.demo.cars import Car
from nazdik.simulation.demo.doors import CONNECTIONS_MAX, Doors

MOVING_S = 5.0
STANDING_S = 15.0
# Half of the connections are left to those who act.
WORKERS = CONNECTIONS_MAX // 2
NAP_S = 0.5
M_PER_S_PER_KNOT = 1852 / 3600
READ_TOKENS_EVERY_S = 10.0


class Trackers:
    """All trackers of the demo, on one client."""

    def __init__(self, doors: Doors, cars: Iterable[Car], *, haste: float) -> None:
        self._doors = doors
        self._moving_s, self._standing_s = MOVING_S / haste, STANDING_S / haste
        self._tokens = read_trackers(doors.data)
        self._read_at_s = time.monotonic()
        spread = Random(0)  # noqa: S311 - only so that not all report in the same moment
        now_s = time.monotonic()
        self._due = [(now_s + spread.random() * self._moving_s, n, car) for n, car in enumerate(cars)]
        heapq.heapify(self._due)
        self._turn: asyncio.Queue[Car] = asyncio.Queue()

    async def run(self) -> None:
        """Report until cancelled. A report that cannot be made is left out: a newer one comes soon."""
        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(self._work())
            while True:
                now_s = time.monotonic()
                while self._due and self._due[0][0] <= now_s:
                    self._begin(now_s)
                next_s = self._due[0][0] if self._due else now_s + NAP_S
                await asyncio.sleep(min(NAP_S, max(0.01, next_s - time.monotonic())))

    def _begin(self, now_s: float) -> None:
        due_s, n, car = heapq.heappop(self._due)
        car.step(now_s)
        # A car with an assignment reports often even before it sets out, so that its first metres are seen.
        often = car.on_call or car.report(now_s).moving
        every_s = self._moving_s if often else self._standing_s
        # After a long sleep of this machine nobody makes up for the reports that were missed.
        heapq.heappush(self._due, (max(due_s + every_s, now_s + every_s / 2), n, car))
        if self._turn.qsize() < len(self._due):
            self._turn.put_nowait(car)

    async def _work(self) -> None:
        while True:
            car = await self._turn.get()
            token = self._tokens.get(UnitId(car.unit_id))
            if token is None:
                self._read_again()
                continue
            status = await self._doors.knock(self._path(car, token))
            if status == 200:
                self._doors.tally.add("positions")
                continue
            self._doors.tally.problem(f"tracker_{status or 'no_answer'}", car.unit_id)
            if status == 403:
                self._read_again()

    def _path(self, car: Car, token: str) -> str:
        seen = car.report(time.monotonic())
        bearing = "" if seen.heading_deg is None else f"&bearing={seen.heading_deg:.0f}"
        speed_knots = seen.speed_m_per_s / M_PER_S_PER_KNOT
        return (
            f"/v1/tracker/osmand?id={token}&timestamp={time.time_ns() // 1_000_000}"
            f"&lat={seen.place.lat:.6f}&lon={seen.place.lon:.6f}&speed={speed_knots:.2f}{bearing}&accuracy=6"
        )

    def _read_again(self) -> None:
        """A server that begins anew has given its trackers other credentials."""
        if time.monotonic() - self._read_at_s > READ_TOKENS_EVERY_S:
            self._read_at_s = time.monotonic()
            self._tokens = read_trackers(self._doors.data)
