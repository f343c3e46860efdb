"""
A Merkle tree that keeps every hash, so that proofs come at once: the tree of `platform.eventlog.merkle`, with its proofs.

Level `k` holds the roots of the whole parts of 2^k leaves. A part that is not whole is put together from a handful of those.
"""

from nazdik.platform.eventlog.merkle import EMPTY_ROOT, leaf, node


class GrownTree:
    """A tree that only grows."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    def add(self, entry: bytes) -> int:
        """Add an entry at the end and return its index."""
        at, level = leaf(entry), 0
        self._levels[0].append(at)
        while len(self._levels[level]) % 2 == 0:
            at = node(self._levels[level][-2], self._levels[level][-1])
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(at)
        return self.size - 1

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first `size` leaves, or over all."""
        size = self.size if size is None else size
        return self._root(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the path from a leaf to the root over the first `size` leaves."""
        if not 0 <= index < size <= self.size:
            raise ValueError(f"there is no leaf {index} among {size}")
        path: list[bytes] = []
        first, last = 0, size
        while last - first > 1:
            middle = first + _split(last - first)
            if index < middle:
                path.append(self._root(middle, last))
                last = middle
            else:
                path.append(self._root(first, middle))
                first = middle
        return path[::-1]

    def consistency(self, earlier: int, size: int) -> list[bytes]:
        """Return the hashes that show the first `earlier` leaves inside the first `size`."""
        if not 0 <= earlier <= size <= self.size:
            raise ValueError(f"{earlier} leaves are not the beginning of {size}")
        path: list[bytes] = []
        first, last, known = 0, size, True
        if earlier == 0:
            return path
        while earlier < last:
            middle = first + _split(last - first)
            if earlier <= middle:
                path.append(self._root(middle, last))
                last = middle
            else:
                path.append(self._root(first, middle))
                first, known = middle, False
        if not known:
            path.append(self._root(first, last))
        return path[::-1]

    def _root(self, first: int, last: int) -> bytes:
        """Return the root over leaves `first` to `last`; `first` is where a whole part of that size may begin."""
        count = last - first
        if count & (count - 1) == 0:
            return self._levels[count.bit_length() - 1][first // count]
        middle = first + _split(count)
        return node(self._root(first, middle), self._root(middle, last))


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1
