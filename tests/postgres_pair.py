"""
Two PostgreSQL of a test's own, a primary and its synchronous standby, as the guide for a pair has them.

The primary can be lost with its disk; its standby is promoted, and a new standby is made from it where the old primary was.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import PASSWORD, Postgres, free_port, postgres, run_as, tool

NAMES = ("db1", "db2")
# The same line in both machines' settings: whichever is the primary waits for the other.
BOTH = f"1 ({', '.join(NAMES)})"
FOLLOWS_WITHIN_S = 30.0


@dataclass
class Pair:
    """Two places for a server; which of them is the primary changes."""

    places: list[Postgres]
    primary: Postgres
    standby: Postgres

    def url(self, login: str = "postgres") -> str:
        """Return what a login connects with: both hosts, whichever of them takes writes."""
        ports = ",".join(str(place.port) for place in self.places)
        told = f"host=127.0.0.1,127.0.0.1 port={ports} target_session_attrs=read-write"
        return f"{told} dbname={self.primary.database} user={login} password='{PASSWORD}'"

    def writer(self, login: str, *logs: str) -> str:
        """Make a login that may write these logs, and return what it connects with."""
        self.primary.writer(login, *logs)
        return self.url(login)

    def follow(self) -> None:
        """Make the standby from the primary, and wait until each is named to the other."""
        shutil.rmtree(self.standby.folder, ignore_errors=True)
        name = NAMES[self.places.index(self.standby)]
        source = f"{self.primary.url()} application_name={name}"
        command = [tool("pg_basebackup"), "-D", str(self.standby.folder), "-d", source, "-R", "-X", "stream"]
        command += ["--checkpoint=fast", "--no-sync"]
        subprocess.run(command, check=True, cwd=self.standby.folder.parent, timeout=60, **run_as())
        with (self.standby.folder / "postgresql.auto.conf").open("a") as conf:
            conf.write(f"synchronous_standby_names = '{BOTH}'\n")
        self.standby.start()
        self.demand(BOTH)

    def demand(self, names: str) -> None:
        """Say on whose disk a commit has to be besides the primary's, and wait until they are there; empty for nobody's."""
        with self.primary.admin() as admin:
            admin.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
            admin.execute("SELECT pg_reload_conf()")
        if names:
            self.wait_for_standby()

    def wait_for_standby(self) -> None:
        """Wait until the standby has everything and is waited for."""
        until = time.monotonic() + FOLLOWS_WITHIN_S
        with self.primary.admin() as admin:
            while not admin.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone():
                assert time.monotonic() < until, self.said()
                time.sleep(0.02)

    def waiting(self) -> list[object]:
        """Return what the primary knows of its standby, and what sessions wait for."""
        with self.primary.admin() as admin:
            asked = "SELECT application_name, state, sync_state, replay_lag::text FROM pg_stat_replication"
            waits = "SELECT usename, state, wait_event, left(query, 40) FROM pg_stat_activity WHERE datname IS NOT NULL"
            return [*admin.execute(asked).fetchall(), *admin.execute(waits).fetchall()]

    def lose_primary(self) -> None:
        """Kill the primary in the middle of what it is doing, and take away its disk."""
        # Each of its processes: none may still finish what it was asked.
        _signal(processes(self.primary), signal.SIGKILL)
        assert self.primary.process is not None
        self.primary.process.wait(30)
        shutil.rmtree(self.primary.folder)

    @contextmanager
    def standby_hangs(self) -> Iterator[None]:
        """Stop the standby in its tracks while the block runs."""
        all_of_it = processes(self.standby)
        _signal(all_of_it, signal.SIGSTOP)
        try:
            yield
        finally:
            _signal(all_of_it, signal.SIGCONT)

    def promote(self) -> None:
        """Make the standby the primary. It waits for a standby itself, until it is told that there is none."""
        with self.standby.admin() as admin:
            promoted = admin.execute("SELECT pg_promote()").fetchone()
            assert promoted is not None and promoted[0], self.said()
        self.primary, self.standby = self.standby, self.primary

    def said(self) -> str:
        """Return the end of what both have written."""
        files = [place.folder.parent / "said.txt" for place in self.places]
        return "\n".join(file.read_text()[-2_000:] for file in files if file.exists())


def processes(server: Postgres) -> list[int]:
    """Return the ids of a server's processes, the first one first."""
    assert server.process is not None
    pid = server.process.pid
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def _signal(ids: list[int], number: int) -> None:
    for one in ids:
        with suppress(ProcessLookupError):
            os.kill(one, number)


@contextmanager
def pair() -> Iterator[Pair]:
    """Run a primary and its synchronous standby while the block runs."""
    with postgres() as first:
        home = first.folder.parent / "second"
        home.mkdir()
        if os.geteuid() == 0:
            shutil.chown(home, "postgres", "postgres")
        second = Postgres(home / "data", free_port())
        made = Pair([first, second], first, second)
        try:
            made.follow()
            yield made
        finally:
            if second.process is not None and second.process.poll() is None:
                second.signal(signal.SIGCONT)
                second.stop(signal.SIGQUIT)
