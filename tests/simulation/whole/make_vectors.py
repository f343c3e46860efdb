"""
Scripts that both clients of the live stream play: this package's and `web/src/live/client.ts`.

`python -m tests.simulation.whole.make_vectors` writes them anew from the Python client; vitest holds the TypeScript to them.
"""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from nazdik.simulation.whole.client.stream import StreamClient

FILE = Path(__file__).with_name("vectors.json")
STREAM = "khuzestan"
SCRIPTS, STEPS = 12, 30


class Bench:
    """A client whose time and socket are in our hands."""

    def __init__(self) -> None:
        self.now_ms = 1_000.0
        self.sent: list[Any] = []
        self.client = StreamClient(self)
        self.client.start()
        self.client.opened(self)

    def steady_ms(self) -> float:
        return self.now_ms

    def dial(self) -> None:
        pass

    def later(self, run: Callable[[], None], ms: float) -> Callable[[], None]:
        return lambda: None

    def chance(self) -> float:
        return 0.5

    def send(self, text: str) -> None:
        self.sent.append(json.loads(text))

    def hang_up(self) -> None:
        pass

    def step(self, step: dict[str, Any]) -> dict[str, Any]:
        """Play one step and return what came of it."""
        self.now_ms += step["after_ms"]
        self.client.heard(self, json.dumps(step["say"]))
        sent, self.sent = self.sent, []
        held = self.client.held.get(STREAM)
        return {
            "sent": sent,
            "epoch": held.epoch if held is not None else None,
            "pos": held.pos if held is not None else 0,
            "units": sorted(view["call_sign"] for view in self.client.world.all("unit")),
        }


def script(chance: Random) -> list[dict[str, Any]]:
    """Return messages as a bad line gives them: in order mostly, lost, doubled, overtaken, of an older epoch."""
    welcome = {"t": "welcome", "server_at": "2026-11-21T18:00:00Z", "beat_s": 2, "streams": [STREAM],
               "scope": {"office": None, "unit": None}}  # fmt: skip
    steps: list[dict[str, Any]] = [{"after_ms": 10, "say": welcome}]
    pos, epoch, past = 10, "e1", []
    for _ in range(STEPS):
        draw, sign = chance.random(), f"A{chance.randrange(4)}"
        item = {"k": "unit", "id": f"{STREAM}.u.{sign}", "v": {"id": sign, "slot": 1, "call_sign": sign}}
        if chance.random() < 0.3:
            item = {**item, "v": None}
        at = f"2026-11-21T18:{pos % 60:02d}:00Z"
        if draw < 0.12:
            said: dict[str, Any] = {
                "t": "snap",
                "stream": STREAM,
                "epoch": epoch,
                "pos": pos,
                "at": at,
                "items": [item] if item["v"] else [],
            }
        elif draw < 0.65:
            prev, pos = pos, pos + chance.randint(1, 3)
            said = {
                "t": "change",
                "stream": STREAM,
                "epoch": epoch,
                "prev": prev,
                "pos": pos,
                "at": at,
                "cmds": [],
                "items": [item],
            }
        elif draw < 0.8:
            said = {"t": "beat", "at": at, "pos": {STREAM: pos}}
        elif draw < 0.9 and past:
            said = chance.choice(past)
        elif draw < 0.94:
            pos, epoch = pos + 1, f"e{chance.randrange(9)}"
            continue
        else:
            pos += 1
            continue
        past.append(said)
        steps.append({"after_ms": chance.choice([5, 200, 1_500, 4_000, 6_000]), "say": said})
        if chance.random() < 0.08:
            steps.append({"after_ms": 3, "say": said})
    return steps


def played() -> list[list[dict[str, Any]]]:
    """Return every script with what came of each step."""
    made = []
    for number in range(SCRIPTS):
        bench = Bench()
        bench.sent.clear()
        made.append([{**step, "then": bench.step(step)} for step in script(Random(number))])
    return made


if __name__ == "__main__":
    FILE.write_text(json.dumps(played(), separators=(",", ":")) + "\n")
