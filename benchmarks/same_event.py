"""
How well calls about one event are recognised: precision and recall on a labelled set made from real calls.

Run from the repository: `python benchmarks/same_event.py [--seed 1]`. The events are rows of New York's police record (real places
and times of day, folded so that one hour holds as much as a busy city's); the callers of each are drawn: some events have one, some
dozens; each caller stands somewhere else, calls later, names the kind right or not, and says some of the event's words. Who
belongs to whom is known, so every proposal can be counted right or wrong. Real are places and times; what callers say is not.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from facts import write_results
from nazdik.geo.samples import build_samples
from nazdik.guide.model import BookName, Words
from nazdik.guide.shipped import shipped
from nazdik.intake import similar as rule
from nazdik.intake.shapes import moved
from nazdik.intake.similar import FAMILIES, Asked, Known, similar, telling_words, together
from nazdik.kernel import IncidentId, Instant, LonLat
from nazdik.kernel.instant import plus_s
from nazdik.published.catalogue import KINDS
from nazdik.simulation.ground import Ground
from nazdik.simulation.record import read_nypd

ROOT = Path(__file__).parents[1]
FOLD = 120
THRESHOLDS = (0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)
# How many call about one event, and how often that happens: most once, a crash on an avenue by dozens.
CALLERS = ((1, 0.72), (2, 0.14), (3, 0.06), (5, 0.05), (12, 0.02), (30, 0.01))
KIND_WRONG, KIND_UNTOLD, SAYS_A_WORD = 0.15, 0.1, 0.35
PLACE_OFF_M, PLACE_FAR, PLACE_FAR_M = 55.0, 0.1, 220.0
DELAY_S = 240.0
COMMON_WORDS = tuple(
    "سفید قرمز پراید موتور سه نفر مرد زن مغازه پارک مدرسه بانک پمپ داروخانه کوچه بلند جوان پیر کودک فرار".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Call:
    """One labelled call; `kind` is what its event truly is."""

    event: int
    asked: Asked
    text: str
    kind: str


@cache
def told_by(kind: str) -> tuple[str, ...]:
    """The first words of the dictionary for a kind."""
    words = shipped(BookName.WORDS)
    assert isinstance(words, Words)
    return tuple(e.text.split("/")[0].strip() for e in words.entries if e.kind == kind and "+" not in e.text)[:3]


def drawn(seed: int) -> list[Call]:
    """Draw the labelled calls, in the order of their time."""
    built = build_samples(ROOT / "regions" / "sources", ROOT / "regions" / "built", only=("manhattan",))
    ground = Ground.load(next(region.folder for region, _ in built))
    scripts = read_nypd(ROOT / "regions" / "sources" / "nypd_cad_2024_rows.csv.gz", ground, fold=FOLD).scripts
    chance = random.Random(seed)
    kinds = [kind for kind in KINDS if kind.code != "other"]
    calls: list[Call] = []
    for event, script in enumerate(scripts):
        callers = chance.choices([n for n, _ in CALLERS], [share for _, share in CALLERS])[0]
        # The record is mostly one kind; an event's own kind is drawn anew, so that kinds tell something apart.
        kind = chance.choice(kinds) if script.kind == "theft_now" else next(k for k in KINDS if k.code == script.kind)
        own = chance.sample(COMMON_WORDS, 5) + list(told_by(kind.code))
        at = script.at
        for _ in range(callers):
            calls.append(_call(chance, event, script.point, at, kind.code, own))
            at = plus_s(at, chance.expovariate(1 / DELAY_S))
    calls.sort(key=lambda call: call.asked.at)
    return calls


def _call(chance: random.Random, event: int, point: LonLat, at: Instant, kind: str, own: list[str]) -> Call:
    far = chance.random() < PLACE_FAR
    off_m = abs(chance.gauss(0, PLACE_FAR_M if far else PLACE_OFF_M))
    said: str | None = kind
    draw = chance.random()
    if draw < KIND_UNTOLD:
        said = None
    elif draw < KIND_UNTOLD + KIND_WRONG:
        family = sorted(set().union(*(f for f in FAMILIES if kind in f)) or {"other"})
        said = chance.choice(family)
    text = " ".join(word for word in own if chance.random() < SAYS_A_WORD)
    here = moved(point, off_m, chance.uniform(0, 360))
    doubt_m = chance.choice((0.0, 20.0, 50.0, 150.0))
    return Call(event, Asked(at=at, point=here, doubt_m=doubt_m, kind=said, words=telling_words(text)), text, kind)


def play(calls: list[Call]) -> Iterator[tuple[bool, bool, float, float]]:
    """Yield for each call: has its event called before, is the best proposal right, its score, the milliseconds it took."""
    last: dict[int, list[Call]] = {}
    rule_from, rule.PROPOSED_FROM = rule.PROPOSED_FROM, 0.0
    try:
        for call in calls:
            open_now = [
                Known(
                    id=IncidentId(str(event)),
                    kind=heard[0].asked.kind,
                    point=heard[0].asked.point or LonLat(0, 0),
                    last_at=heard[-1].asked.at,
                    words=together([h.text for h in heard]),
                )
                for event, heard in last.items()
                if call.asked.at - heard[-1].asked.at < 3_600_000_000
            ]
            began = time.perf_counter()
            found = [p for p in similar(call.asked, open_now) if p.proposed]
            took_ms = (time.perf_counter() - began) * 1000
            best = found[0] if found else None
            right = best is not None and int(best.incident_id) == call.event
            yield call.event in last, right, best.score if best is not None else 0.0, took_ms
            last.setdefault(call.event, []).append(call)
    finally:
        rule.PROPOSED_FROM = rule_from


def figures(seed: int) -> dict[str, Any]:
    """Play the set and count at each threshold."""
    calls = drawn(seed)
    rows = list(play(calls))
    known = np.array([row[0] for row in rows])
    right = np.array([row[1] for row in rows])
    score = np.array([row[2] for row in rows])
    table = []
    for threshold in THRESHOLDS:
        proposed = score >= threshold
        good = int((proposed & right).sum())
        table.append(
            {
                "threshold": threshold,
                "precision": round(good / max(int(proposed.sum()), 1), 4),
                "recall": round(good / max(int(known.sum()), 1), 4),
                "false_proposals_in_100_new_events": round(
                    100 * float((proposed & ~known).sum() / max((~known).sum(), 1)), 2
                ),
            }
        )
    p50, p99 = np.percentile([row[3] for row in rows], [50, 99])
    return {
        "calls": len(calls),
        "events": int((~known).sum()),
        "calls_of_known_events": int(known.sum()),
        "in_use": rule.PROPOSED_FROM,
        "thresholds": table,
        "ms": {"p50": round(float(p50), 3), "p99": round(float(p99), 3)},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = figures(given.seed)
    print(json.dumps(found, indent=1))
    print(write_results("same_event", found))


if __name__ == "__main__":
    main()
