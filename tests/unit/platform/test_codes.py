"""One-time codes: good once, within their time, for what they were made for."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from nazdik.kernel import Instant
from nazdik.platform.auth import CodeInvalid, Codes
from nazdik.platform.auth.typed_codes import LETTERS, is_code, kept_code
from nazdik.platform.clock import VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(1_000_000)


@pytest.fixture
def codes(tmp_path: Path, clock: VirtualClock) -> Iterator[Codes]:
    codes = Codes(tmp_path / "registry.sqlite", clock)
    yield codes
    codes.close()


def test_a_code_is_good_once_however_it_is_typed(codes: Codes) -> None:
    code = codes.issue("door", "me", by="you", lasts_s=60)
    assert len(code.text.replace("-", "")) == 12 and set(code.text) <= {*LETTERS, "-"}
    assert codes.redeem("door", f" {code.text.lower()} ") == "me"
    with pytest.raises(CodeInvalid):
        codes.redeem("door", code.text)


def test_a_code_is_good_in_persian_digits_and_with_marks_that_came_along(codes: Codes) -> None:
    code = codes.issue("door", "me", by="you", lasts_s=60)
    typed = code.text.translate(str.maketrans("23456789", "۲۳۴۵۶۷۸۹")).replace("-", "\u2013")
    assert codes.redeem("door", f"\u200f{typed}\u2069") == "me"


def test_a_code_is_good_for_its_purpose_and_within_its_time(codes: Codes, clock: VirtualClock) -> None:
    code = codes.issue("door", "me", by="you", lasts_s=60)
    with pytest.raises(CodeInvalid):
        codes.redeem("window", code.text)
    clock.move_to(Instant(61_000_000))
    with pytest.raises(CodeInvalid):
        codes.redeem("door", code.text)


def test_a_newer_code_voids_the_one_before(codes: Codes) -> None:
    first, other = codes.issue("door", "me", by="you", lasts_s=60), codes.issue("door", "her", by="you", lasts_s=60)
    second = codes.issue("door", "me", by="you", lasts_s=60)
    with pytest.raises(CodeInvalid):
        codes.redeem("door", first.text)
    assert (codes.redeem("door", second.text), codes.redeem("door", other.text)) == ("me", "her")


@pytest.mark.parametrize("text", ["", "-", "\ud800", "A" * 10_000, "۱۲۳۴"])
def test_what_is_no_code_is_refused(codes: Codes, text: str) -> None:
    with pytest.raises(CodeInvalid):
        codes.redeem("door", text)


def test_no_code_can_be_read_out_of_the_file(codes: Codes, tmp_path: Path) -> None:
    code = codes.issue("door", "me", by="you", lasts_s=60)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"door" in on_disk and code.text.replace("-", "").encode() not in on_disk
    (held,) = on_disk.split(code.text[:4].encode() + b":")[1:2]
    assert held.startswith(b"$argon2id$"), "forty of its bits are stretched, with a salt of their own"


def test_codes_that_begin_alike_are_told_apart() -> None:
    one, other = "ABCD-EFGH-JKLM", "ABCD-EFGH-JKLN"
    held = kept_code(one)
    assert is_code(one.lower(), held) and not is_code(other, held) and held != kept_code(one)


def test_a_code_that_was_kept_before_they_were_stretched_is_still_good_once(codes: Codes, tmp_path: Path) -> None:
    row = (hashlib.sha256(b"ABCDEFGHJKLM").digest(), "door", "me", "you", 60_000_000)
    with closing(sqlite3.connect(tmp_path / "registry.sqlite")) as db, db:
        db.execute("INSERT INTO one_time_code (hash, purpose, subject, by, expires_at) VALUES (?, ?, ?, ?, ?)", row)
    assert codes.redeem("door", "abcd-efgh-jklm") == "me"
    with pytest.raises(CodeInvalid):
        codes.redeem("door", "abcd-efgh-jklm")
