"""
How often a number called for nothing: a hint with its reasons, never a gate.

Each confirmed outcome counts once and loses half of its weight in thirty days, so that nobody is a nuisance for ever. A call that
a call-taker closed as a hoax counts 1; an incident where the crew found nothing to it (`unfounded`) a half; one where they did find
something takes a half away. It is never below nought. What no person confirmed (who hung up, who misdialled, who asked for advice)
counts for nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from nazdik.kernel import Instant
from nazdik.kernel.instant import seconds_between

HALF_LIFE_S = 30 * 86_400.0
# From one hoax of the last days on it is said; from two on it is said to be often.
SOME_FROM, OFTEN_FROM = 0.75, 2.0


class Finding(StrEnum):
    """What a past call turned out to be, as a person confirmed it."""

    HOAX = "hoax"
    UNFOUNDED = "unfounded"
    REAL = "real"


WEIGHTS = {Finding.HOAX: 1.0, Finding.UNFOUNDED: 0.5, Finding.REAL: -0.5}


class Level(StrEnum):
    """What is said of a number."""

    NONE = "none"
    SOME = "some"
    OFTEN = "often"


@dataclass(frozen=True, slots=True)
class Reason:
    """So many past calls of one finding, the newest when, and what they add together today."""

    finding: Finding
    count: int
    last_at: Instant
    adds: float


@dataclass(frozen=True, slots=True)
class Nuisance:
    """The hint: how much, in a word, and every reason for it."""

    score: float
    level: Level
    reasons: tuple[Reason, ...]


def nuisance(findings: Iterable[tuple[Instant, Finding]], now: Instant) -> Nuisance:
    """Weigh what past calls turned out to be."""
    by_finding: dict[Finding, list[Instant]] = {}
    for at, finding in findings:
        by_finding.setdefault(finding, []).append(at)
    reasons = tuple(
        Reason(finding, len(ats), max(ats), round(sum(_faded(WEIGHTS[finding], at, now) for at in ats), 2))
        for finding in Finding
        if (ats := by_finding.get(finding))
    )
    score = round(max(0.0, sum(reason.adds for reason in reasons)), 2)
    level = Level.OFTEN if score >= OFTEN_FROM else Level.SOME if score >= SOME_FROM else Level.NONE
    return Nuisance(score, level, reasons)


def _faded(weight: float, at: Instant, now: Instant) -> float:
    halvings: float = max(0.0, seconds_between(at, now)) / HALF_LIFE_S
    return float(weight * 0.5**halvings)
