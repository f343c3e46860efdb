"""Second factors: the RFC's own examples, each code once, paper for a lost telephone, nothing to be read in the file."""

from pathlib import Path

import pytest

from nazdik.platform.auth import totp
from nazdik.platform.auth.model import WrongCode
from nazdik.platform.auth.seals import SealBroken, Seals
from nazdik.platform.auth.second_factors import SecondFactors
from nazdik.platform.clock import VirtualClock

NOON = 1_795_000_000_000_000


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOON)


@pytest.fixture
def factors(tmp_path: Path, clock: VirtualClock) -> SecondFactors:
    return SecondFactors(tmp_path / "registry.sqlite", clock, Seals(tmp_path / "identity.key", clock))


def code_now(secret: bytes, clock: VirtualClock, later: int = 0) -> str:
    return totp.code_of(secret, totp.step_of(clock.now()) + later)


@pytest.mark.parametrize(
    ("at_s", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
     (2000000000, "69279037"), (20000000000, "65353130")],
)  # fmt: skip
def test_the_examples_of_rfc_6238(at_s: int, code: str) -> None:
    assert totp.code_of(b"12345678901234567890", at_s // 30, digits=8) == code


def test_a_telephone_counts_once_it_has_answered_and_each_code_is_good_once(
    factors: SecondFactors, clock: VirtualClock
) -> None:
    secret = factors.begin("desk one")
    assert factors.find("desk one") is None
    with pytest.raises(WrongCode):
        factors.confirm("desk one", "000000" if code_now(secret, clock) != "000000" else "111111")
    factors.confirm("desk one", code_now(secret, clock))
    with pytest.raises(WrongCode):
        factors.check("desk one", code_now(secret, clock))
    clock.advance_s(30)
    code = code_now(secret, clock)
    with pytest.raises(WrongCode):
        factors.check("desk two", code)
    factors.check("desk one", " ".join((code[:3], code[3:])).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")))
    for again in (code, code_now(secret, clock, -1), code_now(secret, clock, 2), "", "abc", "۱۲"):
        with pytest.raises(WrongCode):
            factors.check("desk one", again)
    # A telephone that is half a minute ahead is understood.
    factors.check("desk one", code_now(secret, clock, 1))


def test_codes_on_paper_are_good_once_and_end_with_the_telephone(factors: SecondFactors, clock: VirtualClock) -> None:
    paper = factors.confirm("desk one", code_now(factors.begin("desk one"), clock))
    held = factors.find("desk one")
    assert held is not None and held.recovery_left == len(set(paper)) == 8
    factors.check("desk one", paper[0].lower().replace("-", " "))
    for wrong in (paper[0], "ABCD-EFGH-JKLM"):
        with pytest.raises(WrongCode):
            factors.check("desk one", wrong)
    again = factors.confirm("desk one", code_now(factors.begin("desk one"), clock))
    with pytest.raises(WrongCode):
        factors.check("desk one", paper[1])
    assert factors.remove("desk one") and not factors.remove("desk one")
    with pytest.raises(WrongCode):
        factors.check("desk one", again[0])


def test_nothing_in_the_file_makes_a_code(tmp_path: Path, factors: SecondFactors, clock: VirtualClock) -> None:
    secret = factors.begin("desk one")
    paper = factors.confirm("desk one", code_now(secret, clock))
    factors.close()
    content = b"".join(file.read_bytes() for file in tmp_path.glob("registry*"))
    for told in (secret, totp.base32(secret).encode(), *(each.encode() for each in paper)):
        assert told not in content
    # With another key it is no way in either.
    (tmp_path / "identity.key").write_bytes(b"k" * 32)
    other = SecondFactors(tmp_path / "registry.sqlite", clock, Seals(tmp_path / "identity.key", clock))
    clock.advance_s(60)
    with pytest.raises(WrongCode):
        other.check("desk one", code_now(secret, clock))
    # A key cut short by a full disk is put aside; the server starts all the same.
    (tmp_path / "identity.key").write_bytes(b"k")
    Seals(tmp_path / "identity.key", clock)
    assert (tmp_path / "identity.key").stat().st_size == 32 and (tmp_path / "identity.broken").exists()


def test_a_word_is_ours_for_a_while_and_for_one_thing(tmp_path: Path, clock: VirtualClock) -> None:
    seals = Seals(tmp_path / "identity.key", clock)
    assert (tmp_path / "identity.key").stat().st_mode & 0o077 == 0
    word = seals.word("sign in", lasts_s=60)
    assert seals.is_ours(word, "sign in") and not seals.is_ours(word, "add a key")
    assert not seals.is_ours(word[:-1] + bytes([word[-1] ^ 1]), "sign in")
    assert not any(seals.is_ours(bad, "sign in") for bad in (b"", b"x", b"\xff" * 40, word + b"x"))
    assert Seals(tmp_path / "identity.key", clock).is_ours(word, "sign in")
    clock.advance_s(60)
    assert not seals.is_ours(word, "sign in")
    with pytest.raises(SealBroken):
        seals.open(seals.seal(b"x", "one"), "other")
