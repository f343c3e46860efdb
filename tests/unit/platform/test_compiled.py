"""Compiled functions work where nothing can be written, too."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nazdik.platform import compiled as platform_compiled
from nazdik.platform.compiled import door


def test_without_a_place_for_the_cache_it_compiles_at_each_start(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    real = platform_compiled.njit

    def read_only(**options: Any) -> Callable[[Any], Any]:
        asked.append(options)

        def refuse(function: Any) -> Any:
            raise RuntimeError(f"cannot cache function {function.__name__!r}: no locator available")

        return refuse if options.get("cache") else real(**options)

    monkeypatch.setattr(platform_compiled, "njit", read_only)

    def double(x: int) -> int:
        return 2 * x

    assert door()(double)(21) == 42
    assert [options.get("cache", False) for options in asked] == [True, False]


def test_a_cache_that_names_a_type_which_is_gone_is_emptied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An update renames a named tuple; the cache of the version before must not end the server."""
    source = "from typing import NamedTuple\nfrom nazdik.platform.compiled import door\n"
    body = "class {0}(NamedTuple):\n    x: float\n@door()\ndef double(given):\n    return 2 * given.x\n"
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


def test_what_was_compiled_with_a_file_that_has_changed_is_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit that stands in another file is a part of what is compiled; the cache of the file before must not go on."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "limited.py").write_text(
        "from pathlib import Path\nimport limit\nfrom limit import LIMIT\nfrom nazdik.platform.compiled import door\n"
        "@door(Path(limit.__file__))\ndef limit_is():\n    return LIMIT\n",
        encoding="utf-8",
    )
    for value in (70, 71):
        (tmp_path / "limit.py").write_text(f"LIMIT = {value}\n# {'.' * value}\n", encoding="utf-8")
        for name in ("limit", "limited"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        assert importlib.import_module("limited").limit_is() == value
    for name in ("limit", "limited"):
        sys.modules.pop(name, None)
