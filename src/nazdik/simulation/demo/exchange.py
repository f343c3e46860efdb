"""
The demo's telephone exchange and its call-takers.

Callers ring through the exchange's seat. Call-takers answer after some seconds, type what they hear in two steps, and classify or
close; a person who sits at the call-taker's seat may answer first, and gets every third call to himself for a while. Nobody
speaks in a demo: what a caller would say comes with the call, as words.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from math import cos, log, radians
from typing import Any

from nazdik.intake.model import Outcome
from nazdik.kernel import Instant, LonLat
from nazdik.simulation.callers import CallScript
from nazdik.simulation.chance import Chance
from nazdik.simulation.demand import CALLS_PER_DAY_KHUZESTAN, HOURLY_SHARES, Demand
from nazdik.simulation.demo.cars import METRES_PER_DEGREE
from nazdik.simulation.demo.errands import Errands
from nazdik.simulation.demo.room import Persons, Room
from nazdik.simulation.words import WORDS

# All numbers below are assumed. Iran keeps +03:30 all year.
LOCAL_OFFSET_S = 12_600
ANSWER_S = (2.0, 8.0)
PERSONS_SHARE = 3
PERSONS_TIME_S = 25.0
FIRST_WORDS_S = (1.5, 4.0)
PLACE_S = (2.0, 6.0)
TALK_S = (3.0, 13.0)
CLOSE_S = (5.0, 20.0)
HANGS_UP_S = (2.0, 10.0)
# A device tells where it is in some calls, the network roughly in others, and the rest is asked for.
DEVICE_SHARE, NETWORK_SHARE = 0.55, 0.3
DEVICE_M, NETWORK_M = (20.0, 0.7), (600.0, 0.5)
CHANNELS: tuple[tuple[str, float], ...] = (("telephone", 0.92), ("app", 0.05), ("sms", 0.03))
BURST_SHARE, BURST_CALLERS, BURST_S = 0.06, (2, 5), (4.0, 45.0)
TALKING_MAX = 60
# A demo at night is not asleep: no hour has less than this part of an average hour's calls.
HOUR_LEAST = 0.6

NO_MISSION_WORDS: dict[Outcome, tuple[str, ...]] = {
    Outcome.ADVICE: (
        "گواهینامه‌ام گم شده، باید چه کار کنم؟",
        "برای شکایت از همسایه به کجا مراجعه کنم؟",
        "ساعت کار کلانتری چند تا چند است؟",
    ),
    Outcome.HOAX: ("می‌خندد و قطع می‌کند.",),
    Outcome.WRONG_NUMBER: ("ببخشید، اشتباه گرفتم.",),
    Outcome.NOT_POLICE: ("برق محله رفته است.", "آب قطع است، به کجا زنگ بزنم؟"),
    Outcome.ABANDONED: ("",),
}


@dataclass(frozen=True, slots=True)
class _Ringing:
    """One caller: the script, the words, and the call of the first caller about the same event."""

    script: CallScript
    number: int
    words: str
    place: str
    first: "asyncio.Future[str] | None" = None


class Exchange:
    """One province's callers and call-takers."""

    def __init__(
        self, room: Room, persons: Persons, chance: Chance, *, multiple: float, share: float, haste: float
    ) -> None:
        """
        Make an exchange nobody has rung yet.

        Args:
            multiple: Calls as a multiple of Khuzestan's 2,530 a day.
            share: The part of them that rings here.
        """
        self._room = room
        self._persons = persons
        self._chance = chance
        self._haste = haste
        self._demand = Demand(multiple * share * CALLS_PER_DAY_KHUZESTAN)
        self._tally = room.doors.tally
        self._errands = Errands(self._tally)
        self._rung = 0

    async def run(self) -> None:
        """Let callers ring until cancelled."""
        try:
            while True:
                await asyncio.sleep(self._gap_s())
                if len(self._errands) < TALKING_MAX:
                    self._rung += 1
                    self._errands.begin(self._event(self._rung))
        finally:
            self._errands.drop()

    def _gap_s(self) -> float:
        """Seconds to the next event: exponential, at the rate of this hour; some events bring several callers."""
        hour = int((time.time() + LOCAL_OFFSET_S) // 3600) % 24
        callers = 1.0 + BURST_SHARE * self._demand.mix.mission_share * (sum(BURST_CALLERS) / 2 - 1)
        share = max(HOURLY_SHARES[hour], HOUR_LEAST / 24)
        per_s = self._demand.calls_per_day * share / 3600.0 / callers
        return -log(self._chance.uniform("gap", self._room.province, str(self._rung))) / per_s

    # Callers

    async def _event(self, n: int) -> None:
        terrain, name = self._room.terrain, f"{self._room.province}.{n}"
        at = Instant(int(datetime.now(UTC).timestamp() * 1_000_000))
        script = self._demand.call(terrain.ground, terrain.streets, self._chance, at, name)
        place = await self._in_words(script.point)
        if script.kind is None or not self._chance.happens(BURST_SHARE, "burst", name):
            await self._caller(_Ringing(script, n, self._words(script, place), place))
            return
        first: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        more = int(self._chance.between(BURST_CALLERS[0] - 1, BURST_CALLERS[1], "burst callers", name))
        for other in range(1, more + 1):
            self._errands.begin(self._another(script, n, other, place, first))
        self._tally.add("bursts")
        await self._caller(_Ringing(script, n, self._words(script, place), place), first)

    async def _another(self, script: CallScript, n: int, other: int, place: str, first: "asyncio.Future[str]") -> None:
        """Somebody else calls about the same event, a little later and from a little further away."""
        name = f"{self._room.province}.{n}.{other}"
        await self._sleep(self._chance.between(*BURST_S, "burst after", name))
        at = Instant(script.at)
        stranger = self._demand.call(self._room.terrain.ground, self._room.terrain.streets, self._chance, at, name)
        sentences = WORDS[script.kind or "other"]
        words = sentences[int(self._chance.uniform("words", name) * len(sentences))]
        seen = CallScript(
            stranger.call_id, at, script.kind, self._beside(script.point, 60.0, name), stranger.number, words=words
        )
        await self._caller(_Ringing(seen, n * 100 + other, self._words(seen, place), place, first))

    async def _in_words(self, point: LonLat) -> str:
        path = f"/v1/places/reverse?lon={point.lon:.6f}&lat={point.lat:.6f}&province={self._room.province}"
        place = (await self._room.exchange.get(path)).body.get("place")
        return str(place["label_fa"]) if place else ""

    def _words(self, script: CallScript, place: str) -> str:
        if script.kind is None:
            sentences = NO_MISSION_WORDS.get(script.outcome or Outcome.ADVICE, ("",))
            return sentences[int(self._chance.uniform("words", script.call_id) * len(sentences))]
        return f"{script.words} {place}." if place else script.words

    async def _caller(self, ringing: _Ringing, told: "asyncio.Future[str] | None" = None) -> None:
        """Ring, and see it through; `told` learns the incident."""
        call = await self._ring(ringing)
        try:
            if call is not None:
                await self._attend(call, ringing, told)
        finally:
            if told is not None and not told.done():
                told.cancel()

    async def _ring(self, ringing: _Ringing) -> str | None:
        script, chance = ringing.script, self._chance
        names, weights = zip(*CHANNELS, strict=True)
        body: dict[str, Any] = {
            "channel": chance.pick(names, weights, "channel", script.call_id),
            "number": script.number,
            "narrative": ringing.words,
        }
        draw = chance.uniform("location", script.call_id)
        if draw < DEVICE_SHARE:
            body["accuracy_m"] = round(chance.log_normal(*DEVICE_M, "accuracy", script.call_id))
            body["point"] = self._beside(script.point, body["accuracy_m"], script.call_id)
        answer = await self._room.exchange.act("/v1/calls", body)
        call = answer.body.get("call_id") if answer.ok else None
        if call is None:
            return None
        self._tally.add("calls")
        if DEVICE_SHARE <= draw < DEVICE_SHARE + NETWORK_SHARE:
            accuracy_m = round(chance.log_normal(*NETWORK_M, "accuracy", script.call_id))
            point = self._beside(script.point, accuracy_m / 2, script.call_id)
            seen = {"source": "network", "point": point, "accuracy_m": accuracy_m}
            await self._room.exchange.act(f"/v1/calls/{call}/locations", seen)
        return str(call)

    # Call-takers

    async def _attend(self, call: str, ringing: _Ringing, told: "asyncio.Future[str] | None") -> None:
        taker, script = self._room.taker, ringing.script
        if script.outcome is Outcome.ABANDONED:
            await self._sleep(self._between(*HANGS_UP_S, "hangs up", call))
            if (await taker.act(f"/v1/calls/{call}/close", {"outcome": Outcome.ABANDONED.value})).ok:
                self._tally.add("abandoned")
            return
        if not await self._pick_up(call, ringing.number):
            return
        path = f"/v1/calls/{call}"
        if script.kind is None:
            await self._sleep(self._between(*CLOSE_S, "close", call))
            outcome = script.outcome or Outcome.ADVICE
            if (await taker.act(f"{path}/close", {"outcome": outcome.value})).ok:
                self._tally.add("no_mission")
            return
        await self._sleep(self._between(*FIRST_WORDS_S, "first words", call))
        if ringing.first is not None and await self._link(call, ringing.first):
            return
        draft: dict[str, Any] = {"kind": script.kind, "narrative": ringing.words}
        await taker.act(f"{path}/draft", draft)
        await self._sleep(self._between(*PLACE_S, "place", call))
        draft |= {"point": script.point, "place": ringing.place}
        await taker.act(f"{path}/draft", draft)
        await self._sleep(self._between(*TALK_S, "talk", call))
        answer = await taker.act(f"{path}/classification", draft)
        if answer.ok:
            self._tally.add("classified")
            if told is not None and answer.body.get("incident_id"):
                told.set_result(answer.body["incident_id"])

    async def _pick_up(self, call: str, number: int) -> bool:
        """Answer, unless a person did; a person at the seat gets time for every third call."""
        wait_s = self._between(*ANSWER_S, "answer", call)
        if number % PERSONS_SHARE == 0 and self._persons.at(self._room.taker.name):
            wait_s = PERSONS_TIME_S
        await self._sleep(wait_s)
        view = self._room.find("call", call)
        if view is not None and view["state"] != "ringing":
            self._tally.add("answered_by_person")
            return False
        return (await self._room.taker.act(f"/v1/calls/{call}/answer")).ok

    async def _link(self, call: str, first: "asyncio.Future[str]") -> bool:
        """Link a further caller to what the first one told; False when that became no incident."""
        try:
            incident = await asyncio.shield(first)
        except asyncio.CancelledError:
            if first.cancelled():
                return False
            raise
        linked = await self._room.taker.act(f"/v1/calls/{call}/link", {"incident": incident})
        if linked.ok:
            self._tally.add("linked")
        return linked.ok

    # Inside

    def _beside(self, point: LonLat, spread_m: float, name: str) -> LonLat:
        east, north = (self._chance.normal("beside", side, name) * spread_m / METRES_PER_DEGREE for side in "en")
        return LonLat(round(point.lon + east / cos(radians(point.lat)), 6), round(point.lat + north, 6))

    def _between(self, low: float, high: float, what: str, call: str) -> float:
        return self._chance.between(low, high, what, call)

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._haste)
