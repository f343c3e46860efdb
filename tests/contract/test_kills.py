"""Twenty kills of a real server under load: nothing that was acknowledged is lost, nothing is done twice."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from tests.kills import survive, two_duties
from tests.postgres import Postgres
from tests.server import PROVINCE

KILLS = 20
KILLS_IN_POSTGRES = 2


def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path, built_region: Callable[[str], Path]) -> None:
    found = survive(tmp_path, built_region(PROVINCE), kills=KILLS, seed=7)
    assert found.lost == [] and found.doubled == [] and found.wrong == []
    assert found.acknowledged > 10 * KILLS and found.cut_off > KILLS, "the kills came in the midst of it"


def test_kills_lose_nothing_with_the_log_in_postgresql(
    tmp_path: Path, built_region: Callable[[str], Path], postgres_server: Postgres
) -> None:
    found = survive(tmp_path, built_region(PROVINCE), kills=KILLS_IN_POSTGRES, seed=8, pg=postgres_server.fresh())
    assert found.lost == [] and found.doubled == [] and found.wrong == []
    assert found.acknowledged > 0


def test_the_judge_sees_a_unit_with_two_duties() -> None:
    def entry(kind: str, unit: str, assignment: str) -> SimpleNamespace:
        body = f'{{"unit_id":"{unit}","assignment_id":"{assignment}"}}'
        return SimpleNamespace(kind=f"dispatch.{kind}.v1", body=body, position=1)

    first, second = entry("unit_reserved", "u", "a1"), entry("unit_reserved", "u", "a2")
    assert two_duties([first, entry("unit_cleared", "u", "a1"), second]) == []
    assert two_duties([first, entry("unit_cleared", "u", "a2"), second])
