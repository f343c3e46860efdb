"""
The log as rows in PostgreSQL.

Each append is one statement, and so one transaction: it locks the log's row, checks that nobody has taken the log since
and that it ends where we think, and stores everything or nothing. When a connection breaks while an append is under way
we cannot know what became of it; then the log is taken again with a greater token, so that nothing of the old connection
can come after, and only then looked at.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any, NoReturn

import msgspec
import psycopg

from nazdik.platform.eventlog.entry import (
    Claim,
    Head,
    NewEntry,
    Progress,
    Verdict,
    chain,
)
from nazdik.platform.eventlog.errors import (
    ClaimNotHeld,
    ClaimTaken,
    CommandRepeated,
    Contradiction,
    Fenced,
    LogUnavailable,
    PositionTaken,
)
from nazdik.platform.eventlog.postgres.connection import (
    ANSWERS_WITHIN_S,
    Connection,
    OneDisk,
    check_durable,
    connect,
    translated,
    within,
)
from nazdik.platform.eventlog.postgres.lease import RENEW_EVERY_S, Lease, Node
from nazdik.platform.eventlog.postgres.reader import PostgresReader
from nazdik.platform.eventlog.postgres.verify import verify_log

# So long an append goes on finding out what became of it; its senders wait for that.
FINDS_OUT_WITHIN_S = 8.0
_APPEND = (
    "SELECT nazdik.append(%s, %s, %s, %s, %s, %s::bigint[], %s::text[], %s::integer[], %s::bytea[], %s::text[], %s::text[],"
    " %s::text[], %s::bytea[], %s::text[], %s::bytea[], %s::bytea[], %s::bigint[], %s::text[], %s::text[], %s::boolean[])"
)
_encode = msgspec.json.encode
_log = logging.getLogger(__name__)


CUT_AT_ONCE = 2_000


def since_boot_s() -> float:
    """Return a time that goes on while the process, or the whole machine, is asleep."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Uncertain(psycopg.OperationalError):
    """An append was called back while it waited for the standby: PostgreSQL says that it is done, and it may be on one disk."""


class PostgresLog(PostgresReader):
    """An `EventLog` in PostgreSQL, ours to write. Safe to use from any thread; appends exclude one another."""

    def __init__(
        self,
        url: str,
        name: str,
        node: Node,
        *,
        lease: Lease | None = None,
        on_lost: Callable[[], None] | None = None,
        standby_needed: bool = False,
    ) -> None:
        """
        Take the log, making it when there is none.

        Args:
            on_lost: Called from a thread of ours when another node has taken the log.
            standby_needed: Nothing is acknowledged that is not on a synchronous standby's disk too.

        Raises:
            LogInUse: Another node is writing it.
            LogUnavailable: PostgreSQL does not answer, may lose what it acknowledges, or does not let us.
        """
        super().__init__(url, name)
        self._lease = lease or Lease(name, node)
        self._on_lost = on_lost
        self._mutex = threading.Lock()
        self._gone = False
        self._lost = False
        self._standby_needed = standby_needed
        self._doubt = False
        self._trouble: str | None = None
        asked_s = since_boot_s()
        self._writer = self._connect()
        try:
            self._taken = self._lease.take(self._writer)
        except BaseException:
            self._writer.close()
            raise
        self._sure_until_s = asked_s + self._lease.ttl_s
        self._head = self._taken.head
        self.log, self.epoch = self._taken.log, self._head.epoch
        self._keeper = threading.Thread(target=self._keep, name=f"lease {name}", daemon=True)
        self._keeper.start()

    @property
    def token(self) -> int:
        """The token that our appends carry."""
        return self._taken.token

    def head(self) -> Head:
        """Return where the log ends."""
        return self._head

    @property
    def trouble(self) -> str | None:
        """
        Why nothing can be stored now, as far as was tried; None while it can.

        `log.standby_away`: commits wait for a synchronous standby. `log.one_disk`: there is none, and one is asked for.
        `log.store_away`: PostgreSQL does not answer.
        """
        return self._trouble

    @property
    def is_sure(self) -> bool:
        """
        Whether nobody else can have taken the log by the lease's time, reckoned from before it was last renewed.

        A process that was stopped and goes on believes that it writes until it asks: what it knows may be long past.
        """
        return since_boot_s() < self._sure_until_s

    def _connect(self) -> Connection:
        connection = connect(self._url, writes=True, standby_needed=self._standby_needed)
        connection.add_notice_handler(self._heard)
        return connection

    def _heard(self, said: psycopg.errors.Diagnostic) -> None:
        if said.severity_nonlocalized == "WARNING":
            _log.warning("PostgreSQL warns: %s", said.message_primary)
            self._doubt = True

    # Writing

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
        """
        Store all of `entries` or none, on disk when this returns; see `EventLog.append` for what it raises.

        Raises:
            Fenced: Another node writes this log now. What of an append under way was stored is in the log.
        """
        with self._mutex:
            self._recover()
            if self._head.position != expected_position:
                raise PositionTaken(expected_position, self._head.position)
            if not entries:
                return
            wanted, told = self._told(entries)
            self._doubt, asked_s = False, since_boot_s()
            try:
                with within(self._writer, ANSWERS_WITHIN_S):
                    self._writer.execute(_APPEND, told, prepare=True, binary=True)
                if self._doubt:
                    raise Uncertain("an append was called back while it waited for the standby")
            except psycopg.Error as error:
                if not self._writer.closed and not isinstance(error, psycopg.errors.AdminShutdown | Uncertain):
                    self._refused(error, entries)
                self._find_out(wanted, error)
            self._head, self._trouble = wanted, None
            self._sure_until_s = max(self._sure_until_s, asked_s + self._lease.ttl_s)

    def _told(self, entries: Sequence[NewEntry]) -> tuple[Head, list[Any]]:
        """Return where the log will end, and what the append is told."""
        position, hash_ = self._head.position, self._head.hash
        hashes: list[bytes] = []
        claims: list[tuple[int, Claim]] = []
        for e in entries:
            position += 1
            hash_ = chain(hash_, position, e)
            hashes.append(hash_)
            claims += [(position, claim) for claim in e.claims]
        columns: list[Any] = [
            [e.at for e in entries],
            [e.command_id for e in entries],
            [e.step for e in entries],
            [e.command_digest for e in entries],
            [e.actor for e in entries],
            [e.kind for e in entries],
            [e.subject for e in entries],
            [e.body for e in entries],
            [_encode(e.claims).decode() if e.claims else "" for e in entries],
            [e.answer for e in entries],
            hashes,
            [at for at, _ in claims],
            [claim.resource for _, claim in claims],
            [claim.holder for _, claim in claims],
            [claim.taken for _, claim in claims],
        ]
        taken = self._taken
        told = [taken.log, taken.token, self._lease.ttl_s, self._head.position, self._head.hash, *columns]
        return Head(self.epoch, position, hash_), told

    def _refused(self, error: psycopg.Error, entries: Sequence[NewEntry]) -> NoReturn:
        """Raise what a refusal by the store means; nothing was stored."""
        detail = error.diag.message_detail or ""
        match error.sqlstate:
            case "NZ005":
                self._lose()
                raise Fenced(str(error.diag.message_primary)) from error
            case "NZ001":
                self._lose()
                raise PositionTaken(self._head.position, int(detail)) from error
            case "NZ002" | "NZ003":
                guilty = entries[int(detail) - self._head.position - 1].command_id
                kind = ClaimTaken if error.sqlstate == "NZ002" else ClaimNotHeld
                raise kind(str(error.diag.message_primary), guilty) from error
        if isinstance(error, psycopg.errors.UniqueViolation):
            raise self._repeated(entries) from error
        with translated():
            raise error
        raise AssertionError  # `translated` has raised.

    def _repeated(self, entries: Sequence[NewEntry]) -> Contradiction:
        stored = {e.command_id for e in entries if self.find_command(e.command_id)}
        command_id = next((e.command_id for e in entries if e.command_id in stored), entries[0].command_id)
        return CommandRepeated(f"command {command_id} is stored already", command_id)

    def _find_out(self, wanted: Head, error: psycopg.Error) -> None:
        """Return when an append that was cut off turns out to be stored; raise when it is not, or nobody can say."""
        self._gone = True
        self._note(error)
        until = time.monotonic() + FINDS_OUT_WITHIN_S
        while True:
            try:
                head = self._take_again()
            except Fenced:
                raise
            except LogUnavailable as away:
                self._note(away)
                if time.monotonic() > until or self._ended.is_set():
                    raise LogUnavailable(str(away)) from error
                self._ended.wait(0.1)
                continue
            if head == wanted:
                return
            self._check_unmoved(head)
            raise LogUnavailable("the connection to PostgreSQL broke; nothing was stored") from error

    def _take_again(self) -> Head:
        """
        Go over to a new connection and a new token, and return where the log ends.

        Taking is a commit too: when a standby has it, it has all that was committed before.
        """
        with suppress(psycopg.Error):
            self._writer.close()
        connection = self._connect()
        self._doubt, asked_s = False, since_boot_s()
        try:
            with within(connection, ANSWERS_WITHIN_S):
                taken = self._lease.take(connection)
            if self._doubt:
                raise LogUnavailable("the log may have been taken on one disk only")
            self._taken = taken
        except Fenced:
            connection.close()
            self._lose()
            raise
        except BaseException:
            connection.close()
            raise
        self._writer, self._gone, self._trouble = connection, False, None
        self._sure_until_s = asked_s + self._lease.ttl_s
        return self._taken.head

    def _note(self, error: Exception) -> None:
        """Note why nothing can be stored: whoever runs this must know which of the two machines to go to."""
        if isinstance(error, OneDisk):
            self._trouble = "log.one_disk"
            return
        waiting: list[Any] = []
        with suppress(LogUnavailable):
            # What our own login waits for we may see.
            waiting = self._rows(
                "SELECT 1 FROM pg_stat_activity WHERE usename = session_user AND wait_event = %s LIMIT 1", ("SyncRep",)
            )
        self._trouble = "log.standby_away" if waiting else "log.store_away"

    def _recover(self) -> None:
        if self._ended.is_set():
            raise LogUnavailable("the log is closed")
        if self._lost:
            raise Fenced("another node writes this log")
        if not self._gone and not self._writer.closed:
            return
        self._check_unmoved(self._take_again())

    def _check_unmoved(self, head: Head) -> None:
        """
        Raise `Fenced` when the log grew without us.

        Another had it for a while, or an append that nobody could answer for was stored after all and its senders were told
        to send it again. Whoever holds a state without it has to begin anew.
        """
        if head != self._head:
            self._lose()
            raise Fenced(
                f"the log went on to {head.position} without this writer, which knows it to {self._head.position}"
            )

    def _lose(self) -> None:
        if not self._lost:
            self._lost = True
            if self._on_lost is not None:
                self._on_lost()

    # Keeping the lease

    def _keep(self) -> None:
        """Renew the lease. An append that is under way does so itself."""
        while not self._ended.wait(RENEW_EVERY_S):
            with self._mutex:
                if not self._ended.is_set() and not self._lost:
                    self._renew()

    def _renew(self) -> None:
        try:
            self._recover()
            asked_s = since_boot_s()
            with within(self._writer, ANSWERS_WITHIN_S), translated():
                check_durable(self._writer, standby_needed=self._standby_needed)
                if not self._lease.renew(self._writer, self._taken):
                    self._lose()
                    return
            self._trouble, self._sure_until_s = None, asked_s + self._lease.ttl_s
        except LogUnavailable as error:
            self._note(error)
            # The next append says so to its sender; until then we go on trying.
            _log.warning("the lease of %s could not be renewed: %s", self.name, error)
            self._gone = True

    # Besides

    def save_snapshot(self, position: int, state_version: int, body: bytes) -> None:
        """Keep a folded state as of `position`; the newest two of each shape stay."""
        told = (self.log, state_version, position, sha256(body).digest(), body)
        rows = self._rows("SELECT nazdik.save_snapshot(%s, %s, %s, %s, %s)", told)
        if not rows[0][0]:
            raise ValueError(f"no entry at {position} to take a snapshot of")

    def cut_beginning(self, end: int) -> None:
        """
        Take away what entries up to `end` say; see `eventlog.cut`. Only of an audit log, and nothing of the last year.

        Raises:
            LogUnavailable: The store does not answer, or will not; what was done stays done, and the next try goes on.
        """
        told = (self.log, self._taken.token, end, CUT_AT_ONCE)
        while self._rows("SELECT nazdik.cut_beginning(%s, %s, %s, %s)", told)[0][0]:
            pass

    def move_away(self) -> None:
        """Say in the store that this log is a file from now on: no node may take it any more."""
        with self._mutex, within(self._writer, ANSWERS_WITHIN_S), translated():
            self._lost = True
            moved = self._writer.execute(
                "SELECT nazdik.move_away(%s, %s)", (self._taken.log, self._taken.token)
            ).fetchone()  # fmt: skip
            if moved is None or not moved[0]:
                raise Fenced(f"the log {self.name} was taken by another node")

    def verify(self, known: Head | None = None, progress: Progress | None = None) -> Verdict:
        """Check the whole log; see `verify_log`."""
        return verify_log(self._url, self.name, known or self._head, progress)

    def close(self) -> None:
        """Give the log back and let go of the connections."""
        if self._ended.is_set():
            return
        self._ended.set()
        with self._mutex:
            if not self._lost and not self._gone and not self._writer.closed:
                with suppress(LogUnavailable, psycopg.Error):
                    self._lease.release(self._writer, self._taken)
            with suppress(psycopg.Error):
                self._writer.close()
        self._close_readers()
        self._keeper.join()
