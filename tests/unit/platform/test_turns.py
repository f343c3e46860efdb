"""Turns: who can wait goes a few at a time, the urgent of them first, and nobody waits without end."""

import asyncio

import pytest

from nazdik.platform.http.shedding import LATE_S, Strain
from nazdik.platform.turns import Busy, Turns


class Line:
    """People who take turns; each holds theirs until told."""

    def __init__(self, **options: float) -> None:
        self.turns = Turns(**options)  # type: ignore[arg-type]
        self.went: list[str] = []
        self._done: dict[str, asyncio.Event] = {}

    def come(self, name: str, rank: int = 3, *, may_refuse: bool = True) -> asyncio.Task[None]:
        self._done[name] = asyncio.Event()

        async def go() -> None:
            async with self.turns.turn(rank, may_refuse=may_refuse):
                self.went.append(name)
                await self._done[name].wait()

        return asyncio.ensure_future(go())

    def done(self, name: str) -> None:
        self._done[name].set()


async def a_while() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


async def test_so_many_go_at_once_and_then_the_most_urgent_of_those_that_came_first() -> None:
    line = Line(at_once=2)
    tasks = [line.come(name, rank) for name, rank in (("a", 5), ("b", 5), ("c", 4), ("d", 2), ("e", 4))]
    await a_while()
    assert line.went == ["a", "b"] and line.turns.waiting == 3
    for name in ("b", "a", "d", "c", "e"):
        line.done(name)
        await a_while()
    assert line.went == ["a", "b", "d", "c", "e"]
    await asyncio.gather(*tasks)
    again = line.come("f")
    await a_while()
    assert line.went[-1] == "f", "nothing was left behind"
    line.done("f")
    await again


async def test_beyond_the_bound_some_are_refused_and_calls_go_all_the_same() -> None:
    line = Line(at_once=1, waiting_max=1)
    held, waits = line.come("held"), line.come("waits")
    await a_while()
    with pytest.raises(Busy) as refused:
        await line.come("refused")
    assert refused.value.retry_after_s > 0 and refused.value.code == "log.busy"
    call = line.come("call", may_refuse=False)
    await a_while()
    assert line.went == ["held", "call"]
    for name in ("held", "waits", "call"):
        line.done(name)
    await asyncio.gather(held, waits, call)
    assert line.went == ["held", "call", "waits"]


async def test_nobody_waits_longer_than_they_should() -> None:
    line = Line(at_once=1, within_s=0.01)
    held = line.come("held")
    await a_while()
    call = line.come("call", may_refuse=False)
    with pytest.raises(Busy):
        await line.come("refused")
    await asyncio.sleep(0.02)
    assert line.went == ["held", "call"] and line.turns.waiting == 0
    line.done("call")
    await call
    after = line.come("after")
    await a_while()
    assert "after" not in line.went, "who went without a turn gives none back"
    line.done("held")
    line.done("after")
    await asyncio.gather(held, after)


@pytest.mark.parametrize("given_first", [False, True])
async def test_who_goes_away_while_waiting_takes_no_turn_along(given_first: bool) -> None:
    line = Line(at_once=1)
    held, gone, following = line.come("held"), line.come("gone"), line.come("following")
    await a_while()
    if given_first:
        # The turn is given and the waiter is cancelled before its task runs.
        line.turns._give_back()
        line.turns._going += 1
    # The turn is passed on before whoever is cancelled has heard of it.
    line.done("held")
    gone.cancel()
    line.done("following")
    await asyncio.gather(held, gone, following, return_exceptions=True)
    assert line.went == ["held", "following"] and line.turns.waiting == 0


def test_one_pause_is_no_strain_and_a_second_of_them_is() -> None:
    strain = Strain()
    strain.note(3.0)
    assert not strain.is_high
    for _ in range(10):
        strain.note(2 * LATE_S)
    assert strain.is_high
    for _ in range(10):
        strain.note(0.0)
    assert not strain.is_high
