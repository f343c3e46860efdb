"""The shell of oversight: one writer over one log, its rows, its proofs and its clocks, in one event loop."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Container, Sequence
from pathlib import Path
from typing import Annotated, Any, Protocol

import msgspec

from nazdik.kernel import Actor, CommandId, Context, Instant, OfficeId, PersonId, Rejected, Unavailable
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.instant import seconds_between
from nazdik.oversight import commands as c
from nazdik.oversight import events as e
from nazdik.oversight.calendar import day_of
from nazdik.oversight.clocks import Around, calendar_for, next_at
from nazdik.oversight.codes import Codes, read_code, shown
from nazdik.oversight.errors import (
    CaseNotFound,
    CodeUnknown,
    KeyTooShort,
    RecordingNotFound,
    SaidUnsigned,
    TooManyFiles,
)
from nazdik.oversight.facts import Facts, Receipt
from nazdik.oversight.jalali import end_of_last_month
from nazdik.oversight.limits import Limits
from nazdik.oversight.machine import OversightMachine, load
from nazdik.oversight.model import Case, Category, Contact, Kind, Recording, Source, State, Voice
from nazdik.oversight.rows import Rows
from nazdik.oversight.words import cleaned
from nazdik.platform.audit import Audit
from nazdik.platform.auth import Throttle
from nazdik.platform.clock import Clock
from nazdik.platform.deadlines import Deadlines
from nazdik.platform.eventlog.entry import EventLog
from nazdik.platform.eventlog.machine import Answer, Batch
from nazdik.platform.eventlog.writer import Writer

FILES_MAX = 3
RECORDINGS_MAX = 2
KEY_CHARACTERS_MIN = 16
HEAD_EVERY_S = 60.0
AGAIN_US = 15_000_000
PUBLISH_EVERY_S = 3_600.0
SHELF_EVERY_S = 600.0
CITIZEN = Actor(id="citizen", role="citizen")
# Whoever keeps the register at the machine itself, and whatever is taken over from other systems.
KEEPER = Actor(id="console", role="staff")
_log = logging.getLogger(__name__)


class Pictures(Protocol):
    """Keeps pictures bare: pixels, and nothing of where and by what they were taken."""

    async def keep(self, body: bytes) -> tuple[str, Any]:
        """Return the name of a picture that is on disk now."""

    async def find(self, name: str) -> bytes:
        """Return a picture."""


class Shelf(Protocol):
    """Keeps sounds and films bare, and those that became part of no case only for a while."""

    async def take(self, body: AsyncIterator[bytes]) -> Recording:
        """Return what was sent, stripped and on disk."""

    def find_waiting(self, name: str) -> Recording | None:
        """Return what was sent lately under a name."""

    def path_of(self, name: str) -> Path:
        """Return where a recording lies."""

    def put_in_order(self, held: Container[str], destroyed: Container[str]) -> None:
        """Let go of what was destroyed, and of what nobody made part of a case in time."""

    def destroy(self, name: str) -> None:
        """Overwrite a recording and let go of it."""


class Wished(msgspec.Struct, frozen=True):
    """A recording that was sent before, and what its citizen wants done with the voice in it."""

    name: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    voice: Voice = Voice.AS_IS


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says to 197, by whichever way."""

    kind: Kind
    text: str
    office: OfficeId
    lang: str = "fa"
    category: Category = Category.OTHER
    unit: OfficeId | None = None
    person: PersonId | None = None
    incident_at: Instant | None = None
    anonymous: bool = True
    contact: Contact | None = None
    photos: tuple[bytes, ...] = ()
    recordings: tuple[Wished, ...] = ()
    # When it was said, if that was at a desk without network.
    said_at: Instant | None = None


class Received(msgspec.Struct, frozen=True):
    """What somebody gets for it: the code, shown once, and the receipt."""

    code: str
    case_id: str
    receipt: Receipt


class Oversight:
    """Everything of 197 that runs."""

    def __init__(
        self,
        log: EventLog,
        facts: Facts,
        codes: Codes,
        *,
        around: Around,
        clock: Clock,
        audit: Audit,
        pictures: Pictures,
        shelf: Shelf,
        text_to: str = "",
        idle_s: float | None = None,
    ) -> None:
        """
        Open it from its log.

        Args:
            text_to: The number to which a citizen texts a code to give a turn back; empty when none is connected.
            idle_s: How long a desk may be left alone before its session ends; None for as long as it lasts.

        Raises:
            LogDamaged: The log cannot be understood.
            HeadsLost: The log is not what was signed of it.
        """
        self.around, self.clock, self.audit, self.pictures, self.shelf = around, clock, audit, pictures, shelf
        self.text_to, self.idle_s = text_to, idle_s
        self.facts, self.rows, self._codes = facts, Rows(around), codes
        self.limits, self.tries = Limits(clock), Throttle(clock)
        state, history = load(log)
        self.rows.apply(state, [fact for _, fact in history])
        facts.apply(fact for _, fact in history)
        facts.check_kept()
        self._writer: Writer[State] = Writer(log, OversightMachine(around), state, clock, self._committed)
        self._deadlines, self._changed = Deadlines(), asyncio.Event()
        for case in state.cases.values():
            self._set_timer(state, case)
        self._tasks: list[asyncio.Task[None]] = []
        self._hearers: list[Callable[[Sequence[e.Event]], None]] = []
        # The recordings of all cases by name; the same file may be in several.
        self._held: dict[str, set[str]] = {}
        for case in state.cases.values():
            for one in case.recordings:
                self._held.setdefault(one.name, set()).add(case.id)

    def hear(self, hearer: Callable[[Sequence[e.Event]], None]) -> None:
        """Tell a hearer of facts, once they are on disk."""
        self._hearers.append(hearer)

    @property
    def state(self) -> State:
        """The durable state."""
        return self._writer.state

    def open(self) -> None:
        """Start the clocks."""
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._serve_timers()),
            loop.create_task(self._keep_heads()),
            loop.create_task(self._publish()),
            loop.create_task(self._keep_shelf()),
        ]

    async def close(self) -> None:
        """Stop the clocks, finish what was begun, and sign what came last."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._writer.close()
        await self._keep_head()
        self.rows.close()

    async def submit(self, command: c.Command, actor: Actor, key: str) -> Answer:
        """Decide a command; a repeated key of the same actor gets the first answer."""
        ctx = Context(self.clock.now(), actor, CommandId(f"{actor.id}§{key}"))
        return await self._writer.submit(command, ctx)

    # Citizens

    async def receive(
        self, said: Said, key: str, source: Source, *, actor: Actor = CITIZEN, from_office: OfficeId | None = None
    ) -> Received:
        """
        Take down what somebody says. The same key leads to the same code, so that sending twice is safe.

        Raises:
            KeyTooShort, TooManyFiles, and what the core refuses.
        """
        if len(key) < KEY_CHARACTERS_MIN:
            raise KeyTooShort(characters_min=KEY_CHARACTERS_MIN)
        drawn = f"{actor.id}\0{key}"
        code, code_hash = await self.code_of(drawn)
        files = await self._keep(said.photos)
        recordings = self._wished(said.recordings)
        issued_at = self._codes.issued_at(actor.id, key) if said.said_at is not None else None
        if said.said_at is not None and issued_at is None:
            raise SaidUnsigned()
        case_id = self._codes.drawn("case", drawn).hex()[:20]
        await self.submit(
            c.ReceiveContact(
                case_id=case_id,
                token=self._codes.drawn("token", drawn).hex()[:32],
                salt=self._codes.drawn("salt", drawn).hex()[:32],
                code_hash=code_hash,
                kind=said.kind,
                source=source,
                text=cleaned(said.text),
                office=said.office,
                lang=said.lang,
                category=said.category,
                unit=said.unit,
                person=said.person,
                incident_at=said.incident_at,
                anonymous=said.anonymous,
                contact=None if said.anonymous else said.contact,
                files=files,
                recordings=recordings,
                stated_at=said.said_at,
                issued_at=issued_at,
                from_office=from_office,
            ),
            actor,
            key,
        )
        return Received(shown(code), case_id, self.facts.receipt(case_id, self.clock.now()))

    async def code_of(self, drawn: str) -> tuple[str, str]:
        """Return the code that belongs to a request, and what is kept of it."""
        code = self._codes.code_for(drawn)
        return code, await self.hash_of(code)

    async def hash_of(self, digits: str) -> str:
        """Return what is kept of a code."""
        return await asyncio.to_thread(self._codes.hash_of, digits)

    def code_for(self, actor: Actor, key: str) -> str:
        """Return the code that a contact will have which this actor sends with this key."""
        return self._codes.code_for(f"{actor.id}\0{key}")

    def fresh_keys(self, count: int) -> list[str]:
        """Return keys that nobody guesses and nobody has had."""
        return [secrets.token_hex(16) for _ in range(count)]

    def offline_keys(self, actor: Actor, at: Instant, count: int) -> list[str]:
        """Return fresh keys that say by themselves to whom and when they were given."""
        return [self._codes.key_for(actor.id, at, fresh) for fresh in self.fresh_keys(count)]

    def id_for(self, what: str, actor: Actor, key: str) -> str:
        """Return the id of something that a request begins; sent again, it is the same."""
        return self._codes.drawn(what, f"{actor.id}\0{key}").hex()[:20]

    async def case_of(self, typed: str, bucket: str) -> Case:
        """
        Return the case of a code. Wrong ones slow the next down; a mistyped, a foreign and a made-up code are refused alike.

        Raises:
            CodeUnknown: No contact has it.
            TooManyTries: Wait first.
        """
        key = f"code:{bucket}"
        self.tries.check(key)
        digits = read_code(typed)
        found = None
        if digits is not None:
            found = self.state.by_code.get(await asyncio.to_thread(self._codes.hash_of, digits))
        if found is None:
            self.tries.failed(key)
            raise CodeUnknown()
        self.tries.succeeded(key)
        return self.state.cases[found]

    async def write_back(
        self, case: Case, text: str, photos: Sequence[bytes], recordings: Sequence[Wished], key: str
    ) -> None:
        """Add what a citizen writes to their case."""
        files = await self._keep(photos)
        command = c.WriteBack(case_id=case.id, text=cleaned(text), files=files, recordings=self._wished(recordings))
        await self.submit(command, CITIZEN, f"{case.id}:{key}")

    async def _keep(self, photos: Sequence[bytes]) -> tuple[str, ...]:
        if len(photos) > FILES_MAX:
            raise TooManyFiles(most=FILES_MAX)
        return tuple([(await self.pictures.keep(photo))[0] for photo in photos])

    def _wished(self, wished: Sequence[Wished]) -> tuple[Recording, ...]:
        """Return recordings that were sent before. Raises `RecordingNotFound`, `TooManyFiles`."""
        if len(wished) > RECORDINGS_MAX:
            raise TooManyFiles(most=RECORDINGS_MAX)
        found = [(self._recording(one.name), one.voice) for one in {one.name: one for one in wished}.values()]
        return tuple(msgspec.structs.replace(sent, voice=voice) for sent, voice in found)

    def _recording(self, name: str) -> Recording:
        sent = self.shelf.find_waiting(name)
        if sent is not None:
            return sent
        # Sent again after it became part of a case.
        for case_id in self._held.get(name, ()):
            for one in self.state.cases[case_id].recordings:
                if one.name == name and one.destroyed_at is None:
                    return Recording(one.name, one.media_type, one.size)
        raise RecordingNotFound(recording=name)

    # Desks

    def now_for(self, person: str) -> tuple[PersonId, Instant]:
        """Return who reads and when, as the rows want it."""
        return PersonId(person), self.clock.now()

    async def note(self, person: str, what: str, purpose: str, **details: Any) -> None:
        """Write a look at several cases down; only then may it be shown."""
        await self.audit.record(actor=person, what=what, subject="oversight", purpose=purpose, details=details)

    async def read_case(self, actor: Actor, case_id: str, purpose: str, key: str) -> Case:
        """Return a case once its reading is on disk. Raises `CaseNotFound`."""
        if not self.rows.has(*self.now_for(actor.id), case_id):
            raise CaseNotFound(case_id=case_id[:64])
        await self.submit(c.ReadCase(case_id=case_id, purpose=purpose), actor, key)
        return self.state.cases[case_id]

    # After each durable batch

    def _committed(self, batch: Batch[State]) -> None:
        facts: list[e.Event] = [fact for commit in batch.commits for fact in commit.events]
        self.rows.apply(batch.after, facts)
        self.facts.apply(facts)
        if any(isinstance(fact, e.ClosureDecreed | e.ClosureLifted | e.OfficePut) for fact in facts):
            for case in batch.after.cases.values():
                self._set_timer(batch.after, case)
        for case_id in dict.fromkeys(fact.case_id for fact in facts if isinstance(fact, e.CaseEvent)):
            self._set_timer(batch.after, batch.after.cases[case_id])
        for fact in facts:
            if isinstance(fact, e.RecordingAdded):
                self._held.setdefault(fact.recording.name, set()).add(fact.case_id)
        for hearer in self._hearers:
            hearer(facts)
        self._changed.set()

    async def destroyed(self, name: str) -> None:
        """Let go of a recording that no case holds any more."""
        if not self._is_held(name):
            await asyncio.to_thread(self.shelf.destroy, name)

    def _is_held(self, name: str) -> bool:
        """Whether a case has a recording that was not destroyed for it."""
        cases = (self.state.cases[case_id] for case_id in self._held.get(name, ()))
        return any(one.name == name and one.destroyed_at is None for case in cases for one in case.recordings)

    async def _keep_shelf(self) -> None:
        while True:
            held = {name for name in self._held if self._is_held(name)}
            try:
                await asyncio.to_thread(self.shelf.put_in_order, held, self._held.keys() - held)
            except OSError as fault:
                _log.error("the shelf of recordings cannot be put in order now: %s", fault.strerror)
            await asyncio.sleep(SHELF_EVERY_S)

    def _set_timer(self, state: State, case: Case) -> None:
        self._deadlines.push(case.id, next_at(case, calendar_for(state, case.office, self.around)))

    async def _serve_timers(self) -> None:
        while True:
            now = self.clock.now()
            for case_id in self._deadlines.pop_due(now):
                await self._tick(case_id, now)
            due = self._deadlines.next_due()
            wait_s = 60.0 if due is None else min(60.0, max(0.05, seconds_between(self.clock.now(), due)))
            self._changed.clear()
            try:
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _tick(self, case_id: str, now: Instant) -> None:
        try:
            await self.submit(c.Tick(case_id=case_id), SYSTEM, f"tick:{case_id}:{now}")
            self._set_timer(self.state, self.state.cases[case_id])
        except (Rejected, Unavailable) as refused:
            _log.warning("the clocks of %s could not be told: %s", case_id, refused)
            self._deadlines.push(case_id, Instant(now + AGAIN_US))

    async def _keep_heads(self) -> None:
        while True:
            await asyncio.sleep(HEAD_EVERY_S)
            await self._keep_head()

    async def _publish(self) -> None:
        while True:
            await self.publish()
            await asyncio.sleep(PUBLISH_EVERY_S)

    async def publish(self) -> None:
        """Publish figures over the months that are over, once there are enough closed cases in them."""
        until = end_of_last_month(day_of(self.clock.now()))
        released = self.state.releases
        if released and released[-1].until_day >= until:
            return
        try:
            await self.submit(c.ReleaseFigures(until_day=until), SYSTEM, f"figures:{until}:{self.clock.now()}")
        except (Rejected, Unavailable) as refused:
            _log.warning("figures could not be published: %s", refused)

    async def _keep_head(self) -> None:
        head = self.facts.head_to_keep(self.clock.now())
        if head is None:
            return
        try:
            await asyncio.to_thread(self.facts.keep_head, head)
        except OSError as fault:
            _log.error("heads cannot be kept now: %s", fault.strerror)
