"""Which parts of a directed graph hang together both ways."""

import numpy as np

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import Int32s


@compiled
def strong_parts(first_out: Int32s, head: Int32s) -> Int32s:
    """
    The number of the strongly connected part of each node; shape (V,).

    Source: Tarjan (1972), doi:10.1137/0201010, with a stack of its own instead of recursion.
    """
    n = len(first_out) - 1
    part, low, number = np.full(n, -1, np.int32), np.zeros(n, np.int32), np.full(n, -1, np.int32)
    open_nodes, path, next_arc = np.empty(n, np.int32), np.empty(n, np.int32), first_out[:n].copy()
    opened = depth = counter = parts = 0
    for root in range(n):
        if number[root] >= 0:
            continue
        path[0], depth = root, 1
        while depth:
            v = path[depth - 1]
            if number[v] < 0:
                number[v] = low[v] = counter
                counter += 1
                open_nodes[opened] = v
                opened += 1
            descended = False
            while next_arc[v] < first_out[v + 1]:
                w = head[next_arc[v]]
                if number[w] < 0:
                    path[depth] = w
                    depth += 1
                    descended = True
                    break
                if part[w] < 0:  # still open: v can go back there
                    low[v] = min(low[v], low[w])
                next_arc[v] += 1
            if descended:
                continue
            if low[v] == number[v]:
                while True:
                    opened -= 1
                    w = open_nodes[opened]
                    part[w] = parts
                    if w == v:
                        break
                parts += 1
            depth -= 1
    return part
