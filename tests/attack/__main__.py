"""
Attack a demo of our own for some minutes: `python -m tests.attack --minutes 10 [--seed N] [--only REGEX]`.

A server starts on the loopback with a folder that is thrown away. Ends with 1 when something was found.
"""

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path

from nazdik.geo.samples import build_samples
from tests.attack.attackers import attackers, things
from tests.attack.campaign import Campaign
from tests.server import PROVINCE, ROOT, served

CASES_A_TURN, SEQUENCES, STEPS = 12, 12, 12


def main() -> int:
    """Attack until the time is up, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=None, help="repeat a run's choices; others each time if not given")
    parser.add_argument("--only", default=".", help="operations whose name fits this expression")
    parser.add_argument("--singly", action="store_true", help="no sequences")
    given = parser.parse_args()
    number = time.time_ns() % 2**32 if given.seed is None else given.seed
    print(f"seed {number}", flush=True)
    ((region, _),) = build_samples(ROOT / "regions/sources", ROOT / "regions/built", only=(PROVINCE,))
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), region.folder) as server:
        who = attackers(server)
        ends = time.monotonic() + 60 * given.minutes
        campaign = Campaign(server.address, things(server), number, ends)
        campaign.operations = [one for one in campaign.operations if re.search(given.only, one.label)]
        while not campaign.is_over:
            campaign.singly(who, CASES_A_TURN)
            for attacker in who if not given.singly else []:
                campaign.in_sequences(attacker, SEQUENCES, STEPS)
            campaign.number += 1
        trace = "Traceback" in server.said()
        if trace:
            print(server.said()[-8000:])
    for name, example in sorted(campaign.findings.items()):
        print(f"- {name}\n    {example}")
    print(f"{len(campaign.reached)} of {len(campaign.operations)} operations, {len(campaign.done)} done by somebody")
    print(f"answers {dict(sorted(campaign.statuses.items()))}")
    fault = ", and a fault in the log" if trace else ""
    print(f"{sum(campaign.statuses.values())} requests, {len(campaign.findings)} found{fault}")
    return 1 if campaign.findings or trace else 0


if __name__ == "__main__":
    sys.exit(main())
