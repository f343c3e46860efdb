"""One listener's queue: bounded, because a listener that cannot keep up must not hold the memory of one that can."""

import asyncio
from collections import deque
from collections.abc import Iterable
from enum import IntEnum

import msgspec

from nazdik.platform.live.subscription import Subscription, quoted

FRAMES_MAX = 2_000
# So many personal things are remembered as shown; then they are noted again when they change.
NOTED_MAX = 20_000
CHARACTERS_MAX = 16_000_000

Frame = str | bytes
Key = tuple[str, str]
# How the text of an item ends that is no longer to be seen; a view that is null is never sent.
GONE = '"v":null}'


class Told(msgspec.Struct, frozen=True, gc=False):
    """A numbered change as all equal listeners are told it: up to the position before it, which each has for itself, and after."""

    head: str
    pos: int
    at: str
    cmds: tuple[str, ...]
    items: tuple[tuple[Key, str], ...]
    rest: str


class CloseCode(IntEnum):
    """Why the server ended a stream; the client may always connect again and resume."""

    GOING_AWAY = 1001
    TRY_LATER = 1013
    BAD_MESSAGE = 4400
    NOT_SIGNED_IN = 4401
    FOREIGN_ORIGIN = 4403
    TOO_SLOW = 4408
    TOO_MANY_MESSAGES = 4429
    RIGHTS_CHANGED = 4440


class Connection:
    """A listener. Numbered frames wait in order; of the other lanes only the newest waits."""

    def __init__(self, subscription: Subscription, tag: str = "") -> None:
        """
        Make a listener that has heard nothing yet.

        Args:
            tag: Whose it is, so that it can be found again when their rights change.
        """
        self.subscription = subscription
        self.tag = tag
        # The position of the last numbered frame of each stream: what the next one names as `prev`.
        self.sent: dict[str, int] = {}
        self.closed: CloseCode | None = None
        self.begun = False
        # Where it is not zero: numbered changes within so long of the last frame wait and are told as one.
        self.together_s = 0.0
        self._frames: deque[str | tuple[str, int, Told]] = deque()
        self._characters = 0
        self._positions: dict[str, bytes] = {}
        self._newest: dict[str, dict[str, str]] = {}
        self._beat: str | None = None
        # Personal things in what waits, and those that are in the audit log as shown to this listener.
        self._personal: dict[str, None] = {}
        self._noted: set[str] = set()
        self._wake = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many numbered frames wait."""
        return len(self._frames)

    def start(self, frames: Iterable[str], personal: Iterable[str] = ()) -> None:
        """Begin anew with these frames, which may be as large as a snapshot is; whatever waited is superseded."""
        if self.closed is not None:
            return
        self._personal = dict.fromkeys(personal)
        self.begun = True
        self._frames = deque(frames)
        self._characters = 0
        self._wake.set()

    def push(self, stream: str, position: int, told: str | Told, personal: Iterable[str] = ()) -> None:
        """
        Queue a numbered change or a whole frame; cut the listener when too much waits already.

        Args:
            personal: What in it is personal, as `kind:id`: noted in the audit log before it leaves, see `take_personal`.
        """
        if self.closed is not None or not self.begun:
            return
        for key in personal:
            self._personal[key] = None
        if isinstance(told, str):
            self._frames.append(told)
            self._characters += len(told)
        else:
            self._frames.append((stream, self.sent[stream], told))
            self._characters += len(told.rest)
        self.sent[stream] = position
        if len(self._frames) > FRAMES_MAX or self._characters > CHARACTERS_MAX:
            self.close(CloseCode.TOO_SLOW)
        self._wake.set()

    def put_positions(self, stream: str, frame: bytes) -> None:
        """Replace the waiting position frame of a stream."""
        if self.closed is None and self.begun:
            self._positions[stream] = frame
            self._wake.set()

    def put_newest(self, lane: str, item_id: str, item: str) -> None:
        """Replace the waiting item of an unnumbered lane."""
        if self.closed is None and self.begun:
            self._newest.setdefault(lane, {})[item_id] = item
            self._wake.set()

    def put_beat(self, frame: str) -> None:
        """Replace the waiting beat."""
        if self.closed is None and self.begun:
            self._beat = frame
            self._wake.set()

    def close(self, code: CloseCode) -> None:
        """End this listener; the first reason stays."""
        if self.closed is None:
            self.closed = code
            self._frames.clear()
            self._positions.clear()
            self._newest.clear()
            self._personal.clear()
            self._beat = None
            self._ended.set()
        self._wake.set()

    def take_personal(self) -> list[str]:
        """Return the personal things in what waits that this listener was not shown before; they count as shown from now on."""
        new = [key for key in self._personal if key not in self._noted]
        self._personal.clear()
        if len(self._noted) + len(new) > NOTED_MAX:
            self._noted.clear()
        self._noted.update(new)
        return new

    def take(self) -> list[Frame]:
        """Return everything that waits, the numbered first, and forget it."""
        frames: list[Frame] = self._numbered()
        self._frames.clear()
        self._characters = 0
        for lane, items in self._newest.items():
            frames.append(f'{{"t":"{lane}","items":[{",".join(items.values())}]}}')
        self._newest.clear()
        frames.extend(self._positions.values())
        self._positions.clear()
        if self._beat is not None:
            frames.append(self._beat)
            self._beat = None
        self._wake.clear()
        return frames

    def _numbered(self) -> list[Frame]:
        frames: list[Frame] = []
        run: list[Told] = []
        of, since = "", 0
        for waits in self._frames:
            if isinstance(waits, tuple) and self.together_s and run and of == waits[0]:
                run.append(waits[2])
                continue
            if run:
                frames.append(_as_one(since, run))
            if isinstance(waits, str):
                run = []
                frames.append(waits)
            else:
                of, since, first = waits
                run = [first]
        if run:
            frames.append(_as_one(since, run))
        return frames

    async def wait(self) -> None:
        """Return when something waits."""
        await self._wake.wait()

    async def ended(self) -> CloseCode:
        """Return why the listener was closed, once it is."""
        await self._ended.wait()
        assert self.closed is not None
        return self.closed


def _as_one(since: int, run: list[Told]) -> str:
    """
    Return the frame that leads from the position `since` to that of the last: of what changed twice only how it looks then.

    What appeared and is gone again is told as both, because only what was shown may be taken away.
    """
    last = run[-1]
    if len(run) == 1:
        return f"{last.head}{since}{last.rest}"
    items: dict[Key, str] = {}
    for told in run:
        for key, text in told.items:
            before = items.pop(key, None)
            items[key] = f"{before},{text}" if before is not None and text.endswith(GONE) else text
    cmds = quoted([cmd for told in run for cmd in told.cmds])
    return f'{last.head}{since},"pos":{last.pos},"at":"{last.at}","cmds":{cmds},"items":[{",".join(items.values())}]}}'
