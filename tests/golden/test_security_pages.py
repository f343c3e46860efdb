"""What the pages on security rest on is there."""

import re
from pathlib import Path

from tests.golden import asvs

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


def test_the_list_of_requirements_is_whole_and_names_what_is_there() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)\(", tests))
    rows = asvs.rows()
    assert len(asvs.REQUIRED) == 253 and [row.id for row in rows] == asvs.REQUIRED
    for row in rows:
        assert row.state in asvs.STATES and len(row.by) > 5, row
        assert set(row.tests) <= there, f"{row.id} names tests that are not there: {set(row.tests) - there}"
        assert [file for file in row.files if not file.exists()] == [], row
        assert [anchor for page, anchor in row.anchors if anchor not in asvs.headings(page)] == [], row
    assert asvs.counted() in asvs.PAGE.read_text(encoding="utf-8"), "the counts at the top"


def test_every_requirement_is_held_or_decided_and_each_decision_is_written() -> None:
    rows = asvs.rows()
    assert [row.id for row in rows if row.state in ("partly", "not yet")] == []
    decided = [row.id for row in rows if row.state == "decided"]
    assert [row.id for row in rows if row.state == "decided" and "/decisions/0230-" not in row.by] == []
    (decision,) = (ROOT / "docs/decisions").glob("0230-*.md")
    told = re.findall(r"^\| ([\d., ]+) \| .+ \| .+ \| .+ \|$", decision.read_text(encoding="utf-8"), re.M)
    assert sorted(each for row in told for each in row.split(", ")) == sorted(decided)
