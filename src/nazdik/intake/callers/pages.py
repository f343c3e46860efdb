"""
Pages in a caller's browser: whose they are, how often they may tell where they are, and when more care is taken.

A page is known by a secret that it makes itself and that lives only as long as it is open; we keep the digest. Nothing is
stored on the telephone. An address is known by a digest too, with a key that this server made for itself.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b, sha256
from math import ceil
from pathlib import Path

import msgspec

from nazdik.intake.callers.line import PAGE_FROM
from nazdik.intake.errors import PageNotFound, TooManyPages
from nazdik.intake.model import Call, Calls, CallState, Outcome
from nazdik.kernel import rfc3339
from nazdik.platform.clock import Clock

PAGE_S = 5.0
# After so many places, or from an address that has deceived, a page tells where it is less often.
PLACES_OFTEN = 240
PAGE_SELDOM_S = 30.0
# So many unlooked-at calls of one address come at once; those behind them come in turn, so many seconds apart. A whole street may
# stand behind one address of a mobile network, so nobody is refused for good.
RINGING_OF_ONE_MAX = 5
TURN_S, TURN_CAREFUL_S = 5.0, 30.0
REMEMBERED_MAX = 20_000
TEXTS_SHOWN = 50
CODE_DIGITS = 8
_SECRET = re.compile(r"[A-Za-z0-9_-]{22,64}")


class PageText(msgspec.Struct, frozen=True):
    """One message on the page; `mine` is the caller's own."""

    at: str
    mine: bool
    text: str


class PageView(msgspec.Struct, frozen=True):
    """
    What a caller's page shows.

    `state` is received (not in the log yet), waiting, answered, help (an incident was made of it) or ended; `next_s` is how long
    to wait before telling the place again.
    """

    state: str
    is_test: bool
    next_s: float
    texts: tuple[PageText, ...] = ()


def page_of(secret: str) -> str:
    """Return the digest of a page's secret; `PageNotFound` when it is none."""
    if not _SECRET.fullmatch(secret):
        raise PageNotFound()
    # The page works it out too, for the short message that it proposes when it has no connection.
    return sha256(b"nazdik-page:" + secret.encode()).hexdigest()[:20]


def code_digest(code: str) -> str:
    """Return the digest of a code that opens a link; whatever stands between its digits is passed over."""
    digits = "".join(char for char in code if char.isascii() and char.isdigit())
    return blake2b(digits.encode(), digest_size=10, person=b"nazdik-link").hexdigest()


def page_view(call: Call, *, next_s: float, over: bool) -> PageView:
    """Return what the page of a call shows; `over` when the incident that was made of it has ended."""
    states = {
        CallState.RINGING: "waiting",
        CallState.ANSWERED: "answered",
        CallState.CLASSIFIED: "help",
        CallState.LINKED: "help",
    }
    texts = tuple(PageText(rfc3339(t.at), t.by is None, t.text) for t in call.texts[-TEXTS_SHOWN:])
    return PageView("ended" if over else states.get(call.state, "ended"), call.is_test, next_s, texts)


class Pace:
    """How often each page may tell its place. Forgets the pages that told longest ago."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def next_s(self, page: str, *, careful: bool) -> float:
        """How long a page should wait between two places."""
        _, count = self._told.get(page, (0.0, 0))
        return PAGE_SELDOM_S if careful or count > PLACES_OFTEN else PAGE_S

    def take(self, page: str, *, careful: bool) -> bool:
        """Whether a place that comes now is kept; one that comes far too early is not."""
        now_s = self._clock.monotonic_s()
        last_s, count = self._told.pop(page, (-PAGE_SELDOM_S, 0))
        early = now_s - last_s < 0.5 * (PAGE_SELDOM_S if careful or count > PLACES_OFTEN else PAGE_S)
        self._told[page] = (last_s, count) if early else (now_s, count + 1)
        if len(self._told) > REMEMBERED_MAX:
            self._told.popitem(last=False)
        return not early


class Origins:
    """Addresses as digests, and what is known of them from the calls in memory."""

    def __init__(self, path: Path) -> None:
        """`path` holds the key with which addresses are digested; it is made when it is not there."""
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(32))
        self._key = path.read_bytes()[:64]

    def digest(self, address: str) -> str:
        """Return an address as it is kept with a call."""
        return blake2b(address.encode(), key=self._key, digest_size=10).hexdigest()

    def code_for(self, request: str) -> str:
        """Return a code of eight digits that can be read out: the same for the same request, and nobody else can work it out."""
        word = blake2b(request.encode(), key=self._key, digest_size=16, person=b"nazdik-code").digest()
        return f"{int.from_bytes(word, 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"

    def is_doubtful(self, calls: Calls, origin: str) -> bool:
        """Whether a call from this address turned out to be a hoax in the last day: the next is asked twice, and never refused."""
        return any(call.outcome is Outcome.HOAX and _is_from(call, origin) for call in calls.values())

    def waiting(self, calls: Calls, origin: str) -> int:
        """How many calls of this address wait to be looked at."""
        return sum(call.state is CallState.RINGING and _is_from(call, origin) for call in calls.values())


class Turns:
    """When pages of one address may call while many of them wait to be looked at: one after the other, and each in the end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # By address: when the last one began, and the last pages.
        self._begun: OrderedDict[str, tuple[float, tuple[str, ...]]] = OrderedDict()

    def take(self, origin: str, page: str, *, waiting: int, careful: bool, in_log: Callable[[str], bool]) -> None:
        """
        Let a page call now, or raise `TooManyPages`; then it asks again.

        Args:
            waiting: How many of this address the log has that nobody has looked at.
            in_log: Whether the log has a page's call; what came a moment ago it has not yet.
        """
        now_s = self._clock.monotonic_s()
        last_s, pages = self._begun.get(origin, (float("-inf"), ()))
        many = waiting + sum(not in_log(each) for each in pages) >= RINGING_OF_ONE_MAX
        left_s = last_s + (TURN_CAREFUL_S if careful else TURN_S) - now_s
        if many and left_s > 0:
            raise TooManyPages(retry_after_s=ceil(left_s))
        self._begun[origin] = (now_s, (*pages, page)[-RINGING_OF_ONE_MAX:])
        self._begun.move_to_end(origin)
        if len(self._begun) > REMEMBERED_MAX:
            self._begun.popitem(last=False)


def _is_from(call: Call, origin: str) -> bool:
    return (PAGE_FROM, origin) in call.data
