"""
Fuzz every parser for some minutes: `python -m tests.fuzz --minutes 10 [--only sip pidf]`.

Each target has its turn again and again, each time with other chances. What breaks one is made as small as can be, kept in
`tests/fuzz/cases` and sent again by every run of the tests from then on. Ends with 1 when something was found.
"""

import argparse
import sys
import time
from collections import Counter

from tests.fuzz.hunt import hunt, keep, roll
from tests.fuzz.targets import TARGETS

ROLLS_A_TURN, EXAMPLES_A_TURN = 3_000, 50


def main() -> int:
    """Fuzz until the time is up and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--only", nargs="*", default=[], metavar="TARGET")
    parser.add_argument("--seed", type=int, default=None, help="repeat a run; another each time if not given")
    given = parser.parse_args()
    chosen = [target for target in TARGETS if not given.only or target.name in given.only]
    number = time.time_ns() % 2**32 if given.seed is None else given.seed
    print(f"seed {number}", flush=True)
    ends, tried, found = time.monotonic() + 60 * given.minutes, Counter[str](), Counter[str]()
    while time.monotonic() < ends and chosen:
        for target in list(chosen):
            number += 1
            broken = roll(target, ROLLS_A_TURN, number) or hunt(target, EXAMPLES_A_TURN, number=number)
            tried[target.name] += ROLLS_A_TURN + EXAMPLES_A_TURN
            if broken is not None:
                found[target.name] += 1
                print(f"{target.name}: {type(broken.error).__name__}: {str(broken.error)[:200]}", flush=True)
                print(f"    kept as {keep(target, broken)}", flush=True)
                chosen.remove(target)  # Mend this first; the next turn would find the same.
            if time.monotonic() > ends:
                break
    for name, count in sorted(tried.items()):
        print(f"{name:<14} {count:>8} messages  {'BROKEN' if found[name] else 'held'}")
    print(f"{sum(tried.values())} messages, {sum(found.values())} found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
