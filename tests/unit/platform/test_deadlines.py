"""Deadlines: the next due first, and only what is still due."""

from hypothesis import given
from hypothesis import strategies as st

from nazdik.kernel import Instant
from nazdik.platform.deadlines import Deadlines


def test_the_earliest_comes_first_and_only_once() -> None:
    deadlines = Deadlines()
    for key, due in (("b", 20), ("a", 10), ("c", 30)):
        deadlines.push(key, Instant(due))
    assert deadlines.next_due() == 10
    assert deadlines.pop_due(Instant(20)) == ["a", "b"]
    assert deadlines.pop_due(Instant(20)) == []
    assert deadlines.next_due() == 30


def test_a_moved_deadline_falls_at_its_new_time_and_a_withdrawn_one_never() -> None:
    deadlines = Deadlines()
    deadlines.push("a", Instant(10))
    deadlines.push("b", Instant(10))
    deadlines.push("a", Instant(50))
    deadlines.push("b", None)
    assert deadlines.next_due() == 50
    assert deadlines.pop_due(Instant(49)) == []
    assert deadlines.pop_due(Instant(50)) == ["a"]
    assert len(deadlines) == 0


moves = st.tuples(st.sampled_from("abcd"), st.none() | st.integers(0, 50).map(Instant))


@given(st.lists(st.one_of(moves, st.integers(0, 60).map(Instant)), max_size=300))
def test_it_does_what_a_plain_map_would(script: list[tuple[str, Instant | None] | Instant]) -> None:
    deadlines, plain = Deadlines(), dict[str, Instant]()
    for step in script:
        if isinstance(step, tuple):
            key, due = step
            deadlines.push(key, due)
            plain.pop(key, None)
            if due is not None:
                plain[key] = due
        else:
            expected = sorted((due, key) for key, due in plain.items() if due <= step)
            assert deadlines.pop_due(step) == [key for _, key in expected]
            plain = {key: due for key, due in plain.items() if due > step}
        assert deadlines.next_due() == min(plain.values(), default=None)
        assert len(deadlines._heap) <= 64 + 4 * len(plain) + 1
