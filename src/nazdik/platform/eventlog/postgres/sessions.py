"""Who is signed in, as all nodes know it."""

from dataclasses import dataclass

from nazdik.platform.eventlog.postgres.table import SharedTable


@dataclass(frozen=True, slots=True)
class SharedSession:
    """One session. `node` is where it was opened; `grants` is JSON."""

    id: str
    token_hash: bytes
    node: str
    person: str
    role: str
    grants: str
    expires_at: int
    ended: bool = False
    changed: int = 0


class SessionTable(SharedTable):
    """The table of sessions in PostgreSQL."""

    def after(self, changed: int) -> list[SharedSession]:
        """Return what changed after a number that was given with a change. Raises `LogUnavailable`."""
        rows = self._run("SELECT * FROM nazdik.sessions_after(%s)", (changed,))
        return [SharedSession(*row) for row in rows]

    def put(self, one: SharedSession) -> None:
        """Let all nodes know of a session, or of its new grants. Raises `LogUnavailable`."""
        told = (one.id, one.token_hash, one.node, one.person, one.role, one.grants, one.expires_at)
        self._run("SELECT nazdik.put_session(%s, %s, %s, %s, %s, %s, %s)", told)

    def end(self, session_id: str) -> None:
        """Let all nodes end a session. Raises `LogUnavailable`."""
        self._run("SELECT nazdik.end_session(%s)", (session_id,))
