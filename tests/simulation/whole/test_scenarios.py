"""Every fault with a name, once; other courses of them, and all seeds, by `nazdik simulate`. What is planted has to be found."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from nazdik.simulation.whole.run import run
from nazdik.simulation.whole.scenarios import SCENARIOS
from tests.planted import BUGS

ROOT = Path(__file__).parents[3]
PROOFS = ROOT / "docs/proofs.md"
FAULTS = range(1, 53)
# Found by the first seed.
PLANTED = ("journal-no-sync", "answered-before-durable")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_happens_and_holds(name: str) -> None:
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


def _rows() -> dict[int, str]:
    """Return what the page says of each fault."""
    found = re.findall(r"^\| S(\d+) \| (.+) \|$", PROOFS.read_text(encoding="utf-8"), re.M)
    assert len(found) == len({number for number, _ in found}), "one row for each"
    return {int(number): said for number, said in found}


def test_every_fault_has_a_row_that_names_what_is_there() -> None:
    rows = _rows()
    assert sorted(rows) == list(FAULTS)
    for number, said in rows.items():
        named = set(re.findall(r"\bS\d+B?\b", said.partition("scenario")[2]))
        known = {name for name in SCENARIOS if re.fullmatch(rf"S{number}B?", name)}
        assert known <= named <= set(SCENARIOS), f"S{number}: {named} are named, {known} are there"
        paths = re.findall(r"`((?:tests|web|benchmarks)/[\w./-]+)`", said)
        assert [path for path in paths if not (ROOT / path).exists()] == [], f"S{number}"
        assert named or paths or "decision" in said or "tests." in said, f"S{number} is shown nowhere"
