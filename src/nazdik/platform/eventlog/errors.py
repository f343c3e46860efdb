"""What can go wrong between the log and its disk, and how callers hear of it."""

from nazdik.kernel import CommandId, Conflict, Unavailable
from nazdik.platform.faults import LogDamaged, LogForeign, LogFull, LogInUse, LogUnavailable


class PositionTaken(Exception):
    """The log does not end where the writer thought."""

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__(f"expected the log to end at {expected}, it ends at {actual}")
        self.expected, self.actual = expected, actual


class Contradiction(Exception):
    """An entry that must not be stored: the rules above let something through that the store knows to be impossible."""

    def __init__(self, said: str, command_id: CommandId) -> None:
        super().__init__(said)
        self.command_id = command_id


class ClaimTaken(Contradiction):
    """A resource would have two holders."""


class ClaimNotHeld(Contradiction):
    """Somebody gives back a resource that they do not hold."""


class CommandRepeated(Contradiction):
    """This step of this command is stored already."""


class Fenced(LogUnavailable):
    """Another node writes this log now; this writer has to end. Each command may be sent again, with its key, to the other."""


class LogUnavailableProblem(Unavailable):
    """The log could not be written; the command was not recorded and may be sent again with the same key."""

    code = "log.unavailable"


class LogDiskFull(LogUnavailableProblem):
    """The disk is full; the command was not recorded and may be sent again with the same key."""

    code = "log.disk_full"


def as_problem(fault: Exception | None) -> LogUnavailableProblem:
    """Return how a fault of a store is told to whoever asked."""
    return LogDiskFull(retry_after_s=5) if isinstance(fault, LogFull) else LogUnavailableProblem()


class WrittenElsewhere(LogUnavailableProblem):
    """
    Another node writes this log; the command was not recorded and may be sent again, with the same key, to `address`.

    When `address` is empty nobody writes it at this moment, and soon somebody will.
    """

    code = "log.elsewhere"


class IdempotencyKeyReused(Conflict):
    """This key was used for another command."""

    code = "http.idempotency_key_reused"


__all__ = [
    "ClaimNotHeld",
    "ClaimTaken",
    "CommandRepeated",
    "Contradiction",
    "Fenced",
    "IdempotencyKeyReused",
    "LogDamaged",
    "LogDiskFull",
    "LogForeign",
    "LogFull",
    "LogInUse",
    "LogUnavailable",
    "LogUnavailableProblem",
    "PositionTaken",
    "WrittenElsewhere",
]
