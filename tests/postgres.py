"""A PostgreSQL of a test's own: on the loopback, in a private folder, run by an unprivileged user, stopped by its id."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from nazdik.platform.eventlog.postgres import grant, prepare

STARTS_WITHIN_S = 30.0
OWNER = "nazdik_owner"
PASSWORD = "only in tests"
# It is nobody's data; but commits are synced as they are in earnest.
CONF = """
unix_socket_directories = ''
shared_buffers = 32MB
max_connections = 100
max_wal_size = 256MB
fsync = on
autovacuum = off
"""


def tool(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, the newest there is."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name), reverse=True)
    found = next((str(place / name) for place in places if (place / name).exists()), None) or shutil.which(name)
    assert found is not None, f"{name} is missing: apt-get install postgresql"
    return found


def run_as() -> dict[str, Any]:
    """Whom PostgreSQL runs as: it refuses to be root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@dataclass
class Postgres:
    """One server with one database; logins are made as they are asked for."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None
    database: str = "nazdik"

    def fresh(self) -> "Postgres":
        """Return the same server with a database of its own, for a test whose logs have fixed names."""
        made = replace(self, database=new_name("db"))
        with self.admin() as admin:
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(made.database), sql.Identifier(OWNER))
            )
        with made.owner() as owner:
            assert prepare(owner)
        return made

    def url(self, login: str = "postgres", host: str = "127.0.0.1") -> str:
        """Return what a login connects with."""
        return f"host={host} port={self.port} dbname={self.database} user={login} password='{PASSWORD}'"

    def start(self, settings: Mapping[str, str] | None = None) -> None:
        """Start it and wait until it takes connections."""
        said = (self.folder.parent / "said.txt").open("ab")
        command = [tool("postgres"), "-D", str(self.folder), "-p", str(self.port)]
        for name, value in (settings or {}).items():
            command += ["-c", f"{name}={value}"]
        self.process = subprocess.Popen(command, stdout=said, stderr=said, cwd=self.folder, **run_as())
        said.close()
        deadline = time.monotonic() + STARTS_WITHIN_S
        while True:
            try:
                psycopg.connect(replace(self, database="postgres").url(), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                running = self.process.poll() is None and time.monotonic() < deadline
                assert running, (self.folder.parent / "said.txt").read_text()
                time.sleep(0.05)

    def signal(self, number: int) -> None:
        """Send a signal to the server's first process."""
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self, number: int = 2) -> None:
        """End it: 2 as an administrator would, 3 without a checkpoint as at a loss of power."""
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(30)

    def owner(self) -> "psycopg.Connection[Any]":
        """Return a connection of the schema's owner, who is no superuser."""
        return psycopg.connect(self.url(OWNER), autocommit=True)

    def admin(self) -> "psycopg.Connection[Any]":
        """Return a connection that may do everything."""
        return psycopg.connect(self.url(), autocommit=True)

    def login(self, name: str) -> str:
        """Make a login and return what it connects with."""
        with self.admin() as connection:
            statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(PASSWORD))
            connection.execute(statement)
        return self.url(name)

    def writer(self, login: str, *logs: str) -> str:
        """Make a login that may write these logs."""
        url = self.login(login)
        with self.owner() as connection:
            for log in logs:
                grant(connection, login, log, writes=True)
        return url


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


_numbers = count(1)


def new_name(kind: str) -> str:
    """Return a name for a login or a log that no other test has."""
    return f"{kind}-{os.getpid()}-{next(_numbers)}"


@contextmanager
def postgres(*more_addresses: str) -> Iterator[Postgres]:
    """Run a server while the block runs, on the loopback and on addresses that a test has made."""
    with tempfile.TemporaryDirectory(prefix="nazdik-pg-") as name:
        home, folder = Path(name), Path(name) / "data"
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(home, user.pw_uid, user.pw_gid)
        password = home / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        command = [tool("initdb"), "-D", str(folder), "-U", "postgres", "-A", "scram-sha-256", "--no-sync"]
        command += [f"--pwfile={password}", "-E", "UTF8", "--locale=C"]
        subprocess.run(command, check=True, cwd=home, stdout=subprocess.DEVNULL, timeout=60, **run_as())
        with (folder / "postgresql.conf").open("a") as conf:
            conf.write(CONF)
            conf.write(f"listen_addresses = '{','.join(('127.0.0.1', *more_addresses))}'\n")
        with (folder / "pg_hba.conf").open("a") as rules:
            # Addresses for tests (RFC 2544).
            rules.write("host all all 198.18.0.0/15 scram-sha-256\n")
        server = Postgres(folder, free_port())
        server.start()
        try:
            with psycopg.connect(replace(server, database="postgres").url(), autocommit=True) as admin:
                admin.execute(f"CREATE ROLE {OWNER} LOGIN PASSWORD '{PASSWORD}'")
                admin.execute(f"CREATE DATABASE nazdik OWNER {OWNER}")
            with server.owner() as owner:
                assert prepare(owner)
            yield server
        finally:
            if server.process is not None and server.process.poll() is None:
                server.signal(18)
                server.stop(3)
