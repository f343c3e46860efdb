"""
Whoever took a turn and wished so is told by text when the meeting is called off.

The number is in no log and no audit: it lies sealed in a file of its own, named by the booking, until the turn is over, given back
or its holder was told. Nobody at a desk is shown it. So a restart forgets nobody, and afterwards nothing of it is left.
"""

import asyncio
import logging
import os
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec

from nazdik.kernel import Instant
from nazdik.kernel.text import latin_digits, persian_digits
from nazdik.oversight.calendar import day_of, end_of_day
from nazdik.oversight.events import Event
from nazdik.oversight.jalali import written
from nazdik.oversight.meetings import events as e
from nazdik.oversight.meetings.errors import NumberUnreadable
from nazdik.oversight.meetings.model import HELD, Booking, Meetings, Session
from nazdik.oversight.meetings.sms import Hand
from nazdik.oversight.service import Oversight
from nazdik.platform.auth.seals import SealBroken, Seals
from nazdik.platform.clock import Clock
from nazdik.platform.sqlite import sync_folder

FOLDER, KEY_FILE = "numbers", "numbers.key"
LOOK_EVERY_S = 60.0
WORDS_MAX = 300
_APART = re.compile(r"[\s\u200c\u200e\u200f\u2066-\u2069().–-]+")
_NUMBER = re.compile(r"(?:\+|00)?\d{8,15}")
_NAME = re.compile(r"[0-9a-f]{16}")
_log = logging.getLogger(__name__)


class Reached(msgspec.Struct, frozen=True):
    """Where somebody is texted, and in which language."""

    to: str
    lang: str


class Carriers(Protocol):
    """Knows where messages of ours are handed over."""

    def carrier(self) -> str:
        """Return the address of the gateway that carries messages of ours; empty when there is none."""


def number_in(typed: str) -> str:
    """Return a telephone number as gateways take it; empty when none was typed. Raises `NumberUnreadable`."""
    number = _APART.sub("", latin_digits(typed))
    if number and _NUMBER.fullmatch(number) is None:
        raise NumberUnreadable()
    return number


def called_off(turn: int, at: Instant, why: str, lang: str) -> str:
    """Return what is texted to whoever has a turn at a meeting that is called off."""
    why = " ".join(why.split())
    if lang != "fa":
        return f"197: the meeting of {written(at, jalali=False)} (turn {turn}) is called off: {why}"[:WORDS_MAX]
    return persian_digits(f"۱۹۷: دیدار {written(at, jalali=True)} (نوبت {turn}) لغو شد: {why}")[:WORDS_MAX]


class Numbers:
    """The numbers of those who wish to be told, one sealed file for each booking. Blocking: call it in a thread."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._seals = Seals(folder / KEY_FILE, clock)

    def keep(self, booking_id: str, reached: Reached) -> None:
        """Keep where somebody is texted; it is on disk when this returns."""
        fresh = self._folder / f"{booking_id}.new"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(self._seals.seal(msgspec.json.encode(reached), booking_id))
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self._folder / booking_id)
        sync_folder(self._folder)

    def find(self, booking_id: str) -> Reached | None:
        """Return where the holder of a turn is texted, or None."""
        try:
            sealed = (self._folder / booking_id).read_bytes()
            return msgspec.json.decode(self._seals.open(sealed, booking_id), type=Reached)
        except (OSError, SealBroken, msgspec.MsgspecError):
            return None

    def forget(self, booking_id: str) -> None:
        """Let go of a number."""
        (self._folder / booking_id).unlink(missing_ok=True)

    def kept(self) -> list[str]:
        """Return the bookings whose number is here; what was not written to its end is let go of."""
        names = sorted(path.name for path in self._folder.iterdir())
        for name in names:
            if _NAME.fullmatch(name) is None:
                (self._folder / name).unlink(missing_ok=True)
        return [name for name in names if _NAME.fullmatch(name)]


class CallOffs:
    """Tells those whose meeting is called off, and lets go of every number that is needed no more. Belongs to one event loop."""

    def __init__(self, oversight: Oversight, numbers: Numbers, carriers: Carriers, hand: Hand) -> None:
        self._oversight, self._numbers, self._carriers, self._hand = oversight, numbers, carriers, hand
        self._changed = asyncio.Event()
        self._keeping = asyncio.Lock()
        oversight.hear(self._heard)

    @property
    def tells(self) -> bool:
        """Whether there is a gateway by which anybody could be told."""
        return bool(self._carriers.carrier())

    async def wish(self, booking_id: str, number: str, lang: str) -> None:
        """Keep the number of somebody who has just taken a turn and wishes to be told."""
        async with self._keeping:
            await asyncio.to_thread(self._numbers.keep, booking_id, Reached(number, lang))
        # It may have been called off while it was written.
        self._changed.set()

    async def run(self) -> None:
        """Tell and let go, at once when something ended and every minute, until cancelled."""
        while True:
            self._changed.clear()
            try:
                await self.look()
            except OSError as fault:
                _log.error("the numbers of those with a turn cannot be read now: %s", fault.strerror)
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Go through all numbers once; a gateway that does not answer is asked again at the next look."""
        async with self._keeping:
            kept = await asyncio.to_thread(self._numbers.kept)
        turns = turns_of(self._oversight.state.meetings, kept)
        reachable = True
        for booking_id in kept:
            found = turns.get(booking_id)
            if found is not None and self._waits(*found):
                continue
            if found is not None and self._is_owed(*found):
                reachable = reachable and await self._tell(*found)
                if not reachable:
                    continue
            await asyncio.to_thread(self._numbers.forget, booking_id)

    def _waits(self, session: Session, booking: Booking) -> bool:
        """Whether somebody still has a turn that is to come."""
        return booking.state in HELD and self._oversight.clock.now() < end_of_day(day_of(session.ends_at))

    def _is_owed(self, session: Session, booking: Booking) -> bool:
        """Whether somebody has to be told: the meeting was called off, and its day is not over."""
        off = session.id in self._oversight.state.meetings.cancelled
        return off and self._oversight.clock.now() < end_of_day(day_of(session.ends_at))

    async def _tell(self, session: Session, booking: Booking) -> bool:
        """Hand a text over; return whether that number is needed no more."""
        reached, address = await asyncio.to_thread(self._numbers.find, booking.id), self._carriers.carrier()
        if reached is None:
            return True
        slot = session.find_slot(booking.slot)
        assert slot is not None, "a turn that somebody had is not taken out"
        why = self._oversight.state.meetings.cancelled[session.id]
        # The same name each time, so that a gateway which took it and was not heard sends it once.
        name = sha256(f"called off\0{booking.id}".encode()).hexdigest()[:32]
        words = called_off(slot.number, slot.starts_at, why, reached.lang)
        status = await self._hand(address, {"id": f"197:{name}", "to": reached.to, "text": words}) if address else 0
        if 400 <= status < 500 and status not in (408, 425, 429):
            _log.warning("a gateway refused to tell that a meeting is called off: %s", status)
            return True
        return 200 <= status < 300

    def _heard(self, facts: Sequence[Event]) -> None:
        if any(isinstance(fact, e.SessionCancelled | e.BookingEnded) for fact in facts):
            self._changed.set()


def turns_of(meetings: Meetings, wanted: Sequence[str]) -> dict[str, tuple[Session, Booking]]:
    """Return the session and booking of each id that is known."""
    ids = set(wanted)
    if not ids:
        return {}
    return {
        booking.id: (session, booking)
        for session in meetings.sessions.values()
        for booking in session.bookings
        if booking.id in ids
    }
