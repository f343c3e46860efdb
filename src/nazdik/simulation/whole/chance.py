"""Numbers from one seed: a stream of its own for each thing that asks, so that one more question here moves nothing there."""

from hashlib import sha256
from random import Random


def chance_for(seed: int, name: str) -> Random:
    """Return the numbers that this seed gives to what has this name; the same on every machine and in every process."""
    return Random(int.from_bytes(sha256(f"nazdik whole {seed} {name}".encode()).digest()[:8], "big"))  # noqa: S311 - a run has to repeat
