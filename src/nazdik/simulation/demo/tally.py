"""What the demo did so far: counts by name, told in one line every half minute."""

import sys
import time
from collections import Counter

SAY_EVERY_S = 30.0


class Tally:
    """Counts what happened. `problems` are refusals and failures by code; the first of each kind is told at once."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self._said_at_s = time.monotonic()
        self._cpu_s = time.process_time()
        self._before: Counter[str] = Counter()

    def add(self, what: str) -> None:
        """Count one."""
        self.counts[what] += 1

    def problem(self, code: str, about: str) -> None:
        """Count something the server refused or did not answer."""
        self.problems[code] += 1
        if self.problems[code] == 1:
            say(f"first {code}: {about}")

    def line(self) -> str:
        """Return the status line: totals since the start, reports a second and processor share since the last line."""
        now_s, cpu_s = time.monotonic(), time.process_time()
        passed_s = max(now_s - self._said_at_s, 1e-3)
        reports_per_s = (self.counts["positions"] - self._before["positions"]) / passed_s
        share = (cpu_s - self._cpu_s) / passed_s
        self._said_at_s, self._cpu_s, self._before = now_s, cpu_s, self.counts.copy()
        done = " ".join(f"{name} {n}" for name, n in sorted(self.counts.items()) if name != "positions")
        problems = " ".join(f"{code} {n}" for code, n in sorted(self.problems.items())) or "none"
        return f"{done} | positions {reports_per_s:.0f}/s | problems: {problems} | cpu {share:.0%}"


def say(text: str) -> None:
    """Tell whoever watches the terminal."""
    print(f"demo: {text}", file=sys.stderr, flush=True)
