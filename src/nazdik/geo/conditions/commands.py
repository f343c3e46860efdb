"""What people and clocks ask of the roads. Pieces and who is cut off are worked out by the shell and come in."""

import msgspec

from nazdik.geo.conditions.model import ConditionId, CutOff, Factor, FactorsId, Piece
from nazdik.kernel import Instant, OfficeId


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A request."""


class SetCondition(Command, frozen=True, kw_only=True):
    """
    Close pieces of street, or with a `time_factor` say that they take so many times as long.

    Without `starts_at` from now on, without `ends_at` until somebody lifts it. `cut_off` is not part of what is asked: the same
    request sent twice may find another unit standing there.
    """

    condition_id: ConditionId
    pieces: tuple[Piece, ...]
    office: OfficeId
    reason: str
    note: str = ""
    time_factor: float | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    confirmed: bool = False
    cut_off: CutOff = CutOff()


class ChangeEnd(Command, frozen=True, kw_only=True):
    """Another end; None until somebody lifts it."""

    condition_id: ConditionId
    ends_at: Instant | None


class LiftCondition(Command, frozen=True, kw_only=True):
    """Open the streets again, or take the factor off."""

    condition_id: ConditionId


class RestoreCondition(Command, frozen=True, kw_only=True):
    """Undo a lift."""

    condition_id: ConditionId


class ConditionDue(Command, frozen=True, kw_only=True):
    """A start or an end has come."""

    key: str


class ApplyFactors(Command, frozen=True, kw_only=True):
    """Put learnt factors in force, in the place of those that are."""

    factors_id: FactorsId
    table: str
    factors: tuple[Factor, ...]
    note: str = ""


class RevertFactors(Command, frozen=True, kw_only=True):
    """Go back to the factors that were in force before, or to none."""
