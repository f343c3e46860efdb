"""Whatever a power cut leaves of what was not synced: no acknowledged entry is lost, and no command is half there."""

from pathlib import Path
from random import Random

import pytest

from nazdik.platform import sqlite
from tests.power import Acknowledged, Disk, NewEntry, check_cut, record

CUTS = 120


def cut_often(disk: Disk, stored: list[NewEntry], folder: Path, seed: int, cuts: int = CUTS) -> list[str]:
    """What is wrong after so many cuts, at moments drawn from all there are."""
    chance, wrong = Random(seed), []
    for cut in range(cuts):
        left = folder / f"cut{cut}"
        left.mkdir()
        said = check_cut(disk, stored, chance.randrange(len(disk.notes) + 1), chance, left)
        if said:
            wrong.append(f"cut {cut}: {said}")
    return wrong


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_cut_takes_what_was_acknowledged(seed: int, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    disk, stored = record(tmp_path / "work", seed, appends=40)
    assert sum(isinstance(note, Acknowledged) for note in disk.notes) == 40
    assert cut_often(disk, stored, tmp_path, seed) == []


def test_a_disk_that_lies_is_found_out(tmp_path: Path) -> None:
    """Otherwise the test above would prove nothing."""
    (tmp_path / "work").mkdir()
    disk, stored = record(tmp_path / "work", 1, appends=20, deaf=True)
    assert cut_often(disk, stored, tmp_path, 1)


def test_a_journal_whose_name_comes_back_would_be_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Going over to WAL removes a journal; without a sync of the folder it may be there again and undo the whole log."""
    monkeypatch.setattr(sqlite, "sync_folder", lambda _folder: None)
    (tmp_path / "work").mkdir()
    disk, stored = record(tmp_path / "work", 1, appends=20)
    without = Disk([note for note in disk.notes if type(note).__name__ != "FolderSync"])
    assert cut_often(without, stored, tmp_path, 1)
