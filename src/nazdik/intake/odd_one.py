"""
Which caller does not belong among those of an incident? Proposed with the reasons; only a person pulls a call out.

A caller is held against what the others tell: another thing altogether (a robbery in the street of a crash), or a place too far off
to be the same event even when everything about it is taken at its most doubtful.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nazdik.intake.shapes import apart_m
from nazdik.intake.similar import related
from nazdik.kernel import LonLat

# Two people can describe the two ends of a long jam; beyond this it is another street's.
FAR_M = 500.0
# One in so many of the others, and at least two.
SHARED_BY = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What one caller tells: where they are, how doubtful that is, and which kind their words speak of, by which words."""

    point: LonLat | None
    doubt_m: float
    kind: str | None
    spoken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Odd:
    """Why a caller may not belong: `kind` (they tell of `told_kind`, by these words), `far`, or both."""

    reasons: tuple[str, ...]
    told_kind: str | None
    spoken: tuple[str, ...]
    apart_m: float | None


def odd_one(told: Told, kind: str | None, place: LonLat | None, radius_m: float, others: Sequence[Told]) -> Odd | None:
    """
    Hold one caller against an incident's kind and place; None when they belong.

    What a third of the others tell too is part of it: a fight after a crash, the other end of a long jam.
    """
    apart = apart_m(told.point, place) if told.point is not None and place is not None else None
    limit_m = FAR_M + radius_m + told.doubt_m
    reasons = []
    if related(told.kind, kind) == "other" and not _many([_alike(told, other) for other in others if other.kind]):
        reasons.append("kind")
    if (
        apart is not None
        and apart > limit_m
        and not _many([_near(told, o, limit_m - FAR_M) for o in others if o.point])
    ):
        reasons.append("far")
    if not reasons:
        return None
    return Odd(tuple(reasons), told.kind, told.spoken, None if apart is None else round(apart))


def _many(answers: Sequence[bool]) -> bool:
    return sum(answers) >= max(2, len(answers) / SHARED_BY)


def _alike(told: Told, other: Told) -> bool:
    return related(told.kind, other.kind) in ("same", "family")


def _near(told: Told, other: Told, within_m: float) -> bool:
    return told.point is not None and other.point is not None and apart_m(told.point, other.point) <= within_m
