"""
What every compiled search is made of: a heap of whole numbers, and the time of a part of a street.

`compiled` knows that other files are compiled with what is in this one.
"""

import numpy as np

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import Ints


@compiled
def push(heap: Ints, size: int, key: int) -> int:
    """Put a key on the 4-ary heap and return its new size."""
    place = size
    while place > 0:
        above = (place - 1) >> 2
        if heap[above] <= key:
            break
        heap[place] = heap[above]
        place = above
    heap[place] = key
    return size + 1


@compiled
def pop(heap: Ints, size: int) -> int:
    """Take the smallest key, `heap[0]`, off the heap and return its new size."""
    size -= 1
    key, place = heap[size], 0
    while True:
        child = 4 * place + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < heap[least]:
                least = other
        if heap[least] >= key:
            break
        heap[place] = heap[least]
        place = least
    heap[place] = key
    return size


@compiled
def part_ms(ms: int, fraction: float) -> int:
    """The time of a part of an arc, rounded to whole milliseconds half up; the test oracle does the same."""
    return int(np.floor(ms * fraction + 0.5))
