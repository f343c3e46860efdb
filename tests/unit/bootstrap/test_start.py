"""What a server does not load before it answers."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[3] / "src" / "nazdik"
# Half the time of a start, and nothing that the first answer needs.
HEAVY = (
    "PIL",
    "httpx",
    "joserfc",
    "openpyxl",
    "osmium",
    "psycopg",
    "pygments",
    "scipy.linalg",
    "scipy.sparse",
    "typst",
    "webauthn",
)
PUT_OFF = {
    name
    for file in SOURCES.rglob("*.py")
    if file.name != "later.py"
    for name in re.findall(r'= later\(\s*"([\w.]+)"', file.read_text(encoding="utf-8"))
}


def test_a_server_is_imported_without_what_it_does_not_need_yet() -> None:
    asked = "import sys, nazdik.cli, nazdik.bootstrap.run; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert "nazdik.bootstrap.server" in loaded
    assert [name for name in HEAVY if name in loaded] == []


@pytest.mark.parametrize("name", sorted(PUT_OFF))
def test_what_is_put_off_is_there_when_it_is_needed(name: str) -> None:
    assert import_module(name)
