"""Words of chance that carry their own end and a mark, so that nothing of them is kept until they come back."""

import hmac
import secrets
from hashlib import blake2b

from nazdik.kernel import Instant
from nazdik.kernel.instant import plus_s
from nazdik.platform.clock import Clock

_MARK_BYTES = 16


class Marks:
    """Gives words that carry their own end and a mark made with a key."""

    def __init__(self, key: bytes, clock: Clock, *, clocks_apart_s: float = 0.0) -> None:
        """
        Args:
            clocks_apart_s: By how much the clock of whoever gave a word may be behind ours.
        """
        self._key = key
        self._clock = clock
        self._apart_s = clocks_apart_s

    def word(self, what: str, *, lasts_s: float) -> bytes:
        """Return a word of chance that we shall know for a while when it comes back as `what`; nothing of it is kept."""
        said = plus_s(self._clock.now(), lasts_s).to_bytes(8) + secrets.token_bytes(_MARK_BYTES)
        return said + self._mark(said, what)

    def is_ours(self, word: bytes, what: str) -> bool:
        """Whether a word is one we gave as `what`, and still lasts."""
        said, mark = word[: 8 + _MARK_BYTES], word[8 + _MARK_BYTES :]
        lasts = plus_s(self.ends_at(word), self._apart_s) > self._clock.now()
        return hmac.compare_digest(mark, self._mark(said, what)) and lasts

    @staticmethod
    def ends_at(word: bytes) -> Instant:
        """Return when a word of ours ends."""
        return Instant(int.from_bytes(word[:8]))

    def _mark(self, said: bytes, what: str) -> bytes:
        return blake2b(said + what.encode(), key=self._key, digest_size=_MARK_BYTES).digest()
