"""
What is still to be sent of a province, kept where every node finds it: whoever writes the province sends, and goes on where the
writer before it had got to.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.interchange.webhook_store import Message, Outbox, WebhookStore
from nazdik.kernel import Instant, ProvinceId
from nazdik.platform.eventlog.postgres.outbox import OutboxTable, Waiting
from nazdik.platform.faults import LogUnavailable


@dataclass(slots=True)
class SharedOutbox:
    """
    The outbox of one province, for the node that writes it.

    Attributes:
        token: The token of the province's log; None where another node writes it.
        before: The file of this machine: what it had before nodes shared is taken over once.
    """

    table: OutboxTable
    province: str
    token: Callable[[], int | None]
    before: WebhookStore
    _known: dict[str, tuple[int, int | None]] = field(default_factory=dict)

    def reached(self, endpoint_id: str, province: str) -> int | None:
        """Return how far the log has been read for an endpoint; None when it is new."""
        token = self._ours()
        known = self._known.get(endpoint_id)
        if known is None or known[0] != token:
            # Another may have sent meanwhile.
            position = self.table.reached(endpoint_id, province, token)
            self._known[endpoint_id] = (token, self._with_before(endpoint_id, token, position))
        return self._known[endpoint_id][1]

    def put(self, endpoint_id: str, province: str, position: int, messages: Sequence[Message]) -> None:
        """Keep messages and how far the log has been read."""
        token, (known_by, before) = self._ours(), self._known[endpoint_id]
        rows = [_waiting(message, province) for message in messages]
        if known_by != token or not self.table.put(
            endpoint_id, province, token, rows, before=before, position=position
        ):
            self._known.pop(endpoint_id, None)
            raise LogUnavailable(f"the webhooks of {province} went on without this node")
        self._known[endpoint_id] = (token, position)

    def due(self, endpoint_id: str, now: Instant, limit: int) -> list[Message]:
        """Return what is to be sent to an endpoint now."""
        return [_message(one) for one in self.table.due(endpoint_id, self.province, now, limit)]

    def may_send(self, message: Message) -> bool:
        """Whether a message is still to be sent, and by us."""
        return self.table.may_send(message.id, self._ours())

    def done(self, message_id: str) -> None:
        """Forget a message that was taken."""
        self.table.done(message_id)

    def failed(self, message_id: str, *, tries: int, next_at: Instant | None, last: str) -> None:
        """Note a failure."""
        self.table.failed(message_id, self._ours(), tries=tries, next_at=next_at, last=last[:200])

    def _ours(self) -> int:
        token = self.token()
        if token is None:
            raise LogUnavailable(f"the webhooks of {self.province} are sent by another node")
        return token

    def _with_before(self, endpoint_id: str, token: int, position: int | None) -> int | None:
        """Take over what the file has of it, unless the store knows the endpoint, and leave nothing of it in the file."""
        there = self.before.reached(endpoint_id, self.province)
        if there is None:
            return position
        messages = [one for one in self.before.waiting(endpoint_id) if _of(one) == self.province]
        if position is None:
            rows = [_waiting(one, self.province) for one in messages]
            self.table.put(endpoint_id, self.province, token, rows, before=None, position=there)
            position = there
        self.before.forget(endpoint_id, self.province, messages)
        return position


def outboxes_of(
    table: OutboxTable, store: WebhookStore, rooms: Mapping[ProvinceId, ControlRoom]
) -> Callable[[], list[tuple[Outbox, list[ControlRoom]]]]:
    """Return what tells for which provinces this node sends now, and where what is to be sent is kept."""

    def token_of(room: ControlRoom) -> Callable[[], int | None]:
        return lambda: room.copy.token if room.copy is not None else None

    made = [(SharedOutbox(table, str(name), token_of(room), store), room) for name, room in rooms.items()]
    return lambda: [(outbox, [room]) for outbox, room in made if room.writes]


def bring_back(table: OutboxTable, store: WebhookStore, provinces: Sequence[str]) -> int:
    """Put what waits in the store into the file of this machine, as `nazdik migrate to-files` does; return how much that was."""
    waiting, count = table.waiting(), 0
    for endpoint, province, position in table.ends():
        if province in provinces and (store.reached(endpoint, province) or -1) < position:
            messages = [_message(one) for one in waiting if (one.endpoint, one.province) == (endpoint, province)]
            store.put(endpoint, province, position, messages)
            count += len(messages)
    for province in provinces:
        table.forget(province)
    return count


def _of(message: Message) -> str:
    """Return the province that a message is about: its event's id begins with it."""
    return str(msgspec.json.decode(message.body)["id"]).partition(":")[0]


def _waiting(one: Message, province: str) -> Waiting:
    return Waiting(
        one.id, one.endpoint, province, one.incident, one.body, one.made_at, one.tries, one.next_at, one.last
    )


def _message(one: Waiting) -> Message:
    next_at = None if one.next_at is None else Instant(one.next_at)
    return Message(one.id, one.endpoint, one.incident, one.body, Instant(one.made_at), one.tries, next_at, one.last)
