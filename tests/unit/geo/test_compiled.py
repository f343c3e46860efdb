"""Compiled functions work where nothing can be written, too."""

from collections.abc import Callable
from typing import Any

import pytest

from nazdik.geo import compiled as door


def test_without_a_place_for_the_cache_it_compiles_at_each_start(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    real = door.njit

    def read_only(**options: Any) -> Callable[[Any], Any]:
        asked.append(options)

        def refuse(function: Any) -> Any:
            raise RuntimeError(f"cannot cache function {function.__name__!r}: no locator available")

        return refuse if options.get("cache") else real(**options)

    monkeypatch.setattr(door, "njit", read_only)

    def double(x: int) -> int:
        return 2 * x

    assert door.compiled(double)(21) == 42
    assert [options.get("cache", False) for options in asked] == [True, False]
