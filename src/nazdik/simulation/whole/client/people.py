"""People at work: callers, call-takers, dispatchers, crews. They do what their faces show, with the mistakes that people make."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from nazdik.kernel import Instant, LonLat, rfc3339
from nazdik.organisation.model import Posting
from nazdik.simulation.whole.client.face import Face, is_retryable
from nazdik.simulation.whole.client.outbox import Entry, Keep, Outbox, Reply
from nazdik.simulation.whole.clocks import BEGINS_US
from nazdik.simulation.whole.ledger import Fix
from nazdik.simulation.whole.network import Silence
from nazdik.simulation.whole.town import HEIGHT, WIDTH, corner

KINDS = ("noise", "fight", "theft_now", "crash_damage", "shooting", "welfare_check", "fraud", "crash_injury")
STATIONS = ("town.w.1", "town.w.2", "town.e.1", "town.e.2")
ENDED = ("Closed", "Cancelled")


@dataclass(slots=True)
class Manners:
    """How people behave; drawn for each seed, and calm while everything heals."""

    meddle: float = 0.1
    refuse: float = 0.05
    ignore: float = 0.05
    reload: float = 0.0
    panic: float = 0.0
    bad_fix: float = 0.0
    again: float = 0.0
    calm: bool = False


def somewhere(chance: Random) -> LonLat:
    """Return a place in the town."""
    return corner(round(chance.random() * (WIDTH - 1), 3), round(chance.random() * (HEIGHT - 1), 3))


class Caller:
    """Somebody with a page of ours open, or on the telephone: says it again until told that we have it."""

    def __init__(self, face: Face, number: int, *, by_page: bool, line: str = "", place: LonLat | None = None) -> None:
        self._face = face
        self._number = number
        self._by_page = by_page
        # Who redials has one line for all of it; who saw what others saw stands where they stand.
        self._line = line or f"0912{number:07d}"
        self._place = place

    async def call(self) -> None:
        """Call."""
        face, place = self._face, self._place or somewhere(self._face.chance)
        # Some say much: what they say lies in several sectors of a disk, of which a power cut may leave any.
        words = f"word{self._number:06d}" + " and more" * (self._number * 37 % 5 * 30)
        face.ledger.called[words] = face.now_s
        if self._by_page:
            face.ledger.by_page.add(words)
        secret = f"{self._number:022d}"
        for attempt in range(400):
            if self._by_page:
                body = {"lon": place.lon, "lat": place.lat, "words": words}
                status, _ = await face.attempt("/v1/sos", body, f"page{self._number}", {"Nazdik-Page": secret})
                done = status == 202
            else:
                said = {"number": self._line, "narrative": words, "point": [place.lon, place.lat]}
                status, _ = await face.attempt("/v1/calls", said, f"call{self._number}")
                done = status == 201
            if done:
                face.ledger.acknowledged.setdefault(words, face.now_s)
                return
            await asyncio.sleep(min(10.0, 0.5 * 2 ** min(attempt, 5)))
        raise AssertionError(f"{words} could not be said")


class CallTaker:
    """Answers what rings, classifies it, sometimes links it to what is known or closes it."""

    def __init__(self, face: Face, manners: Manners) -> None:
        self.face = face
        self._manners = manners
        self._tried: dict[str, float] = {}

    async def work(self) -> None:
        """Work for ever."""
        face, chance = self.face, self.face.chance
        while True:
            await asyncio.sleep(2.0 + 3.0 * chance.random())
            for call in face.stream.world.all("call"):
                if call["state"] == "ringing" and self._may_try(call["id"]):
                    status, _ = await face.command(f"/v1/calls/{call['id']}/answer", {})
                    if status == 200:
                        await asyncio.sleep(3.0 + 10.0 * chance.random())
                        await self._settle(call)
                    break
                if call["state"] == "answered" and self._may_try(call["id"], 60.0):
                    await self._settle(call)
                    break

    def _may_try(self, call_id: str, pause_s: float = 20.0) -> bool:
        last = self._tried.get(call_id, -1e9)
        if self.face.now_s - last < pause_s:
            return False
        self._tried[call_id] = self.face.now_s
        return True

    async def _settle(self, call: dict[str, Any]) -> None:
        face, chance = self.face, self.face.chance
        path = f"/v1/calls/{call['id']}"
        place = call["point"] or list(somewhere(chance))
        draw = chance.random()
        open_now = [i for i in face.stream.world.all("incident") if i["status"] not in ENDED]
        same = [i for i in open_now if call["point"] and i["point"] == call["point"]]
        if same:
            # They ring about what others rang about.
            await face.command(f"{path}/link", {"incident": same[0]["id"]})
        elif draw < 0.10:
            await face.command(f"{path}/close", {"outcome": chance.choice(["advice", "hoax", "not_police"])})
        elif draw < 0.25 and open_now:
            await face.command(f"{path}/link", {"incident": chance.choice(open_now)["id"]})
        else:
            if draw < 0.6:
                await face.command(f"{path}/draft", {"kind": chance.choice(KINDS), "point": place})
            await face.command(
                f"{path}/classification", {"kind": chance.choice(KINDS), "point": place, "narrative": "said"}
            )


class Dispatcher:
    """Takes alarms, sends by hand when nobody goes, closes what is done, and gets in the way of others now and then."""

    def __init__(self, face: Face, manners: Manners) -> None:
        self.face = face
        self._manners = manners
        self._tried: dict[str, float] = {}

    async def work(self) -> None:
        """Work for ever."""
        face, chance = self.face, self.face.chance
        while True:
            await asyncio.sleep(3.0 + 4.0 * chance.random())
            world = face.stream.world
            for alarm in world.all("alarm"):
                if alarm["acknowledged_at"] is None and self._may_try(alarm["id"]):
                    await face.command(f"/v1/alarms/{alarm['id']}/acknowledge", {})
                    break
            incidents = [i for i in world.all("incident") if i["status"] not in ENDED]
            for incident in incidents:
                if incident["status"] == "ReportPending" and self._may_try(incident["id"], 30.0):
                    await face.command(f"/v1/incidents/{incident['id']}/close", {"disposition": "settled_on_scene"})
                    break
                if incident["draft"] and self._may_try(f"draft {incident['id']}", 300.0):
                    # A draft whose call was lost sight of is nobody's: it is called off.
                    if self._manners.calm:
                        await face.command(f"/v1/incidents/{incident['id']}/cancel", {"reason": "nothing"})
                    break
                if incident["waiting_reason"] and self._may_try(incident["id"], 60.0):
                    await self._send(incident)
                    break
            for unit in world.all("unit"):
                if unit["emergency"] is not None and self._may_try(f"panic {unit['id']}", 20.0):
                    if unit["emergency"].get("acknowledged_at") is None:
                        await face.command(f"/v1/units/{unit['id']}/emergency/acknowledge", {})
                    elif chance.random() < 0.5:
                        await face.command(f"/v1/units/{unit['id']}/emergency/end", {})
                    break
            if incidents and not self._manners.calm and chance.random() < self._manners.meddle:
                await self._meddle(chance.choice(incidents))

    def _may_try(self, what: str, pause_s: float = 20.0) -> bool:
        if self.face.now_s - self._tried.get(what, -1e9) < pause_s:
            return False
        self._tried[what] = self.face.now_s
        return True

    async def _send(self, incident: dict[str, Any]) -> None:
        free = [u for u in self.face.stream.world.all("unit") if u["on_duty"] and u["assignment"] is None]
        if free:
            unit = self.face.chance.choice(free)["id"]
            await self.face.command(f"/v1/incidents/{incident['id']}/assignments", {"units": [unit]})

    async def _meddle(self, incident: dict[str, Any]) -> None:
        face, chance = self.face, self.face.chance
        path = f"/v1/incidents/{incident['id']}"
        draw = chance.randrange(10)
        if draw <= 2:
            units = face.stream.world.all("unit")
            if units:
                body = {"units": [chance.choice(units)["id"]], "divert": chance.random() < 0.3}
                await face.command(f"{path}/assignments", body)
        elif draw == 3:
            running = [a for a in incident["assignments"] if a["ended_at"] is None]
            if running:
                await face.command(f"/v1/assignments/{chance.choice(running)['id']}/withdraw", {"reason": "other"})
        elif draw == 4:
            await face.command(f"{path}/priority", {"priority": chance.randint(1, 5)})
        elif draw == 5:
            place = somewhere(chance)
            await face.command(f"{path}/place", {"point": [place.lon, place.lat], "place": "there"})
        elif draw == 6:
            act = chance.choice(["delegate", "take_back", "pass_on", "monitor", "stop_monitoring"])
            await face.command(f"{path}/taskings", {"act": act, "office": chance.choice(STATIONS)})
        elif draw == 8:
            await face.command(f"{path}/close", {"disposition": "settled_on_scene"})
        elif draw == 7:
            await face.command(f"{path}/cancel", {"reason": "called off"})
        else:
            await face.command(f"{path}/notes", {"text": "more words"})


class Crew:
    """A patrol with a handheld: goes where it is sent, by its own clock; the outbox keeps what it does."""

    def __init__(self, face: Face, unit: str, manners: Manners, clock_off_s: float) -> None:
        self.face = face
        self.unit = unit
        self._manners = manners
        self._off_s = clock_off_s
        self.keep = Keep()
        self.outbox = Outbox(_OutboxAround(self), self.keep, unit)
        self.at = somewhere(face.chance)
        self._goal: tuple[LonLat, LonLat, float, float] | None = None
        self._done: dict[str, float] = {}
        self._was_live = False
        self._no_fix_until_s = 0.0
        face.stream.on_news(self._news)

    @property
    def device_ms(self) -> float:
        """What the handheld's clock says."""
        return BEGINS_US / 1000 + (self.face.now_s + self._off_s) * 1000

    def _news(self) -> None:
        stream = self.face.stream
        if stream.commands_heard:
            heard, stream.commands_heard = stream.commands_heard, []
            self.outbox.confirm(heard)
        if stream.is_live and not self._was_live:
            self.outbox.link_came_up()
        self._was_live = stream.is_live

    async def work(self) -> None:
        """Be on duty for ever."""
        face, chance = self.face, self.face.chance
        self.outbox.start()
        beat_s = 0.0
        while True:
            await asyncio.sleep(2.0 + 2.0 * chance.random())
            self._was_live = self._was_live and face.stream.is_live
            for refused in self.outbox.refused:
                self.outbox.dismiss(refused.id)
            self.outbox.refused.clear()
            if face.now_s - beat_s > 15.0:
                beat_s = face.now_s
                face.stream.send({"t": "health", "sound": "ok", "battery": 0.8, "gps_age_s": 1, "app_version": "s"})
                await self._report_position()
            if not self._manners.calm and chance.random() < self._manners.reload:
                self._reload()
            own = face.stream.world.get("unit", self.unit)
            if own is not None:
                self._act(own)

    def _act(self, own: dict[str, Any]) -> None:
        if not own["on_duty"]:
            self._once("duty", "duty", f"/v1/units/{self.unit}/duty", {"on": True}, again_s=60.0)
            return
        if own["emergency"] is not None and self._manners.calm:
            self._once("safe", "emergency_end", f"/v1/units/{self.unit}/emergency/end", {}, again_s=60.0)
        for incident in self.face.stream.world.all("incident"):
            for assignment in incident["assignments"]:
                if assignment["unit"] == self.unit and assignment["ended_at"] is None:
                    self._work_on(incident, assignment)
        if not self._manners.calm and self.face.chance.random() < self._manners.meddle * 0.02:
            # The shift is over, whatever else goes on.
            self.outbox.add("duty", f"/v1/units/{self.unit}/duty", {"on": False}, self.unit)
        if not self._manners.calm and self.face.chance.random() < self._manners.panic:
            self.outbox.add("emergency", f"/v1/units/{self.unit}/emergency", {}, self.unit)

    def _work_on(self, incident: dict[str, Any], assignment: dict[str, Any]) -> None:
        chance, id_ = self.face.chance, assignment["id"]
        path, state = f"/v1/assignments/{id_}", assignment["state"]
        if state in ("sent", "delivered", "sounded"):
            if state == "sent":
                self._once(f"{id_} delivered", "receipt", f"{path}/receipts", {"stage": "delivered"})
                self._once(f"{id_} sounded", "receipt", f"{path}/receipts", {"stage": "sounded"})
            draw = chance.random()
            calm = self._manners.calm
            if not calm and f"{id_} answer" not in self._done and draw < self._manners.ignore:
                # Some notice late, others never.
                self._done[f"{id_} answer"] = self.face.now_s + (600.0 if draw < self._manners.ignore / 2 else 0.0)
            elif not calm and draw < self._manners.ignore + self._manners.refuse:
                self._once(f"{id_} answer", "refuse", f"{path}/refuse", {"reason": "vehicle_fault"})
            else:
                self._once(f"{id_} answer", "accept", f"{path}/accept", {"en_route": chance.random() < 0.5})
        elif state == "accepted":
            self._once(f"{id_} drive", "en_route", f"{path}/en-route", {})
        elif state == "en_route":
            self._drive(incident, assignment)
            since = self._done.setdefault(f"{id_} since", self.face.now_s)
            wait_s = min(60.0 if self._manners.calm else 400.0, assignment["travel_time_s"] or 60.0)
            if self.face.now_s - since > wait_s:
                self._once(f"{id_} there", "on_scene", f"{path}/on-scene", {})
        elif state in ("on_scene", "transporting"):
            since = self._done.setdefault(f"{id_} there since", self.face.now_s)
            if assignment["safety_asked_at"] is not None:
                asked = f"{id_} safe {assignment['safety_asked_at']}"
                self._once(asked, "safety_check", f"{path}/safety-check", {})
            if self.face.now_s - since > (30.0 if self._manners.calm else 120.0 + 600.0 * _share(id_)):
                self._once(f"{id_} clear", "clear", f"{path}/clear", {"disposition": "settled_on_scene"})

    def _once(self, what: str, action: str, path: str, body: dict[str, Any], *, again_s: float = 45.0) -> None:
        """Do something, and again only when the state has not moved for long."""
        if self.face.now_s - self._done.get(what, -1e9) < again_s:
            return
        self._done[what] = self.face.now_s
        stamped = {**body, "device_at": _rfc3339(self.device_ms)} if path.startswith("/v1/assignments") else body
        self.outbox.add(action, path, stamped, path.split("/")[3])

    def _drive(self, incident: dict[str, Any], assignment: dict[str, Any]) -> None:
        if incident["point"] is not None:
            to = LonLat(*incident["point"])
            if self._goal is None or self._goal[1] != to:
                self._goal = (self.at, to, self.face.now_s, min(400.0, assignment["travel_time_s"] or 60.0))
            start, end, since, length_s = self._goal
            share = min(1.0, (self.face.now_s - since) / max(1.0, length_s))
            self.at = LonLat(start.lon + (end.lon - start.lon) * share, start.lat + (end.lat - start.lat) * share)

    async def _report_position(self) -> None:
        face, chance = self.face, self.face.chance
        lon, lat, mock, age_s = self.at.lon, self.at.lat, False, 0.0
        honest = True
        if not self._manners.calm and face.now_s < self._no_fix_until_s:
            return
        if not self._manners.calm and chance.random() < self._manners.bad_fix:
            honest = False
            fault = chance.randrange(6)
            if fault == 5:
                # A garage: the handheld is well and hears no satellite for minutes.
                self._no_fix_until_s = face.now_s + 400.0 * chance.random()
                return
            if fault == 0:
                lon, lat = 0.0, 0.0
            elif fault == 1:
                lon, lat = lat, lon
            elif fault == 2:
                lon += 0.4
            elif fault == 3:
                lon, mock = lon + 0.002 + 0.002 * chance.random(), True
            else:
                age_s = 7200.0
        at_ms = BEGINS_US / 1000 + (face.now_s - age_s) * 1000
        body = [{"lon": lon, "lat": lat, "at": _rfc3339(at_ms), "mock": mock}]
        face.ledger.fixes.setdefault(self.unit, []).append(Fix(self.unit, lon, lat, face.now_s - age_s, honest))
        try:
            await face.network.request(face.link, "POST", "/v1/positions", json.dumps(body).encode(), timeout_s=5.0)
        except Silence:
            return

    def _reload(self) -> None:
        """The page is loaded anew: what is in memory is gone, what was stored is not."""
        self.face.network.trace.note("reload", self.face.name)
        self.outbox.stop()
        self.face.stream.stop()
        self.face.stream = self.face._new_stream()
        self.face.stream.on_news(self._news)
        self.face.stream.start()
        self.outbox = Outbox(_OutboxAround(self), self.keep, self.unit)
        self.outbox.start()


class Thief:
    """Somebody with a copy of another's session: listens, and does what its owner might do."""

    def __init__(self, face: Face, posting: Posting) -> None:
        self.face = face
        self._posting = posting

    async def work(self) -> None:
        """Work for ever, and come back as soon as the line is cut."""
        face, on = self.face, False
        while True:
            face.stream.start()
            if self._posting.unit is not None:
                on = not on
                await face.attempt(f"/v1/units/{self._posting.unit}/duty", {"on": on}, face.new_id())
            else:
                open_now = [i for i in face.stream.world.all("incident") if i["status"] not in ENDED]
                if open_now:
                    path = f"/v1/incidents/{face.chance.choice(open_now)['id']}/notes"
                    await face.attempt(path, {"text": "not theirs"}, face.new_id())
            await asyncio.sleep(1.0 + 2.0 * face.chance.random())


class _OutboxAround:
    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    def send(self, entry: Entry, done: Callable[[Reply], None]) -> None:
        face = self._crew.face

        async def sending() -> None:
            status, told = await face.attempt(entry.path, entry.body, entry.id)
            if status == 0:
                done(Reply("silence"))
            elif status == 401:
                done(Reply("signed_out"))
            elif status < 300:
                done(Reply("done"))
            else:
                code = told.get("code", "") if isinstance(told, dict) else ""
                done(Reply("problem", status, is_retryable(status, told), code))

        face.network.loop.create_task(sending(), context=face.network.context)

    def new_id(self) -> str:
        return self._crew.face.new_id()

    def now_ms(self) -> float:
        return self._crew.device_ms

    def link_up(self) -> bool:
        return self._crew.face.stream.is_live

    def later(self, run: Callable[[], None], ms: float) -> Callable[[], None]:
        network = self._crew.face.network
        return network.loop.call_later(ms / 1000, run, context=network.context).cancel

    def chance(self) -> float:
        return self._crew.face.chance.random()


def _share(text: str) -> float:
    """A number in [0, 1) that belongs to a name."""
    return (sum(text.encode()) % 97) / 97


def _rfc3339(ms: float) -> str:
    return rfc3339(Instant(round(ms) * 1000))
