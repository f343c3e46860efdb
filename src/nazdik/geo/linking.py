"""The compiled part of a fleet without a search: hanging units on states, taking them off, counting them."""

import numpy as np

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import Floats, Int32s, Ints
from nazdik.geo.records import Records


@compiled
def _detach(nodes: Records, entries: Records, entry: int) -> None:
    state = entries[entry].state
    if state < 0:
        return
    before, after = entries[entry].previous, entries[entry].next
    if before >= 0:
        entries[before].next = after
    else:
        nodes[state].entry = after
    if after >= 0:
        entries[after].previous = before
    entries[entry].state = -1


@compiled
def _attach(nodes: Records, entries: Records, entry: int, state: int) -> None:
    first = nodes[state].entry
    entries[entry].state, entries[entry].next, entries[entry].previous = state, first, -1
    if first >= 0:
        entries[first].previous = entry
    nodes[state].entry = entry


@compiled
def unlink_all(nodes: Records, units: Records, entries: Records, slots: Ints) -> None:
    """Take units off the road."""
    for slot in slots:
        _detach(nodes, entries, 2 * slot)
        _detach(nodes, entries, 2 * slot + 1)
        units[slot].arc = -1
        units[slot].met = 0


@compiled
def link_all(
    arc_end: Int32s,
    arc_twin: Int32s,
    nodes: Records,
    units: Records,
    entries: Records,
    slots: Ints,
    arcs: Int32s,
    fractions: Floats,
    lons: Floats,
    lats: Floats,
    fixed_at: Ints,
) -> int:
    """Hang units on the states at both ends of their arcs; return how many of them came onto the road or off it."""
    changed = 0
    for i in range(len(slots)):
        slot, arc = slots[i], arcs[i]
        changed += (units[slot].arc >= 0) != (arc >= 0)
        units[slot].lon, units[slot].lat = lons[i], lats[i]
        units[slot].fixed_at, units[slot].fraction = fixed_at[i], fractions[i]
        units[slot].met = 0
        if units[slot].arc != arc:
            _detach(nodes, entries, 2 * slot)
            _detach(nodes, entries, 2 * slot + 1)
            units[slot].arc = arc
            if arc >= 0:
                _attach(nodes, entries, 2 * slot, arc_end[arc])
                if arc_twin[arc] >= 0:
                    _attach(nodes, entries, 2 * slot + 1, arc_end[arc_twin[arc]])
    return changed


@compiled
def tally_all(units: Records, rungs: Ints, fixed_after: int) -> Ints:
    """Count units by the first rung they miss; then those not placed since `fixed_after`, then the rest."""
    counts = np.zeros(len(rungs) + 2, np.int64)
    for slot in range(len(units)):
        mask, rung = units[slot].mask, 0
        while rung < len(rungs):
            all_of, any_of = rungs[rung, 0], rungs[rung, 1]
            if (mask & all_of) != all_of or (any_of != 0 and (mask & any_of) == 0):
                break
            rung += 1
        if rung == len(rungs) and units[slot].fixed_at > fixed_after and units[slot].arc >= 0:
            rung += 1
        counts[rung] += 1
    return counts


@compiled
def count_fit(units: Records, all_of: int, any_of: int, fixed_after: int, barred: Ints, enough: int) -> tuple[int, int]:
    """
    How many units are on the road without those barred, and how many of them are fit; see `search`.

    It stops counting where `enough` are fit: that there are so many is all that is asked then.
    """
    placed, fit = 0, 0
    for i in range(len(units) + len(barred)):
        if fit >= enough + len(barred):
            break
        slot, one = i, 1
        if i >= len(units):
            slot, one = barred[i - len(units)], -1
        if units[slot].arc < 0:
            continue
        placed += one
        mask = units[slot].mask
        suits = (mask & all_of) == all_of and (any_of == 0 or (mask & any_of) != 0)
        if suits and units[slot].fixed_at > fixed_after:
            fit += one
    return placed, fit
