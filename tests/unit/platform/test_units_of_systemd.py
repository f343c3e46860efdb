"""The units of the guide are understood by systemd, every word of them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[3] / "docs" / "operations" / "systemd"
COMMAND = "/opt/nazdik/.venv/bin/nazdik"


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing: apt-get install systemd"
)
def test_systemd_has_nothing_to_say_of_the_units(tmp_path: Path) -> None:
    for unit in UNITS.glob("*.service"):
        said = unit.read_text()
        assert f"ExecStart={COMMAND} serve" in said
        # What is not installed here would be the only complaint.
        (tmp_path / unit.name.replace("@", "@khuzestan")).write_text(said.replace(COMMAND, sys.executable))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 3
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
