"""
What the answers were worth: every judged answer is held against true times, computed by scipy over the whole graph.
"""

from typing import Any

import numpy as np
from scipy.sparse.csgraph import dijkstra

from road.rivals import Answer, Roads
from road.rivals.scipy_dijkstra import reversed_matrix

# Half a second later is not later: it is less than any travel time is known to.
WRONG_S = 0.5


def true_times_s(roads: Roads, goals: Any, nodes: Any) -> Any:
    """Seconds from each unit's junction to each goal; shape (goals, units)."""
    matrix = reversed_matrix(roads)
    return np.stack([dijkstra(matrix, indices=int(goal))[nodes] / 1000 for goal in goals])


def judge(answers: list[Answer], true_s: Any, k: int) -> dict[str, Any]:
    """
    How far answers are from the truth.

    Args:
        answers: One per question, (unit, seconds) nearest first; seconds NaN for an engine that gives none.
        true_s: Seconds from every free unit to every goal; shape (at least questions, free units).

    Returns:
        `late_first`: share of questions whose first unit is later than the best by more than `WRONG_S`.
        `loss_s_mean`, `loss_s_p95`: seconds lost by sending the first unit, over all questions.
        `list_wrong`: share of questions in which the k units are not the k nearest (units equally far count as equal).
        `time_off_ms_max`, `time_off_share_p50`: difference of the engine's own times from the true ones.
    """
    late, wrong, off_s, true_of = [], 0, [], []
    for answer, times in zip(answers, true_s, strict=False):
        wanted = min(k, int(np.isfinite(times).sum()))
        best = np.sort(times)[:wanted]
        chosen = np.array([times[unit] for unit, _ in answer[:k]])
        late.append((chosen[0] if len(chosen) else np.inf) - best[0])
        wrong += bool(len(chosen) < wanted or (np.sort(chosen)[:wanted] > best + 1e-6).any())
        said = np.array([time for _, time in answer[:k]], dtype=np.float64)
        off_s.extend((said - chosen).tolist())
        true_of.extend(chosen.tolist())
    loss, off, true_of = np.array(late), np.abs(np.array(off_s)), np.array(true_of)
    known = np.isfinite(off) & (true_of > 0)
    return {
        "judged": len(late),
        "late_first": round(float((loss > WRONG_S).mean()), 4),
        "loss_s_mean": round(float(loss.mean()), 2),
        "loss_s_p95": round(float(np.percentile(loss, 95)), 1),
        "list_wrong": round(wrong / len(late), 4),
        "time_off_ms_max": round(float(off[known].max()) * 1000, 1) if known.any() else None,
        "time_off_share_p50": round(float(np.median(off[known] / true_of[known])), 4) if known.any() else None,
    }
