"""
The demo's officers: each sits at the handheld of one unit, answers offers, drives, works and clears.

What an officer does is drawn from the seed; when is real time. The handheld is the stream of the unit's own seat. When a person
takes the seat, the officer stands up, and tries now and then whether it is free again.
"""

import asyncio
import time
from math import log
from typing import Any

from nazdik.kernel import AssignmentId, IncidentId, UnitId
from nazdik.published.catalogue import KINDS
from nazdik.simulation.behaviour import Behaviour, Choice
from nazdik.simulation.chance import Chance
from nazdik.simulation.demo.cars import Car
from nazdik.simulation.demo.doors import Seat
from nazdik.simulation.demo.errands import Errands
from nazdik.simulation.demo.room import Room
from nazdik.simulation.demo.stream import News, SeatLost, Stream, View

TRY_SEAT_EVERY_S = 20.0
OFFERED = ("sent", "delivered", "sounded")
# A crew takes a break from duty about so often, for so long. Assumed.
BREAK_EVERY_S = 14_400.0
BREAK_S = (60.0, 180.0)
# Of those that end in an arrest or a transport, crews take people along in their own car. Assumed.
TAKES_ALONG = {"arrest": 0.8, "transported": 0.3}
SCENE_S_MIN = 20.0
# What makes alarms climb: incidents whose first offers nobody hears (a hole in the network), and crews that dawdle. Assumed.
UNHEARD_SHARE, UNHEARD_OFFERS = 0.03, 4
DAWDLE_SHARE, DAWDLE_S = 0.04, (90.0, 420.0)
# An officer in need, and how long until the officer is safe. Assumed, and far more often than in life.
EMERGENCY_SHARE, EMERGENCY_S = 0.004, (90.0, 240.0)
CREW_OF = {"car": 2, "motorcycle": 1, "van": 4}
_MINUTES = {kind.code: kind.minutes_on_scene for kind in KINDS}


class Crew:
    """One unit's officer."""

    def __init__(
        self,
        room: Room,
        car: Car,
        behaviour: Behaviour,
        chance: Chance,
        *,
        haste: float,
        ease: float,
        gate: asyncio.Semaphore,
    ) -> None:
        """
        Make an officer who has not sat down yet.

        Args:
            haste: Everything goes this many times faster; 1 is real.
            ease: Times on scene are divided by this too, so that a fleet can bear a multiple of its calls.
            gate: Lets so many officers sit down at a time.
        """
        self._room = room
        self._car = car
        self._unit = UnitId(car.unit_id)
        self._behaviour = behaviour
        self._chance = chance
        self._haste = haste
        self._ease = ease
        self._gate = gate
        self._tally = room.doors.tally
        self._seat = Seat(room.doors, f"officer:{self._unit}")
        self._stream = Stream(room.doors.address, self._seat, self._tally, self._heard, health=self._health)
        self._mission: tuple[str, asyncio.Task[Any]] | None = None
        self._answered: dict[str, str] = {}
        self._errands = Errands(self._tally)
        self._battery_from_s = time.monotonic()
        self._breaks = 0

    async def run(self) -> None:
        """Be this officer until cancelled."""
        while True:
            async with self._gate:
                seated = await self._seat.sit_down()
            if seated:
                self._car.patrols = True
                try:
                    await self._serve()
                except SeatLost:
                    self._tally.add("seats_yielded")
                finally:
                    self._stand_up()
            await asyncio.sleep(TRY_SEAT_EVERY_S)

    async def _serve(self) -> None:
        rests = self._errands.begin(self._take_breaks())
        try:
            await self._stream.follow()
        finally:
            rests.cancel()

    def _stand_up(self) -> None:
        self._car.patrols = False
        self._drop_mission()
        self._errands.drop()

    # What the handheld shows

    def _heard(self, news: News, fresh: bool) -> None:
        unit = self._stream.find("unit", self._unit)
        if unit is None:
            return
        if fresh and not unit["on_duty"]:
            self._errands.begin(self._start_duty(unit))
        if fresh and unit["emergency"] is not None:
            self._errands.begin(self._be_safe_again())
        assignment: AssignmentId | None = unit["assignment"]
        state = unit["assignment_state"]
        if self._mission is not None and self._mission[0] != assignment:
            self._drop_mission()
        if assignment is None or state == "reserved":
            return
        if self._mission is None:
            self._mission = (assignment, self._errands.begin(self._work_on(assignment, unit["incident"])))
        self._look_for_safety_check(assignment)

    def _drop_mission(self) -> None:
        if self._mission is not None:
            self._mission[1].cancel()
            self._mission = None

    def _find(self, assignment: AssignmentId) -> View | None:
        """Return the assignment as this handheld sees it."""
        unit = self._stream.find("unit", self._unit)
        incident = self._stream.find("incident", unit["incident"]) if unit is not None else None
        of_incident = incident["assignments"] if incident is not None else ()
        return next((a for a in of_incident if a["id"] == assignment), None)

    def _health(self) -> View:
        seen = self._car.report(time.monotonic())
        worked_h = (time.monotonic() - self._battery_from_s) / 3600
        return {
            "battery": round(max(0.2, 0.97 - 0.06 * worked_h), 2),
            "sound": "ok",
            "gps_age_s": 2 if seen.moving else 9,
            "app_version": "demo",
        }

    # What the officer does

    async def _work_on(self, assignment: AssignmentId, incident: IncidentId) -> None:
        view = self._find(assignment)
        state = view["state"] if view is not None else ""
        if state in OFFERED:
            if not await self._answer(assignment, incident):
                return
            state = "accepted"
        if state == "accepted":
            await self._sleep(self._turnout_s(assignment, incident))
            await self._act(assignment, "en-route")
            state = "en_route"
        if state == "en_route":
            await self._until_there(assignment)
            await self._sleep(self._behaviour.arrival_press_s(assignment))
            await self._act(assignment, "on-scene", count="on_scene")
        await self._work_there(assignment, incident, state)

    async def _answer(self, assignment: AssignmentId, incident: IncidentId) -> bool:
        """Let the handheld give its receipts, and answer the offer; return whether it was accepted."""
        reply = self._behaviour.reply(incident, self._unit)
        self._tally.add("offers")
        await self._act(assignment, "receipts", {"stage": "delivered"})
        await asyncio.sleep(0.2)
        await self._act(assignment, "receipts", {"stage": "sounded"})
        view = self._stream.find("incident", incident)
        offers = len(view["assignments"]) + view["offers_left_out"] if view is not None else 0
        unheard = offers <= UNHEARD_OFFERS and self._chance.happens(UNHEARD_SHARE, "unheard", incident)
        if reply.choice is Choice.SILENT or unheard:
            self._tally.add("silent")
            return False
        await self._sleep(reply.after_s - reply.sounded_s)
        if reply.choice is Choice.REFUSE:
            await self._act(assignment, "refuse", {"reason": reply.reason}, count="refused")
            return False
        return await self._act(assignment, "accept", count="accepted")

    def _turnout_s(self, assignment: AssignmentId, incident: IncidentId) -> float:
        if self._chance.happens(DAWDLE_SHARE, "dawdle", assignment):
            return self._chance.between(*DAWDLE_S, "dawdle for", assignment)
        return self._behaviour.turnout_s(incident, self._unit)

    async def _until_there(self, assignment: AssignmentId) -> None:
        # The car sets out when the room's screen says so, which is a moment after the handheld's.
        while (left_s := self._car.left_s(assignment, time.monotonic())) != 0.0:
            await asyncio.sleep(0.5 if left_s is None else min(5.0, left_s + 0.05))

    async def _work_there(self, assignment: AssignmentId, incident: IncidentId, state: str) -> None:
        view = self._stream.find("incident", incident)
        kind = view["kind"] if view is not None else None
        scene_s = self._behaviour.scene_s(incident, _MINUTES.get(kind or "", 25.0))
        before = [a for a in view["assignments"] if a["on_scene_at"] is not None] if view is not None else []
        if before and before[0]["id"] != assignment:
            scene_s *= self._behaviour.helper_share(incident, self._unit)
        disposition = self._behaviour.disposition(incident, kind)
        if self._chance.happens(EMERGENCY_SHARE, "emergency", assignment):
            self._errands.begin(self._call_for_help())
        if state != "transporting":
            await self._sleep(max(SCENE_S_MIN, scene_s / self._ease))
            if self._chance.happens(TAKES_ALONG.get(disposition, 0.0), "takes along", assignment):
                await self._act(assignment, "transport", count="transports")
                state = "transporting"
        if state == "transporting":
            await self._until_there(assignment)
            await self._sleep(15.0)
        await self._act(assignment, "clear", {"disposition": disposition}, count="cleared")

    def _look_for_safety_check(self, assignment: AssignmentId) -> None:
        view = self._find(assignment)
        asked_at = view["safety_asked_at"] if view is not None else None
        if asked_at is None or self._answered.get(assignment) == asked_at:
            return
        self._answered = {assignment: asked_at}
        self._errands.begin(self._say_all_is_well(assignment, asked_at))

    async def _say_all_is_well(self, assignment: AssignmentId, asked_at: str) -> None:
        nth = int(self._chance.uniform("nth", asked_at) * 1_000_000)
        after_s = self._behaviour.safety_answer_s(assignment, nth)
        if after_s is None:
            return  # nobody answers; the dispatcher hears the alarm
        await self._sleep(after_s)
        await self._act(assignment, "safety-check", count="safety_checks")

    # Emergencies

    async def _call_for_help(self) -> None:
        place = self._car.report(time.monotonic()).place
        if (await self._seat.act(f"/v1/units/{self._unit}/emergency", {"point": place})).ok:
            self._tally.add("emergencies")
            await self._be_safe_again()

    async def _be_safe_again(self) -> None:
        await self._sleep(self._chance.between(*EMERGENCY_S, "safe again", self._unit))
        await self._seat.act(f"/v1/units/{self._unit}/emergency/end")

    # Duty

    async def _start_duty(self, unit: View) -> None:
        await self._seat.act(f"/v1/units/{self._unit}/duty", {"on": True, "crew": CREW_OF.get(unit["kind"], 2)})

    async def _take_breaks(self) -> None:
        while True:
            self._breaks += 1
            draw = self._chance.uniform("break", self._unit, str(self._breaks))
            await self._sleep(-log(draw) * BREAK_EVERY_S)
            unit = self._stream.find("unit", self._unit)
            if unit is None or unit["assignment"] is not None or not unit["on_duty"]:
                continue
            ended = await self._seat.act(f"/v1/units/{self._unit}/duty", {"on": False})
            if ended.ok:
                self._tally.add("breaks")
                await self._sleep(self._chance.between(*BREAK_S, "break lasts", self._unit, str(self._breaks)))
                await self._start_duty(unit)

    # Inside

    async def _act(self, assignment: AssignmentId, act: str, body: Any = None, *, count: str = "") -> bool:
        """Do it to the end, though the stream may tell of its effect, and end the mission, before the door answers."""
        return bool(await asyncio.shield(self._errands.begin(self._press(assignment, act, body, count))))

    async def _press(self, assignment: AssignmentId, act: str, body: Any, count: str) -> bool:
        path = f"/v1/assignments/{assignment}/{act}"
        answer = await self._seat.act(path, {} if body is None else body)
        if answer.ok and count:
            self._tally.add(count)
        return answer.ok

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self._haste)
