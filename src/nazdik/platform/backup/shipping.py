"""What adds to a copy: one thread that follows the logs, the journal and the other files, and tells how far behind it is."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from nazdik.kernel import CommandId, Instant
from nazdik.kernel.instant import seconds_between
from nazdik.platform.backup.file_keys import FileKeys
from nazdik.platform.backup.files import FilesCopy
from nazdik.platform.backup.sealed import FILE_BYTES_MAX, Copied, Sealed, newest_copied
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog import Entry, EventLog, Head, LogUnavailable, NewEntry, Snapshot, Verdict
from nazdik.platform.eventlog.entry import Progress

ROUND_S = 0.2
FILES_EVERY_S = 30.0
# After the copy's disk failed, it is tried again this often.
AGAIN_S = 5.0
# A stop copies what is left, and is not held up for longer by a disk that hangs: the service manager ends it after 30 s.
CLOSE_WITHIN_S = 10.0
ENTRIES_AT_ONCE = 2_000
JOURNAL_BYTES_AT_ONCE = 4 * 1024 * 1024
JOURNAL = "journal"
FILES = "files"
_log = logging.getLogger(__name__)


class Entries(msgspec.Struct, frozen=True, array_like=True):
    """What a frame of a log holds."""

    epoch: str
    entries: tuple[Entry, ...]


class JournalBytes(msgspec.Struct, frozen=True, array_like=True):
    """Bytes of one file of the journal, from a place in it."""

    file: str
    place: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Behind:
    """How far the copy is behind: entries not on it, for how long the oldest of them waits, and what its disk last refused."""

    entries: int
    seconds: float
    problem: str | None = None


class Shipper:
    """Copies what is acknowledged to `folder`. Nothing it does can fail or delay what it copies."""

    def __init__(
        self,
        folder: Path,
        recipient: X25519PublicKey,
        data: Path,
        clock: Clock,
        *,
        wait_s: float = 0.0,
        journal: Callable[[], int] | None = None,
    ) -> None:
        """
        Make one; `open` begins.

        Args:
            data: The server's own folder; its files beside logs and journal are copied when they change.
            wait_s: How long an append waits for its copy; 0 for not at all. It never fails for it.
            journal: Where the journal ends on disk.
        """
        self._folder = folder
        self._recipient = recipient
        self._clock = clock
        self._wait_s = wait_s
        self._journal_end = journal
        self._journal = data / JOURNAL
        self._files = FilesCopy(data)
        self._keys = FileKeys(data, folder, recipient)
        self._logs: dict[str, EventLog] = {}
        self._open: dict[str, Sealed] = {}
        self._to: dict[str, int] = {}
        # After a start: up to where what the copy may have already is copied once more, in one piece.
        self._again: dict[str, int] = {}
        self._since: dict[str, Instant] = {}
        self._problem: str | None = None
        self._late = False
        self._files_at = 0.0
        self._ends = False
        self._hangs = False
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._moved = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="backup", daemon=True)

    def follow(self, name: str, log: EventLog) -> EventLog:
        """Copy a log from now on; return it in the form that waits for its copy, when waiting was asked for."""
        self._logs[name] = log
        return CopiedLog(log, name, self)

    def open(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Copy what is left and end. A disk that hangs gets the rest after the next start."""
        self._ends = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(0.0 if self._hangs else CLOSE_WITHIN_S)
            if self._thread.is_alive():
                _log.critical(
                    "the copy in %s does not answer; what it lacks is copied after the next start", self._folder
                )
                return
        with self._lock:
            for sealed in self._open.values():
                sealed.close()
            self._open = {}

    def behind(self) -> Behind:
        """Return how far the copy is behind now."""
        now = self._clock.now()
        missing = {name: log.head().position - self._to.get(name, 0) for name, log in list(self._logs.items())}
        waiting = [seconds_between(self._since.get(name, now), now) for name, count in missing.items() if count > 0]
        return Behind(sum(missing.values()), max(waiting, default=0.0), self._problem)

    def wait_for(self, name: str, position: int) -> bool:
        """
        Wait until the copy of a log has reached `position`, or the time for waiting is over; return whether it has.

        Who waited in vain is the last to wait until the copy has caught up: a disk that hangs costs one wait, not one an act.
        """
        if self._wait_s <= 0 or self._late or not self._thread.is_alive():
            return False
        self._wake.set()
        with self._moved:
            self._late = not self._moved.wait_for(lambda: self._to.get(name, 0) >= position, self._wait_s)
        return not self._late

    def let_go(self, name: str) -> None:
        """Copy the rest of a log that is about to be closed. A disk that hangs is waited for once, however many logs there are."""
        if self._lock.acquire(timeout=0.0 if self._hangs else CLOSE_WITHIN_S):
            try:
                with suppress(OSError, LogUnavailable):
                    self._ship_log(name, self._logs[name])
                    self._sync(self._stream(name))
            finally:
                self._lock.release()
        else:
            self._hangs = True
        self._logs.pop(name, None)

    def look(self, *, everything: bool = False) -> None:
        """Copy what came since the last look; `everything` also what is looked at more seldom. Never raises for the copy."""
        try:
            with self._lock:
                self._round(everything=everything)
            self._problem, self._late = None, False
        except Exception as error:
            # Whatever it is, it must not end the copying for good.
            self._failed(error)
        with self._moved:
            self._moved.notify_all()

    @property
    def pause_s(self) -> float:
        """How long until the next look."""
        return ROUND_S if self._problem is None else AGAIN_S

    def _run(self) -> None:
        while True:
            ends = self._ends
            self.look(everything=ends)
            if ends:
                return
            self._wake.wait(self.pause_s)
            self._wake.clear()

    def _failed(self, error: Exception) -> None:
        if self._problem is None:
            _log.critical("the copy in %s cannot be written: %s", self._folder, error)
        self._problem, self._late = str(error), True
        # What a failed write left is not trusted: the next try begins new files, from what is whole on the disk.
        with self._lock:
            for sealed in self._open.values():
                with suppress(OSError):
                    sealed.close()
            self._open, self._to, self._again = {}, {}, {}
            self._files.forget()
            self._keys.forget()

    def _round(self, *, everything: bool) -> None:
        for name, log in list(self._logs.items()):
            self._ship_log(name, log)
        self._ship_journal()
        now = time.monotonic()
        if everything or now - self._files_at >= FILES_EVERY_S:
            self._files_at = now
            for said in self._files.changed(everything=everything):
                at = self._clock.now()
                body = msgspec.msgpack.encode(said)
                # That a file is gone is nobody's secret, and has to be known when its key is gone too.
                body = body if said.size is None else self._keys.close(said.name, body)
                self._sealed(FILES).add(body, first=at, last=at, at=at)
            self._sync(FILES)

    def _ship_log(self, name: str, log: EventLog) -> None:
        stream = self._stream(name)
        if name not in self._to:
            self._to[name] = self._shared(name, log)
        head = log.head()
        while (to := self._to[name]) < head.position:
            self._since.setdefault(name, self._clock.now())
            entries = log.read(to, self._again.pop(name, to + ENTRIES_AT_ONCE) - to)
            last = entries[-1]
            data = msgspec.msgpack.encode(Entries(head.epoch, tuple(entries)))
            sealed = self._sealed(stream)
            sealed.add(data, first=to + 1, last=last.position, at=self._clock.now(), mark=last.hash)
            sealed.sync()
            self._to[name] = last.position
            with self._moved:
                self._moved.notify_all()
        self._since.pop(name, None)

    def _shared(self, name: str, log: EventLog) -> int:
        """Return up to where copy and log surely tell the same: a log that was itself restored goes on from before."""
        for frame, sure in newest_copied(self._folder, self._stream(name)):
            entry = log.read(frame.last - 1, 1)
            if entry and entry[0].hash == frame.mark:
                return self._go_on(name, frame, frame.first - 1, sure=sure)
        return 0

    def _go_on(self, name: str, frame: Copied, before: int, *, sure: bool) -> int:
        if sure:
            return frame.last
        self._again[name] = frame.last
        return before

    def _ship_journal(self) -> None:
        if self._journal_end is None:
            return
        if JOURNAL not in self._to:
            self._to[JOURNAL] = self._shared_journal()
        end = self._journal_end()
        for file in sorted(self._journal.glob("*.journal")):
            start = int(file.stem)
            size = min(file.stat().st_size, max(end - start, 0))
            while (place := max(self._to[JOURNAL] - start, 0)) < size:
                with file.open("rb") as source:
                    source.seek(place)
                    most = self._again.pop(JOURNAL, start + size) - start - place
                    data = source.read(min(size - place, most, JOURNAL_BYTES_AT_ONCE))
                said = msgspec.msgpack.encode(JournalBytes(file.name, place, data))
                said = self._keys.close(f"{JOURNAL}/{file.name}", said)
                last, mark = start + place + len(data), sha256(data).digest()
                sealed = self._sealed(JOURNAL)
                sealed.add(said, first=start + place, last=last, at=self._clock.now(), mark=mark)
                sealed.sync()
                self._to[JOURNAL] = last
                with self._moved:
                    self._moved.notify_all()

    def _shared_journal(self) -> int:
        for frame, sure in newest_copied(self._folder, JOURNAL):
            for file in self._journal.glob("*.journal"):
                start = int(file.stem)
                if start <= frame.first and frame.last <= start + file.stat().st_size:
                    with file.open("rb") as source:
                        source.seek(frame.first - start)
                        if sha256(source.read(frame.last - frame.first)).digest() == frame.mark:
                            return self._go_on(JOURNAL, frame, frame.first, sure=sure)
        return 0

    def _stream(self, name: str) -> str:
        return f"entries.{name}"

    def _sealed(self, stream: str) -> Sealed:
        sealed = self._open.get(stream)
        if sealed is not None and sealed.size >= FILE_BYTES_MAX:
            sealed.sync()
            sealed.close()
            sealed = None
        if sealed is None:
            sealed = self._open[stream] = Sealed(self._folder, stream, self._recipient, self._clock.now())
        return sealed

    def _sync(self, stream: str) -> None:
        if stream in self._open:
            self._open[stream].sync()


class CopiedLog:
    """A log whose appends wait for their copy, as long as they are asked to, and whose last entries are copied before it closes."""

    def __init__(self, log: EventLog, name: str, shipper: Shipper) -> None:
        self._log = log
        self._name = name
        self._shipper = shipper

    def head(self) -> Head:
        """See `EventLog`."""
        return self._log.head()

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
        """See `EventLog`; what is stored stays stored when the copy is late."""
        self._log.append(entries, expected_position=expected_position)
        self._shipper.wait_for(self._name, expected_position + len(entries))

    @property
    def followed(self) -> EventLog:
        """The log itself."""
        return self._log

    def read(self, after: int, limit: int) -> list[Entry]:
        """See `EventLog`."""
        return self._log.read(after, limit)

    def read_subject(self, subject: str) -> list[Entry]:
        """See `EventLog`."""
        return self._log.read_subject(subject)

    def find_command(self, command_id: CommandId) -> list[Entry]:
        """See `EventLog`."""
        return self._log.find_command(command_id)

    def held(self) -> dict[str, str]:
        """See `EventLog`."""
        return self._log.held()

    def save_snapshot(self, position: int, state_version: int, body: bytes) -> None:
        """See `EventLog`."""
        self._log.save_snapshot(position, state_version, body)

    def load_snapshot(self, state_version: int) -> Snapshot | None:
        """See `EventLog`."""
        return self._log.load_snapshot(state_version)

    def verify(self, known: Head | None = None, progress: Progress | None = None) -> Verdict:
        """See `EventLog`."""
        return self._log.verify(known, progress)

    def close(self) -> None:
        """Copy what is left, then let go of the log."""
        self._shipper.let_go(self._name)
        self._log.close()
