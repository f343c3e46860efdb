"""Words that a server gives and knows when they come back, each good once; where nodes share, at any of them."""

from collections import OrderedDict
from contextlib import suppress
from threading import Lock
from typing import Protocol

from nazdik.kernel import Instant
from nazdik.platform.auth.marks import Marks
from nazdik.platform.auth.seals import SealBroken, Sealing
from nazdik.platform.clock import Clock


class UsedByAll(Protocol):
    """Words that several nodes know, and use up once among all of them."""

    seals: Sealing

    def is_there(self) -> bool:
        """Whether nodes can tell one another now."""

    def use(self, word: bytes) -> bool:
        """Use a word up; False when some node did before. Blocking. Raises `LogUnavailable`."""


class Words:
    """What gives words and takes them back, each once; and what pages keep sealed meanwhile. May be called from any thread."""

    def __init__(self, own: Sealing, clock: Clock) -> None:
        """
        Args:
            own: By what this server knows words that it alone gave.
        """
        self._own = own
        self._clock = clock
        self._lock = Lock()
        self._used: OrderedDict[bytes, Instant] = OrderedDict()
        # Set where nodes share a store: the words of each are then good at all.
        self.shared: UsedByAll | None = None

    def give(self, what: str, *, lasts_s: float) -> bytes:
        """Return a new word. Where nodes cannot tell one another now it is good at this one, and nowhere else."""
        return self._now().word(what, lasts_s=lasts_s)

    def is_good(self, word: bytes, what: str) -> bool:
        """Whether a word was given as `what`, still lasts, and is not known here to be used: looked at before what costs more."""
        if self.shared is not None and self.shared.seals.is_ours(word, what):
            return True
        return self._own.is_ours(word, what) and word not in self._used

    def use(self, word: bytes, what: str) -> bool:
        """Use a word up; False when it is not good, or was used. Blocking where nodes share. Raises `LogUnavailable`."""
        if self.shared is not None and self.shared.seals.is_ours(word, what):
            return self.shared.use(word)
        if not self._own.is_ours(word, what):
            return False
        now = self._clock.now()
        with self._lock:
            if word in self._used:
                return False
            self._used[word] = Marks.ends_at(word)
            while self._used and next(iter(self._used.values())) <= now:
                self._used.popitem(last=False)
        return True

    def seal(self, secret: bytes, what: str) -> bytes:
        """Return what a page keeps for us and cannot read."""
        return self._now().seal(secret, what)

    def open(self, sealed: bytes, what: str) -> bytes:
        """Return what a page kept for us, or for another node. Raises `SealBroken`."""
        if self.shared is not None:
            with suppress(SealBroken):
                return self.shared.seals.open(sealed, what)
        return self._own.open(sealed, what)

    def _now(self) -> Sealing:
        shared = self.shared
        return shared.seals if shared is not None and shared.is_there() else self._own
