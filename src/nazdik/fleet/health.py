"""Whether each handheld would ring: its last word, how long ago that was, and what of this is news."""

from array import array

import numpy as np

from nazdik.fleet.model import HEARTBEAT_LIMIT_S, HealthView, Heartbeat, Ints, Sound
from nazdik.kernel import Instant, UnitId
from nazdik.kernel.instant import MICROSECONDS_PER_S as S

# While nothing changes but the time, a screen is told this often: each of 20,000 handhelds says every 5 s that all is well.
TOLD_AGAIN_S = 30.0
_TOLD_AGAIN_US = round(TOLD_AGAIN_S * S)


class Handhelds:
    """
    The handhelds of a province, by slot.

    Healthy means heard from within the limit and able to sound. A unit with a tracker alone is never healthy: a tracker
    does not ring.
    """

    def __init__(self) -> None:
        self._hold(0)
        self._last: list[Heartbeat | None] = []
        self._news: dict[int, None] = {}

    def _hold(self, size: int) -> None:
        """
        Make the columns, each under two names for the same memory.

        Thousands a second write one item, which is much quicker by Python's own arrays; who asks after all of them at once
        has them as numpy's.
        """
        self._heard_at, self._told_at = (array("q", bytes(8 * size)) for _ in range(2))
        self._reachable, self._healthy = bytearray(size), bytearray(size)
        self.heard_at, self.told_at = (np.frombuffer(column, np.int64) for column in (self._heard_at, self._told_at))
        self.reachable, self.healthy = (np.frombuffer(column, np.bool_) for column in (self._reachable, self._healthy))

    def grow(self, size: int) -> None:
        """Make room for slots below `size`."""
        before = (self.heard_at, self.told_at, self.reachable, self.healthy)
        had = len(self._last)
        self._hold(size)
        for column, old in zip((self.heard_at, self.told_at, self.reachable, self.healthy), before, strict=True):
            column[:had] = old
        self._last.extend([None] * (size - had))

    def shift(self, us: int) -> None:
        """Say that everything heard was so much later: somebody set the clock forward."""
        for column in (self.heard_at, self.told_at):
            column[column > 0] += us

    def hear(self, slot: int, beat: Heartbeat, now: Instant) -> bool:
        """Take a heartbeat and return whether the unit's health changed by it."""
        last, self._last[slot] = self._last[slot], beat
        self._heard_at[slot] = now
        if (
            last is None
            or not self._reachable[slot]
            or _differs(last, beat)
            or self._told_at[slot] <= now - _TOLD_AGAIN_US
        ):
            # After a start all are heard at once; the slot spreads their next turns.
            self._told_at[slot] = now if last is not None else now - slot % int(TOLD_AGAIN_S) * S
            self._news[slot] = None
        self._reachable[slot] = True
        was, healthy = self._healthy[slot], beat.sound is Sound.OK
        self._healthy[slot] = healthy
        return was != healthy

    def expire(self, now: Instant) -> Ints:
        """Note who fell silent and return their slots."""
        silent = self.reachable & (self.heard_at < now - HEARTBEAT_LIMIT_S * S)
        slots = np.flatnonzero(silent).astype(np.int64)
        self.reachable[slots] = False
        self.healthy[slots] = False
        self._news.update(dict.fromkeys(slots.tolist()))
        return slots

    def take_news(self) -> list[int]:
        """Return the slots that have something new to say, or fell silent, since this was last asked."""
        news = list(self._news)
        self._news.clear()
        return news

    def heard_after(self, at: Instant) -> list[tuple[int, Heartbeat, Instant]]:
        """Return the slot, the word and the time of each that said something after `at`."""
        found = np.flatnonzero(self.heard_at > at).tolist()
        return [(n, beat, Instant(self._heard_at[n])) for n in found if (beat := self._last[n]) is not None]

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
            at=Instant(self._heard_at[slot]),
            reachable=bool(self._reachable[slot]),
        )


def _differs(last: Heartbeat, beat: Heartbeat) -> bool:
    """Whether a screen would show the later heartbeat otherwise; a battery counts by whole percents, a fix by its being there."""
    return (
        last.sound is not beat.sound
        or last.app_version != beat.app_version
        or (last.gps_age_s is None) is not (beat.gps_age_s is None)
        or (last.battery != beat.battery and _percent(last.battery) != _percent(beat.battery))
    )


def _percent(battery: float | None) -> int | None:
    return None if battery is None else round(battery * 100)
