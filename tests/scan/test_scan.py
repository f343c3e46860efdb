"""No secret is in the repository, every package is pinned by digest, none is known to be weak; and the scan can fail."""

import re
from pathlib import Path

import pytest

from tests.scan.__main__ import CLEAN, FOUND, NOT_ASKED, verdict_of
from tests.scan.locks import ROOT, Pin, every_pin, kept_advisories, npm_pins, python_pins, weak
from tests.scan.secrets import ALLOWED, Found, search, tracked


def _is_allowed(hit: Found) -> bool:
    return any(hit.path == path and part in hit.text for path, part in ALLOWED)


def test_no_secret_is_in_the_repository() -> None:
    hits = list(search(tracked()))
    assert [f"{hit.path}:{hit.line} looks like a {hit.kind}" for hit in hits if not _is_allowed(hit)] == []
    unused = [key for key in ALLOWED if not any(hit.path == key[0] and key[1] in hit.text for hit in hits)]
    assert unused == [], "these fit nothing any more"


@pytest.mark.parametrize(
    "planted",
    [
        "-----BEGIN " + "PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v\n",
        "key = 'AKIA" + "IOSFODNN7EXAMPLE'",
        "ghp_" + "a1B2" * 9,
        "pypi-" + "AgEIcHlwaS5vcmc" * 4,
        "eyJhbGciOiJub25lIn0." + "eyJzdWIiOiJub2JvZHkifQ." + "c2lnbmF0dXJlc2lnbmF0dXJl",
        "postgresql://nazdik:" + "correcthorse@db/nazdik",
        'API_KEY = "' + "q7Jw0dZ4fK1yT9bX3mV6" + '"',
    ],
)
def test_a_planted_secret_is_found(planted: str, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(f"first line\n{planted}\n")
    assert [hit.line for hit in search([file], tmp_path)] == [2]


def test_every_package_is_pinned_by_its_digest() -> None:
    pins, faults = every_pin()
    assert faults == [] and len(pins) > 150


def test_no_pinned_package_is_known_to_be_weak() -> None:
    pins, _ = every_pin()
    read, advisories = kept_advisories()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", read) and advisories
    assert weak(pins, advisories) == []


def test_a_weak_or_loose_package_is_found() -> None:
    asked = [{"ecosystem": "pypi", "package": "pillow", "id": "X", "since": "10.3.0", "fixed": "12.1.1"}]
    assert weak([Pin("pypi", "pillow", "12.1.0")], asked) and not weak([Pin("pypi", "pillow", "12.1.1")], asked)
    assert not weak([Pin("pypi", "pillow", "10.2.0")], asked) and not weak([Pin("npm", "pillow", "12.1.0")], asked)
    digest = "0" * 64
    assert python_pins(f"a==1 \\\n    --hash=sha256:{digest}\n") == ([Pin("pypi", "a", "1")], [])
    assert python_pins("a==1\nb>=2\n")[1] == ["a has no digest", "not a pinned version: b>=2"]
    held = {"": {}, "node_modules/a": {"version": "1.0.0", "resolved": "git+ssh://a", "hasInstallScript": True}}
    assert len(npm_pins({"packages": held})[1]) == 3


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}], "fixes": []}', CLEAN),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X"}]}]}', FOUND),
        # What a mirror without advisories makes pip-audit say; it ends with 0.
        ('{"dependencies": [{"name": "a", "skip_reason": "not found"}], "fixes": []}', NOT_ASKED),
        ('{"auditReportVersion": 2, "vulnerabilities": {}}', CLEAN),
        ('{"auditReportVersion": 2, "vulnerabilities": {"a": {}}}', FOUND),
        ('{"statusCode": 405, "error": {"summary": ""}}', NOT_ASKED),
        ("", NOT_ASKED),
    ],
)
def test_no_answer_is_not_taken_for_a_clean_one(said: str, verdict: int) -> None:
    assert verdict_of(said) == verdict


def test_licences_of_what_runs_are_listed() -> None:
    listed = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8").lower()
    pins, _ = python_pins((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert [pin.name for pin in pins if pin.name not in listed] == []
