"""When each thing falls due: a heap over a map that may change at any time."""

import heapq
from collections.abc import Iterator

from nazdik.kernel import Instant


class Deadlines:
    """The next due first. A deadline that was moved or withdrawn stays in the heap until it comes up, and is skipped."""

    def __init__(self) -> None:
        self._due: dict[str, Instant] = {}
        self._heap: list[tuple[Instant, str]] = []

    def __len__(self) -> int:
        return len(self._due)

    def push(self, key: str, due: Instant | None) -> None:
        """Set when `key` falls due, or withdraw it with None."""
        if due is None:
            self._due.pop(key, None)
        elif self._due.get(key) != due:
            self._due[key] = due
            heapq.heappush(self._heap, (due, key))
        # A deadline that is moved again and again must not fill the memory with what it was.
        if len(self._heap) > 64 + 4 * len(self._due):
            self._heap = [(at, name) for name, at in self._due.items()]
            heapq.heapify(self._heap)

    def next_due(self) -> Instant | None:
        """Return when the next deadline falls, or None."""
        heap = self._heap
        if heap and self._due.get(heap[0][1]) != heap[0][0]:
            self._skip()
        return heap[0][0] if heap else None

    def pop_due(self, now: Instant) -> list[str]:
        """Return the keys due at or before `now`, the earliest first, and forget them."""
        return list(self._pop(now))

    def _pop(self, now: Instant) -> Iterator[str]:
        self._skip()
        while self._heap and self._heap[0][0] <= now:
            _, key = heapq.heappop(self._heap)
            del self._due[key]
            yield key
            self._skip()

    def _skip(self) -> None:
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
