"""Looking for what a parser cannot bear: some examples, or as many as fit into a time; what is found is kept."""

import time
import warnings
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.bend import Rolled, bend, messages
from tests.fuzz.targets import Target

CASES = Path(__file__).parent / "cases"
# A parser that takes longer than this for a message of 20 kB can be made to hold the server up.
SLOW_S = 0.5
SMALLER_WITHIN_S = 20.0
CALM = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False)


@dataclass
class Found:
    """The smallest message that broke a target, and how."""

    data: bytes
    error: BaseException


def hunt(target: Target, examples: int, *, number: int | None = None) -> Found | None:
    """Try so many messages that hypothesis chooses; `number` makes the choice repeatable."""
    last = [b""]

    def look(data: bytes) -> None:
        last[0] = data
        target.look(data)

    tried = settings(CALM, max_examples=examples, phases=[Phase.generate, Phase.shrink])(
        given(messages(target.samples))(look)
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (seed(number)(tried) if number is not None else tried)()
    except Exception as error:
        return Found(last[0], error)
    return None


def roll(target: Target, messages: int, number: int) -> Found | None:
    """Try so many messages fast, also for how long each takes; what is found is made smaller by leaving parts out."""
    choice = Rolled(number)
    for _ in range(messages):
        data = bend(choice, target.samples)
        error = _error_of(target, data)
        if error is not None:
            return Found(_smaller(target, data, type(error)), error)
    return None


def _error_of(target: Target, data: bytes) -> Exception | None:
    began = time.process_time()
    try:
        target.look(data)
    except Exception as error:
        return error
    took_s = time.process_time() - began
    return TimeoutError(f"{target.name} took {took_s:.1f} s") if took_s > SLOW_S else None


def _smaller(target: Target, data: bytes, kind: type[Exception]) -> bytes:
    """Leave out halves, quarters and so on for as long as what remains breaks the target in the same way."""
    piece, until = max(1, len(data) // 2), time.monotonic() + SMALLER_WITHIN_S
    while time.monotonic() < until:
        for at in range(0, len(data), piece):
            less = data[:at] + data[at + piece :]
            if isinstance(_error_of(target, less), kind):
                data = less
                break
        else:
            if piece == 1:
                break
            piece = max(1, piece // 2)
    return data


def kept_cases(target: Target) -> list[Path]:
    """Return the messages that once broke a target."""
    return sorted((CASES / target.name).glob("*.bin"))


def keep(target: Target, found: Found) -> Path:
    """Keep a message for good, under its digest."""
    folder = CASES / target.name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sha256(found.data).hexdigest()[:16]}.bin"
    path.write_bytes(found.data)
    return path
