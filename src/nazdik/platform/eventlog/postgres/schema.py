"""Making the tables, and saying which login may read and write which log."""

from importlib.resources import files

from psycopg import sql

from nazdik.platform.eventlog.postgres.connection import Connection, translated

FIRST = "0001_logs.sql"
# What came later, with a table or a function by which it is known to be there.
LATER = (
    ("0002_sessions.sql", "nazdik.sessions"),
    ("0003_devices.sql", "nazdik.devices"),
    ("0004_credentials.sql", "nazdik.credentials"),
    ("0005_used_words.sql", "nazdik.used_words"),
    ("0006_pictures.sql", "nazdik.pictures"),
    ("0007_outbox.sql", "nazdik.outbox"),
    ("0008_word_keys.sql", "nazdik.word_keys"),
    ("0009_dead_letters.sql", "nazdik.outbox_drop(text[])"),
    ("0010_audit_cut.sql", "nazdik.cuts"),
)
# What a login that may write a log is given; what it writes to is decided inside.
_FUNCTIONS_OF_READERS = ("readable()", "sessions_after(bigint)", "devices_after(bigint)", "word_keys_after(text, text)")
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
    "put_device(text, bytea, text, text, text, bigint, bigint, text)",
    "revoke_device(text, bigint)",
    "put_credentials(text, text, bytea, boolean, bigint)",
    "credentials_after(text, bigint)",
    "use_word(text, bytea)",
    "forget_words()",
    "put_picture(text, text, bytea)",
    "picture(text, text)",
    "pictures_after(bigint)",
    "erase_picture(text)",
    "outbox_reached_by(text, text, bigint)",
    "outbox_put(text, text, bigint, bigint, bigint, text[], text[], bytea[], bigint[], integer[], bigint[], text[])",
    "outbox_due(text, text, bigint, integer)",
    "outbox_may_send(text, bigint)",
    "outbox_done(text)",
    "outbox_failed(text, bigint, integer, bigint, text)",
    "outbox_waiting()",
    "outbox_ends()",
    "outbox_revive(text, bigint)",
    "outbox_forget(text)",
    "outbox_past(bigint, text[])",
    "outbox_drop(text[])",
    "cut_beginning(integer, bigint, bigint, integer)",
    "put_word_key(text, text, bytea)",
    "bring_word_key(text, text, bytea)",
    "drop_word_key(text, text)",
)
_READABLE = ("about", "logs", "entries", "claims", "snapshots", "rights", "cuts")


def prepare(owner: Connection) -> bool:
    """Make the schema, or what it lacks; False when all of it was there. The connection is its owner's from now on."""
    with translated(), owner.transaction():
        # Two who prepare at once: the second finds it made.
        owner.execute("SELECT pg_advisory_xact_lock(110, 110)")
        there = owner.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'nazdik'").fetchone()
        missing = [FIRST] if there is None else []
        for name, thing in LATER:
            asked = "SELECT to_regprocedure(%s)" if "(" in thing else "SELECT to_regclass(%s)"
            found = owner.execute(asked, (thing,)).fetchone()
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
