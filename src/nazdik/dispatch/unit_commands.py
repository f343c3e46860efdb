"""What dispatch can be asked to do with a unit as it is established: to be another, to retire, to come back."""

from nazdik.dispatch.commands import Command
from nazdik.kernel import OfficeId, UnitId


class ChangeUnit(Command, frozen=True, kw_only=True):
    """A unit is called, belongs, is or can do something else; None leaves what was. `skills` are its own, without its crew's."""

    unit_id: UnitId
    call_sign: str | None = None
    office: OfficeId | None = None
    kind: str | None = None
    skills: tuple[str, ...] | None = None


class RetireUnit(Command, frozen=True, kw_only=True):
    """A unit is out of use. What it did stays in the record."""

    unit_id: UnitId


class BringBackUnit(Command, frozen=True, kw_only=True):
    """A retired unit is in use again, off duty."""

    unit_id: UnitId
