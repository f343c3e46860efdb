"""Remembering what was answered, so that a repeated command gets the first answer."""

from collections import OrderedDict

import msgspec
from msgspec.structs import replace

from nazdik.kernel import CommandId, Rejected
from nazdik.platform.eventlog.entry import EventLog
from nazdik.platform.eventlog.errors import IdempotencyKeyReused
from nazdik.platform.eventlog.machine import Answer

REMEMBERED_MAX = 10_000

Outcome = Answer | Rejected


class Answers:
    """The newest answers and refusals in memory; answers that made entries also in the log, for ever."""

    def __init__(self, log: EventLog, remembered_max: int = REMEMBERED_MAX) -> None:
        self._log = log
        self._max = remembered_max
        self._newest: OrderedDict[CommandId, tuple[bytes, Outcome]] = OrderedDict()

    def find(self, command_id: CommandId, digest: bytes) -> Answer | None:
        """
        Return the first answer to a command given before, or None when it is new.

        Raises:
            Rejected: That is what it was answered the first time.
            IdempotencyKeyReused: The key was used for another command.
        """
        known = self._newest.get(command_id)
        if known is None:
            return self._find_stored(command_id, digest)
        check_digest(command_id, known[0], digest)
        outcome = known[1]
        if isinstance(outcome, Rejected):
            raise outcome.with_traceback(None)
        return replace(outcome, duplicate=True)

    def _find_stored(self, command_id: CommandId, digest: bytes) -> Answer | None:
        entries = self._log.find_command(command_id)
        if not entries:
            return None
        first, last = entries[0], entries[-1]
        check_digest(command_id, first.command_digest, digest)
        ids = msgspec.json.decode(first.answer) if first.answer else {}
        return Answer(command_id, first.position, last.position, tuple(e.kind for e in entries), ids, duplicate=True)

    def remember(self, command_id: CommandId, digest: bytes, outcome: Outcome) -> None:
        """Keep an outcome; one that may turn out otherwise next time is not kept."""
        if isinstance(outcome, Rejected) and outcome.retryable:
            return
        self._newest[command_id] = (digest, outcome)
        if len(self._newest) > self._max:
            self._newest.popitem(last=False)


def check_digest(command_id: CommandId, first: bytes, now: bytes) -> None:
    """Refuse a key that was used for another command."""
    if first != now:
        raise IdempotencyKeyReused
