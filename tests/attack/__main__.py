"""
Attack a demo of our own for some minutes: `python -m tests.attack --minutes 10 [--seed N] [--only REGEX]`.

A server starts on the loopback with a folder that is thrown away. Ends with 1 when something was found.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nazdik.geo.samples import build_samples
from tests.attack.attackers import attackers, things
from tests.attack.campaign import Campaign
from tests.attack.oversight import attacked, describe
from tests.server import PROVINCE, ROOT, served

CASES_A_TURN, SEQUENCES, STEPS = 12, 12, 12


def main() -> int:
    """Attack until the time is up, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=None, help="repeat a run's choices; others each time if not given")
    parser.add_argument("--only", default=".", help="operations whose name fits this expression")
    parser.add_argument("--singly", action="store_true", help="no sequences")
    parser.add_argument("--oversight", action="store_true", help="attack both ports of 197, half of the time each")
    given = parser.parse_args()
    number = time.time_ns() % 2**32 if given.seed is None else given.seed
    print(f"seed {number}", flush=True)
    attack = _on_oversight if given.oversight else _on_dispatch
    campaigns, trace = attack(given, number)
    found = 0
    for campaign in campaigns:
        found += len(campaign.findings)
        _tell(campaign)
    if trace:
        print(trace[-8000:])
        print("and a fault in the log")
    return 1 if found or trace else 0


def _on_dispatch(given: argparse.Namespace, number: int) -> tuple[list[Campaign], str]:
    ((region, _),) = build_samples(ROOT / "regions/sources", ROOT / "regions/built", only=(PROVINCE,))
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), region.folder) as server:
        who = attackers(server)
        campaign = Campaign(server.address, things(server), number, time.monotonic() + 60 * given.minutes)
        _attack(campaign, who, given)
        said = server.said()
    return [campaign], said if "Traceback" in said else ""


def _on_oversight(given: argparse.Namespace, number: int) -> tuple[list[Campaign], str]:
    campaigns = []
    with tempfile.TemporaryDirectory() as folder, attacked(Path(folder)) as ground:
        for address, who in ((ground.citizens, ground.nobody), (ground.desks, ground.staff)):
            ends = time.monotonic() + 30 * given.minutes
            campaign = Campaign(address, ground.things, number, ends, describe(address), ground.values)
            _attack(campaign, who, given)
            campaigns.append(campaign)
        said = ground.said.read_text(encoding="utf-8", errors="replace")
    return campaigns, said if "Traceback" in said else ""


def _attack(campaign: Campaign, who: Sequence[Any], given: argparse.Namespace) -> None:
    campaign.operations = [one for one in campaign.operations if re.search(given.only, one.label)]
    while not campaign.is_over:
        campaign.singly(list(who), CASES_A_TURN)
        for attacker in who if not given.singly else []:
            campaign.in_sequences(attacker, SEQUENCES, STEPS)
        campaign.number += 1


def _tell(campaign: Campaign) -> None:
    for name, example in sorted(campaign.findings.items()):
        print(f"- {name}\n    {example}")
    print(f"{len(campaign.reached)} of {len(campaign.operations)} operations, {len(campaign.done)} done by somebody")
    print(f"answers {dict(sorted(campaign.statuses.items()))}")
    print(f"{sum(campaign.statuses.values())} requests, {len(campaign.findings)} found")


if __name__ == "__main__":
    sys.exit(main())
