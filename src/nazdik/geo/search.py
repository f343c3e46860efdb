"""
The compiled search for the nearest units: backwards from the place asked for, until nobody nearer can come.

What the search leaves behind is marked with the number of the question instead of being cleared, so a question costs what it
looked at. Arrays of records are passed whole and changed in place. `nearest.NearestUnits` owns them and is the way in.
"""

import numpy as np

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import Bools, Floats, Int32s, Ints
from nazdik.geo.heap import part_ms, pop, push
from nazdik.geo.records import ONTO_GOAL, ONTO_TWIN, Records

# A search that has settled so many states counts the fit units: looking through them costs less than that.
FAR_AFTER = 256


@compiled
def _delay_ms(units: Records, slot: int, now: int) -> int:
    """How long before a unit sets out: its own delay, and the time until it is ready, begun milliseconds whole."""
    delay = int(units[slot].delay_ms)
    if units[slot].ready_at > now:
        delay += (units[slot].ready_at - now + 999) // 1000
    return delay


@compiled
def _keep_best(best: Ints, kept: int, k: int, ms: int, rank: int) -> int:
    """Keep a fit unit among the k best, sorted by (time, rank) and each unit once; return how many are kept."""
    for i in range(kept):
        if best[i, 1] == rank:  # met before from its other end, and now nearer
            for j in range(i, kept - 1):
                best[j, 0], best[j, 1] = best[j + 1, 0], best[j + 1, 1]
            kept -= 1
            break
    place = kept
    while place > 0 and (best[place - 1, 0] > ms or (best[place - 1, 0] == ms and best[place - 1, 1] > rank)):
        place -= 1
    if place >= k:
        return kept
    for j in range(min(kept, k - 1), place, -1):
        best[j, 0], best[j, 1] = best[j - 1, 0], best[j - 1, 1]
    best[place, 0], best[place, 1] = ms, rank
    return min(kept + 1, k)


@compiled
def _offer(
    units: Records, slot: int, ms: int, via: int, state: int, asked: int, met: Int32s, met_count: int
) -> tuple[bool, int]:
    """Note a way for a unit to come; return whether it is its best so far, and how many units were met."""
    if units[slot].met != asked:
        units[slot].met = asked
        met[met_count] = slot
        met_count += 1
    elif units[slot].ms < ms or (units[slot].ms == ms and units[slot].via <= via):
        return False, met_count
    units[slot].ms, units[slot].via, units[slot].state = ms, via, state
    return True, met_count


@compiled
def _is_fit(units: Records, slot: int, all_of: int, any_of: int, fixed_after: int) -> bool:
    mask = units[slot].mask
    fits = (mask & all_of) == all_of and (any_of == 0 or (mask & any_of) != 0)
    fresh: bool = units[slot].fixed_at > fixed_after
    return fits and fresh


@compiled
def _metres_to(
    nodes: Records,
    units: Records,
    in_steps: Records,
    step_end: Int32s,
    arc_twin: Int32s,
    arc_m: Floats,
    slot: int,
    goal: int,
    goal_fraction: float,
) -> float:
    """The length of the way a unit takes, added up from the tree that the search left behind."""
    arc, at, via = units[slot].arc, units[slot].fraction, units[slot].via
    if via == 1 or via == 3:  # it turns round  # noqa: PLR1714 - a set is slow when compiled
        arc, at = arc_twin[arc], 1.0 - at
    metres: float = (1.0 - at) * arc_m[arc]
    if via < 2:
        metres = abs((goal_fraction if arc == goal else 1.0 - goal_fraction) - at) * arc_m[arc]
        return metres
    step = nodes[units[slot].state].next
    while step >= 0:
        metres += arc_m[in_steps[step].arc]
        step = nodes[step_end[step]].next
    if step == ONTO_GOAL:
        metres += goal_fraction * arc_m[goal]
    else:
        metres += (1.0 - goal_fraction) * arc_m[arc_twin[goal]]
    return metres


@compiled
def _seed(
    nodes: Records,
    heap: Ints,
    size: int,
    first_onto: Int32s,
    onto_steps: Records,
    entering: Int32s,
    is_closed: bool,
    arc: int,
    part_ms: int,
    limit_ms: int,
    marker: int,
    asked: int,
) -> int:
    """Begin a search at every state from which one turns onto the goal's arc; return the new size of the heap."""
    for i in range(first_onto[arc], first_onto[arc + 1]):
        state, ms = onto_steps[i].state, part_ms + np.int64(onto_steps[i].ms)
        if ms > limit_ms:
            continue
        for _ in range(2):
            if nodes[state].asked != asked or ms < nodes[state].ms:
                nodes[state].asked, nodes[state].ms, nodes[state].next = asked, ms, marker
                size = push(heap, size, (ms << 32) | state)
            if not is_closed:
                break
            # Closed streets may lead up to a goal that is on one itself.
            state = entering[state]
    return size


@compiled
def _seed_both(
    nodes: Records,
    heap: Ints,
    first_onto: Int32s,
    onto_steps: Records,
    entering: Int32s,
    closed: Bools,
    arc_ms: Int32s,
    arc_twin: Int32s,
    goal: int,
    fraction: float,
    limit_ms: int,
    asked: int,
) -> int:
    """The two ways in: along the goal's arc from its tail, and along its twin from its head."""
    ms, twin = part_ms(arc_ms[goal], fraction), arc_twin[goal]
    size = _seed(nodes, heap, 0, first_onto, onto_steps, entering, closed[goal], goal, ms, limit_ms, ONTO_GOAL, asked)
    if twin >= 0:
        ms = part_ms(arc_ms[twin], 1.0 - fraction)
        size = _seed(
            nodes, heap, size, first_onto, onto_steps, entering, closed[twin], twin, ms, limit_ms, ONTO_TWIN, asked
        )
    return size


@compiled
def _on_the_goals_arc(
    units: Records, slot: int, goal: int, goal_fraction: float, goal_twin: int, arc_ms: Int32s
) -> tuple[int, int]:
    """The time and the manner in which a unit comes without leaving the goal's street; -1 when it must go round."""
    arc = units[slot].arc
    if arc != goal and (arc != goal_twin or goal_twin < 0):
        return -1, 0
    ahead = goal_fraction - (units[slot].fraction if arc == goal else 1.0 - units[slot].fraction)
    if ahead >= 0:
        return part_ms(arc_ms[goal], ahead), 0 if arc == goal else 1
    if goal_twin >= 0:
        return part_ms(arc_ms[goal_twin], -ahead), 1 if arc == goal else 0
    return -1, 0


@compiled
def _wanted(k: int, units: Records, all_of: int, any_of: int, fixed_after: int, asked: int) -> int:
    """How many units are to be found: `k`, or all who are fit, wherever on the road, if they are fewer; at least one."""
    count = 0
    for slot in range(len(units)):
        if count >= k:
            break
        if units[slot].arc >= 0 and units[slot].barred != asked and _is_fit(units, slot, all_of, any_of, fixed_after):
            count += 1
    return max(1, count)


@compiled
def search_all(
    first_in: Int32s,
    in_steps: Records,
    step_end: Int32s,
    stands_for: Int32s,
    entering: Int32s,
    closed: Bools,
    first_onto: Int32s,
    onto_steps: Records,
    arc_end: Int32s,
    arc_twin: Int32s,
    arc_ms: Int32s,
    arc_m: Floats,
    nodes: Records,
    units: Records,
    entries: Records,
    heap: Ints,
    met: Int32s,
    best: Ints,
    slot_of_rank: Int32s,
    barred: Ints,
    questions: Records,
    asked_before: int,
    counts: Ints,
    answers: Ints,
    wheres: Floats,
) -> None:
    """Answer questions one after the other, numbered from `asked_before + 1`; row i of the last three is question i's."""
    ordinary = len(first_in) - 1 - len(stands_for)
    leaving_end = ordinary + len(stands_for) // 2
    for number in range(len(questions)):
        asked = asked_before + 1 + number
        goal, goal_fraction = questions[number].goal, questions[number].fraction
        k, limit_ms, now = questions[number].k, questions[number].limit_ms, questions[number].now
        all_of, any_of = questions[number].all_of, questions[number].any_of
        fixed_after, only = questions[number].fixed_after, questions[number].only
        for i in range(questions[number].barred_from, questions[number].barred_to):
            units[barred[i]].barred = asked
        goal_twin = arc_twin[goal]
        bound, kept, met_count, settled = limit_ms, 0, 0, 0

        # Units on the goal's own street need not leave it. All of them hang on the state at its end.
        entry = nodes[arc_end[goal]].entry
        while entry >= 0:
            slot = entry >> 1
            if units[slot].barred != asked and (only < 0 or slot == only):
                part, via = _on_the_goals_arc(units, slot, goal, goal_fraction, goal_twin, arc_ms)
                if part >= 0:
                    total = part + _delay_ms(units, slot, now)
                    if total <= bound:
                        better, met_count = _offer(units, slot, total, via, -1, asked, met, met_count)
                        if better and _is_fit(units, slot, all_of, any_of, fixed_after):
                            kept = _keep_best(best, kept, k, total, units[slot].rank)
                            if kept == k:
                                bound = best[k - 1, 0]
            entry = entries[entry].next

        size = _seed_both(
            nodes,
            heap,
            first_onto,
            onto_steps,
            entering,
            closed,
            arc_ms,
            arc_twin,
            goal,
            goal_fraction,
            bound,
            asked,
        )
        while size > 0:
            key = heap[0]
            ms = key >> 32
            if ms > bound:  # not `>=`: a unit exactly as far may come first by its id
                break
            size = pop(heap, size)
            state = key & 0xFFFFFFFF
            if nodes[state].ms != ms:
                continue  # an older, longer way to a state already settled
            settled += 1
            if settled > questions[number].settled_max:  # whoever asked has a better way then
                break
            if settled == FAR_AFTER and only < 0:
                # Far out, and still looking: when everybody who is fit was met, nobody is left to look for.
                k = _wanted(k, units, all_of, any_of, fixed_after, asked)
                if kept == k:
                    bound = best[k - 1, 0]
                    if ms > bound:
                        break

            # Beside an ordinary state only those leave who stand on a closed street; nobody enters with a unit on it.
            beside = state >= ordinary
            entry = -1
            if not beside:
                entry = nodes[state].entry
            elif state < leaving_end:
                entry = nodes[stands_for[state - ordinary]].entry
            while entry >= 0:
                slot, side = entry >> 1, entry & 1
                if units[slot].barred != asked and (only < 0 or slot == only):
                    arc, share = units[slot].arc, 1.0 - units[slot].fraction
                    if side == 1:
                        arc, share = arc_twin[arc], units[slot].fraction
                    if not beside or closed[arc]:
                        total = ms + part_ms(arc_ms[arc], share) + _delay_ms(units, slot, now)
                        if total <= bound:
                            better, met_count = _offer(units, slot, total, 2 + side, state, asked, met, met_count)
                            if better and _is_fit(units, slot, all_of, any_of, fixed_after):
                                kept = _keep_best(best, kept, k, total, units[slot].rank)
                                if kept == k:
                                    bound = best[k - 1, 0]
                entry = entries[entry].next

            for i in range(first_in[state], first_in[state + 1]):
                total = ms + in_steps[i].ms
                if total > bound:
                    continue
                tail = in_steps[i].state
                if nodes[tail].asked != asked or total < nodes[tail].ms:
                    nodes[tail].asked, nodes[tail].ms, nodes[tail].next = asked, total, i
                    size = push(heap, size, (total << 32) | tail)

        # The heap is free now and sorts the unfit units that are nearer than the last one found.
        answer, where = answers[number], wheres[number]
        last_ms, last_rank = limit_ms, np.int64(0x7FFFFFFF)
        if 0 < kept < k and only < 0:
            k = _wanted(k, units, all_of, any_of, fixed_after, asked)
        if kept == k:
            last_ms, last_rank = best[k - 1, 0], best[k - 1, 1]
        size = 0
        for i in range(met_count):
            slot = met[i]
            ms, rank = np.int64(units[slot].ms), units[slot].rank
            nearer = ms < last_ms or (ms == last_ms and rank < last_rank)
            if nearer and not _is_fit(units, slot, all_of, any_of, fixed_after):
                size = push(heap, size, (ms << 32) | rank)
        counts[number, 2], counts[number, 3] = size, settled
        passed = min(size, len(answer) - len(best))
        counts[number, 0], counts[number, 1] = kept, passed
        for i in range(kept + passed):
            if i < kept:
                slot = slot_of_rank[best[i, 1]]
            else:
                slot = slot_of_rank[heap[0] & 0xFFFFFFFF]
                size = pop(heap, size)
            answer[i, 0], answer[i, 1], answer[i, 2] = slot, units[slot].ms, _delay_ms(units, slot, now)
            answer[i, 3], answer[i, 4] = units[slot].mask, units[slot].fixed_at
            where[i, 0] = -1.0
            if i < kept:
                where[i, 0] = _metres_to(nodes, units, in_steps, step_end, arc_twin, arc_m, slot, goal, goal_fraction)
            where[i, 1], where[i, 2] = units[slot].lon, units[slot].lat


@compiled
def metres_of_all(
    nodes: Records,
    units: Records,
    in_steps: Records,
    step_end: Int32s,
    arc_twin: Int32s,
    arc_m: Floats,
    slots: Ints,
    goal: int,
    goal_fraction: float,
    metres: Floats,
) -> None:
    """Write the length of the way each of some units takes, by what a search left behind."""
    for i in range(len(slots)):
        metres[i] = _metres_to(nodes, units, in_steps, step_end, arc_twin, arc_m, slots[i], goal, goal_fraction)


@compiled
def _meet_wanted(
    first_in: Int32s,
    in_steps: Records,
    stands_for: Int32s,
    closed: Bools,
    arc_twin: Int32s,
    arc_ms: Int32s,
    nodes: Records,
    units: Records,
    entries: Records,
    heap: Ints,
    size: int,
    wanted: Ints,
    now: int,
    bound: int,
    missing: int,
    asked: int,
    times: Int32s,
) -> None:
    """Search on from where a search began until nobody wanted can come sooner; write each one's time, -1 beyond the bound."""
    ordinary = len(first_in) - 1 - len(stands_for)
    leaving_end = ordinary + len(stands_for) // 2
    looked_up = False
    while size > 0:
        if missing == 0 and not looked_up:
            # Everybody was met: nobody needs to be looked for further out than the last of them is now.
            looked_up, bound = True, 0
            for slot in wanted:
                bound = max(bound, int(units[slot].ms))
        key = heap[0]
        ms = key >> 32
        if ms > bound:
            break
        size = pop(heap, size)
        state = key & 0xFFFFFFFF
        if nodes[state].ms != ms:
            continue
        beside = state >= ordinary
        entry = -1
        if not beside:
            entry = nodes[state].entry
        elif state < leaving_end:
            entry = nodes[stands_for[state - ordinary]].entry
        while entry >= 0:
            slot, side = entry >> 1, entry & 1
            if units[slot].barred == asked:
                arc, share = units[slot].arc, 1.0 - units[slot].fraction
                if side == 1:
                    arc, share = arc_twin[arc], units[slot].fraction
                total = ms + part_ms(arc_ms[arc], share) + _delay_ms(units, slot, now)
                if total <= bound and (not beside or closed[arc]):
                    if units[slot].met != asked:
                        units[slot].met, units[slot].ms = asked, total
                        missing -= 1
                    elif total < units[slot].ms:
                        units[slot].ms = total
            entry = entries[entry].next
        for i in range(first_in[state], first_in[state + 1]):
            total = ms + in_steps[i].ms
            if total > bound:
                continue
            tail = in_steps[i].state
            if nodes[tail].asked != asked or total < nodes[tail].ms:
                nodes[tail].asked, nodes[tail].ms, nodes[tail].next = asked, total, i
                size = push(heap, size, (total << 32) | tail)
    for row in range(len(wanted)):
        slot = wanted[row]
        times[row] = units[slot].ms if units[slot].met == asked else -1
        units[slot].met = 0


@compiled
def times_of(
    first_in: Int32s,
    in_steps: Records,
    stands_for: Int32s,
    entering: Int32s,
    closed: Bools,
    first_onto: Int32s,
    onto_steps: Records,
    arc_twin: Int32s,
    arc_ms: Int32s,
    nodes: Records,
    units: Records,
    entries: Records,
    heap: Ints,
    wanted: Ints,
    goals: Ints,
    fractions: Floats,
    now: int,
    limit_ms: int,
    asked_before: int,
    table: Int32s,
) -> None:
    """Write the time of each wanted unit to each goal, -1 beyond the limit, into `table`, of shape (goals, wanted)."""
    for row in range(len(goals)):
        asked = asked_before + 1 + row
        goal, goal_fraction = goals[row], fractions[row]
        goal_twin = arc_twin[goal]
        missing = 0
        for slot in wanted:
            units[slot].barred = asked  # here: one that is asked for
            units[slot].met = 0
            missing += 1
            part, _ = _on_the_goals_arc(units, slot, goal, goal_fraction, goal_twin, arc_ms)
            if part >= 0 and part + _delay_ms(units, slot, now) <= limit_ms:
                units[slot].met, units[slot].ms = asked, part + _delay_ms(units, slot, now)
                missing -= 1
        size = _seed_both(
            nodes,
            heap,
            first_onto,
            onto_steps,
            entering,
            closed,
            arc_ms,
            arc_twin,
            goal,
            goal_fraction,
            limit_ms,
            asked,
        )
        _meet_wanted(
            first_in,
            in_steps,
            stands_for,
            closed,
            arc_twin,
            arc_ms,
            nodes,
            units,
            entries,
            heap,
            size,
            wanted,
            now,
            limit_ms,
            missing,
            asked,
            table[row],
        )


@compiled
def times_to_states(
    first_in: Int32s,
    in_steps: Records,
    stands_for: Int32s,
    closed: Bools,
    arc_twin: Int32s,
    arc_ms: Int32s,
    nodes: Records,
    units: Records,
    entries: Records,
    heap: Ints,
    wanted: Ints,
    first_goal: Ints,
    goal_states: Ints,
    now: int,
    limits_ms: Ints,
    asked_before: int,
    table: Int32s,
) -> None:
    """As `times_of`; goal g is to be in any of `goal_states[first_goal[g]:first_goal[g + 1]]`, which are ordinary ones."""
    for row in range(len(first_goal) - 1):
        asked = asked_before + 1 + row
        for slot in wanted:
            units[slot].barred = asked  # here: one that is asked for
            units[slot].met = 0
        size = 0
        for i in range(first_goal[row], first_goal[row + 1]):
            state = goal_states[i]
            nodes[state].asked, nodes[state].ms, nodes[state].next = asked, 0, -1
            size = push(heap, size, int(state))
        _meet_wanted(
            first_in,
            in_steps,
            stands_for,
            closed,
            arc_twin,
            arc_ms,
            nodes,
            units,
            entries,
            heap,
            size,
            wanted,
            now,
            limits_ms[row],
            len(wanted),
            asked,
            table[row],
        )


@compiled
def way_of(
    nodes: Records,
    in_steps: Records,
    step_end: Int32s,
    stands_for: Int32s,
    ordinary: int,
    first_onto: Int32s,
    onto_steps: Records,
    arc_twin: Int32s,
    arc_ms: Int32s,
    state: int,
    goal: int,
    arcs: Int32s,
    turn_ms: Int32s,
) -> tuple[int, int]:
    """
    Write the arcs from a state to the goal as the last search left them, and what turning into each costs, from row 1 on.

    Returns:
        How many arcs they are with the one before the state, and `ONTO_GOAL` or `ONTO_TWIN`.
    """
    count, step = 1, nodes[state].next
    while step >= 0:
        arc = in_steps[step].arc
        arcs[count], turn_ms[count] = arc, in_steps[step].ms - arc_ms[arc]
        count += 1
        state = step_end[step]
        step = nodes[state].next
    if state >= ordinary:
        state = stands_for[state - ordinary]
    last = goal if step == ONTO_GOAL else arc_twin[goal]
    arcs[count], turn_ms[count] = last, 0
    for i in range(first_onto[last], first_onto[last + 1]):
        if onto_steps[i].state == state:
            turn_ms[count] = onto_steps[i].ms
    return count + 1, step
