"""What the pages on security rest on is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_the_pages_on_security_name_is_there() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)\(", tests))
    pages = sorted((ROOT / "docs/security").glob("*.md"))
    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        named = set(re.findall(r"`(test_\w+)`", text))
        assert named <= there, f"{page.name} names tests that are not there: {sorted(named - there)}"
        files = re.findall(r"`((?:tests|benchmarks)/[\w/]+\.py)`", text)
        assert [file for file in files if not (ROOT / file).exists()] == []
