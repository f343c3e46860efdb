"""How often a number called for nothing: what counts, how it fades, what it is called."""

import pytest

from nazdik.intake.nuisance import HALF_LIFE_S, Finding, Level, nuisance
from nazdik.kernel import Instant
from nazdik.kernel.instant import plus_s

NOW = Instant(1_790_000_000_000_000)


def ago(days: float) -> Instant:
    return plus_s(NOW, -86_400.0 * days)


@pytest.mark.parametrize(
    ("findings", "score", "level"),
    [
        ([], 0.0, Level.NONE),
        ([(ago(0), Finding.HOAX)], 1.0, Level.SOME),
        ([(ago(30), Finding.HOAX)], 0.5, Level.NONE),
        ([(ago(0), Finding.HOAX)] * 3, 3.0, Level.OFTEN),
        ([(ago(0), Finding.HOAX)] * 2 + [(ago(0), Finding.REAL)], 1.5, Level.SOME),
        ([(ago(0), Finding.UNFOUNDED)], 0.5, Level.NONE),
        ([(ago(0), Finding.REAL)] * 4, 0.0, Level.NONE),
        ([(ago(180), Finding.HOAX)] * 5, 0.08, Level.NONE),
    ],
)
def test_what_was_confirmed_counts_and_fades(
    findings: list[tuple[Instant, Finding]], score: float, level: Level
) -> None:
    found = nuisance(findings, NOW)
    assert (found.score, found.level) == (score, level)


def test_every_reason_is_told_with_what_it_adds() -> None:
    found = nuisance([(ago(1), Finding.HOAX), (ago(60), Finding.HOAX), (ago(2), Finding.REAL)], NOW)
    assert [(r.finding, r.count, r.last_at) for r in found.reasons] == [
        (Finding.HOAX, 2, ago(1)),
        (Finding.REAL, 1, ago(2)),
    ]
    assert found.score == pytest.approx(sum(r.adds for r in found.reasons))


def test_what_lies_ahead_of_the_clock_weighs_no_more_than_today() -> None:
    assert nuisance([(plus_s(NOW, HALF_LIFE_S), Finding.HOAX)], NOW).score == 1.0
