"""
How often the dictionary takes what callers say for the right kind, and how fast it answers at each key.

Run from the repository: `python benchmarks/kinds.py`. Labelled sets:

- held out: 170 plain sentences as callers say them (Persian, some in Latin letters, some English), written apart from the
  dictionary and never used to change it (`kinds_held_out.csv`); the only figure that says what to expect;
- simulator: the sentences that the simulator's callers say (`nazdik.simulation.words`), older than the dictionary; a few entries
  were added after seeing these;
- New York: 93 real types of calls of the city's police record of 2024, abbreviated as operators type them (`kinds_nypd.csv`); the
  kinds beside them are our reading. English entries were added after seeing these, so the figure flatters;
- shipped: the sentences on which every draft is tried; all of them must be right.

Speed: each text of the held-out set is typed letter by letter; every key is one guess.
"""

import csv
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from facts import write_results
from nazdik.guide.guessing import Guesser
from nazdik.guide.model import BookName, Words
from nazdik.guide.shipped import shipped
from nazdik.published.catalogue import KINDS
from nazdik.simulation.words import WORDS as SIMULATED

HERE = Path(__file__).parent
BY_CODE = {kind.code: kind for kind in KINDS}
Rows = list[tuple[str, str]]


def read(name: str) -> Rows:
    """Return the texts of a table and their kinds."""
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return [(row["text"], row["kind"]) for row in csv.DictReader(lines)]


def accuracy(guesser: Guesser, rows: Rows) -> dict[str, Any]:
    """Return how many are right at first and within three, and how many texts tell of nothing at all."""
    found = [([g.code for g in guesser.guess(text, 3).guesses], kind) for text, kind in rows]
    return {
        "texts": len(rows),
        "at_1": round(sum(codes[:1] == [kind] for codes, kind in found) / len(rows), 3),
        "at_3": round(sum(kind in codes for codes, kind in found) / len(rows), 3),
        "silent": round(sum(not codes for codes, _ in found) / len(rows), 3),
    }


def speed(words: Words, rows: Rows) -> dict[str, float]:
    """Return milliseconds a key, by a dictionary that has answered nothing yet."""
    guesser, taken = Guesser(words, BY_CODE), []
    for text, _ in rows:
        for length in range(1, len(text) + 1):
            began = time.perf_counter()
            guesser.guess(text[:length])
            taken.append(time.perf_counter() - began)
    began = time.perf_counter()
    Guesser(words, BY_CODE)
    ready = time.perf_counter() - began
    p50, p99 = np.percentile(taken, [50, 99]) * 1e3
    return {
        "keys": len(taken),
        "p50_ms": round(float(p50), 3),
        "p99_ms": round(float(p99), 3),
        "max_ms": round(max(taken) * 1e3, 2),
        "ready_ms": round(ready * 1e3, 1),
    }


def main() -> None:
    words = shipped(BookName.WORDS)
    assert isinstance(words, Words)
    guesser = Guesser(words, BY_CODE)
    held_out = read("kinds_held_out.csv")
    long = [("، ".join(text for text, _ in held_out)[:4_000], "")]
    found = {
        "entries": len(words.entries),
        "held_out": accuracy(guesser, held_out),
        "simulator": accuracy(
            guesser, [(t, kind) for kind, texts in SIMULATED.items() for t in texts if kind != "other"]
        ),
        "new_york": accuracy(guesser, read("kinds_nypd.csv")),
        "shipped": accuracy(guesser, [(s.text, s.kind) for s in words.sentences]),
        "speed": speed(words, held_out),
        "speed_text_of_4000": speed(words, long),
    }
    print(json.dumps(found, indent=1))
    print(write_results("kinds", found))


if __name__ == "__main__":
    main()
