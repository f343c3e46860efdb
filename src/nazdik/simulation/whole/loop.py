"""
An event loop whose time is a number: it jumps from one thing that is due to the next, in an order that a seed decides.

There are no threads: what asyncio would hand to one runs here, at a seeded moment, and its result comes back at a later one. Every
callback may belong to a life of a machine; when that life has ended, nothing of it runs any more, not even what would tidy up.
"""

import asyncio
import heapq
from asyncio.events import Handle, TimerHandle
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from random import Random
from typing import Any

# More callbacks than this within one instant are a loop that goes nowhere.
AT_ONE_INSTANT_MAX = 200_000


class Life:
    """One run of a process, from its start to its end. `alarm` is called when a planned end comes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.over = False
        self.steps_left: int | None = None
        self.ends: Callable[[], None] = lambda: None
        # What hung in the middle of something when it ended is kept: a dead process does not tidy up.
        self.remains: list[Any] = []

    def run(self, callback: Callable[..., Any], *args: Any) -> Any:
        """Run something as part of this life."""

        def within() -> Any:
            _LIFE.set(self)
            return callback(*args)

        return copy_context().run(within)

    def end(self) -> None:
        """End here and now."""
        if not self.over:
            self.over = True
            self.ends()


class Killed(BaseException):
    """The process was ended in the middle of a call that cannot be left otherwise."""


class Stuck(RuntimeError):
    """Nothing is due any more, or everything is due at once for ever."""


_LIFE: ContextVar[Life | None] = ContextVar("life", default=None)


def present_life() -> Life | None:
    """Return the life that the running callback belongs to."""
    return _LIFE.get()


class _Due(TimerHandle):
    """A callback that is planned, without what asyncio keeps beside it for debugging."""

    __slots__ = ()

    def __init__(self, when: float, callback: Any, args: Any, loop: "VirtualLoop", context: Context | None) -> None:
        self._when = when
        self._context = copy_context() if context is None else context
        self._loop = loop
        self._callback = callback
        self._args = args
        self._cancelled = False
        self._scheduled = False
        self._repr = None
        self._source_traceback = None


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs one callback at a time; `work_s` says how long work on a thread takes."""

    def __init__(self, chance: Random, work_s: Callable[[], float]) -> None:
        super().__init__()
        self._chance = chance
        self._work_s = work_s
        self._now_s = 0.0
        self._heap: list[tuple[float, int, TimerHandle]] = []
        self._numbered = 0
        self._at_this_instant = 0
        self.handled = 0
        self.faults: list[BaseException] = []
        self.set_exception_handler(self._note)

    def time(self) -> float:
        """Return virtual seconds since the beginning."""
        return self._now_s

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Context | None = None
    ) -> TimerHandle:
        """Plan a callback; of two at one instant the one planned first comes first."""
        handle = _Due(when, callback, args, self, context)
        self._numbered += 1
        heapq.heappush(self._heap, (when, self._numbered, handle))
        return handle

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Any, *args: Any, context: Context | None = None
    ) -> TimerHandle:
        """Plan a callback so many seconds from now."""
        when = self._now_s + delay if delay > 0.0 else self._now_s
        handle = _Due(when, callback, args, self, context)
        self._numbered += 1
        heapq.heappush(self._heap, (when, self._numbered, handle))
        return handle

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        """Do the work at a seeded moment and give its result at a later one; a process may end in between."""
        future = self.create_future()
        duration_s = self._work_s()

        def work() -> None:
            try:
                result, error = func(*args), None
            except Killed:
                return
            except BaseException as raised:
                result, error = None, raised
            self.call_later(duration_s / 2, give, result, error)

        def give(result: Any, error: BaseException | None) -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)

        self.call_later(duration_s / 2, work)
        return future

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Any, *args: Any, context: Context | None = None
    ) -> TimerHandle:
        """What a thread says arrives at a seeded moment."""
        return self.call_later(self._work_s() / 2, callback, *args, context=context)

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """There is none."""

    def call_soon(  # type: ignore[override]
        self, callback: Any, *args: Any, context: Context | None = None
    ) -> Handle:
        """Plan a callback for this instant, behind those that wait."""
        handle = _Due(0.0, callback, args, self, context)
        self._ready.append(handle)  # type: ignore[attr-defined]
        return handle

    def _run_once(self) -> None:
        # Many at a time: asking a loop that has no selector whether to go on costs as much as what it does. All in one function,
        # because this is where most of a run's time would go.
        ready: Any = self._ready  # type: ignore[attr-defined]
        heap = self._heap
        while not self._stopping:  # type: ignore[attr-defined]
            while not ready:
                if not heap:
                    raise Stuck("nothing is due any more")
                when, _, timer = heapq.heappop(heap)
                if timer._cancelled:
                    continue
                if when > self._now_s:
                    self._now_s = when
                    self._at_this_instant = 0
                ready.append(timer)
            self._at_this_instant += 1
            if self._at_this_instant > AT_ONE_INSTANT_MAX:
                raise Stuck("time stands still")
            handle = ready.popleft()
            if handle._cancelled:
                continue
            context = handle._context
            life = context.get(_LIFE)
            if life is not None and (life.over or self._ends_with(life)):
                life.remains.append(handle)
                if not life.over:
                    life.end()
                continue
            self.handled += 1
            try:
                context.run(handle._callback, *handle._args)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:
                self._note(self, {"exception": error})

    @staticmethod
    def _ends_with(life: Life) -> bool:
        """Whether the end that was planned for a life comes with this step."""
        if life.steps_left is None:
            return False
        life.steps_left -= 1
        return life.steps_left <= 0

    def _timer_handle_cancelled(self, handle: TimerHandle) -> None:
        """A cancelled timer is passed over when it comes up."""

    def _check_closed(self) -> None:
        """What hung when the run ended may still try to tidy up; it goes nowhere."""

    def _process_events(self, event_list: Any) -> None:
        """There is no selector."""

    def _write_to_self(self) -> None:
        """There is no other thread to wake us."""

    def _note(self, loop: Any, context: dict[str, Any]) -> None:
        error = context.get("exception")
        life = _LIFE.get()
        if isinstance(error, BaseException) and not isinstance(error, Killed) and not (life is not None and life.over):
            self.faults.append(error)
