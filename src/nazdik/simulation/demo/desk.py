"""
The demo's dispatchers: some alarms are taken, many are left to climb so that the tiers see them; now and then an incident is
called off, moved, made more urgent, given to another office or watched. While a person sits at the desk, the demo's dispatcher
leaves incidents alone and takes only what nobody took for minutes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from math import cos, radians

from nazdik.kernel import LonLat, OfficeId
from nazdik.published.offices import Tier
from nazdik.simulation.chance import Chance
from nazdik.simulation.demo.cars import METRES_PER_DEGREE
from nazdik.simulation.demo.errands import Errands
from nazdik.simulation.demo.room import Persons, Room
from nazdik.simulation.demo.stream import News, View

# All assumed.
TAKEN_SHARE, TAKEN_S = 0.35, (10.0, 60.0)
LEFT_S = (300.0, 480.0)
VOICE_S = (60.0, 150.0)
PANIC_S = (8.0, 25.0)
# What happens to an incident now and then: its share, and how long after it was classified.
ACTS: tuple[tuple[str, float], ...] = (
    ("cancel", 0.015),
    ("priority", 0.03),
    ("place", 0.03),
    ("note", 0.05),
    ("monitor", 0.03),
    ("delegate", 0.015),
)
ACT_AFTER_S = (15.0, 120.0)
TAKE_BACK_S = (120.0, 300.0)
MOVED_M = (150.0, 600.0)
NOTES = (
    "تماس‌گیرنده می‌گوید هنوز همان‌جا هستند.",
    "تماس دوم با شمارهٔ تماس‌گیرنده برقرار نشد.",
    "ورودی کوچه بسته است، از سمت شمال وارد شوید.",
    "آمبولانس هم خبر شده است.",
)


class Desk:
    """One province's dispatcher."""

    def __init__(self, room: Room, persons: Persons, chance: Chance, *, haste: float) -> None:
        """Listen to the room's screen; nothing is done before `run`."""
        self._room = room
        self._persons = persons
        self._chance = chance
        self._haste = haste
        self._tally = room.doors.tally
        self._errands = Errands(self._tally)
        self._seen: dict[str, None] = {}
        self._began_s = time.time()
        room.listeners.append(self._heard)

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            await asyncio.Event().wait()
        finally:
            self._room.listeners.remove(self._heard)
            self._errands.drop()

    def _heard(self, news: News) -> None:
        for kind, item_id, view in news:
            if view is None:
                continue
            if kind == "alarm" and view["acknowledged_at"] is None and self._is_new(f"{item_id}@{view['raised_at']}"):
                self._errands.begin(self._consider(item_id))
            elif kind == "incident" and _is_open(view) and self._is_new(item_id):
                self._errands.begin(self._meddle(item_id))

    def _is_new(self, what: str) -> bool:
        if what in self._seen:
            return False
        self._seen[what] = None
        while len(self._seen) > 20_000:
            del self._seen[next(iter(self._seen))]
        return True

    # Alarms

    async def _consider(self, alarm: str) -> None:
        """Take an alarm soon, or not before it has climbed to the top; a missed safety check is answered by voice."""
        view = self._room.find("alarm", alarm)
        if view is None:
            return
        name = f"{alarm}@{view['raised_at']}"
        taken = self._chance.happens(TAKEN_SHARE, "take", name) and not self._person_sits_here
        if view["cause"] == "safety_check":
            await self._by_voice(alarm, view, name)
            return
        if view["cause"] == "panic" and not self._person_sits_here:
            await self._sleep(self._chance.between(*PANIC_S, "panic", name))
            await self._room.dispatcher.act(f"/v1/units/{view['unit']}/emergency/acknowledge")
            await self._take(alarm)
            return
        await self._sleep(self._chance.between(*(TAKEN_S if taken else LEFT_S), "take after", name))
        await self._take(alarm)

    async def _take(self, alarm: str) -> None:
        view = self._room.find("alarm", alarm)
        if view is None or view["acknowledged_at"] is not None:
            return
        if (await self._room.dispatcher.act(f"/v1/alarms/{alarm}/acknowledge")).ok:
            self._tally.add("alarms_taken")

    async def _by_voice(self, alarm: str, view: View, name: str) -> None:
        await self._sleep(self._chance.between(*VOICE_S, "voice", name))
        await self._take(alarm)
        incident = self._room.find("incident", view["incident"])
        for assignment in incident["assignments"] if incident is not None else ():
            if assignment["unit"] == view["unit"] and assignment["state"] in ("on_scene", "transporting"):
                await self._room.dispatcher.act(f"/v1/assignments/{assignment['id']}/safety-check", {})

    # Incidents

    async def _meddle(self, incident: str) -> None:
        acts, shares = zip(*ACTS, strict=True)
        act = self._chance.pick(("", *acts), (1.0 - sum(shares), *shares), "meddle", incident)
        if not act:
            return
        await self._sleep(self._chance.between(*ACT_AFTER_S, "meddle after", incident))
        view = self._room.find("incident", incident)
        if view is None or not _is_open(view) or self._person_sits_here:
            return
        do: dict[str, Callable[[str, View], Awaitable[bool]]] = {
            "cancel": self._cancel,
            "priority": self._raise_priority,
            "place": self._move,
            "note": self._note,
            "monitor": self._monitor,
            "delegate": self._delegate,
        }
        if await do[act](incident, view):
            self._tally.add(f"did_{act}")

    async def _cancel(self, incident: str, view: View) -> bool:
        if view["status"] == "ResourcesOnscene":
            return False
        return await self._act(incident, "cancel", {"reason": "تماس‌گیرنده انصراف داد"})

    async def _raise_priority(self, incident: str, view: View) -> bool:
        if (view["priority"] or 1) <= 1:
            return False
        return await self._act(incident, "priority", {"priority": view["priority"] - 1, "reason": "تماس دوم"})

    async def _move(self, incident: str, view: View) -> bool:
        if view["point"] is None:
            return False
        lon, lat = view["point"]
        away_m = self._chance.between(*MOVED_M, "away", incident)
        side = 1 if self._chance.happens(0.5, "side", incident) else -1
        east = side * away_m / METRES_PER_DEGREE / cos(radians(lat))
        spot = self._room.terrain.roads.spot(LonLat(lon + east, lat))
        if spot is None:
            return False
        return await self._act(incident, "place", {"point": spot.place, "place": view["place"]})

    async def _note(self, incident: str, _view: View) -> bool:
        text = NOTES[int(self._chance.uniform("note", incident) * len(NOTES))]
        return await self._act(incident, "notes", {"text": text})

    async def _monitor(self, incident: str, view: View) -> bool:
        other = self._other_office(incident, view)
        return other is not None and await self._act(incident, "taskings", {"act": "monitor", "office": other})

    async def _delegate(self, incident: str, view: View) -> bool:
        other = self._other_office(incident, view)
        if other is None or not await self._act(incident, "taskings", {"act": "delegate", "office": other}):
            return False
        if self._chance.happens(0.5, "take back", incident):
            self._errands.begin(self._take_back(incident, other))
        return True

    async def _take_back(self, incident: str, office: str) -> None:
        await self._sleep(self._chance.between(*TAKE_BACK_S, "take back after", incident))
        view = self._room.find("incident", incident)
        if view is not None and _is_open(view):
            await self._act(incident, "taskings", {"act": "take_back", "office": office})

    def _other_office(self, incident: str, view: View) -> str | None:
        """Return another station of the incident's county, or None when there is none."""
        offices = self._room.terrain.ground.offices
        own = offices.find_office(OfficeId(view["station"] or ""))
        has_it = {tasking["office"] for tasking in view["offices"]}
        sisters = [
            office.id
            for office in offices.list_offices()
            if office.tier is Tier.STATION
            and own is not None
            and office.parent_id == own.parent_id
            and office.id not in has_it
        ]
        return sisters[int(self._chance.uniform("office", incident) * len(sisters))] if sisters else None

    # Inside

    @property
    def _person_sits_here(self) -> bool:
        return self._persons.at(self._room.dispatcher.name)

    async def _act(self, incident: str, act: str, body: View) -> bool:
        return (await self._room.dispatcher.act(f"/v1/incidents/{incident}/{act}", body)).ok

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._haste)


def _is_open(incident: View) -> bool:
    return not incident["draft"] and incident["status"] not in ("Closed", "Cancelled")
