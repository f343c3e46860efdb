"""Some seconds of fuzzing in every run, and everything that was ever found."""

from pathlib import Path
from time import time_ns

import pytest

from tests.fuzz.hunt import hunt, kept_cases, roll
from tests.fuzz.targets import TARGETS, Target

EXAMPLES, ROLLS = 40, 200


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_parser_bears_whatever_it_is_sent(target: Target) -> None:
    found = hunt(target, EXAMPLES) or roll(target, ROLLS, time_ns())
    if found is not None:
        raise AssertionError(f"{target.name} broke over {found.data!r}") from found.error


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_good_samples_are_looked_at_in_earnest(target: Target) -> None:
    assert target.samples and all(target.samples)
    for sample in target.samples:
        target.look(sample)


@pytest.mark.parametrize(
    ("target", "case"),
    [(target, case) for target in TARGETS for case in kept_cases(target)],
    ids=lambda value: value.name if isinstance(value, Target | Path) else None,
)
def test_what_once_broke_a_parser_does_so_no_more(target: Target, case: Path) -> None:
    target.look(case.read_bytes())


def test_what_is_found_is_said(tmp_path: Path) -> None:
    """The hunt itself can fail: a parser that cannot bear a NUL is found out."""

    def delicate(data: bytes) -> None:
        assert b"\x00" not in data

    target = Target("delicate", (b"a good message",), delicate)
    found, rolled = hunt(target, 300, number=1), roll(target, 2_000, 1)
    assert found is not None and b"\x00" in found.data
    assert rolled is not None and rolled.data == b"\x00", "as small as can be"
