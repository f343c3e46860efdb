"""Compiled functions work where nothing can be written, too."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
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


def test_a_cache_that_names_a_type_which_is_gone_is_emptied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An update renames a named tuple; the cache of the version before must not end the server."""
    source = "from typing import NamedTuple\nfrom nazdik.geo.compiled import compiled\n"
    body = "class {0}(NamedTuple):\n    x: float\n@compiled\ndef double(given):\n    return 2 * given.x\n"
    monkeypatch.syspath_prepend(str(tmp_path))
    # Both versions are of one second and one length: Python would take the bytecode of the first for that of the second.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for name in ("Old", "New"):
        (tmp_path / "named.py").write_text(source + body.format(name), encoding="utf-8")
        sys.modules.pop("named", None)
        importlib.invalidate_caches()
        named = importlib.import_module("named")
        assert named.double(getattr(named, name)(21.0)) == 42.0
    assert list((tmp_path / "__pycache__").glob("*.nbi")), "there was a cache to go wrong"
    sys.modules.pop("named", None)
