"""
What the clocks of handhelds should say now, so that the age of a fix can be told from the time it names.

Normally that is what this machine's clock says. When somebody sets that clock, either it was wrong before or it is wrong now,
and the fleet knows which: its handhelds have their time from satellites. While what they send goes on agreeing with the time
as it was before, that time goes on counting; once more of them agree with the time as it was set, that one does.
"""

from nazdik.fleet.model import FRESH_S, Ints
from nazdik.fleet.plausibility import FUTURE_LIMIT_S
from nazdik.kernel.instant import MICROSECONDS_PER_S as S
from nazdik.platform.clock import Reading

# Clocks are corrected by fractions of a second all the time; more than this at once means that somebody set it.
SET_US = 2 * S
# Who agreed with us longer ago than this says nothing about the time now.
AGREED_WITHIN_S = 120.0
# So long units are asked, one vote each, before the time as it was set is taken.
ASKED_S = 30.0


class DeviceTime:
    """Belongs to one lane."""

    def __init__(self, reading: Reading) -> None:
        self._offset_us = reading.wall - reading.steady_us
        self._agreed_us: int | None = None
        self._asked_us: int | None = None
        self._for_before: set[int] = set()
        self._for_now: set[int] = set()

    def at(self, reading: Reading) -> int:
        """Return in UTC microseconds what a handheld's clock should say."""
        offset_us = reading.wall - reading.steady_us
        if abs(offset_us - self._offset_us) <= SET_US:
            self._take(offset_us)
        elif self._agreed_us is None or reading.steady_us - self._agreed_us > AGREED_WITHIN_S * S:
            # Nobody bears witness to the time as it was before.
            self._take(offset_us)
        elif self._asked_us is None:
            self._asked_us = reading.steady_us
        elif reading.steady_us - self._asked_us > ASKED_S * S:
            if len(self._for_now) > len(self._for_before):
                self._take(offset_us)
            else:
                self._ask(reading.steady_us)
        return reading.steady_us + self._offset_us

    def hear(self, slots: Ints, claimed_at: Ints, reading: Reading) -> None:
        """Take in which times units named in what they just sent."""
        before = _fresh(slots, claimed_at, reading.steady_us + self._offset_us)
        if len(before):
            self._agreed_us = reading.steady_us
        if self._asked_us is not None:
            self._for_before.update(before.tolist())
            self._for_now.update(_fresh(slots, claimed_at, reading.wall).tolist())

    def _take(self, offset_us: int) -> None:
        self._offset_us = offset_us
        if self._asked_us is not None:
            self._asked_us = None
            self._for_before.clear()
            self._for_now.clear()

    def _ask(self, since_us: int) -> None:
        self._asked_us = since_us
        self._for_before.clear()
        self._for_now.clear()


def _fresh(slots: Ints, claimed_at: Ints, now_us: int) -> Ints:
    """Return the slots that sent a fix which is of this moment, one as often as it did."""
    age_us = now_us - claimed_at
    found: Ints = slots[(slots >= 0) & (age_us >= -FUTURE_LIMIT_S * S) & (age_us <= FRESH_S * S)]
    return found
