"""Faults with a name; the others, and all seeds, by `nazdik simulate`. What is planted has to be found."""

import subprocess
import sys
from pathlib import Path

import pytest

from nazdik.simulation.whole.run import run
from nazdik.simulation.whole.scenarios import SCENARIOS
from tests.planted import BUGS

ROOT = Path(__file__).parents[3]
# Each of these is over in a second or two; `for s in S1 S2 …; do nazdik simulate --scenario $s; done` is all of them.
SHORT = ("S4", "S7", "S9", "S13", "S17", "S21", "S48")
# Found by the first seed.
PLANTED = ("journal-no-sync", "answered-before-durable")


@pytest.mark.parametrize("name", SHORT)
def test_a_scenario_holds(name: str) -> None:
    result = run(SCENARIOS[name].plan(name, 1))
    assert result.broken is None, "\n".join([*result.last, str(result.broken)])


def test_planted_bugs_are_found() -> None:
    asked = [sys.executable, "-m", "tests.planted", "--jobs", "1", *PLANTED]
    found = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert f"{len(PLANTED)} of {len(PLANTED)} bugs found" in found.stdout


def test_every_planted_bug_still_fits_its_source() -> None:
    assert len(BUGS) >= 25
    assert len({bug.name for bug in BUGS}) == len(BUGS)
    for bug in BUGS:
        compile(bug.source(), str(bug.path), "exec")
