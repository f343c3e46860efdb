"""How much the garbage collector looks through at once while a server runs."""

import gc
from collections.abc import Iterator

import pytest

from nazdik.platform.memory import keep_out_of_collections


@pytest.fixture
def _as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


@pytest.mark.usefixtures("_as_before")
def test_a_collection_looks_through_some_thousands_of_things_at_most() -> None:
    """Each takes a quarter of a microsecond, and whoever calls waits for all of them."""
    looked_through: list[tuple[int, int]] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            generations = range(info["generation"] + 1)
            looked_through.append((info["generation"], sum(len(gc.get_objects(generation=g)) for g in generations)))

    keep_out_of_collections()
    gc.callbacks.append(note)
    try:
        kept = [[n] for n in range(100_000)]
    finally:
        gc.callbacks.remove(note)
    assert len(kept) == 100_000
    assert {generation for generation, _ in looked_through} == {0, 1}, "cycles that live a while are found too"
    assert max(count for _, count in looked_through) < 15_000
