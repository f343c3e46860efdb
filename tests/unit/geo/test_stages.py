"""A build that was killed goes on from its last finished stage, and ends with the same bytes as one that was not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nazdik.geo.build import STEPS, RegionSpec, build_region
from nazdik.geo.columns import ArrayFile, Columns, open_column
from nazdik.geo.errors import BuildRunning
from nazdik.geo.region import Region, list_files
from nazdik.geo.stages import Stages
from nazdik.platform.filelock import hold
from tests.unit.geo.region_fixtures import small_spec

# A process that kills itself without a word: when a stage has written what it makes and not yet said that it is finished,
# or between two stages.
KILLED = """
import os, signal, sys
from pathlib import Path
from nazdik.geo.build import RegionSpec, build_region
from nazdik.geo.stages import Stages
folder, wanted = Path(sys.argv[1]), sys.argv[2]
run = Stages.run
def killed_before_the_end(stages, name, key, make):
    def half(into):
        make(into)
        if name == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
    return run(stages, name, key, half)
def progress(step, share):
    if step.code == wanted and wanted in ("inputs", "finish"):
        os.kill(os.getpid(), signal.SIGKILL)
Stages.run = killed_before_the_end
spec = RegionSpec("trial", "آزمون", "Trial", folder / "small.osm.pbf", folder / "box.geojson")
build_region(spec, folder / "out", progress=progress)
"""


def killed_in(folder: Path, step: str) -> RegionSpec:
    """Begin a build that is killed in a stage, and return what it was to build."""
    spec = small_spec(folder)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), step], env=environment, capture_output=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    return spec


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Region:
    folder = tmp_path_factory.mktemp("whole")
    return build_region(small_spec(folder), folder / "out")


@pytest.mark.parametrize("step", [step.code for step in STEPS])
def test_a_build_killed_in_any_stage_goes_on_and_gives_the_same_bytes(whole: Region, tmp_path: Path, step: str) -> None:
    spec = killed_in(tmp_path, step)
    assert not (tmp_path / "out").exists()
    resumed: list[str] = []
    region = build_region(spec, tmp_path / "out", resumed=resumed.extend)
    codes = [each.code for each in STEPS]
    assert resumed == codes[1 : codes.index(step)]
    assert list_files(region.folder) == list_files(whole.folder)
    assert (region.folder / "manifest.json").read_bytes() == (whole.folder / "manifest.json").read_bytes()
    assert not list(tmp_path.glob(".out*"))


def test_a_build_killed_while_it_replaces_a_region_leaves_one_that_opens(whole: Region, tmp_path: Path) -> None:
    spec = small_spec(tmp_path)
    build_region(spec, tmp_path / "out")
    work = tmp_path / ".out.work"
    work.mkdir()
    (tmp_path / "out").rename(work / "replaced")  # as between the two moves
    region = build_region(spec, tmp_path / "out", replace=True)
    assert list_files(region.folder) == list_files(whole.folder)


def test_another_input_begins_anew(whole: Region, tmp_path: Path) -> None:
    spec = killed_in(tmp_path, "basemap")
    spec.boundary.write_text(spec.boundary.read_text(encoding="utf-8").replace("48.80", "48.705"), encoding="utf-8")
    resumed: list[str] = []
    region = build_region(spec, tmp_path / "out", resumed=resumed.extend)
    assert resumed == []
    assert region.manifest.counts["nodes"] < whole.manifest.counts["nodes"]


def test_two_builds_of_one_region_do_not_meet(tmp_path: Path) -> None:
    spec = small_spec(tmp_path)
    held = hold(tmp_path / ".out.lock")
    with pytest.raises(BuildRunning):
        build_region(spec, tmp_path / "out")
    os.close(held)
    build_region(spec, tmp_path / "out")


def test_a_stage_whose_files_were_changed_is_made_again(tmp_path: Path) -> None:
    made: list[str] = []

    def make(folder: Path) -> None:
        made.append("")
        (folder / "a").write_text("one")

    stages = Stages(tmp_path / "work")
    stages.run("stage", "key", make)
    (stages.run("stage", "key", make) / "a").write_text("two")
    assert len(made) == 1
    assert (stages.run("stage", "key", make) / "a").read_text() == "one"
    assert len(made) == 2
    stages.run("stage", "other", make)
    assert len(made) == 3


def test_columns_give_back_what_was_appended(tmp_path: Path) -> None:
    with Columns(tmp_path, a="q", b="i") as columns:
        for number in range(300_000):
            columns["a"].append(number)
            columns.spill()
        columns["a"].extend(np.arange(5))
        columns["a"].extend_few([7, 8])
        assert len(columns["a"]) == 300_007
    assert open_column(tmp_path, "a", "q").tolist() == [*range(300_000), 0, 1, 2, 3, 4, 7, 8]
    assert len(open_column(tmp_path, "b", "i")) == 0


@pytest.mark.parametrize(("rows", "width"), [(0, None), (7, None), (7, 5), (200_000, 2)])
def test_an_array_written_part_by_part_is_the_file_numpy_writes(tmp_path: Path, rows: int, width: int | None) -> None:
    values = np.arange(rows * (width or 1), dtype=np.int32).reshape((rows,) if width is None else (rows, width))
    file = ArrayFile(tmp_path / "parts.npy", np.int32, width)
    file.append(values[: rows // 3])
    file.append(values[rows // 3 :])
    file.close()
    np.save(tmp_path / "whole.npy", values)
    assert (tmp_path / "parts.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()
