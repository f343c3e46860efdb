"""
By when somebody who gave up should be called back.

Nobody learnt what most of them wanted, so they wait as long as an urgent call; where a priority is known, it decides. Each try that
reached nobody gives five minutes more.
"""

from nazdik.intake.model import Call, CallBack
from nazdik.kernel import Instant
from nazdik.kernel.instant import plus_s

WITHIN_S = {1: 60.0, 2: 120.0, 3: 180.0, 4: 300.0, 5: 600.0}
UNKNOWN_S = 120.0
AGAIN_S = 300.0


def call_back_by(call: Call) -> Instant | None:
    """Return the instant after which a call-back is late; None when none is due."""
    if call.call_back is not CallBack.DUE:
        return None
    within_s = WITHIN_S.get(call.priority, UNKNOWN_S) if call.priority is not None else UNKNOWN_S
    return plus_s(call.ended_at or call.presented_at, within_s + AGAIN_S * call.call_back_tries)
