"""A short attack on both ports of 197 in every run of the tests: as a citizen, at each desk, and as whoever a case is shut to."""

import time
from collections.abc import Iterator

import pytest

from tests.attack.campaign import Campaign
from tests.attack.oversight import Attacked, Citizen, attacked, describe

SEED = 6
# What is asked is counted, not timed; only a machine that hardly moves is let go.
CASES, SECONDS_MAX = 2, 60.0


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    with attacked(tmp_path_factory.mktemp("attacked-197")) as made:
        yield made


def campaign(ground: Attacked, address: str) -> Campaign:
    made = Campaign(address, ground.things, SEED, 0.0, describe(address), ground.values)
    made.ends = time.monotonic() + SECONDS_MAX
    return made


def test_an_attack_on_197_can_find_something(ground: Attacked, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the desk above may read counts as a leak to one that may not: the check is no ornament."""
    monkeypatch.setattr(Citizen, "may_read_the_mark", False)
    above = next(one for one in ground.staff if one.name == "desk-top")
    attack = campaign(ground, ground.desks)
    attack.operations = [one for one in attack.operations if one.label == "GET /v1/cases"]
    attack.singly([above], 8)
    assert any("is shown what a caller said" in said for said in attack.findings.values())


@pytest.mark.parametrize("port", ["citizens", "desks"])
def test_an_attack_on_197_finds_nothing(ground: Attacked, port: str) -> None:
    address, who = (ground.citizens, ground.nobody) if port == "citizens" else (ground.desks, ground.staff)
    attack = campaign(ground, address)
    attack.singly(who, CASES)
    said = ground.said.read_text()
    assert attack.findings == {}
    assert "Traceback" not in said, said[-6000:]
    assert len(attack.reached) > 15 and attack.statuses[200] > 3, attack.statuses
