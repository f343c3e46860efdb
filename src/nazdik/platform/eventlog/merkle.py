"""
A Merkle tree over a log, as RFC 6962 has it: one hash stands for everything, and short proofs show what is under it.

A leaf is 0x00 and the entry's hash, a node 0x01 and the two below it, so that neither can be taken for the other. Whoever
keeps a root can be shown that an entry is under it (`prove_inclusion`) and that a later root only added to it
(`prove_consistency`), without being given the log.
"""

from collections.abc import Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def leaf(entry: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of the two below it."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """
    A tree that only grows and keeps no more than the roots of its whole parts, largest first: 20 for a million entries.

    That is all that is needed to add to it and to say its root.
    """

    def __init__(self, size: int = 0, parts: Sequence[bytes] = ()) -> None:
        """Go on with a tree; `ValueError` when the parts cannot be those of this size."""
        if len(parts) != size.bit_count():
            raise ValueError(f"a tree of {size} has {size.bit_count()} whole parts, not {len(parts)}")
        self.size = size
        self._parts = list(parts)

    @property
    def parts(self) -> tuple[bytes, ...]:
        """The roots of the whole parts."""
        return tuple(self._parts)

    def add(self, entry: bytes) -> None:
        """Add an entry at the end."""
        part, size = leaf(entry), self.size
        while size & 1:
            part = node(self._parts.pop(), part)
            size >>= 1
        self._parts.append(part)
        self.size += 1

    def root(self) -> bytes:
        """Return the hash that stands for everything."""
        if not self._parts:
            return EMPTY_ROOT
        root = self._parts[-1]
        for part in reversed(self._parts[:-1]):
            root = node(part, root)
        return root


def root_of(entries: Sequence[bytes]) -> bytes:
    """Return the root over entries."""
    tree = Tree()
    for entry in entries:
        tree.add(entry)
    return tree.root()


def _split(size: int) -> int:
    """Return the largest power of two below `size`: where the tree is divided."""
    return 1 << (size - 1).bit_length() - 1


def prove_inclusion(entries: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from entry `index` (from 0) to the root: PATH of RFC 6962, 2.1.1."""
    if not 0 <= index < len(entries):
        raise ValueError(f"there is no entry {index} among {len(entries)}")
    path: list[bytes] = []
    while len(entries) > 1:
        k = _split(len(entries))
        if index < k:
            path.append(root_of(entries[k:]))
            entries = entries[:k]
        else:
            path.append(root_of(entries[:k]))
            entries, index = entries[k:], index - k
    return path[::-1]


def prove_consistency(entries: Sequence[bytes], earlier: int) -> list[bytes]:
    """Return the hashes that show the tree of the first `earlier` entries inside the whole: PROOF of RFC 6962, 2.1.2."""
    if not 0 <= earlier <= len(entries):
        raise ValueError(f"{earlier} entries are not the beginning of {len(entries)}")
    path: list[bytes] = []
    known = True  # Whether the checker knows the root of what is left: it is the earlier tree itself.
    if earlier == 0:
        return path
    while earlier < len(entries):
        k = _split(len(entries))
        if earlier <= k:
            path.append(root_of(entries[k:]))
            entries = entries[:k]
        else:
            path.append(root_of(entries[:k]))
            entries, earlier, known = entries[k:], earlier - k, False
    if not known:
        path.append(root_of(entries))
    return path[::-1]


def is_included(entry: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path leads from an entry to a root: RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf(entry)
    for step in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node(step, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node(found, step)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(earlier: int, earlier_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `size` only added to the tree of `earlier`: RFC 9162, 2.1.4.2."""
    if not 0 <= earlier <= size:
        return False
    if earlier == 0:
        return not path and earlier_root == EMPTY_ROOT
    if earlier == size:
        return not path and earlier_root == root
    steps = [earlier_root, *path] if earlier & (earlier - 1) == 0 else list(path)
    if not steps:
        return False
    number, last = earlier - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            before, after = node(step, before), node(step, after)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            after = node(after, step)
        number, last = number >> 1, last >> 1
    return last == 0 and before == earlier_root and after == root
