"""Making the tables, and saying which login may read and write which log."""

from importlib.resources import files

from psycopg import sql

from nazdik.platform.eventlog.postgres.connection import Connection, translated

FIRST = "0001_logs.sql"
# What came later, with a table by which it is known to be there.
LATER = (("0002_sessions.sql", "nazdik.sessions"),)
# What a login that may write a log is given; what it writes to is decided inside.
_FUNCTIONS_OF_READERS = ("readable()", "sessions_after(bigint)")
_FUNCTIONS_OF_WRITERS = (
    "take(text, text, text, text, float, float)",
    "begin_moving(text, text)",
    "move_away(integer, bigint)",
    "renew(integer, bigint, float)",
    "release(integer, bigint)",
    "append(integer, bigint, float, bigint, bytea, bigint[], text[], integer[], bytea[], text[], text[], text[], bytea[],"
    " text[], bytea[], bytea[], bigint[], text[], text[], boolean[])",
    "save_snapshot(integer, integer, bigint, bytea, bytea)",
    "put_session(text, bytea, text, text, text, text, bigint)",
    "end_session(text)",
)
_READABLE = ("about", "logs", "entries", "claims", "snapshots", "rights")


def prepare(owner: Connection) -> bool:
    """Make the schema, or what it lacks; False when all of it was there. The connection is its owner's from now on."""
    with translated(), owner.transaction():
        # Two who prepare at once: the second finds it made.
        owner.execute("SELECT pg_advisory_xact_lock(110, 110)")
        there = owner.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'nazdik'").fetchone()
        missing = [FIRST] if there is None else []
        for name, table in LATER:
            found = owner.execute("SELECT to_regclass(%s)", (table,)).fetchone()
            missing += [name] if found is None or found[0] is None else []
        for name in missing:
            owner.execute(files(__package__).joinpath(name).read_text(encoding="utf-8").encode())
    return bool(missing)


def grant(owner: Connection, login: str, log: str, *, writes: bool) -> None:
    """Let an existing login read a log, and write it or no longer write it."""
    who = sql.Identifier(login)
    with translated(), owner.transaction():
        owner.execute(sql.SQL("GRANT USAGE ON SCHEMA nazdik TO {}").format(who))
        for table in _READABLE:
            owner.execute(
                sql.SQL("GRANT SELECT ON nazdik.{} TO {}").format(sql.Identifier(table), who)
            )  # fmt: skip
        for function in (*_FUNCTIONS_OF_READERS, *(_FUNCTIONS_OF_WRITERS if writes else ())):
            owner.execute(sql.SQL(f"GRANT EXECUTE ON FUNCTION nazdik.{function} TO {{}}").format(who))
        owner.execute(
            "INSERT INTO nazdik.rights (login, log, writes) VALUES (%s, %s, %s)"
            " ON CONFLICT (login, log) DO UPDATE SET writes = excluded.writes",
            (login, log, writes),
        )


def revoke(owner: Connection, login: str, log: str) -> None:
    """Let a login see a log no longer; what it has read it has."""
    with translated():
        owner.execute("DELETE FROM nazdik.rights WHERE login = %s AND log = %s", (login, log))
