"""The judge: looks after every commit and every second, and stops a run at the first promise that does not hold."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import apsw

from nazdik.bootstrap.snapshots import snapshot
from nazdik.organisation.model import Posting
from nazdik.simulation.whole.checker.copies import reaches
from nazdik.simulation.whole.checker.fencing import unfenced
from nazdik.simulation.whole.checker.fold import Fold
from nazdik.simulation.whole.checker.record import Reader, Row, records
from nazdik.simulation.whole.client.stream import read_frame
from nazdik.simulation.whole.disk import Disk
from nazdik.simulation.whole.ledger import Ledger, Sent
from nazdik.simulation.whole.network import Link
from nazdik.simulation.whole.trace import Trace

if TYPE_CHECKING:
    from nazdik.bootstrap.province_state import ProvinceState
    from nazdik.simulation.whole.run import World

# Our own list of what a role may hold, written from docs/architecture.md.
MAY_HOLD: dict[str, frozenset[str]] = {
    "call_taker": frozenset(
        {"incident", "unit", "alarm", "detail", "call", "condition", "warning", "call_back", "hand_over"}
    ),
    "dispatcher": frozenset(
        {"incident", "unit", "alarm", "detail", "call", "condition", "warning", "call_back", "message", "hand_over"}
    ),
    "station_desk": frozenset({"incident", "unit", "alarm", "detail", "condition", "warning", "call_back", "message"}),
    "province_desk": frozenset({"incident", "unit", "alarm", "condition", "warning", "call_back"}),
    "officer": frozenset({"incident", "unit", "crew_detail", "message", "condition"}),
}
FIX_LIMIT_S = 90.0
SAME_PLACE_DEG = 2e-6
HEALTHY_AFTER_S = 30.0
# I11 and I16, in seconds; work of a disk is counted beside the latter.
REVOKED_WITHIN_S = 5.0
P1_DELAYED_S = 0.2
PROBED_EVERY_S = 60.0
FRAMES_MAX = 2_000
BEAT = '{"t":"beat"'
JOURNAL = "main/journal"


class Broken(Exception):
    """A promise does not hold."""

    def __init__(self, invariant: str, words: str, at_s: float) -> None:
        super().__init__(f"{invariant} at {at_s:.3f} s: {words}")
        self.invariant, self.words, self.at_s = invariant, words, at_s


class Judge:
    """Believes what people were told and what is on disk."""

    def __init__(
        self, ledger: Ledger, disk: Disk, now_s: Callable[[], float], trace: Trace, *, work_s: float = 0.0
    ) -> None:
        # The journal's sync, the one that is under way and the command's own, each with another of its kind before it.
        self._disk_s = 6 * 1.3 * work_s
        self._ledger = ledger
        self._disk = disk
        self._now_s = now_s
        self._trace = trace
        self._log = Reader(disk.folder / "main/town.log.sqlite")
        self._audit = Reader(disk.folder / "main/audit.sqlite")
        self._hashes: list[bytes] = []
        # When each entry says that it was, and when it was first seen here.
        self._at: list[int] = []
        self._seen_s: list[float] = []
        # After each restore: streams dialled up to this number showed the history before, of which this was the fold.
        self._former: list[tuple[int, Fold]] = []
        self._epochs: dict[str, int] = {}
        # Lines in the audit log that welcomes before the restore left.
        self._welcomed_before: dict[str, int] = {}
        # What people had been told of and a restore gave up.
        self.given_up = 0
        # Desks that were given: when, by whom, which calls.
        self.handed_over: list[tuple[float, str, frozenset[str]]] = []
        self._rows_of: dict[str, tuple[int, int, int]] = {}
        self._welcomes: dict[str, set[int]] = {}
        self._acknowledged: set[str] = set()
        self._unhealthy_s = 0.0
        self._failures = 0
        self._clock_off_s = 0.0
        # When somebody last set the server's clock forward: time has passed for it that passed for nobody else.
        self._leapt_s = -1e9
        self._stepped_s = -1e9
        self._ended_s = 0.0
        # Entries that are first seen when a log is opened were written before the last process ended.
        self._opening = False
        # Sessions that were ended: by the copy's name when, and the line of whoever has the copy.
        self._revoked: dict[str, tuple[float, Link]] = {}
        self._urgent: set[str] = set()
        self._probed_s = 0.0
        # Offers that a process wrote and did not live to say so: when is not known.
        self._seen_late: set[str] = set()
        self.fold = Fold()
        self.healing = False
        self.first: Broken | None = None
        self.checks = 0

    def counts(self) -> dict[str, int]:
        """Return how much was looked at."""
        return {
            "entries": len(self._hashes), "checks": self.checks, "calls": len(self.fold.calls), "given_up": self.given_up,
            "duty_refused": self._refused("/duty"), "assigning_refused": self._refused("/assignments"),
            "bad_fixes": sum(not fix.honest for fixes in self._ledger.fixes.values() for fix in fixes),
            "moved": sum(not on for told in self.fold.offices.values() for _, _, on in told),
        }  # fmt: skip

    def _refused(self, path: str) -> int:
        """Return how many commands of a kind were refused because things had changed."""
        sent = [one for one in self._ledger.sent.values() if one.path.endswith(path)]
        return sum(any(status == 409 for _, status, _ in one.answers) for one in sent)

    @property
    def times(self) -> list[int]:
        """When each entry says that it was."""
        return self._at

    def fail(self, invariant: str, words: str) -> None:
        """Note the first thing that is wrong; listeners of the product swallow what they raise."""
        if self.first is None:
            self.first = Broken(invariant, words, self._now_s())
            self._trace.note("broken", str(self.first))

    # The log

    def release(self) -> None:
        """The writer is dying: let go of its files."""
        self._ended_s = self._now_s()
        self.let_go()

    def let_go(self) -> None:
        """Let go of files that may be opened anew: who reads them keeps alive what SQLite would have to find out again."""
        self._log.release()
        self._audit.release()

    def opened(self) -> None:
        """A process has opened the log: what was durable before is there, unchanged."""
        there = self._log.hashes()
        for n, (was, now) in enumerate(zip(self._hashes, there, strict=False), start=1):
            if was != now:
                self.fail("I5", f"entry {n} is another than it was")
                return
        if len(there) < len(self._hashes):
            self.fail("I1", f"{len(self._hashes)} entries were durable, {len(there)} are left")
            return
        self._opening = True
        self.committed()
        self._opening = False

    def committed(self) -> None:
        """Something was appended."""
        before = self._hashes[-1] if self._hashes else self._log.first_hash()
        for row in self._log.rows(len(self._hashes), before):
            self._row(row)

    def _row(self, row: Row) -> None:
        self.checks += 1
        if row.position != len(self._hashes) + 1:
            self.fail("I5", f"after {len(self._hashes)} comes {row.position}")
        if row.chained != row.hash:
            self.fail("I5", f"the chain does not hold at {row.position}")
        self._hashes.append(row.hash)
        self._at.append(row.at)
        self._seen_s.append(self._now_s())
        self._trace.note("entry", f"{row.position} {row.kind} {row.hash.hex()}")
        known = self._rows_of.get(row.command_id)
        if known is None:
            if row.step != 0:
                self.fail("I9", f"{row.command_id} begins with step {row.step}")
            self._rows_of[row.command_id] = (row.position, row.position, row.step)
        else:
            if row.step != known[2] + 1 or row.position != known[1] + 1:
                self.fail("I9", f"{row.command_id} took effect again at {row.position}")
            self._rows_of[row.command_id] = (known[0], row.position, row.step)
        self._by_whom(row)
        if row.kind == "dispatch.units_recommended.v1":
            self._recommended(row)
        if row.kind == "dispatch.desk_handed_over.v1":
            self.handed_over.append((self._now_s(), row.body["by"], frozenset(row.body["calls"])))
        if row.kind == "dispatch.offer_unanswered.v1":
            self._unanswered(row)
        if self._opening and row.kind == "dispatch.offer_sent.v1":
            self._seen_late.add(row.body["assignment_id"])
        for invariant, words in self.fold.take(row, self._ended_s if self._opening else self._now_s()):
            self.fail(invariant, f"at {row.position}: {words}")
        words = row.body.get("narrative", "") if row.kind == "intake.call_presented.v1" else ""
        if words and self.fold.words.get(words, 0) > 1:
            self.fail("I2", f"{words} is {self.fold.words[words]} calls")

    def _by_whom(self, row: Row) -> None:
        """I11: an ended session does nothing more. I3: nobody loses a unit to somebody who did not say so."""
        who, _, key = row.command_id.partition("§")
        ended_s, _ = self._revoked.get(key.rpartition("-")[0], (None, None))
        if ended_s is not None and self._now_s() - ended_s > REVOKED_WITHIN_S:
            self.fail("I11", f"{key} took effect {self._now_s() - ended_s:.1f} s after {who} was signed out")
        if row.kind.startswith("dispatch.incident_") and row.body.get("priority") == 1:
            self._urgent.add(row.command_id)
        # I2: what callers say is alike is proposed; that it is one thing is said by a person.
        if row.kind == "intake.call_linked.v1" and (who, key) not in self._ledger.sent:
            self.fail("I2", f"{row.body['call_id']} was put to {row.body['incident_id']} by nobody")
        if row.kind == "dispatch.assignment_diverted.v1":
            sent = self._ledger.sent.get((who, key))
            if sent is not None and sent.path.endswith("/assignments") and not sent.body.get("divert"):
                self.fail("I3", f"{row.body['assignment_id']} lost its unit to {who}, who did not ask for that")

    def _unanswered(self, row: Row) -> None:
        """I15: nobody is taken to have been silent before their time was over, whatever clocks say."""
        offer = self.fold.offers.get(row.body["assignment_id"])
        if offer is None or offer.sent_s <= self._leapt_s or offer.assignment in self._seen_late:
            return
        if self._now_s() - offer.sent_s < 0.85 * offer.window_s - 1.0:
            passed = self._now_s() - offer.sent_s
            self.fail("I15", f"{offer.assignment} had {offer.window_s:.0f} s and was over after {passed:.1f} s")

    def _recommended(self, row: Row) -> None:
        """I10: whoever is chosen stands where its own handheld said, and said of late."""
        for candidate in row.body["recommendation"].get("candidates", ()):
            # By hand anybody may be sent, wherever they are; that is said beside it.
            if not candidate.get("chosen") or candidate["reason"] == "by_hand":
                continue
            if self._now_s() - self._stepped_s < 3.0:
                continue
            if candidate["fix_age_s"] > FIX_LIMIT_S:
                self.fail("I10", f"{candidate['unit_id']} was chosen by a fix of {candidate['fix_age_s']:.0f} s")
            lon, lat = candidate["position"]
            fixes = [
                f
                for f in self._ledger.fixes.get(candidate["unit_id"], ())
                if f.honest and abs(f.lon - lon) < SAME_PLACE_DEG and abs(f.lat - lat) < SAME_PLACE_DEG
            ]
            if not fixes:
                self.fail("I10", f"{candidate['unit_id']} was chosen at {lon} {lat}, where it never honestly was")
            elif not self._clock_off_s and self._now_s() - fixes[-1].sent_s > FIX_LIMIT_S + 2.0:
                self.fail("I10", f"{candidate['unit_id']} was last there {self._now_s() - fixes[-1].sent_s:.0f} s ago")

    def clock_set(self, seconds: float) -> None:
        """Somebody sets the server's clock."""
        self._stepped_s = self._now_s()
        if seconds > 0:
            self._leapt_s = self._now_s()

    def revoked(self, name: str, link: Link) -> None:
        """A session was ended, of which somebody has a copy and this line."""
        self._revoked[name] = (self._now_s(), link)

    def served(self, who: str, key: str, began_s: float, ended_s: float) -> None:
        """I16: what is most urgent waits for the disk, for what the disk had begun before, and for nothing else."""
        command_id = f"{who}§{key}"
        if command_id not in self._urgent or self._unhealthy_s > began_s - HEALTHY_AFTER_S:
            return
        self.checks += 1
        if ended_s - began_s > P1_DELAYED_S + self._disk_s:
            self.fail("I16", f"{command_id} of priority 1 took {ended_s - began_s:.3f} s")

    # A disk is lost, and what comes back from its copy

    def look_once_more(self) -> None:
        """Read what a process wrote and did not live to say so, while it can be read."""
        self._opening = True
        with suppress(apsw.Error, ValueError):
            self.committed()
        self._opening = False

    def brought_back(self, world: "World", kept: int, at: int | None) -> None:
        """
        A log was restored that ends at `kept`: all that the copy had, as of the moment `at`, unchanged.

        What came after it did not happen. Those who were told of it are not asked about it any more, and counted as lost; where an
        answer waits for its copy, and the newest is restored, there must be none.
        """
        self.checks += 1
        copied = reaches(self._disk.files_under("copy/entries.town.log"), self._hashes)
        expected = copied if at is None else sum(1 for one in self._at[:copied] if one <= at)
        if kept != expected:
            self.fail(
                "S21", f"the copy has {copied} of {len(self._hashes)} entries, {expected} were to come back: {kept} did"
            )
            return
        rows = list(self._log.rows(0, self._log.first_hash()))
        if [row.hash for row in rows] != self._hashes[:kept]:
            self.fail("I5", "what was restored is not what was written")
            return
        self._former.append((world.network.dialled, self.fold))
        fold, self._rows_of = Fold(), {}
        for row, seen_s in zip(rows, self._seen_s, strict=False):
            fold.take(row, seen_s)
            first, _, _ = self._rows_of.get(row.command_id, (row.position, 0, 0))
            self._rows_of[row.command_id] = (first, row.position, row.step)
        del self._hashes[kept:], self._at[kept:], self._seen_s[kept:]
        self.fold = fold
        self._welcomed_before = {name: self._audit.count(name, "stream") for name in self._welcomes}
        self._welcomes.clear()
        self._forget(kept, everything_waits=at is None and world.plan.faults.copies == "waits")
        self.let_go()

    def _forget(self, kept: int, *, everything_waits: bool) -> None:
        ledger = self._ledger
        lost = [sent.key for sent in ledger.sent.values() if sent.forget_after(kept)]
        journal = b"".join(record for file in self._disk.files_under(JOURNAL) for record in records(file))
        for words in [w for w in ledger.acknowledged if w not in self.fold.words and w.encode() not in journal]:
            lost.append(words)
            del ledger.acknowledged[words], ledger.called[words]
        self.given_up += len(lost)
        if lost and everything_waits:
            self.fail("S21", f"acknowledged when it was on both disks, and lost with one: {lost[:5]}")

    # What people hear

    def listener(self, name: str, posting: Posting) -> Callable[[str, int], None]:
        """Return what hears every frame of one person."""
        role, office, unit = str(posting.role), str(posting.office), posting.unit

        def heard(frame: str, wire: int) -> None:
            # Half of what is said is that all is well.
            if frame.startswith(BEAT):
                return
            message = read_frame(frame)
            if message["t"] == "welcome":
                self._welcomed(name, wire)
            elif message["t"] in ("snap", "more", "change"):
                fold = self._history(name, wire, message["epoch"])
                for item in message["items"]:
                    if item["v"] is not None:
                        self._shown(name, role, office, unit, item, message["pos"], fold)

        return heard

    def _history(self, name: str, wire: int, epoch: str) -> Fold:
        """Return the facts by which a stream was shown something. S21: no epoch stands for two histories."""
        number = next((n for n, (until, _) in enumerate(self._former) if wire <= until), len(self._former))
        if self._epochs.setdefault(epoch, number) != number:
            self.fail("S21", f"{name} was shown another history under the epoch {epoch}, which it knew")
        return self._former[number][1] if number < len(self._former) else self.fold

    def _welcomed(self, name: str, wire: int) -> None:
        """I8: it was written down before anything left."""
        lines = self._welcomes.setdefault(name, set())
        if wire in lines or (self._former and wire <= self._former[-1][0]):
            return
        lines.add(wire)
        if self._audit.count(name, "stream") < self._welcomed_before.get(name, 0) + len(lines):
            self.fail("I8", f"{name} was let in without a line in the audit log")

    def _shown(self, name: str, role: str, office: str, unit: str | None, item: Any, pos: int, fold: Fold) -> None:
        """I7: nobody holds what is not theirs, at the position that the frame names."""
        self.checks += 1
        kind, thing, view = item["k"], item["id"], item["v"]
        if kind not in MAY_HOLD[role]:
            self.fail("I7", f"{name} was shown a {kind}")
        elif unit is not None:
            if kind == "unit" and thing != unit:
                self.fail("I7", f"{name} was shown {thing}")
            if kind in ("incident", "crew_detail") and not fold.had_crew(thing, unit, pos):
                self.fail("I7", f"{name} was shown {kind} {thing} at {pos}, which it never had")
            if kind == "crew_detail" and view.get("recommendation") is not None:
                self.fail("I7", f"{name} was shown who else could have gone to {thing}")
        elif role == "station_desk" and kind in ("incident", "detail") and not fold.has_office(thing, office, pos):
            self.fail("I7", f"{name} was shown {kind} {thing} at {pos}, which its office does not have")

    # Every second

    def second(self, world: "World") -> None:
        """Look at what should have happened by now. Raises `Broken`."""
        if self.first is None:
            self._health(world)
            self._acknowledgements(world)
            self._deadlines(world)
            self._bounds(world)
            self._signed_out()
            self._fenced(world)
            if self._ledger.failed:
                self.fail("5xx", f"answered with 500: {self._ledger.failed[0]}")
        if self.first is not None:
            raise self.first

    def _health(self, world: "World") -> None:
        # A copy or a witness that cannot be reached is no reason for anything to wait.
        failures = world.volumes["main"].failures + world.volumes["journal"].failures
        sick = world.server.life is None or world.server.parts is None or world.volumes["main"].full
        if world.time.off_s != self._clock_off_s:
            self._stepped_s = self._now_s()
        if sick or failures != self._failures or world.time.off_s != self._clock_off_s:
            self._unhealthy_s = self._now_s()
        self._failures, self._clock_off_s = failures, world.time.off_s

    def _acknowledgements(self, world: "World") -> None:
        """I1: whoever was told that we have their call is in the journal or the log, on disk."""
        new = [words for words in self._ledger.acknowledged if words not in self._acknowledged]
        if not new:
            return
        kept = b"".join(record for file in self._disk.durable_under(JOURNAL) for record in records(file))
        for words in new:
            self._acknowledged.add(words)
            # A page is answered once the journal has it; a command once the log has it.
            in_log = words in self.fold.words and words not in self._ledger.by_page
            if words.encode() not in kept and not in_log:
                self.fail("I1", f"{words} was acknowledged and cannot be read from what is on disk")
        for sent in self._new_answers():
            self._answers(sent)

    def _new_answers(self) -> list[Sent]:
        return [sent for sent in self._ledger.sent.values() if len(sent.answers) > 1]

    def _answers(self, sent: Sent) -> None:
        """I9: a key has one outcome, however often it is asked."""
        good = [told for _, status, told in sent.answers if status < 300 and told.get("events")]
        if len({(told["position"], tuple(told["events"])) for told in good}) > 1:
            self.fail("I9", f"{sent.who} {sent.key} was answered differently: {good}")

    def _deadlines(self, world: "World") -> None:
        """I4: no offer outlives its window while the server is well."""
        now = self._now_s()
        for offer in self.fold.offers.values():
            # A timer that could not be served comes up again at once when it can be.
            until = max(offer.sent_s + 1.2 * offer.window_s + 5.0, self._unhealthy_s + HEALTHY_AFTER_S)
            if now > until:
                self.fail(
                    "I4", f"{offer.assignment} had {offer.window_s:.0f} s and waits since {now - offer.sent_s:.0f} s"
                )
                return

    def _signed_out(self) -> None:
        """I11: nothing more is said to whoever has a copy of an ended session."""
        for name, (ended_s, link) in self._revoked.items():
            if link.sent_last_s > ended_s + REVOKED_WITHIN_S:
                self.fail(
                    "I11", f"{name} was told something {link.sent_last_s - ended_s:.1f} s after its session ended"
                )

    def _fenced(self, world: "World") -> None:
        """I12: nobody else can open the log to write it, and who knows an older end of it cannot append."""
        life, parts = world.server.life, world.server.parts
        if self._now_s() - self._probed_s < PROBED_EVERY_S or life is None or life.over or parts is None:
            return
        self._probed_s = self._now_s()
        self.checks += 1
        wrong = life.run(unfenced, self._disk.folder / "main/town.log.sqlite", parts.log)
        if wrong:
            self.fail("I12", wrong)

    def _bounds(self, world: "World") -> None:
        """I14: what waits stays within its bounds."""
        parts = world.server.parts
        if parts is None:
            return
        for group in parts.hub._groups.values():
            for connection in group.connections.values():
                if connection.waiting > FRAMES_MAX:
                    self.fail("I14", f"{connection.waiting} frames wait for {connection.tag}")

    # The end

    def all_done(self, world: "World") -> bool:
        """Whether everything that was begun is finished."""
        ledger, fold = self._ledger, self.fold
        return (
            len(ledger.acknowledged) == len(ledger.called)
            and all(words in fold.words for words in ledger.acknowledged)
            and all(fold.calls.values())
            and not any(fold.incidents.values())
            and not fold.offers
            and all(not crew.outbox.entries for crew in world.crews)
        )

    def at_end(self, world: "World") -> None:
        """Ask of the whole run what can only be asked at its end. Raises `Broken`."""
        ledger, fold = self._ledger, self.fold
        if world.server.parts is None:
            raise self.first or Broken("I13", "everything has healed, and there is no server", self._now_s())
        for words in ledger.called:
            if words not in ledger.acknowledged:
                self.fail("I1", f"{words} never got through, although everything had healed")
        for words in ledger.acknowledged:
            if fold.words.get(words, 0) != 1:
                self.fail("I1", f"{words} was acknowledged and is {fold.words.get(words, 0)} calls")
        waiting = [call for call, ended in fold.calls.items() if not ended]
        if waiting:
            self.fail("I4", f"calls that nobody settled: {waiting[:5]}")
        open_now = [incident for incident, still in fold.incidents.items() if still]
        if open_now:
            self.fail("I4", f"incidents that nobody ended: {open_now[:5]}")
        if fold.offers:
            self.fail("I4", f"offers that nobody answered: {list(fold.offers)[:5]}")
        if fold.holders:
            self.fail("I3", f"units that are still held: {fold.holders}")
        for sent in ledger.sent.values():
            self._answers(sent)
            self._in_log(sent)
        for crew in world.crews:
            if crew.outbox.entries:
                self.fail("I9", f"{crew.face.name} still has {[e.action for e in crew.outbox.entries]}")
        self._views(world)
        self._replay(world)
        if self.first is not None:
            raise self.first

    def _in_log(self, sent: Sent) -> None:
        """I9: what was answered with a position lies there."""
        for _, status, told in sent.answers:
            if status < 300 and told.get("events"):
                rows = self._rows_of.get(f"{sent.who}§{sent.key}")
                if rows is None or rows[1] != told["position"]:
                    self.fail("I9", f"{sent.who} {sent.key} was told position {told['position']}, the log says {rows}")

    def _views(self, world: "World") -> None:
        """I6: what everybody sees is what somebody who comes now would see."""
        for face in world.faces:
            if face is world.exchange:
                continue
            fresh = world.fresh_view(face)
            held = {key: view for items in face.stream.world.streams.values() for key, view in items.items()}
            if held != fresh:
                odd = sorted({k for k in {*held, *fresh} if held.get(k) != fresh.get(k)})
                self.fail("I6", f"{face.name} holds another view than the server: {odd[:6]}")

    def _replay(self, world: "World") -> None:
        """I5: replay from zero, snapshot and tail, and the live state are the same bytes."""
        self.same_states(world.three_states())

    def same_states(self, states: "list[ProvinceState]") -> None:
        """I5: these are one state, and the same bytes."""
        self.checks += 1
        first, *others = states
        # Compared as they are: bytes alone would be blind to what is never written into them.
        if any(state != first for state in others) or len({snapshot(state) for state in states}) != 1:
            self.fail("I5", "replay, snapshot with tail, and the live state differ")
