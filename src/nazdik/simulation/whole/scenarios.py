"""
Faults with a name: one scenario for each of S1 to S52 that concerns code here (docs/proofs.md has the whole table).

A scenario is a run whose faults are set, not drawn; its script makes the one thing happen that it is named for and says what has
to be true then. Everything that the judge looks at holds in it as in any run.
"""

# ruff: noqa: E501 - the table of scenarios is a table

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nazdik.kernel import Instant, UnitId, rfc3339
from nazdik.simulation.whole import disasters, trials
from nazdik.simulation.whole.checker.fencing import unfenced
from nazdik.simulation.whole.server import LOG
from nazdik.simulation.whole.swarm import Faults, Plan

if TYPE_CHECKING:
    from nazdik.simulation.whole.client.face import Face
    from nazdik.simulation.whole.client.people import Crew
    from nazdik.simulation.whole.run import World

# A desk may be silent for so long by the rules; it is looked at every few seconds, and a line that says nothing is believed for a while.
SILENT_S, SAID_WITHIN_S = 120.0, 60.0
Script = Callable[["World"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is injected, for how long, and the script when faults alone do not do it."""

    title: str
    faults: Faults
    script: Script | None = None
    hours: float = 0.25
    # This count of the run must not be zero, or the scenario did not happen.
    counts: str = "entries"

    def plan(self, name: str, seed: int) -> Plan:
        """Return the run."""
        return Plan(seed, self.hours, self.faults, name, self.script, self.counts)


async def _on_the_way(world: "World") -> "tuple[Crew, dict[str, Any]] | None":
    """Wait for a crew that drives to an incident; None when the time is over."""
    for _ in range(600):
        for crew in world.crews:
            for incident in crew.face.stream.world.all("incident"):
                for assignment in incident["assignments"]:
                    own = assignment["unit"] == crew.unit
                    if own and assignment["ended_at"] is None and assignment["state"] == "en_route":
                        return crew, assignment
        await asyncio.sleep(1.0)
    return None


async def _offline_and_reassigned(world: "World") -> None:
    """S5: the officer says that he is there, twenty minutes after somebody else was sent instead."""
    found = await _on_the_way(world)
    if found is None:
        return
    crew, assignment = found
    world.network.cut(crew.face.link)
    await asyncio.sleep(60.0)
    status, _ = await world.dispatchers[0].face.command(
        f"/v1/assignments/{assignment['id']}/withdraw", {"reason": "silent"}
    )
    path = f"/v1/assignments/{assignment['id']}/on-scene"
    entry = crew.outbox.add("on_scene", path, {"device_at": rfc3339(Instant(round(crew.device_ms) * 1000))}, crew.unit)
    await asyncio.sleep(1200.0)
    world.network.mend(crew.face.link)
    await asyncio.sleep(60.0)
    told = world.ledger.sent.get((crew.face.name, entry.id))
    late = [answer[1] for answer in told.answers] if told is not None else []
    if status == 200 and 200 in late:
        world.judge.fail("S5", f"a step on {assignment['id']} was taken after the assignment was withdrawn")
    world.counts["scripted"] += 1


async def _same_unit_at_once(world: "World") -> None:
    """S7: two dispatchers send one unit to two incidents in the same millisecond."""
    one, two = (dispatcher.face for dispatcher in world.dispatchers)
    while True:
        await asyncio.sleep(5.0)
        incidents = [i for i in one.stream.world.all("incident") if i["status"] not in ("Closed", "Cancelled")][:2]
        free = [u for u in one.stream.world.all("unit") if u["on_duty"] and u["assignment"] is None]
        if len(incidents) < 2 or not free:
            continue
        body = {"units": [free[0]["id"]]}
        paths = [f"/v1/incidents/{incident['id']}/assignments" for incident in incidents]
        answers = await asyncio.gather(one.command(paths[0], body), two.command(paths[1], body))
        world.counts["scripted"] += 1
        taken = [told for status, told in answers if status == 200 and told["assignment_ids"]]
        if len(taken) > 1:
            world.judge.fail("S7", f"{free[0]['id']} was given to both: {taken}")
        refused = [told for status, told in answers if status == 409]
        named = [told for told in refused if told["code"] == "dispatch.unit_taken"]
        if len(taken) == 1 and named and "incident_number" not in named[0]["details"]:
            world.judge.fail("S7", f"the refusal does not say where the unit is: {named[0]}")


async def _second_writer(world: "World") -> None:
    """S9: another process, and one that slept through everything, want to write the same log."""
    while True:
        await asyncio.sleep(60.0)
        life, parts = world.server.life, world.server.parts
        if life is None or parts is None:
            continue
        wrong = life.run(unfenced, world.disk.folder / LOG, parts.log)
        if wrong:
            world.judge.fail("I12", wrong)
        world.counts["scripted"] += 1


async def _screens_fall_silent(world: "World") -> None:
    """S32: a call-taker's machine dies with a caller on the line; another's line is away for less than may be."""
    one, two = (taker.face for taker in world.takers)
    keeping = [world.loop.create_task(_says_here(face)) for face in (one, two)]
    try:
        while True:
            await asyncio.sleep(5.0)
            ringing = [call["id"] for call in one.stream.world.all("call") if call["state"] == "ringing"]
            if not ringing or (await one.command(f"/v1/calls/{ringing[0]}/answer", {}))[0] != 200:
                continue
            call, since_s = ringing[0], world.loop.time()
            world.network.cut(one.link)
            world.network.cut(two.link)
            await asyncio.sleep(SILENT_S - 20.0)
            world.network.mend(two.link)
            await asyncio.sleep(20.0)
            settled = world.judge.fold.calls[call]
            await asyncio.sleep(SAID_WITHIN_S)
            given = [(by, calls) for at_s, by, calls in world.judge.handed_over if at_s >= since_s]
            mine = [calls for by, calls in given if by == one.posting.person]
            before = any(by == one.posting.person and at_s < since_s for at_s, by, _ in world.judge.handed_over)
            # What was given before and nobody has taken still stands.
            if not settled and not before and not any(call in c for c in mine):
                world.judge.fail(
                    "S32", f"{one.name} is gone for {world.loop.time() - since_s:.0f} s and {call} is still theirs"
                )
            if any(by == two.posting.person for by, _ in given):
                world.judge.fail("S32", f"{two.name} was away for less than {SILENT_S:.0f} s, and their desk was given")
            world.counts["scripted"] += 1
            world.network.mend(one.link)
            await asyncio.sleep(300.0)
    finally:
        for task in keeping:
            task.cancel()


async def _says_here(face: "Face") -> None:
    while True:
        await asyncio.sleep(10.0)
        if face.stream.is_live:
            face.stream.send({"t": "here"})


async def _lid_closed(world: "World") -> None:
    """S33: a dispatcher's lid is closed for forty minutes, a handheld is loaded anew beside it."""
    await asyncio.sleep(120.0)
    link = world.dispatchers[0].face.link
    world.network.cut(link)
    await asyncio.sleep(2400.0)
    world.network.mend(link)
    world.counts["scripted"] += 1


async def _set_right_later(world: "World") -> None:
    """S10B: the server's clock is set forward by an hour, and put right twenty minutes later; crews are seen all the while."""
    await asyncio.sleep(120.0)
    for step_s in (3600.0, -3600.0):
        world.time.step(step_s)
        world.judge.clock_set(step_s)
        world.counts["clock_steps"] += 1
        for _ in range(1200):
            await asyncio.sleep(1.0)
            parts = world.server.parts
            for crew in world.crews if parts is not None else ():
                sent = [fix.sent_s for fix in world.ledger.fixes.get(crew.unit, ())[-1:]]
                place = parts.fleet.position_of(UnitId(crew.unit)) if parts is not None else None
                if sent and sent[0] > 60.0 and place is None:
                    world.judge.fail("S10B", f"{crew.unit} reported and is nowhere")
                age_s = (parts.clock.now() - place.fixed_at) / 1e6 if parts is not None and place is not None else 0.0
                if age_s > 45.0:
                    world.judge.fail("S10B", f"{crew.unit} reports every 15 s, and its place is {age_s:.0f} s old")
                world.judge.checks += 1


async def _all_come_back(world: "World") -> None:
    """S34: the server is gone, and everybody comes back at once."""
    while True:
        await asyncio.sleep(120.0)
        world.kill()
        world.counts["scripted"] += 1


SCENARIOS: dict[str, Scenario] = {
    "S1": Scenario("An offer is lost on its way to the handheld", Faults(lost=0.3, cut_per_h=20), counts="lost"),
    "S2": Scenario("An offer comes twice, or after it was withdrawn", Faults(doubled=0.5, harsh=0.2, meddle=0.4), counts="doubled"),
    "S3": Scenario("The acknowledgement is lost and sent again", Faults(lost=0.45, late=0.3), counts="lost"),
    "S4": Scenario("Messages overtake one another", Faults(harsh=0.5, meddle=0.5), counts="frames"),
    "S5": Scenario("A handheld is away for 20 minutes in an assignment", Faults(), _offline_and_reassigned, 0.8, "scripted"),
    "S6": Scenario("A shift ends under an assignment", Faults(meddle=0.9, crews=8), counts="duty_refused"),
    "S7": Scenario("Two dispatchers send one unit at once", Faults(calls_per_h=90, crews=8), _same_unit_at_once, 0.4, "scripted"),
    "S9": Scenario("A writer that slept wakes up and writes", Faults(), _second_writer, 0.2, "scripted"),
    "S10": Scenario("Clocks step and drift", Faults(clock_step_per_h=12, drift_ppm=200, device_clocks_s=400_000), hours=0.4, counts="clock_steps"),
    "S10B": Scenario("The server's clock is set forward and put right later", Faults(), _set_right_later, 0.75, "clock_steps"),
    "S11": Scenario("The clock repeats a second", Faults(), trials.repeated_seconds, 0.4, "clock_steps"),
    "S12": Scenario("Killed between commit and push", Faults(kill_mid_step_per_h=60, doubled=0.2), counts="kills"),
    "S13": Scenario("Killed between journal and log", Faults(kill_mid_step_per_h=60, power_mid_write_per_h=60, calls_per_h=120, work_s=0.2), counts="kills"),
    "S15": Scenario("The log's disk is full", Faults(log_full_per_h=14, ignore=0.6, calls_per_h=150), counts="full"),
    "S16": Scenario("The journal's disk is full, and both", Faults(journal_full_per_h=14, log_full_per_h=5), counts="full"),
    "S17": Scenario("A sync fails", Faults(sync_fails=0.05), counts="faults_of_disk"),
    "S18": Scenario("Somebody else holds the log's file", Faults(), trials.held_by_another, 0.2, "scripted"),
    "S19": Scenario("Files are torn when the power goes", Faults(power_mid_write_per_h=30, journal_file_bytes=1024), counts="power_cuts"),
    "S20": Scenario("Bytes of the log change at rest", Faults(copies="behind"), disasters.damaged, counts="damaged"),
    "S21": Scenario("The disk is gone, and is restored from a copy", Faults(copies="waits", kill_mid_step_per_h=6, power_mid_write_per_h=6, clock_step_per_h=4), disasters.restored, 0.8, "restored"),
    "S21B": Scenario("The same, with a copy that is behind and on a disk that fails", Faults(copies="behind", copy_fails=0.02, kill_mid_step_per_h=6, power_mid_write_per_h=6), disasters.restored, 0.8, "restored"),
    "S26": Scenario("Places that cannot be", Faults(bad_fix=0.5), counts="bad_fixes"),
    "S27": Scenario("A handheld makes its places up", Faults(calls_per_h=120), trials.made_up_beside, counts="scripted"),
    "S28": Scenario("Seven thousand old places at once", Faults(crews=3), trials.old_fixes, 0.2, "scripted"),
    "S29": Scenario("Eight hundred calls about one crash", Faults(takers=8), trials.one_crash, 0.15, "scripted"),
    "S30": Scenario("One line redials without end", Faults(takers=8), trials.redialled, 0.2, "scripted"),
    "S31": Scenario("A mass incident, and a console that loses its line", Faults(calls_per_h=600, crews=24, takers=6), trials.reconnecting, 0.15, "scripted"),
    "S32": Scenario("A console's machine dies with a caller on the line", Faults(silent_desks=True), _screens_fall_silent, 0.4, "scripted"),
    "S33": Scenario("A lid is closed for forty minutes", Faults(reload=0.01, meddle=0.2), _lid_closed, 0.8, "scripted"),
    "S34": Scenario("Everybody comes back at once", Faults(), _all_come_back, counts="scripted"),
    "S35": Scenario("A reader at 1 kB/s", Faults(slow_reader=1.0, calls_per_h=90), counts="frames"),
    "S39": Scenario("Nothing is heard of any crew", Faults(calls_per_h=90, crews=12), trials.steps_missing, 0.4, "scripted"),
    "S43": Scenario("Somebody enciphers the server's disk", Faults(copies="behind"), disasters.ransomed, 0.3, "restored"),
    "S44": Scenario("Signed out in the middle of an action", Faults(revoke_per_h=20, late=0.2, cut_per_h=20), hours=0.3, counts="revoked"),
    "S45": Scenario("An incident changes its offices", Faults(meddle=0.3, calls_per_h=90), trials.handed_on, 0.3, "moved"),
    "S46": Scenario("Rights are taken away from an open line", Faults(), trials.downgraded, counts="revoked"),
    "S47": Scenario("The audit log cannot be written", Faults(), trials.unaudited, counts="scripted"),
    "S48": Scenario("Who keeps the machine edits the audit log", Faults(copies="behind"), disasters.edited, counts="scripted"),
    "S50": Scenario("Bombs for readers", Faults(), trials.bombs, 0.1, "scripted"),
    "S51": Scenario("A unit leaves between choice and assignment", Faults(meddle=0.9, late=0.5, crews=8), counts="assigning_refused"),
    "S52": Scenario("Two consoles join and part incidents at once", Faults(calls_per_h=90, crews=8), trials.joined_at_once, 0.4, "scripted"),
}  # fmt: skip
