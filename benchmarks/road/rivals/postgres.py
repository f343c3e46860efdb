"""
PostGIS and pgRouting in a private PostgreSQL: by straight line (KNN), a KNN shortlist ranked by road, and all by road.

The server is made for the occasion, listens on a socket in its own temporary folder and on no port, and is stopped
when the engine is. A shortlist's roads are those in the rectangle around goal and candidates and 2 km more, as is
usual, since pgRouting reads all streets it is given at every question.
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from road.rivals import Answer, Roads, SetUp, Skipped

SHORTLISTS = (5, 10, 30)
MARGIN_DEG = 0.02
# Turned round: from one goal to many units is one search, from many units to one goal is many.
SQL_EDGES = "SELECT id, head AS source, tail AS target, ms AS cost FROM roads"
SQL_TABLES = """
    CREATE EXTENSION postgis; CREATE EXTENSION pgrouting;
    CREATE TABLE nodes (id bigint PRIMARY KEY, place geometry(Point, 4326));
    CREATE TABLE roads (id bigint PRIMARY KEY, tail bigint, head bigint, ms double precision, box geometry);
    CREATE TABLE raw (id bigint, tail bigint, head bigint, ms double precision);
    CREATE TABLE units (id int PRIMARY KEY, node bigint, free boolean, place geometry(Point, 4326));
    CREATE INDEX ON units USING gist (place) WHERE free;
"""
SQL_ROADS = """
    INSERT INTO roads SELECT raw.id, tail, head, ms, ST_MakeLine(a.place, b.place)
    FROM raw JOIN nodes a ON a.id = tail JOIN nodes b ON b.id = head
"""
SQL_AIR = "SELECT id, node FROM units WHERE free ORDER BY place <-> (SELECT place FROM nodes WHERE id = %s) LIMIT %s"
SQL_COST = "SELECT end_vid, agg_cost FROM pgr_dijkstraCost(%s, %s::bigint, %s::bigint[], true)"


class Engine:
    def __init__(self, roads: Roads, set_up: SetUp) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=roads.folder))
        database = set_up.step("start a private server", self._start)
        set_up.step("load and index streets", lambda: _fill(database, roads))
        postgres = database.execute("SHOW server_version").fetchone()[0].split()[0]
        self.version = f"PostgreSQL {postgres}, PostGIS {_version(database, 'postgis')}, "
        self.version += f"pgRouting {_version(database, 'pgrouting')}"
        self.methods: list[Any] = [Air(database, roads)]
        self.methods += [Shortlist(database, roads, m) for m in SHORTLISTS]
        self.methods.append(Whole(database, roads))

    def _start(self) -> psycopg.Connection:
        binaries = _binaries()
        # PostgreSQL refuses to run as root.
        user = "postgres" if os.geteuid() == 0 else None
        if user:
            shutil.chown(self._folder, user, user)
        data = self._folder / "data"
        done = subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "nazdik", "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8"],
            user=user,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Skipped(f"initdb ended with {done.returncode}: {done.stderr.strip()[-160:]}")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._folder),
            "shared_buffers": "1GB",
            "work_mem": "256MB",
            "fsync": "off",
            "jit": "off",
        }
        words = [f"-c{name}={value}" for name, value in settings.items()]
        self._server = subprocess.Popen(
            [binaries / "postgres", "-D", data, *words],
            user=user,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        atexit.register(self._stop)
        for _ in range(100):
            try:
                return psycopg.connect(host=str(self._folder), user="nazdik", dbname="postgres", autocommit=True)
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise Skipped("the private PostgreSQL did not start in 10 s")

    def _stop(self) -> None:
        self._server.send_signal(signal.SIGINT)  # fast shutdown: sessions are ended
        self._server.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)


def _binaries() -> Path:
    """Where PostgreSQL's programs are: beside `pg_config`, or where Debian puts them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise Skipped("PostgreSQL with PostGIS and pgRouting is not installed")
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            raise Skipped("PostgreSQL does not run as root, and there is no user postgres") from None
    return found[-1].parent


def _version(database: psycopg.Connection, extension: str) -> str:
    row = database.execute("SELECT extversion FROM pg_extension WHERE extname = %s", [extension]).fetchone()
    return str(row[0])


def _fill(database: psycopg.Connection, roads: Roads) -> None:
    try:
        database.execute(SQL_TABLES)
    except psycopg.Error as error:
        raise Skipped(f"PostGIS or pgRouting is missing: {str(error).splitlines()[0]}") from error
    cursor = database.cursor()
    with cursor.copy("COPY nodes FROM STDIN") as out:
        for node, (lon, lat) in enumerate(zip(roads.lon.tolist(), roads.lat.tolist(), strict=True)):
            out.write_row((node, f"SRID=4326;POINT({lon} {lat})"))
    with cursor.copy("COPY raw FROM STDIN") as out:
        for row in zip(range(len(roads.ms)), roads.tail.tolist(), roads.head.tolist(), roads.ms.tolist(), strict=True):
            out.write_row(row)
    database.execute(SQL_ROADS)
    database.execute("CREATE INDEX ON roads USING gist (box)")
    database.execute("DROP TABLE raw")
    database.execute("ANALYZE")


class Air:
    name = "PostGIS KNN (air only)"

    def __init__(self, database: psycopg.Connection, roads: Roads) -> None:
        self._database, self._roads = database, roads

    def place(self, nodes: Any, free: int) -> None:
        self._database.execute("TRUNCATE units")
        lon, lat = self._roads.lon[nodes].tolist(), self._roads.lat[nodes].tolist()
        with self._database.cursor().copy("COPY units FROM STDIN") as out:
            for unit, (node, x, y) in enumerate(zip(np.asarray(nodes).tolist(), lon, lat, strict=True)):
                out.write_row((unit, node, unit < free, f"SRID=4326;POINT({x} {y})"))
        self._database.execute("ANALYZE units")
        self._free = free

    def ask(self, goal: int, k: int) -> Answer:
        # It knows no times; NaN says so.
        return [(unit, float("nan")) for unit, _ in self._air(goal, k)]

    def _air(self, goal: int, m: int) -> list[tuple[int, int]]:
        return self._database.execute(SQL_AIR, [goal, m]).fetchall()

    def _ranked(self, edges: str, candidates: list[tuple[int, int]], goal: int, k: int) -> Answer:
        nodes = sorted({node for _, node in candidates} - {goal})
        times = dict(self._database.execute(SQL_COST, [edges, goal, nodes]).fetchall())
        times[goal] = 0.0
        ranked = sorted((times[node], unit) for unit, node in candidates if node in times)
        return [(unit, ms / 1000) for ms, unit in ranked[:k]]


class Shortlist(Air):
    def __init__(self, database: psycopg.Connection, roads: Roads, m: int) -> None:
        super().__init__(database, roads)
        self.name, self._m = f"PostGIS KNN {m}, pgRouting", m

    def ask(self, goal: int, k: int) -> Answer:
        candidates = self._air(goal, self._m)
        around = [goal, *(node for _, node in candidates)]
        lon, lat = self._roads.lon[around], self._roads.lat[around]
        box = ", ".join(
            str(float(edge))
            for edge in (lon.min() - MARGIN_DEG, lat.min() - MARGIN_DEG, lon.max() + MARGIN_DEG, lat.max() + MARGIN_DEG)
        )
        return self._ranked(f"{SQL_EDGES} WHERE box && ST_MakeEnvelope({box}, 4326)", candidates, goal, k)


class Whole(Air):
    name = "pgRouting, whole graph"

    def ask(self, goal: int, k: int) -> Answer:
        candidates = self._database.execute("SELECT id, node FROM units WHERE free").fetchall()
        return self._ranked(SQL_EDGES, candidates, goal, k)
