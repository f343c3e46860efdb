"""
Chance as a function: a draw depends on the seed and on what it is for, never on the order in which draws are asked.

So two policies on one seed see the same world (common random numbers): how long a call keeps a crew belongs to the call, how a
crew answers belongs to that crew and that incident, whatever happened before.
"""

from collections.abc import Sequence
from hashlib import blake2b
from math import exp
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")
_STANDARD = NormalDist()
_STEPS = 2.0**-53


class Chance:
    """Draws of one seed. The words after the first arguments name what a draw is for."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._root = blake2b(str(seed).encode(), digest_size=16).digest()

    def uniform(self, *subject: str) -> float:
        """Return a number in (0, 1), never 0 or 1, so that every quantile of it exists."""
        digest = blake2b("\x1f".join(subject).encode(), digest_size=8, key=self._root).digest()
        return ((int.from_bytes(digest, "big") >> 11) + 0.5) * _STEPS

    def between(self, low: float, high: float, *subject: str) -> float:
        """Return a number from `low` to `high`, all alike."""
        return low + (high - low) * self.uniform(*subject)

    def happens(self, share: float, *subject: str) -> bool:
        """Whether something that happens in this share of cases happens here."""
        return self.uniform(*subject) < share

    def normal(self, *subject: str) -> float:
        """Return a standard normal number."""
        return _STANDARD.inv_cdf(self.uniform(*subject))

    def log_normal(self, median: float, sigma: float, *subject: str) -> float:
        """Return a positive number whose logarithm is normal with this spread around that of `median`."""
        return median * exp(sigma * self.normal(*subject))

    def pick(self, options: Sequence[T], weights: Sequence[float], *subject: str) -> T:
        """Return one of the options, each as often as its weight says."""
        at = self.uniform(*subject) * sum(weights)
        for option, weight in zip(options, weights, strict=True):
            at -= weight
            if at < 0:
                return option
        return options[-1]

    def name(self, *subject: str) -> str:
        """Return 32 hexadecimal digits that name something, the same for the same seed and subject."""
        return blake2b("\x1f".join(subject).encode(), digest_size=16, key=self._root).hexdigest()
