"""What is still to be sent to partners, as all nodes know it; whoever sends proves by the log's token that it writes the log."""

from collections.abc import Sequence
from dataclasses import dataclass

from nazdik.platform.eventlog.postgres.table import SharedTable


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message; without `next_at` a dead letter."""

    id: str
    endpoint: str
    province: str
    incident: str
    body: bytes
    made_at: int
    tries: int
    next_at: int | None
    last: str


class OutboxTable(SharedTable):
    """The outbox in PostgreSQL. With a token that is not the log's newest a method raises `LogUnavailable`."""

    def reached(self, endpoint: str, province: str, token: int) -> int | None:
        """Return the position of a log that an endpoint's messages go up to; None when it is new."""
        position: int | None = self._run(
            "SELECT nazdik.outbox_reached_by(%s, %s, %s)", (endpoint, province, token)
        )[0][0]  # fmt: skip
        return position

    def put(
        self,
        endpoint: str,
        province: str,
        token: int,
        messages: Sequence[Waiting],
        *,
        before: int | None,
        position: int,
    ) -> bool:
        """Keep messages and how far the log has been read, both or neither; False when it was read to elsewhere than `before`."""
        columns = [
            [m.id for m in messages],
            [m.incident for m in messages],
            [m.body for m in messages],
            [m.made_at for m in messages],
            [m.tries for m in messages],
            [m.next_at for m in messages],
            [m.last for m in messages],
        ]
        kinds = ("text", "text", "bytea", "bigint", "integer", "bigint", "text")
        marks = ", ".join(f"%s::{kind}[]" for kind in kinds)
        said = f"SELECT nazdik.outbox_put(%s, %s, %s, %s, %s, {marks})"
        return bool(self._run(said, (endpoint, province, token, before, position, *columns))[0][0])

    def due(self, endpoint: str, province: str, now: int, limit: int) -> list[Waiting]:
        """Return what is to be sent to an endpoint now, oldest first."""
        rows = self._run("SELECT * FROM nazdik.outbox_due(%s, %s, %s, %s)", (endpoint, province, now, limit))
        return [Waiting(*row) for row in rows]

    def may_send(self, message_id: str, token: int) -> bool:
        """Whether a message is still to be sent."""
        return bool(self._run("SELECT nazdik.outbox_may_send(%s, %s)", (message_id, token))[0][0])

    def done(self, message_id: str) -> None:
        """Forget a message that was taken."""
        self._run("SELECT nazdik.outbox_done(%s)", (message_id,))

    def failed(self, message_id: str, token: int, *, tries: int, next_at: int | None, last: str) -> None:
        """Note a failure, and when to try again; None makes it a dead letter."""
        self._run("SELECT nazdik.outbox_failed(%s, %s, %s, %s, %s)", (message_id, token, tries, next_at, last))

    def waiting(self) -> list[Waiting]:
        """Return all that waits in the provinces of this login, dead letters too, oldest first."""
        return [Waiting(*row) for row in self._run("SELECT * FROM nazdik.outbox_waiting()", ())]

    def ends(self) -> list[tuple[str, str, int]]:
        """Return for each endpoint and province of this login how far its log has been read."""
        return [(row[0], row[1], row[2]) for row in self._run("SELECT * FROM nazdik.outbox_ends()", ())]

    def revive(self, endpoint: str, now: int) -> int:
        """Try an endpoint's dead letters from the start, and return how many there are."""
        return int(self._run("SELECT nazdik.outbox_revive(%s, %s)", (endpoint, now))[0][0])

    def past(self, before: int, ended: Sequence[str]) -> list[Waiting]:
        """Return dead letters made before an instant, and what is older and waits for webhooks that were ended."""
        rows = self._run("SELECT * FROM nazdik.outbox_past(%s, %s)", (before, list(ended)))
        return [Waiting(*row) for row in rows]

    def drop(self, ids: Sequence[str]) -> None:
        """Let go of messages."""
        self._run("SELECT nazdik.outbox_drop(%s)", (list(ids),))

    def forget(self, province: str) -> None:
        """Let go of all that waits in a province, and of how far its log has been read: it is a file again."""
        self._run("SELECT nazdik.outbox_forget(%s)", (province,))
