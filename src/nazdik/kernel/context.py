"""What comes with every command: who, when, and under which key."""

from dataclasses import dataclass

from nazdik.kernel.ids import CommandId, OfficeId, UnitId
from nazdik.kernel.instant import Instant


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person at a desk, a unit's handheld, a gateway, or the system itself."""

    id: str
    role: str
    office_id: OfficeId | None = None
    unit_id: UnitId | None = None


SYSTEM = Actor(id="system", role="system")


@dataclass(frozen=True, slots=True)
class Context:
    """
    The circumstances of one command. `at` is the server's clock; `device_at` is when the sender did it, as far as it says.

    A repeated `command_id` gets the first answer.
    """

    at: Instant
    actor: Actor
    command_id: CommandId
    device_at: Instant | None = None
