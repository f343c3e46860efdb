"""The page of limits says what the code keeps."""

import re
from importlib import import_module
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/security/limits.md"
_ROW = re.compile(r"^\| .+? \| ([\d,.]+) \| .*?\| `(nazdik[\w.]+):([A-Z_]+)` \|$", re.M)


def test_the_page_of_limits_says_what_the_code_keeps() -> None:
    rows = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len(rows) == 28
    said = {f"{module}:{name}": float(figure.replace(",", "")) for figure, module, name in rows}
    kept = {where: float(getattr(import_module(where.partition(":")[0]), where.partition(":")[2])) for where in said}
    assert said == kept
