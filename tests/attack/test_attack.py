"""A short attack in every run of the tests: as every role and as nobody, singly and in sequences, on a server of its own."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.attack.attackers import Attacker, attackers, things
from tests.attack.campaign import Campaign
from tests.server import PROVINCE, Server, served

# The same choices in each run; `python -m tests.attack` makes others and takes its time.
SEED = 6
SINGLY_S, ALTOGETHER_S = 9.0, 13.0
CASES, SEQUENCES, STEPS = 2, 3, 8


class Ground(NamedTuple):
    """What is attacked, by whom, and what is there."""

    server: Server
    who: list[Attacker]
    things: dict[str, list[str]]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> Iterator[Ground]:
    with served(tmp_path_factory.mktemp("attacked"), built_region(PROVINCE)) as server:
        yield Ground(server, attackers(server), things(server))


def test_an_attack_can_find_something(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a role may read counts as a leak to one that may not: the check is no ornament."""
    taker = next(one for one in ground.who if one.name == "call_taker")
    monkeypatch.setattr(Attacker, "may_read_the_mark", False)
    campaign = Campaign(ground.server.address, ground.things, SEED, time.monotonic() + ALTOGETHER_S)
    campaign.operations = [one for one in campaign.operations if one.label == "GET /v1/calls"]
    campaign.singly([taker], 12)
    assert any("is shown what a caller said" in said for said in campaign.findings.values())


def test_an_attack_finds_nothing(ground: Ground) -> None:
    begun = time.monotonic()
    campaign = Campaign(ground.server.address, ground.things, SEED, begun + SINGLY_S)
    campaign.singly(ground.who, CASES)
    campaign.ends = begun + ALTOGETHER_S
    for attacker in ground.who:
        campaign.in_sequences(attacker, SEQUENCES, STEPS)
    said = ground.server.said()
    assert campaign.findings == {}
    assert "Traceback" not in said, said[-6000:]
    assert len(campaign.proved) > 3 and campaign.statuses[200] > 10 and len(campaign.reached) > 30
