"""Whether each handheld would ring: its last word, how long ago that was, and what of this is news."""

import numpy as np

from nazdik.fleet.model import HEARTBEAT_LIMIT_S, Bools, HealthView, Heartbeat, Ints, Sound
from nazdik.kernel import Instant, UnitId
from nazdik.kernel.instant import MICROSECONDS_PER_S as S

# While nothing changes but the time, a screen is told this often: each of 20,000 handhelds says every 5 s that all is well.
TOLD_AGAIN_S = 30.0


class Handhelds:
    """
    The handhelds of a province, by slot.

    Healthy means heard from within the limit and able to sound. A unit with a tracker alone is never healthy: a tracker
    does not ring.
    """

    def __init__(self) -> None:
        self.heard_at = np.zeros(0, np.int64)
        self.reachable = np.zeros(0, np.bool_)
        self.healthy = np.zeros(0, np.bool_)
        self._told_at = np.zeros(0, np.int64)
        self._last: list[Heartbeat | None] = []
        self._news: dict[int, None] = {}

    def grow(self, size: int) -> None:
        """Make room for slots below `size`."""
        more = size - len(self._last)
        self.heard_at = np.concatenate([self.heard_at, np.zeros(more, np.int64)])
        self.reachable = np.concatenate([self.reachable, np.zeros(more, np.bool_)])
        self.healthy = np.concatenate([self.healthy, np.zeros(more, np.bool_)])
        self._told_at = np.concatenate([self._told_at, np.zeros(more, np.int64)])
        self._last.extend([None] * more)

    def shift(self, us: int) -> None:
        """Say that everything heard was so much later: somebody set the clock forward."""
        for column in (self.heard_at, self._told_at):
            column[column > 0] += us

    def hear(self, slot: int, beat: Heartbeat, now: Instant) -> bool:
        """Take a heartbeat and return whether the unit's health changed by it."""
        was, last = bool(self.healthy[slot]), self._last[slot]
        if (
            last is None
            or not self.reachable[slot]
            or _differs(last, beat)
            or self._told_at[slot] <= now - TOLD_AGAIN_S * S
        ):
            # After a start all are heard at once; the slot spreads their next turns.
            self._told_at[slot] = now if last is not None else now - slot % int(TOLD_AGAIN_S) * S
            self._news[slot] = None
        self._last[slot] = beat
        self.heard_at[slot] = now
        self.reachable[slot] = True
        self.healthy[slot] = beat.sound is Sound.OK
        return was is not bool(self.healthy[slot])

    def expire(self, now: Instant) -> Ints:
        """Note who fell silent and return their slots."""
        silent = self.reachable & (self.heard_at < now - HEARTBEAT_LIMIT_S * S)
        slots = np.flatnonzero(silent).astype(np.int64)
        self.reachable[slots] = False
        self.healthy[slots] = False
        self._news.update(dict.fromkeys(slots.tolist()))
        return slots

    def healthy_of(self, slots: Ints) -> Bools:
        """Return whether each is healthy; shape (n,)."""
        healthy: Bools = self.healthy[slots]
        return healthy

    def take_news(self) -> list[int]:
        """Return the slots that have something new to say, or fell silent, since this was last asked."""
        news = list(self._news)
        self._news.clear()
        return news

    def heard_after(self, at: Instant) -> list[tuple[int, Heartbeat, Instant]]:
        """Return the slot, the word and the time of each that said something after `at`."""
        found = np.flatnonzero(self.heard_at > at).tolist()
        return [(n, beat, Instant(int(self.heard_at[n]))) for n in found if (beat := self._last[n]) is not None]

    def all_heard(self) -> list[int]:
        """Return the slots that ever had a heartbeat."""
        return [slot for slot, beat in enumerate(self._last) if beat is not None]

    def view(self, slot: int, unit_id: UnitId) -> HealthView:
        """Return one handheld's health as it goes out; `AssertionError` when it was never heard from."""
        beat = self._last[slot]
        assert beat is not None, "only handhelds that were heard from have a view"
        return HealthView(
            unit=unit_id,
            battery=beat.battery,
            sound=beat.sound.value,
            gps_age_s=beat.gps_age_s,
            app_version=beat.app_version,
            at=Instant(int(self.heard_at[slot])),
            reachable=bool(self.reachable[slot]),
        )


def _differs(last: Heartbeat, beat: Heartbeat) -> bool:
    """Whether a screen would show the later heartbeat otherwise; a battery counts by whole percents."""
    return (
        last.sound is not beat.sound
        or last.app_version != beat.app_version
        or _percent(last.battery) != _percent(beat.battery)
    )


def _percent(battery: float | None) -> int | None:
    return None if battery is None else round(battery * 100)
