"""Real calls through the core, and the commands that people type."""

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from nazdik.kernel.instant import plus_s
from nazdik.simulation.cli import LEAD_S, app
from nazdik.simulation.ground import Ground
from nazdik.simulation.record import RecordForeign, read_nypd, zone
from nazdik.simulation.replay import compare, play, twin
from nazdik.simulation.world import Setting
from tests.conftest import SOURCES

CALLS = SOURCES / "nypd_cad_2024_rows.csv.gz"


@pytest.fixture(scope="module")
def manhattan(built_region: Callable[[str], Path]) -> Path:
    return built_region("manhattan")


@pytest.fixture(scope="module")
def ground(manhattan: Path) -> Ground:
    return Ground.load(manhattan)


def test_the_record_has_its_4256_calls_in_the_region(ground: Ground) -> None:
    record = read_nypd(CALLS, ground)
    assert record.rows == 8217
    inside = len(record.scripts) + record.repeated
    assert 4200 < inside <= 4256 + 65
    assert record.unusable == 0
    assert all(script.code_local in script.words for script in record.scripts)
    assert {script.kind for script in record.scripts} <= ground.kinds.keys()
    assert sum(script.own_event for script in record.scripts) > 100
    assert [script.at for script in record.scripts] == sorted(script.at for script in record.scripts)


def test_folding_lays_days_over_one_another_and_keeps_the_time_of_day(ground: Ground) -> None:
    plain, folded = read_nypd(CALLS, ground), read_nypd(CALLS, ground, fold=30)
    assert len(folded.scripts) == len(plain.scripts)
    days = (folded.scripts[-1].at - folded.scripts[0].at) / 86_400e6
    assert days < 13


def test_the_first_hundred_real_calls_are_all_served_by_road_and_by_air(ground: Ground) -> None:
    scripts = read_nypd(CALLS, ground).scripts[:100]
    setting = Setting(units=12, seed=1, start_at=plus_s(scripts[0].at, -LEAD_S), zone=zone())
    road, air = play(ground, setting, scripts), play(ground, twin(setting), scripts)
    called = sum(not script.own_event for script in scripts)
    for outcome in (road, air):
        assert len(outcome.rows) == 100 - outcome.unserved_own_events
        assert outcome.intervals["response"].n == called
        assert all(row.closed_at is not None for row in outcome.rows)
    assert road.trace_hash == play(ground, setting, scripts).trace_hash
    assert road.misled is not None
    assert road.misled.later_share > 0
    difference = compare(road, air).first_choice
    assert difference.n == called
    assert difference.mean_s > 0


def test_the_command_writes_a_report_that_opens_offline(manhattan: Path, tmp_path: Path) -> None:
    typed = [
        "replay",
        "--calls",
        str(CALLS),
        "--region",
        str(manhattan),
        "--units",
        "12",
        "--days",
        "6",
        "--out",
        str(tmp_path),
    ]
    first, second = CliRunner().invoke(app, typed), CliRunner().invoke(app, typed)
    assert first.exit_code == 0, first.output
    line, *traces = first.stdout.splitlines()
    assert "response" in line
    assert "busy" in line
    assert [trace.split()[:2] for trace in traces] == [["trace", "road"], ["trace", "air"]]
    assert first.stdout == second.stdout
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "بازپخش" in page
    assert "http" not in page.replace("http-equiv", "")
    for chart in page.split("<svg")[1:]:
        ElementTree.fromstring("<svg" + chart.split("</svg>")[0] + "</svg>")
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert summary["policies"]["road"]["trace_hash"] == traces[0].split()[2]
    with (tmp_path / "intervals.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == summary["policies"]["road"]["incidents"] + summary["policies"]["air"]["incidents"]
    assert {row["policy"] for row in rows} == {"road", "air"}


def test_a_missing_a_foreign_and_a_damaged_file_are_refused_in_a_sentence(
    manhattan: Path, ground: Ground, tmp_path: Path
) -> None:
    foreign, damaged = tmp_path / "foreign.csv", tmp_path / "damaged.csv.gz"
    foreign.write_text("a,b\n1,2\n", encoding="utf-8")
    damaged.write_bytes(gzip.compress(b"cad_evnt_id,")[:-6])
    for path in (tmp_path / "missing.csv", foreign, damaged):
        with pytest.raises(RecordForeign, match=path.name):
            read_nypd(path, ground)
        typed = ["replay", "--calls", str(path), "--region", str(manhattan), "--out", str(tmp_path / "out")]
        answer = CliRunner().invoke(app, typed)
        assert answer.exit_code == 2
        assert "Traceback" not in answer.output
        assert path.name in answer.output


def test_a_folder_that_is_no_region_is_refused_in_a_sentence(tmp_path: Path) -> None:
    answer = CliRunner().invoke(
        app, ["replay", "--calls", str(CALLS), "--region", str(tmp_path), "--out", str(tmp_path / "out")]
    )
    assert answer.exit_code == 2
    assert "is no Nazdik region" in answer.output


def test_a_made_up_day_runs_from_the_command(built_region: Callable[[str], Path], tmp_path: Path) -> None:
    typed = ["simulate", "--region", str(built_region("tehran-central")), "--multiple", "0.1", "--day", "--units", "20"]
    typed += ["--statistics", str(SOURCES / "iran_110_statistics.csv"), "--out", str(tmp_path)]
    answer = CliRunner().invoke(app, typed)
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / "report.html").is_file()
    again = CliRunner().invoke(app, [*typed, "--seed", "2"])
    assert answer.stdout.splitlines()[1] != again.stdout.splitlines()[1]
