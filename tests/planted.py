"""
Bugs planted in the real code, each of which the simulation of the whole product has to find within a stated number of seeds.

A bug is a few words of one module put differently as it is imported; nothing on disk changes. All of them, with a table:
`python -m tests.planted`; some by name: `python -m tests.planted no-sync sync-off`.
"""

# ruff: noqa: E501 - what is replaced stands as it stands
import argparse
import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import multiprocessing
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

SRC = Path(__file__).parents[1] / "src"
SEEDS = 12
HOURS = 0.5


@dataclass(frozen=True, slots=True)
class Bug:
    """In `module`, `right` is replaced by `wrong`; it must stand there exactly once. `within` seeds, of a scenario when it names one, it has to be found."""

    name: str
    module: str
    right: str
    wrong: str
    within: int = SEEDS
    scenario: str = ""
    # What the simulation does not have (PostgreSQL) is judged by this test instead, once.
    test: str = ""

    @property
    def path(self) -> Path:
        """The file of the module."""
        return SRC.joinpath(*self.module.split(".")).with_suffix(".py")

    def source(self) -> str:
        """Return the module's source with the bug in it."""
        text = self.path.read_text(encoding="utf-8")
        assert text.count(self.right) == 1, (
            f"{self.name}: its words stand {text.count(self.right)} times in {self.module}"
        )
        return text.replace(self.right, self.wrong)


_EVENTLOG, _ROOM = "nazdik.platform.eventlog", "nazdik.bootstrap.control_room"
_CALLERS, _LIVE = "nazdik.intake.callers", "nazdik.platform.live"
_BACKUP = "nazdik.platform.backup"

BUGS: tuple[Bug, ...] = (
    # Durability
    Bug("sync-off", "nazdik.platform.sqlite", "PRAGMA synchronous = FULL", "PRAGMA synchronous = OFF"),
    Bug("journal-no-sync", "nazdik.platform.journal", "            os.fdatasync(self._fd)\n", ""),
    Bug(
        "journal-half-write",
        "nazdik.platform.journal",
        "at, data = at + written, data[written:]",
        "at, data = at + len(data), data[len(data) :]",
    ),
    Bug("journal-goes-on-after-torn-end", "nazdik.platform.journal", "            self._start = self._end\n            self._fd", "            self._start = int(files[-1].stem) if files else 0\n            self._fd", scenario="S19"),
    # Asked a second time, a system whose sync failed says that all is well.
    Bug("failed-sync-asked-again", "nazdik.platform.journal", "            os.fdatasync(self._fd)\n", "            try:\n                os.fdatasync(self._fd)\n            except OSError:\n                os.fdatasync(self._fd)\n", scenario="S17"),
    Bug(
        "acknowledged-before-kept",
        f"{_CALLERS}.service",
        "        offset = await self._keep(wrap(came))\n        line.put(came, at, offset)",
        "        async def soon() -> None:\n            line.put(came, at, await self._keep(wrap(came)))\n"
        "        asyncio.get_running_loop().create_task(soon())",
    ),
    Bug("journal-not-read-again", f"{_CALLERS}.service", "        for record in records:\n", "        for record in ():\n", scenario="S13"),
    Bug(
        "answered-before-durable",
        f"{_EVENTLOG}.writer",
        "hand_off(self._thread, partial(self._append, entries, self.position), self._written)\n",
        "position = self.position\n"
        "                hand_off(self._thread, lambda: self._append(entries, position), lambda *_: self._write_waiting())\n"
        "                self._durable(len(entries))\n",
    ),
    Bug(
        "dropped-but-still-believed",
        f"{_EVENTLOG}.writer",
        "        self._newest_state, self._newest_position = self.state, self.position\n        _log.error",
        "        _log.error",
    ),
    Bug("stopped-writer-goes-on", "nazdik.bootstrap.stopped", "if room.writer.stopped is not None:", "if False:", scenario="S17"),
    Bug("failed-connection-kept", f"{_EVENTLOG}.sqlite", "                self._suspect = True\n", "                pass\n"),
    # Once and no more
    Bug(
        "message-given-up",
        f"{_CALLERS}.line",
        "                await asyncio.sleep(TRY_AGAIN_S)\n",
        "                return\n",
        scenario="S15",
    ),
    Bug(
        "page-is-a-new-call-each-time",
        f"{_CALLERS}.line",
        'await self._surely(self._begun(came, said, words), f"page:{came.gateway}:begin")',
        "begun = self._begun(came, said, words)\n"
        '            fields = {name: getattr(begun, name) for name in begun.__struct_fields__}\n'
        '            await self._surely(c.PresentCall(**{**fields, "call_id": _call(self._room.province, key)}), key)',
        scenario="S2",
    ),
    Bug(
        "key-is-not-kept",
        "nazdik.bootstrap.door",
        'command_id=CommandId(f"{self._posting.person}{KEY_MARK}{self._key}")',
        'command_id=CommandId(f"{self._posting.person}{self._house.clock.now()}{KEY_MARK}{self._key}")',
    ),
    Bug(
        "answers-in-memory-only",
        f"{_EVENTLOG}.answers",
        "        entries = self._log.find_command(command_id)\n",
        "        entries: list = []\n",
    ),
    # Timers
    Bug(
        "timers-forgotten-at-start",
        _ROOM,
        "        for key, due in deadlines_of(state).items():\n            self._deadlines.push(key, due)\n",
        "",
    ),
    Bug("timer-fails-once-and-for-all", _ROOM, "        if due is not None and due <= now:\n            self._deadlines.push", "        if False:\n            self._deadlines.push", scenario="S15"),
    Bug("timers-of-facts-not-set", _ROOM, "        for key, due in deadlines_moved(batch.before, batch.after, facts):\n", "        for key, due in ():\n"),
    Bug("offer-never-ends", "nazdik.dispatch.offers", "    if assignment.state not in OFFERED:\n        return\n    u.add(e.OfferUnanswered", "    if True:\n        return\n    u.add(e.OfferUnanswered"),
    Bug(
        "half-the-time-to-answer",
        "nazdik.bootstrap.control_room",
        "for key in self._deadlines.pop_due(now):",
        "for key in self._deadlines.pop_due(plus_s(now, 12.0)):",
    ),
    # One unit, one assignment
    Bug(
        "taken-units-are-given-away",
        "nazdik.dispatch.by_hand",
        "    if divert_allowed and assignment.state in BEFORE_SCENE:\n        return unit\n    other",
        "    if assignment:\n        return unit\n    other",
    ),
    Bug(
        "duty-ends-under-an-assignment",
        "nazdik.dispatch.units",
        "    if unit.assignment_id is not None:\n        raise UnitHasAssignment(unit_id=unit.id, assignment_id=unit.assignment_id)\n"
        "    if unit.on_duty:",
        "    if unit.on_duty:",
    ),
    Bug("closed-under-units", "nazdik.dispatch.incidents", "    if working:\n        raise UnitsStillAssigned", "    if False:\n        raise UnitsStillAssigned"),
    # Streams
    Bug("resume-skips-one", f"{_LIVE}.hub", "if c.pos > pos and (", "if c.prev > pos and ("),
    Bug("never-taken-away", f"{_LIVE}.hub", "before.scopes if before is not None else _NOBODY", "_NOBODY"),
    Bug("not-written-down", f"{_LIVE}.socket", "            await before_data()\n", "            pass\n"),
    # Who may see what
    Bug("station-sees-its-county", "nazdik.organisation.scopes", "    return frozenset({str(posting.office)})", '    return frozenset({str(posting.office), str(posting.office).rpartition(".")[0]})'),
    Bug("ended-session-still-opens", "nazdik.platform.auth.registry", "        self._sessions = {h: s for h, s in self._sessions.items() if s.person != person}\n", "", scenario="S44"),
    Bug("ended-session-still-listens", f"{_LIVE}.hub", "            connection.close(code)\n", "            pass\n", scenario="S44"),
    # One writer, and nobody waits behind others' work
    Bug("log-not-locked", "nazdik.platform.filelock", "fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)", "pass"),
    Bug("older-end-is-taken", f"{_EVENTLOG}.sqlite", "if self._head.position != expected_position:", "if False:"),
    Bug("writes-wait-for-company", f"{_EVENTLOG}.writer", "call_soon(self._write_waiting)", "call_later(0.5, self._write_waiting)"),
    # Choice
    Bug("clock-set-ages-positions", "nazdik.fleet.lane", "by_ours = claimed_at + (reading.now - self._device_time.at(reading))", "by_ours = claimed_at", scenario="S10B"),
    Bug("clock-set-forward-ages-positions", "nazdik.fleet.lane", "            self._tracks.shift(leapt_us)\n", "", scenario="S10B"),
    Bug("old-positions-are-used", "nazdik.dispatch.recommend", "round(rules.position_limit_s * MICROSECONDS_PER_S)", "round(40 * rules.position_limit_s * MICROSECONDS_PER_S)", scenario="S26"),
    Bug("made-up-positions-are-used", "nazdik.fleet.lane", "mock=np.array(mocks, np.bool_)", "mock=np.zeros(len(mocks), np.bool_)", scenario="S26"),
    # What is left when a disk is not
    Bug("same-epoch-after-a-restore", _ROOM, 'epoch=f"{head.epoch}.{secrets.token_hex(6)}"', "epoch=head.epoch", scenario="S21"),
    Bug("copy-ordered-by-the-clock", f"{_BACKUP}.sealed", "{max([at, *(int(file.stem) + 1 for file in before[-1:])]):020d}", "{at + 0 * len(before):020d}", scenario="S21"),
    Bug("unsynced-copy-is-believed", f"{_BACKUP}.shipping", "        if sure:\n            return frame.last", "        if frame:\n            return frame.last", scenario="S21B"),
    Bug("restored-files-not-synced", f"{_BACKUP}.restoring", "    _sync(to)\n    return done", "    return done", scenario="S21"),
    Bug("messages-do-not-wait-for-their-copy", "nazdik.platform.journal", "        self.when_kept(self._end)\n", "", within=1, test="tests/unit/platform/test_backup.py::test_a_message_that_waits_for_its_copy_is_on_it_when_it_is_acknowledged"),
    Bug("appends-do-not-wait-for-their-copy", f"{_BACKUP}.shipping", "        self._shipper.wait_for(self._name, expected_position + len(entries))\n", "", scenario="S21"),
    Bug("restored-twice-is-another-story", f"{_BACKUP}.restoring", "            while frames and frames[-1][0].first >= frame.first:\n                frames.pop()\n", "", scenario="S21"),
    # What threads did, sockets in turn, desks that fall silent
    Bug("what-failed-on-a-thread-is-never-told", "nazdik.platform.handoff", "        except Exception as error:\n            loop.call_soon_threadsafe(told, None, error)\n", "        except Exception:\n            pass\n", scenario="S15"),
    Bug("sockets-keep-their-turns", "nazdik.platform.http.in_turn", "            give_back()\n            await send(message)", "            await send(message)"),
    Bug("silent-desks-are-kept", "nazdik.bootstrap.leaving", "return silent_s >= rules.desk_silent", "return silent_s >= 10 * rules.desk_silent", scenario="S32"),
    Bug("pages-that-close-are-desks-left", "nazdik.bootstrap.screens", "                last_s = screen.heard_s\n", "                last_s = -1e9\n", scenario="S32"),
    # Somebody or something else gets in the way
    Bug("clock-goes-back", "nazdik.platform.clock", "now_ns = steady_ns - min(steady_ns - wall_ns, elapsed_ns // _SLEW)", "now_ns = wall_ns", scenario="S11"),
    Bug("given-up-while-the-log-is-held", f"{_CALLERS}.line", "                await asyncio.sleep(TRY_AGAIN_S)\n", "                return\n", scenario="S18"),
    Bug("made-up-places-beside-incidents", "nazdik.fleet.lane", "mock=np.array(mocks, np.bool_)", "mock=np.zeros(len(mocks), np.bool_)", scenario="S27"),
    Bug("alarms-of-one-cause-multiply", "nazdik.dispatch.alarms", 'alarm_id = AlarmId(f"{about}!{cause}")', 'alarm_id = AlarmId(f"{about}!{u.at}!{cause}")', scenario="S39"),
    Bug("let-in-without-an-audit", f"{_LIVE}.socket", "            await before_data()\n", "            try:\n                await before_data()\n            except Exception:\n                pass\n", scenario="S47"),
    Bug("bombs-are-faults-of-ours", "nazdik.fleet.doors", "        items = _ITEMS.decode(body)\n    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):", "        items = _ITEMS.decode(body)\n    except UnicodeDecodeError:", scenario="S50"),
    Bug("resumed-with-other-rights", f"{_LIVE}.hub", 'return f"{self.epoch}-{subscription.key}"', 'return f"{self.epoch}-{len(subscription.key) * 0}"', scenario="S46"),
    Bug("crews-stay-with-what-was-joined", "nazdik.dispatch.joining", "    running = u.world.active_assignments(gone)\n", "    running: tuple[Assignment, ...] = ()\n", scenario="S52"),
    # With PostgreSQL
    Bug("called-back-is-acknowledged", f"{_EVENTLOG}.postgres.log", "                    raise Uncertain(\"an append was called back while it waited for the standby\")", "                    pass", within=1, test="tests/contract/test_postgres_pair.py::test_nothing_is_acknowledged_that_is_on_one_disk_only"),
    Bug("let-in-at-one-node-only", "nazdik.bootstrap.nodes.devices", "        if not self._table.put(_shared(device, token_digest)):", "        if False:", within=1, test="tests/contract/test_shared_devices.py"),
    Bug("let-out-at-one-node-only", "nazdik.bootstrap.nodes.devices", "            if device_id not in self._told:", "            if False:", within=1, test="tests/contract/test_shared_devices.py"),
    # The record
    Bug("chain-without-actor", f"{_EVENTLOG}.entry", "e.command_digest, e.actor, e.kind, e.subject, e.claims, e.answer)", "e.command_digest, e.kind, e.subject, e.claims, e.answer)"),
    Bug("changed-entries-are-whole", f"{_EVENTLOG}.verify", "if e.hash != chain(self._hash, position, e):", "if False:", scenario="S20"),
    Bug("cut-logs-are-whole", f"{_EVENTLOG}.verify", "self._wrong is None and self.checked < self._reached", "False", scenario="S48"),
    Bug("logs-written-anew-are-whole", f"{_EVENTLOG}.verify", "if head.hash != hash_.hex() or head.root != tree.root().hex():", "if False:", scenario="S48"),
    Bug("snapshot-forgets-waiting", "nazdik.bootstrap.snapshots", "waiting=dict(sorted(world.waiting.items())),", "waiting={},"),
)  # fmt: skip


class _Planting(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Loads one module with its bug."""

    def __init__(self, bug: Bug) -> None:
        super().__init__(bug.module, str(bug.path))
        self._bug = bug

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> Any:
        if name != self._bug.module:
            return None
        return importlib.util.spec_from_file_location(name, self._bug.path, loader=self)

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._bug.source(), str(self._bug.path), "exec", dont_inherit=True)


def found_by(bug: Bug, seeds: int, hours: float = HOURS) -> tuple[int, str]:
    """Return the first seed that finds the bug and what it said; 0 when none did. For a process of its own."""
    sys.meta_path.insert(0, _Planting(bug))
    if bug.test:
        return _found_by_test(bug)
    from nazdik.simulation.whole.cli import plan_of
    from nazdik.simulation.whole.run import run
    from nazdik.simulation.whole.scenarios import SCENARIOS

    for seed in range(1, seeds + 1):
        try:
            named = SCENARIOS[bug.scenario].plan(bug.scenario, seed) if bug.scenario else None
            broken = run(named or plan_of(seed, hours)).broken
        except Exception as error:
            return seed, f"the run itself failed: {error!r}"
        # That a scenario's fault did not come about says nothing of the bug.
        if broken is not None and "it did not happen" not in broken.words:
            return seed, str(broken)
    return 0, ""


def _found_by_test(bug: Bug) -> tuple[int, str]:
    import pytest

    with contextlib.redirect_stdout(io.StringIO()) as said:
        ended = pytest.main(["-x", "-p", "no:terminalreporter", "-p", "no:warnings", str(SRC.parent / bug.test)])
    assert ended in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED), said.getvalue()
    return int(ended is pytest.ExitCode.TESTS_FAILED), f"{bug.test} fails"


def _work(given: tuple[Bug, float]) -> tuple[Bug, int, str, float]:
    bug, hours = given
    began = time.perf_counter()
    seed, said = found_by(bug, bug.within, hours)
    return bug, seed, said, time.perf_counter() - began


def hunt(bugs: Sequence[Bug], jobs: int, hours: float = HOURS) -> list[tuple[Bug, int, str, float]]:
    """Look for each bug in a process of its own."""
    for library in ("numba", "litestar", "scipy.spatial", "shapely", "apsw", "immutables", "osmium"):
        importlib.import_module(library)
    with multiprocessing.get_context("fork").Pool(jobs, maxtasksperchild=1) as pool:
        found = []
        for one in pool.imap_unordered(_work, [(bug, hours) for bug in bugs], chunksize=1):
            found.append(one)
            bug, seed, said, seconds = one
            mark = f"seed {seed}" if seed else "NOT FOUND"
            print(f"{bug.name:32} {mark:10} {seconds:5.0f} s  {said[:120]}", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="bugs to plant; all when none is named")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--hours", type=float, default=HOURS)
    given = parser.parse_args()
    bugs = [bug for bug in BUGS if not given.names or bug.name in given.names]
    found = hunt(bugs, given.jobs, given.hours)
    missed = sorted(bug.name for bug, seed, _, _ in found if not seed)
    print(
        f"{len(found) - len(missed)} of {len(found)} bugs found" + (f"; missed: {', '.join(missed)}" if missed else "")
    )
    raise SystemExit(bool(missed))


if __name__ == "__main__":
    main()
