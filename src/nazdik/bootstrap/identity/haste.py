"""
A brake on reading by machine: whoever is signed in reads as fast as people and their screens do, and no faster.

Only reading is slowed: an act is never refused for haste, nor anything that the taking of a call or the way to a place rests on.
A seat of the demo shows nothing of anybody's and has no brake.
"""

from collections import OrderedDict
from typing import TYPE_CHECKING

from nazdik.platform.auth import Session, TooManyTries

if TYPE_CHECKING:
    from nazdik.bootstrap.entrance import Entrance

# A desk reads some dozens of things while it opens, a few a minute after that; a quarter of an hour of typing searches is less.
BURST, PER_S = 900.0, 15.0
REMEMBERED_MAX = 10_000
SEAT = "seat"
# Reading by asking in a body.
SEARCHES = ("/v1/search", "/v1/looks")
# What a call-taker and a crew need while somebody waits; and what a screen fetches by the dozen with nobody in it.
NEVER = (
    "/v1/calls",
    "/v1/places",
    "/v1/who-answers",
    "/v1/route",
    "/v1/kinds",
    "/v1/assignments",
    "/v1/session",
    "/v1/map-pictures",
    "/maps/",
)


class TooMuchHaste(TooManyTries):
    """So much is read at once by machines only; wait (429). Acts, calls and places are never slowed."""

    code = "auth.too_much_haste"


class Haste:
    """How much each person may read by now. Belongs to one event loop."""

    def __init__(self, entrance: "Entrance") -> None:
        self._entrance = entrance
        # What is left of the burst, and when that was so.
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, session: Session, method: str, path: str) -> None:
        """Take note of a request. Raises `TooMuchHaste`."""
        reads = method == "GET" or path.startswith(SEARCHES)
        if not reads or session.by == SEAT or path.startswith(NEVER):
            return
        now_s = self._entrance.building.clock.monotonic_s()
        left, at_s = self._left.pop(session.person, (BURST, now_s))
        left = min(BURST, left + (now_s - at_s) * PER_S) - 1
        self._left[session.person] = (max(left, -1.0), now_s)
        if len(self._left) > REMEMBERED_MAX:
            self._left.popitem(last=False)
        if left < 0:
            raise TooMuchHaste(retry_after_s=1)
