"""
Scripts of scenarios in which somebody or something else gets in the way of a server that is well.

S11, S18, S27 to S31, S39, S45 to S47, S50 and S52.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import apsw

from nazdik.kernel import Instant, LonLat, rfc3339
from nazdik.organisation.model import Posting, Role
from nazdik.simulation.whole.checker.judge import MAY_HOLD
from nazdik.simulation.whole.client.people import ENDED, Caller, Thief
from nazdik.simulation.whole.clocks import BEGINS_US
from nazdik.simulation.whole.disk import Volume
from nazdik.simulation.whole.network import Silence
from nazdik.simulation.whole.server import AUDIT, LOG
from nazdik.simulation.whole.town import STATIONS, corner

if TYPE_CHECKING:
    from nazdik.simulation.whole.client.face import Face
    from nazdik.simulation.whole.run import World

# Whoever calls is told within this that we have it, whatever else goes on.
TOLD_WITHIN_S = 15.0
HELD_S = 30.0
# The reference's bound for what a console may have to look at (P24).
ALARMS_MOST = 50
CRASH, NEXT_DOOR = corner(7.0, 3.0), corner(7.0, 3.2)


def _caller(world: "World", *, by_page: bool, line: str = "", place: LonLat | None = None) -> Caller:
    world.callers += 1
    return Caller(world.exchange, world.callers, by_page=by_page, line=line, place=place)


async def _gets_through(world: "World", name: str, *, by_page: bool) -> None:
    """Somebody calls, and is told soon that we have it."""
    calling = world.loop.create_task(_caller(world, by_page=by_page).call())
    done, _ = await asyncio.wait([calling], timeout=TOLD_WITHIN_S)
    world.judge.checks += 1
    if not done:
        world.judge.fail(name, f"caller {world.callers} was not told within {TOLD_WITHIN_S:.0f} s")


async def repeated_seconds(world: "World") -> None:
    """S11: the clock repeats a second, as at a leap second, again and again; the record's times never go back."""
    while True:
        await asyncio.sleep(75.0)
        world.time.step(-1.0)
        world.judge.clock_set(-1.0)
        world.counts["clock_steps"] += 1
        at = world.judge.times
        world.judge.checks += 1
        back = next((n for n in range(1, len(at)) if at[n] < at[n - 1]), None)
        if back is not None:
            world.judge.fail("S11", f"entry {back + 1} says that it was before entry {back}")


async def held_by_another(world: "World") -> None:
    """S18: a tool for copies holds the log's file; pages are kept by the journal, and all of it is in the log afterwards."""
    while True:
        await asyncio.sleep(90.0)
        if world.server.parts is None:
            continue
        with _held(world):
            await _gets_through(world, "S18", by_page=True)
            words = list(world.ledger.acknowledged)[-1]
            await asyncio.sleep(HELD_S)
            kept = world.judge.fold.words.get(words, 0)
            world.counts["scripted"] += not kept
        await asyncio.sleep(HELD_S)
        if world.judge.fold.words.get(words, 0) != 1:
            world.judge.fail("S18", f"{HELD_S:.0f} s after the file was let go {words} is in no call")


@contextmanager
def _held(world: "World") -> Iterator[None]:
    with closing(apsw.Connection(str(world.disk.folder / LOG), vfs="unix")) as foreign:
        # What it closes last it would else write into the file, past the disk of this run.
        foreign.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        foreign.execute("BEGIN IMMEDIATE")
        world.trace.note("held", LOG)
        yield
        foreign.execute("ROLLBACK")
        world.trace.note("let go", LOG)


async def made_up_beside(world: "World") -> None:
    """S27: every few seconds a handheld's own line says that its unit stands where somebody is waited for, by a made-up fix."""
    while True:
        await asyncio.sleep(8.0)
        waited = [
            i["point"] for i in world.board.stream.world.all("incident") if i["status"] not in ENDED and i["point"]
        ]
        for crew in world.crews if waited else ():
            lon, lat = world.chance.choice(waited)
            at = rfc3339(Instant(round(BEGINS_US + world.loop.time() * 1_000_000)))
            told = await _positions(world, crew.face, [{"lon": lon, "lat": lat, "at": at, "mock": True}])
            world.counts["scripted"] += told is not None
            if told is not None and told["now"] != 0:
                world.judge.fail("S27", f"{crew.unit} was believed to be where its handheld says that it made it up")


async def old_fixes(world: "World") -> None:
    """S28: a tracker comes back and uploads seven thousand places of two hours ago at once; nobody else's grow old by it."""
    while True:
        for crew in world.crews:
            await asyncio.sleep(60.0)
            us = BEGINS_US + world.loop.time() * 1_000_000
            old = [
                {"lon": 48.01, "lat": 31.01, "at": rfc3339(Instant(round(us - 7_200_000_000 + 1_000_000 * n)))}
                for n in range(7_000)
            ]
            told = await _positions(world, crew.face, old)
            world.counts["scripted"] += told is not None
            if told is not None and told["now"] != 0:
                world.judge.fail("S28", f"{told['now']} places of two hours ago were believed to be now")
            await _gets_through(world, "S28", by_page=False)


async def _positions(world: "World", face: "Face", fixes: list[Any]) -> Any:
    try:
        answer = await world.network.request(
            face.link, "POST", "/v1/positions", json.dumps(fixes).encode(), timeout_s=20.0
        )
    except Silence:
        return None
    return json.loads(answer.body) if answer.status == 200 else None


async def one_crash(world: "World") -> None:
    """S29: eight hundred people ring about one crash within five minutes, and one about something else next door."""
    calling, other = [], ""
    for n in range(800):
        await asyncio.sleep(300.0 / 800)
        place = NEXT_DOOR if n == 400 else CRASH
        # Pages of one address take turns while many of them wait, and here all come from one.
        calling.append(world.loop.create_task(_caller(world, by_page=n % 40 == 0, place=place).call()))
        other = f"word{world.callers:06d}" if n == 400 else other
    await asyncio.wait(calling)
    world.counts["scripted"] += len(calling)
    if not any(words.startswith(other) for words in world.ledger.acknowledged):
        world.judge.fail("S29", "who rang about something else next door was not told that we have it")


async def redialled(world: "World") -> None:
    """S30: one line rings again and again, three hundred times in ten minutes; others get through all the while."""
    line, redials = "09125550000", []
    for n in range(300):
        await asyncio.sleep(2.0)
        redials.append(world.loop.create_task(_caller(world, by_page=False, line=line, place=CRASH).call()))
        if n % 30 == 29:
            await _gets_through(world, "S30", by_page=n % 60 == 29)
            world.counts["scripted"] += 1
    await asyncio.wait(redials)


async def reconnecting(world: "World") -> None:
    """S31: in the middle of it a console loses its line every ten seconds."""
    face = world.dispatchers[0].face
    while True:
        await asyncio.sleep(10.0)
        for wire in list(face.link.wires):
            wire.reset()
            world.counts["scripted"] += 1


async def steps_missing(world: "World") -> None:
    """S39: for a quarter of an hour nothing is heard of any crew; what is said about it does not grow over anybody's head."""
    await asyncio.sleep(240.0)
    for crew in world.crews:
        world.network.cut(crew.face.link)
    for _ in range(180):
        await asyncio.sleep(5.0)
        world.judge.checks += 1
        standing = [a for a in world.dispatchers[0].face.stream.world.all("alarm") if a["acknowledged_at"] is None]
        about = Counter((a["cause"], a["incident"], a["unit"]) for a in standing)
        twice = [each for each, times in about.items() if times > 1]
        if len(standing) > ALARMS_MOST or twice:
            world.judge.fail("S39", f"{len(standing)} alarms wait, these more than once: {twice}")
        world.counts["scripted"] = max(world.counts["scripted"], len(standing))
    for crew in world.crews:
        world.network.mend(crew.face.link)


async def handed_on(world: "World") -> None:
    """S45: a pursuit: an incident goes from station to station, and back, every few seconds."""
    face, stations = world.dispatchers[0].face, [str(station) for station in STATIONS]
    while True:
        await asyncio.sleep(10.0)
        for incident in [i for i in face.stream.world.all("incident") if i["status"] not in ENDED and not i["draft"]][
            :2
        ]:
            act = world.chance.choice(["delegate", "delegate", "pass_on", "take_back"])
            body = {"act": act, "office": world.chance.choice(stations)}
            await face.command(f"/v1/incidents/{incident['id']}/taskings", body)


async def downgraded(world: "World") -> None:
    """S46: a dispatcher is put to a station while their line is open, and while somebody else has a copy of their session."""
    await asyncio.sleep(150.0)
    owner = world.dispatchers[0].face
    thief = Thief(world.copy_of("thief46", owner.badge), owner.posting)
    working = world.loop.create_task(thief.work())
    await asyncio.sleep(120.0)
    # As `Rights` does it: who is posted elsewhere signs in anew.
    while not world.server.revoke(str(owner.posting.person)):
        await asyncio.sleep(1.0)
    world.judge.revoked("thief46", thief.face.link)
    world.counts["revoked"] += 1
    # What was on its way by the old right arrives.
    await asyncio.sleep(3.0)
    new = Posting(owner.posting.person, Role.STATION_DESK, STATIONS[0])
    owner.posting = owner.badge.posting = new
    owner.on_frame = world.judge.listener(owner.name, new)
    while not world.back(owner):
        await asyncio.sleep(1.0)
    await asyncio.sleep(30.0)
    kinds = {key[0] for items in owner.stream.world.streams.values() for key in items}
    if not owner.stream.is_live or kinds - MAY_HOLD[Role.STATION_DESK]:
        world.judge.fail("S46", f"after the change {owner.name} holds {sorted(kinds)}, live: {owner.stream.is_live}")
    await asyncio.sleep(120.0)
    working.cancel()
    thief.face.stream.stop()


async def unaudited(world: "World") -> None:
    """S47: the audit log's own disk is full; nobody is let in to look, and calls are taken as ever."""
    volume = world.volumes["audit"] = Volume("audit")
    world.disk.move(AUDIT, volume)
    owner = world.dispatchers[0].face
    late = world.copy_of("late", owner.badge)
    while True:
        await asyncio.sleep(90.0)
        late.badge.token = owner.badge.token
        volume.full = True
        late.stream.start()
        for by_page in (True, False):
            await _gets_through(world, "S47", by_page=by_page)
        await asyncio.sleep(20.0)
        if late.stream.world.streams:
            world.judge.fail("S47", "somebody was shown something that could not be written down")
        volume.full = False
        await asyncio.sleep(40.0)
        if not late.stream.world.streams:
            world.judge.fail("S47", "there is room again, and nobody is let in")
        late.stream.stop()
        late.stream = late._new_stream()
        world.counts["scripted"] += 1


async def bombs(world: "World") -> None:
    """S50: what is made to break a reader comes to every door; each is refused, and the next caller gets through."""
    deep, long = b"[" * 100_000, b'{"words":"' + b"x" * 3_000_000 + b'"}'
    made = (
        deep,
        long,
        b'{"words":' * 5_000,
        b'{"lon":1e999,"lat":NaN}',
        b"\xff\xfe\x00",
        b'{"words":"\\ud800"}',
        b"9" * 5_000,
    )
    while True:
        await asyncio.sleep(30.0)
        for path in ("/v1/sos", "/v1/calls", "/v1/positions", "/v1/incidents"):
            face = world.crews[0].face if path == "/v1/positions" else world.exchange
            for body in made:
                await _bomb(world, face, path, body)
            await _gets_through(world, "S50", by_page=path == "/v1/sos")


async def _bomb(world: "World", face: "Face", path: str, body: bytes) -> None:
    said = {"Idempotency-Key": face.new_id(), "Nazdik-Page": f"{world.counts['scripted']:022d}"}
    try:
        answer = await world.network.request(face.link, "POST", path, body, said)
    except Silence:
        world.judge.fail("S50", f"no answer to {body[:20]!r} at {path}")
        return
    world.counts["scripted"] += 1
    if answer.status >= 500:
        world.judge.fail("S50", f"{path} answered {answer.status} to {body[:20]!r}")


async def joined_at_once(world: "World") -> None:
    """S52: two consoles put two incidents into one another at once, part them at once, and link a call both ways at once."""
    one, two = (dispatcher.face for dispatcher in world.dispatchers)
    takers = [taker.face for taker in world.takers]
    while True:
        await asyncio.sleep(15.0)
        known = [i for i in one.stream.world.all("incident") if i["status"] not in ENDED and not i["draft"]]
        known.sort(key=lambda i: (not any(a["ended_at"] is None for a in i["assignments"]), i["id"]))
        if len(known) < 2:
            continue
        first, second = known[0]["id"], known[1]["id"]
        joins = await asyncio.gather(
            one.command(f"/v1/incidents/{first}/join", {"into": second}),
            two.command(f"/v1/incidents/{second}/join", {"into": first}),
        )
        done = [status for status, _ in joins]
        if done == [200, 200]:
            world.judge.fail("S52", f"{first} and {second} were each put into the other")
        if 200 not in done:
            continue
        gone, stays = (first, second) if done[0] == 200 else (second, first)
        world.counts["scripted"] += any(a["ended_at"] is None for a in known[done.index(200)]["assignments"])
        calls = [call for call in one.stream.world.all("call") if call.get("incident") in (gone, stays)]
        for call in calls[:1]:
            path = f"/v1/calls/{call['id']}/link"
            await asyncio.gather(
                takers[0].command(path, {"incident": None}), takers[1].command(path, {"incident": stays})
            )
        await asyncio.sleep(world.chance.choice([0.0, 20.0]))
        parts = await asyncio.gather(
            one.command(f"/v1/incidents/{gone}/unjoin", {}), two.command(f"/v1/incidents/{gone}/unjoin", {})
        )
        if [status for status, _ in parts] == [200, 200]:
            world.judge.fail("S52", f"{gone} was parted twice")
