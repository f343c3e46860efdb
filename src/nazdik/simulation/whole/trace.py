"""The trace of a run: a digest over everything that happened, in order. Equal seeds have equal traces."""

from collections.abc import Callable
from hashlib import sha256

Listener = Callable[[float, str, str], None]


class Trace:
    """Notes what happens; the last notes are kept in words for whoever has to find out why."""

    def __init__(self, keep: int = 400) -> None:
        self._digest = sha256()
        self._keep = keep
        self.count = 0
        self.last: list[str] = []
        self.now_s: Callable[[], float] = lambda: 0.0

    def note(self, what: str, about: str | bytes = "") -> None:
        """Note that something happened now."""
        head = f"{self.now_s():.6f} {what} "
        self.count += 1
        self._digest.update(head.encode())
        self._digest.update(about if isinstance(about, bytes) else about.encode())
        if self._keep:
            text = about if isinstance(about, str) else about[:200].decode("utf-8", "replace")
            self.last.append(head + text[:300])
            if len(self.last) > 2 * self._keep:
                del self.last[: self._keep]

    def hash(self) -> str:
        """Return the digest so far."""
        return self._digest.copy().hexdigest()
